//! How near Adam stays to flows as the learning rate falls.

use super::setting::{Begin, Setting};
use crate::study::smooth_problem::SmoothProblem;
use crate::study::{StudyError, Watch, accurate_flow, halving};

/// β₁ and β₂ of the grid.
pub(super) const DECAYS: [f64; 4] = [0.0, 0.5, 0.8, 0.9];
/// The time after which distances are taken.
const TIME: f64 = 1.0;
/// Steps to there with no memory; so many times 1/(1−β) more with memory, since what the theory leaves
/// out grows with it.
const STEPS: f64 = 400.0;
/// Learning rates, each half of the one before.
const RATES: usize = 4;

/// Distances of Adam with one pair (β₁, β₂) from three flows.
#[derive(Clone, Debug)]
pub(super) struct Following {
    pub decays: [f64; 2],
    /// h, each half of the one before.
    pub rates: Vec<f64>,
    /// From the flow with the correction b.
    pub corrected: Vec<f64>,
    /// From the flow without it.
    pub lowest: Vec<f64>,
    /// From the flow with the b of exchanged β₁ and β₂.
    pub exchanged: Vec<f64>,
}

impl Following {
    /// The orders of the three distances.
    pub(super) fn orders(&self) -> [f64; 3] {
        [&self.corrected, &self.lowest, &self.exchanged]
            .map(|distances| halving::last_order(distances))
    }
}

/// Distances for one pair.
pub(super) fn follow(
    problem: &mut SmoothProblem,
    decays: [f64; 2],
    epsilon: f64,
    watch: &Watch<'_>,
) -> Result<Following, StudyError> {
    let mut following = Following {
        decays,
        rates: Vec::new(),
        corrected: Vec::new(),
        lowest: Vec::new(),
        exchanged: Vec::new(),
    };
    let least = (STEPS / (1.0 - decays[0].max(decays[1]))).ceil() as usize;
    for halvings in 0..RATES {
        let steps = least << halvings;
        let rate = TIME / steps as f64;
        let setting = Setting {
            rate,
            decays,
            epsilon,
        };
        let mut last = Vec::new();
        setting.walk(problem, Begin::Filled, steps, watch, |step, theta| {
            if step == steps {
                last = theta.to_vec();
            }
        })?;
        let exchanged = Setting {
            decays: [decays[1], decays[0]],
            ..setting
        };
        let objective = &mut *problem.objective;
        let start = &problem.start;
        let mut field = setting.modified()?.flow(&mut *objective);
        let corrected = accurate_flow::end(&mut field, start, TIME)?;
        let mut field = setting.modified()?.lowest_order_flow(&mut *objective);
        let lowest = accurate_flow::end(&mut field, start, TIME)?;
        let mut field = exchanged.modified()?.flow(objective);
        let exchanged = accurate_flow::end(&mut field, start, TIME)?;
        following.rates.push(rate);
        following
            .corrected
            .push(accurate_flow::distance(&last, &corrected));
        following
            .lowest
            .push(accurate_flow::distance(&last, &lowest));
        following
            .exchanged
            .push(accurate_flow::distance(&last, &exchanged));
    }
    Ok(following)
}
