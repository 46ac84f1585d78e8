//! Means over every order and every draw of minibatches, against the flow of their modified loss.
//!
//! On quadratic losses a step is an affine map of (θ, v, 1). The mean over all orders of an epoch is
//! then the mean of such maps and, epochs being independent, the mean over many epochs its power: all
//! expectations here are exact, and so are the flows, by the exponential of a matrix.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use thalweg::flow::Field;
use thalweg::modified::stochastic::{Epoch, MinibatchFlow, StochasticCoefficients};
use thalweg::network::{Activation, Mlp};
use thalweg::objective::{Examples, FiniteSum, Gradient, Loss, Supervised, Targets};
use thalweg::optimizer::{
    Adam, Analysed, GradientDescent, HeavyBall, LastBatch, NStep, Nesterov, RungeKutta, Sampling,
};

/// (θ₁, θ₂, v₁, v₂, 1).
const SIZE: usize = 5;
type Matrix = [[f64; SIZE]; SIZE];
const START: [f64; 2] = [1.1, -0.7];

fn identity() -> Matrix {
    let mut matrix = [[0.0; SIZE]; SIZE];
    (0..SIZE).for_each(|index| matrix[index][index] = 1.0);
    matrix
}

/// `left`·`right`.
fn product(left: &Matrix, right: &Matrix) -> Matrix {
    let mut product = [[0.0; SIZE]; SIZE];
    for (row, out) in left.iter().zip(&mut product) {
        for (x, other) in row.iter().zip(right) {
            out.iter_mut().zip(other).for_each(|(out, y)| *out += x * y);
        }
    }
    product
}

fn combined(factor: f64, left: &Matrix, other: f64, right: &Matrix) -> Matrix {
    let mut sum = *left;
    for (row, right) in sum.iter_mut().zip(right) {
        for (x, y) in row.iter_mut().zip(right) {
            *x = factor * *x + other * y;
        }
    }
    sum
}

fn mean(all: &[Matrix]) -> Matrix {
    let sum = all.iter().fold([[0.0; SIZE]; SIZE], |sum, one| {
        combined(1.0, &sum, 1.0, one)
    });
    combined(1.0 / all.len() as f64, &sum, 0.0, &sum)
}

fn power(matrix: &Matrix, exponent: usize) -> Matrix {
    (0..exponent).fold(identity(), |power, _| product(matrix, &power))
}

/// e^matrix, by the Taylor series of a 2⁻¹⁰th of it.
fn exponential(matrix: &Matrix) -> Matrix {
    let small = combined(2.0_f64.powi(-10), matrix, 0.0, matrix);
    let mut sum = identity();
    for order in (1..=12).rev() {
        let next = product(&small, &sum);
        sum = combined(1.0, &identity(), 1.0 / f64::from(order), &next);
    }
    (0..10).fold(sum, |power, _| product(&power, &power))
}

fn applied(matrix: &Matrix, start: [f64; SIZE]) -> [f64; 2] {
    let row = |row: usize| matrix[row].iter().zip(start).map(|(x, y)| x * y).sum();
    [row(0), row(1)]
}

/// ∇E(θ) as the matrix [A, −b] on (θ, 1).
type Affine = [[f64; 3]; 2];

/// The gradients of five examples, whose Hessians do not commute.
fn examples() -> [Affine; 5] {
    [
        [[1.3, 0.4, 0.5], [0.4, 0.6, -1.0]],
        [[0.5, -0.3, -0.8], [-0.3, 1.7, 0.2]],
        [[0.9, 0.1, 1.1], [0.1, 0.3, 0.7]],
        [[2.0, 0.5, -0.4], [0.5, 1.1, 0.3]],
        [[0.2, -0.6, 0.6], [-0.6, 0.8, -0.9]],
    ]
}

fn mean_gradient<'a>(all: impl IntoIterator<Item = &'a Affine>) -> Affine {
    let (mut sum, mut count) = ([[0.0; 3]; 2], 0.0);
    for one in all {
        count += 1.0;
        for (x, y) in sum.iter_mut().flatten().zip(one.iter().flatten()) {
            *x += y;
        }
    }
    sum.map(|row| row.map(|x| x / count))
}

