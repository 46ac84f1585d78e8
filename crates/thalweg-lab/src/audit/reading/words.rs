//! Sentences in words.

use std::fmt;

use thalweg::Named;

use super::Remark;
use crate::audit::regime::{EDGE, LONG};
use crate::audit::{Change, Regime, Scenario, Terms};
use crate::study::shown;

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Regime {
                regime,
                scenario,
                steps,
                method,
            } => of_regime(*regime, scenario, *steps, method),
            Self::NotSmooth { activation } => format!(
                "The network has `{}` activations, which are not smooth: the modified loss describes its \
                 steps between the kinks only, and λ_max is that of the smooth pieces. Compare runs, or take \
                 a smooth activation such as `gelu`.",
                activation.name()
            ),
            Self::Diverged => "Training ended here because its loss grew without bound: nothing below is \
                               about a solution. Audit the best parameters of the trial instead."
                .into(),
            Self::Clipped => "Gradients were clipped on the way: clipped steps are no multiple of the \
                              gradient, and nothing below is about them."
                .into(),
            Self::Unsteady { rises, pairs } => format!(
                "The training loss rose {rises} of the last {pairs} times it was measured: minibatch noise \
                 or the curvature moves θ about as much as the slope does, so that numbers at one θ are \
                 those of a moment."
            ),
            Self::Scheduled { rate, base } => format!(
                "The learning rate follows a schedule: everything here is said at {}, the rate of the step \
                 that follows, and not at {}, that of the file.",
                shown(*rate),
                shown(*base)
            ),
            Self::UnknownStep => "The learning rate follows a schedule, and the file does not say at which \
                                  step its parameters are: everything here is said at the rate of the file. \
                                  Give --step for another."
                .into(),
            Self::WeightDecay { coefficient } => format!(
                "With weight decay w = {}, Ẽ is of E + (w/2)‖θ‖² and of its gradient ∇E + wθ, since that is \
                 descended; E, ‖∇E‖² and Γ are of the loss alone.",
                shown(*coefficient)
            ),
            Self::WithReplacement => "Examples are drawn with replacement: the variance of minibatches is no \
                                      part of what is descended in the mean, and θ wanders by O(√h)."
                .into(),
            Self::NotConverged { residual } => format!(
                "λ_max was not found to the tolerance: its residual is {} of it. Take --budget full.",
                percent(*residual)
            ),
            Self::Unused { names } => format!(
                "Of the file, {} {} not of the network and {} passed over.",
                names.join(", "),
                if names.len() == 1 { "is" } else { "are" },
                if names.len() == 1 { "was" } else { "were" }
            ),
            Self::Penalty {
                terms,
                has_minibatches,
            } => penalty(terms, *has_minibatches),
            Self::NoModifiedLoss { why } => format!(
                "There is no modified loss to take shares of; {}. E, ‖∇E‖², Γ and λ_max say what they say of \
                 any method.",
                why.to_string().trim_start_matches("undefined: ")
            ),
            Self::Explicit { share, times } => format!(
                "What is added on purpose comes to {} of E{}.",
                percent(*share),
                match times {
                    Some(times) => format!(", {} times the implicit penalty", shown(*times)),
                    None => String::new(),
                }
            ),
            Self::NoiseScale {
                scale,
                batch_size,
                examples,
            } => noise_scale(*scale, *batch_size, *examples),
            Self::Change { from, to } => change(from, to),
            Self::NoChange { change } => match change {
                Change::BatchDoubled => {
                    "Batches cannot be doubled: a step sees all examples already.".into()
                }
                _ => "Batches cannot be halved: a step sees one example already.".into(),
            },
            Self::NothingSaid => "There is no theory of this form to say it.".into(),
            Self::HalfAccuracy {
                strength,
                error,
                draws,
            } => format!(
                "Multiplicative noise of σ = {} ± {} ({draws} draws a strength) leaves 50 % test accuracy. \
                 It is a number to compare networks by: more is flatter.",
                shown(*strength),
                rounded(*error)
            ),
            Self::NoHalfAccuracy { why, strongest } => format!(
                "There is no strength of multiplicative noise that leaves 50 % test accuracy: {}.",
                match why {
                    crate::audit::Undefined::StaysAboveHalf =>
                        format!("it stays above that up to σ = {}", shown(*strongest)),
                    why => why.to_string(),
                }
            ),
            Self::Noise {
                quantity,
                value,
                error,
                is_of_sample,
            } => format!(
                "{} is noise: {} ± {}, {}.",
                quantity.symbol(),
                shown(*value),
                rounded(*error),
                match is_of_sample {
                    true => "as an estimate for other examples of the same kind",
                    false => "for the examples at hand",
                }
            ),
            Self::BelowFloor { norm, floor } => format!(
                "‖∇E‖² = {} is below {}, what rounding to float32 alone makes of it: training in single \
                 precision cannot make it smaller, and it is not to be compared between runs. Train with \
                 precision = \"f64\" for that.",
                shown(*norm),
                rounded(*floor)
            ),
            Self::GradientOfSampling { norm, scatter } => format!(
                "‖∇E‖² = {} is {} Γ/N = {}, which the choice of the training examples alone \
                 contributes: it says how well these examples are fitted, and nothing of the slope of the \
                 population's loss.",
                shown(*norm),
                if norm < scatter { "below" } else { "about" },
                shown(*scatter)
            ),
            Self::NoNoise => "Every number is larger than its error bars.".into(),
        };
        f.write_str(&text)
    }
}

