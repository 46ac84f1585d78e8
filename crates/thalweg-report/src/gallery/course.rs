//! The course of a quantity along training: one line a combination of settings.

use std::collections::BTreeMap;

use thalweg::Named;
use thalweg_lab::record::Measurement;
use thalweg_lab::spec::{FigureSpec, PathAxis, Scale, Sweep};

use super::caption;
use super::combination::{Combination, Family};
use super::wording::{file_stem, path_label, upward};
use crate::aggregate::{Band, Summary};
use crate::figure::{Axis, Figure, Kind, Plane, Point, Series};
use crate::number::significant;
use crate::results::{Results, TrialResults, quotient};

/// The most points of a line: closer ones are not told apart.
const MOST_POINTS: usize = 100;

/// The mean course of the trials of a combination.
struct Course {
    /// Place on the axis and values of the seeds there, in the unit shown.
    points: Vec<(f64, Vec<f64>)>,
    /// The seeds behind every point.
    seeds: usize,
    /// Whether some seed went on for longer.
    is_cut: bool,
    /// Trials without a measurement.
    missing: usize,
}

/// The figure that `spec` states, along `axis`.
pub(super) fn figure(
    spec: &FigureSpec,
    axis: PathAxis,
    sweep: &Sweep,
    results: &Results,
) -> Figure {
    let family = Family::of(results, sweep, None);
    let members = family.members.iter();
    let courses: Vec<Course> = members.map(|one| Course::of(one, spec, axis)).collect();
    let missing = courses.iter().map(|one| one.missing).sum();
    let seeds = courses.iter().map(|one| one.seeds);
    let band = Band::of(seeds.max().unwrap_or(0));
    let series = family.members.iter().zip(&courses);
    let series = series.map(|(member, course)| Series {
        name: member.name.clone(),
        kind: Kind::Course,
        points: points(course, spec, axis, &member.context, band),
    });
    let stem = format!("{} {} {}", sweep.name, spec.y.name(), axis.name());
    Figure {
        name: file_stem(&stem),
        title: spec.title.clone(),
        caption: caption::joined([
            Some(description(&courses, spec)),
            caption::left_out(results, sweep, missing),
            family.limit.clone(),
        ]),
        x: Axis::new(path_label(axis), spec.x_scale),
        y: Axis::new(upward(spec).label(), spec.y_scale),
        legend: family.heading.clone(),
        colours: family.colours,
        series: series.collect(),
        plane: Plane::default(),
    }
}

/// What the lines are, and where they begin and end.
fn description(courses: &[Course], spec: &FigureSpec) -> String {
    let seeds: Vec<usize> = courses.iter().map(|one| one.seeds).collect();
    let is_cut = courses.iter().any(|one| one.is_cut);
    let is_log = spec.x_scale == Scale::Log;
    caption::joined([
        Some(caption::spread("Each line", &seeds, spec.y_scale)),
        is_cut.then(|| "A line ends where the first of its seeds ends.".into()),
        is_log.then(|| "The start, 0, is not on the logarithmic axis.".into()),
    ])
}

impl Course {
    /// The course of a combination: the steps at which every one of its seeds has a value.
    ///
    /// A mean over the seeds that are left would jump where one ends.
    fn of(member: &Combination<'_>, spec: &FigureSpec, axis: PathAxis) -> Self {
        let paths = member.trials.iter();
        let paths = paths.map(|trial| values(trial, spec, axis));
        let (paths, without): (Vec<_>, Vec<_>) = paths.partition(|path| !path.is_empty());
        let factor = upward(spec).factor;
        let of_seed = |path: &Path, step| Some(path.get(step)?.1 * factor);
        let steps = paths.first().into_iter().flatten();
        let is_shown = |x: f64| spec.x_scale == Scale::Linear || x > 0.0;
        let points = steps.filter(|(_, (x, _))| is_shown(*x));
        let points = points.filter_map(|(step, (x, _))| {
            let values: Option<Vec<f64>> = paths.iter().map(|path| of_seed(path, step)).collect();
            Some((*x, values?))
        });
        let last = |path: &Path| path.keys().next_back().copied();
        Self {
            points: thinned(points.collect(), spec.x_scale),
            seeds: paths.len(),
            is_cut: paths.iter().any(|path| last(path) != last(&paths[0])),
            missing: without.len(),
        }
    }
}

/// Place on the axis and value by step.
type Path = BTreeMap<u64, (f64, f64)>;

/// The path of a trial.
fn values(trial: &TrialResults, spec: &FigureSpec, axis: PathAxis) -> Path {
    let value = |one: &Measurement| {
        let value = quotient(one, spec)?;
        Some((one.step, (one.place(axis), value)))
    };
    trial.path.iter().filter_map(value).collect()
}

/// The points that are at least a hundredth of the axis apart, and the last.
fn thinned(points: Vec<(f64, Vec<f64>)>, scale: Scale) -> Vec<(f64, Vec<f64>)> {
    let place = |x: f64| if scale == Scale::Log { x.ln() } else { x };
    let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) else {
        return points;
    };
    if points.len() <= MOST_POINTS {
        return points;
    }
    let (mut next, end) = (f64::NEG_INFINITY, place(*last));
    let apart = (end - place(*first)) / MOST_POINTS as f64;
    let mut is_kept = |x: f64| {
        let is_kept = place(x) >= next || place(x) == end;
        if is_kept {
            next = place(x) + apart;
        }
        is_kept
    };
    points.into_iter().filter(|(x, _)| is_kept(*x)).collect()
}

fn points(
    course: &Course,
    spec: &FigureSpec,
    axis: PathAxis,
    context: &[String],
    band: Band,
) -> Vec<Point> {
    let quantity = upward(spec);
    let point = |(x, values): &(f64, Vec<f64>)| {
        let summary = Summary::of(values, spec.y_scale, band)?;
        let mut lines = context.to_vec();
        lines.push(format!("{} {}", path_label(axis), significant(*x, 5)));
        lines.push(format!(
            "{} {}",
            quantity.words,
            quantity.value(summary.middle)
        ));
        if values.len() > 1 {
            let (low, high) = (quantity.value(summary.low), quantity.value(summary.high));
            lines.push(format!("band {low} to {high}"));
        }
        Some(Point {
            x: *x,
            y: summary.middle,
            low: summary.low,
            high: summary.high,
            singles: Vec::new(),
            note: lines.join("\n"),
        })
    };
    course.points.iter().filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_courses_are_thinned_evenly_on_their_axis() {
        let points: Vec<(f64, Vec<f64>)> = (1..=5000)
            .map(|step| (f64::from(step), vec![1.0]))
            .collect();
        let linear = thinned(points.clone(), Scale::Linear);
        assert!((90..=MOST_POINTS + 1).contains(&linear.len()));
        assert_eq!(linear.last(), points.last());
        let log = thinned(points.clone(), Scale::Log);
        let early = log.iter().filter(|(x, _)| *x < 70.0).count();
        assert!(early > 20, "half of a logarithmic axis has {early} points");
        assert_eq!(thinned(points[..50].to_vec(), Scale::Linear).len(), 50);
    }
}