/// H·g, where H is the matrix of `outer`.
fn hessian_of(outer: &Affine, inner: &Affine) -> Affine {
    let entry = |row: usize, column: usize| {
        outer[row][0] * inner[0][column] + outer[row][1] * inner[1][column]
    };
    [0, 1].map(|row| [0, 1, 2].map(|column| entry(row, column)))
}

fn less(left: &Affine, right: &Affine) -> Affine {
    [0, 1].map(|row| [0, 1, 2].map(|column| left[row][column] - right[row][column]))
}

/// Methods with a memory of at most one velocity.
#[derive(Clone, Copy, Debug)]
enum Method {
    Descent,
    Substeps(u64),
    Heun,
    HeavyBall(f64),
    Nesterov(f64),
}

impl Method {
    fn analysis(self, h: f64) -> thalweg::optimizer::Analysis {
        match self {
            Self::Descent => GradientDescent::new(h).unwrap().analysis(),
            Self::Substeps(n) => NStep::new(h, n).unwrap().analysis(),
            Self::Heun => RungeKutta::heun(h).unwrap().analysis(),
            Self::HeavyBall(momentum) => HeavyBall::new(h, momentum).unwrap().analysis(),
            Self::Nesterov(momentum) => Nesterov::new(h, momentum).unwrap().analysis(),
        }
    }

    fn momentum(self) -> f64 {
        match self {
            Self::HeavyBall(momentum) | Self::Nesterov(momentum) => momentum,
            _ => 0.0,
        }
    }

    /// A step on the loss with this gradient.
    fn step(self, gradient: &Affine, h: f64) -> Matrix {
        // G: (θ, v, 1) ↦ (∇E, 0, 0).
        let mut field = [[0.0; SIZE]; SIZE];
        for (row, gradient) in field.iter_mut().zip(gradient) {
            (row[0], row[1], row[4]) = (gradient[0], gradient[1], gradient[2]);
        }
        let euler = |rate: f64| combined(1.0, &identity(), -rate, &field);
        let with_velocity = |own: f64, past: f64, momentum: f64| {
            // v ← βv + g, θ ← θ − h(own·g + past·v), in the new v.
            let mut step = identity();
            for index in 0..2 {
                for column in 0..SIZE {
                    let kept = if column == index + 2 { momentum } else { 0.0 };
                    let velocity = kept + field[index][column];
                    step[index + 2][column] = velocity;
                    step[index][column] -= h * (own * field[index][column] + past * velocity);
                }
            }
            step
        };
        match self {
            Self::Descent => euler(h),
            Self::Substeps(n) => power(&euler(h / n as f64), n as usize),
            Self::Heun => {
                let square = product(&field, &field);
                combined(1.0, &euler(h), 0.5 * h * h, &square)
            }
            Self::HeavyBall(momentum) => with_velocity(0.0, 1.0, momentum),
            Self::Nesterov(momentum) => with_velocity(1.0, momentum, momentum),
        }
    }
}

/// The mean over what chance decides of an epoch, and the field of its modified loss without speed.
struct Situation<'a> {
    mean_epoch: Box<dyn Fn(Method, f64) -> Matrix + 'a>,
    /// ∇E, ½∇‖∇E‖² and half the gradient of the variance.
    gradient: Affine,
    norm: Affine,
    variance: Affine,
    epoch: Epoch,
}

fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1).into_iter();
    shorter
        .flat_map(|order| {
            (0..count).map(move |place| {
                let mut longer = order.clone();
                longer.insert(place, count - 1);
                longer
            })
        })
        .collect()
}

fn in_sequence(steps: &[Matrix]) -> Matrix {
    let together = |done: Matrix, step| product(step, &done);
    steps.iter().fold(identity(), together)
}