/// A share in per cent, with three digits.
fn percent(share: f64) -> String {
    format!("{} %", shown(digits(100.0 * share, 3)))
}

/// An error bar, with two digits.
pub(in crate::audit) fn rounded(error: f64) -> String {
    shown(digits(error, 2))
}

fn digits(value: f64, count: usize) -> f64 {
    format!("{value:.*e}", count - 1).parse().unwrap_or(value)
}

fn of_regime(regime: Regime, scenario: &Scenario, steps: u64, method: &str) -> String {
    let stability = scenario.stability.map_or(f64::NAN, |one| one);
    let (step, epoch) = (
        shown(scenario.step_length.unwrap_or(f64::NAN)),
        shown(scenario.epoch_length.unwrap_or(f64::NAN)),
    );
    let edge = match scenario.stability {
        None => String::new(),
        Some(stability) => format!(
            ", λ_max is {} times the largest stable curvature",
            shown(stability)
        ),
    };
    match regime {
        Regime::Inside if scenario.sees_all => format!(
            "Inside the theory's regime: h_e·λ_max = {step} is below {LONG}{edge}. The modified loss \
             describes these steps."
        ),
        Regime::Inside => format!(
            "Inside the theory's regime: h_e·λ_max = {step}{edge}, and an epoch of {steps} steps has \
             k·h_e·λ_max = {epoch}, below {LONG}. The modified losses describe single steps and the mean \
             over an epoch."
        ),
        Regime::LongEpochs => format!(
            "Inside the theory's regime for single steps (h_e·λ_max = {step}{edge}), outside it for epochs: \
             with {steps} steps k·h_e·λ_max = {epoch} is not below {LONG}, and the terms of third order that \
             are left out are as large as those that are kept. Take what is said of minibatches as a first \
             guess."
        ),
        Regime::LongSteps => format!(
            "At the end of the theory's regime: h_e·λ_max = {step} is not below {LONG}{edge}. Steps overshoot \
             along the top eigenvector, where no modified loss describes them; elsewhere it does."
        ),
        Regime::NearTheEdge => format!(
            "Outside the theory's regime, near the edge of stability: λ_max is {} times the largest stable \
             curvature, {EDGE} or more. Steps oscillate along the top eigenvector, and the modified loss is \
             not to be quoted.",
            shown(stability)
        ),
        Regime::BeyondTheEdge => format!(
            "Outside the theory's regime, beyond the edge of stability: λ_max is {} times the largest \
             stable curvature, so that steps grow along the top eigenvector until curvature falls. The \
             modified loss is not to be quoted.",
            shown(stability)
        ),
        Regime::NoTheory => format!(
            "Outside the theory: there is none of the form E + c‖∇E‖² for `{method}` as it is set here{}.",
            match scenario.stability {
                None => String::new(),
                Some(stability) => format!(
                    ". Its steps are stable, with λ_max {} times the largest stable curvature",
                    shown(stability)
                ),
            }
        ),
    }
}

