//! The Principal Flow on quadratics against gradient descent, and against its truncations.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod accurate_flow;

use accurate_flow::{assert_order, distance, flow, gradient};
use proptest::prelude::*;
use thalweg::modified::{PrincipalFlow, PrincipalPosition, PrincipalRate, truncated_rate};
use thalweg::objective::problem::Quadratic;
use thalweg::vector::add_scaled;

/// A symmetric matrix with full rows, centre and value.
fn quadratic() -> Quadratic {
    let entries = vec![2.0, 0.5, -0.3, 0.5, 1.0, 0.2, -0.3, 0.2, 0.6];
    Quadratic::new(entries, vec![0.5, -1.0, 2.0], 0.25).unwrap()
}

const START: [f64; 3] = [1.5, 1.0, -0.5];

fn iterate(quadratic: &Quadratic, rate: f64, steps: u64) -> Vec<f64> {
    let (mut objective, mut theta) = (quadratic.clone(), START.to_vec());
    for _ in 0..steps {
        let slope = gradient(&mut objective, &theta);
        add_scaled(&mut theta, -rate, &slope);
    }
    theta
}

#[test]
fn at_whole_steps_it_is_real_and_at_the_iterates_at_any_learning_rate() {
    let quadratic = quadratic();
    let largest = quadratic.eigenvalues()[2];
    // In the stable regime of flows, changing sides, at the edge of stability, and beyond.
    for product in [0.3, 0.99, 1.5, 2.0, 2.3] {
        let rate = product / largest;
        let principal = PrincipalFlow::new(quadratic.clone(), rate).unwrap();
        for steps in [0, 1, 2, 7, 40] {
            let expected = iterate(&quadratic, rate, steps);
            let PrincipalPosition::Real(theta) = principal.position(&START, steps as f64) else {
                panic!("complex after {steps} whole steps")
            };
            let scale = distance(&expected, quadratic.centre()).max(1.0);
            assert!(
                distance(&theta, &expected) < 1e-12 * scale,
                "{product} {steps}"
            );
            let closed = quadratic.gradient_descent(&START, rate, steps);
            assert!(distance(&closed, &expected) < 1e-12 * scale);
        }
        let between = principal.position(&START, 2.5);
        let complex = matches!(between, PrincipalPosition::Complex { .. });
        assert_eq!(complex, product > 1.0, "{product}");
        assert_eq!(principal.real_field().is_some(), product < 1.0);
    }
}

#[test]
fn where_one_step_ends_at_the_centre_the_rate_is_infinite_and_the_position_still_exact() {
    let principal = PrincipalFlow::new(Quadratic::diagonal(&[1.0, 2.0]).unwrap(), 0.5).unwrap();
    assert_eq!(principal.rates()[1], PrincipalRate::Collapse);
    assert!(principal.real_field().is_none());
    let at = |steps| principal.position(&[1.0, 1.0], steps);
    assert_eq!(at(0.0), PrincipalPosition::Real(vec![1.0, 1.0]));
    assert_eq!(at(1.0), PrincipalPosition::Real(vec![0.5, 0.0]));
}

#[test]
fn the_complex_rate_reproduces_a_step_and_grows_beyond_the_edge_of_stability() {
    for (eigenvalue, grows) in [(15.0, false), (25.0, true)] {
        let rate = 0.1;
        let PrincipalRate::Complex { real, imaginary } = PrincipalRate::of(eigenvalue, rate) else {
            panic!("hλ > 1")
        };
        let step = (real * rate).exp() * (imaginary * rate).cos();
        assert!((step - (1.0 - rate * eigenvalue)).abs() < 1e-14);
        assert_eq!(real > 0.0, grows);
    }
    assert_eq!(PrincipalRate::of(0.0, 0.1), PrincipalRate::Real(0.0));
    let PrincipalRate::Real(rate) = PrincipalRate::of(-5.0, 0.1) else {
        panic!("hλ < 1")
    };
    assert!((rate - 1.5_f64.ln() / 0.1).abs() < 1e-13); // away from a maximum
}

#[test]
fn the_field_where_it_is_real_leads_through_the_iterates() {
    let quadratic = quadratic();
    let rate = 0.7 / quadratic.eigenvalues()[2];
    let principal = PrincipalFlow::new(quadratic.clone(), rate).unwrap();
    let mut field = principal.real_field().unwrap();
    let end = flow(&mut field, &START, 5.0 * rate);
    assert!(distance(&end, &iterate(&quadratic, rate, 5)) < 1e-11);
    let halfway = flow(&mut field, &START, 2.5 * rate);
    assert!(distance(&halfway, principal.position(&START, 2.5).real()) < 1e-11);
}

#[test]
fn a_truncation_after_p_terms_has_order_p() {
    let quadratic = quadratic();
    for terms in 1..=4 {
        let error = |steps: u64| {
            let rate = 2.0 / steps as f64;
            let principal = PrincipalFlow::new(quadratic.clone(), rate).unwrap();
            let truncated = principal.truncated_position(&START, steps as f64, terms);
            distance(&truncated, &iterate(&quadratic, rate, steps))
        };
        let errors = [20, 40, 80, 160].map(error);
        assert_order(&errors, f64::from(terms), &format!("{terms} terms"));
    }
}

#[test]
fn truncations_converge_below_one_and_never_change_sides_beyond() {
    let rate = 0.1;
    for product in [-0.8, 0.5, 0.9] {
        let PrincipalRate::Real(exact) = PrincipalRate::of(product / rate, rate) else {
            panic!("hλ < 1")
        };
        let errors =
            [2, 20, 400].map(|terms| (truncated_rate(product / rate, rate, terms) - exact).abs());
        assert!(errors[0] > errors[1] && errors[1] > errors[2] && errors[2] < 1e-12 / rate);
    }
    let steep = PrincipalFlow::new(Quadratic::diagonal(&[15.0]).unwrap(), rate).unwrap();
    let PrincipalPosition::Real(exact) = steep.position(&[1.0], 1.0) else {
        panic!("one whole step")
    };
    assert!((exact[0] + 0.5).abs() < 1e-15);
    for terms in 1..=30 {
        assert!(steep.truncated_position(&[1.0], 1.0, terms)[0] >= 0.0);
    }
}

proptest! {
    #[test]
    fn the_first_two_terms_are_the_modified_flow_of_gradient_descent(
        eigenvalue in -10.0..10.0_f64,
        rate in 1e-4..1.0_f64,
    ) {
        prop_assert_eq!(truncated_rate(eigenvalue, rate, 1), -eigenvalue);
        let expected = -(eigenvalue + rate / 2.0 * eigenvalue.powi(2)); // −λ − (h/4)·2λ²
        let close = (truncated_rate(eigenvalue, rate, 2) - expected).abs();
        prop_assert!(close <= 1e-14 * eigenvalue.abs().max(eigenvalue.powi(2)));
    }
}
