//! How far it can be trusted.

use super::columns::{columns, row};
use super::paragraph;
use crate::study::shown;
use crate::transfer::{Measured, Side, Transferred};

/// What was measured, or what would have to be.
pub(super) fn validity(
    transferred: &Transferred,
    measured: Option<&Measured>,
    width: usize,
) -> String {
    let (one, other) = (&transferred.original, &transferred.target);
    let Some(measured) = measured else {
        let stable = |side: &Side| {
            side.largest_stable_curvature
                .map_or_else(|| "–".into(), shown)
        };
        let text = format!(
            "This holds while k·h_e·λ_max is well below 1, for curvatures λ_max of the loss well below {} \
             (original) and {} (target); steps settle at all up to {} and {}. With an experiment file \
             λ_max is measured.",
            shown(1.0 / one.epoch_time()),
            shown(1.0 / other.epoch_time()),
            stable(one),
            stable(other)
        );
        return paragraph(&text, width);
    };
    let headings = [
        "",
        "λ_max",
        "stability",
        "",
        "k·h_e·λ_max",
        "",
        "c‖∇E‖²/E",
        "",
        "γΓ/E",
        "",
    ];
    let sides = [
        "", "", "original", "target", "original", "target", "original", "target", "original",
        "target",
    ];
    let mut rows = vec![row(&headings), row(&sides)];
    for place in &measured.places {
        let stability = |side: &Side| place.stability(side).map_or_else(|| "–".into(), shown);
        let length = |side: &Side| shown(place.epoch_length(side));
        let full =
            |side: &Side| shown(side.total().full_batch * place.gradient_norm_squared / place.loss);
        let variance = |side: &Side| {
            shown(side.total().gradient_variance * place.gradient_variance / place.loss)
        };
        rows.push(vec![
            place.name.to_owned(),
            shown(place.largest_curvature),
            stability(one),
            stability(other),
            length(one),
            length(other),
            full(one),
            full(other),
            variance(one),
            variance(other),
        ]);
    }
    let legend = paragraph(
        "Stability is λ_max over the largest curvature at which steps settle (h·λ_max/2 for gradient \
         descent); k·h_e·λ_max is to be below 1; the last four are the terms as shares of the loss.",
        width,
    );
    let heading = "Measured on the first trial, over all training examples:";
    format!("{heading}\n\n{}\n{legend}", columns(&rows))
}
