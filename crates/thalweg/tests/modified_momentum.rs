//! Heavy ball and Nesterov's method against the flows of their modified losses.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod accurate_flow;

use accurate_flow::{START, assert_order, distance, flow, gradient, landscape};
use thalweg::flow::Field;
use thalweg::modified::{FirstOrderLoss, HeavyBall, Nesterov, PenalisedFlow};
use thalweg::vector::add_scaled;

/// Far beyond the transient: 0.8ⁿ is below 1e-30 for the largest h.
const TIME: f64 = 1.0;
const STEPS: [usize; 4] = [400, 800, 1600, 3200];

#[derive(Clone, Copy)]
enum Method {
    HeavyBall,
    Nesterov,
}

/// θ₋₁, θ₀ → θ_n.
fn run(method: Method, rate: f64, momentum: f64, from: [&[f64]; 2], steps: usize) -> Vec<f64> {
    let mut objective = landscape();
    let [mut previous, mut theta] = from.map(<[f64]>::to_vec);
    for _ in 0..steps {
        let mut ahead = theta.clone();
        add_scaled(&mut ahead, momentum, &theta);
        add_scaled(&mut ahead, -momentum, &previous);
        let place = match method {
            Method::HeavyBall => &theta,
            Method::Nesterov => &ahead,
        };
        let slope = gradient(&mut objective, place);
        add_scaled(&mut ahead, -rate, &slope);
        previous = std::mem::replace(&mut theta, ahead);
    }
    theta
}

fn field(method: Method, rate: f64, momentum: f64, factor: f64) -> impl Field {
    let statement = match method {
        Method::HeavyBall => HeavyBall::new(rate, momentum).unwrap().modified_loss(),
        Method::Nesterov => Nesterov::new(rate, momentum).unwrap().modified_loss(),
    };
    let FirstOrderLoss::GradientNorm { speed, coefficient } = statement else {
        panic!("a modified loss exists")
    };
    PenalisedFlow::new(landscape(), speed, factor * coefficient)
}

/// Errors of the method on its slow motion against the flow with μ multiplied by `factor`.
fn slow_errors(method: Method, momentum: f64, factor: f64) -> Vec<f64> {
    let error = |steps: usize| {
        let rate = TIME / steps as f64;
        let slope = gradient(&mut landscape(), &START);
        let previous = match method {
            Method::HeavyBall => HeavyBall::new(rate, momentum)
                .unwrap()
                .previous_iterate(&START, &slope),
            Method::Nesterov => Nesterov::new(rate, momentum)
                .unwrap()
                .previous_iterate(&START, &slope),
        };
        let end = run(method, rate, momentum, [&previous, &START], steps);
        distance(
            &end,
            &flow(&mut field(method, rate, momentum, factor), &START, TIME),
        )
    };
    STEPS.map(error).to_vec()
}

/// Errors of the method from rest against the modified flow from `lag` of the shifted start.
fn rest_errors(method: Method, momentum: f64, lag: f64) -> Vec<f64> {
    let error = |steps: usize| {
        let rate = TIME / steps as f64;
        let mut slope = gradient(&mut landscape(), &START);
        slope.iter_mut().for_each(|g| *g *= lag);
        let start = match method {
            Method::HeavyBall => HeavyBall::new(rate, momentum)
                .unwrap()
                .start_from_rest(&START, &slope),
            Method::Nesterov => Nesterov::new(rate, momentum)
                .unwrap()
                .start_from_rest(&START, &slope),
        };
        let end = run(method, rate, momentum, [&START, &START], steps);
        distance(
            &end,
            &flow(&mut field(method, rate, momentum, 1.0), &start, TIME),
        )
    };
    STEPS.map(error).to_vec()
}

#[test]
fn both_methods_follow_their_modified_loss_to_second_order_on_the_slow_motion() {
    for momentum in [0.0, 0.5, 0.8] {
        let errors = slow_errors(Method::HeavyBall, momentum, 1.0);
        assert_order(&errors, 2.0, &format!("heavy ball {momentum}"));
        let errors = slow_errors(Method::Nesterov, momentum, 1.0);
        assert_order(&errors, 2.0, &format!("Nesterov {momentum}"));
    }
}

