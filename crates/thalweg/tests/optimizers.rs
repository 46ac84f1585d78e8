//! Every optimizer: its rule against other frameworks and against itself where methods coincide,
//! what theory says of it against what it does, and that a step does not allocate.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use allocation_counter::measure;
use proptest::prelude::{any, prop_assert_eq, proptest};
use serde_json::Value;
use thalweg::Element;
use thalweg::flow;
use thalweg::flow::tableau::{self, rational};
use thalweg::objective::{Gradient, Traced};
use thalweg::optimizer::{
    Adam, Analysed, EpsilonPlacement, GradientDescent, HeavyBall, NStep, Nesterov,
    NormalisedDescent, Optimizer, OptimizerError, RmsProp, RungeKutta, SharpnessAware, State,
};

const START: [f64; 3] = [0.9, -0.4, 1.3];
const RATE: f64 = 0.05;

/// The function of `reference/make_optimizers.py`.
fn objective<T: Element>() -> Traced<T> {
    Traced::new(3, |theta| {
        let [a, b, c] = [0, 1, 2].map(|index| theta.slice(0, index, 1));
        let terms = 0.5 * (0.6 - a * b).power(2.0) + 0.3 * (a - c).power(2.0);
        (terms + 0.25 * c.power(4.0)).sum_all()
    })
    .unwrap()
}

/// E = aθ²/2.
fn quadratic(a: f64) -> Traced<f64> {
    Traced::new(1, move |theta| (theta.power(2.0) * (a / 2.0)).sum_all()).unwrap()
}

/// So many states along a path, the start left out.
fn states<T: Element>(
    method: &dyn Optimizer<T>,
    objective: &mut dyn Gradient<T>,
    theta: &[f64],
    steps: usize,
) -> Vec<State<T>> {
    let theta = theta.iter().map(|x| T::from_f64(*x)).collect();
    let mut state = method.start(theta);
    let mut step = || {
        let mut gradient_at = |theta: &[T], gradient: &mut [T]| objective.gradient(theta, gradient);
        state = method
            .step(std::mem::take(&mut state), &mut gradient_at)
            .unwrap();
        state.clone()
    };
    (0..steps).map(|_| step()).collect()
}

fn path<T: Element>(method: &dyn Optimizer<T>, steps: usize) -> Vec<Vec<T>> {
    let states = states(method, &mut objective(), &START, steps);
    states.into_iter().map(|state| state.theta).collect()
}

/// Every method, with settings that leave no part of it out.
fn methods<T: Element>(rate: f64) -> Vec<(&'static str, Box<dyn Optimizer<T>>)> {
    vec![
        (
            "gradient descent",
            Box::new(GradientDescent::new(rate).unwrap()),
        ),
        ("heavy ball", Box::new(HeavyBall::new(rate, 0.7).unwrap())),
        ("Nesterov", Box::new(Nesterov::new(rate, 0.7).unwrap())),
        ("Adam", Box::new(Adam::new(rate).unwrap())),
        ("RMSProp", Box::new(RmsProp::new(rate).unwrap())),
        ("Heun", Box::new(RungeKutta::heun(rate).unwrap())),
        (
            "Runge–Kutta 4",
            Box::new(RungeKutta::classical(rate).unwrap()),
        ),
        (
            "normalised",
            Box::new(
                NormalisedDescent::new(rate)
                    .unwrap()
                    .with_decay(0.5)
                    .unwrap(),
            ),
        ),
        (
            "gradient norm",
            Box::new(SharpnessAware::mixed(rate, 0.1, 0.5).unwrap()),
        ),
        ("n-step", Box::new(NStep::new(rate, 3).unwrap())),
    ]
}

