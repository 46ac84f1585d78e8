//! Errors against learning rates.

use thalweg::Named;
use thalweg::objective::problem::ProblemName;
use thalweg::verification::{Claim, MethodName};

use super::all::Case;
use super::findings::{label, words};
use super::subject::Subject;
use crate::study::Picture;
use crate::study::convergence::{self, Curve};

fn claimed(claim: Claim) -> Option<usize> {
    match claim {
        Claim::Order(order) => Some(order),
        Claim::Exact => None,
    }
}

pub(super) fn all(cases: &[Case]) -> Vec<Picture> {
    let wanted = Subject::Problem(ProblemName::TwoParameter);
    let shown = [
        (
            MethodName::GradientDescent,
            "Each term of the modified field makes gradient descent's flow one order more exact",
        ),
        (
            MethodName::Heun,
            "Heun's method has no correction of order h, and needs that of order h²",
        ),
    ];
    let mut pictures = Vec::new();
    for (method, title) in shown {
        let mut cases = cases.iter();
        let Some(case) = cases.find(|one| one.method == method && one.subject == wanted) else {
            continue;
        };
        let curves: Vec<Curve<'_>> = case
            .rows
            .iter()
            .filter_map(|row| {
                let measured = row.certificate.one_step.as_ref()?;
                let is_whole = row.damage == 1.0;
                Some(Curve {
                    label: label(case.method, row),
                    convergence: &measured.convergence,
                    claimed: claimed(measured.claim).filter(|_| is_whole),
                })
            })
            .collect();
        let caption = format!(
            "A point is one step ({}) on the two-parameter model from (2.8, 3.5), against the flow \
             over h of the field of so many terms; damaged is the field with corrections 1.1 times \
             too large.",
            words(method)
        );
        pictures.push(convergence::picture(
            &format!("{}-one-step", method.name()),
            title,
            &caption,
            &curves,
        ));
    }
    pictures
}
