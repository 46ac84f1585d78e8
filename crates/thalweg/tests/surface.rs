//! Slices of loss surfaces, against what is known of quadratics and of filters.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::ops::ControlFlow;
use std::sync::Arc;

use thalweg::Threads;
use thalweg::curvature::LanczosOptions;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::objective::{Examples, HessianVector, Loss, Objective, Supervised, Targets};
use thalweg::robustness::filters;
use thalweg::surface::{Projection, Slice, SurfaceError, loss_surface, share_in_plane};
use thalweg::vector::{dot, norm_squared};

fn go_on(_: usize, _: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A network over waves, linear without hidden layers, with the mean squared error or cross-entropy.
fn objective(hidden: &[usize], loss: Loss, threads: usize) -> (Supervised<f64>, Vec<f64>) {
    let wave = |i: usize| ((i * i) as f64 * 0.37 + i as f64).sin();
    let targets = match loss {
        Loss::CrossEntropy => Targets::Labels {
            labels: (0..300).map(|i| (i * 5 / 3) % 3).collect(),
            classes: 3,
        },
        _ => Targets::Values {
            values: (0..900).map(|i| wave(i + 1000)).collect(),
            outputs: 3,
        },
    };
    let examples = Examples::new((0..1200).map(wave).collect(), 4, targets).unwrap();
    let network = Mlp::new(4, hidden, 3, Activation::Tanh).unwrap();
    let start = Initialisation::new(VarianceScaling::Glorot, Distribution::Normal);
    let theta = network.parameters().initialise(start, 0.2, 3);
    let threads = Threads::new(threads).unwrap();
    let objective = Supervised::new(Box::new(network), loss, Arc::new(examples), threads);
    (objective.unwrap(), theta)
}

#[test]
fn on_a_quadratic_the_slice_is_the_parabola_of_gradient_and_curvature() {
    let (mut objective, theta) = objective(&[], Loss::MeanSquaredError, 2);
    let options = LanczosOptions {
        tolerance: 1e-10,
        ..LanczosOptions::default()
    };
    let (slice, top) = Slice::gradient_and_eigenvector(&mut objective, &theta, &options).unwrap();
    let surface = loss_surface(&slice, 0.5, 5, &objective, &mut go_on).unwrap();
    let loss = objective.loss(&theta).unwrap();
    let [first, second] = slice.directions();
    assert!((dot(first, second)).abs() < 1e-14);
    assert!(
        (norm_squared(first) - 1.0).abs() < 1e-14 && (norm_squared(second) - 1.0).abs() < 1e-14
    );
    let mut product = |direction: &[f64]| {
        let mut product = vec![0.0; theta.len()];
        objective
            .hessian_vector(&theta, direction, &mut product)
            .unwrap();
        product
    };
    let (of_first, of_second) = (product(first), product(second));
    let curvature = [
        dot(first, &of_first),
        dot(first, &of_second),
        dot(second, &of_second),
    ];
    let error = |slope: f64| {
        let mut most = 0.0_f64;
        for (row, b) in surface.coordinates.iter().enumerate() {
            for (column, a) in surface.coordinates.iter().enumerate() {
                let quadratic =
                    curvature[0] * a * a + 2.0 * curvature[1] * a * b + curvature[2] * b * b;
                let wanted = loss + slope * a + 0.5 * quadratic;
                most = most.max((surface.losses[5 * row + column] - wanted).abs());
            }
        }
        most
    };
    assert!(
        error(top.gradient_norm) < 1e-12,
        "{}",
        error(top.gradient_norm)
    );
    assert!(
        error(1.01 * top.gradient_norm) > 1e-5,
        "a wrong slope must be seen"
    );
    assert_eq!(surface.accuracies, None);
}

#[test]
fn the_middle_of_an_odd_grid_is_the_origin_and_threads_change_nothing() {
    let surfaces = [1, 2, 3].map(|threads| {
        let (mut objective, theta) = objective(&[6], Loss::CrossEntropy, threads);
        let slice = Slice::random(&theta, &filters(objective.parameters()), 7).unwrap();
        let surface = loss_surface(&slice, 1.0, 7, &objective, &mut go_on).unwrap();
        assert_eq!(surface.coordinates[3], 0.0);
        assert_eq!(surface.losses[24], objective.loss(&theta).unwrap());
        assert_eq!(surface.accuracies.as_ref().unwrap().len(), 49);
        surface
    });
    assert_eq!(surfaces[0], surfaces[1]);
    assert_eq!(surfaces[0], surfaces[2]);
}

#[test]
fn random_directions_have_the_norm_of_every_filter() {
    let (objective, theta) = objective(&[6], Loss::CrossEntropy, 1);
    let filters = filters(objective.parameters());
    let slice = Slice::random(&theta, &filters, 7).unwrap();
    for direction in slice.directions() {
        for filter in &filters {
            let (own, of) = (&theta[filter.clone()], &direction[filter.clone()]);
            let ratio = (norm_squared(of) / norm_squared(own)).sqrt();
            assert!((ratio - 1.0).abs() < 1e-12, "{ratio}");
        }
    }
    assert!(slice.cosine() < 0.6);
    assert_ne!(slice, Slice::random(&theta, &filters, 8).unwrap());
}

#[test]
fn points_are_projected_to_where_they_came_from_and_distances_add_up() {
    let (objective, theta) = objective(&[6], Loss::CrossEntropy, 1);
    let slice = Slice::random(&theta, &filters(objective.parameters()), 7).unwrap();
    let mut point = theta.clone();
    slice.point([0.3, -0.7], &mut point);
    let seen = Projection::of(&point, &slice);
    assert!((seen.at[0] - 0.3).abs() < 1e-12 && (seen.at[1] + 0.7).abs() < 1e-12);
    assert!(seen.out_of_plane < 1e-12);
    point
        .iter_mut()
        .enumerate()
        .for_each(|(i, x)| *x += (i as f64).sin());
    let off = Projection::of(&point, &slice);
    let whole: f64 = point.iter().zip(&theta).map(|(x, o)| (x - o).powi(2)).sum();
    let sum = off.in_plane.powi(2) + off.out_of_plane.powi(2);
    assert!((sum - whole).abs() < 1e-12 * whole);
    let share = share_in_plane(&[off]);
    assert!((share - off.in_plane.powi(2) / whole).abs() < 1e-12 && share < 1.0);
    assert!(share_in_plane(&[Projection::of(&theta, &slice)]).is_nan());
}

#[test]
fn what_spans_no_plane_or_grid_is_refused_and_watchers_may_stop() {
    let line = Slice::new(&[0.0, 0.0], [vec![1.0, 2.0], vec![-2.0, -4.0]]);
    assert!(matches!(line, Err(SurfaceError::Parallel { .. })));
    let point = Slice::new(&[0.0, 0.0], [vec![1.0, 2.0], vec![0.0, 0.0]]);
    assert!(matches!(
        point,
        Err(SurfaceError::NoDirection { norm: 0.0, .. })
    ));
    let short = Slice::new(&[0.0, 0.0], [vec![1.0, 2.0], vec![1.0]]);
    assert!(matches!(short, Err(SurfaceError::Objective(_))));
    let (objective, theta) = objective(&[], Loss::CrossEntropy, 1);
    let slice = Slice::random(&theta, &filters(objective.parameters()), 7).unwrap();
    for (radius, points) in [(0.0, 5), (f64::NAN, 5), (-1.0, 5), (1.0, 1)] {
        let failure = loss_surface(&slice, radius, points, &objective, &mut go_on);
        assert!(matches!(failure, Err(SurfaceError::Grid { .. })));
    }
    let mut stop = |_, _| ControlFlow::Break(());
    let stopped = loss_surface(&slice, 1.0, 5, &objective, &mut stop);
    assert!(matches!(stopped, Err(SurfaceError::Stopped)));
}
