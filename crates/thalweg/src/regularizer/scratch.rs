//! What penalties work in.

use thalweg_cpu::Threads;

/// Memory and threads that a penalty's gradient is computed with, kept between steps.
#[derive(Clone, Debug)]
pub struct Scratch<T> {
    pub(super) threads: Threads,
    pub(super) product: Vec<T>,
    pub(super) displaced: Vec<T>,
    pub(super) behind: Vec<T>,
    /// The penalised gradient of one micro-batch.
    pub(super) part: Vec<T>,
    /// Σ w_b ∇Ê_b, while it grows.
    pub(super) sum: Vec<T>,
    /// ∇E without the penalty, where it is asked for.
    pub(super) unpenalised: Option<Vec<T>>,
}

/// Copies g to where it is kept, if it is to be kept.
pub(super) fn keep<T: Copy>(kept: &mut Option<Vec<T>>, gradient: &[T]) {
    if let Some(kept) = kept {
        kept.clear();
        kept.extend_from_slice(gradient);
    }
}

impl<T> Scratch<T> {
    /// No memory yet. The threads serve the penalty's own sums; an objective has its own.
    #[must_use]
    pub fn new(threads: Threads) -> Self {
        Self {
            threads,
            product: Vec::new(),
            displaced: Vec::new(),
            behind: Vec::new(),
            part: Vec::new(),
            sum: Vec::new(),
            unpenalised: None,
        }
    }

    /// Whether a copy of the gradient without its penalty is kept from here on, at the cost of that
    /// copy.
    pub fn keep_unpenalised(&mut self, is_kept: bool) {
        match is_kept {
            true => _ = self.unpenalised.get_or_insert_default(),
            false => self.unpenalised = None,
        }
    }

    /// The threads of the penalty's own sums.
    pub(super) fn threads(&self) -> &Threads {
        &self.threads
    }

    /// Makes the sum that has grown the gradient without its penalty.
    pub(super) fn keep_sum(&mut self, sum: Vec<T>) {
        self.sum = self.unpenalised.replace(sum).unwrap_or_default();
    }

    /// The last gradient without its penalty, if [it was kept](Self::keep_unpenalised).
    #[must_use]
    pub fn unpenalised(&self) -> Option<&[T]> {
        self.unpenalised.as_deref()
    }
}

impl<T> Default for Scratch<T> {
    /// On the calling thread.
    fn default() -> Self {
        Self::new(Threads::one())
    }
}
