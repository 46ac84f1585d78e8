//! Contrast and distinctness of what figures and pages are coloured with, in both themes.

use super::*;
use crate::figure::draw::{GRID, INK};
use crate::figure::{Colours, landscape, palette};

const STYLE: &str = include_str!("../../../templates/style.css");
const WHITE: RGBColor = RGBColor(255, 255, 255);
/// The least contrast of text (Web Content Accessibility Guidelines 2.2, 1.4.3).
const TEXT: f64 = 4.5;
/// The least contrast of lines and signs (the same, 1.4.11).
const SIGN: f64 = 3.0;

/// Contrast as the guidelines define it.
fn contrast(one: RGBColor, other: RGBColor) -> f64 {
    let luminance = |RGBColor(red, green, blue): RGBColor| {
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// What people see who lack one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1);
/// the first is everybody else.
const SIGHTS: [[[f64; 3]; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
];

/// The distance of the two closest colours in Oklab, whoever looks.
fn least_distance(colours: &[RGBColor]) -> f64 {
    let seen = |sight: &[[f64; 3]; 3], RGBColor(red, green, blue): RGBColor| {
        let light = [red, green, blue].map(linear);
        let row = |row: [f64; 3]| {
            (row[0] * light[0] + row[1] * light[1] + row[2] * light[2]).clamp(0.0, 1.0)
        };
        of_light(sight.map(row))
    };
    let mut least = f64::INFINITY;
    for sight in &SIGHTS {
        for (index, one) in colours.iter().enumerate() {
            for other in &colours[..index] {
                let (one, other) = (seen(sight, *one), seen(sight, *other));
                let distance = (one.0 - other.0)
                    .hypot(one.1 - other.1)
                    .hypot(one.2 - other.2);
                least = least.min(distance);
            }
        }
    }
    least
}

fn members(colours: Colours, count: usize) -> Vec<RGBColor> {
    (0..count)
        .map(|index| palette::colour(colours, index, count))
        .collect()
}

/// The value of a variable of the style sheet in both themes.
fn variable(name: &str) -> [RGBColor; 2] {
    let start = format!("  --{name}: #");
    let mut values = STYLE
        .split(start.as_str())
        .skip(1)
        .map(|rest| parsed(&rest[..6]).unwrap());
    let mut next = || {
        values
            .next()
            .map(|(red, green, blue)| RGBColor(red, green, blue))
    };
    [next().unwrap(), next().unwrap()]
}

#[test]
fn words_of_a_page_are_legible_in_both_themes() {
    let pairs = [
        ("ink", "ground"),
        ("ink", "shade"),
        ("ink", "diverged"),
        ("soft", "ground"),
        ("soft", "shade"),
        ("link", "ground"),
        ("link", "shade"),
        ("holds", "ground"),
        ("on-holds", "holds"),
        ("fails", "ground"),
        ("undecided", "ground"),
        ("on-tip", "tip"),
        ("link", "diverged"),
    ];
    for (theme, name) in ["light", "dark"].into_iter().enumerate() {
        for (words, ground) in pairs {
            let found = contrast(variable(words)[theme], variable(ground)[theme]);
            assert!(found >= TEXT, "{words} on {ground} in the {name}: {found}");
        }
        for sign in ["focus", "warn"] {
            assert!(
                contrast(variable(sign)[theme], variable("shade")[theme]) >= SIGN,
                "{sign} {name}"
            );
        }
    }
}

#[test]
fn the_ground_of_figures_is_that_of_the_page() {
    assert_eq!([WHITE, dark(WHITE)], variable("ground"));
}

#[test]
fn series_stand_out_from_the_ground_in_both_themes() {
    for colour in members(Colours::Distinct, 6) {
        assert!(contrast(colour, WHITE) >= TEXT, "{colour:?}");
        assert!(contrast(dark(colour), dark(WHITE)) >= TEXT, "{colour:?}");
    }
    for colour in members(Colours::Ordered, 10)
        .into_iter()
        .chain([palette::GUIDE])
    {
        assert!(contrast(colour, WHITE) >= SIGN, "{colour:?}");
        assert!(contrast(dark(colour), dark(WHITE)) >= SIGN, "{colour:?}");
    }
    assert!(contrast(dark(INK), dark(WHITE)) >= TEXT && contrast(INK, WHITE) >= TEXT);
    assert!(
        contrast(dark(GRID), dark(WHITE)) < 2.0,
        "the grid stays behind"
    );
}

#[test]
fn words_are_legible_on_every_shade_of_a_landscape() {
    for shade in [landscape::LOWEST, landscape::HIGHEST] {
        assert!(contrast(INK, shade) >= TEXT);
        assert!(contrast(dark(INK), dark(shade)) >= TEXT);
    }
}

#[test]
fn series_are_told_apart_by_whoever_looks_in_both_themes() {
    let distinct = members(Colours::Distinct, 6);
    let in_the_dark: Vec<RGBColor> = distinct.iter().copied().map(dark).collect();
    assert!(
        least_distance(&distinct) > 0.1,
        "{}",
        least_distance(&distinct)
    );
    assert!(
        least_distance(&in_the_dark) > 0.1,
        "{}",
        least_distance(&in_the_dark)
    );
    // The measure tells a bad choice: red and green of equal lightness.
    assert!(least_distance(&[RGBColor(190, 60, 40), RGBColor(110, 110, 30)]) < 0.05);
}

#[test]
fn what_grew_lighter_grows_darker_in_the_dark() {
    let lightness: Vec<f64> = members(Colours::Ordered, 8)
        .into_iter()
        .map(|one| oklab(dark(one)).0)
        .collect();
    assert!(
        lightness.windows(2).all(|pair| pair[1] < pair[0]),
        "{lightness:?}"
    );
}

#[test]
fn every_colour_of_a_drawing_has_a_rule_and_nothing_else_does() {
    let rules = rules(
        "<g fill=\"#0072B2\" stroke=\"#FFFFFF\"/><a href=\"#figure\"> fill=\"#12\" fill=\"none\"",
    );
    assert!(
        rules.contains(".plot [stroke=\"#FFFFFF\"] { stroke: #181818; }"),
        "{rules}"
    );
    assert_eq!(rules.matches(".plot [").count(), 2, "{rules}");
    assert!(rules.starts_with("@media screen and (prefers-color-scheme: dark)"));
}
