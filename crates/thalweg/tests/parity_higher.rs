//! Third and fourth derivatives, gradients of single examples and spectra of whole networks against
//! another framework: `reference/higher.json`, made by `reference/make_higher.py`.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use serde_json::Value;
use thalweg::curvature::{LanczosOptions, dense_hessian, largest_eigenpairs, smallest_eigenpairs};
use thalweg::network::{Activation, Mlp, Network, Parameters, Role};
use thalweg::noise::GradientNoise;
use thalweg::objective::{
    DirectionalDerivative, Examples, Gradient, Loss, NormMethod, Supervised, Targets,
};
use thalweg::{Element, Named, Threads};
use thalweg_graph::Var;

const EXAMPLES: usize = 7;
const INPUTS: usize = 5;
const CLASSES: usize = 3;

fn wave<T: Element>(count: usize, frequency: f64) -> Vec<T> {
    (1..=count)
        .map(|index| T::from_f64((frequency * index as f64).sin()))
        .collect()
}

fn supervised<T: Element>(network: Box<dyn Network + Send + Sync>, loss: Loss) -> Supervised<T> {
    let labels = (0..EXAMPLES as u32)
        .map(|index| (3 * index + 1) % 3)
        .collect();
    let targets = Targets::Labels {
        labels,
        classes: CLASSES,
    };
    let examples = Examples::new(wave(EXAMPLES * INPUTS, 0.7), INPUTS, targets).unwrap();
    Supervised::new(network, loss, Arc::new(examples), Threads::one()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect()
}

fn assert_close<T: Element>(ours: &[T], theirs: &Value, tolerance: f64, what: &str) {
    let theirs = numbers(theirs);
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let scale = theirs.iter().fold(1.0_f64, |scale, x| scale.max(x.abs()));
    for (ours, theirs) in ours.iter().zip(theirs) {
        let error = (ours.to_f64() - theirs).abs();
        assert!(error < tolerance * scale, "{what}: {ours}, {theirs}");
    }
}

fn reference() -> Value {
    serde_json::from_str(include_str!("reference/higher.json")).unwrap()
}

fn check_examples<T: Element>(objective: &mut Supervised<T>, case: &Value, tolerance: f64) {
    let count = objective.parameters().count();
    let (theta, mut gradient) = (wave::<T>(count, 2.1), vec![T::ZERO; count]);
    let noise = GradientNoise::measure(objective, &theta, &mut gradient).unwrap();
    assert_close(&gradient, &case["gradient"], tolerance, "gradient");
    assert_close(
        &[noise.loss],
        &Value::from(vec![case["value"].clone()]),
        tolerance,
        "loss",
    );
    let norms = noise.by_example.square_norms();
    assert_close(
        &norms,
        &case["per_example_square_norms"],
        tolerance,
        "norms",
    );
    let by_tensor = &case["per_example_square_norms_by_tensor"];
    assert_eq!(
        by_tensor.as_object().unwrap().len(),
        noise.by_example.tensors.len()
    );
    for tensor in &noise.by_example.tensors {
        assert_eq!(tensor.method, NormMethod::Factored);
        assert_close(
            &tensor.square_norms,
            &by_tensor[&tensor.name],
            tolerance,
            &tensor.name,
        );
    }
    let variance = Value::from(vec![case["gradient_variance"].clone()]);
    assert_close(&[noise.gradient_variance], &variance, tolerance, "variance");
}

fn check_case<T: Element>(case: &Value, tolerance: f64) {
    let activation = Activation::from_name(case["activation"].as_str().unwrap()).unwrap();
    let loss = Loss::from_name(case["loss"].as_str().unwrap()).unwrap();
    let network = Mlp::new(INPUTS, &[4, 6], CLASSES, activation).unwrap();
    let mut objective = supervised::<T>(Box::new(network), loss);
    check_examples(&mut objective, case, tolerance);
    let count = objective.parameters().count();
    let theta = wave::<T>(count, 2.1);
    let [u, v, w] = [1.3, 0.9, 1.7].map(|frequency| wave::<T>(count, frequency));
    let mut derivative = vec![T::ZERO; count];
    objective
        .directional_derivative(&theta, &[&u, &v], &mut derivative)
        .unwrap();
    assert_close(&derivative, &case["third"], tolerance, "third");
    objective
        .directional_derivative(&theta, &[&u, &v, &w], &mut derivative)
        .unwrap();
    assert_close(&derivative, &case["fourth"], tolerance, "fourth");
}

#[test]
fn derivatives_and_single_examples_agree_in_double_precision() {
    for case in reference()["cases"].as_array().unwrap() {
        check_case::<f64>(case, 1e-12);
    }
}

#[test]
fn derivatives_and_single_examples_agree_in_single_precision() {
    for case in reference()["cases"].as_array().unwrap() {
        check_case::<f32>(case, 2e-5);
    }
}

#[test]
fn spectra_agree() {
    for case in reference()["cases"].as_array().unwrap() {
        let activation = Activation::from_name(case["activation"].as_str().unwrap()).unwrap();
        let loss = Loss::from_name(case["loss"].as_str().unwrap()).unwrap();
        let network = Mlp::new(INPUTS, &[4, 6], CLASSES, activation).unwrap();
        let mut objective = supervised::<f64>(Box::new(network), loss);
        let theta = wave::<f64>(objective.parameters().count(), 2.1);
        let eigenvalues = numbers(&case["hessian_eigenvalues"]);
        let dense = dense_hessian(&mut objective, &theta).unwrap();
        let trace = case["hessian_trace"].as_f64().unwrap();
        assert!((dense.trace() - trace).abs() < 1e-11 * (1.0 + trace.abs()));
        let options = LanczosOptions {
            tolerance: 1e-9,
            ..LanczosOptions::default()
        };
        let largest = largest_eigenpairs(&mut objective, &theta, 3, &[], &options).unwrap();
        let smallest = smallest_eigenpairs(&mut objective, &theta, 2, &[], &options).unwrap();
        assert!(largest.all_converged() && smallest.all_converged());
        for (ours, theirs) in largest.values.iter().zip(eigenvalues.iter().rev()) {
            assert!((ours - theirs).abs() < 1e-8, "{ours}, {theirs}");
        }
        for (ours, theirs) in smallest.values.iter().zip(&eigenvalues) {
            assert!((ours - theirs).abs() < 1e-8, "{ours}, {theirs}");
        }
    }
}

/// A network whose hidden layer is used twice: what a user's own network looks like.
struct Tied;

impl Network for Tied {
    fn inputs(&self) -> usize {
        INPUTS
    }

    fn outputs(&self) -> usize {
        CLASSES
    }

    fn parameters(&self) -> Parameters {
        let layer = |name: &str, fan_in: usize, fan_out: usize| {
            let weight = Role::Weight { fan_in, fan_out };
            [
                (format!("{name}.weight"), vec![fan_out, fan_in], weight),
                (format!("{name}.bias"), vec![fan_out], Role::Bias),
            ]
        };
        let layers = [
            layer("in", INPUTS, 4),
            layer("tied", 4, 4),
            layer("out", 4, CLASSES),
        ];
        Parameters::new(layers.into_iter().flatten())
    }

    fn forward<'g>(&self, parameters: &[Var<'g>], inputs: Var<'g>) -> Var<'g> {
        let dense = |x: Var<'g>, layer: usize| {
            let product = x.matrix_product(parameters[2 * layer].transposed());
            product + parameters[2 * layer + 1].broadcast(&product.shape(), &[1])
        };
        let hidden = [0, 1, 1]
            .iter()
            .fold(inputs, |x, layer| dense(x, *layer).tanh());
        dense(hidden, 2)
    }
}

