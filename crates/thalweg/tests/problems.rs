//! The catalogue of problems: solutions, closed forms and conserved quantities.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod accurate_flow;

use accurate_flow::{assert_order, distance, flow, gradient};
use proptest::prelude::*;
use thalweg::Named;
use thalweg::curvature::dense_hessian;
use thalweg::flow::GradientFlow;
use thalweg::objective::problem::{
    DeepLinearNetwork, DiagonalLinearNetwork, LinearRegression, LogisticRegression, ProblemError,
    ProblemName, Quadratic, RegressionData, Rosenbrock, TwoParameterModel,
};
use thalweg::objective::{DirectionalDerivative, HessianVector, Objective, Traced};
use thalweg::vector::{add_scaled, dot, norm_squared};

fn product(objective: &mut impl HessianVector<f64>, theta: &[f64], vector: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; theta.len()];
    objective
        .hessian_vector(theta, vector, &mut product)
        .unwrap();
    product
}

fn wave(count: usize, frequency: f64) -> Vec<f64> {
    (1..=count).map(|i| (frequency * i as f64).sin()).collect()
}

#[test]
fn at_every_solution_the_gradient_vanishes_the_loss_is_as_stated_and_no_direction_descends() {
    for (name, problem) in ProblemName::NAMES {
        for seed in [1, 2, 3] {
            let mut problem = problem.problem(seed).unwrap();
            let solution = problem.solution.clone();
            let mut objective = &mut *problem.objective;
            let loss = objective.loss(&solution.theta).unwrap();
            assert!(
                (loss - solution.loss).abs() < 1e-12,
                "{name}: {loss}, {}",
                solution.loss
            );
            let slope = gradient(&mut objective, &solution.theta);
            assert!(norm_squared(&slope).sqrt() < 1e-11, "{name}: {slope:?}");
            let hessian = dense_hessian(&mut objective, &solution.theta).unwrap();
            let least = hessian.eigen().unwrap().values[0];
            assert!(least > -1e-10, "{name}: λ_min {least}");
        }
    }
}

#[test]
fn away_from_every_solution_neither_gradient_nor_loss_is_that_of_a_solution() {
    for (name, problem) in ProblemName::NAMES {
        let mut problem = problem.problem(1).unwrap();
        let mut moved = problem.solution.theta.clone();
        moved
            .iter_mut()
            .enumerate()
            .for_each(|(i, x)| *x += 1e-3 * (1.0 + i as f64));
        let mut objective = &mut *problem.objective;
        assert!(
            objective.loss(&moved).unwrap() > problem.solution.loss + 1e-9,
            "{name}"
        );
        assert!(
            norm_squared(&gradient(&mut objective, &moved)).sqrt() > 1e-6,
            "{name}"
        );
    }
}

#[test]
fn every_problem_has_distinct_starts_with_rates_in_ascending_order_and_depends_on_its_seed_alone() {
    for (name, problem) in ProblemName::NAMES {
        let [first, again] = [1, 1].map(|seed| problem.problem(seed).unwrap());
        assert_eq!((first.name, &first.starts), (*name, &again.starts));
        assert_eq!(first.solution, again.solution);
        assert!(!first.formula.is_empty() && !first.source.is_empty());
        for start in &first.starts {
            assert_eq!(start.theta.len(), first.parameter_count());
            assert!(start.learning_rates.is_sorted_by(|a, b| a.1 < b.1));
            assert_eq!(first.start(start.name), Some(start));
        }
        assert_eq!(first.start("nowhere"), None);
    }
    let solution = |seed| {
        ProblemName::LinearRegression
            .problem(seed)
            .unwrap()
            .solution
    };
    assert_ne!(solution(1), solution(2));
}

#[test]
fn the_starts_and_rates_of_the_two_parameter_model_are_the_published_ones() {
    let problem = ProblemName::TwoParameter.problem(0).unwrap();
    let [first, second] = &problem.starts[..] else {
        panic!("two starts")
    };
    assert_eq!(
        (&first.theta[..], &second.theta[..]),
        (&[2.8, 3.5][..], &[75.0, 74.925][..])
    );
    assert_eq!(
        first.learning_rates,
        [("h_S", 1e-3), ("h_M", 2.5e-2), ("h_L", 1.8e-1)]
    );
    assert_eq!(second.learning_rates, [("h_S", 1e-6), ("h_M", 5e-5)]);
}

