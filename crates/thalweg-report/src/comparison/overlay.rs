//! Figures of two runs over each other: the same axes, the other run dashed with hollow markers.

use super::Named;
use crate::figure::{Axis, Colours, Figure, Kind, Mark, Plane, Series};
use crate::gallery;

/// The most combinations of settings of a figure: with those of the other run, twice as many lines.
const MOST_PAIRS: usize = 5;

/// The figures that both runs have: those that they state, or else the usual ones.
pub(super) fn figures(one: Named<'_>, other: Named<'_>) -> Vec<Figure> {
    let stated = pairs(gallery::stated(one.results), gallery::stated(other.results));
    let pairs = match stated.is_empty() {
        false => stated,
        true => pairs(gallery::usual(one.results), gallery::usual(other.results)),
    };
    pairs
        .into_iter()
        .map(|(ours, theirs)| overlaid((one.name, ours), (other.name, theirs)))
        .collect()
}

/// Figures of one name and the same axes.
fn pairs(one: Vec<Figure>, other: Vec<Figure>) -> Vec<(Figure, Figure)> {
    let is_pair = |ours: &Figure, theirs: &Figure| {
        ours.name == theirs.name && ours.x.label == theirs.x.label && ours.y.label == theirs.y.label
    };
    let pair = |ours: Figure| {
        let theirs = other.iter().find(|theirs| is_pair(&ours, theirs))?.clone();
        Some((ours, theirs))
    };
    one.into_iter().filter_map(pair).collect()
}

fn overlaid((name, ours): (&str, Figure), (other, theirs): (&str, Figure)) -> Figure {
    let (marks, moved) = marks(&ours.x, &theirs.x);
    let (mut one, mut two) = (ours.series, theirs.series);
    for point in two.iter_mut().flat_map(|series| &mut series.points) {
        let label = |mark: &&Mark| mark.value == point.x;
        if let (true, Some(mark)) = (moved, theirs.x.marks.iter().find(label)) {
            let place = marks.iter().position(|known| known.label == mark.label);
            point.x = place.map_or(point.x, |place| marks[place].value);
        }
    }
    let limit = thinned(&mut one, &mut two);
    let is_single = one.len() == 1 && two.len() == 1;
    for (series, run) in [(&mut one, name), (&mut two, other)] {
        for series in series {
            if is_single || series.name.is_empty() {
                series.name = run.into();
            }
            for point in series
                .points
                .iter_mut()
                .filter(|point| !point.note.is_empty())
            {
                point.note = format!("{run}\n{}", point.note);
            }
        }
    }
    for series in &mut two {
        series.kind = of_the_other(series.kind);
    }
    let style = format!(
        "Solid lines and filled markers: {name}. Dashed lines and hollow markers: {other}."
    );
    let captions = match ours.caption == theirs.caption {
        true => format!("Both runs: {}", ours.caption),
        false => format!("{name}: {} {other}: {}", ours.caption, theirs.caption),
    };
    one.extend(two);
    Figure {
        name: format!("compared-{}", ours.name),
        title: ours.title,
        caption: [style, limit, captions].join(" ").replace("  ", " "),
        x: Axis { marks, ..ours.x },
        y: ours.y,
        legend: if is_single {
            String::new()
        } else {
            ours.legend
        },
        colours: if is_single {
            Colours::Distinct
        } else {
            ours.colours
        },
        series: one,
        plane: Plane::default(),
    }
}

fn of_the_other(kind: Kind) -> Kind {
    match kind {
        Kind::Line => Kind::OtherLine,
        Kind::Course => Kind::OtherCourse,
        Kind::Points => Kind::OtherPoints,
        kind => kind,
    }
}

/// Leaves few enough series to tell apart, those that both runs have before others; says so.
fn thinned(one: &mut Vec<Series>, other: &mut Vec<Series>) -> String {
    if one.len() <= MOST_PAIRS && other.len() <= MOST_PAIRS {
        return String::new();
    }
    let is_in = |name: &String, all: &[Series]| all.iter().any(|series| series.name == *name);
    let mut names: Vec<String> = one.iter().map(|series| series.name.clone()).collect();
    let both: Vec<String> = names
        .iter()
        .filter(|name| is_in(name, other))
        .cloned()
        .collect();
    if both.is_empty() {
        names.extend(other.iter().map(|series| series.name.clone()));
    } else {
        names = both;
    }
    let count = names.len();
    let chosen: Vec<String> = match count <= MOST_PAIRS {
        true => names,
        false => (0..MOST_PAIRS)
            .map(|place| names[place * (count - 1) / (MOST_PAIRS - 1)].clone())
            .collect(),
    };
    let all = one.len().max(other.len());
    for series in [&mut *one, other] {
        series.retain(|series| chosen.contains(&series.name));
    }
    format!(
        "Shown are {} of {all} combinations of settings.",
        chosen.len()
    )
}

/// The marks of both axes, and whether those of the second have moved: where places are those of
/// names, the same place can be another name.
fn marks(one: &Axis, other: &Axis) -> (Vec<Mark>, bool) {
    let clashes = |mark: &Mark| {
        other
            .marks
            .iter()
            .any(|two| two.value == mark.value && two.label != mark.label)
    };
    let is_of_names = one.marks.iter().any(clashes);
    let mut marks = one.marks.clone();
    for mark in &other.marks {
        let is_known = |known: &Mark| match is_of_names {
            true => known.label == mark.label,
            false => known.value == mark.value,
        };
        if !marks.iter().any(is_known) {
            let next = marks.iter().map(|known| known.value).fold(-1.0, f64::max) + 1.0;
            let value = if is_of_names { next } else { mark.value };
            marks.push(Mark {
                value,
                label: mark.label.clone(),
            });
        }
    }
    (marks, is_of_names)
}
