//! The figures of an experiment that states none.

use thalweg::probe::Quantity;
use thalweg_lab::spec::{At, Axis, FigureAxis, FigureSpec, PathAxis, Scale, SeedsShown, Sweep};

use super::caption;
use super::wording::{path_label, setting_label, shown};
use crate::results::Results;

/// The most figures of a report that nobody chose.
const MOST_FIGURES: usize = 12;

/// A numeric setting whose values span this factor is shown on a logarithmic axis.
const LOGARITHMIC_FROM: f64 = 5.0;

/// The most telling figures of all sweeps, in the order of the sweeps.
pub(super) fn wanted(results: &Results) -> Vec<FigureSpec> {
    let mut ranked: Vec<(usize, usize, FigureSpec)> = Vec::new();
    for (index, sweep) in results.experiment.sweeps.iter().enumerate() {
        let of_sweep = of_sweep(sweep, results);
        ranked.extend(
            of_sweep
                .into_iter()
                .map(|(rank, wanted)| (rank, index, wanted)),
        );
    }
    ranked.sort_by_key(|(rank, _, _)| *rank);
    ranked.truncate(MOST_FIGURES);
    ranked.sort_by_key(|(_, index, _)| *index);
    ranked.into_iter().map(|(_, _, wanted)| wanted).collect()
}

/// The figures of a sweep with their ranks: settings, then relations and courses by turns.
fn of_sweep(sweep: &Sweep, results: &Results) -> Vec<(usize, FigureSpec)> {
    use Quantity::{GradientNormSquared, Lambda, Loss, RIg, TestAccuracy};
    let at = if is_measured(TestAccuracy, At::Best, sweep, results) {
        At::Best
    } else {
        At::Final
    };
    let has = |quantity| is_measured(quantity, at, sweep, results);
    let mut wanted = Vec::new();
    for quantity in [TestAccuracy, GradientNormSquared]
        .into_iter()
        .filter(|one| has(*one))
    {
        let figures = sweep
            .axes
            .iter()
            .map(|axis| against_setting(sweep, axis, quantity, at));
        wanted.extend(figures.map(|figure| (0, figure)));
    }
    for (rank, x, y) in [(1, Lambda, RIg), (4, GradientNormSquared, TestAccuracy)] {
        let is_telling = x != Lambda || varies(x, at, sweep, results);
        if !sweep.axes.is_empty() && has(x) && has(y) && is_telling {
            wanted.push((rank, related(sweep, x, y, at)));
        }
    }
    for (rank, quantity) in [(3, Loss), (2, GradientNormSquared), (2, TestAccuracy)] {
        if has(quantity) {
            wanted.push((rank, along_epochs(sweep, quantity)));
        }
    }
    wanted
}

fn against_setting(sweep: &Sweep, axis: &Axis, y: Quantity, at: At) -> FigureSpec {
    let title = format!("{} against {}", shown(y).words, setting_label(&axis.path));
    FigureSpec {
        title: caption::capitalised(&title),
        sweep: sweep.name.clone(),
        x: FigureAxis::Setting(axis.path.clone()),
        y,
        relative_to: None,
        at,
        x_scale: scale(axis),
        y_scale: shown(y).scale,
        seeds: SeedsShown::All,
    }
}

fn related(sweep: &Sweep, x: Quantity, y: Quantity, at: At) -> FigureSpec {
    let title = format!("{} against {}", shown(y).words, shown(x).words);
    FigureSpec {
        title: caption::capitalised(&(title + &caption::by(sweep))),
        sweep: sweep.name.clone(),
        x: FigureAxis::Quantity(x),
        y,
        relative_to: None,
        at,
        x_scale: shown(x).scale,
        y_scale: shown(y).scale,
        seeds: SeedsShown::All,
    }
}

fn along_epochs(sweep: &Sweep, y: Quantity) -> FigureSpec {
    let title = format!("{} against {}", shown(y).words, path_label(PathAxis::Epoch));
    let title = title + &caption::by(sweep);
    FigureSpec {
        title: caption::capitalised(&title),
        sweep: sweep.name.clone(),
        x: FigureAxis::Path(PathAxis::Epoch),
        y,
        relative_to: None,
        at: At::Final,
        x_scale: Scale::Linear,
        y_scale: shown(y).scale,
        seeds: SeedsShown::All,
    }
}

/// Logarithmic for positive numbers, zero aside, that span a wide range.
fn scale(axis: &Axis) -> Scale {
    let values: Option<Vec<f64>> = axis.values.iter().map(|value| value.as_number()).collect();
    let values = values.unwrap_or_default();
    let positive = || values.iter().copied().filter(|value| *value > 0.0);
    let ratio = positive().fold(0.0, f64::max) / positive().fold(f64::INFINITY, f64::min);
    if ratio >= LOGARITHMIC_FROM && values.iter().all(|value| *value >= 0.0) {
        Scale::Log
    } else {
        Scale::Linear
    }
}

fn is_measured(quantity: Quantity, at: At, sweep: &Sweep, results: &Results) -> bool {
    let mut trials = results.of_sweep(sweep).filter(|one| one.is_usable());
    trials.any(|one| one.value(quantity, at).is_some())
}

fn varies(quantity: Quantity, at: At, sweep: &Sweep, results: &Results) -> bool {
    let trials = results.of_sweep(sweep).filter(|one| one.is_usable());
    let values: Vec<f64> = trials.filter_map(|one| one.value(quantity, at)).collect();
    values.iter().any(|value| *value != values[0])
}