proptest! {
    #[test]
    fn the_two_parameter_model_has_the_derivatives_and_r_ig_of_its_closed_form(
        (x, y) in (0.2..2.0_f64, -2.0..2.0_f64),
        theta in [-3.0..3.0_f64, -3.0..3.0_f64],
        vector in [-3.0..3.0_f64, -3.0..3.0_f64],
    ) {
        let model = TwoParameterModel { x, y };
        let mut objective = model.objective().unwrap();
        let [a, b] = theta;
        let residual = y - a * b * x;
        let slope = gradient(&mut objective, &theta);
        prop_assert!(distance(&slope, &[-residual * x * b, -residual * x * a]) < 1e-12);
        let cross = x * x * a * b - residual * x;
        let expected = [
            x * x * b * b * vector[0] + cross * vector[1],
            cross * vector[0] + x * x * a * a * vector[1],
        ];
        prop_assert!(distance(&product(&mut objective, &theta, &vector), &expected) < 1e-11);
        let r_ig = thalweg::modified::r_ig(norm_squared(&slope), 2);
        prop_assert!((model.r_ig(theta) - r_ig).abs() < 1e-11 * (1.0 + r_ig));
        let [a, b] = model.flattest_minimum();
        prop_assert!((a * b * x - y).abs() < 1e-14 && (a.abs() - b.abs()).abs() < 1e-15);
    }
}

#[test]
fn the_gradient_flow_of_the_two_parameter_model_ends_where_its_closed_form_says() {
    let model = TwoParameterModel::PUBLISHED;
    let starts = [
        [2.8, 3.5],
        [1.5, -0.2],
        [-0.3, 1.2],
        [-2.0, -1.0],
        [0.4, -1.3],
        [1.1, 1.1],
    ];
    for start in starts {
        let mut field = GradientFlow::new(model.objective().unwrap());
        let beginning = flow(&mut field, &start, 1.0); // in finer steps: the curvature is 20 there
        let end = flow(&mut field, &beginning, 20.0);
        assert!(
            distance(&end, &model.gradient_flow_limit(start)) < 1e-9,
            "{start:?} {end:?}"
        );
    }
    assert_eq!(model.gradient_flow_limit([0.7, -0.7]), [0.0, 0.0]);
    let end = flow(
        &mut GradientFlow::new(model.objective().unwrap()),
        &[0.7, -0.7],
        20.0,
    );
    assert!(distance(&end, &[0.0, 0.0]) < 1e-3); // the saddle, along its stable direction
    // a² + b² at the end, R_IG/E, is √(c² + 4p²): what figure 1b tends to for small h.
    let [a, b] = model.gradient_flow_limit(TwoParameterModel::START_I);
    assert!((a * a + b * b - 4.41_f64.hypot(1.2)).abs() < 1e-12);
}

/// A symmetric matrix of any signature, by its lower triangle.
fn symmetric(triangle: &[f64], size: usize) -> Vec<f64> {
    let entry = |i: usize, j: usize| triangle[i.max(j) * (i.max(j) + 1) / 2 + i.min(j)];
    (0..size * size)
        .map(|k| entry(k / size, k % size))
        .collect()
}

