//! What an audit says, by name.

use thalweg::Named;

/// A number of an audit. Its name is the key in JSON; where a trial measures the same quantity, it is
/// called the same there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audited {
    /// E.
    Loss,
    /// ‖∇E‖².
    GradientNormSquared,
    /// R_IG.
    RIg,
    /// λ.
    Lambda,
    /// Γ.
    GradientVariance,
    /// Γ/‖∇E‖².
    NoiseScale,
    /// (1/k) Σ ‖∇Êᵢ‖².
    MinibatchGradientNormSquared,
    /// The mean of ∇Ê_a·∇Ê_b.
    HalfBatchProduct,
    /// Ẽ of the full batch.
    ModifiedLoss,
    /// The share of Ẽ that is implicit penalty.
    ImplicitShare,
    /// Ẽ_SGD of the batches of an epoch.
    ModifiedLossSgd,
    /// Ẽ_SGD in the mean over epochs.
    ExpectedModifiedLossSgd,
    /// The share of Ẽ_SGD that is implicit penalty.
    ImplicitShareSgd,
    /// λ_max.
    Sharpness,
    /// h·λ_max/2.
    Stability,
    /// k·h·λ_max.
    EpochLength,
    /// What ‖∇E‖² is in single precision where it is nothing.
    SinglePrecisionFloor,
    /// Training accuracy.
    TrainAccuracy,
    /// Test loss.
    TestLoss,
    /// Test accuracy.
    TestAccuracy,
    /// The strength of noise in θ that leaves one half of the test accuracy.
    HalfAccuracyStrength,
}

impl Named for Audited {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("loss", Self::Loss),
        ("gradient_norm_squared", Self::GradientNormSquared),
        ("r_ig", Self::RIg),
        ("lambda", Self::Lambda),
        ("modified_loss", Self::ModifiedLoss),
        ("implicit_share", Self::ImplicitShare),
        ("gradient_variance", Self::GradientVariance),
        (
            "minibatch_gradient_norm_squared",
            Self::MinibatchGradientNormSquared,
        ),
        ("half_batch_product", Self::HalfBatchProduct),
        ("modified_loss_sgd", Self::ModifiedLossSgd),
        ("expected_modified_loss_sgd", Self::ExpectedModifiedLossSgd),
        ("implicit_share_sgd", Self::ImplicitShareSgd),
        ("noise_scale", Self::NoiseScale),
        ("sharpness", Self::Sharpness),
        ("stability", Self::Stability),
        ("epoch_length", Self::EpochLength),
        ("single_precision_floor", Self::SinglePrecisionFloor),
        ("train_accuracy", Self::TrainAccuracy),
        ("test_loss", Self::TestLoss),
        ("test_accuracy", Self::TestAccuracy),
        ("half_accuracy_strength", Self::HalfAccuracyStrength),
    ];
}

impl Audited {
    /// Its symbol or a short name.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Loss => "E",
            Self::GradientNormSquared => "‖∇E‖²",
            Self::RIg => "R_IG",
            Self::Lambda => "λ",
            Self::ModifiedLoss => "Ẽ",
            Self::ImplicitShare => "(Ẽ − E)/Ẽ",
            Self::GradientVariance => "Γ",
            Self::MinibatchGradientNormSquared => "mean ‖∇Êᵢ‖²",
            Self::HalfBatchProduct => "mean ∇Ê_a·∇Ê_b",
            Self::ModifiedLossSgd => "Ẽ_SGD",
            Self::ExpectedModifiedLossSgd => "mean Ẽ_SGD",
            Self::ImplicitShareSgd => "(Ẽ_SGD − E)/Ẽ_SGD",
            Self::NoiseScale => "tr Σ/‖∇E‖²",
            Self::Sharpness => "λ_max",
            Self::Stability => "stability",
            Self::EpochLength => "k·h_e·λ_max",
            Self::SinglePrecisionFloor => "float32 floor",
            Self::TrainAccuracy => "train accuracy",
            Self::TestLoss => "test loss",
            Self::TestAccuracy => "test accuracy",
            Self::HalfAccuracyStrength => "σ at 50 %",
        }
    }

    /// What it is, in a line.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Loss => "mean training loss",
            Self::GradientNormSquared => "squared norm of its gradient, over all training examples",
            Self::RIg => "‖∇E‖²/m over the m parameters",
            Self::Lambda => "c·m: what multiplies R_IG in Ẽ; h·m/4 for gradient descent",
            Self::ModifiedLoss => "E + c‖∇E‖² = E + λR_IG, what full-batch steps descend",
            Self::ImplicitShare => "share of Ẽ that is implicit penalty",
            Self::GradientVariance => "variance of the gradients of single examples, tr Σ",
            Self::MinibatchGradientNormSquared => {
                "over the minibatches of an epoch: ‖∇E‖² and their variance"
            }
            Self::HalfBatchProduct => "over pairs of half minibatches: ‖∇E‖² without variance",
            Self::ModifiedLossSgd => "E + c‖∇E‖² + c_v·V, with the minibatches of that epoch",
            Self::ExpectedModifiedLossSgd => "E + c‖∇E‖² + γΓ, in the mean over epochs",
            Self::ImplicitShareSgd => "share of the mean Ẽ_SGD that is implicit penalty",
            Self::NoiseScale => "gradient noise scale: batches below it are mostly noise",
            Self::Sharpness => "largest eigenvalue of the Hessian of E",
            Self::Stability => {
                "λ_max over the largest stable curvature; h·λ_max/2 for gradient descent"
            }
            Self::EpochLength => "time of an epoch against the curvature",
            Self::SinglePrecisionFloor => "what rounding to float32 alone makes of ‖∇E‖²",
            Self::TrainAccuracy => "share of training examples classified correctly",
            Self::TestLoss => "mean loss over the test examples",
            Self::TestAccuracy => "share of test examples classified correctly",
            Self::HalfAccuracyStrength => {
                "strength of multiplicative noise in θ that leaves 50 % test accuracy"
            }
        }
    }
}
