//! What was found, as checks, pictures and tables.

use thalweg::Named;
use thalweg::objective::problem::ProblemName;
use thalweg::verification::{Claim, Convergence, Family, Measured, MethodName, Verdict};

use super::all::{Case, DAMAGE, damaged_terms};
use super::request::{Row, Subject};
use crate::study::convergence::{self, Curve};
use crate::study::{Check, Expectation, Expected, Findings, Picture, Table, shown};

/// Everything.
pub(super) fn of(cases: &[Case]) -> Findings {
    let methods = || MethodName::NAMES.iter().map(|(_, method)| *method);
    let truncations = methods().flat_map(|method| {
        let all = 1..=method.usual_terms();
        all.map(move |terms| truncation(cases, method, terms))
    });
    let controls = methods().map(|method| control(cases, method));
    Findings {
        title: "Every method follows the field that backward error analysis gives it".into(),
        question:
            "By which power of the learning rate h do methods and the flows of their modified \
                   fields differ?"
                .into(),
        source:
            "Barrett and Dherin 2021, Theorem 3.1; Hairer, Lubich and Wanner, chapter IX; Ghosh \
                 et al. 2023; Cattaneo et al. 2024; Rosca et al. 2021 and 2023"
                .into(),
        checks: truncations.chain(controls).collect(),
        pictures: pictures(cases),
        tables: vec![verdicts(cases), errors(cases)],
        warnings: warnings(cases),
    }
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

/// The method as sentences call it.
fn words(method: MethodName) -> &'static str {
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
    }
}

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
        (_, 1) => "the original flow".into(),
        (_, terms) => format!("the modified flow of {terms} terms"),
    };
    let Ok(claims) = method.claims(terms) else {
        return String::new();
    };
    let step = claims
        .one_step
        .map(|claim| format!("{} in one step and ", power(claim)));
    format!(
        "{name} differs from {flow} by {}{} over a fixed time",
        step.unwrap_or_default(),
        power(claims.fixed_time),
    )
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

fn truncation(cases: &[Case], method: MethodName, terms: usize) -> Check {
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

fn control(cases: &[Case], method: MethodName) -> Check {
    let (terms, is_exact) = (damaged_terms(method), method.family() == Family::Principal);
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
    expectation.measured(best.unwrap_or(f64::NAN), seen(cases, method, terms, true))
}

fn label(row: &Row) -> String {
    let terms = match row.terms {
        1 => "1 term".into(),
        terms => format!("{terms} terms"),
    };
    if row.damage == 1.0 {
        terms
    } else {
        format!("{terms}, damaged")
    }
}

fn claimed(claim: Claim) -> Option<usize> {
    match claim {
        Claim::Order(order) => Some(order),
        Claim::Exact => None,
    }
}

fn pictures(cases: &[Case]) -> Vec<Picture> {
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
                    label: label(row),
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

/// The case, its row, over what, and what was measured.
type Measurement<'a> = (&'a Case, &'a Row, &'static str, &'a Measured);

/// Each measurement.
fn measurements(cases: &[Case]) -> impl Iterator<Item = Measurement<'_>> {
    cases.iter().flat_map(|case| {
        case.rows.iter().flat_map(move |row| {
            let one_step = row.certificate.one_step.iter().map(|one| ("one step", one));
            let all = one_step.chain([("fixed time", &row.certificate.fixed_time)]);
            all.map(move |(span, measured)| (case, row, span, measured))
        })
    })
}

fn verdicts(cases: &[Case]) -> Table {
    let texts = |text: fn(&Measurement<'_>) -> String| {
        let all = measurements(cases);
        all.map(|one| text(&one)).collect::<Vec<String>>()
    };
    let orders: Vec<f64> = measurements(cases)
        .map(|(.., measured)| measured.convergence.order())
        .collect();
    Table::new(
        "verdicts",
        "Every measurement",
        "A row is a method on a problem against one field; an order is the slope of the last halving \
         above rounding.",
    )
    .with("method", "", texts(|(case, ..)| case.method.name().into()))
    .with("problem", "", texts(|(case, ..)| case.subject.name().into()))
    .with("field", "", texts(|(_, row, ..)| label(row)))
    .with("over", "", texts(|(_, _, span, _)| (*span).into()))
    .with("claimed", "order", texts(|(.., one)| one.claim.to_string()))
    .with("measured", "order", orders)
    .with("verdict", "", texts(|(.., one)| one.verdict.to_string()))
}

fn errors(cases: &[Case]) -> Table {
    let all = measurements(cases).map(|(case, row, span, measured)| {
        let (method, subject) = (case.method.name(), case.subject.name());
        let name = format!("{method} on {subject}, {}, {span}", label(row));
        (name, &measured.convergence)
    });
    let all: Vec<(String, &Convergence)> = all.collect();
    convergence::table("errors", "Every error", &all)
}

fn warnings(cases: &[Case]) -> Vec<String> {
    let undecided = measurements(cases)
        .filter(|(.., measured)| matches!(measured.verdict, Verdict::Undecided(_)));
    undecided
        .map(|(case, row, span, measured)| {
            let (method, subject) = (case.method.name(), case.subject.name());
            let (field, verdict) = (label(row), measured.verdict);
            format!("{method} on {subject}, {field}, {span}: {verdict}.")
        })
        .collect()
}
