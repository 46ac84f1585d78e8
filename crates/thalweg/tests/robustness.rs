//! Loss, accuracy and slope under noise in the parameters, against what is known in closed form.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use thalweg::modified::slope_degrees;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::objective::{
    Examples, FiniteSum, HessianVector, Loss, Objective, Supervised, Targets,
};
use thalweg::random::{Purpose, stream};
use thalweg::robustness::{
    Perturbation, PerturbationNoise, RobustnessCurve, RobustnessError, Spread, filters, robustness,
};
use thalweg::vector::norm_squared;
use thalweg::{Element, Named, Threads};

const NOISES: [PerturbationNoise; 3] = [
    PerturbationNoise::Multiplicative,
    PerturbationNoise::Additive,
    PerturbationNoise::FilterNormalised,
];

fn go_on(_: usize, _: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A linear model of 30 examples with 4 features and 3 outputs: its mean squared error is exactly
/// quadratic in θ.
fn linear_regression() -> Supervised<f64> {
    let wave = |i: usize| ((i * i) as f64 * 0.37 + i as f64).sin();
    let targets = Targets::Values {
        values: (0..90).map(|i| wave(i + 1000)).collect(),
        outputs: 3,
    };
    // The scales of the features differ, and with them the curvature along parameters.
    let inputs = (0..120).map(|i| wave(i) * (0.5 + (i % 4) as f64));
    let examples = Examples::new(inputs.collect(), 4, targets).unwrap();
    let network = Mlp::new(4, &[], 3, Activation::Identity).unwrap();
    let loss = Loss::MeanSquaredError;
    Supervised::new(Box::new(network), loss, Arc::new(examples), Threads::one()).unwrap()
}

/// A small classifier of 600 examples on so many threads, and a start.
fn classifier<T: Element>(threads: usize) -> (Supervised<T>, Vec<T>) {
    let inputs = (0..1800).map(|i| T::from_f64((f64::from(i) * 0.71).sin()));
    let labels: Vec<u32> = (0..600).map(|i| (i * 7 / 3) % 3).collect();
    let targets = Targets::Labels { labels, classes: 3 };
    let examples = Examples::new(inputs.collect(), 3, targets).unwrap();
    let network = Mlp::new(3, &[8], 3, Activation::Relu).unwrap();
    let start = Initialisation::new(VarianceScaling::He, Distribution::Normal);
    let theta = network.parameters().initialise(start, 0.1, 5);
    let threads = Threads::new(threads).unwrap();
    let loss = Loss::CrossEntropy;
    let objective = Supervised::new(Box::new(network), loss, Arc::new(examples), threads);
    (objective.unwrap(), theta)
}

fn perturbation(noise: PerturbationNoise, strengths: &[f64], draws: usize) -> Perturbation {
    Perturbation {
        noise,
        strengths: strengths.to_vec(),
        draws,
        slope_examples: None,
        seed: 3,
    }
}

fn measured<T: Element>(
    asked: &Perturbation,
    theta: &[T],
    objective: &mut Supervised<T>,
) -> Result<RobustnessCurve, RobustnessError> {
    let filters = filters(objective.parameters());
    let mut test = objective.sharing(Threads::one());
    robustness(asked, theta, &filters, objective, &mut test, &mut go_on)
}

/// The diagonal of the Hessian, element by element.
fn hessian_diagonal(objective: &mut Supervised<f64>, theta: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; theta.len()];
    let mut unit = vec![0.0; theta.len()];
    (0..theta.len())
        .map(|i| {
            unit[i] = 1.0;
            objective
                .hessian_vector(theta, &unit, &mut product)
                .unwrap();
            unit[i] = 0.0;
            product[i]
        })
        .collect()
}

/// E[δᵢ²]/σ² of a disturbance δ.
fn variances(noise: PerturbationNoise, theta: &[f64], filters: &[Range<usize>]) -> Vec<f64> {
    match noise {
        PerturbationNoise::Multiplicative => theta.iter().map(|x| x * x).collect(),
        PerturbationNoise::Additive => vec![1.0; theta.len()],
        PerturbationNoise::FilterNormalised => filters
            .iter()
            .flat_map(|filter| {
                let own = &theta[filter.clone()];
                vec![norm_squared(own) / own.len() as f64; own.len()]
            })
            .collect(),
    }
}

/// By how many standard errors the mean loss misses E + factor · σ² Σ Hᵢᵢ E[δᵢ²]/σ².
fn miss(noise: PerturbationNoise, theory: PerturbationNoise, factor: f64) -> f64 {
    let mut objective = linear_regression();
    let theta = (0..15).map(|i| 0.3 * f64::from(i % 4 + 1) + 0.3 * (f64::from(i) * 1.7).cos());
    let theta: Vec<f64> = theta.collect();
    let filters = filters(objective.parameters());
    let diagonal = hessian_diagonal(&mut objective, &theta);
    let variances = variances(theory, &theta, &filters);
    let weighted: f64 = diagonal.iter().zip(variances).map(|(h, v)| h * v).sum();
    let strength = 0.7;
    let asked = perturbation(noise, &[strength], 20_000);
    let curve = measured(&asked, &theta, &mut objective).unwrap();
    let loss = curve.points[0].test_loss;
    let wanted = objective.loss(&theta).unwrap() + factor * strength * strength * weighted;
    (loss.mean - wanted).abs() / loss.standard_error()
}

