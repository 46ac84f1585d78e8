//! Curvature from products Hv against Hessians that are known or written down.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use rand::Rng;
use thalweg::curvature::{
    Circumstance, CurvatureError, DensityOptions, LanczosOptions, MAXIMUM_DENSE_PARAMETERS,
    Quantity, check_determinism, dense_hessian, extreme_eigenpairs, hutch_plus_plus, hutchinson,
    largest_eigenpairs, smallest_eigenpairs, spectral_density,
};
use thalweg::network::{Activation, Mlp};
use thalweg::objective::{
    Examples, Gradient, HessianVector, Loss, Minibatch, Objective, ObjectiveError, Supervised,
    Targets, Traced,
};
use thalweg::random::{Purpose, stream};
use thalweg::vector::{dot, norm_squared};
use thalweg::{Element, Threads};

/// E = ½θᵀHθ with H = PDP, D diagonal, P a product of two reflections: any spectrum, full H.
struct Quadratic {
    spectrum: Vec<f64>,
    products: usize,
}

impl Quadratic {
    fn new(spectrum: impl IntoIterator<Item = f64>) -> Self {
        Self {
            spectrum: spectrum.into_iter().collect(),
            products: 0,
        }
    }

    fn reflect(x: &mut [f64], frequency: f64) {
        let normal: Vec<f64> = (1..=x.len())
            .map(|index| (frequency * index as f64).sin())
            .collect();
        let factor = 2.0 * dot(&normal, x) / norm_squared(&normal);
        for (x, n) in x.iter_mut().zip(normal) {
            *x -= factor * n;
        }
    }

    fn apply<T: Element>(&self, vector: &[T], product: &mut [T]) -> Result<(), ObjectiveError> {
        if vector.len() != self.spectrum.len() {
            return Err(ObjectiveError::Length {
                name: "vector",
                wanted: self.spectrum.len(),
                given: vector.len(),
            });
        }
        let mut x: Vec<f64> = vector.iter().map(|x| x.to_f64()).collect();
        Self::reflect(&mut x, 0.7);
        Self::reflect(&mut x, 1.9);
        for (x, value) in x.iter_mut().zip(&self.spectrum) {
            *x *= value;
        }
        Self::reflect(&mut x, 1.9);
        Self::reflect(&mut x, 0.7);
        for (product, x) in product.iter_mut().zip(x) {
            *product = T::from_f64(x);
        }
        Ok(())
    }

    fn theta(&self) -> Vec<f64> {
        vec![0.5; self.spectrum.len()]
    }

    fn trace(&self) -> f64 {
        self.spectrum.iter().sum()
    }
}

impl<T: Element> Objective<T> for Quadratic {
    fn parameter_count(&self) -> usize {
        self.spectrum.len()
    }

    fn loss(&mut self, theta: &[T]) -> Result<f64, ObjectiveError> {
        let mut product = vec![T::ZERO; theta.len()];
        self.apply(theta, &mut product)?;
        Ok(0.5 * dot(theta, &product))
    }
}

impl<T: Element> Gradient<T> for Quadratic {
    fn gradient(&mut self, theta: &[T], gradient: &mut [T]) -> Result<f64, ObjectiveError> {
        self.apply(theta, gradient)?;
        self.loss(theta)
    }
}

impl<T: Element> HessianVector<T> for Quadratic {
    fn hessian_vector(
        &mut self,
        _theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        self.products += 1;
        self.apply(vector, product)
    }
}

fn precise() -> LanczosOptions {
    LanczosOptions {
        tolerance: 1e-9,
        ..LanczosOptions::default()
    }
}

fn wave<T: Element>(count: usize, frequency: f64) -> Vec<T> {
    (1..=count)
        .map(|index| T::from_f64((frequency * index as f64).sin()))
        .collect()
}

fn tanh_network<T: Element>() -> (Supervised<T>, Vec<T>) {
    let network = Mlp::new(5, &[4, 6], 3, Activation::Tanh).unwrap();
    let labels = (0..7).map(|index| (3 * index + 1) % 3).collect();
    let targets = Targets::Labels { labels, classes: 3 };
    let examples = Arc::new(Examples::new(wave(35, 0.7), 5, targets).unwrap());
    let threads = Threads::one();
    let objective =
        Supervised::new(Box::new(network), Loss::CrossEntropy, examples, threads).unwrap();
    let theta = wave(objective.parameters().count(), 2.1);
    (objective, theta)
}

