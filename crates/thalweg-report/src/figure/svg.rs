//! The document round a canvas: scalable, named for screen readers, with values on hover.

use std::fmt::Write;

use super::draw::{Canvas, UNIT};

/// The radius within which a point answers, in pixels.
const REACH: f64 = 9.0;

/// The SVG document of a canvas. `name` makes its identifiers its own within a page.
pub(super) fn document(name: &str, title: &str, description: &str, canvas: &Canvas) -> String {
    let (width, height) = canvas.size;
    let name = escaped(name);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{}\" height=\"{}\" role=\"img\" aria-labelledby=\"{name}-title {name}-desc\">\n\
         <title id=\"{name}-title\">{}</title>\n<desc id=\"{name}-desc\">{}</desc>\n",
        f64::from(width) / UNIT,
        f64::from(height) / UNIT,
        escaped(title),
        escaped(description),
    );
    let _ = writeln!(
        svg,
        "<rect x=\"0\" y=\"0\" width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>"
    );
    svg.push_str(&canvas.ground);
    svg.extend(inner(&canvas.svg).chars().map(legible));
    let reach = REACH * UNIT;
    for ((x, y), note) in &canvas.hits {
        let _ = writeln!(
            svg,
            "<circle class=\"hit\" cx=\"{x}\" cy=\"{y}\" r=\"{reach}\" fill=\"none\" \
             pointer-events=\"all\"><title>{}</title></circle>",
            escaped(note)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// What stands between the outermost tags.
fn inner(svg: &str) -> &str {
    let from = svg.find('>').map_or(0, |end| end + 1);
    let to = svg.rfind("</svg>").unwrap_or(svg.len());
    svg.get(from..to).unwrap_or_default().trim_start()
}

/// The character, or the replacement character for one that XML 1.0 forbids.
fn legible(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        other if other.is_control() => '\u{fffd}',
        other => other,
    }
}

/// Text for XML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(legible(other)),
        }
    }
    escaped
}
