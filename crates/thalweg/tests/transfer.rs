//! Transferred penalties: against coefficients derived by hand, and against the modified flow of the
//! original, exactly in the mean over everything that chance decides.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::num::NonZeroUsize;

use thalweg::flow::{AdaptiveRungeKutta, Control, Integrator, Tolerance};
use thalweg::modified::stochastic::{
    BatchPenalty, Epoch, Excess, MinibatchFlow, StochasticCoefficients, Transfer,
};
use thalweg::network::{Activation, Mlp};
use thalweg::objective::{Examples, Loss, Minibatch, Objective, Supervised, Targets};
use thalweg::optimizer::{
    Analysed, GradientDescent, HeavyBall, LastBatch, NStep, Optimizer, Sampling,
};
use thalweg::regularizer::{GradientPenalty, MicroBatchPenalty, Scratch};
use thalweg::vector::add_scaled;

const EXAMPLES: usize = 1600;
const H: f64 = 0.2;

fn shuffled(examples: usize, batch_size: usize) -> Epoch {
    Epoch {
        examples,
        batch_size,
        last_batch: LastBatch::Keep,
        sampling: Sampling::Shuffled,
    }
}

fn of(method: &dyn Analysed, batch_size: usize) -> StochasticCoefficients {
    let epoch = shuffled(EXAMPLES, batch_size);
    epoch.coefficients(&method.analysis()).unwrap()
}

fn sgd(rate: f64, batch_size: usize) -> StochasticCoefficients {
    of(&GradientDescent::new(rate).unwrap(), batch_size)
}

fn transfer(
    original: StochasticCoefficients,
    target: StochasticCoefficients,
    batch_size: usize,
) -> Transfer {
    Transfer {
        original,
        target,
        epoch: shuffled(EXAMPLES, batch_size),
    }
}

fn near(found: f64, expected: f64) {
    let error = (found - expected).abs();
    assert!(error <= 1e-12 * expected.abs(), "{found}, not {expected}");
}

/// Checks the penalty, and that with it the target has the coefficients of the original.
fn check(transfer: Transfer, parts: usize, expected: (f64, Option<usize>, f64)) {
    let penalty = transfer.penalty(parts).unwrap();
    near(penalty.coefficient, expected.0);
    assert_eq!(penalty.micro_batch_size, expected.1);
    near(penalty.whole_batch_coefficient, expected.2);
    let added = penalty.coefficients(transfer.epoch).unwrap();
    let total = transfer.target + added;
    near(total.full_batch, transfer.original.full_batch);
    let scale = transfer.original.gradient_variance.abs();
    let error = (total.gradient_variance - transfer.original.gradient_variance).abs();
    assert!(error <= 1e-12 * scale, "{total:?}");
}

#[test]
fn half_the_rate_at_the_same_batch_size_needs_a_quarter_of_the_difference_on_the_batch() {
    let transfer = transfer(sgd(H, 20), sgd(H / 2.0, 20), 20);
    check(transfer, 10, (H / 8.0, None, 0.0));
    assert!(transfer.excess().unwrap().is_none());
}

#[test]
fn eight_times_the_batch_at_the_same_rate_penalises_the_variance_of_small_batches_alone() {
    let transfer = transfer(sgd(H, 20), sgd(H, 160), 160);
    assert_eq!(transfer.missing().full_batch, 0.0);
    assert_eq!(transfer.micro_batch_size(20), Some(20));
    check(transfer, 20, (H / 4.0, Some(20), -H / 4.0));
    assert!(transfer.penalty(20).unwrap().is_non_negative());
    // With parts of 40, φ(20) − φ(160) has to come from φ(40) − φ(160): 7/160 and 3/160.
    check(
        transfer,
        40,
        (H / 4.0 * 7.0 / 3.0, Some(40), -H / 4.0 * 7.0 / 3.0),
    );
}