fn penalty(terms: &Terms, has_minibatches: bool) -> String {
    let share = percent(terms.share);
    let full = shown(terms.full_batch);
    match has_minibatches {
        false => format!("Of Ẽ, {share} is implicit penalty: c‖∇E‖² = {full}."),
        true => format!(
            "Of the loss that is descended in the mean, {share} is implicit penalty: c‖∇E‖² = {full} of the \
             full batch and γΓ = {} of the variance of minibatches.",
            shown(terms.variance)
        ),
    }
}

fn noise_scale(scale: f64, batch_size: usize, examples: usize) -> String {
    let scale_shown = shown(digits(scale, 3));
    match batch_size as f64 <= scale {
        true => format!(
            "Batches of {batch_size} are below the gradient noise scale of {scale_shown}: most of a batch's \
             gradient is noise, and the implicit penalty of minibatches goes by h/B.{}",
            match scale > examples as f64 {
                true =>
                    " The scale exceeds the number of training examples, which are fitted so well that \
                         nearly all of their gradients cancel.",
                false => "",
            }
        ),
        false => format!(
            "Batches of {batch_size} are above the gradient noise scale of {scale_shown}: most of a batch's \
             gradient is that of all examples, and larger ones gain little."
        ),
    }
}

fn change(from: &Scenario, to: &Scenario) -> String {
    let number = |value: f64| shown(value);
    let what = match to.change {
        Change::RateDoubled => format!("Doubling h to {}", number(to.learning_rate)),
        Change::RateHalved => format!("Halving h to {}", number(to.learning_rate)),
        Change::BatchDoubled if to.sees_all => {
            format!("Enlarging B to all {} examples", to.batch_size)
        }
        Change::BatchDoubled => format!("Doubling B to {}", to.batch_size),
        Change::BatchHalved => format!("Halving B to {}", to.batch_size),
        Change::AsItIs => "Leaving everything as it is".to_owned(),
    };
    let mut parts = Vec::new();
    match (from.terms, to.terms) {
        (Some(one), Some(other)) => {
            parts.push(factor("c‖∇E‖²", one.full_batch, other.full_batch));
            if one.variance != 0.0 || other.variance != 0.0 {
                parts.push(factor("γΓ", one.variance, other.variance));
            }
            parts.push(format!(
                "makes the implicit penalty {} of the modified loss instead of {}",
                percent(other.share),
                percent(one.share)
            ));
        }
        _ => parts.push("changes no modified loss, since there is none".into()),
    }
    if let (Some(one), Some(other)) = (from.stability, to.stability)
        && one != other
    {
        parts.push(format!(
            "brings λ_max to {} times the largest stable curvature",
            shown(other)
        ));
    }
    if let (Some(one), Some(other)) = (from.epoch_length, to.epoch_length)
        && one != other
    {
        parts.push(format!("makes k·h_e·λ_max {}", shown(other)));
    }
    let end = match (Regime::of(from), Regime::of(to)) {
        (one, other) if one == other => "",
        (_, Regime::BeyondTheEdge) => " That is beyond the edge of stability.",
        (_, Regime::NearTheEdge) => " That is near the edge of stability.",
        (_, Regime::LongSteps) => " Steps then overshoot along the top eigenvector.",
        (_, Regime::LongEpochs) => " Epochs are then too long for the theory, steps are not.",
        (_, Regime::Inside) => " That is inside the theory's regime.",
        (_, Regime::NoTheory) => "",
    };
    format!("{what} {}.{end}", listed(&parts))
}

/// Parts as `a, b and c`.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What becomes of a term.
fn factor(name: &str, one: f64, other: f64) -> String {
    let ratio = other / one;
    let is = |value: f64| (ratio - value).abs() < 1e-9;
    if one == other {
        format!("leaves {name} at {}", shown(other))
    } else if is(2.0) {
        format!("doubles {name} to {}", shown(other))
    } else if is(0.5) {
        format!("halves {name} to {}", shown(other))
    } else if one == 0.0 {
        format!("brings {name} from 0 to {}", shown(other))
    } else if other == 0.0 {
        format!("takes {name} away")
    } else {
        format!(
            "takes {name} times {} to {}",
            shown(digits(ratio, 3)),
            shown(other)
        )
    }
}
