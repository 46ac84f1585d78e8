//! What is seen of a run at one point, and what follows from it.

use thalweg_cpu::Element;

use super::{Needs, curvature};
use crate::modified::stochastic::StochasticCoefficients;
use crate::noise::{StreamedNoise, gradient_variance};
use crate::objective::{Evaluation, FiniteSum, ObjectiveError, PerExample, Supervised};
use crate::optimizer::Analysis;
use crate::vector::{dot, norm_squared};

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
    pub(super) fn decayed_loss(&self) -> Option<f64> {
        let w = self.analysis.weight_decay;
        Some(self.training?.loss + 0.5 * w * self.parameter_norm_squared)
    }

    /// ‖∇E_w‖² = ‖∇E‖² + 2w ∇E·θ + w²‖θ‖² of the decayed loss; ‖∇E‖² without weight decay.
    pub(super) fn decayed_norm_squared(&self) -> Option<f64> {
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
