//! Learning rates to begin with.

/// The largest |λ| of these eigenvalues.
pub(super) fn steepest(eigenvalues: &[f64]) -> f64 {
    eigenvalues
        .iter()
        .fold(0.0, |most, one| most.max(one.abs()))
}

/// The largest power of two that is at most `wanted`, so that halves of it are exact; 2⁻⁶ where
/// nothing usable is wanted, as on a flat objective.
pub(super) fn power_of_two(wanted: f64) -> f64 {
    match wanted.is_finite() && wanted > 0.0 {
        true => wanted.log2().floor().exp2(),
        false => 2.0_f64.powi(-6),
    }
}
