//! What a trial says against its own results.

use thalweg::Named;
use thalweg::optimizer::Sampling;
use thalweg::probe::Quantity;
use thalweg::regularizer::Normalisation;

use crate::record::{Measurement, Termination, Warning, WarningKind};
use crate::spec::{DecayKind, Precision, Strength, TrialSpec};
use crate::store::Progress;

/// Every warning about a trial that ended so.
pub(super) fn of(
    termination: Termination,
    spec: &TrialSpec,
    asked: &[Quantity],
    last: &Measurement,
    progress: &Progress,
) -> Vec<Warning> {
    let diverged = termination == Termination::Diverged;
    let found = [
        diverged.then(|| divergence(last)),
        (!diverged).then(|| not_interpolating(progress)).flatten(),
        (!diverged)
            .then(|| still_improving(progress, termination))
            .flatten(),
        single_precision_floor(spec.precision, last),
        no_minibatches(spec, asked, last),
        sgd_regulariser_of_full_batch(spec),
        no_modified_loss(spec, asked, last),
        edge_of_stability(last),
    ];
    found.into_iter().flatten().collect()
}

/// Those of `asked` that were not measured although they should have been, by name.
fn missing(
    asked: &[Quantity],
    last: &Measurement,
    is_meant: impl Fn(Quantity) -> bool,
) -> Option<String> {
    let asked = asked.iter().filter(|one| is_meant(**one));
    let names: Vec<&str> = asked
        .filter(|one| last.get(**one).is_none())
        .map(|one| one.name())
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Whether a quantity of minibatches was asked for where there are none.
fn no_minibatches(spec: &TrialSpec, asked: &[Quantity], last: &Measurement) -> Option<Warning> {
    let missing = missing(asked, last, Quantity::is_of_minibatches);
    let missing = missing.filter(|_| spec.optimizer.batch.is_none())?;
    Some(Warning {
        kind: WarningKind::NoMinibatches,
        message: format!("not measured: {missing}, since each step sees all training examples"),
    })
}

/// Whether the regulariser of SGD stands where no batch differs from another.
fn sgd_regulariser_of_full_batch(spec: &TrialSpec) -> Option<Warning> {
    let penalty = spec.regularizer?;
    let is_sgds = matches!(
        penalty.strength,
        Strength::Penalty {
            normalisation: Normalisation::EReg,
            ..
        }
    );
    let is_whole = spec.optimizer.batch.is_none() && penalty.micro_batches.is_none();
    (is_sgds && is_whole).then(|| Warning {
        kind: WarningKind::NoMinibatches,
        message: "λE_reg was added without minibatches: it is (λ/4)‖∇E‖² and has no term of the \
                  variance"
            .into(),
    })
}

/// Whether a quantity of the modified loss was asked for that the optimizer does not have.
fn no_modified_loss(spec: &TrialSpec, asked: &[Quantity], last: &Measurement) -> Option<Warning> {
    let has_batches = spec.optimizer.batch.is_some();
    let missing = missing(asked, last, |one| {
        one.is_of_modified_loss() && (has_batches || !one.is_of_minibatches())
    })?;
    let batch = spec.optimizer.batch.map(|batch| batch.sampling);
    let method = spec.optimizer.method.name();
    let decay = match spec.weight_decay.map(|decay| decay.kind) {
        Some(DecayKind::Decoupled) => " with decoupled weight decay",
        _ => "",
    };
    let reason = match batch {
        Some(Sampling::FixedOrder) => {
            format!("`{method}` with minibatches in a fixed order descends no one loss")
        }
        _ => format!("`{method}`{decay} descends no loss of the form E + c‖∇E‖²"),
    };
    Some(Warning {
        kind: WarningKind::NoModifiedLoss,
        message: format!("not measured: {missing}, since {reason}"),
    })
}

fn divergence(last: &Measurement) -> Warning {
    Warning {
        kind: WarningKind::Diverged,
        message: format!(
            "the loss grew without bound and was given up at step {}",
            last.step
        ),
    }
}

fn not_interpolating(progress: &Progress) -> Option<Warning> {
    let highest = progress
        .max_train_accuracy
        .filter(|highest| *highest < 1.0)?;
    Some(Warning {
        kind: WarningKind::NotInterpolating,
        message: format!(
            "training accuracy reached {:.2} %, not 100 %",
            100.0 * highest
        ),
    })
}

/// Whether the best point is the last of those seen, and the trial was ended by a limit.
fn still_improving(progress: &Progress, termination: Termination) -> Option<Warning> {
    let best = progress.best.as_ref()?;
    let by_limit = matches!(
        termination,
        Termination::StepLimit | Termination::EpochLimit | Termination::TimeLimit
    );
    (by_limit && best.step > 0 && Some(best.step) == progress.last_test_step).then(|| Warning {
        kind: WarningKind::StillImproving,
        message: format!(
            "the highest test accuracy is the last one, at step {}",
            best.step
        ),
    })
}

/// Rounding of θ alone moves a gradient by about ε‖θ‖ times the curvature: below that, ‖∇E‖ is
/// rounding as much as gradient. Curvature 1 is taken, a cautious guess for trained networks.
fn single_precision_floor(precision: Precision, last: &Measurement) -> Option<Warning> {
    let norm_squared = last.get(Quantity::GradientNormSquared)?;
    let theta_squared = last.get(Quantity::ParameterNormSquared)?;
    let floor = f64::from(f32::EPSILON).powi(2) * (1.0 + theta_squared);
    (precision == Precision::F32 && norm_squared < floor).then(|| Warning {
        kind: WarningKind::SinglePrecisionFloor,
        message: format!("‖∇E‖² is {norm_squared:.1e}, below the rounding floor {floor:.1e}"),
    })
}

/// From here on the theory of small steps is not to be quoted: at 1 a step overshoots along the top
/// eigenvector as far as it was off.
const EDGE: f64 = 0.9;

fn edge_of_stability(last: &Measurement) -> Option<Warning> {
    let stability = last.get(Quantity::Stability).filter(|one| *one >= EDGE)?;
    Some(Warning {
        kind: WarningKind::EdgeOfStability,
        message: format!("λ_max is {stability:.2} times the largest stable curvature at the end"),
    })
}
