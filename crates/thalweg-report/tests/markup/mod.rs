//! A check that tags open and close in order, and that nothing is fetched from outside.

/// Elements of HTML that never close.
const VOID: [&str; 4] = ["meta", "br", "img", "link"];

/// The names of the elements in order, or what is wrong with the markup.
///
/// Scripts and styles are passed over as a browser does; `<` and bare `&` in text are wrong.
pub fn elements(markup: &str) -> Result<Vec<String>, String> {
    let mut open: Vec<String> = Vec::new();
    let mut seen = Vec::new();
    let mut rest = markup.strip_prefix("<!doctype html>").unwrap_or(markup);
    while let Some(start) = rest.find('<') {
        check_text(&rest[..start])?;
        let (tag, after) = split_tag(&rest[start + 1..])?;
        rest = after;
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(|letter| letter.is_ascii_alphanumeric())
            .collect();
        if tag.starts_with('/') {
            let last = open.pop();
            if last.as_deref() != Some(name.as_str()) {
                return Err(format!("</{name}> closes {last:?}"));
            }
            continue;
        }
        if name.is_empty() {
            return Err(format!("<{tag}> is no tag"));
        }
        seen.push(name.clone());
        if tag.ends_with('/') || VOID.contains(&name.as_str()) {
            continue;
        }
        if name == "script" || name == "style" {
            let end = rest.find(&format!("</{name}>")).ok_or("an open script")?;
            rest = &rest[end..];
        }
        open.push(name);
    }
    check_text(rest)?;
    match open.is_empty() {
        true => Ok(seen),
        false => Err(format!("left open: {open:?}")),
    }
}

/// A tag up to the `>` outside quotes, and what follows.
fn split_tag(text: &str) -> Result<(&str, &str), String> {
    let mut is_quoted = false;
    for (index, letter) in text.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '>' if !is_quoted => return Ok((&text[..index], &text[index + 1..])),
            '<' => return Err(format!("< within <{}", &text[..index])),
            _ => {}
        }
    }
    Err("a tag without end".into())
}

fn check_text(text: &str) -> Result<(), String> {
    let mut parts = text.split('&');
    parts.next();
    for part in parts {
        let entity = part.split_once(';').map_or("", |(entity, _)| entity);
        let is_entity = entity.strip_prefix('#').unwrap_or(entity);
        if is_entity.is_empty() || !is_entity.chars().all(|one| one.is_ascii_alphanumeric()) {
            return Err(format!("a bare & before {part:?}"));
        }
    }
    Ok(())
}

/// What the markup would fetch or name outside of itself, the namespace of SVG aside.
pub fn outside_references(markup: &str) -> Vec<&str> {
    let markers = [
        "http:", "https:", "src=", "@import", "url(", "<link", "xlink", "//www",
    ];
    let found = |marker: &&str| {
        markup
            .replace("http://www.w3.org/2000/svg", "")
            .contains(*marker)
    };
    markers.into_iter().filter(found).collect()
}

#[test]
fn damaged_markup_is_told_from_whole() {
    let whole = "<svg a=\"b > c\"><title>x &lt; y</title><circle/></svg>";
    assert_eq!(elements(whole).unwrap(), ["svg", "title", "circle"]);
    for damaged in [
        "<svg><title></svg>",
        "<svg></svg></svg>",
        "<svg><title>x < y</title></svg>",
        "<svg>a & b</svg>",
        "<svg",
    ] {
        assert!(elements(damaged).is_err(), "{damaged}");
    }
    assert!(!outside_references("<img src=\"x\">").is_empty());
    assert!(!outside_references("see https://example.org").is_empty());
}
