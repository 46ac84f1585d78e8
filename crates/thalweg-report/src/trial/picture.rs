//! Pictures that lie in the folder of a trial as SVG files, such as that of its loss surface.

use crate::figure::Drawing;
use crate::gallery::wording::file_stem;

/// What no figure of ours has, and a page had better not take in: whatever runs, loads or links.
const UNWANTED: [&str; 7] = [
    "<script",
    "<foreignobject",
    "<image",
    "<style",
    "href",
    "javascript:",
    "url(",
];

impl Drawing {
    /// The figure of an SVG file that a page can take in as it is: `name` is the stem of the file's
    /// name, title and caption are the picture's own `title` and `desc`. `None` if it is not such a
    /// file as figures are: one `svg` element with both, without scripts and without references.
    #[must_use]
    pub fn from_file(name: &str, svg: &str) -> Option<Self> {
        let svg = svg.trim();
        let plain = svg.to_lowercase();
        let is_whole = plain.starts_with("<svg ") && plain.ends_with("</svg>");
        let runs = |(place, _): (usize, &str)| is_handler(&plain[place + 1..]);
        if !is_whole
            || UNWANTED.iter().any(|one| plain.contains(one))
            || plain.match_indices(" on").any(runs)
        {
            return None;
        }
        Some(Self {
            name: file_stem(name),
            title: words_of(svg, "title")?,
            finding: None,
            caption: words_of(svg, "desc")?,
            table: None,
            svg: format!("{svg}\n"),
        })
    }
}

/// Whether an attribute such as `onload` begins here.
fn is_handler(text: &str) -> bool {
    let name = text.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
    name.trim_start().starts_with('=')
}

/// The words within the first element of that name, with the entities that XML has put back.
fn words_of(svg: &str, element: &str) -> Option<String> {
    let (_, rest) = svg.split_once(&format!("<{element}"))?;
    let (_, rest) = rest.split_once('>')?;
    let (words, _) = rest.split_once(&format!("</{element}>"))?;
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let plain = |words: String, (entity, letter): (&str, &str)| words.replace(entity, letter);
    Some(entities.into_iter().fold(words.to_owned(), plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">\
        <title id=\"a\">Slope &amp; loss</title><desc>Shaded.</desc><rect fill=\"#FFFFFF\"/></svg>";

    #[test]
    fn a_picture_has_its_own_title_and_caption() {
        let drawing = Drawing::from_file("surface", PICTURE).unwrap();
        assert_eq!(
            (drawing.name.as_str(), drawing.title.as_str()),
            ("surface", "Slope & loss")
        );
        assert_eq!(drawing.caption, "Shaded.");
        assert!(drawing.svg.contains("<rect"));
    }

    #[test]
    fn a_picture_that_runs_loads_or_links_is_left_out() {
        for part in [
            "<script>alert(1)</script>",
            "<rect onload=\"alert(1)\"/>",
            "<g\n onclick = \"a\"/>",
            "<a xlink:href=\"x\"/>",
            "<image/>",
            "<rect style=\"fill: url(x)\"/>",
        ] {
            let damaged = PICTURE.replace("<rect", &format!("{part}<rect"));
            assert_eq!(Drawing::from_file("surface", &damaged), None, "{part}");
        }
        for damaged in ["", "<svg ></svg>", "<html></html>"] {
            assert_eq!(Drawing::from_file("surface", damaged), None);
        }
        // Words are no attributes.
        assert!(
            Drawing::from_file("surface", &PICTURE.replace("Shaded", "Shaded on white")).is_some()
        );
    }
}