#[test]
fn linear_scaling_keeps_gamma_and_regularises_the_full_batch_too_strongly() {
    let transfer = transfer(sgd(H, 20), sgd(8.0 * H, 160), 160);
    // (h/4)(N−B)/((N−1)B) and (8h/4)(N−8B)/((N−1)8B).
    near(
        transfer.original.gradient_variance,
        H / 80.0 * 1580.0 / 1599.0,
    );
    near(
        transfer.target.gradient_variance,
        H / 80.0 * 1440.0 / 1599.0,
    );
    let excess = transfer.excess().unwrap();
    near(excess.full_batch, 7.0 * H / 4.0);
    assert_eq!(excess.gradient_variance, 0.0);
    // The own 8h/4 taken away and h/4 on small batches put in its place: only with a negative sum.
    check(transfer, 20, (H / 4.0, Some(20), -8.0 * H / 4.0));
    assert!(!transfer.penalty(20).unwrap().is_non_negative());
}

#[test]
fn momentum_regularises_the_full_batch_more_than_any_penalty_on_batches_could_alone() {
    // h_e = 0.2 for both. Heavy ball has c = (h_e/4)(1.9/0.1), SGD h_e/4.
    let (rate, size) = (0.02, 100);
    let momentum = of(&HeavyBall::new(rate, 0.9).unwrap(), size);
    let small = sgd(H, size);
    near(momentum.full_batch, 0.95);
    // 16 steps: S = (2/240)(16·0.9/0.1 − 0.9(1 − 0.9¹⁶)/0.01).
    let share = 1.0 - 2.0 / 240.0 * (144.0 - 90.0 * (1.0 - 0.9_f64.powi(16)));
    near(momentum.gradient_variance, 0.05 * share * 15.0 / 1599.0);
    let to_sgd = transfer(momentum, small, size);
    let excess = to_sgd.excess().unwrap();
    assert_eq!(excess.full_batch, 0.0);
    // γ₂ + φΔc − γ₁ with φ = 15/1599, γ₂ = 0.05φ, Δc = 0.9: all of c₁φ but what γ₁ has.
    let phi = 15.0 / 1599.0;
    near(excess.gradient_variance, phi * (0.95 - 0.05 * share));
    let back = transfer(small, momentum, size);
    near(back.excess().unwrap().full_batch, 0.9);
    assert!(back.penalty(50).unwrap().full_batch_sum() < 0.0);
    // On the whole data there is no variance to come with it: μ = γ₁/φ(100), μ′ the rest.
    let full =
        shuffled(EXAMPLES, EXAMPLES).coefficients(&GradientDescent::new(H).unwrap().analysis());
    let to_all = transfer(momentum, full.unwrap(), EXAMPLES);
    check(to_all, 100, (0.05 * share, Some(100), 0.9 - 0.05 * share));
    assert!(to_all.penalty(100).unwrap().is_non_negative());
}

#[test]
fn four_substeps_regularise_as_a_quarter_of_the_rate_does() {
    let steps = of(&NStep::new(H, 4).unwrap(), 20);
    let one = sgd(H, 20);
    let to_one = transfer(steps, one, 20);
    near(to_one.excess().unwrap().full_batch, H / 4.0 - H / 16.0);
    check(transfer(one, steps, 20), 10, (3.0 * H / 16.0, None, 0.0));
    let quarter = transfer(steps, sgd(H / 4.0, 20), 20);
    assert!(quarter.penalty(10).unwrap().is_nil());
}

#[test]
fn the_full_batch_carries_the_penalty_of_small_batches() {
    let full = shuffled(EXAMPLES, EXAMPLES);
    let target = full.coefficients(&GradientDescent::new(H).unwrap().analysis());
    let transfer = transfer(sgd(H, 20), target.unwrap(), EXAMPLES);
    check(transfer, 20, (H / 4.0, Some(20), -H / 4.0));
    // From the full batch there is only c to carry, and no batch can do so without its variance.
    let back = Transfer {
        original: transfer.target,
        target: sgd(H / 2.0, 20),
        epoch: shuffled(EXAMPLES, 20),
    };
    let excess = back.excess().unwrap();
    near(excess.gradient_variance, H / 4.0 * 1580.0 / 1599.0 / 20.0);
    assert_eq!(excess.full_batch, 0.0);
}

