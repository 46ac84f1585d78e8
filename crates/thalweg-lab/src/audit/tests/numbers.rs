//! The numbers of a linear model and their error bars, against closed forms.

use thalweg::optimizer::Sampling;

use super::{
    PIXELS, SGD, audit, audited, closed_forms, dot, example_gradient, folder, is, mean_gradient,
    save, squared, subject,
};
use crate::audit::*;

#[test]
fn every_number_of_a_linear_model_is_its_closed_form() {
    let audit = audit(SGD, &[]);
    let (loss, norm, variance, largest) = closed_forms();
    let (h, m, k, n) = (0.4, 20.0, 3.0, 6.0);
    is(&audit, Audited::Loss, loss, 1e-15);
    is(&audit, Audited::GradientNormSquared, norm, 1e-14);
    is(&audit, Audited::RIg, norm / m, 1e-14);
    is(&audit, Audited::Lambda, h * m / 4.0, 1e-15);
    is(&audit, Audited::GradientVariance, variance, 1e-14);
    is(&audit, Audited::NoiseScale, variance / norm, 1e-14);
    let modified = loss + h / 4.0 * norm;
    is(&audit, Audited::ModifiedLoss, modified, 1e-14);
    is(
        &audit,
        Audited::ImplicitShare,
        h / 4.0 * norm / modified,
        1e-13,
    );
    is(&audit, Audited::Sharpness, largest, 1e-7);
    is(&audit, Audited::Stability, h * largest / 2.0, 1e-7);
    is(&audit, Audited::EpochLength, k * h * largest, 1e-7);
    let share = (n - 2.0) / (n - 1.0) / 2.0;
    let expected = modified + h / 4.0 * share * variance;
    is(&audit, Audited::ExpectedModifiedLossSgd, expected, 1e-14);
    is(
        &audit,
        Audited::ImplicitShareSgd,
        1.0 - loss / expected,
        1e-13,
    );
    let order = Sampling::Shuffled.epoch_order(6, 0, 0);
    let batches: Vec<Vec<f64>> = order.chunks(2).map(mean_gradient).collect();
    let batch_norm = batches.iter().map(|one| squared(one)).sum::<f64>() / k;
    is(
        &audit,
        Audited::MinibatchGradientNormSquared,
        batch_norm,
        1e-14,
    );
    is(
        &audit,
        Audited::ModifiedLossSgd,
        loss + h / 4.0 * batch_norm,
        1e-14,
    );
    let halves = order.chunks(2);
    let halves = halves.map(|pair| dot(&example_gradient(pair[0]), &example_gradient(pair[1])));
    is(
        &audit,
        Audited::HalfBatchProduct,
        halves.sum::<f64>() / k,
        1e-13,
    );
    assert!(audit.about.has_converged);
}

#[test]
fn error_bars_hold_and_of_a_small_sample_are_those_of_single_examples() {
    let audit = audit(SGD, &[]);
    let gradient = mean_gradient(&[0, 1, 2, 3, 4, 5]);
    let error = |of: &dyn Fn(usize) -> f64| {
        let values: Vec<f64> = (0..6).map(of).collect();
        let mean = values.iter().sum::<f64>() / 6.0;
        (values.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / 30.0).sqrt()
    };
    let along = |example| 2.0 * dot(&example_gradient(example), &gradient);
    for (quantity, wanted) in [
        (Audited::GradientNormSquared, error(&along)),
        (
            Audited::GradientVariance,
            error(&|one| squared(&example_gradient(one)) - along(one)),
        ),
        (
            // v·H_j v = (x̃·u)²/10 for the eigenvector u of S; E and ‖p − y‖² are the same for all.
            Audited::Sharpness,
            error(&|one| curvature_of(one)),
        ),
    ] {
        let found = audit.number(quantity).unwrap().sample_error.unwrap();
        assert!(
            (found / wanted - 1.0).abs() < 1e-4,
            "{quantity:?}: {found} and not {wanted}"
        );
    }
    // All losses are ln 10.
    let of_loss = audit.number(Audited::Loss).unwrap().sample_error.unwrap();
    assert!(of_loss < 1e-15, "{of_loss}");
    let (loss, norm, variance, largest) = closed_forms();
    for (quantity, wanted) in [
        (Audited::Loss, loss),
        (Audited::GradientNormSquared, norm),
        (Audited::GradientVariance, variance),
        (Audited::Sharpness, largest),
    ] {
        let number = audit.number(quantity).unwrap();
        let bar = number.error.unwrap();
        let off = (number.value.unwrap() - wanted).abs();
        assert!(
            off <= bar.size + 1e-16,
            "{quantity:?} is off by {off}, not {}",
            bar.size
        );
        assert!(bar.size < 1e-3 * wanted, "{quantity:?} ± {}", bar.size);
    }
}

/// v·H_j v of an example for the top eigenvector.
fn curvature_of(example: usize) -> f64 {
    let x = PIXELS.map(|pixel| f64::from(pixel) / 255.0);
    let (a, b) = (
        x.iter().map(|x| x * x).sum::<f64>() / 6.0,
        x.iter().sum::<f64>() / 6.0,
    );
    let (_, _, _, largest) = closed_forms();
    let (u, v) = (b, 10.0 * largest - a);
    (x[example] * u + v).powi(2) / (u * u + v * v) / 10.0
}

#[test]
fn the_floor_of_single_precision_is_that_of_its_rounding() {
    let folder = folder();
    let theta: Vec<f64> = (0..20)
        .map(|one| f64::from((one as f32 * 0.37).sin()))
        .collect();
    save(&folder.path().join("zero.safetensors"), &theta);
    let subject = subject(folder.path(), SGD, &["precision=\"f32\""]).unwrap();
    let audit = audited(&subject, Budget::Cheap);
    let floor = audit.value(Audited::SinglePrecisionFloor).unwrap();
    // Rounding of about 2⁻²⁴ in each of 20 parameters and in 10 outputs of 6 examples.
    let unit = 2.0_f64.powi(-24);
    assert!(
        floor > 1e-3 * unit * unit && floor < 100.0 * unit * unit,
        "{floor:e}"
    );
}
