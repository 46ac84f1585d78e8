//! Audits of a linear model of which everything is known, and what is said of them.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use safetensors::tensor::{Dtype, TensorView};
use thalweg::Named;
use thalweg::Threads;
use thalweg::optimizer::Sampling;

use super::*;
use crate::spec::Override;

/// Grey values of images of one pixel, x = p/255.
const PIXELS: [u8; 6] = [0, 51, 102, 153, 204, 255];
const LABELS: [u8; 6] = [0, 1, 0, 2, 1, 1];

fn idx(kind: u8, sizes: &[u32], bytes: &[u8]) -> Vec<u8> {
    let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
    [0, 0, 8, kind]
        .into_iter()
        .chain(sizes)
        .chain(bytes.iter().copied())
        .collect()
}

/// A folder with data, an experiment file and θ = 0 for it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let count = PIXELS.len() as u32;
    for split in ["train", "t10k"] {
        let path = |name: &str| folder.path().join(format!("{split}-{name}-ubyte"));
        fs::write(path("images-idx3"), idx(3, &[count, 1, 1], &PIXELS)).unwrap();
        fs::write(path("labels-idx1"), idx(1, &[count], &LABELS)).unwrap();
    }
    save(&folder.path().join("zero.safetensors"), &[0.0; 20]);
    folder
}

/// Ten weights, ten biases.
fn save(path: &Path, theta: &[f64]) {
    let bytes: Vec<u8> = theta.iter().flat_map(|value| value.to_le_bytes()).collect();
    let tensors = [
        (
            "layers.0.weight",
            TensorView::new(Dtype::F64, vec![10, 1], &bytes[..80]).unwrap(),
        ),
        (
            "layers.0.bias",
            TensorView::new(Dtype::F64, vec![10], &bytes[80..]).unwrap(),
        ),
    ];
    fs::write(path, safetensors::serialize(tensors, None).unwrap()).unwrap();
}

fn experiment(folder: &Path, optimizer: &str) -> String {
    let (data, optimizer) = (folder.display(), optimizer.replace(';', "\n"));
    format!(
        "precision = \"f64\"\n[data]\nfolder = \"{data}\"\n[network]\nhidden_widths = []\n\
         [optimizer]\n{optimizer}\n[stop]\nsteps = 4\n"
    )
}

fn subject(folder: &Path, optimizer: &str, overrides: &[&str]) -> Result<Subject, AuditError> {
    let overrides = overrides.iter().map(|text| Override::parse(text).unwrap());
    let overrides: Vec<Override> = overrides.collect();
    let text = experiment(folder, optimizer);
    let checkpoint = folder.join("zero.safetensors");
    Subject::of_checkpoint(
        ("x.toml", &text),
        &overrides,
        &checkpoint,
        Path::new("unused"),
    )
}

