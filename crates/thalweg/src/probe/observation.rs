//! What is seen of a run at one point, and what follows from it.

use thalweg_cpu::Element;

use super::{Quantity, curvature};
use crate::geometry::{metric_determinant, norm_growth_bound, slope};
use crate::modified::stochastic::StochasticCoefficients;
use crate::modified::{r_ig, slope_degrees};
use crate::noise::{StreamedNoise, gradient_variance};
use crate::objective::{Evaluation, FiniteSum, ObjectiveError, PerExample, Supervised};
use crate::optimizer::Analysis;
use crate::vector::{dot, norm_squared};

/// What has to be computed before a quantity is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Loss and accuracy over the training set: a third of a gradient.
    pub training_loss: bool,
    /// Its gradient: one gradient, with loss and accuracy for nothing.
    pub training_gradient: bool,
    /// The square norms of each training example's gradient: one gradient and some per cent, with
    /// all of the above for nothing.
    pub training_variance: bool,
    /// The squared gradient norm of each minibatch of an epoch: one gradient.
    pub minibatches: bool,
    /// λ_max of the training loss: 20 to 100 Hessian–vector products.
    pub sharpness: bool,
    /// The trace of its Hessian: 60 products.
    pub hessian_trace: bool,
    /// Loss and accuracy over the test set.
    pub test_loss: bool,
}

impl Needs {
    /// What any of several quantities needs.
    pub fn of(quantities: impl IntoIterator<Item = Quantity>) -> Self {
        quantities
            .into_iter()
            .map(Quantity::needs)
            .fold(Self::default(), |a, b| Self {
                training_loss: a.training_loss || b.training_loss,
                training_gradient: a.training_gradient || b.training_gradient,
                training_variance: a.training_variance || b.training_variance,
                minibatches: a.minibatches || b.minibatches,
                sharpness: a.sharpness || b.sharpness,
                hessian_trace: a.hessian_trace || b.hessian_trace,
                test_loss: a.test_loss || b.test_loss,
            })
    }
}

/// What is known of the method and of its last steps, whatever θ it has come to.
#[derive(Clone, Debug, Default)]
pub struct Course<'a> {
    /// What theory says of the method.
    pub analysis: Analysis,
    /// c and c_v of the modified loss of minibatches, where there are minibatches and it exists.
    pub minibatch_coefficients: Option<StochasticCoefficients>,
    /// The minibatches of the epoch that begins or goes on, if there are any.
    pub minibatches: Vec<&'a [usize]>,
    /// The mean ‖∇Êᵢ‖² over steps of the last epoch, if any was looked at.
    pub streamed_norm_squared: Option<f64>,
    /// What successive minibatches of it say of noise.
    pub streamed_noise: Option<StreamedNoise>,
    /// What is added to the loss on purpose, as a coefficient of ‖∇Ê‖².
    pub penalty_coefficient: f64,
}

/// What is seen at one θ.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Observation {
    /// What theory says of the method.
    pub analysis: Analysis,
    /// The coefficients of the modified loss of minibatches, if there is one.
    pub minibatch_coefficients: Option<StochasticCoefficients>,
    /// m.
    pub parameter_count: usize,
    /// ‖θ‖².
    pub parameter_norm_squared: f64,
    /// Loss and accuracy over the training set, if computed.
    pub training: Option<Evaluation>,
    /// ‖∇E‖² over the training set, if computed.
    pub gradient_norm_squared: Option<f64>,
    /// ∇E·θ, if ∇E was computed and there is weight decay.
    pub gradient_dot_theta: Option<f64>,
    /// Γ over the training set, if computed.
    pub gradient_variance: Option<f64>,
    /// (1/k) Σᵢ ‖∇Êᵢ‖² over an epoch of minibatches, if computed.
    pub minibatch_norm_squared: Option<f64>,
    /// The mean ‖∇Êᵢ‖² over steps of the last epoch, if any was looked at.
    pub streamed_norm_squared: Option<f64>,
    /// What successive minibatches of it say of noise, if any were.
    pub streamed_noise: Option<StreamedNoise>,
    /// What is added to the loss on purpose, as a coefficient of ‖∇Ê‖².
    pub penalty_coefficient: f64,
    /// λ_max of the training loss, if computed and found.
    pub sharpness: Option<f64>,
    /// The trace of its Hessian, if computed and finite.
    pub hessian_trace: Option<f64>,
    /// Loss and accuracy over the test set, if computed.
    pub test: Option<Evaluation>,
}

