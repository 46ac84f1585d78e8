//! Which coefficients a trial really descends with, before it is run.

use thalweg::modified::stochastic::{Epoch, StochasticCoefficients};
use thalweg::optimizer::{Optimizer, OptimizerError, Sampling};

use crate::plain_table;
use crate::plan::PlannedTrial;
use crate::spec::TrialSpec;
use crate::study::shown;
use crate::trial::{build_optimizer, with_weight_decay};

/// What a trial descends besides its loss, at the learning rate of its file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Applied {
    /// What its steps add by their size; `None` where there is no modified loss of the form
    /// E + c‖∇E‖² + γΓ.
    pub implicit: Option<StochasticCoefficients>,
    /// What is added on purpose.
    pub explicit: StochasticCoefficients,
}

impl Applied {
    /// Of a trial over so many training examples and parameters.
    ///
    /// With φ(n) = (N−n)/((N−1)n), or 1/n for examples drawn with replacement, a penalty μ on the
    /// squared gradient norm of n examples is μ‖∇E‖² + μφ(n)Γ in the mean.
    ///
    /// # Errors
    /// If the optimizer is none.
    pub fn of(
        spec: &TrialSpec,
        examples: usize,
        parameters: usize,
    ) -> Result<Self, OptimizerError> {
        let rate = spec.optimizer.learning_rate;
        let optimizer: Box<dyn Optimizer<f64>> = build_optimizer(&spec.optimizer, rate)?;
        let method = optimizer.analysis();
        let analysis = with_weight_decay(method, spec);
        let epoch = spec.optimizer.epoch(examples);
        Ok(Self {
            implicit: epoch.coefficients(&analysis),
            explicit: explicit(spec, epoch, method.implicit_coefficient, parameters),
        })
    }
}

/// c, c_v and γ of what is added on purpose.
pub(crate) fn explicit(
    spec: &TrialSpec,
    epoch: Epoch,
    implicit_coefficient: Option<f64>,
    parameters: usize,
) -> StochasticCoefficients {
    let Some(regularizer) = &spec.regularizer else {
        return StochasticCoefficients::default();
    };
    let penalty = regularizer.batch_penalty(implicit_coefficient, parameters);
    // One order of several batches has the same share of the variance in the mean over orders.
    let sampling = match epoch.sampling {
        Sampling::FixedOrder => Sampling::Shuffled,
        drawn => drawn,
    };
    let found = penalty.coefficients(Epoch { sampling, ..epoch });
    found.unwrap_or_default()
}

/// The most rows that are shown.
const MOST_ROWS: usize = 12;

const NOTE: &str = "What is descended is E + c‖∇E‖² + γΓ, Γ the variance of the gradients of single \
                    examples: c and γ of the steps themselves and of what is added on purpose, at the \
                    learning rate of the file.";

const SCHEDULE_NOTE: &str = "Where a schedule changes the learning rate, the coefficients of the steps \
                             themselves change with it in proportion.";

const DECAY_NOTE: &str = "With weight decay w, E is the loss with (w/2)‖θ‖² added.";

/// The coefficients of trials, each with its size of data and network, as aligned text; equal ones
/// once.
///
/// # Errors
/// If an optimizer is none.
pub fn table<'a>(
    trials: impl IntoIterator<Item = (&'a PlannedTrial, usize, usize)>,
    width: usize,
) -> Result<String, OptimizerError> {
    let mut rows: Vec<plain_table::Row> = Vec::new();
    let (mut is_scheduled, mut is_decayed) = (false, false);
    for (trial, examples, parameters) in trials {
        let applied = Applied::of(&trial.spec, examples, parameters)?;
        is_scheduled |= trial.spec.schedule.is_some();
        is_decayed |= trial.spec.weight_decay.is_some();
        let row = row(&trial.spec, applied);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let more = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    let mut notes = vec![NOTE.to_owned()];
    if is_scheduled {
        notes.push(SCHEDULE_NOTE.to_owned());
    }
    if is_decayed {
        notes.push(DECAY_NOTE.to_owned());
    }
    if more > 0 {
        notes.push(format!("{more} more combinations are not shown."));
    }
    let headings = ["h", "optimizer", "batch", "implicit c, γ", "explicit c, γ"];
    Ok(plain_table::table(&headings, &rows, &notes, width))
}

fn row(spec: &TrialSpec, applied: Applied) -> plain_table::Row {
    let pair = |of: StochasticCoefficients| {
        format!("{}, {}", shown(of.full_batch), shown(of.gradient_variance))
    };
    let batch = spec.optimizer.batch;
    [
        spec.optimizer.learning_rate.to_string(),
        spec.optimizer.method.name().into(),
        batch.map_or_else(|| "all".into(), |batch| batch.size.to_string()),
        applied.implicit.map_or_else(|| "none known".into(), pair),
        match applied.explicit == StochasticCoefficients::default() {
            true => "0".into(),
            false => pair(applied.explicit),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Experiment;

    /// Shuffled batches of 10 of 91 examples, h = 0.4.
    fn applied(settings: &str) -> Applied {
        let text = format!(
            "[data]\nname = \"mnist-small\"\n[network]\nhidden_widths = [2]\n[stop]\nsteps = 1\n\
             [optimizer]\nlearning_rate = 0.4\n{settings}"
        );
        let experiment = Experiment::parse("x", &text, &[]).unwrap_or_else(|one| panic!("{one}"));
        Applied::of(&experiment.sweeps[0].trials[0], 91, 1000).unwrap()
    }

    fn is(found: StochasticCoefficients, full_batch: f64, gradient_variance: f64) -> bool {
        let near = |one: f64, other: f64| (one - other).abs() < 1e-15;
        near(found.full_batch, full_batch) && near(found.gradient_variance, gradient_variance)
    }

    const SGD: &str = "method = \"sgd\"\nbatch_size = 13\n";
    /// (91−13)/(90·13).
    const SHARE: f64 = 78.0 / 1170.0;

    #[test]
    fn the_implicit_term_of_sgd_is_a_quarter_of_the_rate_and_less_of_the_variance() {
        let found = applied(SGD);
        assert!(is(found.implicit.unwrap(), 0.1, 0.1 * SHARE));
        assert_eq!(found.explicit, StochasticCoefficients::default());
        assert!(is(
            applied("method = \"gradient-descent\"").implicit.unwrap(),
            0.1,
            0.0
        ));
        assert_eq!(applied("method = \"adam\"\nbatch_size = 13").implicit, None);
    }

    #[test]
    fn what_is_added_is_shown_as_it_acts_whatever_its_normalisation() {
        let of = |lines: &str| applied(&format!("{SGD}[regularizer]\n{lines}")).explicit;
        assert!(is(of("coefficient = 0.02"), 0.02, 0.02 * SHARE));
        let e_reg = "coefficient = 0.08\nnormalisation = \"e-reg\"";
        assert!(is(of(e_reg), 0.02, 0.02 * SHARE));
        let r_ig = "coefficient = 20.0\nnormalisation = \"r-ig\"";
        assert!(is(of(r_ig), 0.02, 0.02 * SHARE));
        let cancelled = "kind = \"implicit-multiple\"\nmultiplier = -1";
        assert!(is(of(cancelled), -0.1, -0.1 * SHARE));
    }

    #[test]
    fn micro_batches_carry_their_own_share_of_the_variance() {
        let lines = "coefficient = 0.02\nmicro_batch_size = 1\nwhole_batch_coefficient = 0.01";
        let found = applied(&format!("{SGD}[regularizer]\n{lines}")).explicit;
        assert!(is(found, 0.03, 0.02 + 0.01 * SHARE));
    }
}