proptest! {
    #[test]
    fn a_quadratic_agrees_with_its_traced_formula_in_every_derivative(
        triangle in prop::collection::vec(-2.0..2.0_f64, 6),
        centre in prop::collection::vec(-2.0..2.0_f64, 3),
        theta in prop::collection::vec(-2.0..2.0_f64, 3),
        vector in prop::collection::vec(-2.0..2.0_f64, 3),
        value in -1.0..1.0_f64,
    ) {
        let entries = symmetric(&triangle, 3);
        let mut quadratic = Quadratic::new(entries.clone(), centre.clone(), value).unwrap();
        let mut traced = Traced::<f64>::new(3, move |theta| {
            let distance = |i: usize| theta.slice(0, i, 1) - centre[i];
            let term = |k: usize| distance(k / 3) * distance(k % 3) * (0.5 * entries[k]);
            (1..9).fold(term(0), |sum, k| sum + term(k)) + value
        })
        .unwrap();
        let close = (quadratic.loss(&theta).unwrap() - traced.loss(&theta).unwrap()).abs();
        prop_assert!(close < 1e-12);
        let directions: [&[f64]; 2] = [&vector, &theta];
        for order in 0..=2 {
            let mut both = [vec![f64::NAN; 3], vec![f64::NAN; 3]];
            quadratic.directional_derivative(&theta, &directions[..order], &mut both[0]).unwrap();
            traced.directional_derivative(&theta, &directions[..order], &mut both[1]).unwrap();
            prop_assert!(distance(&both[0], &both[1]) < 1e-12, "order {order}: {both:?}");
        }
    }
}

#[test]
fn the_flow_and_the_iterates_of_a_quadratic_are_those_of_its_closed_forms() {
    let entries = symmetric(&[2.0, 0.5, -0.7, -0.3, 0.2, 1.0], 3); // one eigenvalue is negative
    let quadratic = Quadratic::new(entries, vec![0.5, -1.0, 2.0], 0.25).unwrap();
    assert!(quadratic.eigenvalues()[0] < 0.0);
    let start = [1.5, 1.0, -0.5];
    let end = flow(&mut GradientFlow::new(quadratic.clone()), &start, 1.3);
    assert!(distance(&end, &quadratic.gradient_flow(&start, 1.3)) < 1e-11);
    let (mut objective, mut theta) = (quadratic.clone(), start.to_vec());
    for steps in 1..=30 {
        let slope = gradient(&mut objective, &theta);
        add_scaled(&mut theta, -0.9, &slope);
        let closed = quadratic.gradient_descent(&start, 0.9, steps);
        assert!(distance(&theta, &closed) < 1e-12 * (1.0 + norm_squared(&theta).sqrt()));
    }
}

#[test]
fn a_matrix_that_is_not_symmetric_or_not_square_is_refused() {
    let message = |entries| {
        Quadratic::new(entries, vec![0.0; 2], 0.0)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        message(vec![1.0, 2.0, 3.0, 4.0]),
        "entry (1, 0) is 3, but its mirror image is 2"
    );
    assert_eq!(
        message(vec![1.0; 3]),
        "the matrix has 3 elements; 4 are wanted"
    );
    let mut quadratic = Quadratic::diagonal(&[1.0, 2.0]).unwrap();
    assert!(quadratic.loss(&[1.0]).is_err());
    let directions: [&[f64]; 2] = [&[1.0; 2], &[1.0; 3]];
    assert!(
        quadratic
            .directional_derivative(&[1.0; 2], &directions, &mut [0.0; 2])
            .is_err()
    );
}

#[test]
fn rosenbrock_has_the_derivatives_of_its_closed_form() {
    for size in [2, 5] {
        let problem = Rosenbrock::new(size).unwrap();
        let (theta, vector) = (wave(size, 1.3), wave(size, 0.7));
        let (mut slope, mut expected) = (vec![0.0; size], vec![0.0; size]);
        for i in 0..size - 1 {
            let wall = theta[i + 1] - theta[i].powi(2);
            slope[i] += -400.0 * theta[i] * wall - 2.0 * (1.0 - theta[i]);
            slope[i + 1] += 200.0 * wall;
            expected[i] += (-400.0 * wall + 800.0 * theta[i].powi(2) + 2.0) * vector[i]
                - 400.0 * theta[i] * vector[i + 1];
            expected[i + 1] += 200.0 * vector[i + 1] - 400.0 * theta[i] * vector[i];
        }
        let mut objective = problem.objective().unwrap();
        assert!(distance(&gradient(&mut objective, &theta), &slope) < 1e-11);
        assert!(distance(&product(&mut objective, &theta, &vector), &expected) < 1e-11);
    }
    let mut objective = Rosenbrock::new(2).unwrap().objective().unwrap();
    assert!((objective.loss(&[-1.2, 1.0]).unwrap() - 24.2).abs() < 1e-13);
    let hessian = dense_hessian(&mut objective, &[1.0, 1.0]).unwrap();
    let [corner, cross, last] = [hessian.row(0)[0], hessian.row(0)[1], hessian.row(1)[1]];
    assert!((corner + last - 1002.0).abs() < 1e-9);
    assert!((corner * last - cross * cross - 400.0).abs() < 1e-8);
    assert!(matches!(
        Rosenbrock::new(1),
        Err(ProblemError::TooSmall { .. })
    ));
}

