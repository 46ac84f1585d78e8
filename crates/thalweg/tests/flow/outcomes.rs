//! How integrations end.

use std::ops::ControlFlow;

use thalweg::flow::tableau::{euler, runge_kutta_4};
use thalweg::flow::{
    AdaptiveRungeKutta, Control, Field, FixedRungeKutta, Integration, Integrator, Outcome,
    Tolerance,
};

use crate::problems::{Formula, chebyshev, dormand_prince, limit_cycle, verner};

fn run(method: &dyn Integrator, field: &mut dyn Field, theta: &mut [f64], end: f64) -> Integration {
    let observer = &mut |_: &mut thalweg::flow::Step<'_>| Ok(ControlFlow::Continue(()));
    method.integrate(field, theta, end, observer).unwrap()
}

#[test]
fn a_limit_of_steps_ends_an_integration_where_it_is() {
    let mut control = Control::new(Tolerance::new(1e-8));
    control.most_steps = 20;
    let mut problem = limit_cycle();
    let method = AdaptiveRungeKutta::dormand_prince_5(control);
    let mut theta = [0.5, 0.0];
    let seen = run(&method, problem.field.as_mut(), &mut theta, 12.0);
    let steps = 20;
    assert_eq!(
        seen.outcome,
        Outcome::StepLimit {
            time: seen.time,
            steps
        }
    );
    assert_eq!(seen.accepted + seen.rejected, 20);
    let exact = (problem.exact)(seen.time);
    assert!(theta.iter().zip(exact).all(|(x, y)| (x - y).abs() < 1e-6));
    assert!(seen.outcome.to_string().contains("allow more steps"));
    let solution = method.values_at(problem.field.as_mut(), &[0.5, 0.0], &[0.1, 11.0, 12.0]);
    assert_eq!(solution.unwrap().values.len(), 1);
    let fixed = FixedRungeKutta::new(&euler(), 0.1).with_most_steps(3);
    let seen = run(&fixed, problem.field.as_mut(), &mut [0.5, 0.0], 1.0);
    assert!(matches!(seen.outcome, Outcome::StepLimit { steps: 3, .. }));
}

#[test]
fn an_observer_can_stop() {
    let mut problem = limit_cycle();
    let methods: [Box<dyn Integrator>; 3] = [
        Box::new(verner(1e-8)),
        Box::new(chebyshev(1e-3)),
        Box::new(FixedRungeKutta::new(&runge_kutta_4(), 0.1)),
    ];
    for method in methods {
        let (mut theta, mut last) = ([0.5, 0.0], vec![]);
        let seen = method.integrate(problem.field.as_mut(), &mut theta, 12.0, &mut |step| {
            last = step.theta().to_vec();
            Ok(match step.end() > 2.0 {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        });
        let seen = seen.unwrap();
        assert_eq!(seen.outcome, Outcome::Stopped { time: seen.time });
        assert!(seen.time > 2.0 && seen.time < 6.0);
        assert_eq!(theta[..], last[..]);
    }
}

#[test]
fn a_flow_that_escapes_in_finite_time_ends_there() {
    // θ' = θ²: θ = 1/(1 − t).
    let mut field = Formula::new(1, |theta: &[f64], velocity: &mut [f64]| {
        velocity[0] = theta[0] * theta[0];
    });
    let methods: [Box<dyn Integrator>; 3] = [
        Box::new(dormand_prince(1e-6)),
        Box::new(verner(1e-9)),
        Box::new(chebyshev(1e-4)),
    ];
    for method in methods {
        let seen = run(method.as_ref(), &mut field, &mut [1.0], 2.0);
        let text = seen.outcome.to_string();
        let ended = matches!(
            seen.outcome,
            Outcome::StepTooSmall { .. } | Outcome::NonFinite { .. }
        );
        assert!(ended && (seen.time - 1.0).abs() < 1e-2, "{text}");
        assert!(text.contains("escapes to infinity"));
    }
}

#[test]
fn a_field_that_is_not_a_number_is_an_outcome_with_its_time() {
    // θ' = √(1 − t) as a square root of a second element that falls below zero at 1.
    let mut field = Formula::new(2, |theta: &[f64], velocity: &mut [f64]| {
        (velocity[0], velocity[1]) = (theta[1].ln(), -1.0);
    });
    let methods: [Box<dyn Integrator>; 4] = [
        Box::new(dormand_prince(1e-6)),
        Box::new(verner(1e-6)),
        Box::new(chebyshev(1e-4)),
        Box::new(FixedRungeKutta::new(&runge_kutta_4(), 0.013)),
    ];
    for method in methods {
        let mut theta = [0.0, 1.0];
        let seen = run(method.as_ref(), &mut field, &mut theta, 2.0);
        let found = matches!(
            seen.outcome,
            Outcome::NonFinite { .. } | Outcome::StepTooSmall { .. }
        );
        assert!(
            found && seen.time > 0.9 && seen.time <= 1.0,
            "{}",
            seen.outcome
        );
        assert!(theta.iter().all(|x| x.is_finite()));
    }
    // From the beginning.
    let mut field = Formula::new(1, |_: &[f64], velocity: &mut [f64]| velocity[0] = f64::NAN);
    for method in [&dormand_prince(1e-6) as &dyn Integrator, &chebyshev(1e-3)] {
        let seen = run(method, &mut field, &mut [1.0], 1.0);
        assert_eq!(seen.outcome, Outcome::NonFinite { time: 0.0 });
        assert!(seen.work.gradients < 1000, "{:?}", seen.work);
    }
}

#[test]
fn a_fixed_step_beyond_stability_is_not_finite_in_the_end() {
    let mut field = Formula::new(1, |theta: &[f64], velocity: &mut [f64]| {
        velocity[0] = -100.0 * theta[0];
    });
    let method = FixedRungeKutta::new(&euler(), 0.1);
    let seen = run(&method, &mut field, &mut [1.0], 1000.0);
    assert!(matches!(seen.outcome, Outcome::NonFinite { .. }));
    assert!(seen.outcome.to_string().contains("shorten it"));
}

#[test]
fn a_fixed_step_ends_at_the_end_whatever_its_rounding() {
    let mut field = Formula::new(1, |_: &[f64], velocity: &mut [f64]| velocity[0] = 1.0);
    for (step, end, count) in [
        (0.1, 1.0, 10),
        (0.1, 0.95, 10),
        (1e-3, 3.0, 3000),
        (0.7, 0.2, 1),
    ] {
        let method = FixedRungeKutta::new(&euler(), step);
        let mut theta = [0.0];
        let seen = run(&method, &mut field, &mut theta, end);
        assert_eq!((seen.accepted, seen.time), (count, end));
        assert!((theta[0] - end).abs() < 1e-12);
    }
}

#[test]
fn a_field_with_a_kink_is_integrated_with_short_steps_where_it_bends() {
    // θ' = −sign-like slope: |θ| as a loss has a kink at its minimum, which the flow reaches.
    let mut field = Formula::new(1, |theta: &[f64], velocity: &mut [f64]| {
        velocity[0] = if theta[0] > 0.5 { -2.0 } else { -1.0 };
    });
    let mut theta = [1.0];
    let seen = run(&dormand_prince(1e-9), &mut field, &mut theta, 0.5);
    assert!(seen.outcome.reached_end() && seen.rejected > 3);
    assert!((theta[0] - 0.25).abs() < 1e-6, "{theta:?}");
}
