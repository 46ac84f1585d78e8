//! What is to be measured.

use super::{PerturbationNoise, RobustnessError};

/// Which disturbance, how strong and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Perturbation {
    /// How noise enters the parameters.
    pub noise: PerturbationNoise,
    /// The strengths σ ≥ 0, increasing.
    pub strengths: Vec<f64>,
    /// Draws at each strength, at least 1.
    pub draws: usize,
    /// Over how many of the first training examples the slope arctan ‖∇E‖ is measured, at least 1; all
    /// of them if there are fewer. `None` measures no slope, which saves its gradient.
    pub slope_examples: Option<usize>,
    /// The seed of the noise. Draw d at strength number s is the same whatever else is asked for.
    pub seed: u64,
}

impl Perturbation {
    pub(super) fn check(&self) -> Result<(), RobustnessError> {
        let mut before = None;
        if self.strengths.is_empty() {
            return Err(RobustnessError::NoStrengths);
        }
        for &strength in &self.strengths {
            if !strength.is_finite() || strength < 0.0 {
                return Err(RobustnessError::Strength { strength });
            }
            match before {
                Some(before) if strength <= before => {
                    return Err(RobustnessError::NotIncreasing { before, strength });
                }
                _ => before = Some(strength),
            }
        }
        match (self.draws, self.slope_examples) {
            (0, _) => Err(RobustnessError::NoDraws),
            (_, Some(0)) => Err(RobustnessError::NoSlopeExamples),
            _ => Ok(()),
        }
    }
}
