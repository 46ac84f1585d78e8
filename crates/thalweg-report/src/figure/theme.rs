//! The dark theme: which colour stands in the dark for one chosen for white paper.
//!
//! A figure is drawn once, in light colours, and its file is that. In the dark a page overrides them
//! by rules of its style sheet, one a colour, so that figures need no second picture, no script and
//! no list of what may be drawn: lightness is turned over, hue is kept. It is that of Oklab (Ottosson
//! 2020), in which equal steps look equal, so what was told apart by lightness still is.

use std::collections::BTreeSet;
use std::fmt::Write;

use plotters::style::RGBColor;

/// Lightness of the dark ground subtracted from 1: what white loses.
const SPAN: f64 = 0.79;
/// Bends the scale so that colours of middle lightness grow lighter too: legible lines on white have
/// lightness below 0.7, legible lines on the dark ground above 0.5.
const BEND: f64 = 1.5;
/// The steps in which a colour that no screen shows is made greyer.
const GREYER: usize = 64;

/// The colour in the dark of one on white.
pub(crate) fn dark(light: RGBColor) -> RGBColor {
    let (lightness, a, b) = oklab(light);
    let turned = 1.0 - SPAN * lightness.clamp(0.0, 1.0).powf(BEND);
    let colour = (0..=GREYER).find_map(|step| {
        let kept = 1.0 - step as f64 / GREYER as f64;
        shown((turned, kept * a, kept * b))
    });
    colour.unwrap_or(light)
}

/// Rules for every colour that drawings in `html` name, of the form that [`dark`] gives them.
pub(crate) fn rules(html: &str) -> String {
    let mut rules = String::new();
    for property in ["fill", "stroke"] {
        for colour in colours(html, property) {
            let (red, green, blue) = colour;
            let RGBColor(dark_red, dark_green, dark_blue) = dark(RGBColor(red, green, blue));
            let _ = writeln!(
                rules,
                ".plot [{property}=\"#{red:02X}{green:02X}{blue:02X}\"] \
                 {{ {property}: #{dark_red:02x}{dark_green:02x}{dark_blue:02x}; }}",
            );
        }
    }
    format!("@media screen and (prefers-color-scheme: dark) {{\n{rules}}}\n")
}

/// Red, green and blue.
type Parts = (u8, u8, u8);

/// The colours that a property of the drawings has, as `#RRGGBB`.
fn colours(html: &str, property: &str) -> BTreeSet<Parts> {
    let start = format!(" {property}=\"#");
    let rest = html.split(start.as_str()).skip(1);
    rest.filter_map(|rest| parsed(rest.get(..6)?)).collect()
}

/// The colour of six hexadecimal digits.
fn parsed(digits: &str) -> Option<Parts> {
    let part = |index: usize| u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok();
    Some((part(0)?, part(1)?, part(2)?))
}

/// Lightness and the two opponent colours of Oklab.
fn oklab(RGBColor(red, green, blue): RGBColor) -> (f64, f64, f64) {
    let [red, green, blue] = [red, green, blue].map(linear);
    of_light([red, green, blue])
}

/// Oklab of linear light.
fn of_light([red, green, blue]: [f64; 3]) -> (f64, f64, f64) {
    let long = 0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue;
    let middle = 0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue;
    let short = 0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue;
    let [long, middle, short] = [long, middle, short].map(f64::cbrt);
    (
        0.210_454_255_3 * long + 0.793_617_785_0 * middle - 0.004_072_046_8 * short,
        1.977_998_495_1 * long - 2.428_592_205_0 * middle + 0.450_593_709_9 * short,
        0.025_904_037_1 * long + 0.782_771_766_2 * middle - 0.808_675_766_0 * short,
    )
}

/// The colour of an Oklab triple, if screens have it.
fn shown((lightness, a, b): (f64, f64, f64)) -> Option<RGBColor> {
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let middle = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let parts = [
        4.076_741_662_1 * long - 3.307_711_591_3 * middle + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * middle - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * middle + 1.707_614_701_0 * short,
    ];
    let is_shown = |part: &f64| (-1e-4..=1.0 + 1e-4).contains(part);
    let [red, green, blue] = parts.map(stored);
    parts
        .iter()
        .all(is_shown)
        .then_some(RGBColor(red, green, blue))
}

/// The light of a stored part, of 1.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    match part <= 0.040_45 {
        true => part / 12.92,
        false => ((part + 0.055) / 1.055).powf(2.4),
    }
}

/// The stored part of a light of 1.
fn stored(light: f64) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let part = match light <= 0.003_130_8 {
        true => 12.92 * light,
        false => 1.055 * light.powf(1.0 / 2.4) - 0.055,
    };
    (255.0 * part).round() as u8
}

#[cfg(test)]
mod tests;
