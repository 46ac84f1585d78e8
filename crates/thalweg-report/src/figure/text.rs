//! How much room text takes, as nobody asks a font here.

/// The mean advance of a character of a sans-serif font in units of its size: that of a digit in
/// Helvetica, 0.556, rounded up so that labels keep apart in wider fonts.
const ADVANCE: f64 = 0.58;

/// The estimated width of a text at a size, in the unit of the size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * ADVANCE * size
}

/// The text, or as much of it as `limit` characters hold, with an ellipsis.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.into();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}