#[test]
fn a_penalty_of_the_original_is_carried_along() {
    let own = BatchPenalty {
        coefficient: 0.03,
        ..BatchPenalty::default()
    };
    let original = sgd(H, 20) + own.coefficients(shuffled(EXAMPLES, 20)).unwrap();
    check(
        transfer(original, sgd(H, 160), 160),
        20,
        (H / 4.0 + 0.03, Some(20), -H / 4.0),
    );
    check(
        transfer(original, sgd(H / 2.0, 20), 20),
        10,
        (H / 8.0 + 0.03, None, 0.0),
    );
    let same = transfer(original, sgd(H, 20), 20);
    check(same, 10, (0.03, None, 0.0));
}

#[test]
fn batches_of_one_example_cannot_be_cut() {
    let transfer = transfer(sgd(H, 20), sgd(H / 100.0, 1), 1);
    assert_eq!(transfer.micro_batch_size(20), None);
    assert_eq!(transfer.penalty(1), None);
    assert!(transfer.excess().unwrap().gradient_variance > 0.0);
}

#[test]
fn sizes_that_do_not_divide_are_counted_as_they_fall() {
    // 7 examples in batches of 4 and 3, parts of 3: 3 + 1 and 3.
    let epoch = shuffled(7, 4);
    let phi = |size: f64| (7.0 - size) / (6.0 * size);
    let expected = 0.5 * (0.75 * phi(3.0) + 0.25 * phi(1.0)) + 0.5 * phi(3.0);
    near(epoch.share_of_variance(Some(3)).unwrap(), expected);
    let drawn = Epoch {
        sampling: Sampling::WithReplacement,
        ..epoch
    };
    let expected = 0.5 * (0.75 / 3.0 + 0.25) + 0.5 / 3.0;
    near(drawn.share_of_variance(Some(3)).unwrap(), expected);
    let fixed = Epoch {
        sampling: Sampling::FixedOrder,
        ..epoch
    };
    assert_eq!(fixed.share_of_variance(None), None);
    assert_eq!(Epoch::full_batch(7).share_of_variance(None), Some(0.0));
    assert_eq!(Epoch::full_batch(7).share_of_variance(Some(2)), None);
    assert_eq!(
        transfer(sgd(H, 20), sgd(H, 12), 12).micro_batch_size(20),
        Some(6)
    );
    assert_eq!(
        transfer(sgd(H, 20), sgd(H, 7), 7).micro_batch_size(20),
        Some(1)
    );
    assert_eq!(
        Excess::default(),
        transfer(sgd(H, 9), sgd(H, 9), 9).excess().unwrap()
    );
}

trait Sum {
    fn full_batch_sum(&self) -> f64;
}

impl Sum for BatchPenalty {
    fn full_batch_sum(&self) -> f64 {
        self.coefficient + self.whole_batch_coefficient
    }
}

/// A small smooth network, whose losses are not quadratic.
fn small_problem() -> (Supervised<f64>, Vec<f64>) {
    let inputs = (0..FEW * 2).map(|x| (x as f64 * 1.3).sin()).collect();
    let values = vec![0.8, -0.9, 0.4, -0.2];
    let targets = Targets::Values { values, outputs: 1 };
    let examples = Examples::new(inputs, 2, targets).unwrap();
    let network = Box::new(Mlp::new(2, &[2], 1, Activation::Tanh).unwrap());
    let threads = thalweg::Threads::one();
    let sum = Supervised::new(network, Loss::MeanSquaredError, examples.into(), threads);
    let sum: Supervised<f64> = sum.unwrap();
    let theta = (0..sum.parameter_count()).map(|x| (x as f64).cos() * 0.8);
    let theta = theta.collect();
    (sum, theta)
}