#[test]
fn without_the_penalty_or_with_a_wrong_one_the_order_is_one() {
    for method in [Method::HeavyBall, Method::Nesterov] {
        assert_order(&slow_errors(method, 0.5, 0.0), 1.0, "no penalty");
    }
    // (1 + 2β)/(1 + β) in place of 1, and heavy ball's penalty for Nesterov's method.
    assert_order(
        &slow_errors(Method::HeavyBall, 0.5, 2.0 / 1.5),
        1.0,
        "1 + 2β",
    );
    let ratio = HeavyBall::new(0.1, 0.5).unwrap().coefficient()
        / Nesterov::new(0.1, 0.5).unwrap().coefficient();
    assert!((ratio - 1.5).abs() < 1e-14);
    assert_order(
        &slow_errors(Method::Nesterov, 0.5, ratio),
        1.0,
        "heavy ball's",
    );
}

#[test]
fn from_rest_both_follow_the_flow_that_starts_behind_and_not_the_one_from_the_same_place() {
    for method in [Method::HeavyBall, Method::Nesterov] {
        assert_order(&rest_errors(method, 0.5, 1.0), 2.0, "from behind");
        assert_order(&rest_errors(method, 0.5, 0.0), 1.0, "from the same place");
    }
}

#[test]
fn points_ahead_follow_the_same_equation_as_nesterovs_iterates() {
    let momentum = 0.5;
    let error = |steps: usize| {
        let rate = TIME / steps as f64;
        let method = Nesterov::new(rate, momentum).unwrap();
        let slope = gradient(&mut landscape(), &START);
        let previous = method.previous_iterate(&START, &slope);
        let ahead = |theta: &[f64], previous: &[f64]| -> Vec<f64> {
            let pairs = theta.iter().zip(previous);
            pairs
                .map(|(now, before)| now + momentum * (now - before))
                .collect()
        };
        let from = [&previous[..], &START[..]];
        let [before, end] =
            [steps - 1, steps].map(|n| run(Method::Nesterov, rate, momentum, from, n));
        let start = ahead(&START, &previous);
        distance(
            &ahead(&end, &before),
            &flow(&mut method.flow(landscape()), &start, TIME),
        )
    };
    assert_order(&STEPS.map(error), 2.0, "points ahead");
}

#[test]
fn without_momentum_both_penalties_are_that_of_gradient_descent() {
    let expected = FirstOrderLoss::GradientNorm {
        speed: 1.0,
        coefficient: 0.025,
    };
    assert_eq!(HeavyBall::new(0.1, 0.0).unwrap().modified_loss(), expected);
    assert_eq!(Nesterov::new(0.1, 0.0).unwrap().modified_loss(), expected);
    // At equal effective rate h/(1−β), heavy ball penalises (1+β)/(1−β) times as much.
    let heavy = HeavyBall::new(0.1 * 0.1, 0.9).unwrap().coefficient();
    assert!((heavy / 0.025 - 19.0).abs() < 1e-12);
}

#[test]
fn a_velocity_costs_one_gradient_and_one_product_and_wrong_settings_are_refused() {
    let mut field = HeavyBall::new(0.1, 0.9).unwrap().flow(landscape());
    field.velocity(&START, &mut [0.0; 3]).unwrap();
    let work = field.work();
    assert_eq!(
        [
            work.gradients,
            work.hessian_vectors,
            work.higher_derivatives
        ],
        [1, 1, 0]
    );
    let message =
        |result: Result<_, thalweg::modified::MethodSettingError>| result.unwrap_err().to_string();
    assert_eq!(
        message(HeavyBall::new(0.1, 1.0)),
        "the momentum is 1; it must be finite and at least 0 and below 1"
    );
    assert_eq!(
        message(HeavyBall::new(-0.1, 0.5)),
        "the learning rate is -0.1; it must be finite and positive"
    );
}
