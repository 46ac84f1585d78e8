//! What halving the step does: the test of stages, reuse of the last stage and dense output, where the
//! exact test of the coefficients is `tableaus.rs`.

use thalweg::flow::tableau::{
    Pair, dormand_prince_5, euler, heun, rational, runge_kutta_4, verner_8,
};
use thalweg::flow::{AdaptiveRungeKutta, Chebyshev, FixedRungeKutta, Integrator, Tableau};

use crate::problems::{Problem, even, nonlinear, slopes, with_time};

/// Slopes of the two last of three halvings, with errors that rounding does not touch.
fn last_slopes(
    mut problem: Problem,
    method: &dyn Fn(f64) -> Box<dyn Integrator>,
    steps: u32,
    within: Option<usize>,
) -> Vec<f64> {
    let counts = [steps, 2 * steps, 4 * steps];
    let step = |count: u32| problem.end / f64::from(count);
    let methods = counts.map(|count| method(step(count)));
    let errors = methods.map(|method| problem.error(method.as_ref(), within).unwrap());
    assert!(errors.iter().all(|error| *error > 1e-13), "{errors:?}");
    slopes(&errors)
}

fn fixed(tableau: Tableau) -> impl Fn(f64) -> Box<dyn Integrator> {
    move |step| Box::new(FixedRungeKutta::new(&tableau, step))
}

fn adaptive(pair: Pair) -> impl Fn(f64) -> Box<dyn Integrator> {
    move |step| Box::new(AdaptiveRungeKutta::new(pair.clone(), even(step)))
}

#[test]
fn methods_with_fixed_steps_have_their_slopes() {
    for (tableau, steps) in [(euler(), 2000), (heun(), 200), (runge_kutta_4(), 40)] {
        let (name, order) = (tableau.name, tableau.order as f64);
        let slopes = last_slopes(with_time(), &fixed(tableau), steps, None);
        let right = slopes.iter().all(|slope| (slope - order).abs() < 0.2);
        assert!(right, "{name}: {slopes:?}");
    }
}

#[test]
fn pairs_have_at_least_their_slopes_with_the_last_stage_used_again() {
    for (pair, steps) in [(dormand_prince_5(), 20), (verner_8(), 8)] {
        let (name, order) = (pair.tableau.name, pair.tableau.order as f64);
        let slopes = last_slopes(nonlinear(), &adaptive(pair), steps, None);
        let right = slopes.iter().all(|slope| *slope > order - 0.2);
        assert!(right, "{name}: {slopes:?}");
    }
}

#[test]
fn the_stabilised_method_is_of_order_two_with_few_stages_and_with_many() {
    let method = |step: f64| -> Box<dyn Integrator> { Box::new(Chebyshev::new(even(step))) };
    for steps in [20, 200] {
        for within in [None, Some(7)] {
            let slopes = last_slopes(with_time(), &method, steps, within);
            let right = slopes.iter().all(|slope| (slope - 2.0).abs() < 0.2);
            assert!(right, "{slopes:?}");
        }
    }
}

#[test]
fn values_within_steps_have_the_order_of_the_steps() {
    for (tableau, steps) in [(euler(), 2000), (heun(), 200), (runge_kutta_4(), 40)] {
        let (name, order) = (tableau.name, tableau.order as f64);
        let slopes = last_slopes(with_time(), &fixed(tableau), steps, Some(5));
        let right = slopes.iter().all(|slope| (slope - order).abs() < 0.2);
        assert!(right, "{name}: {slopes:?}");
    }
    // Within a step from an exact θ, dense output of order q is off by h^{q+1}: no worse than steps of
    // order q + 1.
    for (pair, steps) in [(dormand_prince_5(), 40), (verner_8(), 10)] {
        let (name, order) = (pair.tableau.name, pair.interpolant.order as f64);
        let slopes = last_slopes(nonlinear(), &adaptive(pair), steps, Some(7));
        let right = slopes.iter().all(|slope| *slope > order + 0.8);
        assert!(right, "{name}: {slopes:?}");
    }
}

#[test]
fn a_shifted_stage_or_a_weight_off_by_a_thousandth_costs_the_slope() {
    let mut shifted = runge_kutta_4();
    shifted.coefficients[2][1] += rational(1, 100);
    let mut heavier = runge_kutta_4();
    heavier.weights[0] += rational(1, 1000);
    heavier.weights[3] -= rational(1, 1000);
    for damaged in [shifted, heavier] {
        let slopes = last_slopes(with_time(), &fixed(damaged), 40, None);
        assert!(slopes[1] < 3.5, "{slopes:?}");
    }
    for (mut pair, steps) in [(dormand_prince_5(), 20), (verner_8(), 8)] {
        pair.tableau.coefficients[4][0] += rational(1, 1000);
        let order = pair.tableau.order as f64;
        let slopes = last_slopes(nonlinear(), &adaptive(pair), steps, None);
        assert!(slopes[1] < order - 0.5, "{slopes:?}");
    }
}

#[test]
fn damaged_dense_output_costs_its_slope() {
    for (mut pair, steps, stage) in [(dormand_prince_5(), 40, 2), (verner_8(), 10, 5)] {
        for power in [1, 3] {
            pair.interpolant.weights[stage][power] += rational(1, 1000);
        }
        let order = pair.interpolant.order as f64;
        let slopes = last_slopes(nonlinear(), &adaptive(pair), steps, Some(7));
        assert!(slopes[1] < order, "{slopes:?}");
    }
}