fn reference(method: &str) -> Vec<Vec<f64>> {
    let reference: Value = serde_json::from_str(include_str!("reference/optimizers.json")).unwrap();
    let cases = reference["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["method"] == method).unwrap();
    serde_json::from_value(case["path"].clone()).unwrap()
}

/// The largest difference from the reference along ten steps.
fn difference<T: Element>(method: &dyn Optimizer<T>, name: &str) -> f64 {
    let theirs = reference(name);
    assert_eq!(theirs.len(), 10);
    let ours = path(method, theirs.len());
    let pairs = ours.iter().flatten().zip(theirs.iter().flatten());
    pairs
        .map(|(ours, theirs)| (ours.to_f64() - theirs).abs())
        .fold(0.0, f64::max)
}

fn adam(beta_1: f64, beta_2: f64, epsilon: f64, placement: EpsilonPlacement) -> Adam {
    let adam = Adam::new(RATE).unwrap().with_betas(beta_1, beta_2).unwrap();
    adam.with_epsilon(epsilon, placement).unwrap()
}

fn rms_prop(beta_2: f64, epsilon: f64, placement: EpsilonPlacement) -> RmsProp {
    let rms_prop = RmsProp::new(RATE).unwrap().with_beta_2(beta_2).unwrap();
    rms_prop.with_epsilon(epsilon, placement).unwrap()
}

fn frameworks_methods<T: Element>() -> Vec<(&'static str, Box<dyn Optimizer<T>>)> {
    use EpsilonPlacement::OutsideRoot;
    vec![
        (
            "gradient-descent",
            Box::new(GradientDescent::new(RATE).unwrap()),
        ),
        ("heavy-ball", Box::new(HeavyBall::new(RATE, 0.9).unwrap())),
        ("nesterov", Box::new(Nesterov::new(RATE, 0.9).unwrap())),
        ("adam", Box::new(adam(0.9, 0.999, 1e-8, OutsideRoot))),
        (
            "adam-large-epsilon",
            Box::new(adam(0.7, 0.95, 0.1, OutsideRoot)),
        ),
        ("rmsprop", Box::new(rms_prop(0.99, 1e-8, OutsideRoot))),
        (
            "rmsprop-large-epsilon",
            Box::new(rms_prop(0.8, 0.1, OutsideRoot)),
        ),
    ]
}

#[test]
fn ten_steps_agree_with_another_framework_in_both_precisions() {
    for (name, method) in frameworks_methods::<f64>() {
        let difference = difference(&*method, name);
        assert!(difference < 2e-15, "{name}: {difference:e}");
    }
    for (name, method) in frameworks_methods::<f32>() {
        let difference = difference(&*method, name);
        assert!(difference < 1e-6, "{name}: {difference:e}");
    }
}

#[test]
fn a_method_that_is_slightly_another_does_not_agree() {
    use EpsilonPlacement::{InsideRoot, OutsideRoot};
    let others: [(&str, Box<dyn Optimizer<f64>>); 6] = [
        ("heavy-ball", Box::new(Nesterov::new(RATE, 0.9).unwrap())),
        ("nesterov", Box::new(HeavyBall::new(RATE, 0.9).unwrap())),
        (
            "heavy-ball",
            Box::new(HeavyBall::new(RATE, 0.9001).unwrap()),
        ),
        (
            "adam-large-epsilon",
            Box::new(adam(0.7, 0.95, 0.1, InsideRoot)),
        ),
        (
            "adam-large-epsilon",
            Box::new(adam(0.7, 0.95, 0.1, OutsideRoot).without_bias_correction()),
        ),
        (
            "rmsprop-large-epsilon",
            Box::new(rms_prop(0.8, 0.1, InsideRoot)),
        ),
    ];
    for (name, method) in others {
        let difference = difference(&*method, name);
        assert!(difference > 1e-5, "{name}: {difference:e}");
    }
}

/// With ε inside the root, for which there is no reference: two steps by hand on E = θ²/2.
#[test]
fn epsilon_inside_the_root_is_as_by_hand() {
    let (h, beta_1, beta_2, epsilon) = (0.05, 0.7, 0.95, 0.1_f64);
    let method = adam(beta_1, beta_2, epsilon, EpsilonPlacement::InsideRoot);
    let first = 1.0 - h * 1.0 / (1.0 + epsilon).sqrt();
    let m = (beta_1 * 0.3 + 0.3 * first) / (1.0 - beta_1 * beta_1);
    let v = (beta_2 * 0.05 + 0.05 * first * first) / (1.0 - beta_2 * beta_2);
    let second = first - h * m / (v + epsilon).sqrt();
    let states = states::<f64>(&method, &mut quadratic(1.0), &[1.0], 2);
    for (state, expected) in states.iter().zip([first, second]) {
        assert!((state.theta[0] - expected).abs() < 1e-15);
    }
}

fn bits<T: Element>(path: &[Vec<T>]) -> Vec<u64> {
    path.iter()
        .flatten()
        .map(|x| x.to_f64().to_bits())
        .collect()
}

/// The methods that are gradient descent for some value of a setting.
fn descents<T: Element>(rate: f64) -> Vec<(&'static str, Box<dyn Optimizer<T>>)> {
    vec![
        (
            "without momentum",
            Box::new(HeavyBall::new(rate, 0.0).unwrap()),
        ),
        (
            "Nesterov's without momentum",
            Box::new(Nesterov::new(rate, 0.0).unwrap()),
        ),
        ("one substep", Box::new(NStep::new(rate, 1).unwrap())),
        (
            "no radius",
            Box::new(SharpnessAware::sam(rate, 0.0).unwrap()),
        ),
        (
            "no share",
            Box::new(SharpnessAware::mixed(rate, 0.1, 0.0).unwrap()),
        ),
        (
            "Euler's method",
            Box::new(RungeKutta::new(rate, &tableau::euler()).unwrap()),
        ),
    ]
}

proptest! {
    #[test]
    fn what_is_gradient_descent_is_so_to_the_bit(rate in 1e-4..0.2_f64, single: bool) {
        for (name, method) in descents::<f64>(rate) {
            prop_assert_eq!(method.implicit_coefficient(), Some(rate / 4.0), "{}", name);
        }
        if single {
            let descent = path::<f32>(&GradientDescent::new(rate).unwrap(), 20);
            for (name, method) in descents::<f32>(rate) {
                prop_assert_eq!(bits(&path(&*method, 20)), bits(&descent), "{}", name);
            }
        } else {
            let descent = path::<f64>(&GradientDescent::new(rate).unwrap(), 20);
            for (name, method) in descents::<f64>(rate) {
                prop_assert_eq!(bits(&path(&*method, 20)), bits(&descent), "{}", name);
            }
        }
    }

    #[test]
    fn substeps_are_steps_of_the_bare_rate(rate in 1e-4..0.5_f64, substeps in 1..6_u64) {
        let method = NStep::new(rate, substeps).unwrap();
        let descent = GradientDescent::new(method.bare_rate()).unwrap();
        let fine = path::<f64>(&descent, 4 * substeps as usize);
        let whole: Vec<Vec<f64>> = fine.chunks(substeps as usize).map(|c| c[c.len() - 1].clone()).collect();
        prop_assert_eq!(bits(&path::<f64>(&method, 4)), bits(&whole));
    }

    #[test]
    fn theta_and_memory_are_all_of_a_state(stop in 1..9_usize, single in any::<bool>()) {
        if single {
            continued_is_uninterrupted::<f32>(stop);
        } else {
            continued_is_uninterrupted::<f64>(stop);
        }
    }
}

/// Stops after so many steps, keeps θ and memory, and goes on from them to the tenth step.
fn continued_is_uninterrupted<T: Element>(stop: usize) {
    for (name, method) in methods::<T>(RATE) {
        let whole = states(&*method, &mut objective(), &START, 10);
        let mut state = method.start(whole[stop - 1].theta.clone());
        state.memory.clone_from(&whole[stop - 1].memory);
        let mut objective = objective::<T>();
        for _ in stop..10 {
            let mut gradient_at =
                |theta: &[T], gradient: &mut [T]| objective.gradient(theta, gradient);
            state = method.step(state, &mut gradient_at).unwrap();
        }
        let theta = |state: &State<T>| bits(std::slice::from_ref(&state.theta));
        assert_eq!(theta(&state), theta(&whole[9]), "{name} at {stop}");
    }
}

#[test]
fn what_a_method_remembers_matters() {
    for (name, method) in methods::<f64>(RATE) {
        let states = states(&*method, &mut objective(), &START, 10);
        if states[4].memory.is_empty() {
            continue;
        }
        let state = method.start(states[4].theta.clone());
        let mut objective = objective::<f64>();
        let forgetful = method
            .step(state, &mut |theta, gradient| {
                objective.gradient(theta, gradient)
            })
            .unwrap();
        assert_ne!(forgetful.theta, states[5].theta, "{name}");
    }
}

#[test]
fn steps_after_the_first_do_not_allocate() {
    for (name, method) in methods::<f64>(RATE) {
        let mut objective = objective::<f64>();
        let mut gradient_at =
            |theta: &[f64], gradient: &mut [f64]| objective.gradient(theta, gradient);
        let state = method.start(START.to_vec());
        let mut state = method.step(state, &mut gradient_at).unwrap();
        let seen = measure(|| {
            for _ in 0..10 {
                state = method
                    .step(std::mem::take(&mut state), &mut gradient_at)
                    .unwrap();
            }
        });
        assert_eq!(seen.count_total, 0, "{name}");
    }
}

#[test]
fn a_step_asks_for_as_many_gradients_as_its_documentation_says() {
    let expected = [1, 1, 1, 1, 1, 2, 4, 1, 2, 3];
    for ((name, method), expected) in methods::<f64>(RATE).into_iter().zip(expected) {
        let (mut objective, mut count) = (objective::<f64>(), 0);
        let mut gradient_at = |theta: &[f64], gradient: &mut [f64]| {
            count += 1;
            objective.gradient(theta, gradient)
        };
        let state = method.start(START.to_vec());
        let state = method.step(state, &mut gradient_at).unwrap();
        assert_eq!(count, expected, "{name}");
        let loss = thalweg::objective::Objective::loss(&mut objective, &START).unwrap();
        assert_eq!(state.loss, loss, "{name}");
    }
}

#[test]
fn a_vanishing_gradient_stops_every_method_and_breaks_none() {
    for (name, method) in methods::<f32>(RATE) {
        let mut flat = Traced::<f32>::new(2, |theta| (theta * 0.0).sum_all()).unwrap();
        let states = states(&*method, &mut flat, &[1.0, -1.0], 3);
        assert_eq!(states[2].theta, [1.0, -1.0], "{name}");
    }
}

#[test]
fn gradients_too_small_to_divide_by_in_single_precision_have_a_direction_still() {
    let mut faint = Traced::<f32>::new(1, |theta| (theta * 1e-41).sum_all()).unwrap();
    let method = NormalisedDescent::new(0.5).unwrap();
    let states = states::<f32>(&method, &mut faint, &[1.0], 1);
    assert!((states[0].theta[0] - 0.5).abs() < 1e-3);
    let method = SharpnessAware::sam(0.5, 0.1).unwrap();
    let states = self::states::<f32>(&method, &mut faint, &[1.0], 1);
    assert_eq!(states[0].theta, [1.0]);
}

/// The largest error up to time 1 on E = θ⁴/4, whose flow is θ₀/√(1 + 2θ₀²t), in so many steps.
fn flow_error(tableau: &flow::Tableau, steps: usize) -> f64 {
    let mut quartic = Traced::<f64>::new(1, |theta| (theta.power(4.0) * 0.25).sum_all()).unwrap();
    let rate = 1.0 / steps as f64;
    let method = RungeKutta::new(rate, tableau).unwrap();
    let states = states::<f64>(&method, &mut quartic, &[0.8], steps);
    let times = (1..).map(|step| f64::from(step) * rate);
    let exact = times.map(|time| 0.8 / (1.0 + 1.28 * time).sqrt());
    let errors = states.iter().zip(exact);
    errors
        .map(|(state, exact)| (state.theta[0] - exact).abs())
        .fold(0.0, f64::max)
}

/// log₂ of the factor by which twice the steps reduce the error.
fn order(tableau: &flow::Tableau) -> f64 {
    (flow_error(tableau, 32) / flow_error(tableau, 64)).log2()
}

#[test]
fn runge_kutta_methods_follow_the_flow_with_their_order() {
    for tableau in [tableau::euler(), tableau::heun(), tableau::runge_kutta_4()] {
        let order = order(&tableau);
        let (name, expected) = (tableau.name, tableau.order as f64);
        assert!((order - expected).abs() < 0.2, "{name}: {order}");
    }
    // The negative controls: a wrong weight, a wrong node.
    let mut damaged = tableau::heun();
    damaged.weights = vec![rational(49, 100), rational(51, 100)];
    assert!(order(&damaged) < 1.5, "{}", order(&damaged));
    let mut damaged = tableau::runge_kutta_4();
    damaged.coefficients[2][1] = rational(51, 100);
    assert!(order(&damaged) < 3.0, "{}", order(&damaged));
}

#[test]
fn a_tableau_that_is_no_explicit_consistent_method_is_refused() {
    let mut unfinished = tableau::heun();
    unfinished.weights[0] = rational(1, 3);
    let mut implicit = tableau::heun();
    implicit.coefficients[1].push(rational(1, 2));
    let mut short = tableau::heun();
    short.coefficients.pop();
    for tableau in [unfinished, implicit, short] {
        let error = RungeKutta::new(0.1, &tableau).unwrap_err();
        assert_eq!(error, OptimizerError::Tableau { name: "Heun" });
    }
}

/// A method, and h/(1−β) or what stands for it.
type Effective = (&'static str, Box<dyn Optimizer<f64>>, f64);

/// The methods that have a modified loss, with their effective rates.
fn with_modified_loss(rate: f64) -> Vec<Effective> {
    let heavy_ball = HeavyBall::new(rate, 0.7).unwrap();
    let nesterov = Nesterov::new(rate, 0.7).unwrap();
    let (heavy_ball_rate, nesterov_rate) = (
        heavy_ball.effective_learning_rate(),
        nesterov.effective_learning_rate(),
    );
    let mut midpoint = tableau::heun();
    midpoint.weights = vec![rational(3, 4), rational(1, 4)];
    let method = GradientDescent::new(rate).unwrap();
    vec![
        ("gradient descent", Box::new(method), rate),
        ("heavy ball", Box::new(heavy_ball), heavy_ball_rate),
        ("Nesterov", Box::new(nesterov), nesterov_rate),
        ("n-step", Box::new(NStep::new(rate, 3).unwrap()), rate),
        ("Heun", Box::new(RungeKutta::heun(rate).unwrap()), rate),
        (
            "order 1 in two stages",
            Box::new(RungeKutta::new(rate, &midpoint).unwrap()),
            rate,
        ),
    ]
}

/// |log(θ_{n+1}/θ_n) − that of the modified flow| on E = θ²/2 when the start is forgotten, with the
/// implicit coefficient so many times what it is.
fn modified_flow_error(method: &dyn Optimizer<f64>, effective: f64, damage: f64) -> f64 {
    let states = states(method, &mut quadratic(1.0), &[1.0], 101);
    let seen = (states[100].theta[0] / states[99].theta[0]).ln();
    let coefficient = damage * method.implicit_coefficient().unwrap();
    (seen + effective * (1.0 + 2.0 * coefficient)).abs()
}

#[test]
fn the_modified_loss_is_followed_to_third_order_a_step() {
    let rates = [0.001, 0.0005];
    let [coarse, fine] = rates.map(with_modified_loss);
    for ((name, coarse, coarse_rate), (_, fine, fine_rate)) in coarse.iter().zip(&fine) {
        let slope = |damage| {
            let coarse = modified_flow_error(&**coarse, *coarse_rate, damage);
            (coarse / modified_flow_error(&**fine, *fine_rate, damage)).log2()
        };
        assert!(slope(1.0) > 2.8, "{name}: {}", slope(1.0));
        // The negative control, but for methods whose coefficient is 0.
        if coarse.implicit_coefficient() != Some(0.0) {
            assert!(slope(1.1) < 2.3, "{name}: {}", slope(1.1));
        }
    }
}

#[test]
fn methods_without_a_modified_loss_say_so() {
    for (name, method) in methods::<f64>(RATE) {
        let has_none = ["Adam", "RMSProp", "normalised", "gradient norm"].contains(&name);
        assert_eq!(method.implicit_coefficient().is_none(), has_none, "{name}");
        assert_eq!(
            method.largest_stable_curvature().is_none(),
            has_none,
            "{name}"
        );
    }
}

#[test]
fn descent_settles_below_the_largest_stable_curvature_and_not_above() {
    for (name, method) in methods::<f64>(0.3) {
        let Some(curvature) = method.largest_stable_curvature() else {
            continue;
        };
        let end = |factor: f64| {
            let states = states(&*method, &mut quadratic(factor * curvature), &[1.0], 4000);
            states[3999].theta[0].abs()
        };
        assert!(end(0.99) < 1e-3, "{name}: {}", end(0.99));
        let beyond = end(1.01);
        assert!(beyond.is_nan() || beyond > 1e3, "{name}: {beyond}");
    }
    let classical = RungeKutta::classical(1.0).unwrap();
    let curvature = classical.largest_stable_curvature().unwrap();
    assert!((curvature - 2.785_293_563_405_282).abs() < 1e-10);
}

#[test]
fn settings_outside_their_ranges_are_refused_with_their_values() {
    let nan = f64::NAN;
    let message = |error: OptimizerError| error.to_string();
    for rate in [0.0, -1.0, f64::INFINITY, nan] {
        assert!(matches!(
            Adam::new(rate),
            Err(OptimizerError::LearningRate(_))
        ));
        assert!(HeavyBall::new(rate, 0.5).is_err() && Nesterov::new(rate, 0.5).is_err());
        assert!(RmsProp::new(rate).is_err() && NormalisedDescent::new(rate).is_err());
        assert!(NStep::new(rate, 1).is_err() && SharpnessAware::sam(rate, 0.1).is_err());
        assert!(RungeKutta::heun(rate).is_err() && GradientDescent::new(rate).is_err());
    }
    for beta in [-0.1, 1.0, nan] {
        assert!(HeavyBall::new(0.1, beta).is_err() && Nesterov::new(0.1, beta).is_err());
        assert!(RmsProp::new(0.1).unwrap().with_beta_2(beta).is_err());
        assert!(Adam::new(0.1).unwrap().with_betas(beta, 0.9).is_err());
    }
    let error = Adam::new(0.1).unwrap().with_betas(0.9, 1.0).unwrap_err();
    assert_eq!(
        message(error),
        "beta_2, the share that a moving average keeps, must be at least 0 and below 1, not 1"
    );
    let (rms_prop, inside) = (RmsProp::new(0.1).unwrap(), EpsilonPlacement::InsideRoot);
    assert_eq!(
        message(rms_prop.with_epsilon(0.0, inside).unwrap_err()),
        "epsilon must be positive and finite, not 0"
    );
    assert_eq!(
        message(SharpnessAware::sam(0.1, -0.05).unwrap_err()),
        "a radius must be finite and not negative, not -0.05"
    );
    assert_eq!(
        message(SharpnessAware::mixed(0.1, 0.1, 1.5).unwrap_err()),
        "the share of the displaced gradient must be from 0 to 1, not 1.5"
    );
    let normalised = NormalisedDescent::new(0.1).unwrap();
    assert_eq!(
        message(normalised.with_decay(2.0).unwrap_err()),
        "the decay of step lengths must be from 0 to 1, not 2"
    );
    assert_eq!(NStep::new(0.1, 0).unwrap_err(), OptimizerError::NoSubsteps);
}
