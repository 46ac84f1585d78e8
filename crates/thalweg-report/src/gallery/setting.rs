//! A quantity against a setting: one point a value of the setting, one series a combination of the
//! others.

use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg_lab::spec::{At, FigureSpec, Scale, Setting, Sweep};

use super::caption;
use super::combination::{Combination, Family};
use super::wording::{drawn, file_stem, setting_label, setting_value, upward};
use crate::aggregate::{Band, Summary};
use crate::figure::{Axis, Figure, Kind, Mark, Plane, Point, Series};
use crate::results::{Results, TrialResults};

/// One value of the setting with what the seeds of a combination have there.
pub(super) struct Column<'a> {
    pub mark: &'a Mark,
    /// Seeds and values, in the unit shown.
    pub values: Vec<(u64, f64)>,
    /// The values of the best seeds, where their mean is shown too.
    pub best: Option<Vec<f64>>,
    /// Trials without a value.
    missing: usize,
}

impl<'a> Column<'a> {
    fn of(mark: &'a Mark, trials: &[&TrialResults], spec: &FigureSpec) -> Self {
        let factor = upward(spec).factor;
        let value = |one: &&TrialResults| {
            let value = one.shown(spec)?;
            Some((one.trial.spec.seed, value * factor))
        };
        let values: Vec<(u64, f64)> = trials.iter().filter_map(value).collect();
        let missing = trials.len() - values.len();
        Self {
            mark,
            best: best(trials, spec),
            values,
            missing,
        }
    }
}

/// The values of the best seeds of a point by their highest test accuracy; `None` where `spec` shows
/// all alike.
fn best(trials: &[&TrialResults], spec: &FigureSpec) -> Option<Vec<f64>> {
    let count = spec.seeds.best_of(trials.len())?;
    let factor = upward(spec).factor;
    let accuracy = |one: &&TrialResults| one.value(Quantity::TestAccuracy, At::Best);
    let mut trials: Vec<_> = trials
        .iter()
        .filter_map(|one| Some((accuracy(one)?, *one)))
        .collect();
    trials.sort_by(|one, other| other.0.total_cmp(&one.0));
    let values = trials.iter().take(count);
    let values = values.filter_map(|(_, one)| Some(one.shown(spec)? * factor));
    Some(values.collect())
}

/// The figure that `spec` states, of the setting at `path`.
pub(super) fn figure(spec: &FigureSpec, path: &str, sweep: &Sweep, results: &Results) -> Figure {
    let family = Family::of(results, sweep, Some(path));
    let ticks = Ticks::of(sweep, path);
    let columns = family
        .members
        .iter()
        .map(|member| ticks.columns(member, spec, path));
    let columns: Vec<Vec<Column<'_>>> = columns.collect();
    let seeds: Vec<usize> = columns
        .iter()
        .flatten()
        .map(|one| one.values.len())
        .collect();
    let missing = columns.iter().flatten().map(|one| one.missing).sum();
    let band = Band::of(seeds.iter().copied().max().unwrap_or(0));
    let mut series = Vec::new();
    for (member, columns) in family.members.iter().zip(&columns) {
        let kind = if ticks.is_numeric {
            Kind::Line
        } else {
            Kind::Points
        };
        let (name, points) = (
            member.name.clone(),
            points(columns, spec, path, &member.context, band),
        );
        series.push(Series { name, kind, points });
        if let Some(points) = companion(columns, spec) {
            let (name, kind) = (String::new(), Kind::Companion);
            series.push(Series { name, kind, points });
        }
    }
    // One entry of the legend speaks for all of them.
    let last = series.iter_mut().rfind(|one| one.kind == Kind::Companion);
    if let (Some(last), Some(name)) = (last, caption::best(&seeds, spec.seeds)) {
        last.name = name;
    }
    Figure {
        name: file_stem(&format!("{} {} {}", sweep.name, spec.y.name(), path)),
        title: spec.title.clone(),
        caption: caption::joined([
            Some(description(&seeds, band, spec)),
            caption::left_out(results, sweep, missing),
            family.limit.clone(),
        ]),
        x: ticks.axis(path, spec.x_scale),
        y: Axis::new(upward(spec).label(), spec.y_scale),
        legend: family.heading.clone(),
        colours: family.colours,
        series,
        plane: Plane::default(),
    }
}

/// What is shown, and what a point and a dot are.
fn description(seeds: &[usize], band: Band, spec: &FigureSpec) -> String {
    let has_dots = band == Band::Range && seeds.iter().any(|count| *count > 1);
    caption::joined([
        Some(caption::capitalised(&drawn(spec)) + "."),
        Some(caption::spread("Each point", seeds, spec.y_scale)),
        has_dots.then(|| "Small dots are single seeds.".into()),
        caption::best(seeds, spec.seeds).map(|best| {
            format!(
                "Dashed, with small markers: the same mean of the {best}, those with the highest test \
                 accuracy at any time of training. Claims count every seed."
            )
        }),
    ])
}

