//! From what was measured to the numbers of an audit.

use thalweg::optimizer::Sampling;
use thalweg::robustness::HalfAccuracy;

use super::measured::Measured;
use super::sample::Each;
use super::{Audited, ErrorBar, ErrorKind, Number, Pass, Subject, Undefined};
use crate::spec::{DecayKind, Method};
use crate::trial::Standing;

/// A value with an error bar and a standard error, or why there is none.
type Known = Result<(f64, ErrorBar, Option<f64>), Undefined>;

/// What the numbers follow from.
pub(super) struct Sources<'a> {
    pub(super) subject: &'a Subject,
    pub(super) standing: &'a Standing,
    pub(super) measured: &'a Measured,
}

/// Every number, in the order of tables.
pub(super) fn all(sources: &Sources<'_>) -> Vec<Number> {
    use Audited as Q;
    let passes = [
        (Q::Loss, Pass::Examples),
        (Q::GradientNormSquared, Pass::Examples),
        (Q::RIg, Pass::Examples),
        (Q::Lambda, Pass::Nothing),
        (Q::ModifiedLoss, Pass::Examples),
        (Q::ImplicitShare, Pass::Examples),
        (Q::GradientVariance, Pass::Examples),
        (Q::MinibatchGradientNormSquared, Pass::Minibatches),
        (Q::HalfBatchProduct, Pass::Minibatches),
        (Q::ModifiedLossSgd, Pass::Minibatches),
        (Q::ExpectedModifiedLossSgd, Pass::Examples),
        (Q::ImplicitShareSgd, Pass::Examples),
        (Q::NoiseScale, Pass::Examples),
        (Q::Sharpness, Pass::Curvature),
        (Q::Stability, Pass::Curvature),
        (Q::EpochLength, Pass::Curvature),
        (Q::SinglePrecisionFloor, Pass::SinglePrecision),
        (Q::TrainAccuracy, Pass::Examples),
        (Q::TestLoss, Pass::Test),
        (Q::TestAccuracy, Pass::Test),
        (Q::HalfAccuracyStrength, Pass::Perturbation),
    ];
    let number = |(quantity, pass)| {
        let known = sources.known(quantity);
        let known = known.and_then(|known| match known.0.is_finite() {
            true => Ok(known),
            false => Err(Undefined::NotFinite),
        });
        Number {
            quantity,
            value: known.map(|(value, _, _)| value),
            error: known.ok().map(|(_, error, _)| error),
            sample_error: known.ok().and_then(|(_, _, error)| error),
            pass,
        }
    };
    passes.map(number).into()
}

