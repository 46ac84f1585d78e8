//! Random streams keyed by what they are for: randomness is an argument, never ambient.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What a stream of random numbers is used for. Streams of different purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Initial parameters; the index is that of the tensor.
    Initialisation = 1,
    /// The order of examples; the index is the epoch.
    Sampling = 2,
    /// Random directions along which curvature is measured; the index is their number.
    Probing = 3,
    /// The data of a problem of the catalogue; the index tells its arrays apart.
    Problem = 4,
    /// Noise in parameters; the index is the number of the strength × 2³² + that of the draw.
    Perturbation = 5,
    /// Random directions that span a slice of a loss surface; the index is their number.
    Slice = 6,
}

/// The stream of `seed` for `purpose`, number `index` among its like.
///
/// The generator is ChaCha with 8 rounds, keyed by seed and purpose, `index` as its stream number:
/// any epoch's stream can be had without those before it.
#[must_use]
pub fn stream(seed: u64, purpose: Purpose, index: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
    let mut generator = ChaCha8Rng::from_seed(key);
    generator.set_stream(index);
    generator
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn streams_repeat_and_differ_by_every_part_of_the_key() {
        let first = |seed, purpose, index| stream(seed, purpose, index).next_u64();
        let base = first(1, Purpose::Sampling, 1);
        assert_eq!(base, first(1, Purpose::Sampling, 1));
        assert_ne!(base, first(2, Purpose::Sampling, 1));
        assert_ne!(base, first(1, Purpose::Initialisation, 1));
        assert_ne!(base, first(1, Purpose::Sampling, 2));
    }
}
