//! The modified field of a method against the method itself: one step and the flow of the field over
//! the learning rate differ by the order the theory says, and by no other.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use allocation_counter::measure;
use num_traits::ToPrimitive;
use thalweg::Threads;
use thalweg::flow::tableau::{Rational, euler, heun, rational, runge_kutta_4};
use thalweg::flow::{Field, GradientFlow, SmoothField, Tableau, Work};
use thalweg::modified::{
    ModifiedField, ModifiedGradientFlow, ModifiedLoss, RootedTree, ThreeTermGradientFlow,
    elementary_differentials, modified_loss,
};
use thalweg::network::{Activation, Mlp};
use thalweg::objective::{
    DirectionalDerivative, Examples, Gradient, HessianVector, Loss, Objective, ObjectiveError,
    Supervised, Targets, Traced,
};
use thalweg::vector::{add_scaled, dot, norm_squared};

const START: [f64; 3] = [0.5, -0.4, 0.2];
const STEEP: [f64; 3] = [0.9, -0.7, 0.4];

/// A smooth E without symmetries: (0.6 − ab)²/2 + tanh(a + 2c)/2 + exp(bc − a)/4 + softplus(c − b).
fn generic() -> Traced<f64> {
    Traced::new(3, |theta| {
        let [a, b, c] = [0, 1, 2].map(|i| theta.slice(0, i, 1));
        let product = (0.6 - a * b).power(2.0) * 0.5;
        let rest = (a + c * 2.0).tanh() * 0.5 + (b * c - a).exp() * 0.25 + (c - b).softplus();
        (product + rest).sum_all()
    })
    .unwrap()
}

/// E = (a² + 3b² + 0.5c² + ab)/2.
fn quadratic() -> Traced<f64> {
    Traced::new(3, |theta| {
        let [a, b, c] = [0, 1, 2].map(|i| theta.slice(0, i, 1));
        ((a * a + b * b * 3.0 + c * c * 0.5 + a * b) * 0.5).sum_all()
    })
    .unwrap()
}

/// A small tanh network with cross-entropy.
fn network() -> Supervised<f64> {
    let (examples, inputs, classes) = (6, 4, 3);
    let network = Mlp::new(inputs, &[5], classes, Activation::Tanh).unwrap();
    let targets = Targets::Labels {
        labels: (0..examples as u32).map(|j| (2 * j + 1) % 3).collect(),
        classes,
    };
    let data = Examples::new(wave(examples * inputs, 0.7), inputs, targets).unwrap();
    let (network, data) = (Box::new(network), Arc::new(data));
    Supervised::new(network, Loss::CrossEntropy, data, Threads::one()).unwrap()
}

fn wave(count: usize, frequency: f64) -> Vec<f64> {
    (1..=count).map(|i| (frequency * i as f64).sin()).collect()
}

/// (x(1 − y), y(x − 1)), Lotka and Volterra's equations: a field that is nobody's gradient.
struct Prey {
    work: Work,
}

fn prey() -> Prey {
    Prey {
        work: Work::default(),
    }
}

impl Field for Prey {
    fn dimension(&self) -> usize {
        2
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        self.derivative(theta, &[], velocity)
    }

    fn work(&self) -> Work {
        self.work
    }
}

impl SmoothField for Prey {
    fn derivative(
        &mut self,
        theta: &[f64],
        directions: &[&[f64]],
        derivative: &mut [f64],
    ) -> Result<(), ObjectiveError> {
        self.work.count(directions.len());
        let (x, y) = (theta[0], theta[1]);
        let value = match directions {
            [] => [x * (1.0 - y), y * (x - 1.0)],
            [v] => [v[0] * (1.0 - y) - x * v[1], v[1] * (x - 1.0) + y * v[0]],
            [v, w] => {
                let mixed = v[0] * w[1] + v[1] * w[0];
                [-mixed, mixed]
            }
            _ => [0.0, 0.0],
        };
        derivative.copy_from_slice(&value);
        Ok(())
    }
}

fn value(rational: &Rational) -> f64 {
    rational.to_f64().unwrap()
}

fn velocity(field: &mut impl Field, theta: &[f64]) -> Vec<f64> {
    let mut velocity = vec![0.0; theta.len()];
    field.velocity(theta, &mut velocity).unwrap();
    velocity
}

