//! How a quantity follows from what is seen.

use super::{Observation, Quantity};
use crate::geometry::{metric_determinant, norm_growth_bound, slope};
use crate::modified::{r_ig, slope_degrees};

impl Quantity {
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
            Self::HalfAccuracyStrength => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::Analysis;
    use crate::probe::Needs;

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
