//! A whole experiment written out: every default filled in, every range a list.

use std::fmt::Write;

use thalweg::Named;

use super::canonical::{literal, probe, quote, tables};
use super::{
    At, ClaimSpec, Comparison, Experiment, FigureAxis, FigureSpec, SeedsShown, Setting, Sweep,
    TrialSpec,
};

/// One `path = value` of a sweep.
type Line = (&'static str, String);

/// The text of an experiment.
pub(super) fn experiment(experiment: &Experiment) -> String {
    let mut text = format!("title = {}\n", quote(&experiment.title));
    if !experiment.question.is_empty() {
        entry(&mut text, "question", &quote(&experiment.question));
    }
    let sweeps: Vec<Vec<Line>> = experiment.sweeps.iter().map(lines).collect();
    let has_own = |(sweep, _): &(&Sweep, &Vec<Line>)| sweep.union.is_empty();
    let own_lines = || experiment.sweeps.iter().zip(&sweeps).filter(has_own);
    let is_shared = |line: &&Line| own_lines().all(|(_, lines)| lines.contains(*line));
    let shared = sweeps.first().into_iter().flatten().filter(is_shared);
    tables(
        &mut text,
        shared.map(|(path, value)| (*path, value.clone())),
    );
    let first = experiment
        .sweeps
        .iter()
        .find_map(|sweep| sweep.trials.first());
    for one in first.map_or(&[][..], |trial| &trial.probes) {
        probe(&mut text, one);
    }
    for (sweep, lines) in experiment.sweeps.iter().zip(&sweeps) {
        let own = lines.iter().filter(|line| !is_shared(line));
        sweep_table(&mut text, sweep, own, experiment.sweeps.len());
    }
    for one in &experiment.claims {
        claim(&mut text, one);
    }
    for one in &experiment.figures {
        figure(&mut text, one);
    }
    text
}

/// Writes a sweep, unless it is the one that the tables alone stand for.
fn sweep_table<'a>(
    text: &mut String,
    sweep: &Sweep,
    own: impl Iterator<Item = &'a Line>,
    count: usize,
) {
    if count == 1 && sweep.name == Sweep::UNNAMED {
        return;
    }
    text.push_str("\n[[sweep]]\n");
    entry(text, "name", &quote(&sweep.name));
    if !sweep.union.is_empty() {
        let names: Vec<String> = sweep.union.iter().map(|name| quote(name)).collect();
        entry(text, "union", &format!("[{}]", names.join(", ")));
        return;
    }
    for (path, value) in own {
        entry(text, path, value);
    }
}

/// Everything a sweep sets, axes as lists.
fn lines(sweep: &Sweep) -> Vec<Line> {
    let mut lines = vec![("seeds", seeds(sweep))];
    let Some(first) = sweep.trials.first() else {
        return lines;
    };
    for (path, _) in first.settings() {
        let value = match sweep.axis(path) {
            Some(axis) => list(&axis.values),
            None if is_implied(path, sweep) => continue,
            None => fixed(path, &sweep.trials),
        };
        if !value.is_empty() {
            lines.push((path, value));
        }
    }
    lines
}

/// Whether a setting that is no axis only repeats what others say.
///
/// Widths are written as `hidden_widths`, except along an axis of `width` or `depth`.
fn is_implied(path: &str, sweep: &Sweep) -> bool {
    let has_axis = |path| sweep.axis(path).is_some();
    let by_width = has_axis("network.width") || has_axis("network.depth");
    match path {
        "network.hidden_widths" => by_width,
        "network.width" | "network.depth" => !by_width,
        "regularizer.coefficient" | "regularizer.multiplier" => {
            sweep.trials.iter().all(|trial| trial.regularizer.is_none())
        }
        "weight_decay.coefficient" => sweep
            .trials
            .iter()
            .all(|trial| trial.weight_decay.is_none()),
        _ => false,
    }
}

