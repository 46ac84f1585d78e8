//! Flows of networks, and of many parameters.

use std::ops::ControlFlow;
use std::sync::Arc;

use allocation_counter::measure;
use thalweg::Threads;
use thalweg::flow::tableau::runge_kutta_4;
use thalweg::flow::{FixedRungeKutta, GradientFlow, Integrator, Step};
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::objective::{Examples, Loss, Objective, Supervised, Targets};
use thalweg::vector::norm_squared;

use crate::problems::{Formula, chebyshev, dormand_prince, verner};

/// A tanh network on 40 examples of a curved boundary, in double precision.
fn network() -> (Supervised<f64>, Vec<f64>) {
    let network = Mlp::new(3, &[8, 6], 2, Activation::Tanh).unwrap();
    let start = Initialisation::new(VarianceScaling::Lecun, Distribution::Normal);
    let theta = network.parameters().initialise(start, 0.0, 5);
    let inputs: Vec<f64> = (1..=120).map(|i| (1.7 * f64::from(i)).sin()).collect();
    let label = |x: &[f64]| u32::from(x[0] * x[1] + x[2] > 0.1);
    let labels = inputs.chunks(3).map(label).collect();
    let targets = Targets::Labels { labels, classes: 2 };
    let examples = Arc::new(Examples::new(inputs, 3, targets).unwrap());
    let threads = Threads::one();
    let objective = Supervised::new(Box::new(network), Loss::CrossEntropy, examples, threads);
    (objective.unwrap(), theta)
}

#[test]
fn methods_agree_on_the_gradient_flow_of_a_tanh_network() {
    let (objective, start) = network();
    let mut flow = GradientFlow::new(objective);
    let times = [1.0, 5.0, 20.0];
    let reference = verner(1e-11).values_at(&mut flow, &start, &times).unwrap();
    let methods: [(Box<dyn Integrator>, f64); 3] = [
        (Box::new(dormand_prince(1e-7)), 1e-5),
        (Box::new(chebyshev(1e-5)), 2e-2),
        (Box::new(FixedRungeKutta::new(&runge_kutta_4(), 0.05)), 1e-6),
    ];
    for (method, bound) in methods {
        let solution = method.values_at(&mut flow, &start, &times).unwrap();
        for (value, reference) in solution.values.iter().zip(&reference.values) {
            let difference: Vec<f64> = value.iter().zip(reference).map(|(x, y)| x - y).collect();
            let distance = norm_squared(&difference).sqrt();
            assert!(distance < bound, "{distance}");
        }
    }
    let mut losses = reference
        .values
        .iter()
        .map(|theta| flow.objective().loss(theta).unwrap());
    let (first, _, last) = (
        losses.next().unwrap(),
        losses.next(),
        losses.next().unwrap(),
    );
    assert!(last < 0.7 * first, "{first}, {last}");
}

/// Bytes and allocations of an integration to `end`.
fn allocations(method: &dyn Integrator, end: f64, dimension: usize) -> (u64, u64) {
    let formula = |theta: &[f64], velocity: &mut [f64]| {
        for (index, (velocity, theta)) in velocity.iter_mut().zip(theta).enumerate() {
            *velocity = -(1.0 + (index % 5) as f64) * theta.sin();
        }
    };
    let mut field = Formula::new(dimension, formula);
    let (mut theta, mut value) = (vec![1.0; dimension], vec![0.0; dimension]);
    let mut observer = |step: &mut Step<'_>| {
        step.value(f64::midpoint(step.start(), step.end()), &mut value)?;
        Ok(ControlFlow::Continue(()))
    };
    let seen = measure(|| {
        method
            .integrate(&mut field, &mut theta, end, &mut observer)
            .unwrap();
    });
    (seen.bytes_max, seen.count_total)
}

#[test]
fn the_loop_over_steps_does_not_allocate_and_memory_is_the_vectors_listed() {
    let dimension = 10_000;
    let methods: [(Box<dyn Integrator>, u64); 4] = [
        (Box::new(dormand_prince(1e-6)), 9),
        (Box::new(verner(1e-6)), 20),
        (Box::new(chebyshev(1e-3)), 6),
        (Box::new(FixedRungeKutta::new(&runge_kutta_4(), 0.05)), 7),
    ];
    for (method, vectors) in methods {
        let (bytes, count) = allocations(method.as_ref(), 1.0, dimension);
        let (_, longer) = allocations(method.as_ref(), 5.0, dimension);
        assert_eq!(count, longer);
        let listed = vectors * 8 * dimension as u64;
        assert!(
            bytes >= listed && bytes < listed + 4096,
            "{bytes}, {listed}"
        );
    }
}
