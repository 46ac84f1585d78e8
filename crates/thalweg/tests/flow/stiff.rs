//! Stiff flows: noticed, and solved.

use std::ops::ControlFlow;

use thalweg::flow::tableau::euler;
use thalweg::flow::{
    AdaptiveRungeKutta, Control, Field, FixedRungeKutta, GradientFlow, Integration, Integrator,
    Outcome, RegularizedFlow, Tolerance,
};
use thalweg::objective::Traced;
use thalweg::regularizer::{GradientPenalty, Normalisation, PenaltyDerivative};

use crate::problems::{Formula, chebyshev, dormand_prince, two_parameters, verner};

fn run(
    method: &dyn Integrator,
    field: &mut dyn Field,
    start: &[f64],
    end: f64,
) -> (Vec<f64>, Integration) {
    let mut theta = start.to_vec();
    let observer = &mut |_: &mut thalweg::flow::Step<'_>| Ok(ControlFlow::Continue(()));
    let seen = method.integrate(field, &mut theta, end, observer).unwrap();
    (theta, seen)
}

fn distance(x: &[f64], y: &[f64]) -> f64 {
    x.iter()
        .zip(y)
        .map(|(x, y)| (x - y).abs())
        .fold(0.0, f64::max)
}

/// A curved valley, E = (1 − a)²/2 + 10⁴(b − a²)²: curvature 2·10⁴(1 + 4a²) across it, about 1 along.
fn valley() -> GradientFlow<Traced<f64>> {
    let objective = Traced::<f64>::new(2, |theta| {
        let (a, b) = (theta.slice(0, 0, 1), theta.slice(0, 1, 1));
        ((1.0 - a).power(2.0) * 0.5 + (b - a * a).power(2.0) * 1e4).sum_all()
    });
    GradientFlow::new(objective.unwrap())
}

#[test]
fn along_a_valley_the_stabilised_method_needs_a_twentieth_of_the_work() {
    let start = [-1.2, 1.0];
    let (reference, _) = run(&verner(1e-9), &mut valley(), &start, 1.0);
    let (explicit, costly) = run(&dormand_prince(1e-5), &mut valley(), &start, 1.0);
    let (stabilised, cheap) = run(&chebyshev(1e-5), &mut valley(), &start, 1.0);
    assert!(distance(&explicit, &reference) < 1e-4);
    assert!(distance(&stabilised, &reference) < 1e-3);
    let (costly, cheap) = (costly.work.gradients, cheap.work.gradients);
    assert!(20 * cheap < costly, "{cheap}, {costly}");
}

#[test]
fn the_regularised_flow_of_an_uneven_quadratic_is_stiff_and_solved_exactly() {
    // E = Σ λᵢθᵢ²/2, so that θᵢ decays at the rate λᵢ + 2μλᵢ²: from 2 to 9·10⁴.
    let rates: Vec<f64> = (0..20).map(|i| 300_f64.powf(f64::from(i) / 19.0)).collect();
    let objective = || {
        let rates = rates.clone();
        let objective = Traced::<f64>::new(20, move |theta| {
            let part = |(i, rate): (usize, &f64)| theta.slice(0, i, 1).power(2.0) * (rate / 2.0);
            let parts = rates.iter().enumerate().map(part);
            parts.reduce(|sum, part| sum + part).unwrap().sum_all()
        });
        RegularizedFlow::new(
            objective.unwrap(),
            GradientPenalty::squared_norm(0.5).unwrap(),
        )
    };
    let exact: Vec<f64> = rates
        .iter()
        .map(|rate| (-0.5 * (rate + rate * rate)).exp())
        .collect();
    let start = [1.0; 20];
    let (explicit, costly) = run(&dormand_prince(1e-5), &mut objective(), &start, 0.5);
    let (stabilised, cheap) = run(&chebyshev(1e-5), &mut objective(), &start, 0.5);
    assert!(distance(&explicit, &exact) < 1e-4);
    assert!(distance(&stabilised, &exact) < 1e-3);
    let work = (cheap.work.hessian_vectors, costly.work.hessian_vectors);
    assert!(15 * work.0 < work.1, "{work:?}");
    assert_eq!(cheap.work.gradients, cheap.work.hessian_vectors);
}

#[test]
fn the_work_of_the_stabilised_method_grows_with_the_root_of_the_stiffness() {
    let work = |stiffness: f64| {
        let mut field = Formula::new(2, move |theta: &[f64], velocity: &mut [f64]| {
            velocity[0] = -theta[0];
            velocity[1] = -stiffness * (theta[1] - theta[0].sin());
        });
        let (theta, seen) = run(&chebyshev(1e-4), &mut field, &[1.0, 0.0], 2.0);
        assert!((theta[0] - (-2.0_f64).exp()).abs() < 1e-2);
        assert!((theta[1] - theta[0].sin()).abs() < 1e-2);
        seen.work.gradients as f64
    };
    let (soft, stiff) = (work(1e4), work(1e6));
    assert!(stiff / soft < 15.0, "{soft}, {stiff}");
}