impl Observation {
    /// Computes what is needed at `theta`; `gradient` is memory to work in.
    ///
    /// # Errors
    /// Those of the objectives.
    pub fn at<T: Element>(
        theta: &[T],
        course: &Course<'_>,
        needs: Needs,
        training: &mut Supervised<T>,
        test: &mut Supervised<T>,
        gradient: &mut [T],
    ) -> Result<Self, ObjectiveError> {
        let mut observation = Self {
            analysis: course.analysis,
            minibatch_coefficients: course.minibatch_coefficients,
            streamed_norm_squared: course.streamed_norm_squared,
            streamed_noise: course.streamed_noise,
            penalty_coefficient: course.penalty_coefficient,
            parameter_count: theta.len(),
            parameter_norm_squared: norm_squared(theta),
            ..Self::default()
        };
        if needs.training_variance {
            let wanted = PerExample::SquareNorms;
            let seen = training.example_gradients(theta, gradient, wanted)?;
            let norm_squared = norm_squared(gradient);
            observation.training = Some(Evaluation {
                loss: seen.loss,
                accuracy: seen.accuracy,
            });
            observation.gradient_norm_squared = Some(norm_squared);
            let variance = gradient_variance(&seen.square_norms(), norm_squared);
            observation.gradient_variance = Some(variance);
        } else if needs.training_gradient {
            observation.training = Some(training.evaluate_with_gradient(theta, gradient)?);
            observation.gradient_norm_squared = Some(norm_squared(gradient));
        } else if needs.training_loss {
            observation.training = Some(training.evaluate(theta)?);
        }
        if observation.analysis.weight_decay > 0.0 && observation.gradient_norm_squared.is_some() {
            observation.gradient_dot_theta = Some(dot(gradient, theta));
        }
        if needs.minibatches {
            let batches = &course.minibatches;
            let seen = mean_norm_squared(training, batches, theta, gradient)?;
            observation.minibatch_norm_squared = seen;
        }
        if needs.sharpness {
            observation.sharpness = curvature::sharpness(training, theta)?;
        }
        if needs.hessian_trace {
            observation.hessian_trace = curvature::trace(training, theta)?;
        }
        if needs.test_loss {
            observation.test = Some(test.evaluate(theta)?);
        }
        Ok(observation)
    }

    /// E_w = E + (w/2)‖θ‖²; E without weight decay.
    fn decayed_loss(&self) -> Option<f64> {
        let w = self.analysis.weight_decay;
        Some(self.training?.loss + 0.5 * w * self.parameter_norm_squared)
    }

    /// ‖∇E_w‖² = ‖∇E‖² + 2w ∇E·θ + w²‖θ‖² of the decayed loss; ‖∇E‖² without weight decay.
    fn decayed_norm_squared(&self) -> Option<f64> {
        let (w, norm) = (self.analysis.weight_decay, self.gradient_norm_squared?);
        if w == 0.0 {
            return Some(norm);
        }
        let mixed = 2.0 * w * self.gradient_dot_theta?;
        Some(norm + mixed + w * w * self.parameter_norm_squared)
    }
}

/// (1/k) Σᵢ ‖∇Êᵢ‖², if there are minibatches; `gradient` is memory to work in.
fn mean_norm_squared<T: Element>(
    training: &mut Supervised<T>,
    batches: &[&[usize]],
    theta: &[T],
    gradient: &mut [T],
) -> Result<Option<f64>, ObjectiveError> {
    let mut sum = 0.0;
    for batch in batches {
        training.minibatch_gradient(batch, theta, gradient)?;
        sum += norm_squared(gradient);
    }
    Ok((!batches.is_empty()).then(|| sum / batches.len() as f64))
}

impl Quantity {
    /// What has to be computed to know it.
    #[must_use]
    pub fn needs(self) -> Needs {
        let needs = Needs::default();
        match self {
            Self::Lambda
            | Self::LearningRate
            | Self::ParameterNormSquared
            | Self::PenaltyCoefficient
            | Self::StreamedMinibatchGradientNormSquared
            | Self::StreamedGradientNormSquared
            | Self::StreamedGradientVariance => needs,
            Self::Loss | Self::TrainAccuracy => Needs {
                training_loss: true,
                ..needs
            },
            Self::GradientNormSquared
            | Self::RIg
            | Self::ModifiedLoss
            | Self::SlopeDegrees
            | Self::Slope
            | Self::MetricDeterminant
            | Self::NormGrowthBound
            | Self::PenaltyFullBatch => Needs {
                training_gradient: true,
                ..needs
            },
            Self::MinibatchGradientNormSquared => Needs {
                minibatches: true,
                ..needs
            },
            Self::ModifiedLossSgd | Self::PenaltyVariance => Needs {
                training_gradient: true,
                minibatches: true,
                ..needs
            },
            Self::GradientVariance => Needs {
                training_variance: true,
                ..needs
            },
            Self::Sharpness | Self::Stability => Needs {
                sharpness: true,
                ..needs
            },
            Self::HessianTrace => Needs {
                hessian_trace: true,
                ..needs
            },
            Self::TestLoss | Self::TestAccuracy => Needs {
                test_loss: true,
                ..needs
            },
        }
    }

    /// Whether it is made of the gradients of steps, which must then be looked at.
    #[must_use]
    pub fn is_streamed(self) -> bool {
        matches!(
            self,
            Self::StreamedMinibatchGradientNormSquared
                | Self::StreamedGradientNormSquared
                | Self::StreamedGradientVariance
        )
    }

