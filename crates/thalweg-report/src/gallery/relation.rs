//! One quantity against another: one marker a trial, one series a combination of settings.

use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg_lab::spec::{FigureSpec, Sweep};

use super::caption;
use super::combination::{Combination, Family};
use super::wording::{file_stem, place, shown, upward};
use crate::figure::{Axis, Figure, Kind, Plane, Point, Series};
use crate::number::counted;
use crate::results::{Results, TrialResults};

/// The figure that `spec` states, against the quantity `x`.
pub(super) fn figure(spec: &FigureSpec, x: Quantity, sweep: &Sweep, results: &Results) -> Figure {
    let family = Family::of(results, sweep, None);
    let series = family.members.iter().map(|member| Series {
        name: member.name.clone(),
        kind: Kind::Points,
        points: points(member, spec, x),
    });
    let series: Vec<Series> = series.collect();
    let trials = family.members.iter().map(|member| member.trials.len());
    let missing =
        trials.clone().sum::<usize>() - series.iter().map(|one| one.points.len()).sum::<usize>();
    let seeds = trials.max().unwrap_or(0);
    let stem = format!("{} {} against {}", sweep.name, spec.y.name(), x.name());
    Figure {
        name: file_stem(&stem),
        title: spec.title.clone(),
        caption: caption::joined([
            Some(format!(
                "Each marker is one trial {}, up to {} a colour; there is no band.",
                place(spec.at),
                counted(seeds, "seed")
            )),
            caption::left_out(results, sweep, missing),
            family.limit.clone(),
        ]),
        x: Axis::new(shown(x).label(), spec.x_scale),
        y: Axis::new(upward(spec).label(), spec.y_scale),
        legend: family.heading.clone(),
        colours: family.colours,
        series,
        plane: Plane::default(),
    }
}

fn points(member: &Combination<'_>, spec: &FigureSpec, x: Quantity) -> Vec<Point> {
    let (right, upper) = (shown(x), upward(spec));
    let point = |trial: &&TrialResults| {
        let across = trial.value(x, spec.at)? * right.factor;
        let up = trial.shown(spec)? * upper.factor;
        let mut lines = member.context.clone();
        lines.push(format!("seed {}", trial.trial.spec.seed));
        for (quantity, value) in [(&right, across), (&upper, up)] {
            lines.push(format!("{} {}", quantity.words, quantity.value(value)));
        }
        Some(Point {
            x: across,
            y: up,
            low: up,
            high: up,
            singles: Vec::new(),
            note: lines.join("\n"),
        })
    };
    member.trials.iter().filter_map(point).collect()
}