/// One step of a method.
fn step(method: &Tableau, field: &mut impl Field, theta: &[f64], h: f64) -> Vec<f64> {
    let mut stages: Vec<Vec<f64>> = Vec::new();
    for row in &method.coefficients {
        let mut at = theta.to_vec();
        for (a, stage) in row.iter().zip(&stages) {
            add_scaled(&mut at, h * value(a), stage);
        }
        stages.push(velocity(field, &at));
    }
    let mut next = theta.to_vec();
    for (b, stage) in method.weights.iter().zip(&stages) {
        add_scaled(&mut next, h * value(b), stage);
    }
    next
}

/// The flow of a field over a time, by many steps of a method of order 4.
fn flow(field: &mut impl Field, theta: &[f64], time: f64) -> Vec<f64> {
    const STEPS: usize = 64;
    let method = runge_kutta_4();
    (0..STEPS).fold(theta.to_vec(), |theta, _| {
        step(&method, field, &theta, time / STEPS as f64)
    })
}

fn distance(one: &[f64], other: &[f64]) -> f64 {
    let pairs = one.iter().zip(other);
    pairs.map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
}

/// The slope of log error against log h over the halving of `step_size`.
fn slope(step_size: f64, mut error: impl FnMut(f64) -> f64) -> f64 {
    let (first, last) = (error(step_size), error(step_size / 2.0));
    assert!(
        last > 1e-13,
        "the error {last} is rounding: take larger steps"
    );
    (first / last).log2()
}

/// The order of the difference between one step of `method` and the flow of the field of so many
/// terms of `modified_by`.
fn local_order(
    method: &Tableau,
    modified_by: &Tableau,
    terms: usize,
    start: [f64; 3],
    step_size: f64,
) -> f64 {
    slope(step_size, |h| {
        let mut objective = generic();
        let mut plain = GradientFlow::new(&mut objective);
        let stepped = step(method, &mut plain, &start, h);
        let mut modified = ModifiedField::new(plain, modified_by, h, terms).unwrap();
        distance(&stepped, &flow(&mut modified, &start, h))
    })
}

/// Within ±0.2 up to order 4; above, where terms of the next order are still seen at step sizes whose
/// errors are no rounding, a little more upwards.
fn assert_order(measured: f64, order: usize, what: &str) {
    let above = if order > 4 { 0.4 } else { 0.2 };
    let difference = measured - order as f64;
    assert!(
        -0.2 < difference && difference < above,
        "{what}: measured {measured:.3}, not {order}"
    );
}

