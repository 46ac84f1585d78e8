//! Dynamics side by side: against closed forms, against each other, and what they cost.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::ops::ControlFlow;
use std::sync::Arc;

use thalweg::Threads;
use thalweg::flow::{Tolerance, Work};
use thalweg::follow::{Dynamics, End, Follow, FollowError, IntegratorName};
use thalweg::network::{Activation, Mlp, Network};
use thalweg::objective::problem::Quadratic;
use thalweg::objective::{Examples, Loss, Supervised, Targets, Traced};
use thalweg::regularizer::GradientPenalty;

const DESCENT: Dynamics = Dynamics::GradientDescent;
const FLOW: Dynamics = Dynamics::GradientFlow;

fn modified(terms: usize) -> Dynamics {
    Dynamics::ModifiedFlow { terms }
}

/// The distance of the modified flow with so many terms from gradient descent at the end, and that
/// of the gradient flow.
fn last_distances(follow: &Follow, objective: Quadratic, start: &[f64]) -> Vec<f64> {
    let mut last = Vec::new();
    follow
        .run(objective, start, &mut |moment| {
            let others = moment.positions().iter().flatten().skip(1);
            last = others
                .map(|other| moment.distance(DESCENT, other.dynamics).unwrap())
                .collect();
            ControlFlow::Continue(())
        })
        .unwrap();
    last
}