/// Half the gradient of (1/n) Σ‖∇E_j − ∇E‖².
fn half_gradient_of_variance(all: &[Affine]) -> Affine {
    let centre = mean_gradient(all);
    let products: Vec<Affine> = all.iter().map(|one| hessian_of(one, one)).collect();
    less(&mean_gradient(&products), &hessian_of(&centre, &centre))
}

/// k batches of one example each, which makes their variance V.
fn batches(count: usize, sampling: Sampling) -> Situation<'static> {
    let all = &examples()[..count];
    let gradient = mean_gradient(all);
    let all = all.to_vec();
    let variance = half_gradient_of_variance(&all);
    let mean_epoch = move |method: Method, h: f64| {
        let steps: Vec<Matrix> = all.iter().map(|one| method.step(one, h)).collect();
        match sampling {
            Sampling::WithReplacement => power(&mean(&steps), count),
            _ => {
                let in_order = |order: Vec<usize>| {
                    let steps: Vec<Matrix> = order.iter().map(|index| steps[*index]).collect();
                    in_sequence(&steps)
                };
                mean(&orders(count).into_iter().map(in_order).collect::<Vec<_>>())
            }
        }
    };
    Situation {
        mean_epoch: Box::new(mean_epoch),
        norm: hessian_of(&gradient, &gradient),
        gradient,
        variance,
        epoch: Epoch {
            examples: count,
            batch_size: 1,
            last_batch: LastBatch::Keep,
            sampling,
        },
    }
}

/// Five examples in batches of `batch_size`, over all ways to share batches.
fn partitions(batch_size: usize, last_batch: LastBatch, sampling: Sampling) -> Situation<'static> {
    let all = examples();
    let gradient = mean_gradient(&all);
    let epoch = Epoch {
        examples: all.len(),
        batch_size,
        last_batch,
        sampling,
    };
    let batch = move |indices: &[usize], method: Method, h: f64| {
        let gradient = mean_gradient(indices.iter().map(|index| &all[*index]));
        method.step(&gradient, h)
    };
    let mean_epoch = move |method: Method, h: f64| {
        let steps = epoch.steps() as usize;
        if sampling == Sampling::WithReplacement {
            let sizes = (0..steps).map(|step| batch_size.min(all.len() - step * batch_size));
            let means = sizes.map(|size| {
                let draws = (0..all.len().pow(size as u32)).map(|draw| {
                    let digit = |place| draw / all.len().pow(place as u32) % all.len();
                    let indices: Vec<usize> = (0..size).map(digit).collect();
                    batch(&indices, method, h)
                });
                mean(&draws.collect::<Vec<_>>())
            });
            return in_sequence(&means.collect::<Vec<_>>());
        }
        let in_order = |order: Vec<usize>| {
            let chunks = order.chunks(batch_size).take(steps);
            let maps = chunks.map(|chunk| batch(chunk, method, h));
            in_sequence(&maps.collect::<Vec<_>>())
        };
        mean(
            &orders(all.len())
                .into_iter()
                .map(in_order)
                .collect::<Vec<_>>(),
        )
    };
    Situation {
        mean_epoch: Box::new(mean_epoch),
        norm: hessian_of(&gradient, &gradient),
        variance: half_gradient_of_variance(&all),
        gradient,
        epoch,
    }
}

