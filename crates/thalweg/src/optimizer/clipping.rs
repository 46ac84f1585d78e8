//! Clipping of gradients by their norm.

use thalweg_cpu::{Element, Threads, vector};

/// Scales `gradient` to the norm `most` > 0 if it is longer, g ← g·min(1, most/‖g‖), and returns
/// whether it was. Its direction stays (Pascanu et al. 2013, arXiv 1211.5063, Algorithm 1).
///
/// A gradient that is not longer keeps its bits. One whose norm is not finite is left as it is: it
/// has no direction. The norm is summed in double precision.
///
/// The step that follows is no longer one of gradient descent on the loss: no modified loss is known
/// for it.
///
/// ```
/// use thalweg::Threads;
/// use thalweg::optimizer::clip_to_norm;
///
/// let mut gradient = [3.0, -4.0];
/// assert!(!clip_to_norm(&mut gradient, 5.0, &Threads::one()));
/// assert!(clip_to_norm(&mut gradient, 2.5, &Threads::one()));
/// assert_eq!(gradient, [1.5, -2.0]);
/// ```
pub fn clip_to_norm<T: Element>(gradient: &mut [T], most: f64, threads: &Threads) -> bool {
    let norm = vector::norm_squared(gradient, threads).sqrt();
    let is_longer = norm.is_finite() && norm > most;
    if is_longer {
        // In double precision, where the quotient of two norms of single precision is exact enough.
        let factor = most / norm;
        vector::update(gradient, [], threads, |g, []| {
            T::from_f64(factor * g.to_f64())
        });
    }
    is_longer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clipped(gradient: &[f64], most: f64) -> (bool, Vec<f64>) {
        let mut gradient = gradient.to_vec();
        let was_longer = clip_to_norm(&mut gradient, most, &Threads::one());
        (was_longer, gradient)
    }

    #[test]
    fn a_long_gradient_gets_the_norm_wanted_and_keeps_its_direction() {
        let gradient = [0.3, -1.7, 2.9, 1e-3];
        let norm = vector::norm_squared(&gradient, &Threads::one()).sqrt();
        let (was_longer, short) = clipped(&gradient, 0.7);
        let new_norm = vector::norm_squared(&short, &Threads::one()).sqrt();
        assert!(was_longer && (new_norm - 0.7).abs() < 1e-15);
        for (short, long) in short.iter().zip(gradient) {
            assert!((short / new_norm - long / norm).abs() < 1e-15);
        }
    }

    #[test]
    fn a_gradient_that_is_short_enough_or_has_no_norm_keeps_its_bits() {
        for gradient in [[0.1, 0.2], [f64::INFINITY, 1.0], [0.0, 0.0]] {
            assert_eq!(clipped(&gradient, 1.0), (false, gradient.to_vec()));
        }
        let (was_longer, kept) = clipped(&[f64::NAN, 3.0], 1.0);
        assert!(!was_longer && kept[0].is_nan() && kept[1] == 3.0);
    }
}