#[test]
fn a_layer_used_twice_agrees() {
    let case = &reference()["tied"];
    check_examples(
        &mut supervised::<f64>(Box::new(Tied), Loss::CrossEntropy),
        case,
        1e-12,
    );
    check_examples(
        &mut supervised::<f32>(Box::new(Tied), Loss::CrossEntropy),
        case,
        1e-5,
    );
}

#[test]
#[should_panic(expected = "fourth")]
fn a_changed_reference_is_noticed() {
    let mut case = reference()["cases"][0].clone();
    case["fourth"][3] = Value::from(case["fourth"][3].as_f64().unwrap() + 1e-9);
    check_case::<f64>(&case, 1e-12);
}

#[test]
fn evaluation_does_not_depend_on_what_was_asked_before() {
    let mut objective = supervised::<f64>(Box::new(Tied), Loss::CrossEntropy);
    let count = objective.parameters().count();
    let (theta, mut first, mut again) = (wave(count, 2.1), vec![0.0; count], vec![0.0; count]);
    objective.gradient(&theta, &mut first).unwrap();
    GradientNoise::measure(&mut objective, &theta, &mut again).unwrap();
    objective
        .directional_derivative(&theta, &[&first], &mut again)
        .unwrap();
    objective.gradient(&theta, &mut again).unwrap();
    assert_eq!(first, again);
}