#[test]
fn linear_regression_is_its_sum_of_squares_with_fewer_or_more_features_than_examples() {
    for (examples, features) in [(12, 4), (4, 7)] {
        let problem = LinearRegression::drawn(3, examples, features).unwrap();
        let mut objective = problem.objective().unwrap();
        let (theta, vector) = (wave(features, 1.3), wave(features, 0.7));
        let rows = || {
            problem
                .data
                .inputs()
                .chunks_exact(features)
                .zip(problem.data.targets())
        };
        let (mut loss, mut expected) = (0.0, vec![0.0; features]);
        for (row, target) in rows() {
            loss += (dot(row, &theta) - target).powi(2) / (2.0 * examples as f64);
            add_scaled(&mut expected, dot(row, &vector) / examples as f64, row);
        }
        assert!((objective.loss(&theta).unwrap() - loss).abs() < 1e-12);
        assert!(distance(&product(&mut objective, &theta, &vector), &expected) < 1e-12);
        if features > examples {
            // It interpolates, and nothing of it is orthogonal to the rows: gradient descent from 0
            // ends there.
            let minimiser = problem.minimiser().unwrap();
            assert!(objective.loss(&minimiser).unwrap().abs() < 1e-25);
            let end = objective.gradient_flow(&vec![0.0; features], 1e6);
            assert!(distance(&end, &minimiser) < 1e-6, "{end:?} {minimiser:?}");
        }
    }
}

#[test]
fn logistic_regression_has_the_derivatives_of_its_closed_form_and_no_optimum_if_separable() {
    let problem = LogisticRegression::drawn(5, 20, 3).unwrap();
    let mut objective = problem.objective().unwrap();
    let (theta, vector) = (wave(3, 1.3), wave(3, 0.7));
    let mut slope: Vec<f64> = theta.iter().map(|w| problem.ridge * w).collect();
    let mut expected: Vec<f64> = vector.iter().map(|v| problem.ridge * v).collect();
    for (row, target) in problem
        .data
        .inputs()
        .chunks_exact(3)
        .zip(problem.data.targets())
    {
        let sign = target.signum();
        let share = 1.0 / (1.0 + (sign * dot(row, &theta)).exp());
        add_scaled(&mut slope, -sign * share / 20.0, row);
        add_scaled(
            &mut expected,
            share * (1.0 - share) * dot(row, &vector) / 20.0,
            row,
        );
    }
    assert!(distance(&gradient(&mut objective, &theta), &slope) < 1e-13);
    assert!(distance(&product(&mut objective, &theta, &vector), &expected) < 1e-13);

    let data = RegressionData::planted(5, 20, &[1.0, -2.0, 0.5], 0.0).unwrap(); // separable
    let separable = LogisticRegression::new(data.clone(), 0.0)
        .unwrap()
        .minimiser();
    assert!(
        matches!(separable, Err(ProblemError::NoOptimum { .. })),
        "{separable:?}"
    );
    let ridged = LogisticRegression::new(data.clone(), 1e-4).unwrap();
    let minimiser = ridged.minimiser().unwrap();
    let slope = gradient(&mut ridged.objective().unwrap(), &minimiser);
    assert!(norm_squared(&slope).sqrt() < 1e-12);
    assert!(LogisticRegression::new(data, -1.0).is_err());
}