fn assert_values(ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() < tolerance, "{ours}, {theirs}");
    }
}

/// ‖Hv − λv‖ computed here.
fn residual<T: Element>(
    objective: &mut impl HessianVector<T>,
    theta: &[T],
    value: f64,
    vector: &[T],
) -> f64 {
    let mut product = vec![T::ZERO; vector.len()];
    objective
        .hessian_vector(theta, vector, &mut product)
        .unwrap();
    let pairs = product.iter().zip(vector);
    let squares = pairs.map(|(product, v)| (product.to_f64() - value * v.to_f64()).powi(2));
    squares.sum::<f64>().sqrt()
}

#[test]
fn the_largest_eigenvalue_is_the_algebraically_largest() {
    let mut quadratic = Quadratic::new((0..60).map(|index| match index {
        0 => -50.0,
        1 => 3.0,
        _ => 0.02 * f64::from(index),
    }));
    let theta = quadratic.theta();
    let largest = largest_eigenpairs(&mut quadratic, &theta, 2, &[], &precise()).unwrap();
    assert!(largest.all_converged());
    assert_values(&largest.values, &[3.0, 1.18], 1e-8);
    let smallest = smallest_eigenpairs(&mut quadratic, &theta, 2, &[], &precise()).unwrap();
    assert_values(&smallest.values, &[-50.0, 0.04], 1e-8);
    let extremes = extreme_eigenpairs(&mut quadratic, &theta, &[], &precise()).unwrap();
    assert!(extremes.largest.converged && extremes.smallest.converged);
    assert_values(
        &[extremes.largest.value, extremes.smallest.value],
        &[3.0, -50.0],
        1e-8,
    );
}