#[test]
fn stiffness_is_noticed_and_can_end_the_integration() {
    let methods: [fn(Control) -> AdaptiveRungeKutta; 2] = [
        AdaptiveRungeKutta::dormand_prince_5,
        AdaptiveRungeKutta::verner_8,
    ];
    for method in methods {
        let mut control = Control::new(Tolerance::new(1e-5));
        let (_, seen) = run(&method(control), &mut valley(), &[-1.2, 1.0], 0.05);
        assert!(seen.outcome.reached_end());
        assert!(seen.stiff_since.is_some_and(|time| time < 0.01));
        control.stop_when_stiff = true;
        let (_, seen) = run(&method(control), &mut valley(), &[-1.2, 1.0], 0.05);
        let Outcome::LooksStiff { time, since } = seen.outcome else {
            panic!("{}", seen.outcome)
        };
        assert!(since == time && time == seen.time && time < 0.01);
        assert!(
            seen.outcome
                .to_string()
                .contains("use the stabilised method")
        );
        control.stop_when_stiff = false;
        control.most_steps = 200;
        let (_, seen) = run(&method(control), &mut valley(), &[-1.2, 1.0], 0.05);
        assert!(matches!(seen.outcome, Outcome::LooksStiff { .. }));
    }
}

#[test]
fn a_flow_that_is_not_stiff_does_not_look_so() {
    for mut problem in [crate::problems::limit_cycle(), crate::problems::nonlinear()] {
        for tolerance in [1e-4, 1e-8] {
            let methods: [Box<dyn Integrator>; 2] = [
                Box::new(dormand_prince(tolerance)),
                Box::new(verner(tolerance)),
            ];
            for method in methods {
                let field = problem.field.as_mut();
                let (_, seen) = run(method.as_ref(), field, &problem.start, problem.end);
                assert_eq!(seen.stiff_since, None);
            }
        }
    }
}

/// The regularised flow of the two-parameter model, as Barrett and Dherin (2021) run it.
fn regularised() -> RegularizedFlow<Traced<f64>> {
    let penalty = GradientPenalty {
        coefficient: 4.1e-2,
        normalisation: Normalisation::RIg,
        derivative: PenaltyDerivative::Exact,
        epsilon: None,
    };
    RegularizedFlow::new(two_parameters(), penalty)
}

const START_II: [f64; 2] = [75.0, 74.925];

#[test]
fn from_start_ii_all_methods_agree_on_the_regularised_flow() {
    let (reference, _) = run(&verner(1e-12), &mut regularised(), &START_II, 10.0);
    let (explicit, steps) = run(&dormand_prince(1e-8), &mut regularised(), &START_II, 10.0);
    let (stabilised, _) = run(&chebyshev(1e-6), &mut regularised(), &START_II, 10.0);
    assert!(distance(&explicit, &reference) < 1e-6, "{explicit:?}");
    assert!(distance(&stabilised, &reference) < 1e-3, "{stabilised:?}");
    // With steps that grow along the way it is not stiff: the field slows down as it flattens.
    assert_eq!(steps.stiff_since, None);
    assert!(steps.work.gradients < 3000);
    // On the hyperbola of minima.
    assert!((reference[0] * reference[1] - 0.6).abs() < 1e-4);
}

#[test]
fn from_start_ii_the_step_of_the_paper_is_not_the_flow() {
    // Euler's method with 5·10⁻⁷: its first step leaps over the minima to the other side.
    let coarse = FixedRungeKutta::new(&euler(), 5e-7);
    let (leapt, _) = run(&coarse, &mut regularised(), &START_II, 5e-7);
    assert!(leapt[0] < -60.0 && leapt[1] < -60.0, "{leapt:?}");
    let (coarse, _) = run(&coarse, &mut regularised(), &START_II, 1e-3);
    let (flow, _) = run(&verner(1e-10), &mut regularised(), &START_II, 1e-3);
    let (fine, _) = run(
        &FixedRungeKutta::new(&euler(), 1e-9),
        &mut regularised(),
        &START_II,
        1e-3,
    );
    assert!(distance(&coarse, &flow) > 0.05, "{coarse:?}, {flow:?}");
    assert!(distance(&fine, &flow) < 0.05, "{fine:?}, {flow:?}");
}

#[test]
fn resting_at_a_minimum_for_long_the_stabilised_method_needs_a_fifth_of_the_work() {
    let (end, tolerance) = (1000.0, 1e-4);
    let (explicit, costly) = run(
        &dormand_prince(tolerance),
        &mut regularised(),
        &START_II,
        end,
    );
    let (stabilised, cheap) = run(&chebyshev(tolerance), &mut regularised(), &START_II, end);
    assert!(distance(&explicit, &stabilised) < 5e-3);
    assert!(costly.stiff_since.is_some());
    let (costly, cheap) = (costly.work.gradients, cheap.work.gradients);
    assert!(5 * cheap < costly, "{cheap}, {costly}");
}
