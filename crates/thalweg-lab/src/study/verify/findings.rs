//! What was found.

use thalweg::Named;
use thalweg::verification::{MethodName, Verdict};

use super::all::Case;
use super::resolved::Row;
use super::sampled::Sampled;
use super::{checks, pictures, tables};
use crate::study::Findings;

/// Everything.
pub(super) fn of(cases: &[Case], sampled: &Sampled) -> Findings {
    let methods = || MethodName::NAMES.iter().map(|(_, method)| *method);
    let truncations = methods().flat_map(|method| {
        let all = 1..=method.usual_terms();
        all.map(move |terms| checks::truncation(cases, method, terms))
    });
    let controls = methods().filter_map(|method| checks::control(cases, method));
    Findings {
        title: "Every method follows the field that backward error analysis gives it".into(),
        question:
            "By which power of the learning rate h do methods and the flows of their modified \
                   fields differ?"
                .into(),
        source:
            "Barrett and Dherin 2021, Theorem 3.1; Hairer, Lubich and Wanner, chapter IX; Ghosh \
                 et al. 2023; Cattaneo et al. 2024; Rosca et al. 2021 and 2023; Smith et al. 2021"
                .into(),
        checks: truncations
            .chain(controls)
            .chain(sampled.checks())
            .collect(),
        pictures: pictures::all(cases),
        tables: vec![
            tables::verdicts(cases),
            tables::errors(cases),
            sampled.table(),
        ],
        warnings: warnings(cases),
    }
}

/// The method as sentences call it.
pub(super) fn words(method: MethodName) -> &'static str {
    match method {
        MethodName::GradientDescent => "Gradient descent",
        MethodName::Heun => "Heun's method",
        MethodName::RungeKutta4 => "Runge–Kutta 4",
        MethodName::HeavyBall => "Heavy ball",
        MethodName::Nesterov => "Nesterov's method",
        MethodName::Adam => "Adam",
        MethodName::RmsProp => "RMSProp",
        MethodName::SimultaneousGame => "A game with simultaneous updates",
        MethodName::AlternatingGame => "A game with alternating updates",
        MethodName::PrincipalFlow => "The Principal Flow",
        MethodName::Sgd => "SGD, in the mean over all orders of an epoch",
        MethodName::SgdWithReplacement => {
            "SGD with replacement, in the mean over all draws of an epoch"
        }
        MethodName::SgdFixedOrder => "SGD in one fixed order",
        MethodName::SgdForwardAndBack => "An epoch of SGD followed by its reverse, in one run",
        MethodName::NStepSgd => "2-step SGD, in the mean over all orders of an epoch",
        MethodName::SgdHeavyBall => "Heavy ball on shuffled minibatches, in the mean",
    }
}

pub(super) fn label(method: MethodName, row: &Row) -> String {
    let terms = method.field_name(row.terms);
    if row.damage == 1.0 {
        terms
    } else {
        format!("{terms}, damaged")
    }
}

fn warnings(cases: &[Case]) -> Vec<String> {
    let undecided = tables::measurements(cases)
        .filter(|(.., measured)| matches!(measured.verdict, Verdict::Undecided(_)));
    undecided
        .map(|(case, row, span, measured)| {
            let (method, subject) = (case.method.name(), case.subject.name());
            let (field, verdict) = (label(case.method, row), measured.verdict);
            format!("{method} on {subject}, {field}, {span}: {verdict}.")
        })
        .collect()
}
