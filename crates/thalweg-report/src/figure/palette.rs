//! Colours that readers with colour-vision deficiencies tell apart, and that survive grey print.

use plotters::style::RGBColor;

use super::Colours;

/// Chosen by search for the largest distance between the two closest, whoever looks: at least 0.1
/// in Oklab with full sight and with protanopia, deuteranopia and tritanopia, on white and turned
/// for the dark, each with a contrast of 4.5 to its ground. `theme` tests all of it. The set of
/// Okabe and Ito, the usual one, has pale members that white paper swallows (contrast 2.3).
const DISTINCT: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(197, 2, 120),
    RGBColor(123, 121, 21),
    RGBColor(57, 15, 84),
    RGBColor(63, 88, 25),
    RGBColor(0, 0, 0),
];

/// What is there to be compared with.
pub(super) const GUIDE: RGBColor = RGBColor(85, 85, 85);

/// Anchors of the plasma map of matplotlib (Smith and van der Walt 2015, CC0) at ninths from 0 to
/// 5/9: lightness grows evenly, and the pale end that white swallows is left out.
const ORDERED: [RGBColor; 6] = [
    RGBColor(13, 8, 135),
    RGBColor(70, 3, 159),
    RGBColor(114, 1, 168),
    RGBColor(156, 23, 158),
    RGBColor(189, 55, 134),
    RGBColor(216, 87, 107),
];

/// The colour of member `index` of a family of `count`; unlike things have ordered colours too if
/// there are more of them than unlike colours.
pub(super) fn colour(colours: Colours, index: usize, count: usize) -> RGBColor {
    match colours {
        Colours::Distinct if count <= DISTINCT.len() => DISTINCT[index % DISTINCT.len()],
        Colours::Ordered if count <= 1 => ORDERED[0],
        Colours::Ordered | Colours::Distinct => between(index as f64 / (count - 1) as f64),
    }
}

/// The ordered colour at `share` of the way from the first to the last.
fn between(share: f64) -> RGBColor {
    let place = share.clamp(0.0, 1.0) * (ORDERED.len() - 1) as f64;
    let left = (place as usize).min(ORDERED.len() - 2);
    let (from, to, rest) = (ORDERED[left], ORDERED[left + 1], place - left as f64);
    let mix = |from: u8, to: u8| (f64::from(from) * (1.0 - rest) + f64::from(to) * rest).round();
    RGBColor(
        mix(from.0, to.0) as u8,
        mix(from.1, to.1) as u8,
        mix(from.2, to.2) as u8,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_colours_grow_lighter() {
        let lightness = |index| {
            let RGBColor(red, green, blue) = colour(Colours::Ordered, index, 8);
            0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue)
        };
        assert!((1..8).all(|index| lightness(index) > lightness(index - 1)));
    }

    #[test]
    fn any_number_of_series_has_a_colour() {
        assert_eq!(colour(Colours::Ordered, 0, 1), ORDERED[0]);
        let many: Vec<RGBColor> = (0..10)
            .map(|one| colour(Colours::Distinct, one, 10))
            .collect();
        assert!((0..10).all(|one| !many[..one].contains(&many[one])));
    }
}