/// The values of a setting as places on an axis.
pub(super) struct Ticks {
    is_numeric: bool,
    marks: Vec<(Setting, Mark)>,
}

impl Ticks {
    /// Numbers where they are, in order; names side by side.
    pub fn of(sweep: &Sweep, path: &str) -> Self {
        let settings = sweep.values(path);
        let is_numeric = settings.iter().all(|setting| setting.as_number().is_some());
        let mark = |(index, setting): (usize, &Setting)| {
            let value = setting
                .as_number()
                .filter(|_| is_numeric)
                .unwrap_or(index as f64);
            let label = setting_value(setting);
            (setting.clone(), Mark { value, label })
        };
        let mut marks: Vec<(Setting, Mark)> = settings.iter().enumerate().map(mark).collect();
        marks.sort_by(|(_, one), (_, other)| one.value.total_cmp(&other.value));
        Self { is_numeric, marks }
    }

    fn axis(&self, path: &str, scale: Scale) -> Axis {
        Axis {
            label: setting_label(path),
            scale: if self.is_numeric {
                scale
            } else {
                Scale::Linear
            },
            marks: self.marks.iter().map(|(_, mark)| mark.clone()).collect(),
        }
    }

    /// What a combination has at each value; values without trials are left out.
    pub fn columns(
        &self,
        member: &Combination<'_>,
        spec: &FigureSpec,
        path: &str,
    ) -> Vec<Column<'_>> {
        let trials = |setting: &Setting| -> Vec<&TrialResults> {
            let trials = member.trials.iter().copied();
            trials
                .filter(|one| one.setting(path).is_near(setting))
                .collect()
        };
        self.marks
            .iter()
            .map(|(setting, mark)| Column::of(mark, &trials(setting), spec))
            .filter(|column| column.missing > 0 || !column.values.is_empty())
            .collect()
    }
}

fn points(
    columns: &[Column<'_>],
    spec: &FigureSpec,
    path: &str,
    context: &[String],
    band: Band,
) -> Vec<Point> {
    let point = |column: &Column<'_>| {
        let values: Vec<f64> = column.values.iter().map(|(_, value)| *value).collect();
        let summary = Summary::of(&values, spec.y_scale, band)?;
        Some(Point {
            x: column.mark.value,
            y: summary.middle,
            low: summary.low,
            high: summary.high,
            note: note(column, summary, spec, path, context),
            singles: if values.len() > 1 && band == Band::Range {
                values
            } else {
                Vec::new()
            },
        })
    };
    columns.iter().filter_map(point).collect()
}

/// The means of the best seeds, if they are shown.
fn companion(columns: &[Column<'_>], spec: &FigureSpec) -> Option<Vec<Point>> {
    let point = |column: &Column<'_>| {
        let middle = of_best(column, spec)?.middle;
        Some(Point {
            x: column.mark.value,
            y: middle,
            low: middle,
            high: middle,
            singles: Vec::new(),
            note: String::new(),
        })
    };
    let points: Vec<Point> = columns.iter().filter_map(point).collect();
    (!points.is_empty()).then_some(points)
}

fn of_best(column: &Column<'_>, spec: &FigureSpec) -> Option<Summary> {
    Summary::of(column.best.as_ref()?, spec.y_scale, Band::Range)
}

/// What hovering over a point shows.
fn note(
    column: &Column<'_>,
    summary: Summary,
    spec: &FigureSpec,
    path: &str,
    context: &[String],
) -> String {
    let quantity = upward(spec);
    let mut lines = vec![format!("{} {}", setting_label(path), column.mark.label)];
    lines.extend(context.iter().cloned());
    lines.push(format!(
        "{} {}",
        quantity.words,
        quantity.value(summary.middle)
    ));
    if column.values.len() > 1 {
        let (low, high) = (quantity.value(summary.low), quantity.value(summary.high));
        lines.push(format!("band {low} to {high}"));
    }
    if let (Some(best), Some(values)) = (of_best(column, spec), &column.best) {
        let count = column.values.len();
        lines.push(format!(
            "best {} of {count} seeds {}",
            values.len(),
            quantity.value(best.middle)
        ));
    }
    let seed = |(seed, value): &(u64, f64)| format!("seed {seed}: {}", quantity.value(*value));
    lines.extend(column.values.iter().take(MOST_SEEDS_IN_A_NOTE).map(seed));
    lines.join("\n")
}

/// The seeds that a note lists before it is too long to read.
const MOST_SEEDS_IN_A_NOTE: usize = 8;
