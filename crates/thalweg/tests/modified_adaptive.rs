//! Adam and RMSProp against their modified fields.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod accurate_flow;

use accurate_flow::{START, assert_order, distance, flow, gradient, landscape};
use thalweg::flow::{Field, Work};
use thalweg::modified::{Adam, FirstOrderLoss, RmsProp};
use thalweg::objective::{HessianVector, ObjectiveError, Traced};

const TIME: f64 = 0.5;
const STEPS: [usize; 4] = [800, 1600, 3200, 6400];
const EPSILON: f64 = 0.05;

#[derive(Clone, Copy)]
enum Memory {
    /// As if the gradient had always been the first one.
    Filled,
    /// Zero, with bias corrections.
    Corrected,
    /// Zero, and nothing done about it.
    Empty,
}

/// Full-batch Adam with ε inside the root, written down.
fn run(decays: [f64; 2], rate: f64, steps: usize, memory: Memory) -> Vec<f64> {
    let mut objective = landscape();
    let mut theta = START.to_vec();
    let [mut first, mut second] = match memory {
        Memory::Filled => Adam::new(rate, decays[0], decays[1], EPSILON)
            .unwrap()
            .memory(&gradient(&mut objective, &START)),
        Memory::Corrected | Memory::Empty => [vec![0.0; 3], vec![0.0; 3]],
    };
    for step in 1..=steps {
        let slope = gradient(&mut objective, &theta);
        let corrections = decays.map(|decay| match memory {
            Memory::Corrected => 1.0 - decay.powi(step as i32),
            _ => 1.0,
        });
        for j in 0..3 {
            first[j] = decays[0] * first[j] + (1.0 - decays[0]) * slope[j];
            second[j] = decays[1] * second[j] + (1.0 - decays[1]) * slope[j].powi(2);
            let (mean, square) = (first[j] / corrections[0], second[j] / corrections[1]);
            theta[j] -= rate * mean / (square + EPSILON).sqrt();
        }
    }
    theta
}

fn errors<F: Field>(decays: [f64; 2], memory: Memory, field: impl Fn(Adam) -> F) -> Vec<f64> {
    let error = |steps: usize| {
        let rate = TIME / steps as f64;
        let method = Adam::new(rate, decays[0], decays[1], EPSILON).unwrap();
        let end = run(decays, rate, steps, memory);
        distance(&end, &flow(&mut field(method), &START, TIME))
    };
    STEPS.map(error).to_vec()
}

/// The published field with one ingredient replaced.
struct Damaged {
    objective: Traced<f64>,
    strength: Box<dyn Fn(f64) -> f64>,
}

impl Field for Damaged {
    fn dimension(&self) -> usize {
        3
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        let slope = gradient(&mut self.objective, theta);
        let size = |g: f64| (g * g + EPSILON).sqrt();
        let direction: Vec<f64> = slope.iter().map(|g| g / size(*g)).collect();
        let mut product = vec![0.0; 3];
        self.objective
            .hessian_vector(theta, &direction, &mut product)?;
        for j in 0..3 {
            velocity[j] = -(slope[j] + (self.strength)(slope[j]) * product[j]) / size(slope[j]);
        }
        Ok(())
    }

    fn work(&self) -> Work {
        Work::default()
    }
}

const DECAYS: [[f64; 2]; 4] = [[0.5, 0.8], [0.8, 0.5], [0.8, 0.9], [0.0, 0.8]];

#[test]
fn adam_follows_its_modified_field_to_second_order() {
    for decays in DECAYS {
        let errors = errors(decays, Memory::Filled, |method| method.flow(landscape()));
        assert_order(&errors, 2.0, &format!("Adam {decays:?}"));
    }
}

#[test]
fn adam_follows_the_uncorrected_field_to_first_order_only() {
    for decays in DECAYS {
        let errors = errors(decays, Memory::Filled, |method| {
            method.lowest_order_flow(landscape())
        });
        assert_order(&errors, 1.0, &format!("uncorrected {decays:?}"));
    }
}

