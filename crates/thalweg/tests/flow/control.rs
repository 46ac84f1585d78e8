//! What error control reaches, and what it costs.

use thalweg::Threads;
use thalweg::flow::tableau::{Pair, dormand_prince_5, heun};
use thalweg::flow::{AdaptiveRungeKutta, Control, FlowError, Integrator, Tolerance};

use crate::problems::{
    Formula, chebyshev, dormand_prince, limit_cycle, nonlinear, quartic, verner, with_time,
};

#[test]
fn errors_follow_the_tolerance() {
    for make in [limit_cycle, nonlinear, quartic, with_time] {
        let mut problem = make();
        for tolerance in [1e-3, 1e-5, 1e-7, 1e-9, 1e-11] {
            let methods: [(&str, Box<dyn Integrator>, f64); 3] = [
                ("Dormand–Prince", Box::new(dormand_prince(tolerance)), 50.0),
                ("Verner", Box::new(verner(tolerance)), 50.0),
                ("Chebyshev", Box::new(chebyshev(tolerance)), 3000.0),
            ];
            for (name, method, factor) in methods {
                if name == "Chebyshev" && tolerance < 1e-7 {
                    continue; // a method of order 2 would take millions of steps
                }
                let error = problem.error(method.as_ref(), None).unwrap();
                let case = format!("{name}, {}, {tolerance}: {error}", problem.name);
                assert!(error < factor * tolerance, "{case}");
                // Nor is it much more exact than asked: that would be work for nothing.
                assert!(error > 1e-4 * tolerance, "{case}");
            }
        }
    }
}

#[test]
fn an_error_estimate_that_is_wrong_misses_the_tolerance() {
    // The negative control: the embedded weights are those of the step but for a millionth.
    let Pair {
        mut tableau,
        interpolant,
    } = dormand_prince_5();
    let embedded = tableau.embedded.as_mut().unwrap();
    for (weight, step) in embedded.weights.iter_mut().zip(&tableau.weights) {
        let difference = &*weight - step;
        *weight = step + difference * thalweg::flow::tableau::rational(1, 1_000_000);
    }
    let pair = Pair {
        tableau,
        interpolant,
    };
    let control = Control::new(Tolerance::new(1e-7));
    let error = limit_cycle().error(&AdaptiveRungeKutta::new(pair, control), None);
    assert!(error.unwrap() > 50.0 * 1e-7);
}

#[test]
fn work_is_what_it_was() {
    // Values of the field, accepted and rejected steps. If a change makes them smaller, good; if
    // larger, it has to say why.
    let seen = [limit_cycle, nonlinear, quartic].map(|make| {
        let mut problem = make();
        let methods: [Box<dyn Integrator>; 4] = [
            Box::new(dormand_prince(1e-6)),
            Box::new(dormand_prince(1e-9)),
            Box::new(verner(1e-9)),
            Box::new(chebyshev(1e-4)),
        ];
        methods.map(|method| {
            let (field, mut theta) = (problem.field.as_mut(), problem.start.clone());
            let mut count = 0;
            let integration = method.integrate(field, &mut theta, problem.end, &mut |_| {
                count += 1;
                Ok(std::ops::ControlFlow::Continue(()))
            });
            let integration = integration.unwrap();
            assert_eq!(count, integration.accepted);
            (
                integration.work.gradients,
                integration.accepted,
                integration.rejected,
            )
        })
    });
    assert_eq!(seen, SNAPSHOT);
}

/// By problem, then Dormand–Prince to 10⁻⁶ and 10⁻⁹, Verner to 10⁻⁹, Chebyshev to 10⁻⁴.
const SNAPSHOT: [[(u64, u64, u64); 4]; 3] = [
    [(398, 66, 0), (1490, 248, 0), (846, 65, 0), (534, 160, 1)],
    [(134, 22, 0), (446, 74, 0), (261, 20, 0), (277, 46, 3)],
    [(164, 27, 0), (482, 80, 0), (338, 25, 1), (102, 46, 1)],
];