/// The value of a setting that is no axis, the same in all trials.
///
/// One that is not the same was not given: it is a default that follows an axis, such as a setting
/// that only some of the methods of an axis have. It is left out.
fn fixed(path: &str, trials: &[TrialSpec]) -> String {
    let has_section = |trial: &&TrialSpec| match path.split_once('.') {
        Some(("regularizer", _)) => trial.regularizer.is_some(),
        Some(("weight_decay", key)) => trial
            .weight_decay
            .is_some_and(|decay| key != "in_penalty" || decay.in_penalty.is_some()),
        _ => true,
    };
    let values = trials.iter().filter(has_section);
    let mut values = values.filter_map(|trial| trial.setting(path));
    let first = values.next().unwrap_or(Setting::Absent);
    match values.all(|value| value == first) {
        true => literal(&first),
        false => String::new(),
    }
}

fn seeds(sweep: &Sweep) -> String {
    let mut seeds: Vec<u64> = Vec::new();
    for trial in &sweep.trials {
        if !seeds.contains(&trial.seed) {
            seeds.push(trial.seed);
        }
    }
    format!("{seeds:?}")
}

fn list(values: &[Setting]) -> String {
    let values: Vec<String> = values.iter().map(literal).collect();
    format!("[{}]", values.join(", "))
}

pub(super) fn claim(text: &mut String, claim: &ClaimSpec) {
    text.push_str("\n[[claim]]\n");
    entry(text, "name", &quote(&claim.name));
    entry(text, "statement", &quote(&claim.statement));
    entry(text, "source", &quote(&claim.source));
    entry(text, "sweep", &quote(&claim.sweep));
    if let Some(axis) = &claim.axis {
        entry(text, "axis", &quote(axis));
    }
    if let Some(matched_by) = claim.matched_by {
        entry(text, "matched_by", &quote(matched_by.name()));
    }
    entry(text, "quantity", &quote(claim.quantity.name()));
    if let Some(relative_to) = claim.relative_to {
        entry(text, "relative_to", &quote(relative_to.name()));
    }
    entry(text, "at", &at(claim.at));
    entry(text, "expect", &quote(claim.expect.name()));
    entry(text, "compare", &comparison(&claim.compare));
    entry(text, "scale", &quote(claim.scale.name()));
    entry(
        text,
        "minimum_effect",
        &literal(&claim.minimum_effect.into()),
    );
    entry(text, "among", &quote(claim.among.name()));
}

fn figure(text: &mut String, figure: &FigureSpec) {
    text.push_str("\n[[figure]]\n");
    entry(text, "title", &quote(&figure.title));
    entry(text, "sweep", &quote(&figure.sweep));
    match &figure.x {
        FigureAxis::Setting(path) => {
            entry(text, "x", &quote(path));
            entry(text, "at", &at(figure.at));
        }
        FigureAxis::Path(axis) => entry(text, "x", &quote(axis.name())),
        FigureAxis::Quantity(quantity) => {
            entry(text, "x", &quote(quantity.name()));
            entry(text, "at", &at(figure.at));
        }
        FigureAxis::Perturbation => entry(text, "x", &quote(FigureAxis::PERTURBATION)),
    }
    entry(text, "y", &quote(figure.y.name()));
    if let Some(relative_to) = figure.relative_to {
        entry(text, "relative_to", &quote(relative_to.name()));
    }
    entry(text, "x_scale", &quote(figure.x_scale.name()));
    entry(text, "y_scale", &quote(figure.y_scale.name()));
    if figure.seeds != SeedsShown::All {
        entry(text, "seeds", &quote(figure.seeds.name()));
    }
}

fn at(at: At) -> String {
    match at {
        At::Best => quote("best"),
        At::Final => quote("final"),
        At::Loss(loss) => format!("{{ loss = {} }}", literal(&loss.into())),
        At::Along(axis, place) => {
            format!("{{ {} = {} }}", axis.name(), literal(&place.into()))
        }
    }
}

fn comparison(comparison: &Comparison) -> String {
    match comparison {
        Comparison::Trend => quote("trend"),
        Comparison::Pair { from, to } => {
            format!("{{ from = {}, to = {} }}", literal(from), literal(to))
        }
        Comparison::Optimum { of, at: place } => {
            format!(
                "{{ optimum_of = {}, at = {} }}",
                quote(of.name()),
                at(*place)
            )
        }
        Comparison::Sweep { base } => format!("{{ sweep = {} }}", quote(base)),
    }
}

fn entry(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {value}");
}
