//! Adam with its settings, and how it is run.

use thalweg::modified;
use thalweg::optimizer::{Adam, EpsilonPlacement, Optimizer};

use crate::study::smooth_problem::SmoothProblem;
use crate::study::{StudyError, Watch};

/// Adam; with β₁ = 0 it is RMSProp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    /// h.
    pub rate: f64,
    /// (β₁, β₂).
    pub decays: [f64; 2],
    /// ε, inside the root.
    pub epsilon: f64,
}

/// How the averages begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// At zero, with bias corrections, as in practice.
    Corrected,
    /// As if the gradient had always been the first one.
    Filled,
}

impl Setting {
    /// Its modified field.
    pub(super) fn modified(self) -> Result<modified::Adam, StudyError> {
        let [first, second] = self.decays;
        Ok(modified::Adam::new(self.rate, first, second, self.epsilon)?)
    }

    /// θ₀, …, θ_n for n = `steps`, each shown to `visit` with its number.
    pub(super) fn walk(
        self,
        problem: &mut SmoothProblem,
        begin: Begin,
        steps: usize,
        watch: &Watch<'_>,
        visit: impl FnMut(usize, &[f64]),
    ) -> Result<(), StudyError> {
        let [first, second] = self.decays;
        let inside = EpsilonPlacement::InsideRoot;
        let corrected = Adam::new(self.rate)?
            .with_betas(first, second)?
            .with_epsilon(self.epsilon, inside)?;
        let (optimizer, filled) = match begin {
            Begin::Corrected => (corrected, None),
            Begin::Filled => {
                let memory = self.modified()?.memory(&problem.start_gradient()?);
                (corrected.without_bias_correction(), Some(memory))
            }
        };
        let mut state = optimizer.start(problem.start.clone());
        if let Some([mean, squares]) = filled {
            state.memory[0] = mean;
            state.memory[1] = squares;
        }
        problem.descend(&optimizer, state, steps, watch, visit)
    }
}
