//! The names under which measured quantities are stored and shown.

use crate::Named;

/// A quantity measured along a path. Its name is the key in stored results.
///
/// E, ∇E, R_IG, Γ and the Hessian are always those of the data, whatever is added to the loss; weight
/// decay enters where a quantity says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    /// E(θ), the mean training loss.
    Loss,
    /// ‖∇E‖² over the full training set.
    GradientNormSquared,
    /// R_IG = ‖∇E‖²/m.
    RIg,
    /// λ = c·m of the modified loss E + c‖∇E‖² of the method that descends: h·m/4 for gradient
    /// descent. Methods without a modified loss have none.
    Lambda,
    /// Ẽ = E + λR_IG = E + c‖∇E‖² over the full training set: c = h/4 for gradient descent. With
    /// weight decay w it is E_w + c‖∇E_w‖² of E_w = E + (w/2)‖θ‖², which is what then is descended.
    ModifiedLoss,
    /// arctan ‖∇E‖ in degrees.
    SlopeDegrees,
    /// tan α = ‖∇E‖.
    Slope,
    /// |g| = 1 + ‖∇E‖², the determinant of the metric of the loss surface.
    MetricDeterminant,
    /// h‖∇E‖, the most by which a step of gradient descent can change ‖θ‖; h‖∇E + wθ‖ with weight
    /// decay w.
    NormGrowthBound,
    /// ‖θ‖².
    ParameterNormSquared,
    /// Γ = (1/N) Σⱼ ‖∇Eⱼ − ∇E‖² over the full training set.
    GradientVariance,
    /// (1/k) Σᵢ ‖∇Êᵢ‖² over the k minibatches of the epoch that begins or goes on, all at this θ: an
    /// extra pass over the data. Methods without minibatches have none.
    MinibatchGradientNormSquared,
    /// Ẽ_SGD = E + c‖∇E‖² + c_v·V with V = (1/k) Σᵢ ‖∇Êᵢ‖² − ‖∇E‖² over the same minibatches, and both
    /// coefficients those of the method: E + (h/4k) Σᵢ ‖∇Êᵢ‖² for shuffled SGD. With weight decay E_w
    /// and ∇E_w stand for E and ∇E; V is the same.
    ModifiedLossSgd,
    /// c‖∇E‖², the part of the implicit penalty that the full batch has too; c‖∇E_w‖² with weight decay.
    PenaltyFullBatch,
    /// c_v·V, the part of the implicit penalty that minibatches add.
    PenaltyVariance,
    /// The mean ‖∇Êᵢ‖² over minibatches of the last epoch, each at the θ that its step started from:
    /// from gradients that training computes anyway.
    StreamedMinibatchGradientNormSquared,
    /// An estimate of ‖∇E‖² from the same gradients, by
    /// [`StreamedNoise`](crate::noise::StreamedNoise); it can be negative.
    StreamedGradientNormSquared,
    /// An estimate of Γ from the same gradients; it can be negative.
    StreamedGradientVariance,
    /// The coefficient of ‖∇Ê‖² that is really added to the loss on purpose, at the present learning
    /// rate: μ for a penalty μ‖∇Ê‖², λ/4 for λE_reg, a·h/4 for a multiple a of the implicit term.
    PenaltyCoefficient,
    /// λ_max, the largest eigenvalue of the Hessian of the training loss.
    Sharpness,
    /// tr ∇²E of the training loss, estimated.
    HessianTrace,
    /// λ_max over the largest curvature at which the optimizer is stable: h·λ_max/2 for gradient
    /// descent, 1 at the edge of stability. With weight decay w it is λ_max + w that is divided.
    Stability,
    /// The share of training examples classified correctly, 0 to 1.
    TrainAccuracy,
    /// The mean loss over the test set.
    TestLoss,
    /// The share of test examples classified correctly, 0 to 1.
    TestAccuracy,
    /// The learning rate of the step that follows; at the end of a trial that of its last step.
    LearningRate,
    /// The strength of noise in the parameters at which the mean test accuracy falls to one half
    /// ([`robustness`](crate::robustness)). It is measured once, when a trial has ended.
    HalfAccuracyStrength,
}

/// Which values of a quantity are best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Best {
    /// The highest.
    Highest,
    /// The lowest.
    Lowest,
}

impl Quantity {
    /// Which of its values are best: the highest of accuracies, the lowest of losses. What describes
    /// a solution and is not asked for in itself, such as a gradient norm, has none.
    #[must_use]
    pub fn best(self) -> Option<Best> {
        match self {
            Self::TrainAccuracy | Self::TestAccuracy | Self::HalfAccuracyStrength => {
                Some(Best::Highest)
            }
            Self::Loss | Self::TestLoss | Self::ModifiedLoss | Self::ModifiedLossSgd => {
                Some(Best::Lowest)
            }
            _ => None,
        }
    }
}

impl Named for Quantity {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("loss", Self::Loss),
        ("gradient_norm_squared", Self::GradientNormSquared),
        ("r_ig", Self::RIg),
        ("lambda", Self::Lambda),
        ("modified_loss", Self::ModifiedLoss),
        ("slope_degrees", Self::SlopeDegrees),
        ("slope", Self::Slope),
        ("metric_determinant", Self::MetricDeterminant),
        ("norm_growth_bound", Self::NormGrowthBound),
        ("parameter_norm_squared", Self::ParameterNormSquared),
        ("gradient_variance", Self::GradientVariance),
        (
            "minibatch_gradient_norm_squared",
            Self::MinibatchGradientNormSquared,
        ),
        ("modified_loss_sgd", Self::ModifiedLossSgd),
        ("penalty_full_batch", Self::PenaltyFullBatch),
        ("penalty_variance", Self::PenaltyVariance),
        (
            "streamed_minibatch_gradient_norm_squared",
            Self::StreamedMinibatchGradientNormSquared,
        ),
        (
            "streamed_gradient_norm_squared",
            Self::StreamedGradientNormSquared,
        ),
        ("streamed_gradient_variance", Self::StreamedGradientVariance),
        ("penalty_coefficient", Self::PenaltyCoefficient),
        ("sharpness", Self::Sharpness),
        ("hessian_trace", Self::HessianTrace),
        ("stability", Self::Stability),
        ("train_accuracy", Self::TrainAccuracy),
        ("test_loss", Self::TestLoss),
        ("test_accuracy", Self::TestAccuracy),
        ("learning_rate", Self::LearningRate),
        ("half_accuracy_strength", Self::HalfAccuracyStrength),
    ];
}
