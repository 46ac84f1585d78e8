//! What the user's own experiment says about the size of the terms and of the steps.

use thalweg::Threads;
use thalweg::curvature::{LanczosOptions, largest_eigenpairs};
use thalweg::network::{Activation, Mlp, Network};
use thalweg::noise::GradientNoise;
use thalweg::objective::Supervised;

use super::{Side, Subject, TransferError};
use crate::trial;

/// What is measured at a θ, over all training examples and in double precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Where.
    pub name: &'static str,
    /// E.
    pub loss: f64,
    /// ‖∇E‖².
    pub gradient_norm_squared: f64,
    /// Γ.
    pub gradient_variance: f64,
    /// λ_max of the Hessian of E.
    pub largest_curvature: f64,
}

/// What was measured of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// At the initialisation, and after an epoch as the original trains, if that does not diverge.
    pub places: Vec<Place>,
    /// Whether the loss grew without bound in that epoch.
    pub diverged: bool,
    /// What follows each hidden layer.
    pub activation: Activation,
}

impl Measured {
    /// Measures the first trial of an experiment file: an epoch of training and, twice, Γ and λ_max.
    ///
    /// # Errors
    /// If its network does not fit its data, or gradients are not finite.
    pub fn of(subject: &Subject, threads: &Threads) -> Result<Self, TransferError> {
        let trial = subject.trial();
        let data = subject.training_examples()?;
        let spec = &trial.network;
        let (widths, activation) = (&spec.hidden_widths, spec.activation);
        let network = Mlp::new(data.features(), widths, data.outputs(), activation)?;
        let start = network
            .parameters()
            .initialise(spec.initialisation, spec.bias, trial.seed);
        let network = Box::new(network);
        let mut training = Supervised::new(network, trial.loss, data, threads.clone())?;
        let mut places = vec![Place::at("at the start", &start, &mut training)?];
        let end = trial::first_epoch(trial, start, &mut training, threads)?;
        if let Some(theta) = &end {
            places.push(Place::at("after an epoch", theta, &mut training)?);
        }
        Ok(Self {
            places,
            diverged: end.is_none(),
            activation,
        })
    }
}

impl Place {
    /// λ_max over the largest stable curvature: h·λ_max/2 for gradient descent.
    #[must_use]
    pub fn stability(&self, side: &Side) -> Option<f64> {
        Some(self.largest_curvature / side.largest_stable_curvature?)
    }

    /// k·h_e·λ_max.
    #[must_use]
    pub fn epoch_length(&self, side: &Side) -> f64 {
        side.epoch_time() * self.largest_curvature
    }

    fn at(
        name: &'static str,
        theta: &[f64],
        training: &mut Supervised<f64>,
    ) -> Result<Self, TransferError> {
        let mut gradient = vec![0.0; theta.len()];
        let noise = GradientNoise::measure(training, theta, &mut gradient)?;
        let options = LanczosOptions {
            tolerance: 1e-3,
            ..LanczosOptions::default()
        };
        let found = largest_eigenpairs(training, theta, 1, &[], &options)?;
        Ok(Self {
            name,
            loss: noise.loss,
            gradient_norm_squared: noise.gradient_norm_squared,
            gradient_variance: noise.gradient_variance,
            largest_curvature: found.values.first().copied().unwrap_or(f64::NAN),
        })
    }
}
