//! What an audit says in words, and of other settings.

use super::{SGD, audit};
use crate::audit::*;

#[test]
fn changes_of_h_and_b_do_to_each_term_what_theory_says() {
    let audit = audit(SGD, &[]);
    let terms = |change| {
        let found = audit.scenarios.iter().find(|one| one.change == change);
        found.unwrap().terms.unwrap()
    };
    let now = terms(Change::AsItIs);
    let near = |one: f64, other: f64| assert!((one / other - 1.0).abs() < 1e-12, "{one} {other}");
    for (change, factor) in [(Change::RateDoubled, 2.0), (Change::RateHalved, 0.5)] {
        near(terms(change).full_batch, factor * now.full_batch);
        near(terms(change).variance, factor * now.variance);
    }
    // φ(B) = (N−B)/((N−1)B): 2/5 for 2 of 6, 1 for 1. Four leave a batch of two: (k−1)/(N−1) = 1/5.
    near(terms(Change::BatchHalved).variance, now.variance / 0.4);
    near(terms(Change::BatchDoubled).variance, now.variance / 2.0);
    near(terms(Change::BatchHalved).full_batch, now.full_batch);
}

#[test]
fn readings_are_sentences_with_the_numbers_in_them() {
    let said = |audit: &Audit, kind: &str| {
        let remark = audit.remarks.iter().find(|one| one.kind() == kind);
        remark.map_or_else(String::new, ToString::to_string)
    };
    let inside = audit(SGD, &[]);
    assert_eq!(
        said(&inside, "regime"),
        "Inside the theory's regime: h_e·λ_max = 0.051007, λ_max is 0.025504 times the largest stable \
         curvature, and an epoch of 3 steps has k·h_e·λ_max = 0.15302, below 1. The modified losses \
         describe single steps and the mean over an epoch."
    );
    assert_eq!(inside.regime, Regime::Inside);
    let beyond = audit(SGD, &["optimizer.learning_rate=20"]);
    assert!(said(&beyond, "regime").starts_with("Outside the theory's regime, beyond the edge"));
    let long = audit(SGD, &["optimizer.learning_rate=4"]);
    assert_eq!(long.regime, Regime::LongEpochs);
    let changes: Vec<String> = inside
        .remarks
        .iter()
        .filter(|one| one.topic() == Topic::Change)
        .map(ToString::to_string)
        .collect();
    assert_eq!(changes.len(), 4);
    assert!(
        changes[0].starts_with("Doubling h to 0.8 doubles c‖∇E‖² to "),
        "{}",
        changes[0]
    );
    assert!(changes[0].contains("doubles γΓ to"), "{}", changes[0]);
    assert!(
        changes[3].starts_with("Halving B to 1 leaves c‖∇E‖² at "),
        "{}",
        changes[3]
    );
    let adam = audit("method = \"adam\";learning_rate = 0.01", &[]);
    assert_eq!(
        said(&adam, "no_modified_loss"),
        "There is no modified loss to take shares of; adam descends no loss of this form. E, ‖∇E‖², Γ and \
         λ_max say what they say of any method."
    );
    assert_eq!(
        said(&adam, "nothing_said"),
        "There is no theory of this form to say it."
    );
    let all = audit("method = \"gradient-descent\";learning_rate = 0.4", &[]);
    assert_eq!(
        said(&all, "no_change"),
        "Batches cannot be doubled: a step sees all examples already."
    );
    let fixed = audit(&format!("{SGD};sampling = \"fixed-order\""), &[]);
    assert!(said(&fixed, "no_modified_loss").contains("one fixed order"));
}

#[test]
fn noise_is_named_and_only_noise() {
    let mut audit = audit(SGD, &[]);
    let number = |audit: &mut Audit, quantity, value, sample_error| {
        let numbers = audit.numbers.iter_mut();
        let number = numbers
            .into_iter()
            .find(|one| one.quantity == quantity)
            .unwrap();
        number.value = Ok(value);
        number.sample_error = sample_error;
        number.error = None;
    };
    for quantity in audit
        .numbers
        .iter()
        .map(|one| one.quantity)
        .collect::<Vec<_>>()
    {
        number(&mut audit, quantity, 1.0, Some(0.1));
    }
    let noise = |audit: &Audit| -> Vec<String> {
        let all = Remark::all(audit).into_iter();
        let noise = all.filter(|one| one.topic() == Topic::Noise);
        noise.map(|one| one.to_string()).collect()
    };
    number(&mut audit, Audited::SinglePrecisionFloor, 1e-9, None);
    assert_eq!(
        noise(&audit),
        ["Every number is larger than its error bars."]
    );
    number(&mut audit, Audited::HalfBatchProduct, -0.01, Some(0.02));
    assert_eq!(
        noise(&audit),
        [
            "mean ∇Ê_a·∇Ê_b is noise: −0.01 ± 0.02, as an estimate for other examples of the same kind."
        ]
    );
    number(&mut audit, Audited::HalfBatchProduct, 1.0, None);
    number(&mut audit, Audited::GradientNormSquared, 1e-10, None);
    let found = noise(&audit);
    assert_eq!(found.len(), 2);
    assert!(
        found[0].starts_with("‖∇E‖² = 1e−10 is below 1e−9, what rounding to float32"),
        "{found:?}"
    );
    assert!(found[1].contains("is below Γ/N = 0.16667"), "{found:?}");
}
