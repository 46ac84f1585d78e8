//! The study against the library and against what can be known without it.

use std::sync::atomic::AtomicBool;

use thalweg::objective::HessianVector;

use super::*;
use crate::claim::Ruling;

#[test]
fn every_claim_holds_and_the_coarse_run_is_told_from_the_flow() {
    let mut tell = |_: super::super::Progress<'_>| {};
    let never = AtomicBool::new(false);
    let mut evidence = Evidence::gather(&mut Watch::new(&mut tell, &never)).unwrap();
    for check in checks::all(&evidence) {
        assert_eq!(check.ruling, Ruling::Holds, "{check:?}");
    }
    // As if Euler's run had ended where the flow does, and gradient descent with the gradient flow.
    evidence.coarse = evidence.two().penalised.clone();
    evidence.portraits[0].small = evidence.portraits[0].penalised.clone();
    let failed: Vec<String> = checks::all(&evidence)
        .into_iter()
        .filter(|check| check.ruling == Ruling::DoesNotHold)
        .map(|check| check.expectation.name)
        .collect();
    assert_eq!(failed, ["small", "coarse", "across"]);
}

#[test]
fn the_gradient_written_out_is_that_of_the_library() {
    let mut model = TwoParameterModel::PUBLISHED.objective().unwrap();
    for theta in [[2.8, 3.5], [-1.0, 0.3], [75.0, 74.925]] {
        let (mut gradient, mut product) = ([0.0; 2], [0.0; 2]);
        model
            .gradient_and_hessian_gradient(&theta, &mut gradient, &mut product)
            .unwrap();
        let c = 0.3;
        let ours = descent::gradient(theta, c);
        for i in 0..2 {
            let theirs = gradient[i] + 2.0 * c * product[i];
            assert!(
                (ours[i] - theirs).abs() <= 1e-12 * theirs.abs(),
                "{theta:?}"
            );
        }
    }
}
