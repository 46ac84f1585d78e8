//! What evaluation allocates: nothing for small problems, and no more than a chunk needs for large
//! ones.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use allocation_counter::measure;
use thalweg::Threads;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::objective::{
    Examples, FiniteSum, Gradient, HessianVector, Loss, Supervised, Targets, Traced,
};

/// Σᵢ (1 − θᵢ)² + 100 (θᵢ₊₁ − θᵢ²)².
fn rosenbrock(parameters: usize) -> Traced<f64> {
    Traced::new(parameters, move |theta| {
        let (x, next) = (
            theta.slice(0, 0, parameters - 1),
            theta.slice(0, 1, parameters - 1),
        );
        ((1.0 - x).power(2.0) + 100.0 * (next - x * x).power(2.0)).sum_all()
    })
    .unwrap()
}

/// Logistic regression of 60 examples with so many features and a bias, by matrix products.
fn logistic(features: usize) -> Traced<f64> {
    Traced::new(10 * features, move |theta| {
        let weights = theta.reshaped(&[10, features]);
        let inputs = (theta.graph().constant(0.5, &[60, features])).exp();
        inputs
            .matrix_product(weights.transposed())
            .log_sum_exp()
            .mean_all()
    })
    .unwrap()
}

#[test]
fn gradients_of_small_problems_do_not_allocate() {
    let cases = [
        rosenbrock(2),
        rosenbrock(100),
        rosenbrock(1000),
        logistic(3),
        logistic(20),
    ];
    for mut objective in cases {
        let count = thalweg::objective::Objective::parameter_count(&objective);
        let theta: Vec<f64> = (0..count).map(|i| (i as f64 * 0.3).cos()).collect();
        let mut gradient = vec![0.0; count];
        objective.gradient(&theta, &mut gradient).unwrap();
        let seen = measure(|| {
            for _ in 0..10 {
                objective.gradient(&theta, &mut gradient).unwrap();
            }
        });
        assert_eq!(seen.count_total, 0, "{count} parameters");
    }
}

/// The most bytes alive while a Hessian–vector product over digits-sized examples is computed.
fn peak(examples: usize, chunk: usize) -> u64 {
    let network = Mlp::new(784, &[32], 10, Activation::Tanh).unwrap();
    let start = Initialisation::new(VarianceScaling::Lecun, Distribution::Normal);
    let theta = network.parameters().initialise::<f32>(start, 0.0, 0);
    let inputs = (0..examples * 784)
        .map(|i| (i % 251) as f32 / 251.0)
        .collect();
    let labels = (0..examples as u32).map(|i| i % 10).collect();
    let targets = Targets::Labels {
        labels,
        classes: 10,
    };
    let examples = Arc::new(Examples::new(inputs, 784, targets).unwrap());
    let threads = Threads::one();
    let objective = Supervised::new(Box::new(network), Loss::CrossEntropy, examples, threads);
    let mut objective = objective.unwrap().with_chunk(chunk);
    let (vector, mut product) = (theta.clone(), vec![0.0; theta.len()]);
    let seen = measure(|| {
        objective
            .hessian_vector(&theta, &vector, &mut product)
            .unwrap();
    });
    seen.bytes_max
}

#[test]
fn a_product_over_sixty_thousand_digits_needs_the_memory_of_a_chunk() {
    let (few, many) = (peak(9_000, 1024), peak(60_000, 1024));
    assert!(
        many < few + few / 20,
        "{few} bytes for 9,000 examples, {many} for 60,000"
    );
    let data = 60_000 * 784 * 4;
    assert!(many < data / 20, "{many} bytes, the data {data}");
    // The negative control: in one chunk it grows with the examples.
    let whole = peak(60_000, 60_000);
    assert!(whole > 2 * few, "{whole} bytes, {few} in chunks");
}

#[test]
fn a_draw_of_noise_allocates_no_more_than_its_evaluations() {
    use std::ops::ControlFlow;

    use thalweg::robustness::{Perturbation, PerturbationNoise, filters, robustness};

    let network = Mlp::new(64, &[32], 10, Activation::Tanh).unwrap();
    let start = Initialisation::new(VarianceScaling::Lecun, Distribution::Normal);
    let theta = network.parameters().initialise::<f32>(start, 0.0, 0);
    let labels = (0..300).map(|i| i % 10).collect();
    let targets = Targets::Labels {
        labels,
        classes: 10,
    };
    let examples = Arc::new(Examples::new(vec![0.5; 300 * 64], 64, targets).unwrap());
    let threads = Threads::one();
    let objective = Supervised::new(Box::new(network), Loss::CrossEntropy, examples, threads);
    let mut training = objective.unwrap();
    let mut test = training.sharing(Threads::one());
    let filters = filters(training.parameters());
    let mut allocated = |draws| {
        let asked = Perturbation {
            noise: PerturbationNoise::FilterNormalised,
            strengths: vec![0.1],
            draws,
            slope_examples: Some(100),
            seed: 0,
        };
        let watch = &mut |_, _| ControlFlow::Continue(());
        let seen = measure(|| {
            robustness(&asked, &theta, &filters, &mut training, &mut test, watch).unwrap();
        });
        seen.bytes_total
    };
    let few = allocated(20); // the first time also what a thread keeps
    let each = (allocated(60) - few.min(allocated(20))) / 40;
    let first: Vec<usize> = (0..100).collect();
    let mut gradient = theta.clone();
    let mut evaluations = || {
        let seen = measure(|| {
            test.evaluate(&theta).unwrap();
            training
                .minibatch_gradient(&first, &theta, &mut gradient)
                .unwrap();
        });
        seen.bytes_total
    };
    evaluations(); // compiles
    let own = evaluations();
    let parameters = 4 * theta.len() as u64;
    assert!(
        each < own + parameters / 3,
        "{each} bytes a draw, {own} its evaluations"
    );
}
