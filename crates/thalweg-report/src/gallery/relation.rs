//! One quantity against another: one marker a trial, one series a combination of settings.

use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg_lab::spec::{At, Sweep};

use super::caption;
use super::combination::{Combination, Family};
use super::wording::{file_stem, place, shown};
use crate::figure::{Axis, Figure, Kind, Plane, Point, Series};
use crate::number::counted;
use crate::results::{Results, TrialResults};

/// The figure of the second quantity against the first.
pub(super) fn figure(
    (x, y): (Quantity, Quantity),
    at: At,
    sweep: &Sweep,
    results: &Results,
) -> Figure {
    let family = Family::of(results, sweep, None);
    let series = family.members.iter().map(|member| Series {
        name: member.name.clone(),
        kind: Kind::Points,
        points: points(member, (x, y), at),
    });
    let series: Vec<Series> = series.collect();
    let trials = family.members.iter().map(|member| member.trials.len());
    let missing =
        trials.clone().sum::<usize>() - series.iter().map(|one| one.points.len()).sum::<usize>();
    let seeds = trials.max().unwrap_or(0);
    let axis = |quantity| Axis::new(shown(quantity).label(), shown(quantity).scale);
    let title = format!("{} against {}", shown(y).words, shown(x).words);
    let stem = format!("{} {} against {}", sweep.name, y.name(), x.name());
    Figure {
        name: file_stem(&stem),
        title: caption::capitalised(&(title + &caption::by(sweep))),
        caption: caption::joined([
            Some(format!(
                "Each marker is one trial {}, up to {} a colour; there is no band.",
                place(at),
                counted(seeds, "seed")
            )),
            caption::left_out(results, sweep, missing),
            family.limit.clone(),
        ]),
        x: axis(x),
        y: axis(y),
        legend: family.heading.clone(),
        colours: family.colours,
        series,
        plane: Plane::default(),
    }
}

fn points(member: &Combination<'_>, (x, y): (Quantity, Quantity), at: At) -> Vec<Point> {
    let value =
        |trial: &TrialResults, quantity| Some(trial.value(quantity, at)? * shown(quantity).factor);
    let point = |trial: &&TrialResults| {
        let (across, up) = (value(trial, x)?, value(trial, y)?);
        let mut lines = member.context.clone();
        lines.push(format!("seed {}", trial.trial.spec.seed));
        for (quantity, value) in [(x, across), (y, up)] {
            let quantity = shown(quantity);
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