impl Situation<'_> {
    /// The distance after `epochs` epochs between their mean and the flow with the coefficients c of
    /// the full batch and `variance` of the variance, both in units of h.
    fn distance(&self, method: Method, h: f64, epochs: usize, c: f64, variance: f64) -> f64 {
        let speed = 1.0 / (1.0 - method.momentum());
        let mut field = [[0.0; SIZE]; SIZE];
        let sums = [&self.gradient, &self.norm, &self.variance];
        for (index, row) in field.iter_mut().take(2).enumerate() {
            for (column, into) in [(0, 0), (1, 1), (2, 4)] {
                let [gradient, norm, spread] = sums.map(|one| one[index][column]);
                row[into] = -speed * (gradient + 2.0 * c * norm + 2.0 * variance * spread);
            }
        }
        let time = h * epochs as f64 * self.epoch.steps() as f64;
        let flow = exponential(&combined(time, &field, 0.0, &field));
        let [x, y] = START;
        // On the slow motion: v₀ = ∇E/(1−β).
        let velocity = self
            .gradient
            .map(|row| (row[0] * x + row[1] * y + row[2]) * speed);
        let start = [x, y, velocity[0], velocity[1], 1.0];
        let run = power(&(self.mean_epoch)(method, h), epochs);
        let (end, expected) = (applied(&run, start), applied(&flow, start));
        (end[0] - expected[0]).hypot(end[1] - expected[1])
    }

    /// The order in h of that distance, over a fixed time or for one epoch, with the coefficients of
    /// the method changed by `damage`(c, variance, h_e).
    fn order(
        &self,
        method: Method,
        is_one_epoch: bool,
        coefficient: fn(StochasticCoefficients) -> f64,
        damage: impl Fn(f64, f64, f64) -> (f64, f64),
    ) -> f64 {
        let largest = 0.1 * (1.0 - method.momentum()).powi(2);
        let errors: Vec<f64> = (0..9)
            .map(|halving| {
                let h = largest / 2.0_f64.powi(halving);
                let epochs = match is_one_epoch {
                    true => 1,
                    false => (4.0 / (1.0 - method.momentum())) as usize * (1 << halving),
                };
                let analysis = method.analysis(h);
                let found = self.epoch.coefficients(&analysis).unwrap();
                let rate = analysis.effective_learning_rate.unwrap();
                let (c, variance) = damage(found.full_batch, coefficient(found), rate);
                self.distance(method, h, epochs, c, variance)
            })
            .collect();
        let [.., before, last] = errors[..] else {
            panic!("nine errors");
        };
        assert!(last > 1e-13, "{errors:?}: rounding");
        (before / last).log2()
    }
}

/// c, the coefficient of the variance and h_e, to what the former two are changed to.
type Damage = fn(f64, f64, f64) -> (f64, f64);

const METHODS: [Method; 8] = [
    Method::Descent,
    Method::Substeps(2),
    Method::Substeps(5),
    Method::Heun,
    Method::HeavyBall(0.5),
    Method::HeavyBall(0.9),
    Method::Nesterov(0.5),
    Method::Nesterov(0.9),
];

/// Checks the orders of a method: right with its coefficients, nearly one less with each of the damages.
fn check(
    situation: &Situation<'_>,
    method: Method,
    coefficient: fn(StochasticCoefficients) -> f64,
    damages: &[Damage],
) {
    let what = (method, situation.epoch);
    let spans: &[(bool, f64)] = match method.momentum() {
        0.0 => &[(true, 3.0), (false, 2.0)],
        _ => &[(false, 2.0)],
    };
    for (is_one_epoch, claimed) in spans {
        let whole = situation.order(method, *is_one_epoch, coefficient, |c, v, _| (c, v));
        assert!((whole - claimed).abs() < 0.2, "{what:?}: {whole}");
        for (index, damage) in damages.iter().enumerate() {
            let damaged = situation.order(method, *is_one_epoch, coefficient, damage);
            assert!(
                damaged < claimed - 0.6,
                "{what:?}, damage {index}: {damaged}"
            );
        }
    }
}

/// Coefficients that are off by a fifth of h_e/4.
const SLIGHTLY_WRONG: [Damage; 2] = [
    |c, v, rate| (c + 0.05 * rate, v),
    |c, v, rate| (c, v + 0.05 * rate),
];

#[test]
fn the_mean_over_all_orders_of_a_set_of_batches_follows_its_modified_loss() {
    for method in METHODS {
        for count in [2, 3, 4] {
            let situation = batches(count, Sampling::Shuffled);
            check(
                &situation,
                method,
                |one| one.batch_variance,
                &SLIGHTLY_WRONG,
            );
        }
    }
}

