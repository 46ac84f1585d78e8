//! The optimizer that a spec names.

use thalweg::Element;
use thalweg::optimizer::{
    Adam, GradientDescent, HeavyBall, NStep, Nesterov, NormalisedDescent, Optimizer,
    OptimizerError, RmsProp, RungeKutta, SharpnessAware,
};

use crate::spec::{Method, OptimizerSpec};

/// Makes it with learning rate h = `rate`.
pub(crate) fn build<T: Element>(
    spec: &OptimizerSpec,
    rate: f64,
) -> Result<Box<dyn Optimizer<T>>, OptimizerError> {
    Ok(match spec.method {
        Method::GradientDescent | Method::Sgd => Box::new(GradientDescent::new(rate)?),
        Method::HeavyBall { momentum } => Box::new(HeavyBall::new(rate, momentum)?),
        Method::Nesterov { momentum } => Box::new(Nesterov::new(rate, momentum)?),
        Method::Adam {
            beta_1,
            beta_2,
            epsilon,
            epsilon_placement,
        } => {
            let adam = Adam::new(rate)?.with_betas(beta_1, beta_2)?;
            Box::new(adam.with_epsilon(epsilon, epsilon_placement)?)
        }
        Method::RmsProp {
            beta_2,
            epsilon,
            epsilon_placement,
        } => {
            let rms_prop = RmsProp::new(rate)?.with_beta_2(beta_2)?;
            Box::new(rms_prop.with_epsilon(epsilon, epsilon_placement)?)
        }
        Method::Heun => Box::new(RungeKutta::heun(rate)?),
        Method::RungeKutta4 => Box::new(RungeKutta::classical(rate)?),
        Method::Normalised { decay } => Box::new(NormalisedDescent::new(rate)?.with_decay(decay)?),
        Method::Sam { radius } => Box::new(SharpnessAware::sam(rate, radius)?),
        Method::GradientNorm { radius, mix } => Box::new(SharpnessAware::mixed(rate, radius, mix)?),
        Method::NStep { steps_per_batch } => Box::new(NStep::new(rate, steps_per_batch)?),
    })
}
