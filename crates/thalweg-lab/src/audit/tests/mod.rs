//! Audits of a linear model of which everything is known.

mod methods;
mod numbers;
mod readings;
mod refusals;

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use safetensors::tensor::{Dtype, TensorView};
use thalweg::Named;
use thalweg::Threads;

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
