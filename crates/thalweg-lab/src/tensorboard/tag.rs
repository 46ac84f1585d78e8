//! What quantities are called on a board.

use thalweg::Named;
use thalweg::probe::Quantity;

/// The tag of a quantity: a group, by which TensorBoard folds charts, and a name.
///
/// | group | what is in it |
/// |---|---|
/// | `loss` | `train`, `test`, `modified`, `modified_sgd` |
/// | `accuracy` | `train`, `test` |
/// | `igr` | ‖∇E‖², R_IG, λ and what else is said of the gradient and its penalties |
/// | `noise` | Γ and what minibatches show |
/// | `curvature` | `sharpness`, `stability`, `hessian_trace` |
/// | `training` | `learning_rate`, `parameter_norm_squared` |
#[must_use]
pub fn tag(quantity: Quantity) -> String {
    let (group, name) = match quantity {
        Quantity::Loss => ("loss", "train"),
        Quantity::TestLoss => ("loss", "test"),
        Quantity::ModifiedLoss => ("loss", "modified"),
        Quantity::ModifiedLossSgd => ("loss", "modified_sgd"),
        Quantity::TrainAccuracy => ("accuracy", "train"),
        Quantity::TestAccuracy => ("accuracy", "test"),
        Quantity::GradientVariance
        | Quantity::MinibatchGradientNormSquared
        | Quantity::StreamedMinibatchGradientNormSquared
        | Quantity::StreamedGradientNormSquared
        | Quantity::StreamedGradientVariance => ("noise", quantity.name()),
        Quantity::Sharpness | Quantity::Stability | Quantity::HessianTrace => {
            ("curvature", quantity.name())
        }
        Quantity::LearningRate | Quantity::ParameterNormSquared => ("training", quantity.name()),
        _ => ("igr", quantity.name()),
    };
    format!("{group}/{name}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_quantity_has_a_tag_of_its_own_in_one_of_six_groups() {
        let tags = Quantity::NAMES.iter().map(|(_, quantity)| tag(*quantity));
        let tags: BTreeSet<String> = tags.collect();
        assert_eq!(tags.len(), Quantity::NAMES.len());
        let groups = tags.iter().filter_map(|tag| Some(tag.split_once('/')?.0));
        let groups: BTreeSet<&str> = groups.collect();
        let wanted = ["accuracy", "curvature", "igr", "loss", "noise", "training"];
        assert!(groups.into_iter().eq(wanted));
        assert_eq!(
            tag(Quantity::GradientNormSquared),
            "igr/gradient_norm_squared"
        );
    }
}
