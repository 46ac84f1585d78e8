//! Gradient descent beside the flows that are said to describe it, from one start: what `thalweg flow`
//! finds.

mod pictures;
mod record;
mod subject;
mod tables;
mod warning;

use std::ops::ControlFlow;

use thalweg::curvature::{LanczosOptions, largest_eigenpairs};
use thalweg::flow::Tolerance;
use thalweg::follow::{Dynamics, Follow, Followed};
use thalweg::objective::DirectionalDerivative;
use thalweg::regularizer::GradientPenalty;

use self::record::Record;
pub use self::subject::{Subject, SubjectError};
pub use self::warning::FlowWarning;
use crate::study::{Check, Expectation, Expected, Findings, StudyError, Watch, shown};

/// The most parameters whose values are kept: a table of more is of no use to anybody.
const FEW: usize = 16;
/// The error of a step where the field has kinks: at each the order of the integrator is lost, and
/// what the distances ask for would take steps without end.
const KINKED: f64 = 1e-5;

/// Gradient descent, gradient flow and modified flow on one objective, and with a penalty the
/// penalised descent and flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// h.
    pub learning_rate: f64,
    /// Steps of gradient descent.
    pub steps: u64,
    /// Terms of the modified flow, from 2.
    pub terms: usize,
    /// An explicit penalty, to be followed as well.
    pub penalty: Option<GradientPenalty>,
}

impl Comparison {
    fn modified(&self) -> Dynamics {
        Dynamics::ModifiedFlow { terms: self.terms }
    }

    fn dynamics(&self) -> Vec<Dynamics> {
        let mut all = vec![
            Dynamics::GradientDescent,
            Dynamics::GradientFlow,
            self.modified(),
        ];
        if let Some(penalty) = self.penalty {
            all.push(Dynamics::PenalisedDescent(penalty));
            all.push(Dynamics::PenalisedFlow(penalty));
        }
        all
    }

    /// Follows all of them on `subject`.
    ///
    /// # Errors
    /// If a setting is none, or it is interrupted.
    pub fn run(
        &self,
        subject: &mut Subject,
        watch: &mut Watch<'_>,
    ) -> Result<Findings, StudyError> {
        let dynamics = self.dynamics();
        let follow = Follow::new(self.learning_rate, self.steps, &dynamics)?;
        let follow = follow.with_threads(subject.threads.clone());
        let follow = match subject.is_smooth() {
            true => follow,
            false => follow.with_tolerance(Tolerance::new(KINKED)),
        };
        let mut record = Record::new(&dynamics, self.terms, subject.start.len() <= FEW);
        let mut interrupted = Ok(());
        let followed = follow.run(&mut *subject.objective, &subject.start, &mut |moment| {
            record.take(moment);
            interrupted = watch.advanced(moment.step(), self.steps, "following");
            match interrupted {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        })?;
        interrupted?;
        let warnings = self.warnings(subject, &followed)?;
        Ok(Findings {
            title: format!(
                "{}: gradient descent and its flows, h = {}",
                subject.name,
                shown(self.learning_rate)
            ),
            question:
                "Does gradient descent follow the modified flow, rather than the gradient flow?"
                    .into(),
            source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Theorem 3.1"
                .into(),
            checks: vec![self.check(&record)],
            pictures: pictures::all(self, subject, &record)?,
            tables: tables::all(&record, &followed),
            warnings: warnings.iter().map(FlowWarning::to_string).collect(),
        })
    }

    fn check(&self, record: &Record) -> Check {
        let (flow, modified) = (
            record.largest_distance(Dynamics::GradientFlow),
            record.largest_distance(self.modified()),
        );
        let expectation = Expectation {
            name: "nearer".into(),
            statement: format!(
                "Gradient descent is nearer to the modified flow with {} terms than to the gradient \
                 flow",
                self.terms
            ),
            source: "Barrett and Dherin 2021, Theorem 3.1".into(),
            quantity: "max ‖GD − modified flow‖ over max ‖GD − gradient flow‖ along the run".into(),
            expected: Expected::Below { bound: 1.0 },
            because: "Below 1 the modified flow is the better description; for small h the ratio \
                      falls with each term in proportion to h."
                .into(),
        };
        let last = record.ratios().last().copied().unwrap_or(f64::NAN);
        expectation.measured(
            modified / flow,
            format!(
                "The largest distances are {} and {} over {} steps; at the last one the ratio is {}.",
                shown(modified),
                shown(flow),
                record.steps(),
                shown(last),
            ),
        )
    }

    /// What is to be said against the comparison.
    fn warnings(
        &self,
        subject: &mut Subject,
        followed: &Followed,
    ) -> Result<Vec<FlowWarning>, StudyError> {
        let mut warnings = subject.warnings.clone();
        let ends = [("start", &subject.start), ("end", &followed.paths[0].theta)];
        for (place, theta) in ends {
            let lambda = largest_curvature(&mut *subject.objective, theta)?;
            warnings.extend(FlowWarning::of_stability(
                place,
                self.learning_rate * lambda,
            ));
        }
        warnings.extend(followed.paths.iter().flat_map(FlowWarning::of_path));
        Ok(warnings)
    }
}

/// λ_max of the Hessian.
fn largest_curvature(
    objective: &mut dyn DirectionalDerivative<f64>,
    theta: &[f64],
) -> Result<f64, StudyError> {
    let mut objective = objective;
    let options = LanczosOptions {
        tolerance: 1e-3,
        ..LanczosOptions::default()
    };
    let found = largest_eigenpairs(&mut objective, theta, 1, &[], &options)?;
    Ok(found.values.first().copied().unwrap_or(f64::NAN))
}

/// What a path is called in tables (with underscores) and legends.
fn name(dynamics: Dynamics) -> (String, String) {
    let (column, label) = match dynamics {
        Dynamics::GradientDescent => ("gradient_descent", "gradient descent"),
        Dynamics::PenalisedDescent(_) => ("penalised_descent", "gradient descent with penalty"),
        Dynamics::GradientFlow => ("gradient_flow", "gradient flow"),
        Dynamics::ModifiedFlow { terms } => {
            return (
                "modified_flow".into(),
                format!("modified flow, {terms} terms"),
            );
        }
        Dynamics::PenalisedFlow(_) => ("penalised_flow", "flow with penalty"),
        _ => ("other", "other"),
    };
    (column.into(), label.into())
}

#[cfg(test)]
mod tests;
