//! Updates of a method, taken from a run to be compared with a flow.

/// The parts of a run at whose ends updates are taken. A run has a multiple of them for steps, so that
/// runs with other learning rates are looked at in the same places.
pub(super) const PARTS: usize = 24;
/// The part after which the first update is taken.
const FIRST: usize = 8;
/// What may then be left of a start.
const TRANSIENT: f64 = 1e-12;

/// Collects pairs (θ_n, θ_{n+1}) evenly along a run, once the method's memory has forgotten the start.
#[derive(Clone, Debug)]
pub(super) struct MatchedUpdates {
    every: usize,
    is_forgotten: bool,
    before: Vec<f64>,
    pairs: Vec<[Vec<f64>; 2]>,
}

impl MatchedUpdates {
    /// Of a run of so many steps, whose memory of its start decays as `decay`ⁿ.
    pub(super) fn new(steps: usize, decay: f64) -> Self {
        let every = (steps / PARTS).max(1);
        Self {
            every,
            is_forgotten: decay.powf((FIRST * every) as f64) <= TRANSIENT,
            before: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// Sees θ_n for n = `step`; all must be shown in order.
    pub(super) fn see(&mut self, step: usize, theta: &[f64]) {
        if step > 0 && self.is_taken(step - 1) {
            let before = std::mem::take(&mut self.before);
            self.pairs.push([before, theta.to_vec()]);
        }
        if self.is_taken(step) {
            self.before = theta.to_vec();
        }
    }

    fn is_taken(&self, step: usize) -> bool {
        self.is_forgotten && step >= FIRST * self.every && step.is_multiple_of(self.every)
    }

    /// All that were taken.
    pub(super) fn pairs(self) -> Vec<[Vec<f64>; 2]> {
        self.pairs
    }
}

/// The least number of steps, at least this, that [`PARTS`] divides.
pub(super) fn whole_parts(steps: f64) -> usize {
    PARTS * (steps / PARTS as f64).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_are_taken_evenly_after_the_start_is_forgotten() {
        let mut updates = MatchedUpdates::new(120, 0.5); // 0.5⁴⁰ < 10⁻¹²
        (0..=120).for_each(|step| updates.see(step, &[step as f64]));
        let pairs = updates.pairs();
        let firsts: Vec<f64> = pairs.iter().map(|[before, _]| before[0]).collect();
        assert_eq!(firsts[..3], [40.0, 45.0, 50.0]);
        assert!(
            pairs
                .iter()
                .all(|[before, after]| after[0] == before[0] + 1.0)
        );
    }

    #[test]
    fn a_run_that_forgets_its_start_too_late_has_none() {
        let mut updates = MatchedUpdates::new(96, 0.5);
        (0..=96).for_each(|step| updates.see(step, &[0.0]));
        assert!(updates.pairs().is_empty());
    }
}
