//! A count of steps that checkpoints keep with the vectors of a method's memory.

use thalweg_cpu::Element;

/// The base of the two digits of a count: every whole number up to it is exact in single precision.
const BASE: f64 = 8_388_608.0;

/// No steps.
pub(super) fn none<T: Element>() -> Vec<T> {
    vec![T::ZERO; 2]
}

/// Counts one step more and returns how many there are with it.
pub(super) fn advance<T: Element>(count: &mut [T]) -> f64 {
    count[0] += T::ONE;
    if count[0].to_f64() >= BASE {
        count[0] = T::ZERO;
        count[1] += T::ONE;
    }
    count[1].to_f64() * BASE + count[0].to_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_in_single_precision_does_not_stop_where_single_precision_does() {
        let mut count = vec![BASE as f32 - 2.0, 4.0];
        let counted: Vec<f64> = (0..3).map(|_| advance(&mut count)).collect();
        assert_eq!(counted, [41_943_039.0, 41_943_040.0, 41_943_041.0]);
        // The negative control: a single number stops counting.
        assert_eq!(16_777_216.0_f32 + 1.0, 16_777_216.0);
    }
}
