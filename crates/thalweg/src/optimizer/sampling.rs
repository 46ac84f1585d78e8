//! Which examples each step of minibatch training sees.

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::Named;
use crate::random::{Purpose, stream};

/// How minibatches are drawn from N examples.
///
/// The theory depends on it: the mean iterate of [`Sampling::Shuffled`] follows the flow of
/// Ẽ_SGD, that of [`Sampling::WithReplacement`] only the flow of Ẽ_GD (Smith et al. 2021).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sampling {
    /// Without replacement, in a new random order each epoch.
    Shuffled,
    /// Each batch drawn independently and uniformly from all examples.
    WithReplacement,
    /// Without replacement, in the order of the data, the same each epoch.
    FixedOrder,
}

impl Named for Sampling {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("shuffled", Self::Shuffled),
        ("with-replacement", Self::WithReplacement),
        ("fixed-order", Self::FixedOrder),
    ];
}

impl Sampling {
    /// The examples of one epoch in the order in which batches take them: N numbers below N, to be
    /// cut into batches of B; a last batch that is not full is kept.
    ///
    /// The order depends on `seed` and `epoch` alone, so any epoch can be had without those before.
    #[must_use]
    pub fn epoch_order(self, examples: usize, seed: u64, epoch: u64) -> Vec<usize> {
        let mut random = stream(seed, Purpose::Sampling, epoch);
        let mut order: Vec<usize> = (0..examples).collect();
        match self {
            Self::Shuffled => order.shuffle(&mut random),
            Self::WithReplacement => {
                order
                    .iter_mut()
                    .for_each(|index| *index = random.random_range(0..examples));
            }
            Self::FixedOrder => {}
        }
        order
    }
}

/// What becomes of the last batch of an epoch where B does not divide N.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LastBatch {
    /// It is a step like the others, with fewer examples: k = ⌈N/B⌉. Its examples weigh more.
    #[default]
    Keep,
    /// It is left out: k = ⌊N/B⌋, all batches are equal, and an epoch does not see every example.
    Drop,
}

impl Named for LastBatch {
    const NAMES: &'static [(&'static str, Self)] = &[("keep", Self::Keep), ("drop", Self::Drop)];
}

/// The number of steps of an epoch: k = ⌈N/B⌉ where the last batch is kept, ⌊N/B⌋ where it is
/// dropped.
///
/// N is `examples`, B is `batch_size`; a B of 0 counts as 1. 0 where there are no examples, and
/// where a batch larger than the data is dropped.
#[must_use]
pub fn steps_per_epoch(examples: usize, batch_size: usize, last_batch: LastBatch) -> u64 {
    let size = batch_size.max(1);
    match last_batch {
        LastBatch::Keep => examples.div_ceil(size) as u64,
        LastBatch::Drop => (examples / size) as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut order: Vec<usize>) -> Vec<usize> {
        order.sort_unstable();
        order
    }

    #[test]
    fn every_example_comes_once_an_epoch_without_replacement() {
        let all: Vec<usize> = (0..1000).collect();
        let first = Sampling::Shuffled.epoch_order(1000, 7, 0);
        assert_ne!(first, all);
        assert_ne!(first, Sampling::Shuffled.epoch_order(1000, 7, 1));
        assert_ne!(first, Sampling::Shuffled.epoch_order(1000, 8, 0));
        assert_eq!(first, Sampling::Shuffled.epoch_order(1000, 7, 0));
        assert_eq!(sorted(first), all);
        assert_eq!(Sampling::FixedOrder.epoch_order(1000, 7, 3), all);
    }

    #[test]
    fn with_replacement_about_a_share_of_1_over_e_is_missed() {
        let mut drawn = sorted(Sampling::WithReplacement.epoch_order(10_000, 7, 0));
        drawn.dedup();
        let missed = 1.0 - drawn.len() as f64 / 10_000.0;
        assert!((missed - (-1.0_f64).exp()).abs() < 0.02, "{missed}");
    }

    #[test]
    fn only_a_batch_that_is_not_full_is_dropped() {
        for (examples, kept, dropped) in [(12, 3, 3), (13, 4, 3), (15, 4, 3), (3, 1, 0), (0, 0, 0)]
        {
            assert_eq!(steps_per_epoch(examples, 4, LastBatch::Keep), kept);
            assert_eq!(steps_per_epoch(examples, 4, LastBatch::Drop), dropped);
        }
    }
}
