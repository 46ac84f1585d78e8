//! What an audit has for each method, with weight decay and without minibatches.

use thalweg::Threads;

use super::{SGD, audit, audited, closed_forms, folder, is, save, squared, subject};
use crate::audit::*;

#[test]
fn without_minibatches_their_numbers_are_undefined_and_say_why() {
    let audit = audit("method = \"gradient-descent\";learning_rate = 0.4", &[]);
    for quantity in [
        Audited::MinibatchGradientNormSquared,
        Audited::HalfBatchProduct,
        Audited::ModifiedLossSgd,
        Audited::ExpectedModifiedLossSgd,
        Audited::ImplicitShareSgd,
    ] {
        let number = audit.number(quantity).unwrap();
        assert_eq!(number.value, Err(Undefined::NoMinibatches), "{quantity:?}");
        assert_eq!((number.error, number.sample_error), (None, None));
    }
    assert!(audit.value(Audited::ModifiedLoss).is_some());
    assert_eq!(audit.value(Audited::SinglePrecisionFloor), None);
    let changes: Vec<Change> = audit.scenarios.iter().map(|one| one.change).collect();
    assert!(!changes.contains(&Change::BatchDoubled) && changes.contains(&Change::BatchHalved));
    let document = document(&audit);
    let number = &document["numbers"]["half_batch_product"];
    assert_eq!(number["value"], serde_json::Value::Null);
    assert_eq!(number["undefined"], "no_minibatches");
    for width in [80, 300] {
        let all = text(&audit, width);
        let words: Vec<&str> = all.split_whitespace().collect();
        assert!(
            words
                .join(" ")
                .contains("undefined: each step sees all examples"),
            "{all}"
        );
    }
}

#[test]
fn every_method_is_audited_and_has_a_modified_loss_where_theory_has_one() {
    for (optimizer, coefficient, stable) in [
        (
            "method = \"heavy-ball\";momentum = 0.5",
            Some(0.3),
            Some(15.0),
        ),
        ("method = \"nesterov\";momentum = 0.5", Some(0.2), Some(7.5)),
        ("method = \"heun\"", Some(0.0), Some(10.0)),
        ("method = \"adam\"", None, None),
        ("method = \"rmsprop\"", None, None),
        ("method = \"normalised\"", None, None),
        ("method = \"sam\";radius = 0.05", None, None),
        (
            "method = \"n-step\";steps_per_batch = 2;batch_size = 2",
            Some(0.025),
            None,
        ),
    ] {
        let audit = audit(&format!("{optimizer};learning_rate = 0.2"), &[]);
        let (_, norm, _, largest) = closed_forms();
        match coefficient {
            Some(c) => is(&audit, Audited::Lambda, 20.0 * c, 1e-14),
            None => {
                let why = audit
                    .number(Audited::ModifiedLoss)
                    .unwrap()
                    .value
                    .unwrap_err();
                assert_eq!(why.name(), "no_modified_loss", "{optimizer}");
            }
        }
        if let Some(stable) = stable {
            is(&audit, Audited::Stability, largest / stable, 1e-3);
        }
        is(&audit, Audited::GradientNormSquared, norm, 1e-14);
        let all = text(&audit, 100);
        assert!(!all.contains("NaN"), "{optimizer}: {all}");
    }
}

#[test]
fn weight_decay_is_part_of_what_is_descended() {
    let folder = folder();
    let theta: Vec<f64> = (0..20).map(|index| f64::from(index) / 20.0 - 0.3).collect();
    save(&folder.path().join("zero.safetensors"), &theta);
    let optimizer = format!("{SGD};[weight_decay];kind = \"coupled\";coefficient = 0.25");
    let decayed = audited(
        &subject(folder.path(), &optimizer, &[]).unwrap(),
        Budget::Cheap,
    );
    let plain = audited(&subject(folder.path(), SGD, &[]).unwrap(), Budget::Cheap);
    for same in [
        Audited::Loss,
        Audited::GradientNormSquared,
        Audited::Sharpness,
    ] {
        assert_eq!(decayed.value(same), plain.value(same));
    }
    // ‖∇E + wθ‖² against ∇E moved to: E_w has gradient ∇E + wθ, and 4(Ẽ − E_w)/h is its squared norm.
    let (loss, h) = (plain.value(Audited::Loss).unwrap(), 0.4);
    let decayed_loss = loss + 0.125 * squared(&theta);
    let norm = (decayed.value(Audited::ModifiedLoss).unwrap() - decayed_loss) * 4.0 / h;
    let slope = plain.value(Audited::GradientNormSquared).unwrap();
    let mixed = (norm - slope - 0.0625 * squared(&theta)) / 0.5;
    let subject = subject(folder.path(), SGD, &[]).unwrap();
    let data = subject.double().unwrap();
    let mut objective = subject.objective(&data.training, &Threads::one()).unwrap();
    let along = |share: f64| {
        let moved: Vec<f64> = theta.iter().map(|one| one * (1.0 + share)).collect();
        moved
    };
    let ahead = objective.evaluate(&along(1e-4)).unwrap().loss;
    let behind = objective.evaluate(&along(-1e-4)).unwrap().loss;
    let derivative = (ahead - behind) / 2e-4;
    assert!((mixed - derivative).abs() < 1e-7, "{mixed} {derivative}");
    let stability = |audit: &Audit| audit.value(Audited::Stability).unwrap();
    assert!((stability(&decayed) - stability(&plain) - 0.05).abs() < 1e-12);
}