    /// Whether it exists only where there are minibatches.
    #[must_use]
    pub fn is_of_minibatches(self) -> bool {
        let others = [Self::MinibatchGradientNormSquared, Self::ModifiedLossSgd];
        self.is_streamed() || self == Self::PenaltyVariance || others.contains(&self)
    }

    /// Whether it exists only for methods that have a modified loss.
    #[must_use]
    pub fn is_of_modified_loss(self) -> bool {
        matches!(
            self,
            Self::Lambda
                | Self::ModifiedLoss
                | Self::ModifiedLossSgd
                | Self::PenaltyFullBatch
                | Self::PenaltyVariance
        )
    }

    /// Its value in an observation, if what it needs was computed and it exists.
    #[must_use]
    pub fn value(self, seen: &Observation) -> Option<f64> {
        let count = seen.parameter_count;
        match self {
            Self::Loss => seen.training.map(|training| training.loss),
            Self::GradientNormSquared => seen.gradient_norm_squared,
            Self::RIg => seen.gradient_norm_squared.map(|norm| r_ig(norm, count)),
            Self::Lambda => seen.analysis.implicit_coefficient.map(|c| c * count as f64),
            Self::ModifiedLoss => {
                let norm = seen.decayed_norm_squared()?;
                Some(seen.decayed_loss()? + seen.analysis.implicit_coefficient? * norm)
            }
            Self::SlopeDegrees => seen.gradient_norm_squared.map(slope_degrees),
            Self::Slope => seen.gradient_norm_squared.map(slope),
            Self::MetricDeterminant => seen.gradient_norm_squared.map(metric_determinant),
            Self::NormGrowthBound => {
                let rate = seen.analysis.gradient_multiple?;
                Some(norm_growth_bound(seen.decayed_norm_squared()?, rate))
            }
            Self::LearningRate => seen.analysis.learning_rate,
            Self::ParameterNormSquared => Some(seen.parameter_norm_squared),
            Self::GradientVariance => seen.gradient_variance,
            Self::MinibatchGradientNormSquared => seen.minibatch_norm_squared,
            Self::ModifiedLossSgd => {
                let penalty =
                    Self::PenaltyFullBatch.value(seen)? + Self::PenaltyVariance.value(seen)?;
                Some(seen.decayed_loss()? + penalty)
            }
            Self::PenaltyFullBatch => {
                let of_minibatches = seen.minibatch_coefficients.map(|both| both.full_batch);
                let coefficient = of_minibatches.or(seen.analysis.implicit_coefficient)?;
                Some(coefficient * seen.decayed_norm_squared()?)
            }
            Self::PenaltyVariance => {
                let variance = seen.minibatch_norm_squared? - seen.gradient_norm_squared?;
                Some(seen.minibatch_coefficients?.batch_variance * variance)
            }
            Self::StreamedMinibatchGradientNormSquared => seen.streamed_norm_squared,
            Self::StreamedGradientNormSquared => Some(seen.streamed_noise?.gradient_norm_squared()),
            Self::StreamedGradientVariance => Some(seen.streamed_noise?.gradient_variance()),
            Self::PenaltyCoefficient => Some(seen.penalty_coefficient),
            Self::Sharpness => seen.sharpness,
            Self::HessianTrace => seen.hessian_trace,
            Self::Stability => {
                let stable = seen.analysis.largest_stable_curvature?;
                Some((seen.sharpness? + seen.analysis.weight_decay) / stable)
            }
            Self::TrainAccuracy => seen.training.and_then(|training| training.accuracy),
            Self::TestLoss => seen.test.map(|test| test.loss),
            Self::TestAccuracy => seen.test.and_then(|test| test.accuracy),
        }
    }

    /// Which quantities must be stored beside this one: ‖∇E‖² always stands beside R_IG, whose
    /// dependence on the size of a network is mostly its 1/m, and beside |g|, which near a minimum
    /// rounds to 1; ‖θ‖² stands beside the bound on its root's change.
    #[must_use]
    pub fn companions(self) -> &'static [Self] {
        match self {
            Self::RIg | Self::MetricDeterminant => &[Self::GradientNormSquared],
            Self::NormGrowthBound => &[Self::ParameterNormSquared],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_geometry_of_the_surface_follows_from_the_gradient_norm_and_needs_only_the_gradient() {
        let seen = Observation {
            analysis: Analysis {
                gradient_multiple: Some(0.1),
                ..Analysis::default()
            },
            parameter_count: 4,
            gradient_norm_squared: Some(4.0),
            ..Observation::default()
        };
        for (quantity, value) in [
            (Quantity::Slope, 2.0),
            (Quantity::MetricDeterminant, 5.0),
            (Quantity::NormGrowthBound, 0.2),
            (Quantity::RIg, 1.0),
        ] {
            let gradient = Needs {
                training_gradient: true,
                ..Needs::default()
            };
            assert_eq!(quantity.value(&seen), Some(value), "{quantity:?}");
            assert_eq!(quantity.value(&Observation::default()), None);
            assert_eq!(quantity.needs(), gradient);
        }
        let companions = Quantity::NormGrowthBound.companions();
        assert_eq!(companions, [Quantity::ParameterNormSquared]);
    }
}
