//! Norms and sums of flat vectors.

use thalweg_cpu::Element;

/// ‖x‖², summed in double precision.
#[must_use]
pub fn norm_squared<T: Element>(x: &[T]) -> f64 {
    const LANES: usize = 8;
    let mut lanes = [0.0; LANES];
    let mut chunks = x.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += x.to_f64() * x.to_f64();
        }
    }
    let rest: f64 = chunks
        .remainder()
        .iter()
        .map(|x| x.to_f64() * x.to_f64())
        .sum();
    lanes.iter().sum::<f64>() + rest
}

/// x += factor · y.
pub fn add_scaled<T: Element>(x: &mut [T], factor: f64, y: &[T]) {
    let factor = T::from_f64(factor);
    for (x, y) in x.iter_mut().zip(y) {
        *x += factor * *y;
    }
}