#[test]
fn the_mean_over_batches_drawn_with_replacement_follows_another() {
    for method in METHODS {
        let situation = batches(3, Sampling::WithReplacement);
        check(
            &situation,
            method,
            |one| one.batch_variance,
            &SLIGHTLY_WRONG,
        );
    }
}

#[test]
fn the_coefficients_that_come_to_mind_first_are_refuted() {
    let shuffled = batches(3, Sampling::Shuffled);
    let drawn = batches(3, Sampling::WithReplacement);
    // Without the term of the variance; and with momentum's factor on it as well.
    check(
        &shuffled,
        Method::Descent,
        |one| one.batch_variance,
        &[|c, _, _| (c, 0.0)],
    );
    check(
        &shuffled,
        Method::HeavyBall(0.5),
        |one| one.batch_variance,
        &[|c, _, _| (c, c)],
    );
    check(
        &shuffled,
        Method::Nesterov(0.5),
        |one| one.batch_variance,
        &[|c, _, _| (c, c)],
    );
    check(
        &shuffled,
        Method::HeavyBall(0.5),
        |one| one.batch_variance,
        &[|c, _, rate| (c, rate / 4.0)],
    );
    check(
        &drawn,
        Method::Substeps(2),
        |one| one.batch_variance,
        &[|c, _, _| (c, 0.0)],
    );
}

#[test]
fn the_mean_also_over_which_examples_share_a_batch_has_gamma_in_it() {
    for method in [
        Method::Descent,
        Method::Substeps(3),
        Method::Heun,
        Method::HeavyBall(0.5),
        Method::Nesterov(0.8),
    ] {
        for last_batch in [LastBatch::Keep, LastBatch::Drop] {
            for (batch_size, sampling) in [
                (1, Sampling::Shuffled),
                (2, Sampling::Shuffled),
                (3, Sampling::Shuffled),
                (2, Sampling::WithReplacement),
            ] {
                let situation = partitions(batch_size, last_batch, sampling);
                check(
                    &situation,
                    method,
                    |one| one.gradient_variance,
                    &SLIGHTLY_WRONG,
                );
            }
        }
    }
}

#[test]
fn one_batch_of_all_examples_is_the_full_batch() {
    for method in METHODS {
        let analysis = method.analysis(0.1);
        let expected = StochasticCoefficients {
            full_batch: analysis.implicit_coefficient.unwrap(),
            ..StochasticCoefficients::default()
        };
        for sampling in [Sampling::Shuffled, Sampling::FixedOrder] {
            for batch_size in [5, 9] {
                let epoch = Epoch {
                    batch_size,
                    sampling,
                    ..Epoch::full_batch(5)
                };
                assert_eq!(epoch.coefficients(&analysis), Some(expected), "{method:?}");
            }
        }
        assert_eq!(Epoch::full_batch(5).coefficients(&analysis), Some(expected));
    }
}

#[test]
fn equal_batches_have_the_published_coefficient_of_gamma() {
    let (examples, batch_size, h) = (60_usize, 12_usize, 0.1);
    let epoch = Epoch {
        examples,
        batch_size,
        last_batch: LastBatch::Keep,
        sampling: Sampling::Shuffled,
    };
    let published =
        (examples - batch_size) as f64 / (examples - 1) as f64 / (4 * batch_size) as f64;
    let found = |method: Method| epoch.coefficients(&method.analysis(h)).unwrap();
    let close = |left: f64, right: f64| (left - right).abs() < 1e-15;
    assert!(close(
        found(Method::Descent).gradient_variance,
        h * published
    ));
    let substeps = found(Method::Substeps(4));
    assert!(close(substeps.gradient_variance, h / 4.0 * published));
    assert!(close(substeps.batch_variance, substeps.full_batch));
    assert_eq!(found(Method::Heun).gradient_variance, 0.0);
}