#[test]
fn restarts_find_what_one_long_basis_finds_and_residuals_are_true() {
    // Clustered at the top: the relative gap there is 1/1000, far more steps than the basis holds.
    let spectrum: Vec<f64> = (0..1000).map(|index| f64::from(index) / 1000.0).collect();
    for basis in [6, 14, 200] {
        let mut quadratic = Quadratic::new(spectrum.iter().copied());
        let theta = quadratic.theta();
        let options = LanczosOptions {
            basis: Some(basis),
            maximum_products: 5000,
            ..precise()
        };
        let pairs = largest_eigenpairs(&mut quadratic, &theta, 3, &[], &options).unwrap();
        assert!(pairs.all_converged(), "{basis}: {:?}", pairs.residuals);
        assert_values(&pairs.values, &[0.999, 0.998, 0.997], 1e-9);
        assert_eq!(pairs.products, quadratic.products);
        for index in 0..3 {
            let vector = &pairs.vectors[index];
            let residual = residual(&mut quadratic, &theta, pairs.values[index], vector);
            assert_eq!(residual, pairs.residuals[index]);
            assert!(residual < 1e-9);
            for other in 0..3 {
                let expected = f64::from(u8::from(other == index));
                assert!((dot(vector, &pairs.vectors[other]) - expected).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn any_spectrum_at_either_end_is_found() {
    let mut generator = stream(7, Purpose::Sampling, 0);
    let mut below = |bound: usize| (generator.next_u64() % bound as u64) as usize;
    for case in 0..200 {
        let size = 1 + below(60);
        let scale = 10_f64.powi(below(41) as i32 - 20);
        let kind = below(4);
        let mut spectrum: Vec<f64> = (0..size as i32)
            .map(|index| match kind {
                0 => below(2001) as f64 / 1000.0 - 1.0,
                1 => [3.0, 3.0, -1.0, 0.5][below(4)],
                2 => 2_f64.powi(-(index % 8)) * [1.0, -1.0][below(2)],
                _ => 1.0 + 1e-3 * below(1000) as f64,
            })
            .map(|value| value * scale)
            .collect();
        let mut quadratic = Quadratic::new(spectrum.iter().copied());
        let theta = quadratic.theta();
        let count = 1 + below(size);
        let options = LanczosOptions {
            basis: [None, Some(count + 5)][below(2)],
            maximum_products: 20_000,
            search: size,
            seed: case,
            ..precise()
        };
        spectrum.sort_by(f64::total_cmp);
        let largest = spectrum[size - 1].abs().max(spectrum[0].abs());
        let smallest = smallest_eigenpairs(&mut quadratic, &theta, count, &[], &options).unwrap();
        assert!(smallest.all_converged(), "{case}: {:?}", smallest.residuals);
        assert_values(&smallest.values, &spectrum[..count], 2e-9 * largest);
        spectrum.reverse();
        let pairs = largest_eigenpairs(&mut quadratic, &theta, count, &[], &options).unwrap();
        assert!(pairs.all_converged(), "{case}: {:?}", pairs.residuals);
        assert_values(&pairs.values, &spectrum[..count], 2e-9 * largest);
    }
}

#[test]
fn the_number_of_products_is_as_recorded() {
    let mut quadratic = Quadratic::new((0..500).map(|index| 1.02_f64.powi(-index)));
    let theta = quadratic.theta();
    let options = LanczosOptions::default();
    let mut count = |wanted| {
        let pairs = largest_eigenpairs(&mut quadratic, &theta, wanted, &[], &options).unwrap();
        assert!(pairs.all_converged());
        pairs.products
    };
    assert_eq!([count(1), count(5), count(20)], [31, 60, 112]);
}

#[test]
fn repeated_eigenvalues_are_found_as_often_as_they_are_there() {
    let repeated = [5.0, 5.0, 5.0, 4.0, -2.0, -2.0];
    let rest = (0..44).map(|index| f64::from(index) / 44.0);
    let mut quadratic = Quadratic::new(repeated.into_iter().chain(rest));
    let theta = quadratic.theta();
    let pairs = largest_eigenpairs(&mut quadratic, &theta, 4, &[], &precise()).unwrap();
    assert!(pairs.all_converged());
    assert_values(&pairs.values, &[5.0, 5.0, 5.0, 4.0], 1e-8);
    let pairs = smallest_eigenpairs(&mut quadratic, &theta, 3, &[], &precise()).unwrap();
    assert_values(&pairs.values, &[-2.0, -2.0, 0.0], 1e-8);
}

#[test]
fn invariant_subspaces_are_left_by_a_fresh_direction() {
    for (spectrum, wanted, expected) in [
        (vec![0.0; 40], 3, vec![0.0; 3]),
        (vec![2.0; 40], 3, vec![2.0; 3]),
        (
            (0..40)
                .map(|index| f64::from(3 * u8::from(index < 2)))
                .collect(),
            4,
            vec![3.0, 3.0, 0.0, 0.0],
        ),
        (vec![-1.5], 1, vec![-1.5]),
        (vec![1.0, 2.0], 1, vec![2.0]),
    ] {
        let mut quadratic = Quadratic::new(spectrum);
        let theta = quadratic.theta();
        let pairs = largest_eigenpairs(&mut quadratic, &theta, wanted, &[], &precise()).unwrap();
        assert!(pairs.all_converged());
        assert_values(&pairs.values, &expected, 1e-12);
    }
}

#[test]
fn all_eigenvalues_can_be_had() {
    let spectrum: Vec<f64> = (0..30)
        .map(|index| 20.0 - f64::from(index).powf(1.3))
        .collect();
    let mut quadratic = Quadratic::new(spectrum.iter().copied());
    let theta = quadratic.theta();
    let pairs = largest_eigenpairs(&mut quadratic, &theta, 30, &[], &precise()).unwrap();
    assert!(pairs.all_converged());
    assert_values(&pairs.values, &spectrum, 1e-12);
    assert_eq!(pairs.products, 60);
    let pairs = smallest_eigenpairs(&mut quadratic, &theta, 30, &[], &precise()).unwrap();
    assert!((pairs.values[0] - spectrum[29]).abs() < 1e-12);
}

#[test]
fn one_parameter_is_both_ends() {
    let mut quadratic = Quadratic::new([-4.0]);
    let extremes = extreme_eigenpairs(&mut quadratic, &[0.5_f64], &[], &precise()).unwrap();
    let (largest, smallest) = (extremes.largest, extremes.smallest);
    assert_values(&[largest.value, smallest.value], &[-4.0, -4.0], 1e-14);
    assert_eq!(largest.vector[0].abs(), 1.0);
}

#[test]
fn a_networks_eigenvalues_are_those_of_its_dense_hessian() {
    let (mut objective, theta) = tanh_network::<f64>();
    let dense = dense_hessian(&mut objective, &theta).unwrap();
    assert!(dense.asymmetry() < 1e-15);
    let mut exact = dense.eigen().unwrap().values;
    assert!(exact[0] < -1e-3, "an indefinite case");
    let smallest = smallest_eigenpairs(&mut objective, &theta, 5, &[], &precise()).unwrap();
    assert_values(&smallest.values, &exact[..5], 1e-10);
    let extremes = extreme_eigenpairs(&mut objective, &theta, &[], &precise()).unwrap();
    assert!((extremes.smallest.value - exact[0]).abs() < 1e-10);
    exact.reverse();
    assert!((extremes.largest.value - exact[0]).abs() < 1e-10);
    let largest = largest_eigenpairs(&mut objective, &theta, 5, &[], &precise()).unwrap();
    assert_values(&largest.values, &exact[..5], 1e-10);

    let batch = [2, 5];
    let mut minibatch = Minibatch::new(&mut objective, &batch);
    let part = dense_hessian(&mut minibatch, &theta).unwrap();
    let top = part.eigen().unwrap().values[part.size() - 1];
    let pairs = largest_eigenpairs(&mut minibatch, &theta, 1, &[], &precise()).unwrap();
    assert!((pairs.values[0] - top).abs() < 1e-10);
}

#[test]
fn single_precision_reaches_its_tolerance() {
    let (mut objective, theta) = tanh_network::<f64>();
    let exact = dense_hessian(&mut objective, &theta)
        .unwrap()
        .eigen()
        .unwrap();
    let (mut objective, theta) = tanh_network::<f32>();
    let options = LanczosOptions {
        tolerance: 3e-6,
        ..LanczosOptions::default()
    };
    let pairs = largest_eigenpairs(&mut objective, &theta, 3, &[], &options).unwrap();
    assert!(pairs.all_converged(), "{:?}", pairs.residuals);
    let theirs: Vec<f64> = exact.values.iter().rev().take(3).copied().collect();
    assert_values(&pairs.values, &theirs, 1e-6);
    let beyond = LanczosOptions {
        tolerance: 1e-12,
        maximum_products: 200,
        ..options
    };
    let pairs = largest_eigenpairs(&mut objective, &theta, 1, &[], &beyond).unwrap();
    assert!(!pairs.all_converged(), "{:?}", pairs.residuals);
}

#[test]
fn a_start_near_the_answer_costs_fewer_products() {
    let (mut objective, mut theta) = tanh_network::<f64>();
    let searching = LanczosOptions::default();
    let direct = LanczosOptions {
        search: 0,
        ..searching
    };
    for (count, options, saved) in [(1, direct, 9), (2, direct, 9), (2, searching, 8)] {
        let cold = largest_eigenpairs(&mut objective, &theta, count, &[], &options).unwrap();
        theta.iter_mut().for_each(|x| *x *= 1.0001);
        let without = largest_eigenpairs(&mut objective, &theta, count, &[], &options).unwrap();
        let start = &cold.vectors;
        let warm = largest_eigenpairs(&mut objective, &theta, count, start, &options).unwrap();
        assert!(warm.all_converged());
        assert_values(&warm.values, &without.values, 1e-7);
        let (warm, without) = (warm.products, without.products);
        assert!(warm + saved <= without, "{warm}, {without}");
    }
}

#[test]
fn a_start_orthogonal_to_the_answer_does_not_hide_it() {
    let mut quadratic = Quadratic::new((1..=80).map(f64::from));
    let theta = quadratic.theta();
    let start = smallest_eigenpairs(&mut quadratic, &theta, 1, &[], &precise()).unwrap();
    let options = precise();
    let pairs = largest_eigenpairs(&mut quadratic, &theta, 1, &start.vectors, &options).unwrap();
    assert_values(&pairs.values, &[80.0], 1e-7);
    let careless = LanczosOptions {
        search: 0,
        tolerance: 1e-6,
        ..options
    };
    let pairs = largest_eigenpairs(&mut quadratic, &theta, 1, &start.vectors, &careless).unwrap();
    assert!(
        (pairs.values[0] - 1.0).abs() < 1e-4,
        "negative control: the search finds it"
    );
}

#[test]
fn too_few_products_are_reported_as_not_converged() {
    let mut quadratic = Quadratic::new((0..300).map(f64::from));
    let theta = quadratic.theta();
    let options = LanczosOptions {
        maximum_products: 10,
        ..precise()
    };
    let pairs = largest_eigenpairs(&mut quadratic, &theta, 3, &[], &options).unwrap();
    assert_eq!(pairs.products, 10);
    assert_eq!(pairs.converged, [false; 3]);
    assert!(pairs.residuals.iter().all(|residual| *residual > 1.0));
    let least = LanczosOptions {
        maximum_products: 6,
        ..options
    };
    let pairs = largest_eigenpairs(&mut quadratic, &theta, 3, &[], &least).unwrap();
    assert_eq!((pairs.products, pairs.values.len()), (6, 3));
}

#[test]
fn the_same_question_has_the_same_answer() {
    let (mut objective, theta) = tanh_network::<f32>();
    let options = LanczosOptions::default();
    let mut ask = || extreme_eigenpairs(&mut objective, &theta, &[], &options).unwrap();
    assert_eq!(ask(), ask());
}

fn decaying() -> Quadratic {
    Quadratic::new((1..=120).map(|index| f64::from(index).powi(-2) * 50.0))
}

#[test]
fn hutch_plus_plus_is_unbiased_and_its_standard_error_is_right() {
    let mut quadratic = decaying();
    let (theta, exact) = (quadratic.theta(), quadratic.trace());
    let seeds = 400;
    let mut estimates = Vec::new();
    let mut variances = 0.0;
    for seed in 0..seeds {
        let estimate = hutch_plus_plus(&mut quadratic, &theta, 30, seed).unwrap();
        assert_eq!(estimate.products, 30);
        estimates.push(estimate.value);
        variances += estimate.standard_error.unwrap().powi(2) / seeds as f64;
    }
    let mean = estimates.iter().sum::<f64>() / seeds as f64;
    let squares: f64 = estimates.iter().map(|x| (x - exact).powi(2)).sum();
    let spread = (squares / seeds as f64).sqrt();
    let score = (mean - exact) / (spread / (seeds as f64).sqrt());
    assert!(score.abs() < 4.0, "z = {score}");
    let ratio = spread / variances.sqrt();
    assert!(
        (0.85..1.15).contains(&ratio),
        "error / standard error = {ratio}"
    );
}

#[test]
fn hutch_plus_plus_beats_plain_probing_where_eigenvalues_decay() {
    let mut quadratic = decaying();
    let (theta, exact) = (quadratic.theta(), quadratic.trace());
    let (mut plain, mut sketched, mut mean) = (0.0, 0.0, 0.0);
    for seed in 0..200 {
        let estimate = hutchinson(&mut quadratic, &theta, 60, seed).unwrap();
        plain += (estimate.value - exact).powi(2);
        mean += (estimate.value - exact) / 200.0;
        let estimate = hutch_plus_plus(&mut quadratic, &theta, 60, seed).unwrap();
        sketched += (estimate.value - exact).powi(2);
    }
    assert!(sketched < 0.02 * plain, "{sketched}, {plain}");
    assert!(mean.abs() < 4.0 * (plain / 200.0 / 200.0).sqrt(), "{mean}");
}

#[test]
fn hutch_plus_plus_is_exact_at_low_rank_and_where_all_directions_are_probed() {
    let spectrum = |index| [7.0, -3.0, 2.0].get(index).copied().unwrap_or(0.0);
    let mut quadratic = Quadratic::new((0..50).map(spectrum));
    let theta = quadratic.theta();
    let estimate = hutch_plus_plus(&mut quadratic, &theta, 15, 3).unwrap();
    assert!((estimate.value - 6.0).abs() < 1e-12, "{estimate:?}");
    assert!(estimate.standard_error.unwrap() < 1e-12);
    let mut quadratic = decaying();
    let (theta, exact) = (quadratic.theta(), quadratic.trace());
    let estimate = hutch_plus_plus(&mut quadratic, &theta, 500, 3).unwrap();
    assert!((estimate.value - exact).abs() < 1e-12);
    assert_eq!(
        (estimate.standard_error, estimate.products),
        (Some(0.0), 120)
    );
    let estimate = hutch_plus_plus(&mut quadratic, &theta, 3, 3).unwrap();
    assert_eq!(estimate.standard_error, None);
}

#[test]
fn the_trace_of_a_network_is_within_its_error() {
    let (mut objective, theta) = tanh_network::<f32>();
    let exact = dense_hessian(&mut objective, &theta).unwrap().trace();
    let estimate = hutch_plus_plus(&mut objective, &theta, 45, 1).unwrap();
    let error = estimate.standard_error.unwrap();
    assert!(
        (estimate.value - exact).abs() < 4.0 * error,
        "{estimate:?}, {exact}"
    );
}

#[test]
fn the_density_has_mass_one_and_the_hessians_moments() {
    let (mut objective, theta) = tanh_network::<f64>();
    let dense = dense_hessian(&mut objective, &theta).unwrap();
    let count = dense.size() as f64;
    let options = DensityOptions {
        probes: 200,
        steps: 12,
        seed: 5,
    };
    let density = spectral_density(&mut objective, &theta, &options).unwrap();
    assert_eq!(density.products(), 2400);
    assert!((density.moment(0).value - 1.0).abs() < 1e-12);
    let squares = norm_squared(dense.entries()) / count;
    for (estimate, exact) in [
        (density.moment(1), dense.trace() / count),
        (density.moment(2), squares),
        (density.trace(), dense.trace()),
    ] {
        let score = (estimate.value - exact) / estimate.standard_error.unwrap();
        assert!(score.abs() < 4.0, "z = {score}");
    }
    let width = 0.05;
    let points: Vec<f64> = (-4000..4000).map(|index| f64::from(index) * 1e-3).collect();
    let curve = density.broadened(&points, width).unwrap();
    let mass: f64 = curve.iter().map(|at| at.value * 1e-3).sum();
    assert!((mass - 1.0).abs() < 1e-9, "{mass}");
    let values = dense.eigen().unwrap().values;
    let exact = |point: f64| -> f64 {
        let bell = |value: &f64| (-0.5 * ((point - value) / width).powi(2)).exp();
        values.iter().map(bell).sum::<f64>() / count / width / std::f64::consts::TAU.sqrt()
    };
    let difference = points
        .iter()
        .zip(&curve)
        .map(|(point, at)| (at.value - exact(*point)).abs());
    let distance: f64 = difference.map(|x| x * 1e-3).sum();
    assert!(distance < 0.1, "{distance}");
}

#[test]
fn full_lanczos_from_each_probe_gives_its_moments_to_rounding() {
    // With as many steps as there are distinct eigenvalues the quadrature is vᵀf(H)v itself.
    let spectrum = |index: usize| [4.0, -1.0, 0.5][index % 3];
    let mut quadratic = Quadratic::new((0..30).map(spectrum));
    let theta = quadratic.theta();
    let options = DensityOptions {
        probes: 3,
        steps: 20,
        seed: 1,
    };
    let density = spectral_density(&mut quadratic, &theta, &options).unwrap();
    assert_eq!(density.products(), 9);
    for quadrature in density.quadratures() {
        assert_values(&quadrature.nodes, &[-1.0, 0.5, 4.0], 1e-12);
        assert!((quadrature.weights.iter().sum::<f64>() - 1.0).abs() < 1e-13);
    }
    let single = DensityOptions {
        probes: 1,
        ..options
    };
    let density = spectral_density(&mut quadratic, &theta, &single).unwrap();
    assert_eq!(density.moment(1).standard_error, None);
}

#[test]
fn a_dense_hessian_shows_the_asymmetry_it_removes() {
    let mut crooked = Crooked::default();
    let dense = dense_hessian(&mut crooked, &[0.0; 2]).unwrap();
    assert_eq!(dense.entries(), [1.0, 2.5, 2.5, 1.0]);
    assert_eq!(dense.asymmetry(), 1.0);
    let eigen = dense.eigen().unwrap();
    assert_values(&eigen.values, &[-1.5, 3.5], 1e-14);
    assert!((eigen.vectors[1][0] - eigen.vectors[1][1]).abs() < 1e-14);
}

/// An objective with something wrong: each field damages one thing.
#[derive(Default)]
struct Crooked {
    calls: usize,
    /// ∇E₁ counts calls.
    counts: bool,
    /// E is added to by evaluations elsewhere.
    remembers: Option<f64>,
    /// Hv is added to what is there.
    accumulates: bool,
    /// Hv has this in element 1.
    not_finite: Option<f64>,
}

impl Objective<f64> for Crooked {
    fn parameter_count(&self) -> usize {
        2
    }

    fn loss(&mut self, theta: &[f64]) -> Result<f64, ObjectiveError> {
        let Some(sum) = &mut self.remembers else {
            return Ok(1.0);
        };
        if theta[0] != 0.0 {
            *sum += 1.0;
        }
        Ok(*sum)
    }
}

impl Gradient<f64> for Crooked {
    fn gradient(&mut self, _: &[f64], gradient: &mut [f64]) -> Result<f64, ObjectiveError> {
        self.calls += 1;
        gradient.fill(0.0);
        if self.counts {
            gradient[1] = self.calls as f64;
        }
        Ok(1.0)
    }
}

impl HessianVector<f64> for Crooked {
    fn hessian_vector(
        &mut self,
        _: &[f64],
        vector: &[f64],
        product: &mut [f64],
    ) -> Result<(), ObjectiveError> {
        if !self.accumulates {
            product.fill(0.0);
        }
        product[0] += vector[0] + 2.0 * vector[1];
        product[1] += 3.0 * vector[0] + vector[1];
        if let Some(value) = self.not_finite {
            product[1] = value;
        }
        Ok(())
    }
}

#[test]
fn the_determinism_check_passes_functions() {
    let (mut objective, theta) = tanh_network::<f32>();
    let report = check_determinism(&mut objective, &theta, 3).unwrap();
    assert!(report.is_function() && report.is_symmetric(), "{report:?}");
    let (mut objective, theta) = tanh_network::<f64>();
    let report = check_determinism(&mut objective, &theta, 3).unwrap();
    assert!(report.is_function() && report.is_symmetric(), "{report:?}");
}

#[test]
fn the_determinism_check_names_what_a_hidden_counter_changes() {
    let mut crooked = Crooked {
        counts: true,
        ..Crooked::default()
    };
    let report = check_determinism(&mut crooked, &[0.0; 2], 0).unwrap();
    let [difference] = report.differences[..] else {
        panic!("{report:?}")
    };
    assert_eq!(difference.quantity, Quantity::Gradient);
    assert_eq!(difference.circumstance, Circumstance::Repeated);
    assert_eq!(
        (difference.index, difference.first, difference.second),
        (1, 1.0, 2.0)
    );
    assert!(
        !report.is_symmetric(),
        "its Hessian has 2 above and 3 below"
    );
}

#[test]
fn the_determinism_check_notices_a_memory_of_other_points() {
    let mut crooked = Crooked {
        remembers: Some(0.0),
        ..Crooked::default()
    };
    let report = check_determinism(&mut crooked, &[0.0; 2], 0).unwrap();
    let [difference] = report.differences[..] else {
        panic!("{report:?}")
    };
    assert_eq!(difference.quantity, Quantity::Loss);
    assert_eq!(difference.circumstance, Circumstance::AfterElsewhere);
    assert_eq!((difference.first, difference.second), (0.0, 1.0));
}

#[test]
fn the_determinism_check_notices_products_added_to_what_was_there() {
    let mut crooked = Crooked {
        accumulates: true,
        ..Crooked::default()
    };
    let report = check_determinism(&mut crooked, &[0.0; 2], 0).unwrap();
    assert_eq!(report.differences[0].quantity, Quantity::HessianVector);
}

#[test]
fn the_determinism_check_compares_undefined_values_by_their_bits() {
    let mut crooked = Crooked {
        not_finite: Some(f64::NAN),
        ..Crooked::default()
    };
    let report = check_determinism(&mut crooked, &[0.0; 2], 0).unwrap();
    assert!(report.is_function() && !report.is_symmetric());
    assert!(report.asymmetry.is_nan());
}

fn lanczos_error(
    objective: &mut impl HessianVector<f64>,
    theta: &[f64],
    count: usize,
    start: &[Vec<f64>],
    options: &LanczosOptions,
) -> String {
    let error = largest_eigenpairs(objective, theta, count, start, options).unwrap_err();
    error.to_string()
}

#[test]
fn impossible_questions_about_eigenvalues_are_refused() {
    let mut quadratic = Quadratic::new([1.0, 2.0]);
    let theta = [0.0; 2];
    let good = LanczosOptions::default();
    let mut error = |count, start: &[Vec<f64>], options: &LanczosOptions| {
        lanczos_error(&mut quadratic, &theta, count, start, options)
    };
    assert_eq!(
        error(0, &[], &good),
        "0 eigenvalues were asked for; ask for at least one"
    );
    assert_eq!(
        error(3, &[], &good),
        "3 eigenvalues were asked for, but 2 parameters have no more than that"
    );
    assert_eq!(
        error(1, &[vec![1.0; 3]], &good),
        "start has 3 elements, but the objective has 2 parameters"
    );
    assert_eq!(
        error(1, &[vec![1.0, 0.0], vec![0.0; 2]], &good),
        "start vector 1 is zero or cancels those before it; it must have a direction"
    );
    assert_eq!(
        error(1, &[vec![1.0, f64::INFINITY]], &good),
        "element 1 of start vector 0 is inf; it must be finite"
    );
    for (tolerance, printed) in [(0.0, "0"), (-1.0, "-1"), (f64::NAN, "NaN")] {
        let options = LanczosOptions { tolerance, ..good };
        let expected = format!("tolerance is {printed}; it must be positive and finite");
        assert_eq!(error(1, &[], &options), expected);
    }
    let options = LanczosOptions {
        maximum_products: 3,
        ..good
    };
    assert_eq!(
        error(2, &[], &options),
        "3 Hessian-vector products given, but at least 4 are needed"
    );
}

#[test]
fn products_that_are_not_finite_are_refused_with_their_place() {
    for value in [f64::NAN, f64::NEG_INFINITY] {
        let mut crooked = Crooked {
            not_finite: Some(value),
            ..Crooked::default()
        };
        let error = dense_hessian(&mut crooked, &[0.0; 2]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "element 1 of Hessian-vector product 1 is {value}; the loss overflows or is \
                 undefined near this theta"
            )
        );
        for error in [
            extreme_eigenpairs(&mut crooked, &[0.0; 2], &[], &precise()).unwrap_err(),
            hutch_plus_plus(&mut crooked, &[0.0; 2], 5, 0).unwrap_err(),
            spectral_density(&mut crooked, &[0.0; 2], &DensityOptions::default()).unwrap_err(),
        ] {
            let wanted = matches!(error, CurvatureError::NonFiniteProduct { index: 1, .. });
            assert!(wanted, "{error}");
        }
    }
    let mut quadratic = Quadratic::new([1e200, 1e200]);
    let error = dense_hessian(&mut quadratic, &[0.0; 2]).unwrap_err();
    assert_eq!(error, CurvatureError::Overflow { product: 1 });
}

#[test]
fn estimates_from_too_little_are_refused() {
    let mut quadratic = decaying();
    let theta = quadratic.theta();
    let error = hutch_plus_plus(&mut quadratic, &theta, 2, 0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 Hessian-vector products given, but at least 3 are needed"
    );
    let error = hutchinson(&mut quadratic, &theta, 0, 0).unwrap_err();
    assert!(matches!(error, CurvatureError::TooFew { needed: 1, .. }));
    for (probes, steps, what) in [(0, 5, "probes"), (5, 0, "steps")] {
        let options = DensityOptions {
            probes,
            steps,
            seed: 0,
        };
        let error = spectral_density(&mut quadratic, &theta, &options).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("0 {what} given, but at least 1 are needed")
        );
    }
    let density = spectral_density(&mut quadratic, &theta, &DensityOptions::default()).unwrap();
    let error = density.broadened(&[0.0], -0.5).unwrap_err();
    assert_eq!(
        error.to_string(),
        "width is -0.5; it must be positive and finite"
    );
}

#[test]
fn theta_of_another_length_and_no_theta_are_refused() {
    let mut quadratic = decaying();
    let short = [0.0; 3];
    let expected = "theta has 3 elements, but the objective has 120 parameters";
    let error = dense_hessian(&mut quadratic, &short).unwrap_err();
    assert_eq!(error.to_string(), expected);
    let error = check_determinism(&mut quadratic, &short, 0).unwrap_err();
    assert_eq!(error.to_string(), expected);
    let mut nothing = Quadratic::new([]);
    let error = hutch_plus_plus::<f64, _>(&mut nothing, &[], 5, 0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "an objective without parameters has no Hessian"
    );
}

#[test]
fn a_dense_hessian_beyond_memory_is_refused_before_anything_is_computed() {
    let mut quadratic = Quadratic::new(vec![1.0; MAXIMUM_DENSE_PARAMETERS + 1]);
    let theta = quadratic.theta();
    let error = dense_hessian(&mut quadratic, &theta).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a dense Hessian of 20001 parameters would take 3.0 GiB; the limit is 20000 parameters. \
         Use Lanczos, Hutch++ or the spectral density instead"
    );
    assert_eq!(quadratic.products, 0);
}

#[test]
fn a_formula_is_asked_like_a_network() {
    let mut objective = Traced::<f64>::new(2, |theta| {
        let product = theta.slice(0, 0, 1) * theta.slice(0, 1, 1);
        ((0.6 - product).power(2.0) * 0.5).sum_all()
    })
    .unwrap();
    // H = [[b², 2ab − 0.6], [2ab − 0.6, a²]] at a = 2, b = 1.
    let extremes = extreme_eigenpairs(&mut objective, &[2.0, 1.0], &[], &precise()).unwrap();
    let (mean, half) = (2.5, 1.5_f64.hypot(3.4));
    assert!((extremes.largest.value - mean - half).abs() < 1e-12);
    assert!((extremes.smallest.value - mean + half).abs() < 1e-12);
}
