//! Errors against learning rates.

use thalweg::Named;
use thalweg::objective::problem::ProblemName;
use thalweg::verification::{Claim, MethodName};

use super::all::Case;
use super::findings::{label, words};
use super::resolved::BATCHES;
use super::subject::Subject;
use super::sums::SumName;
use crate::study::Picture;
use crate::study::convergence::{self, Curve};

fn claimed(claim: Claim) -> Option<usize> {
    match claim {
        Claim::Order(order) => Some(order),
        Claim::Exact => None,
    }
}

pub(super) fn all(cases: &[Case]) -> Vec<Picture> {
    let model = Subject::Problem(ProblemName::TwoParameter);
    let digits = Subject::Sum(SumName::DigitsNetwork);
    let shown = [
        (
            MethodName::GradientDescent,
            model,
            "Each term of the modified field makes gradient descent's flow one order more exact",
        ),
        (
            MethodName::Heun,
            model,
            "Heun's method has no correction of order h, and needs that of order h²",
        ),
        (
            MethodName::Sgd,
            digits,
            "The mean of an epoch of SGD follows Ẽ_SGD to third order, and Ẽ_GD only to second",
        ),
        (
            MethodName::SgdWithReplacement,
            digits,
            "With replacement it is the other way round: the variance term comes from shuffling",
        ),
    ];
    let pictures = shown.into_iter().filter_map(|(method, subject, title)| {
        let is_shown = |case: &&Case| case.method == method && case.subject == subject;
        Some(one(cases.iter().find(is_shown)?, title))
    });
    pictures.collect()
}

/// The errors of single steps or epochs.
fn one(case: &Case, title: &str) -> Picture {
    let curves = case.rows.iter().filter_map(|row| {
        let measured = row.certificate.one_step.as_ref()?;
        let is_whole = row.damage == 1.0;
        Some(Curve {
            label: label(case.method, row),
            convergence: &measured.convergence,
            claimed: claimed(measured.claim).filter(|_| is_whole),
        })
    });
    let curves: Vec<Curve<'_>> = curves.collect();
    let name = words(case.method);
    let caption = match case.subject {
        Subject::Sum(_) => format!(
            "A point is one epoch of {} batches ({name}) on a tanh network over 64 digits, against the \
             flow of a loss over as long; damaged is the flow with corrections 1.1 times too large.",
            BATCHES.0
        ),
        _ => format!(
            "A point is one step ({name}) on the two-parameter model from (2.8, 3.5), against the flow \
             over h of the field of so many terms; damaged is the field with corrections 1.1 times \
             too large."
        ),
    };
    let unit = case.method.unit().replace(' ', "-");
    let stem = format!("{}-{unit}", case.method.name());
    convergence::picture(&stem, title, &caption, &curves)
}