#[test]
fn a_modified_field_with_any_ingredient_wrong_is_followed_to_first_order_only() {
    let [first, second] = [0.5, 0.8];
    let ratio = |decay: f64| (1.0 + decay) / (1.0 - decay);
    let (c1, c2) = (ratio(first), ratio(second));
    let share = |g: f64| EPSILON / (g * g + EPSILON);
    let run = |what: &str, expected: f64, strength: fn(f64, f64, f64, f64) -> f64| {
        let errors = errors([first, second], Memory::Filled, |method| {
            let rate = method.strength(0.0) * 2.0 / c1;
            Damaged {
                objective: landscape(),
                strength: Box::new(move |g| strength(rate, c1, c2, share(g))),
            }
        });
        assert_order(&errors, expected, what);
    };
    run("as published", 2.0, |h, c1, c2, e| {
        h / 2.0 * (c1 - c2 + c2 * e)
    });
    run("h for h/2", 1.0, |h, c1, c2, e| h * (c1 - c2 + c2 * e));
    run("c₁ 20 % larger", 1.0, |h, c1, c2, e| {
        h / 2.0 * (1.2 * c1 - c2 + c2 * e)
    });
    run("c₂ 10 % larger", 1.0, |h, c1, c2, e| {
        h / 2.0 * (c1 - 1.1 * c2 * (1.0 - e))
    });
    run("without the last term", 1.0, |h, c1, c2, _| {
        h / 2.0 * (c1 - c2)
    });
}

#[test]
fn bias_corrections_serve_as_well_as_filled_memory_and_empty_memory_does_not() {
    let decays = [0.5, 0.8];
    let corrected = errors(decays, Memory::Corrected, |method| method.flow(landscape()));
    assert_order(&corrected, 2.0, "bias corrections");
    let empty = errors(decays, Memory::Empty, |method| method.flow(landscape()));
    assert_order(&empty, 1.0, "empty memory");
}

#[test]
fn rms_prop_is_adam_without_a_mean_of_gradients() {
    let steps = STEPS[0];
    let rate = TIME / steps as f64;
    let method = RmsProp::new(rate, 0.8, EPSILON).unwrap();
    let adam = Adam::new(rate, 0.0, 0.8, EPSILON).unwrap();
    let ends = [
        flow(&mut method.flow(landscape()), &START, TIME),
        flow(&mut adam.flow(landscape()), &START, TIME),
    ];
    assert_eq!(ends[0], ends[1]);
    let slope = gradient(&mut landscape(), &START);
    assert_eq!(method.memory(&slope), adam.memory(&slope)[1]);
    // c = 9: sought where g² > ε/(c − 1).
    let border = (EPSILON / 8.0_f64).sqrt();
    assert!(method.strength(0.99 * border) > 0.0 && method.strength(1.01 * border) < 0.0);
}

/// The largest |Jᵢⱼ − Jⱼᵢ| of a field's Jacobian, by central differences.
fn asymmetry(field: &mut impl Field) -> f64 {
    let mut column = |j: usize| -> Vec<f64> {
        let step = 1e-5;
        let mut at = |sign: f64| {
            let mut place = START;
            place[j] += sign * step;
            let mut velocity = vec![0.0; 3];
            field.velocity(&place, &mut velocity).unwrap();
            velocity
        };
        let pairs = at(1.0).into_iter().zip(at(-1.0)).collect::<Vec<_>>();
        pairs
            .iter()
            .map(|(up, down)| (up - down) / (2.0 * step))
            .collect()
    };
    let jacobian = [0, 1, 2].map(&mut column);
    let pairs = [(0, 1), (0, 2), (1, 2)];
    let differences = pairs.map(|(i, j)| (jacobian[i][j] - jacobian[j][i]).abs());
    differences.into_iter().fold(0.0, f64::max)
}

#[test]
fn adam_has_no_modified_loss_since_its_field_is_no_gradient() {
    let method = Adam::new(0.01, 0.9, 0.99, EPSILON).unwrap();
    assert!(matches!(
        method.modified_loss(),
        FirstOrderLoss::Absent { .. }
    ));
    assert!(asymmetry(&mut method.flow(landscape())) > 0.1);
    assert!(asymmetry(&mut method.lowest_order_flow(landscape())) > 0.1);
    let heavy_ball = thalweg::modified::HeavyBall::new(0.01, 0.9).unwrap();
    assert!(asymmetry(&mut heavy_ball.flow(landscape())) < 1e-7);
}

#[test]
fn the_usual_adam_seeks_a_large_gradient_norm_where_gradients_are_large() {
    let method = Adam::new(0.001, 0.9, 0.999, 1e-8).unwrap();
    assert!((method.strength(1.0) + 0.99).abs() < 1e-4); // (h/2)(19 − 1999)
    assert!((method.strength(0.0) - 0.0095).abs() < 1e-15); // (h/2) 19
    let mut field = method.flow(landscape());
    field.velocity(&START, &mut [0.0; 3]).unwrap();
    assert_eq!(
        (field.work().gradients, field.work().hessian_vectors),
        (1, 1)
    );
}
