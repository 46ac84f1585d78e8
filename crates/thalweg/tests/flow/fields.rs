//! Gradient flow and the flow of a penalised objective.

use thalweg::flow::{Field, GradientFlow, Integrator, RegularizedFlow};
use thalweg::objective::{Gradient, Traced};
use thalweg::regularizer::{GradientPenalty, Normalisation, PenaltyDerivative};

use crate::problems::{chebyshev, dormand_prince, two_parameters, verner};

#[test]
fn gradient_flow_of_the_two_parameter_model_keeps_the_difference_of_squares() {
    for start in [[2.8, 3.5], [75.0, 74.925]] {
        let conserved = |theta: &[f64]| theta[0].powi(2) - theta[1].powi(2);
        let times: Vec<f64> = (1..=20).map(|i| f64::from(i) / 40.0).collect();
        let methods: [(Box<dyn Integrator>, f64); 3] = [
            (Box::new(verner(1e-12)), 1e-10),
            (Box::new(dormand_prince(1e-9)), 1e-7),
            (Box::new(chebyshev(1e-6)), 1e-3),
        ];
        for (method, bound) in methods {
            let mut flow = GradientFlow::new(two_parameters());
            let solution = method.values_at(&mut flow, &start, &times).unwrap();
            assert_eq!(solution.values.len(), times.len());
            for value in &solution.values {
                let drift = (conserved(value) - conserved(&start)).abs();
                let scale = start[0].powi(2) + start[1].powi(2);
                assert!(drift < bound * scale, "{drift} of {scale}");
            }
        }
    }
}

#[test]
fn the_regularised_field_is_the_negative_gradient_of_the_penalised_loss() {
    // E + μ‖∇E‖², traced as one formula: ‖∇E‖² = r²(a² + b²), r = ab − 0.6.
    let penalised = |factor: f64| {
        let objective = Traced::<f64>::new(2, move |theta| {
            let (a, b) = (theta.slice(0, 0, 1), theta.slice(0, 1, 1));
            let r = a * b - 0.6;
            (r * r * 0.5 + r * r * (a * a + b * b) * factor).sum_all()
        });
        objective.unwrap()
    };
    let (theta, mu) = ([1.3, -0.7], 0.3);
    let cases = [
        (
            Normalisation::SquaredNorm,
            PenaltyDerivative::Exact,
            mu,
            1e-14,
        ),
        (
            Normalisation::RIg,
            PenaltyDerivative::Exact,
            mu / 2.0,
            1e-14,
        ),
        (
            Normalisation::SquaredNorm,
            PenaltyDerivative::CentralDifference,
            mu,
            1e-8,
        ),
        (
            Normalisation::RIg,
            PenaltyDerivative::ForwardDifference,
            mu / 2.0,
            1e-6,
        ),
    ];
    for (normalisation, derivative, factor, bound) in cases {
        let penalty = GradientPenalty {
            coefficient: mu,
            normalisation,
            derivative,
            epsilon: None,
        };
        let mut flow = RegularizedFlow::new(two_parameters(), penalty);
        let (mut ours, mut theirs) = ([0.0; 2], [0.0; 2]);
        flow.velocity(&theta, &mut ours).unwrap();
        penalised(factor).gradient(&theta, &mut theirs).unwrap();
        for (ours, theirs) in ours.iter().zip(theirs) {
            assert!((ours + theirs).abs() < bound * 10.0, "{ours}, {theirs}");
        }
        let work = (flow.work().gradients, flow.work().hessian_vectors);
        let wanted = match derivative {
            PenaltyDerivative::Exact => (1, 1),
            PenaltyDerivative::CentralDifference => (3, 0),
            _ => (2, 0),
        };
        assert_eq!(work, wanted);
    }
}

#[test]
fn the_penalised_loss_falls_along_its_flow() {
    let penalty = GradientPenalty::squared_norm(0.25).unwrap();
    let mut flow = RegularizedFlow::new(two_parameters(), penalty);
    let times: Vec<f64> = (0..=50).map(|i| f64::from(i) / 50.0).collect();
    let solution = dormand_prince(1e-9)
        .values_at(&mut flow, &[2.8, 3.5], &times)
        .unwrap();
    let loss = |theta: &[f64]| {
        let r = theta[0] * theta[1] - 0.6;
        r * r * (0.5 + 0.25 * (theta[0].powi(2) + theta[1].powi(2)))
    };
    let losses: Vec<f64> = solution.values.iter().map(|theta| loss(theta)).collect();
    assert!(losses.windows(2).all(|pair| pair[1] < pair[0] + 1e-12));
}