const FEW: usize = 4;

/// Every order of the examples, or every draw with replacement.
fn orders(sampling: Sampling) -> Vec<Vec<usize>> {
    let draws = (0..FEW.pow(FEW as u32)).map(|draw| {
        let digit = |place| draw / FEW.pow(place as u32) % FEW;
        (0..FEW).map(digit).collect::<Vec<usize>>()
    });
    let is_order = |draw: &Vec<usize>| (0..FEW).all(|one| draw.contains(&one));
    match sampling {
        Sampling::WithReplacement => draws.collect(),
        _ => draws.filter(is_order).collect(),
    }
}

/// The mean end of an epoch of the target, each of whose gradients is penalised.
fn mean_end(
    (sum, start): (&mut Supervised<f64>, &[f64]),
    method: &dyn Optimizer<f64>,
    epoch: Epoch,
    penalty: BatchPenalty,
) -> Vec<f64> {
    let squared_norm = |coefficient| GradientPenalty::squared_norm(coefficient).unwrap();
    let parts = penalty.micro_batch_size.map(|size| MicroBatchPenalty {
        size: NonZeroUsize::new(size).unwrap(),
        of_each: squared_norm(penalty.coefficient),
        of_whole_batch: Some(squared_norm(penalty.whole_batch_coefficient)),
    });
    let whole = squared_norm(penalty.coefficient);
    let all = orders(epoch.sampling);
    let mut mean = vec![0.0; start.len()];
    let mut scratch = Scratch::new(thalweg::Threads::one());
    for order in &all {
        let mut state = method.start(start.to_vec());
        for batch in order.chunks(epoch.batch_size) {
            let mut gradient_at = |theta: &[f64], gradient: &mut [f64]| {
                let seen = match parts {
                    Some(parts) => parts.gradient(sum, batch, theta, gradient, &mut scratch),
                    None => {
                        let mut batch = Minibatch::new(sum, batch);
                        whole.gradient(&mut batch, theta, gradient, &mut scratch)
                    }
                };
                seen.map(|seen| seen.loss)
            };
            state = method.step(state, &mut gradient_at).unwrap();
        }
        add_scaled(&mut mean, 1.0 / all.len() as f64, &state.theta);
    }
    mean
}

/// A way of training at a rate that scales with h.
type Way = (fn(f64) -> Box<dyn Optimizer<f64>>, Epoch);

/// The order in h of the distance between the mean end of an epoch of the target and the flow of the
/// original's modified loss, with `damage` done to the penalty.
fn order(
    original: Way,
    target: Way,
    parts: usize,
    damage: fn(BatchPenalty) -> BatchPenalty,
) -> f64 {
    order_of_distance(target, |h, second| {
        let wanted = original.1.coefficients(&original.0(h).analysis()).unwrap();
        let transfer = Transfer {
            original: wanted,
            target: second,
            epoch: target.1,
        };
        let penalty = transfer.penalty(parts).unwrap();
        assert!(
            penalty.is_non_negative() && !penalty.is_nil(),
            "{penalty:?}"
        );
        (damage(penalty), wanted)
    })
}

/// The order in h of the distance between the mean end of an epoch with a penalty and the flow of a
/// modified loss: both as `of` has them for h and the coefficients of the steps themselves.
fn order_of_distance(
    (method, epoch): Way,
    of: impl Fn(f64, StochasticCoefficients) -> (BatchPenalty, StochasticCoefficients),
) -> f64 {
    let (mut sum, start) = small_problem();
    let errors = [0.04, 0.02, 0.01, 0.005].map(|h| {
        let method = method(h);
        let own = epoch.coefficients(&method.analysis()).unwrap();
        let (penalty, wanted) = of(h, own);
        let found = mean_end((&mut sum, &start), &*method, epoch, penalty);
        let rate = method.effective_learning_rate().unwrap();
        // Batches of single examples: V is Γ.
        let singles = (0..FEW).map(|one| vec![one]).collect();
        let coefficients = StochasticCoefficients {
            batch_variance: wanted.gradient_variance,
            ..wanted
        };
        let mut flow = MinibatchFlow::new(&mut sum, singles, 1.0, coefficients);
        let control = Control::new(Tolerance::new(1e-13));
        let time = rate * epoch.steps() as f64;
        let integrator = AdaptiveRungeKutta::verner_8(control);
        let ends = integrator.values_at(&mut flow, &start, &[time]).unwrap();
        let squares = ends.values[0]
            .iter()
            .zip(&found)
            .map(|(x, y)| (x - y).powi(2));
        squares.sum::<f64>().sqrt()
    });
    assert!(errors[3] > 1e-12, "{errors:?}: rounding");
    (errors[2] / errors[3]).log2()
}

