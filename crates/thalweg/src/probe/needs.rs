//! What quantities ask for.

use super::Quantity;

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
            | Self::HalfAccuracyStrength
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

    /// Whether it is measured under noise in the parameters, and so by no observation of one θ.
    #[must_use]
    pub fn is_of_robustness(self) -> bool {
        self == Self::HalfAccuracyStrength
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
