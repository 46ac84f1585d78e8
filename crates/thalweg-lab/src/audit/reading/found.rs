//! Which sentences an audit calls for.

use thalweg::optimizer::Sampling;

use super::Remark;
use crate::audit::{Audit, Audited, Change, Undefined};

impl Remark {
    /// Every sentence, topic by topic.
    #[must_use]
    pub fn all(audit: &Audit) -> Vec<Self> {
        let mut all = of_regime(audit);
        all.extend(of_penalty(audit));
        all.extend(of_changes(audit));
        all.extend(of_robustness(audit));
        let noise = of_noise(audit);
        match noise.is_empty() {
            true => all.push(Self::NoNoise),
            false => all.extend(noise),
        }
        all
    }
}

fn of_regime(audit: &Audit) -> Vec<Remark> {
    let about = &audit.about;
    let spec = &about.spec;
    let activation = spec.network.activation;
    let last = about.last_steps;
    let sampling = spec.optimizer.batch.map(|batch| batch.sampling);
    let is_drawn = sampling == Some(Sampling::WithReplacement);
    // A linear model has no activations.
    let has_kinks = !activation.is_smooth() && !spec.network.hidden_widths.is_empty();
    let scheduled = spec.schedule.map(|_| match about.step {
        None => Remark::UnknownStep,
        Some(_) => Remark::Scheduled {
            rate: about.learning_rate,
            base: spec.optimizer.learning_rate,
        },
    });
    let unsteady = last.filter(|last| last.is_unsteady());
    let unsteady = unsteady.map(|last| Remark::Unsteady {
        rises: last.rises,
        pairs: last.pairs,
    });
    let sharpness = audit.number(Audited::Sharpness);
    let residual = sharpness.filter(|_| !about.has_converged).map(|number| {
        let size = number.error.map_or(f64::NAN, |error| error.size);
        Remark::NotConverged {
            residual: size / number.value.unwrap_or(f64::NAN).abs(),
        }
    });
    let found = [
        Some(Remark::Regime {
            regime: audit.regime,
            scenario: audit.scenarios[0],
            steps: about.steps_per_epoch,
            method: spec.optimizer.method.name(),
        }),
        has_kinks.then_some(Remark::NotSmooth { activation }),
        last.filter(|last| last.diverged).map(|_| Remark::Diverged),
        last.filter(|last| last.clipped).map(|_| Remark::Clipped),
        unsteady,
        scheduled,
        is_drawn.then_some(Remark::WithReplacement),
        residual,
        (!about.unused.is_empty()).then(|| Remark::Unused {
            names: about.unused.clone(),
        }),
    ];
    found.into_iter().flatten().collect()
}

fn of_penalty(audit: &Audit) -> Vec<Remark> {
    let about = &audit.about;
    let present = audit.scenarios[0];
    let why = audit.number(Audited::ModifiedLoss);
    let why = why.and_then(|number| number.value.err());
    let of_batches = audit.number(Audited::ExpectedModifiedLossSgd);
    let of_batches = of_batches.and_then(|number| number.value.err());
    let of_batches = of_batches.filter(|why| *why != Undefined::NoMinibatches);
    let mut found = Vec::new();
    match (present.terms, why.or(of_batches)) {
        (Some(terms), _) => found.push(Remark::Penalty {
            terms,
            has_minibatches: !present.sees_all,
        }),
        (None, Some(why)) => found.push(Remark::NoModifiedLoss { why }),
        (None, None) => {}
    }
    let decay = about.weight_decay;
    found.extend((decay > 0.0).then_some(Remark::WeightDecay { coefficient: decay }));
    found.extend(explicit(audit));
    if let (Some(batch), Some(scale)) =
        (about.spec.optimizer.batch, audit.value(Audited::NoiseScale))
    {
        found.push(Remark::NoiseScale {
            scale,
            batch_size: batch.size,
            examples: about.examples,
        });
    }
    found
}

/// What is added on purpose, if anything is.
fn explicit(audit: &Audit) -> Option<Remark> {
    about_regularizer(audit)?;
    let norm = audit.value(Audited::GradientNormSquared)?;
    let variance = audit.value(Audited::GradientVariance)?;
    let loss = audit.value(Audited::Loss)?;
    let both = audit.explicit;
    let value = both.full_batch * norm + both.gradient_variance * variance;
    let penalty = audit.scenarios[0].terms.map(|terms| terms.penalty());
    Some(Remark::Explicit {
        share: value / loss,
        times: penalty.map(|penalty| value / penalty),
    })
}

fn about_regularizer(audit: &Audit) -> Option<&crate::spec::RegularizerSpec> {
    audit.about.spec.regularizer.as_ref()
}

fn of_changes(audit: &Audit) -> Vec<Remark> {
    let from = audit.scenarios[0];
    if from.terms.is_none() && from.stability.is_none() && from.epoch_length.is_none() {
        return vec![Remark::NothingSaid];
    }
    let changes = [
        Change::RateDoubled,
        Change::RateHalved,
        Change::BatchDoubled,
        Change::BatchHalved,
    ];
    let remark = |change| {
        let to = audit.scenarios.iter().find(|one| one.change == change);
        match to {
            Some(to) => Remark::Change { from, to: *to },
            None => Remark::NoChange { change },
        }
    };
    changes.into_iter().map(remark).collect()
}

fn of_robustness(audit: &Audit) -> Option<Remark> {
    let curve = audit.robustness.as_ref()?;
    let number = audit.number(Audited::HalfAccuracyStrength)?;
    Some(match number.value {
        Ok(strength) => Remark::HalfAccuracy {
            strength,
            error: number.error.map_or(f64::NAN, |error| error.size),
            draws: curve.draws,
        },
        Err(why) => Remark::NoHalfAccuracy {
            why,
            strongest: curve.points.last().map_or(0.0, |point| point.strength),
        },
    })
}

fn of_noise(audit: &Audit) -> Vec<Remark> {
    let mut found = Vec::new();
    let norm = audit.value(Audited::GradientNormSquared);
    let floor = audit.value(Audited::SinglePrecisionFloor);
    if let (Some(norm), Some(floor)) = (norm, floor)
        && norm <= floor
    {
        found.push(Remark::BelowFloor { norm, floor });
    }
    let variance = audit.value(Audited::GradientVariance);
    if let (Some(norm), Some(variance)) = (norm, variance) {
        let scatter = variance / audit.about.examples as f64;
        // The population's ‖∇E‖² would be about the difference.
        if norm < 2.0 * scatter {
            found.push(Remark::GradientOfSampling { norm, scatter });
        }
    }
    // The floor is an estimate of a size; that of R_IG is that of ‖∇E‖² again.
    let is_own = |quantity| !matches!(quantity, Audited::SinglePrecisionFloor | Audited::RIg);
    let numbers = audit.numbers.iter();
    let noisy = numbers.filter(|number| number.is_noise() && is_own(number.quantity));
    found.extend(noisy.filter_map(|number| {
        let value = number.value.ok()?;
        let error = number.largest_error()?;
        let is_of_sample = number.sample_error.is_some_and(|one| one >= error);
        Some(Remark::Noise {
            quantity: number.quantity,
            value,
            error,
            is_of_sample,
        })
    }));
    found
}