#[test]
fn a_step_differs_from_the_flow_of_n_terms_by_the_power_n_plus_one() {
    let cases = [
        (euler(), START, vec![(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]),
        (heun(), START, vec![(1, 3), (2, 3), (3, 4), (4, 5), (5, 6)]),
        // From START the error of the fifth power is too small to be alone.
        (runge_kutta_4(), STEEP, vec![(1, 5), (4, 5), (5, 6), (6, 7)]),
    ];
    for (method, start, orders) in cases {
        for (terms, order) in orders {
            let step_size = if order > 6 { 0.025 } else { 0.02 };
            let measured = local_order(&method, &method, terms, start, step_size);
            assert_order(measured, order, &format!("{}, {terms} terms", method.name));
        }
    }
}

/// With weights 1 % wrong in a way that keeps Σ bᵢ = 1, the field is another method's.
#[test]
fn the_field_of_a_damaged_method_loses_the_order() {
    let damaged = Tableau {
        weights: vec![rational(99, 200), rational(101, 200)],
        ..heun()
    };
    for terms in 2..=4 {
        let measured = local_order(&heun(), &damaged, terms, START, 0.002);
        assert_order(measured, 2, &format!("damaged, {terms} terms"));
    }
}

/// −g − (h/2) Hg − h² (⅓ H²g + c ∇³E[g, g]).
struct ThreeTerms<O> {
    objective: O,
    learning_rate: f64,
    third: f64,
}

impl<O: DirectionalDerivative<f64>> Field for ThreeTerms<O> {
    fn dimension(&self) -> usize {
        self.objective.parameter_count()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        let h = self.learning_rate;
        let mut along = |directions: &[&[f64]]| {
            let mut derivative = vec![0.0; theta.len()];
            self.objective
                .directional_derivative(theta, directions, &mut derivative)
                .unwrap();
            derivative
        };
        let gradient = along(&[]);
        let once = along(&[&gradient]);
        velocity.fill(0.0);
        add_scaled(velocity, -1.0, &gradient);
        add_scaled(velocity, -h / 2.0, &once);
        add_scaled(velocity, -h * h / 3.0, &along(&[&once]));
        add_scaled(
            velocity,
            -h * h * self.third,
            &along(&[&gradient, &gradient]),
        );
        Ok(())
    }

    fn work(&self) -> Work {
        Work::default()
    }
}

#[test]
fn the_third_derivative_of_gradient_descent_enters_with_a_twelfth_and_not_a_tenth() {
    for (third, order) in [(1.0 / 12.0, 4), (1.0 / 10.0, 3)] {
        let measured = slope(0.01, |learning_rate| {
            let mut plain = GradientFlow::new(generic());
            let stepped = step(&euler(), &mut plain, &START, learning_rate);
            let mut field = ThreeTerms {
                objective: generic(),
                learning_rate,
                third,
            };
            distance(&stepped, &flow(&mut field, &START, learning_rate))
        });
        assert_order(measured, order, &format!("coefficient {third}"));
    }
}

#[test]
fn a_field_that_is_no_gradient_is_modified_just_the_same() {
    for (method, orders) in [(euler(), [2, 3, 4, 5]), (heun(), [3, 3, 4, 5])] {
        for (terms, order) in (1..).zip(orders) {
            let measured = slope(0.02, |h| {
                let theta = [1.7, 0.6];
                let stepped = step(&method, &mut prey(), &theta, h);
                let mut modified = ModifiedField::new(prey(), &method, h, terms).unwrap();
                distance(&stepped, &flow(&mut modified, &theta, h))
            });
            assert_order(measured, order, &format!("{}, {terms} terms", method.name));
        }
    }
}

/// Hairer, Lubich and Wanner, Example IX.1.1: Euler's method for y' = y² follows
/// y² − hy³ + (3/2)h²y⁴ − (8/3)h³y⁵ + (31/6)h⁴y⁶ − (157/15)h⁵y⁷ ± ….
#[test]
fn the_published_series_of_the_square_comes_out() {
    let objective = Traced::new(1, |y| (y.power(3.0) / -3.0).sum_all()).unwrap();
    let mut flow = GradientFlow::new(objective);
    let published = [1.0, -1.0, 3.0 / 2.0, -8.0 / 3.0, 31.0 / 6.0, -157.0 / 15.0];
    let mut sum = 0.0;
    let (h, y) = (0.1_f64, 0.8_f64);
    for (terms, coefficient) in (1..).zip(published) {
        sum += coefficient * h.powi(terms - 1) * y.powi(terms + 1);
        let plain = GradientFlow::new(flow.objective());
        let mut field = ModifiedField::new(plain, &euler(), h, terms as usize).unwrap();
        let ours = velocity(&mut field, &[y])[0];
        assert!((ours - sum).abs() < 1e-14, "{terms} terms: {ours}, {sum}");
    }
}

fn assert_close(ours: &[f64], theirs: &[f64], tolerance: f64, what: &str) {
    let (difference, size) = (distance(ours, theirs), norm_squared(theirs).sqrt());
    assert!(
        difference <= tolerance * size,
        "{what}: {difference:.2e} apart, size {size:.2e}"
    );
}

fn assert_closed_forms_agree<O: DirectionalDerivative<f64>>(mut objective: O, theta: &[f64]) {
    let h = 0.3;
    let mut general = |terms| {
        let flow = GradientFlow::new(&mut objective);
        velocity(
            &mut ModifiedField::new(flow, &euler(), h, terms).unwrap(),
            theta,
        )
    };
    let (one, two, three) = (general(1), general(2), general(3));
    let closed = velocity(&mut ModifiedGradientFlow::new(&mut objective, h), theta);
    assert_close(&closed, &two, 1e-14, "two terms");
    let closed = velocity(&mut ThreeTermGradientFlow::new(&mut objective, h), theta);
    assert_close(&closed, &three, 1e-14, "three terms");
    // The terms are large enough for a wrong one to be seen.
    assert!(distance(&one, &two) > 1e-3 * norm_squared(&one).sqrt());
    assert!(distance(&two, &three) > 1e-4 * norm_squared(&one).sqrt());
}

#[test]
fn the_closed_forms_of_gradient_descent_agree_with_the_general_field() {
    assert_closed_forms_agree(generic(), &START);
    let network = network();
    let theta = wave(network.parameter_count(), 2.1);
    assert_closed_forms_agree(network, &theta);
}

#[test]
fn on_a_quadratic_the_field_is_the_logarithm_cut_off() {
    let (h, terms) = (0.2, 9);
    let theta = [1.0, -0.5, 2.0];
    let mut objective = quadratic();
    let mut power = theta.to_vec();
    let mut sum = vec![0.0; 3];
    for n in 1..=terms {
        // −(1/h) Σ (hH)ⁿ θ/n
        let mut next = vec![0.0; 3];
        objective.hessian_vector(&theta, &power, &mut next).unwrap();
        power = next.iter().map(|element| h * element).collect();
        add_scaled(&mut sum, -1.0 / (h * n as f64), &power);
    }
    let flow = GradientFlow::new(objective);
    let mut field = ModifiedField::new(flow, &euler(), h, terms).unwrap();
    assert_close(&velocity(&mut field, &theta), &sum, 1e-14, "log");
}

/// u·Jv and v·Ju of term `term` of the field, by central differences.
fn bilinear(objective: Traced<f64>, method: &Tableau, term: usize, theta: &[f64]) -> (f64, f64) {
    let mut flow = GradientFlow::new(objective);
    let mut at = |theta: &[f64]| {
        let mut truncated = |terms: usize| {
            let plain = GradientFlow::new(flow.objective());
            velocity(
                &mut ModifiedField::new(plain, method, 1.0, terms).unwrap(),
                theta,
            )
        };
        let mut last = truncated(term);
        if term > 1 {
            add_scaled(&mut last, -1.0, &truncated(term - 1));
        }
        last
    };
    let (u, v) = (wave(theta.len(), 1.3), wave(theta.len(), 0.9));
    let mut along = |direction: &[f64]| {
        let epsilon = 1e-4;
        let mut shifted = |epsilon: f64| {
            let mut theta = theta.to_vec();
            add_scaled(&mut theta, epsilon, direction);
            at(&theta)
        };
        let (mut ahead, behind) = (shifted(epsilon), shifted(-epsilon));
        add_scaled(&mut ahead, -1.0, &behind);
        ahead
            .iter()
            .map(|element| element / (2.0 * epsilon))
            .collect::<Vec<f64>>()
    };
    (dot(&u, &along(&v)), dot(&v, &along(&u)))
}

/// Two stages, order 2, second node ⅓: the one method of its family whose f₂ is a gradient.
fn heun_with_modified_loss() -> Tableau {
    Tableau {
        name: "second order with a modified loss",
        order: 2,
        coefficients: vec![vec![], vec![rational(1, 3)]],
        weights: vec![rational(-1, 2), rational(3, 2)],
        embedded: None,
    }
}

#[test]
fn jacobians_are_symmetric_exactly_where_a_modified_loss_is_offered() {
    let methods = [euler(), heun(), runge_kutta_4(), heun_with_modified_loss()];
    for method in methods {
        for term in 1..=5 {
            let (one, other) = bilinear(generic(), &method, term, &START);
            let is_symmetric = (one - other).abs() < 1e-5 * (1.0 + one.abs());
            let loss = ModifiedLoss::of(&method, term).unwrap();
            // Where a term before has failed, this one need not; for these methods all do.
            let is_offered = matches!(loss, ModifiedLoss::Exists(_));
            assert_eq!(is_symmetric, is_offered, "{}, term {term}", method.name);
        }
    }
}

#[test]
fn on_a_quadratic_every_term_is_a_gradient() {
    for term in 1..=5 {
        let (one, other) = bilinear(quadratic(), &euler(), term, &START);
        assert!((one - other).abs() < 1e-7 * one.abs(), "{one}, {other}");
    }
}

/// Ẽ(θ) = E(θ) + the series.
fn loss_at(objective: &mut Traced<f64>, method: &Tableau, terms: usize, theta: &[f64]) -> f64 {
    let loss = objective.loss(theta).unwrap();
    let ModifiedLoss::Exists(series) = ModifiedLoss::of(method, terms).unwrap() else {
        panic!("{} has no modified loss with {terms} terms", method.name);
    };
    let mut flow = GradientFlow::new(objective);
    loss + series.correction(&mut flow, theta, 0.3).unwrap()
}

#[test]
fn the_field_descends_the_modified_loss_where_there_is_one() {
    let cases = [
        (euler(), 1),
        (euler(), 2),
        (heun(), 2),
        (heun_with_modified_loss(), 3),
        (runge_kutta_4(), 4),
    ];
    for (method, terms) in cases {
        let mut objective = generic();
        let flow = GradientFlow::new(&mut objective);
        let field = velocity(
            &mut ModifiedField::new(flow, &method, 0.3, terms).unwrap(),
            &START,
        );
        let descent: Vec<f64> = (0..3)
            .map(|i| {
                let epsilon = 1e-5;
                let mut at = |epsilon: f64| {
                    let mut theta = START;
                    theta[i] += epsilon;
                    loss_at(&mut objective, &method, terms, &theta)
                };
                (at(-epsilon) - at(epsilon)) / (2.0 * epsilon)
            })
            .collect();
        assert_close(
            &field,
            &descent,
            1e-8,
            &format!("{}, {terms} terms", method.name),
        );
    }
}

#[test]
fn the_loss_series_of_gradient_descent_is_the_modified_loss() {
    let mut objective = generic();
    let mut gradient = [0.0; 3];
    let loss = objective.gradient(&START, &mut gradient).unwrap();
    let closed = modified_loss(loss, norm_squared(&gradient), 0.3);
    let series = loss_at(&mut objective, &euler(), 2, &START);
    assert!((closed - series).abs() < 1e-14 * closed);
}

/// (gradients, Hv, higher derivatives, vectors) of one value.
fn cost(method: &Tableau, terms: usize) -> (u64, u64, u64, usize) {
    let flow = GradientFlow::new(generic());
    let mut field = ModifiedField::new(flow, method, 0.1, terms).unwrap();
    velocity(&mut field, &START);
    let work = field.work();
    let vectors = field.vectors();
    (
        work.gradients,
        work.hessian_vectors,
        work.higher_derivatives,
        vectors,
    )
}

#[test]
fn a_value_costs_one_derivative_a_tree_and_few_vectors() {
    let costs = |method: Tableau| {
        (1..=6)
            .map(|terms| cost(&method, terms))
            .collect::<Vec<_>>()
    };
    let free = (1, 0, 0, 0);
    assert_eq!(
        costs(euler()),
        [
            free,
            (1, 1, 0, 1),
            (1, 2, 1, 2),
            (1, 4, 2, 3), // the tree [•,•,•] has coefficient 0
            (1, 8, 8, 4),
            (1, 16, 16, 4)
        ]
    );
    assert_eq!(costs(heun())[..4], [free, free, (1, 2, 1, 2), (1, 3, 2, 3)]);
    let runge_kutta = [free, free, free, free, (1, 8, 8, 4), (1, 12, 14, 4)];
    assert_eq!(costs(runge_kutta_4()), runge_kutta);
}

#[test]
fn the_closed_forms_cost_no_more_than_they_say() {
    let mut field = ModifiedGradientFlow::new(generic(), 0.1);
    velocity(&mut field, &START);
    let work = field.work();
    assert_eq!(
        (
            work.gradients,
            work.hessian_vectors,
            work.higher_derivatives
        ),
        (1, 1, 0)
    );
    let mut field = ThreeTermGradientFlow::new(generic(), 0.1);
    velocity(&mut field, &START);
    let work = field.work();
    assert_eq!(
        (
            work.gradients,
            work.hessian_vectors,
            work.higher_derivatives
        ),
        (1, 2, 1)
    );
}

#[test]
fn values_allocate_nothing() {
    let mut field = ModifiedField::new(prey(), &euler(), 0.1, 6).unwrap();
    let mut velocity = [0.0; 2];
    field.velocity(&[1.7, 0.6], &mut velocity).unwrap();
    let seen = measure(|| {
        for _ in 0..10 {
            field.velocity(&[1.7, 0.6], &mut velocity).unwrap();
        }
    });
    assert_eq!(seen.count_total, 0);
}

#[test]
fn a_field_gives_the_same_after_another_value_and_another_learning_rate() {
    let field = |h: f64| ModifiedField::new(prey(), &euler(), h, 5).unwrap();
    let mut used = field(0.1);
    velocity(&mut used, &[0.3, 2.0]);
    used.set_learning_rate(0.2);
    assert_eq!(used.learning_rate(), 0.2);
    let theta = [1.7, 0.6];
    assert_eq!(
        velocity(&mut used, &theta),
        velocity(&mut field(0.2), &theta)
    );
}

#[test]
fn elementary_differentials_are_nested_derivatives() {
    let trees = RootedTree::up_to(5);
    let mut flow = GradientFlow::new(generic());
    let values = elementary_differentials(&mut flow, &trees, &START).unwrap();
    for (tree, value) in trees.iter().zip(&values) {
        assert_close(value, &nested(&mut flow, tree), 1e-15, &tree.to_string());
    }
    // Only what is asked for and its subtrees: [[•,•],[•,•]] is f''(v, v) with v = f''(f, f).
    let cherry = RootedTree::new(vec![RootedTree::vertex(); 2]);
    let double = RootedTree::new(vec![cherry.clone(); 2]);
    let before = flow.work();
    elementary_differentials(&mut flow, &[double], &START).unwrap();
    let after = flow.work();
    assert_eq!(after.gradients - before.gradients, 1);
    assert_eq!(after.hessian_vectors, before.hessian_vectors);
    assert_eq!(after.higher_derivatives - before.higher_derivatives, 2);
}

/// F(τ) by recursion, nothing shared.
fn nested(flow: &mut GradientFlow<Traced<f64>>, tree: &RootedTree) -> Vec<f64> {
    let children: Vec<Vec<f64>> = tree
        .children()
        .iter()
        .map(|child| nested(flow, child))
        .collect();
    let directions: Vec<&[f64]> = children.iter().map(Vec::as_slice).collect();
    let mut value = vec![0.0; 3];
    flow.derivative(&START, &directions, &mut value).unwrap();
    value
}

#[test]
fn the_terms_of_a_quadratic_shrink_like_those_of_the_logarithm() {
    let objective = Traced::new(1, |theta| (theta.power(2.0) * 2.0).sum_all()).unwrap();
    let (h, lambda, theta) = (0.1_f64, 4.0, 3.0);
    let mut field = ModifiedField::new(GradientFlow::new(objective), &euler(), h, 8).unwrap();
    let norms = field.term_norms(&[theta]).unwrap();
    for (index, (term, norm)) in norms.norms().iter().enumerate() {
        assert_eq!(*term, index + 1);
        let exact = (h * lambda).powi(*term as i32) / (*term as f64 * h) * theta;
        assert!((norm - exact).abs() < 1e-13 * exact);
    }
    for (index, ratio) in (1..).zip(norms.ratios()) {
        let exact = h * lambda * index as f64 / (index + 1) as f64;
        assert!((ratio - exact).abs() < 1e-13);
    }
    assert_eq!(norms.smallest(), 8);
}

#[test]
fn the_smallest_term_says_where_the_series_turns() {
    // y' = y² at hy = 0.5: 1, 0.5, 0.375, 0.333, 0.323, 0.327, …
    let objective = Traced::new(1, |y| (y.power(3.0) / -3.0).sum_all()).unwrap();
    let mut field = ModifiedField::new(GradientFlow::new(objective), &euler(), 0.5, 7).unwrap();
    let norms = field.term_norms(&[1.0]).unwrap();
    assert_eq!(norms.smallest(), 5);
    assert!(norms.ratios()[3] < 1.0 && norms.ratios()[4] > 1.0);
}

#[test]
fn terms_that_a_method_does_not_have_are_not_measured() {
    let flow = GradientFlow::new(generic());
    let mut field = ModifiedField::new(flow, &runge_kutta_4(), 0.1, 6).unwrap();
    let norms = field.term_norms(&START).unwrap();
    let terms: Vec<usize> = norms.norms().iter().map(|(term, _)| *term).collect();
    assert_eq!(terms, [1, 5, 6]);
    let (first, fifth) = (norms.norms()[0].1, norms.norms()[1].1);
    assert!((norms.ratios()[0].powi(4) - fifth / first).abs() < 1e-12 * fifth / first);
    // The terms add up to the field.
    let sum: f64 = norms.norms().iter().map(|(_, norm)| norm).sum();
    let whole = norm_squared(&velocity(&mut field, &START)).sqrt();
    assert!(whole <= sum && whole >= first - (sum - first));
}

#[test]
fn wrong_lengths_are_errors_and_the_field_survives_them() {
    let flow = GradientFlow::new(generic());
    let mut field = ModifiedField::new(flow, &euler(), 0.1, 3).unwrap();
    let before = velocity(&mut field, &START);
    let mut short = [0.0; 2];
    assert!(field.velocity(&START, &mut short).is_err());
    assert!(field.velocity(&[1.0], &mut [0.0; 3]).is_err());
    assert!(field.term_norms(&[1.0]).is_err());
    assert_eq!(velocity(&mut field, &START), before);
}