#[test]
fn on_a_quadratic_every_path_is_where_its_closed_form_says() {
    let eigenvalues = [4.0, 1.0, 0.25];
    let (h, steps, start) = (0.1, 20_u64, [1.0, -2.0, 3.0]);
    let penalty = GradientPenalty::squared_norm(0.3).unwrap();
    let dynamics = [
        DESCENT,
        Dynamics::PenalisedDescent(penalty),
        FLOW,
        modified(2),
        modified(3),
        modified(5),
        Dynamics::PenalisedFlow(penalty),
    ];
    let objective = Quadratic::diagonal(&eigenvalues).unwrap();
    let follow = Follow::new(h, steps, &dynamics).unwrap();
    let mut moments = 0;
    let followed = follow
        .run(objective, &start, &mut |moment| {
            assert_eq!(moment.step(), moments);
            let n = moment.step() as f64;
            let series =
                |x: f64, terms: i32| -> f64 { (1..=terms).map(|k| x.powi(k) / f64::from(k)).sum() };
            let multiplier = |dynamics: Dynamics, eigenvalue: f64| -> f64 {
                let x = h * eigenvalue;
                let penalised = x * (1.0 + 0.6 * eigenvalue);
                match dynamics {
                    Dynamics::GradientDescent => (1.0 - x).powf(n),
                    Dynamics::PenalisedDescent(_) => (1.0 - penalised).powi(n as i32),
                    Dynamics::GradientFlow => (-n * x).exp(),
                    Dynamics::ModifiedFlow { terms } => (-n * series(x, terms as i32)).exp(),
                    Dynamics::PenalisedFlow(_) => (-n * penalised).exp(),
                    other => panic!("{other:?}"),
                }
            };
            for position in moment.positions().iter().flatten() {
                let exact = |i: usize| multiplier(position.dynamics, eigenvalues[i]) * start[i];
                let error = (0..3).map(|i| (position.theta[i] - exact(i)).abs());
                assert!(error.fold(0.0, f64::max) < 1e-4, "{position:?} at step {n}");
                let loss = |i: usize| eigenvalues[i] * position.theta[i].powi(2) / 2.0;
                let squared = |i: usize| (eigenvalues[i] * position.theta[i]).powi(2);
                let sum = |term: &dyn Fn(usize) -> f64| (0..3).map(term).sum::<f64>();
                assert!((position.loss - sum(&loss)).abs() < 1e-12);
                assert!((position.gradient_norm_squared - sum(&squared)).abs() < 1e-12);
            }
            moments += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((followed.steps, moments), (steps, steps + 1));
    assert!(followed.paths.iter().all(|path| path.end.is_followed()));
}

#[test]
fn with_each_term_the_distance_falls_by_the_factor_that_the_series_says() {
    let (h, eigenvalue) = (0.05, 1.0_f64);
    let dynamics: Vec<Dynamics> = std::iter::once(DESCENT)
        .chain((1..=5).map(modified))
        .collect();
    let follow = Follow::new(h, 1, &dynamics).unwrap();
    let objective = Quadratic::diagonal(&[eigenvalue]).unwrap();
    let distances = last_distances(&follow, objective, &[1.0]);
    for (terms, distance) in (1..).zip(&distances) {
        // |log(1 − x) + x + … + xⁿ/n| (1 − x) = (xⁿ⁺¹/(n + 1) + xⁿ⁺²/(n + 2) + …)(1 − x)
        let rest: f64 = (terms + 1..40).map(|k| h.powi(k) / f64::from(k)).sum();
        let exact = (1.0 - h) * (rest.exp() - 1.0);
        assert!(
            (distance / exact - 1.0).abs() < 1e-3,
            "{terms} terms: {distance} and {exact}"
        );
    }
}

#[test]
fn a_tolerance_too_large_for_the_distance_would_be_seen() {
    let objective = || Quadratic::diagonal(&[2.0, 1.0]).unwrap();
    let start = [1.0, 1.0];
    let follow = Follow::new(0.01, 1, &[DESCENT, modified(4)]).unwrap();
    let exact = last_distances(&follow, objective(), &start)[0];
    let coarse = follow.with_tolerance(Tolerance::new(1e-3));
    let seen = last_distances(&coarse, objective(), &start)[0];
    // h⁵/5 ‖H⁵θ‖ = 6.4e-10 is resolved only with the tolerance that is found.
    let size = 0.01_f64.powi(5) / 5.0 * 1025.0_f64.sqrt();
    assert!((exact / size - 1.0).abs() < 0.02, "{exact} and {size}");
    assert!((seen / size - 1.0).abs() > 1e-4, "{seen} and {size}");
}

/// A network with tanh on made-up data, and a start.
fn network() -> (Supervised<f64>, Vec<f64>) {
    const EXAMPLES: usize = 12;
    let wave = |count: usize, frequency: f64| -> Vec<f64> {
        (1..=count).map(|i| (frequency * i as f64).sin()).collect()
    };
    let network = Mlp::new(4, &[6, 6], 3, Activation::Tanh).unwrap();
    let count = network.parameters().count();
    let labels = (0..EXAMPLES).map(|j| (j * j % 3) as u32).collect();
    let targets = Targets::Labels { labels, classes: 3 };
    let examples = Examples::new(wave(4 * EXAMPLES, 0.7), 4, targets).unwrap();
    let loss = Loss::CrossEntropy;
    let network = Box::new(network);
    let objective = Supervised::new(network, loss, Arc::new(examples), Threads::one()).unwrap();
    (objective, wave(count, 1.3))
}

#[test]
fn gradient_descent_on_a_smooth_network_is_described_better_by_each_further_term() {
    let (mut objective, start) = network();
    let dynamics = [DESCENT, FLOW, modified(2), modified(3)];
    let follow = Follow::new(0.05, 20, &dynamics).unwrap();
    let mut ratios = [f64::NAN; 2];
    follow
        .run(&mut objective, &start, &mut |moment| {
            if moment.step() == 0 {
                assert_eq!(moment.ratio(2), None);
            } else {
                ratios = [2, 3].map(|terms| moment.ratio(terms).unwrap());
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(ratios[0] < 0.1, "{ratios:?}");
    assert!(ratios[1] < 0.2 * ratios[0], "{ratios:?}");
    // A flow with another learning rate in its second term describes it no better: h/2 is the one.
    let wrong = GradientPenalty::squared_norm(0.05).unwrap(); // h instead of h/4
    let wrong = Dynamics::PenalisedFlow(wrong);
    let mut last = 0.0;
    Follow::new(0.05, 20, &[DESCENT, FLOW, wrong])
        .unwrap()
        .run_two_terms(&mut objective, &start, &mut |moment| {
            let flow = moment.distance(DESCENT, FLOW).unwrap();
            last = moment.distance(DESCENT, wrong).unwrap() / flow;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(last > 1.0, "{last}");
}

#[test]
fn a_flow_with_the_penalty_of_the_modified_loss_is_the_modified_flow() {
    let (objective, start) = network();
    let h = 0.05;
    let implicit = GradientPenalty::squared_norm(h / 4.0).unwrap();
    let dynamics = [modified(2), Dynamics::PenalisedFlow(implicit)];
    let mut largest = 0.0_f64;
    Follow::new(h, 10, &dynamics)
        .unwrap()
        .run(objective, &start, &mut |moment| {
            largest = largest.max(moment.distance(dynamics[0], dynamics[1]).unwrap());
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(largest < 1e-6, "{largest}");
}

#[test]
fn work_is_counted_for_each_path_and_for_measuring() {
    let objective = Quadratic::diagonal(&[1.0, 0.5]).unwrap();
    let penalty = GradientPenalty::squared_norm(0.1).unwrap();
    let dynamics = [
        DESCENT,
        Dynamics::PenalisedDescent(penalty),
        FLOW,
        modified(2),
    ];
    let followed = Follow::new(0.1, 10, &dynamics)
        .unwrap()
        .run(objective, &[1.0, 1.0], &mut |_| ControlFlow::Continue(()))
        .unwrap();
    let work = |gradients, hessian_vectors| Work {
        gradients,
        hessian_vectors,
        higher_derivatives: 0,
    };
    let of = |index: usize| followed.paths[index].work;
    assert_eq!(of(0), work(11, 0));
    assert_eq!(of(1), work(11, 11));
    // A step of 7 values for each of the ten times; before the first a value for the length of the
    // first step, which is less than h, so that the first time takes a step of 6 values more.
    assert_eq!(of(2), work(7 * 10 + 1 + 6, 0));
    assert_eq!(of(3), work(7 * 10 + 1 + 6, 7 * 10 + 1 + 6));
    // Two flows at eleven times; g, Hg and H²g at the start.
    assert_eq!(followed.measuring, work(23, 2));
}

#[test]
fn a_stiff_flow_is_handed_to_the_stabilised_method_and_said_to_be() {
    let objective = Quadratic::diagonal(&[1e5, 1.0]).unwrap();
    let mut errors = Vec::new();
    let followed = Follow::new(0.1, 10, &[FLOW])
        .unwrap()
        .with_tolerance(Tolerance::new(1e-6))
        .run(objective, &[1.0, 1.0], &mut |moment| {
            let position = moment.position(FLOW).unwrap();
            errors.push((position.theta[1] - (-moment.time()).exp()).abs());
            ControlFlow::Continue(())
        })
        .unwrap();
    let path = &followed.paths[0];
    assert!(path.end.is_followed(), "{}", path.end);
    assert_eq!(path.integrator, Some(IntegratorName::Chebyshev));
    assert!(path.stiff_since.is_some_and(|since| since < 0.1));
    assert!(errors.iter().all(|error| *error < 1e-4), "{errors:?}");
    // An explicit method of order 5 needs a step each 3.3/10⁵, six values each: 180 000.
    assert!(path.work.gradients < 20_000, "{:?}", path.work);
}

#[test]
fn what_diverges_is_missing_from_then_on_and_the_others_go_on() {
    // E = θ⁴/4 with h θ² > 2: gradient descent explodes, the flow does not.
    let objective = Traced::new(1, |theta| (theta.power(4.0) * 0.25).sum_all()).unwrap();
    let mut present = Vec::new();
    let followed = Follow::new(1.0, 12, &[DESCENT, FLOW])
        .unwrap()
        .run(objective, &[3.0], &mut |moment| {
            present.push(moment.positions().iter().flatten().count());
            ControlFlow::Continue(())
        })
        .unwrap();
    let End::Diverged { step } = followed.paths[0].end else {
        panic!("{:?}", followed.paths[0].end);
    };
    assert!(present[..step as usize].iter().all(|count| *count == 2));
    assert!(present[step as usize..].iter().all(|count| *count == 1));
    assert_eq!(followed.steps, 12);
    let exact = 3.0 / (1.0_f64 + 2.0 * 9.0 * 12.0).sqrt();
    assert!((followed.paths[1].theta[0] - exact).abs() < 1e-3);
}

#[test]
fn the_observer_may_end_it_and_wrong_wishes_are_refused() {
    let objective = || Quadratic::diagonal(&[1.0]).unwrap();
    let follow = Follow::new(0.1, 100, &[DESCENT]).unwrap();
    let stop_at = |last: u64| {
        follow.run(objective(), &[1.0], &mut |moment| match moment.step() {
            step if step == last => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
    };
    assert_eq!(stop_at(7).unwrap().steps, 7);
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = Follow::new(wrong, 1, &[DESCENT]).unwrap_err();
        assert!(matches!(error, FollowError::LearningRate { .. }));
    }
    for terms in [0, 13] {
        let error = Follow::new(0.1, 1, &[modified(terms)]).unwrap_err();
        assert!(error.to_string().contains("1 to 12 terms"), "{error}");
    }
    let three = Follow::new(0.1, 1, &[modified(3)]).unwrap();
    let refused = three.run_two_terms(objective(), &[1.0], &mut |_| ControlFlow::Continue(()));
    let wanted = FollowError::HigherDerivatives { terms: 3 };
    assert_eq!(refused.unwrap_err(), wanted);
    let short = follow.run(objective(), &[], &mut |_| ControlFlow::Continue(()));
    assert!(matches!(short, Err(FollowError::Objective(_))));
}
