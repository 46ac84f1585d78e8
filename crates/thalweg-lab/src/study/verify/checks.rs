//! What is claimed of each method, and what was measured.

use thalweg::Named;
use thalweg::verification::{Claim, Family, Measured, MethodName, Verdict};

use super::all::{Case, DAMAGE};
use super::findings::words;
use super::resolved::Row;
use super::subject::Subject;
use crate::study::{Check, Expectation, Expected, shown};

/// h to the power of a claim of an order.
fn power(claim: Claim) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    match claim {
        Claim::Order(1) => "O(h)".into(),
        Claim::Order(order) => {
            let digits = order.to_string().into_bytes().into_iter();
            let raised: String = digits
                .map(|digit| DIGITS[usize::from(digit - b'0')])
                .collect();
            format!("O(h{raised})")
        }
        Claim::Exact => "rounding".into(),
    }
}

/// What is claimed, in words.
fn statement(method: MethodName, terms: usize) -> String {
    let name = words(method);
    let flow = match (method.family(), terms) {
        (Family::Principal, _) => {
            return format!("{name} goes through the iterates of gradient descent on quadratics");
        }
        (Family::Minibatch, 1) => "the flow of E".into(),
        (Family::Minibatch, terms) => format!("the flow of {}", method.field_name(terms)),
        (_, 1) => "the original flow".into(),
        (_, terms) => format!("the modified flow of {terms} terms"),
    };
    let Ok(claims) = method.claims(terms) else {
        return String::new();
    };
    let over = |claim: Option<Claim>, span| claim.map(|claim| format!("{} {span}", power(claim)));
    let unit = match method.family() {
        Family::Minibatch => "over it".into(),
        _ => format!("in {}", method.unit()),
    };
    let spans = [
        over(claims.one_step, unit.as_str()),
        over(claims.fixed_time, "over a fixed time"),
    ];
    let spans: Vec<String> = spans.into_iter().flatten().collect();
    format!("{name} differs from {flow} by {}", spans.join(" and "))
}

fn source(method: MethodName) -> &'static str {
    match method {
        MethodName::GradientDescent => {
            "Barrett and Dherin 2021, arXiv 2009.11162, Theorem 3.1; Hairer, Lubich and Wanner, IX.1"
        }
        MethodName::HeavyBall | MethodName::Nesterov => "Ghosh et al. 2023, arXiv 2302.00849",
        MethodName::Adam | MethodName::RmsProp => "Cattaneo et al. 2024, arXiv 2309.00079",
        MethodName::SimultaneousGame | MethodName::AlternatingGame => {
            "Rosca et al. 2021, arXiv 2105.13922"
        }
        MethodName::PrincipalFlow => "Rosca et al. 2023, arXiv 2302.01952",
        MethodName::SgdHeavyBall => {
            "derived here from Smith et al. 2021, arXiv 2101.12176, and Ghosh et al. 2023, arXiv \
             2302.00849"
        }
        method if method.family() == Family::Minibatch => "Smith et al. 2021, arXiv 2101.12176",
        _ => "Hairer, Lubich and Wanner, Geometric Numerical Integration, IX.1",
    }
}

fn seen(cases: &[Case], method: MethodName, terms: usize, is_damaged: bool) -> String {
    let order = |measured: &Measured| match measured.claim {
        Claim::Order(_) => shown((measured.convergence.order() * 1e3).round() / 1e3),
        Claim::Exact => measured.verdict.name().into(),
    };
    let on = rows(cases, method, terms, is_damaged).map(|(subject, row)| {
        let orders: Vec<String> = row.certificate.all().map(order).collect();
        format!("{} {}", subject.name(), orders.join(" and "))
    });
    let on: Vec<String> = on.collect();
    format!("Measured: {}.", on.join(", "))
}

pub(super) fn truncation(cases: &[Case], method: MethodName, terms: usize) -> Check {
    let is_exact = method.family() == Family::Principal;
    let measured = rows(cases, method, terms, false)
        .flat_map(|(_, row)| row.certificate.all())
        .map(deviation);
    let expectation = Expectation {
        name: format!("{} {terms}", method.name()),
        statement: statement(method, terms),
        source: source(method).into(),
        quantity: match is_exact {
            true => "the largest distance, in units of what counts as rounding".into(),
            false => "the measured order less the claimed one, where it is furthest off".into(),
        },
        expected: match is_exact {
            true => Expected::Below { bound: 1.0 },
            false => Expected::Between {
                low: -0.2,
                high: 0.4,
            },
        },
        because: match is_exact {
            true => "Rounding is 10⁻¹³‖θ‖.".into(),
            false => {
                "The slope of the last halving with errors above 10⁻¹³‖θ‖ still has a part of \
                      the next order, which makes it steeper more often than flatter."
                    .into()
            }
        },
    };
    expectation.measured(furthest(measured), seen(cases, method, terms, false))
}

/// The control of a method that has a modified field.
pub(super) fn control(cases: &[Case], method: MethodName) -> Option<Check> {
    let is_exact = method.family() == Family::Principal;
    let terms = method.damaged_terms()?;
    let measured = rows(cases, method, terms, true)
        .flat_map(|(_, row)| row.certificate.all())
        .map(deviation);
    // The control that comes closest to passing.
    let best = measured.reduce(|one, other| match is_exact {
        _ if one.is_nan() || other.is_nan() => f64::NAN,
        true => one.min(other),
        false => one.max(other),
    });
    let expectation = Expectation {
        name: format!("control {}", method.name()),
        statement: format!(
            "{} with corrections {} times too large is refuted",
            words(method),
            shown(DAMAGE)
        ),
        source: "a negative control".into(),
        quantity: match is_exact {
            true => "the least distance that was largest, in units of rounding".into(),
            false => "the measured order less the claimed one, where it is greatest".into(),
        },
        expected: match is_exact {
            true => Expected::Above { bound: 1.0 },
            false => Expected::Below { bound: -0.2 },
        },
        because: "A measurement that passes a damaged field would prove nothing of a whole one."
            .into(),
    };
    let seen = seen(cases, method, terms, true);
    Some(expectation.measured(best.unwrap_or(f64::NAN), seen))
}

/// The rows of a method, whole or damaged, with what each was measured on.
fn rows(
    cases: &[Case],
    method: MethodName,
    terms: usize,
    is_damaged: bool,
) -> impl Iterator<Item = (Subject, &Row)> {
    let cases = cases.iter().filter(move |case| case.method == method);
    cases.flat_map(move |case| {
        let rows = case.rows.iter();
        let rows = rows.filter(move |row| row.terms == terms && (row.damage != 1.0) == is_damaged);
        rows.map(|row| (case.subject, row))
    })
}

/// By how much the measured order differs from the claimed one; NaN where that is undecided, and for
/// exactness the largest error in units of rounding.
fn deviation(measured: &Measured) -> f64 {
    match (measured.claim, measured.verdict) {
        (_, Verdict::Undecided(_)) => f64::NAN,
        (Claim::Order(order), _) => measured.convergence.order() - order as f64,
        (Claim::Exact, _) => {
            let points = measured.convergence.points.iter();
            let ratios = points.map(|point| point.error / point.floor);
            ratios.fold(0.0, f64::max)
        }
    }
}

/// The deviation that is furthest from 0, NaN if one is.
fn furthest(deviations: impl Iterator<Item = f64>) -> f64 {
    deviations.fold(0.0, |worst: f64, one| {
        if worst.is_nan() || one.abs() <= worst.abs() {
            worst
        } else {
            one
        }
    })
}
