//! Whether a field of the plane is a gradient: then its Jacobian is symmetric.

use thalweg::flow::Field;

use crate::study::StudyError;

/// The step of the central differences: their error is then about 10⁻¹⁰ of the field.
const STEP: f64 = 1e-5;

/// The largest |J₁₂ − J₂₁|/‖J‖ of the Jacobian J of `field` at the given places of the plane; 0 for
/// a gradient.
pub(super) fn largest(field: &mut dyn Field, places: &[[f64; 2]]) -> Result<f64, StudyError> {
    let mut largest = 0.0_f64;
    for place in places {
        let mut column = |index: usize| {
            let mut at = |sign: f64| {
                let (mut moved, mut velocity) = (*place, [0.0; 2]);
                moved[index] += sign * STEP;
                field.velocity(&moved, &mut velocity)?;
                Ok::<_, StudyError>(velocity)
            };
            let (up, down) = (at(1.0)?, at(-1.0)?);
            Ok::<_, StudyError>([0, 1].map(|row| (up[row] - down[row]) / (2.0 * STEP)))
        };
        let (first, second) = (column(0)?, column(1)?);
        let entries = first.iter().chain(&second);
        let norm = entries.map(|entry| entry * entry).sum::<f64>().sqrt();
        largest = largest.max((second[0] - first[1]).abs() / norm);
    }
    Ok(largest)
}