#[test]
fn a_step_of_dormand_prince_costs_six_values_and_one_of_verner_thirteen() {
    let mut problem = limit_cycle();
    let mut integrate = |method: &dyn Integrator| {
        let field = problem.field.as_mut();
        let (mut theta, mut observer) = ([0.5, 0.0], |_: &mut thalweg::flow::Step<'_>| {
            Ok(std::ops::ControlFlow::Continue(()))
        });
        method
            .integrate(field, &mut theta, 12.0, &mut observer)
            .unwrap()
    };
    // And two at the start: the field there and at a trial step.
    let seen = integrate(&dormand_prince(1e-6));
    assert_eq!(seen.work.gradients, 6 * (seen.accepted + seen.rejected) + 2);
    let seen = integrate(&verner(1e-6));
    assert_eq!(
        seen.work.gradients,
        13 * seen.accepted + 12 * seen.rejected + 1
    );
}

#[test]
fn steps_grow_by_orders_of_magnitude_from_a_first_step_that_is_far_too_short() {
    let mut control = Control::new(Tolerance::new(1e-6));
    control.first_step = Some(1e-12);
    let mut problem = limit_cycle();
    let (field, mut theta) = (problem.field.as_mut(), [0.5, 0.0]);
    let method = AdaptiveRungeKutta::dormand_prince_5(control);
    let integration = method.integrate(field, &mut theta, 12.0, &mut |_| {
        Ok(std::ops::ControlFlow::Continue(()))
    });
    assert!(integration.unwrap().accepted < 150);
}

#[test]
fn values_do_not_depend_on_the_number_of_threads() {
    let count = 50_000;
    let rates: Vec<f64> = (0..count).map(|i| 1.0 + (i as f64 * 0.37).sin()).collect();
    let formula = |theta: &[f64], velocity: &mut [f64]| {
        for ((velocity, theta), rate) in velocity.iter_mut().zip(theta).zip(&rates) {
            *velocity = -rate * theta * theta;
        }
    };
    let start = vec![1.0; count];
    let run = |threads: usize| {
        let threads = Threads::new(threads).unwrap();
        let mut field = Formula::new(count, &formula);
        let pair = dormand_prince(1e-6).with_threads(threads.clone());
        let stabilised = chebyshev(1e-3).with_threads(threads);
        let methods: [&dyn Integrator; 2] = [&pair, &stabilised];
        methods.map(|method| method.values_at(&mut field, &start, &[0.3, 1.0]).unwrap())
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn settings_that_make_no_sense_are_errors() {
    let mut problem = limit_cycle();
    let mut fails = |method: &dyn Integrator, end: f64| -> FlowError {
        let field = problem.field.as_mut();
        let (mut theta, mut observer) = ([0.5, 0.0], |_: &mut thalweg::flow::Step<'_>| {
            Ok(std::ops::ControlFlow::Continue(()))
        });
        method
            .integrate(field, &mut theta, end, &mut observer)
            .unwrap_err()
    };
    let settings = [
        fails(&dormand_prince(0.0), 1.0),
        fails(&chebyshev(f64::NAN), 1.0),
        fails(&verner(1e-16), 1.0),
        fails(&dormand_prince(1e-6), -1.0),
        fails(&dormand_prince(1e-6), f64::INFINITY),
        fails(&thalweg::flow::FixedRungeKutta::new(&heun(), 0.0), 1.0),
    ];
    for error in settings {
        assert!(matches!(error, FlowError::Setting { .. }), "{error}");
    }
    let pair = Pair {
        interpolant: thalweg::flow::tableau::Interpolant::cubic(&heun()),
        tableau: heun(),
    };
    let alone = AdaptiveRungeKutta::new(pair, Control::new(Tolerance::new(1e-6)));
    assert!(matches!(
        fails(&alone, 1.0),
        FlowError::NoErrorEstimate { .. }
    ));
    let error = dormand_prince(1e-6).values_at(problem.field.as_mut(), &[0.5], &[1.0]);
    assert!(matches!(error, Err(FlowError::Length { .. })));
}
