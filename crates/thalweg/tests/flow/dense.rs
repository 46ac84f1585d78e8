//! Values at requested times.

use std::ops::ControlFlow;

use thalweg::flow::tableau::runge_kutta_4;
use thalweg::flow::{FixedRungeKutta, FlowError, Integrator};

use crate::problems::{
    Problem, chebyshev, dormand_prince, limit_cycle, nonlinear, quartic, verner,
};

fn error(problem: &mut Problem, method: &dyn Integrator, times: &[f64]) -> f64 {
    let (field, start) = (problem.field.as_mut(), &problem.start);
    let solution = method.values_at(field, start, times).unwrap();
    assert_eq!(solution.values.len(), times.len());
    let off = |(value, time): (&Vec<f64>, &f64)| {
        let pairs = value.iter().zip((problem.exact)(*time));
        pairs.fold(0.0_f64, |worst, (x, y)| worst.max((x - y).abs()))
    };
    solution
        .values
        .iter()
        .zip(times)
        .map(off)
        .fold(0.0, f64::max)
}

#[test]
fn values_between_steps_are_as_good_as_the_tolerance() {
    for make in [limit_cycle, nonlinear, quartic] {
        let mut problem = make();
        let times: Vec<f64> = (0..=333)
            .map(|i| problem.end * f64::from(i) / 333.0)
            .collect();
        for tolerance in [1e-5, 1e-8] {
            let methods: [(&str, Box<dyn Integrator>, f64); 3] = [
                ("Dormand–Prince", Box::new(dormand_prince(tolerance)), 100.0),
                ("Verner", Box::new(verner(tolerance)), 100.0),
                ("Chebyshev", Box::new(chebyshev(tolerance)), 4000.0),
            ];
            for (name, method, factor) in methods {
                let error = error(&mut problem, method.as_ref(), &times);
                let name = format!("{name}, {}, {tolerance}: {error}", problem.name);
                assert!(error < factor * tolerance, "{name}");
            }
        }
    }
}

#[test]
fn times_asked_for_do_not_change_the_steps() {
    let mut problem = limit_cycle();
    let methods: [Box<dyn Integrator>; 4] = [
        Box::new(dormand_prince(1e-7)),
        Box::new(verner(1e-7)),
        Box::new(chebyshev(1e-4)),
        Box::new(FixedRungeKutta::new(&runge_kutta_4(), 0.05)),
    ];
    for method in methods {
        let mut end = |times: &[f64]| {
            let field = problem.field.as_mut();
            let mut solution = method.values_at(field, &problem.start, times).unwrap();
            (
                solution.integration.accepted,
                solution.values.pop().unwrap(),
            )
        };
        let many: Vec<f64> = (1..=500).map(|i| f64::from(i) / 100.0).collect();
        assert_eq!(end(&[5.0]), end(&many));
    }
}

#[test]
fn dense_output_of_dormand_prince_is_free_and_that_of_verner_costs_four_values_a_step() {
    let mut problem = limit_cycle();
    let times: Vec<f64> = (1..=2000).map(|i| 5.0 * f64::from(i) / 2000.0).collect();
    let mut work = |method: &dyn Integrator, times: &[f64]| {
        let field = problem.field.as_mut();
        let solution = method.values_at(field, &problem.start, times).unwrap();
        (
            solution.integration.work.gradients,
            solution.integration.accepted,
        )
    };
    let method = dormand_prince(1e-7);
    assert_eq!(work(&method, &times), work(&method, &[5.0]));
    let method = verner(1e-7);
    let (with, without) = (work(&method, &times), work(&method, &[5.0]));
    // The value at the end of a step is the first of the next; after the last step there is none.
    assert_eq!(with.0, without.0 + 4 * without.1 + 1);
    let method = chebyshev(1e-4);
    assert_eq!(work(&method, &times), work(&method, &[5.0]));
}

#[test]
fn values_are_continuous_where_steps_meet() {
    let mut problem = nonlinear();
    let methods: [Box<dyn Integrator>; 3] = [
        Box::new(dormand_prince(1e-3)),
        Box::new(verner(1e-3)),
        Box::new(chebyshev(1e-3)),
    ];
    for method in methods {
        let (mut before, mut theta) = (problem.start.clone(), problem.start.clone());
        let mut value = theta.clone();
        let mut observe =
            |step: &mut thalweg::flow::Step<'_>| -> Result<ControlFlow<()>, FlowError> {
                let length = step.end() - step.start();
                for (near, at) in [(1e-9, before.clone()), (1.0 - 1e-9, step.theta().to_vec())] {
                    step.value(step.start() + near * length, &mut value)?;
                    let gap = value
                        .iter()
                        .zip(&at)
                        .map(|(x, y)| (x - y).abs())
                        .fold(0.0, f64::max);
                    assert!(gap < 1e-8, "{gap}");
                }
                before.copy_from_slice(step.theta());
                Ok(ControlFlow::Continue(()))
            };
        let field = problem.field.as_mut();
        method
            .integrate(field, &mut theta, 4.0, &mut observe)
            .unwrap();
    }
}

#[test]
fn times_out_of_order_and_outside_a_step_are_errors() {
    let mut problem = limit_cycle();
    let method = dormand_prince(1e-5);
    for times in [[1.0, 0.5], [-1.0, 2.0], [0.0, f64::NAN]] {
        let field = problem.field.as_mut();
        let error = method.values_at(field, &problem.start, &times).unwrap_err();
        assert!(matches!(error, FlowError::Time { .. }), "{error}");
    }
    let field = problem.field.as_mut();
    let error = method.integrate(field, &mut [0.5, 0.0], 1.0, &mut |step| {
        step.value(step.end() + 1.0, &mut [0.0; 2])?;
        Ok(ControlFlow::Continue(()))
    });
    assert!(matches!(error, Err(FlowError::OutsideStep { .. })));
}

#[test]
fn an_interval_of_no_length_has_its_start_as_value() {
    let mut problem = limit_cycle();
    for times in [&[0.0, 0.0][..], &[]] {
        let field = problem.field.as_mut();
        let solution = dormand_prince(1e-5)
            .values_at(field, &[0.5, 0.0], times)
            .unwrap();
        assert_eq!(solution.values, vec![vec![0.5, 0.0]; times.len()]);
        assert!(solution.integration.outcome.reached_end());
        assert_eq!(solution.integration.accepted, 0);
    }
}