#[test]
fn on_a_quadratic_the_mean_loss_grows_by_half_the_weighted_trace_exactly() {
    for noise in NOISES {
        let miss = miss(noise, noise, 0.5);
        assert!(miss < 4.0, "{noise:?} misses by {miss} standard errors");
    }
}

#[test]
fn a_wrong_coefficient_or_the_formula_of_another_noise_is_noticed() {
    for noise in NOISES {
        assert!(miss(noise, noise, 0.45) > 4.0, "{noise:?}");
        for other in NOISES.into_iter().filter(|other| *other != noise) {
            assert!(miss(noise, other, 0.5) > 4.0, "{noise:?} as {other:?}");
        }
    }
}

#[test]
fn filter_normalised_noise_has_its_share_of_each_filters_norm() {
    fn check<T: Element>(tolerance: f64) {
        let (objective, mut theta) = classifier::<T>(1);
        let filters = filters(objective.parameters());
        theta[filters[2].clone()].fill(T::ZERO);
        let mut perturbed = theta.clone();
        let mut random = stream(1, Purpose::Perturbation, 0);
        let noise = PerturbationNoise::FilterNormalised;
        noise.perturb(0.3, &theta, &filters, &mut random, &mut perturbed);
        for (number, filter) in filters.iter().enumerate() {
            let own = norm_squared(&theta[filter.clone()]).sqrt();
            let moved: f64 = filter
                .clone()
                .map(|i| (perturbed[i].to_f64() - theta[i].to_f64()).powi(2))
                .sum();
            let error = (moved.sqrt() - 0.3 * own).abs();
            assert!(error <= tolerance * own, "filter {number}: {error}");
            assert_eq!(own == 0.0, number == 2);
        }
    }
    check::<f64>(1e-14);
    check::<f32>(1e-6);
}

#[test]
fn filters_cover_all_parameters_once() {
    let (objective, theta) = classifier::<f64>(1);
    let mut next = 0;
    for filter in filters(objective.parameters()) {
        assert_eq!(filter.start, next);
        next = filter.end;
    }
    assert_eq!(next, theta.len());
}

#[test]
fn no_noise_leaves_everything_as_it_is() {
    let (mut objective, theta) = classifier::<f32>(2);
    let filters = filters(objective.parameters());
    for noise in NOISES {
        let mut perturbed = vec![1.0; theta.len()];
        let mut random = stream(1, Purpose::Perturbation, 0);
        noise.perturb(0.0, &theta, &filters, &mut random, &mut perturbed);
        assert_eq!(perturbed, theta);
        let asked = Perturbation {
            slope_examples: Some(100),
            ..perturbation(noise, &[0.0, 0.5], 7)
        };
        let curve = measured(&asked, &theta, &mut objective).unwrap();
        let same = |value: f64| Spread {
            mean: value,
            standard_deviation: 0.0,
            lowest: value,
            highest: value,
            draws: 7,
            not_finite: 0,
        };
        let (before, point) = (curve.unperturbed, curve.points[0]);
        assert!((point.test_loss.mean - before.test_loss).abs() < 1e-15);
        assert_eq!(point.test_accuracy, before.test_accuracy.map(same));
        assert!(point.test_loss.standard_deviation < 1e-15);
        assert!(curve.points[1].test_loss.standard_deviation > 1e-3);
    }
}