impl Sources<'_> {
    fn known(&self, quantity: Audited) -> Known {
        match quantity {
            Audited::Loss
            | Audited::GradientNormSquared
            | Audited::RIg
            | Audited::GradientVariance
            | Audited::NoiseScale => self.of_gradients(quantity),
            Audited::Lambda => self.lambda(),
            Audited::ModifiedLoss => self.modified_loss(),
            Audited::ImplicitShare => self.share(self.of_full_batch()?),
            Audited::MinibatchGradientNormSquared => self.minibatch_norm(),
            Audited::HalfBatchProduct => self.half_product(),
            Audited::ModifiedLossSgd => self.modified_loss_sgd(),
            Audited::ExpectedModifiedLossSgd => self.descended(self.of_minibatches()?),
            Audited::ImplicitShareSgd => self.share(self.of_minibatches()?),
            Audited::Sharpness => self.curvature(1.0, 0.0),
            Audited::Stability => self.stability(),
            Audited::EpochLength => self.epoch_length(),
            Audited::SinglePrecisionFloor => self.floor(),
            Audited::TrainAccuracy | Audited::TestLoss | Audited::TestAccuracy => {
                self.of_labels(quantity)
            }
            Audited::HalfAccuracyStrength => self.half_accuracy(),
        }
    }

    /// A number with these derivatives by E, ‖∇E‖², ‖∇E + wθ‖² and Γ.
    fn over_data(&self, value: f64, derivatives: &Each) -> Known {
        let size = self.measured.rounding.dot(&derivatives.sizes());
        let kind = ErrorKind::Rounding;
        let error = self.measured.sample.standard_error(derivatives);
        Ok((value, ErrorBar { size, kind }, error))
    }

    fn of_gradients(&self, quantity: Audited) -> Known {
        let noise = &self.measured.noise;
        let (norm, variance) = (noise.gradient_norm_squared, noise.gradient_variance);
        let zero = Each::default();
        let parameters = self.subject.theta.len() as f64;
        match quantity {
            Audited::Loss => self.over_data(noise.loss, &Each { loss: 1.0, ..zero }),
            Audited::GradientNormSquared => self.over_data(norm, &Each { norm: 1.0, ..zero }),
            Audited::GradientVariance => {
                let variance_only = Each {
                    variance: 1.0,
                    ..zero
                };
                self.over_data(variance, &variance_only)
            }
            Audited::RIg => {
                let share = Each {
                    norm: 1.0 / parameters,
                    ..zero
                };
                self.over_data(norm / parameters, &share)
            }
            _ => {
                let scale = noise.noise_scale().map_err(|_| Undefined::NoGradient)?;
                let ratio = Each {
                    norm: -scale / norm,
                    variance: 1.0 / norm,
                    ..zero
                };
                self.over_data(scale, &ratio)
            }
        }
    }

    /// c and γ of the full batch.
    pub(super) fn of_full_batch(&self) -> Result<(f64, f64), Undefined> {
        let c = self.standing.analysis.implicit_coefficient;
        Ok((c.ok_or_else(|| self.no_modified_loss())?, 0.0))
    }

    /// c and γ where there are minibatches.
    pub(super) fn of_minibatches(&self) -> Result<(f64, f64), Undefined> {
        if self.subject.spec.optimizer.batch.is_none() {
            return Err(Undefined::NoMinibatches);
        }
        let both = self.standing.coefficients;
        let both = both.ok_or_else(|| self.no_modified_loss())?;
        Ok((both.full_batch, both.gradient_variance))
    }

    fn no_modified_loss(&self) -> Undefined {
        let optimizer = &self.subject.spec.optimizer;
        let method = optimizer.method.name();
        let decay = self.subject.spec.weight_decay.map(|decay| decay.kind);
        let is_plain = matches!(optimizer.method, Method::GradientDescent | Method::Sgd);
        let sampling = optimizer.batch.map(|batch| batch.sampling);
        match (decay, sampling) {
            (Some(DecayKind::Decoupled), _) if !is_plain => Undefined::DecoupledDecay { method },
            (_, Some(Sampling::FixedOrder))
                if self.standing.analysis.implicit_coefficient.is_some() =>
            {
                Undefined::FixedOrder
            }
            _ => Undefined::NoModifiedLoss { method },
        }
    }

    fn lambda(&self) -> Known {
        let (c, _) = self.of_full_batch()?;
        let exact = ErrorBar {
            size: 0.0,
            kind: ErrorKind::Exact,
        };
        Ok((c * self.subject.theta.len() as f64, exact, None))
    }

    /// E_w = E + (w/2)‖θ‖².
    pub(super) fn decayed_loss(&self) -> f64 {
        let w = self.standing.analysis.weight_decay;
        self.measured.noise.loss + 0.5 * w * self.measured.theta_norm_squared
    }

    /// c‖∇E_w‖² and γΓ.
    pub(super) fn penalties(&self, (c, gamma): (f64, f64)) -> (f64, f64) {
        let measured = self.measured;
        let variance = measured.noise.gradient_variance;
        (c * measured.decayed_norm_squared, gamma * variance)
    }

    fn modified_loss(&self) -> Known {
        self.descended(self.of_full_batch()?)
    }

    /// E_w + c‖∇E_w‖² + γΓ.
    fn descended(&self, (c, gamma): (f64, f64)) -> Known {
        let (full, variance) = self.penalties((c, gamma));
        self.over_data(
            self.decayed_loss() + full + variance,
            &derivatives(c, gamma),
        )
    }

    /// The share of that which is not E_w.
    fn share(&self, (c, gamma): (f64, f64)) -> Known {
        let (full, variance) = self.penalties((c, gamma));
        let all = self.decayed_loss() + full + variance;
        if all == 0.0 {
            return Err(Undefined::NoLoss);
        }
        let share = (full + variance) / all;
        let rest = (1.0 - share) / all;
        let by = Each {
            loss: -share / all,
            ..derivatives(rest * c, rest * gamma)
        };
        self.over_data(share, &by)
    }

    fn minibatch_norm(&self) -> Known {
        let epoch = self.measured.minibatches.as_ref();
        let epoch = epoch.ok_or(Undefined::NoMinibatches)?;
        let mean = epoch.minibatch_norm_squared();
        let mean = mean.map_err(|_| Undefined::NoMinibatches)?;
        let variance = self.epoch().share_of_variance(None).unwrap_or(0.0);
        let by = Each {
            norm: 1.0,
            variance,
            ..Each::default()
        };
        Ok(self.over_minibatches(mean.value, mean.standard_error, &by))
    }

    fn half_product(&self) -> Known {
        let epoch = self.measured.minibatches.as_ref();
        let epoch = epoch.ok_or(Undefined::NoMinibatches)?;
        let mean = epoch.half_batch_product();
        let mean = mean.map_err(|_| Undefined::NoHalves)?;
        let others = self.measured.noise.examples.max(2) - 1;
        let is_drawn = self.epoch().sampling == Sampling::WithReplacement;
        let by = Each {
            norm: 1.0,
            variance: if is_drawn { 0.0 } else { -1.0 / others as f64 },
            ..Each::default()
        };
        Ok(self.over_minibatches(mean.value, mean.standard_error, &by))
    }

    fn epoch(&self) -> thalweg::modified::stochastic::Epoch {
        let optimizer = &self.subject.spec.optimizer;
        optimizer.epoch(self.measured.noise.examples)
    }

    /// A mean over the minibatches of an epoch; of a single one there is but rounding to tell.
    fn over_minibatches(
        &self,
        value: f64,
        error: Option<f64>,
        by: &Each,
    ) -> (f64, ErrorBar, Option<f64>) {
        let bar = match error {
            Some(size) => ErrorBar {
                size,
                kind: ErrorKind::Minibatches,
            },
            None => ErrorBar {
                size: self.measured.rounding.dot(&by.sizes()),
                kind: ErrorKind::Rounding,
            },
        };
        (value, bar, self.measured.sample.standard_error(by))
    }

    fn modified_loss_sgd(&self) -> Known {
        let (c, gamma) = self.of_minibatches()?;
        let both = self.standing.coefficients.ok_or(Undefined::NoMinibatches)?;
        let (norm, bar, _) = self.minibatch_norm()?;
        let variance = norm - self.measured.noise.gradient_norm_squared;
        let (full, _) = self.penalties((c, gamma));
        let value = self.decayed_loss() + full + both.batch_variance * variance;
        let error = match bar.kind {
            ErrorKind::Minibatches => Some(both.batch_variance.abs() * bar.size),
            _ => None,
        };
        Ok(self.over_minibatches(value, error, &derivatives(c, gamma)))
    }

    /// λ_max + w, times a factor.
    fn curvature(&self, factor: f64, weight_decay: f64) -> Known {
        let curvature = &self.measured.curvature;
        let error = ErrorBar {
            size: factor * curvature.residual,
            kind: ErrorKind::Residual,
        };
        let sample = curvature.sample_error.map(|error| factor * error);
        Ok((factor * (curvature.value + weight_decay), error, sample))
    }

    fn stability(&self) -> Known {
        let method = self.subject.spec.optimizer.method.name();
        let analysis = &self.standing.analysis;
        let largest = analysis.largest_stable_curvature;
        let largest = largest.ok_or(Undefined::NoStability { method })?;
        self.curvature(1.0 / largest, analysis.weight_decay)
    }

    fn epoch_length(&self) -> Known {
        let method = self.subject.spec.optimizer.method.name();
        let analysis = &self.standing.analysis;
        let rate = analysis.effective_learning_rate;
        let rate = rate.ok_or(Undefined::NoRate { method })?;
        let time = self.standing.steps_per_epoch as f64 * rate;
        self.curvature(time, analysis.weight_decay)
    }

    fn floor(&self) -> Known {
        let floor = self.measured.single_precision_floor;
        let floor = floor.ok_or(Undefined::DoublePrecision)?;
        let error = ErrorBar {
            size: floor.standard_error.unwrap_or(floor.value),
            kind: ErrorKind::Draws,
        };
        Ok((floor.value, error, None))
    }

    fn of_labels(&self, quantity: Audited) -> Known {
        let measured = self.measured;
        let rounding = |size| ErrorBar {
            size,
            kind: ErrorKind::Rounding,
        };
        let accuracy = |accuracy: Option<f64>, examples: usize| {
            let accuracy = accuracy.ok_or(Undefined::NoLabels)?;
            let variance = accuracy * (1.0 - accuracy) / examples as f64;
            Ok((accuracy, rounding(0.0), Some(variance.sqrt())))
        };
        match quantity {
            Audited::TrainAccuracy => accuracy(measured.train_accuracy, measured.noise.examples),
            Audited::TestAccuracy => accuracy(measured.test.accuracy, measured.test_examples),
            _ => {
                // As much, relatively, as the training loss.
                let relative = measured.rounding.loss / measured.noise.loss.max(f64::MIN_POSITIVE);
                let loss = measured.test.loss;
                let size = loss * relative.min(1.0);
                Ok((loss, rounding(size), measured.test_loss_error))
            }
        }
    }

    fn half_accuracy(&self) -> Known {
        let curve = self.measured.robustness.as_ref();
        let curve = curve.ok_or(Undefined::NotMeasured)?;
        if curve.unperturbed.test_accuracy.is_none() {
            return Err(Undefined::NoLabels);
        }
        match curve.half_accuracy_strength() {
            None => Err(Undefined::StaysAboveHalf),
            Some(HalfAccuracy::At {
                strength,
                standard_error,
            }) => {
                let error = ErrorBar {
                    size: standard_error,
                    kind: ErrorKind::Draws,
                };
                Ok((strength, error, None))
            }
            Some(HalfAccuracy::StartsBelow { .. }) => Err(Undefined::StartsBelowHalf),
        }
    }
}

/// Of E_w + c‖∇E_w‖² + γΓ.
fn derivatives(c: f64, gamma: f64) -> Each {
    Each {
        loss: 1.0,
        decayed_norm: c,
        variance: gamma,
        ..Each::default()
    }
}