fn audited(subject: &Subject, budget: Budget) -> Audit {
    let (mut tell, interrupt) = (|_: crate::study::Progress<'_>| {}, AtomicBool::new(false));
    let mut watch = Watch::new(&mut tell, &interrupt);
    Audit::of(subject, budget, &Threads::one(), &mut watch).unwrap()
}

fn audit(optimizer: &str, overrides: &[&str]) -> Audit {
    let folder = folder();
    audited(
        &subject(folder.path(), optimizer, overrides).unwrap(),
        Budget::Standard,
    )
}

/// The gradient of an example at θ = 0: (1/10 − [c = y]) (x, 1) for each class c.
fn example_gradient(example: usize) -> Vec<f64> {
    let x = f64::from(PIXELS[example]) / 255.0;
    let class = |class: usize| 0.1 - f64::from(u8::from(usize::from(LABELS[example]) == class));
    (0..10)
        .flat_map(|one| [class(one) * x, class(one)])
        .collect()
}

fn mean_gradient(examples: &[usize]) -> Vec<f64> {
    let gradients: Vec<Vec<f64>> = examples.iter().map(|one| example_gradient(*one)).collect();
    let count = examples.len() as f64;
    (0..20)
        .map(|index| gradients.iter().map(|one| one[index]).sum::<f64>() / count)
        .collect()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn squared(vector: &[f64]) -> f64 {
    dot(vector, vector)
}

/// E, ‖∇E‖², Γ and λ_max at θ = 0.
fn closed_forms() -> (f64, f64, f64, f64) {
    let gradient = mean_gradient(&[0, 1, 2, 3, 4, 5]);
    let mean = (0..6)
        .map(|one| squared(&example_gradient(one)))
        .sum::<f64>()
        / 6.0;
    let x = PIXELS.map(|pixel| f64::from(pixel) / 255.0);
    let (a, b) = (
        x.iter().map(|x| x * x).sum::<f64>() / 6.0,
        x.iter().sum::<f64>() / 6.0,
    );
    // H = (I − 11ᵀ/10)/10 ⊗ S with S = [[a, b], [b, 1]].
    let largest = (a + 1.0) / 2.0 + (((a - 1.0) / 2.0).powi(2) + b * b).sqrt();
    (
        10.0_f64.ln(),
        squared(&gradient),
        mean - squared(&gradient),
        largest / 10.0,
    )
}

fn is(audit: &Audit, quantity: Audited, wanted: f64, tolerance: f64) {
    let found = audit.value(quantity).unwrap();
    let difference = (found - wanted).abs();
    assert!(
        difference <= tolerance * wanted.abs(),
        "{}: {found} and not {wanted}",
        quantity.name()
    );
}

const SGD: &str = "method = \"sgd\";learning_rate = 0.4;batch_size = 2";

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
    assert!(
        text(&audit, 100).contains("undefined: each step sees all examples") || {
            // Narrow tables leave meanings out.
            text(&audit, 300).contains("undefined: each step sees all examples")
        }
    );
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

#[test]
fn what_cannot_be_audited_says_so() {
    let folder = folder();
    let fails = |optimizer: &str, overrides: &[&str]| {
        subject(folder.path(), optimizer, overrides)
            .unwrap_err()
            .to_string()
    };
    let message = fails(SGD, &["optimizer.learning_rate=[0.1, 0.2]"]);
    assert!(
        message.contains("differ in `optimizer.learning_rate`, which is 0.1, 0.2")
            && message.contains("--set optimizer.learning_rate=0.1"),
        "{message}"
    );
    let message = fails(SGD, &["network.hidden_widths=[3]"]);
    assert!(
        message.contains("where the network has layers.0.weight [3, 1]")
            && message.contains("the file has layers.0.bias [10], layers.0.weight [10, 1]"),
        "{message}"
    );
    // Seeds and limits are no matter.
    assert!(subject(folder.path(), SGD, &["seeds=3", "stop.steps=[1, 2]"]).is_ok());
    let none = Subject::of_trial(folder.path(), Which::Final, Path::new("unused"));
    let message = none.unwrap_err().to_string();
    assert!(message.contains("it has no trial.toml"), "{message}");
    fs::write(
        folder.path().join("trial.toml"),
        experiment(folder.path(), SGD),
    )
    .unwrap();
    for (which, complaint) in [
        (Which::Final, "the trial has not ended"),
        (Which::Best, "take --at final"),
    ] {
        let none = Subject::of_trial(folder.path(), which, Path::new("unused"));
        let message = none.unwrap_err().to_string();
        assert!(message.contains(complaint), "{message}");
    }
    let interrupt = AtomicBool::new(true);
    let mut tell = |_: crate::study::Progress<'_>| {};
    let subject = subject(folder.path(), SGD, &[]).unwrap();
    let mut watch = Watch::new(&mut tell, &interrupt);
    let stopped = Audit::of(&subject, Budget::Full, &Threads::one(), &mut watch);
    assert!(matches!(stopped, Err(AuditError::Interrupted)));
}