#[test]
fn slopes_are_those_of_the_first_training_examples() {
    let (mut objective, theta) = classifier::<f64>(1);
    let mut gradient = vec![0.0; theta.len()];
    let asked = |examples| Perturbation {
        slope_examples: Some(examples),
        ..perturbation(PerturbationNoise::Additive, &[0.0], 1)
    };
    for (wanted, used) in [(7, 7), (300, 300), (1000, 600)] {
        let curve = measured(&asked(wanted), &theta, &mut objective).unwrap();
        let batch: Vec<usize> = (0..used).collect();
        objective
            .minibatch_gradient(&batch, &theta, &mut gradient)
            .unwrap();
        let slope = slope_degrees(norm_squared(&gradient));
        assert_eq!(curve.slope_examples, Some(used));
        assert_eq!(curve.unperturbed.slope_degrees, Some(slope));
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    for noise in NOISES {
        let curves: Vec<String> = [1, 2, 3]
            .map(|threads| {
                let (mut objective, theta) = classifier::<f32>(threads);
                let asked = Perturbation {
                    slope_examples: Some(400),
                    ..perturbation(noise, &[0.2, 1.0], 33)
                };
                format!("{:?}", measured(&asked, &theta, &mut objective).unwrap())
            })
            .into();
        assert_eq!(curves[0], curves[1]);
        assert_eq!(curves[0], curves[2]);
    }
}

#[test]
fn draws_do_not_depend_on_how_many_others_there_are() {
    let (mut objective, theta) = classifier::<f64>(1);
    let mut single = |strengths: &[f64]| {
        let asked = perturbation(PerturbationNoise::Multiplicative, strengths, 1);
        measured(&asked, &theta, &mut objective).unwrap().points[0].test_loss
    };
    assert_eq!(single(&[0.5]).mean, single(&[0.5, 0.6]).mean);
    let asked = perturbation(PerturbationNoise::Multiplicative, &[0.5], 9);
    let many = measured(&asked, &theta, &mut objective).unwrap().points[0].test_loss;
    assert!(many.lowest < many.mean && many.mean < many.highest);
}

#[test]
fn draws_without_a_finite_loss_are_counted_and_left_out() {
    let (mut objective, theta) = classifier::<f64>(1);
    let strengths = [0.1, 1e152, 2e152, 3e152, 5e152, 1e200];
    let asked = Perturbation {
        slope_examples: Some(600),
        ..perturbation(PerturbationNoise::Additive, &strengths, 40)
    };
    let curve = measured(&asked, &theta, &mut objective).unwrap();
    let losses: Vec<Spread> = curve.points.iter().map(|point| point.test_loss).collect();
    assert_eq!((losses[0].not_finite, losses[5].not_finite), (0, 40));
    let is_partly_lost = |spread: &&Spread| (1..40).contains(&spread.not_finite);
    let partly = losses.iter().find(is_partly_lost).unwrap();
    assert!(partly.mean.is_finite() && partly.lowest <= partly.mean);
    assert!(losses[5].mean.is_nan());
    assert_eq!(curve.points[5].slope_degrees.unwrap().not_finite, 40);
    let accuracy = curve.points[5].test_accuracy.unwrap();
    assert_eq!((accuracy.draws, accuracy.not_finite), (40, 0));
}

#[test]
fn what_cannot_be_measured_is_said() {
    let (mut objective, theta) = classifier::<f64>(1);
    let mut message = |change: fn(&mut Perturbation)| {
        let mut asked = perturbation(PerturbationNoise::Additive, &[0.1, 0.2], 2);
        change(&mut asked);
        let failure = measured(&asked, &theta, &mut objective).unwrap_err();
        failure.to_string()
    };
    type Change = fn(&mut Perturbation);
    let cases: [(Change, &str); 6] = [
        (|asked| asked.strengths.clear(), "no strengths"),
        (|asked| asked.strengths[0] = -0.1, "-0.1 is no strength"),
        (|asked| asked.strengths[1] = f64::NAN, "NaN is no strength"),
        (|asked| asked.strengths[1] = 0.1, "0.1 comes after 0.1"),
        (|asked| asked.draws = 0, "0 draws"),
        (|asked| asked.slope_examples = Some(0), "0 examples"),
    ];
    for (change, wanted) in cases {
        let said = message(change);
        assert!(said.contains(wanted), "{said}");
    }
    let asked = perturbation(PerturbationNoise::Additive, &[0.1], 2);
    assert!(measured(&asked, &theta[1..], &mut objective).is_err());
    let mut test = objective.sharing(Threads::one());
    let mut beyond = filters(objective.parameters());
    beyond.push(0..theta.len() + 1);
    let failure = robustness(
        &asked,
        &theta,
        &beyond,
        &mut objective,
        &mut test,
        &mut go_on,
    );
    assert!(matches!(failure, Err(RobustnessError::Filter { .. })));
}

#[test]
fn who_watches_hears_of_every_draw_and_may_stop() {
    let (mut objective, theta) = classifier::<f64>(2);
    let filters = filters(objective.parameters());
    let mut test = objective.sharing(Threads::one());
    let asked = perturbation(PerturbationNoise::Multiplicative, &[0.0, 0.1], 20);
    let mut heard = Vec::new();
    let mut until = |last: usize| {
        heard.clear();
        let mut watch = |done, all| {
            heard.push((done, all));
            match done < last {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        };
        let objective = &mut objective;
        let end = robustness(&asked, &theta, &filters, objective, &mut test, &mut watch);
        (heard.clone(), end)
    };
    let (heard, end) = until(41);
    assert!(end.is_ok());
    assert_eq!(heard.last(), Some(&(40, 40)));
    assert!(heard.is_sorted());
    let (heard, end) = until(21);
    assert!(matches!(end, Err(RobustnessError::Stopped)));
    assert!(heard.last().unwrap().0 < 40);
}

#[test]
fn noises_are_known_by_their_names() {
    for noise in NOISES {
        assert_eq!(PerturbationNoise::from_name(noise.name()), Some(noise));
    }
    assert!(!PerturbationNoise::Additive.is_relative());
}