fn descent(rate: f64) -> Box<dyn Optimizer<f64>> {
    Box::new(GradientDescent::new(rate).unwrap())
}

fn slow(rate: f64) -> Box<dyn Optimizer<f64>> {
    descent(rate / 2.0)
}

fn substeps(rate: f64) -> Box<dyn Optimizer<f64>> {
    Box::new(NStep::new(rate, 3).unwrap())
}

#[test]
fn with_the_penalty_the_mean_epoch_follows_the_originals_modified_flow_to_one_order_more() {
    let drawn = Epoch {
        sampling: Sampling::WithReplacement,
        ..shuffled(FEW, 2)
    };
    let (one, two, all) = (shuffled(FEW, 1), shuffled(FEW, 2), shuffled(FEW, FEW));
    let cases: [(&str, Way, Way, usize); 7] = [
        ("smaller rate", (descent, two), (slow, two), 1),
        ("larger batch", (descent, one), (descent, two), 1),
        ("both", (descent, one), (slow, two), 1),
        ("full batch", (descent, one), (slow, all), 2),
        ("parts that do not divide", (descent, one), (slow, all), 3),
        ("substeps", (descent, one), (substeps, one), 1),
        ("with replacement", (descent, two), (slow, drawn), 1),
    ];
    let none = |_: BatchPenalty| BatchPenalty::default();
    let weak = |penalty: BatchPenalty| BatchPenalty {
        coefficient: 0.8 * penalty.coefficient,
        ..penalty
    };
    let alone = |penalty: BatchPenalty| BatchPenalty {
        whole_batch_coefficient: 0.8 * penalty.whole_batch_coefficient,
        ..penalty
    };
    for (name, original, target, parts) in cases {
        let with = order(original, target, parts, |penalty| penalty);
        assert!((with - 3.0).abs() < 0.2, "{name}: {with}");
        for (index, damage) in [none, weak, alone].into_iter().enumerate() {
            let is_felt = index < 2 || !["smaller rate", "substeps"].contains(&name);
            let damaged = order(original, target, parts, damage);
            assert!(!is_felt || damaged < 2.4, "{name}, {index}: {damaged}");
        }
    }
}

/// SGD with a times its implicit term added is to follow 1 + b times that term.
fn order_of_multiple(a: f64, b: f64) -> f64 {
    order_of_distance((descent, shuffled(FEW, 2)), |h, own| {
        let penalty = BatchPenalty {
            coefficient: a * h / 4.0,
            ..BatchPenalty::default()
        };
        let wanted = StochasticCoefficients {
            full_batch: (1.0 + b) * own.full_batch,
            batch_variance: 0.0,
            gradient_variance: (1.0 + b) * own.gradient_variance,
        };
        (penalty, wanted)
    })
}

#[test]
fn minus_one_implicit_term_leaves_the_gradient_flow_and_one_more_doubles_it() {
    for multiplier in [-1.0, 1.0, 0.5] {
        let own = order_of_multiple(multiplier, multiplier);
        assert!((own - 3.0).abs() < 0.2, "{multiplier}: {own}");
        let other = order_of_multiple(multiplier, 0.0);
        assert!(other < 2.4, "{multiplier}: {other}");
    }
}
