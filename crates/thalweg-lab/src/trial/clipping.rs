//! Clipping of the gradients that a step follows.

use thalweg::optimizer::clip_to_norm;
use thalweg::{Element, Threads};

/// What clips gradients, and whether it did.
#[derive(Clone, Debug)]
pub(super) struct Clipping {
    most: Option<f64>,
    threads: Threads,
    has_clipped: bool,
}

impl Clipping {
    /// To the norm `most`, if there is a limit.
    pub(super) fn new(most: Option<f64>, threads: &Threads) -> Self {
        Self {
            most,
            threads: threads.clone(),
            has_clipped: false,
        }
    }

    /// Clips one gradient of a step: the whole one, penalty and coupled decay included.
    pub(super) fn apply<T: Element>(&mut self, gradient: &mut [T]) {
        if let Some(most) = self.most {
            self.has_clipped |= clip_to_norm(gradient, most, &self.threads);
        }
    }

    /// Whether any gradient was clipped since it was last asked.
    pub(super) fn take(&mut self) -> bool {
        std::mem::take(&mut self.has_clipped)
    }
}