#[test]
fn there_is_no_such_loss_in_a_fixed_order_or_for_adaptive_methods() {
    let epoch = Epoch {
        examples: 6,
        batch_size: 2,
        last_batch: LastBatch::Keep,
        sampling: Sampling::FixedOrder,
    };
    let descent = Method::Descent.analysis(0.1);
    assert_eq!(epoch.coefficients(&descent), None);
    let partial = Epoch {
        batch_size: 4,
        last_batch: LastBatch::Drop,
        ..epoch
    };
    assert_eq!((partial.steps(), partial.coefficients(&descent)), (1, None));
    let nothing = Epoch {
        batch_size: 7,
        sampling: Sampling::Shuffled,
        ..partial
    };
    assert_eq!((nothing.steps(), nothing.coefficients(&descent)), (0, None));
    let shuffled = Epoch {
        sampling: Sampling::Shuffled,
        ..epoch
    };
    let adam = Adam::new(0.1).unwrap().analysis();
    assert_eq!(shuffled.coefficients(&adam), None);
}

#[test]
fn the_modified_loss_is_the_same_from_the_variance_and_from_the_norms_of_minibatches() {
    let coefficients = StochasticCoefficients {
        full_batch: 0.3,
        batch_variance: 0.05,
        gradient_variance: 0.01,
    };
    let (loss, norm, variance) = (1.5, 2.0, 0.7);
    let one = coefficients.modified_loss_sgd(loss, norm, variance);
    let other = coefficients.modified_loss_of_minibatches(loss, norm, norm + variance);
    assert!((one - (1.5 + 0.6 + 0.035)).abs() < 1e-15);
    assert!((one - other).abs() < 1e-15);
    let expected = coefficients.expected_modified_loss(loss, norm, 10.0);
    assert!((expected - (1.5 + 0.6 + 0.1)).abs() < 1e-15);
}

#[test]
fn the_flow_of_minibatches_descends_the_modified_loss() {
    let inputs = (0..18).map(|x| (f64::from(x) * 0.7).sin()).collect();
    let targets = Targets::Values {
        values: vec![0.3, -0.2, 0.9, 0.1, -0.7, 0.5],
        outputs: 1,
    };
    let examples = Examples::new(inputs, 3, targets).unwrap();
    let network = Box::new(Mlp::new(3, &[2], 1, Activation::Tanh).unwrap());
    let threads = thalweg::Threads::one();
    let mut sum =
        Supervised::<f64>::new(network, Loss::MeanSquaredError, examples.into(), threads).unwrap();
    let batches = vec![vec![0, 3], vec![1, 4], vec![2, 5]];
    let count = thalweg::objective::Objective::<f64>::parameter_count(&sum);
    let theta: Vec<f64> = (0..count).map(|x| (x as f64).cos() * 0.8).collect();
    for (full_batch, batch_variance) in [(0.3, 0.3), (0.4, 0.1), (0.2, 0.0), (0.0, -0.2)] {
        let coefficients = StochasticCoefficients {
            full_batch,
            batch_variance,
            gradient_variance: 0.0,
        };
        let mut velocity = theta.clone();
        let mut flow = MinibatchFlow::new(&mut sum, batches.clone(), 2.0, coefficients);
        flow.velocity(&theta, &mut velocity).unwrap();
        let mut modified_loss = |theta: &[f64]| {
            let mut gradient = theta.to_vec();
            let square = |one: &[f64]| one.iter().map(|x| x * x).sum::<f64>();
            let loss = sum.gradient(theta, &mut gradient).unwrap();
            let norm = square(&gradient);
            let norms = batches.iter().map(|batch| {
                let mut gradient = gradient.clone();
                sum.minibatch_gradient(batch, theta, &mut gradient).unwrap();
                square(&gradient)
            });
            let mean = norms.sum::<f64>() / batches.len() as f64;
            coefficients.modified_loss_sgd(loss, norm, mean - norm)
        };
        for (index, velocity) in velocity.iter().enumerate() {
            let mut moved = |by: f64| {
                let mut theta = theta.clone();
                theta[index] += by;
                modified_loss(&theta)
            };
            let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!(
                (velocity + 2.0 * slope).abs() < 1e-8,
                "{index}: {velocity} {slope}"
            );
        }
    }
}