#[test]
fn newton_finds_the_optimum_of_badly_scaled_data_too() {
    let data = RegressionData::planted(7, 30, &[0.5, -1.0], 2.0).unwrap();
    let inputs = data.inputs().iter().map(|x| 1e5 * x).collect();
    let scaled = RegressionData::new(2, inputs, data.targets().to_vec()).unwrap();
    let minimiser = |data| {
        LogisticRegression::new(data, 0.0)
            .unwrap()
            .minimiser()
            .unwrap()
    };
    let [plain, small] = [data, scaled].map(minimiser);
    let back: Vec<f64> = small.iter().map(|w| 1e5 * w).collect();
    assert!(distance(&plain, &back) < 1e-9, "{plain:?} {back:?}");
}

#[test]
fn a_deep_linear_network_is_its_product_and_two_layers_have_the_textbook_gradient() {
    let network = DeepLinearNetwork::drawn(2, vec![3, 2, 4]).unwrap();
    let theta = wave(network.parameter_count(), 1.3);
    let (first, second) = (&theta[..6], &theta[6..]); // 2 × 3 and 4 × 2
    let target_product = network.product(&theta);
    let target = DeepLinearNetwork::drawn(2, vec![3, 4]).unwrap(); // M itself, one layer
    let matrix = target.minimiser().unwrap();
    let mut residual = vec![0.0; 12];
    for i in 0..4 {
        for j in 0..3 {
            let own: f64 = (0..2).map(|k| second[i * 2 + k] * first[k * 3 + j]).sum();
            assert!((own - target_product[i * 3 + j]).abs() < 1e-14);
            residual[i * 3 + j] = own - matrix[i * 3 + j];
        }
    }
    let mut objective = network.objective().unwrap();
    let loss = objective.loss(&theta).unwrap();
    assert!((loss - 0.5 * norm_squared(&residual)).abs() < 1e-12);
    let mut expected = vec![0.0; 14];
    for i in 0..4 {
        for j in 0..3 {
            for k in 0..2 {
                expected[k * 3 + j] += second[i * 2 + k] * residual[i * 3 + j];
                expected[6 + i * 2 + k] += residual[i * 3 + j] * first[k * 3 + j];
            }
        }
    }
    assert!(distance(&gradient(&mut objective, &theta), &expected) < 1e-12);
    // Rank 2 is too little for this target: Eckart and Young's error remains.
    let least = network.least_loss().unwrap();
    let minimiser = network.minimiser().unwrap();
    assert!(least > 1e-3 && (objective.loss(&minimiser).unwrap() - least).abs() < 1e-12);
    assert!(norm_squared(&gradient(&mut objective, &minimiser)).sqrt() < 1e-12);
}

#[test]
fn balanced_starts_are_balanced_and_have_the_matrix_they_were_made_of_as_their_product() {
    for widths in [
        vec![3, 4],
        vec![4, 5, 3],
        vec![4, 4, 4, 3],
        vec![2, 3, 3, 3, 5],
    ] {
        let network = DeepLinearNetwork::drawn(1, widths.clone()).unwrap();
        let matrix = wave(widths[0] * widths[widths.len() - 1], 0.9);
        let theta = network.balanced(&matrix).unwrap();
        assert_eq!(theta.len(), network.parameter_count());
        assert!(network.imbalance(&theta) < 1e-13, "{widths:?}");
        assert!(distance(&network.product(&theta), &matrix) < 1e-13);
    }
    let network = DeepLinearNetwork::drawn(1, vec![4, 4, 4, 3]).unwrap();
    assert!(network.imbalance(&network.normal_start(0.3, 1)) > 0.05);
    let sizes = [1e-3, 1e-6].map(|scale| {
        norm_squared(&network.product(&network.balanced_start(scale, 1).unwrap())).sqrt() / scale
    });
    assert!((sizes[0] / sizes[1] - 1.0).abs() < 1e-9 && sizes[0] > 0.1);
}

#[test]
fn the_gradient_flow_of_a_deep_linear_network_keeps_balance_and_gradient_descent_does_not() {
    let network = DeepLinearNetwork::drawn(1, vec![4, 4, 4, 3]).unwrap();
    for start in [
        network.balanced_start(0.5, 1).unwrap(),
        network.normal_start(0.3, 1),
    ] {
        let before = network.imbalance(&start);
        let mut field = GradientFlow::new(network.objective().unwrap());
        let end = flow(&mut field, &start, 2.0);
        assert!(distance(&start, &end) > 0.5);
        assert!((network.imbalance(&end) - before).abs() < 1e-9);
    }
    let start = network.balanced_start(0.5, 1).unwrap();
    let drift = |steps: u32| {
        let (mut objective, mut theta) = (network.objective().unwrap(), start.clone());
        for _ in 0..steps {
            let slope = gradient(&mut objective, &theta);
            add_scaled(&mut theta, -2.0 / f64::from(steps), &slope);
        }
        network.imbalance(&theta)
    };
    assert_order(&[100, 200, 400, 800].map(drift), 1.0, "drift of balance");
}

#[test]
fn the_gradient_flow_of_a_diagonal_linear_network_keeps_its_invariant_at_every_depth() {
    for depth in [1, 2, 3, 4] {
        let network = DiagonalLinearNetwork::drawn(1, depth, 5, 8).unwrap();
        let start = network.start(0.8);
        let mut field = GradientFlow::new(network.objective().unwrap());
        let end = flow(&mut field, &start, 0.5);
        assert!(distance(&start, &end) > 0.1, "depth {depth}");
        let [before, after] = [&start, &end].map(|theta| network.conserved(theta));
        assert!(distance(&before, &after) < 1e-9, "depth {depth}");
        // Another depth's invariant is not kept.
        let other = DiagonalLinearNetwork::drawn(1, depth + 1, 5, 8).unwrap();
        assert!(distance(&other.conserved(&start), &other.conserved(&end)) > 1e-3);
    }
}

#[test]
fn a_diagonal_linear_network_has_the_derivatives_of_its_closed_form() {
    let network = DiagonalLinearNetwork::drawn(4, 3, 5, 6).unwrap();
    let theta: Vec<f64> = wave(12, 1.3).iter().map(|x| 1.0 + 0.3 * x).collect();
    let vector = wave(12, 0.7);
    let weights = network.weights(&theta);
    let moved: Vec<f64> = (0..6)
        .map(|i| 3.0 * (theta[i].powi(2) * vector[i] - theta[6 + i].powi(2) * vector[6 + i]))
        .collect();
    let (mut slope, mut change) = (vec![0.0; 6], vec![0.0; 6]); // ∂E/∂w and its derivative
    let data = network.data();
    for (row, target) in data.inputs().chunks_exact(6).zip(data.targets()) {
        add_scaled(&mut slope, (dot(row, &weights) - target) / 5.0, row);
        add_scaled(&mut change, dot(row, &moved) / 5.0, row);
    }
    let signed = |i: usize| if i < 6 { 3.0 } else { -3.0 };
    let first: Vec<f64> = (0..12)
        .map(|i| signed(i) * theta[i].powi(2) * slope[i % 6])
        .collect();
    let second: Vec<f64> = (0..12)
        .map(|i| {
            signed(i)
                * (theta[i].powi(2) * change[i % 6] + 2.0 * theta[i] * vector[i] * slope[i % 6])
        })
        .collect();
    let mut objective = network.objective().unwrap();
    assert!(distance(&gradient(&mut objective, &theta), &first) < 1e-12);
    assert!(distance(&product(&mut objective, &theta, &vector), &second) < 1e-12);
}

#[test]
fn a_small_start_of_a_diagonal_linear_network_ends_nearer_to_the_sparse_solution() {
    let network = DiagonalLinearNetwork::new(
        2,
        8,
        vec![0.0, 1.5, 0.0, 0.0, -1.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        3,
    )
    .unwrap();
    let planted = network.weights(&network.planted_theta());
    let ends = [1.0, 0.1, 0.01].map(|alpha| {
        let mut field = GradientFlow::new(network.objective().unwrap());
        let end = flow(&mut field, &network.start(alpha), 60.0);
        distance(&network.weights(&end), &planted)
    });
    assert!(
        ends[0] > 3.0 * ends[1] && ends[1] > 3.0 * ends[2],
        "{ends:?}"
    );
}
