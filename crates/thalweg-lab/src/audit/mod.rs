//! An audit: what the steps of one's own training do at one's own parameters, in numbers with error
//! bars and in words.
//!
//! [`Subject`] is what is audited: parameters θ of a trial or of a file, with the experiment that says
//! how they are trained. [`Audit::of`] measures pass by pass ([`Pass`], [`Cost`]), makes [`Number`]s of
//! that, asks what other settings would do at the same θ ([`Scenario`]) and reads all of it
//! ([`Remark`]). Everything is computed in double precision, perturbed networks aside.

mod budget;
mod document;
mod error;
mod last_steps;
mod measured;
mod number;
mod numbers;
mod pass;
mod perturbation;
mod quantity;
mod reading;
mod regime;
mod sample;
mod scenario;
mod subject;
mod tensors;
mod text;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use thalweg::Threads;
use thalweg::modified::stochastic::StochasticCoefficients;
use thalweg::robustness::RobustnessCurve;

pub use self::budget::Budget;
pub use self::document::document;
pub use self::error::AuditError;
pub use self::last_steps::LastSteps;
pub use self::number::{ErrorBar, ErrorKind, Number, Undefined};
pub use self::pass::{Cost, Pass};
pub use self::quantity::Audited;
pub use self::reading::{Remark, Topic};
pub use self::regime::Regime;
pub use self::scenario::{Change, Scenario, Terms};
pub use self::subject::{Subject, Which};
pub use self::tensors::Misfit;
pub use self::text::text;
use crate::applied;
use crate::spec::TrialSpec;
use crate::study::Watch;

/// What is audited, in numbers and names.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// Where θ was read from.
    pub checkpoint: PathBuf,
    /// Tensors of that file that are none of the network's.
    pub unused: Vec<String>,
    /// How θ is trained.
    pub spec: TrialSpec,
    /// Steps taken to θ, where that is known.
    pub step: Option<u64>,
    /// m.
    pub parameters: usize,
    /// N.
    pub examples: usize,
    /// k.
    pub steps_per_epoch: u64,
    /// The rate of the step that follows.
    pub learning_rate: f64,
    /// w, where weight decay is part of what is descended.
    pub weight_decay: f64,
    /// How training went at last, where that is known.
    pub last_steps: Option<LastSteps>,
    /// How thoroughly it was measured.
    pub budget: Budget,
    /// Whether λ_max was found to the tolerance of the budget.
    pub has_converged: bool,
}

/// Everything an audit says.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// What it is of.
    pub about: About,
    /// The numbers, in the order of tables.
    pub numbers: Vec<Number>,
    /// c, c_v and γ of the steps, if they descend a loss of that form.
    pub implicit: Option<StochasticCoefficients>,
    /// The same of what is added on purpose.
    pub explicit: StochasticCoefficients,
    /// The present setting, and what other settings would do at this θ.
    pub scenarios: Vec<Scenario>,
    /// Where the theory stands.
    pub regime: Regime,
    /// What noise in θ costs, if it was measured.
    pub robustness: Option<RobustnessCurve>,
    /// What each pass has cost.
    pub costs: Vec<Cost>,
    /// What is to be made of it.
    pub remarks: Vec<Remark>,
}

impl Audit {
    /// Audits a subject. The same subject has the same audit, seconds aside, for any number of threads.
    ///
    /// Costs about five gradients over the training data and λ_max (20 to 100 Hessian–vector products);
    /// with [`Budget::Standard`] a product more and 20 draws of noise at ten strengths, with
    /// [`Budget::Full`] more products and 100 draws.
    ///
    /// # Errors
    /// If the network does not fit its data, a gradient is not finite, or `watch` says to stop.
    pub fn of(
        subject: &Subject,
        budget: Budget,
        threads: &Threads,
        watch: &mut Watch<'_>,
    ) -> Result<Self, AuditError> {
        let examples = subject.double()?.training.count();
        let standing = subject.standing(examples)?;
        let measured = measured::Measured::of(subject, &standing, budget, threads, watch)?;
        let sources = numbers::Sources {
            subject,
            standing: &standing,
            measured: &measured,
        };
        let numbers = numbers::all(&sources);
        let scenarios = scenario::all(&sources)?;
        let parameters = subject.theta.len();
        let base = subject.spec.optimizer.learning_rate;
        let about = About {
            checkpoint: subject.checkpoint.clone(),
            unused: subject.unused.clone(),
            spec: subject.spec.clone(),
            step: subject.step,
            parameters,
            examples,
            steps_per_epoch: standing.steps_per_epoch,
            learning_rate: standing.analysis.learning_rate.unwrap_or(base),
            weight_decay: standing.analysis.weight_decay,
            last_steps: subject.last_steps,
            budget,
            has_converged: measured.curvature.converged,
        };
        let mut audit = Self {
            regime: Regime::of(&scenarios[0]),
            implicit: standing.coefficients,
            explicit: explicit(&about, standing.analysis.implicit_coefficient),
            about,
            numbers,
            scenarios,
            robustness: measured.robustness,
            costs: measured.costs,
            remarks: Vec::new(),
        };
        audit.remarks = Remark::all(&audit);
        Ok(audit)
    }

    /// A number, which is always there, if without a value.
    #[must_use]
    pub fn number(&self, quantity: Audited) -> Option<&Number> {
        self.numbers.iter().find(|one| one.quantity == quantity)
    }

    /// The value of a number, if it has one.
    #[must_use]
    pub fn value(&self, quantity: Audited) -> Option<f64> {
        self.number(quantity)?.value.ok()
    }
}

/// What is added on purpose at the rate of the step that follows.
fn explicit(about: &About, implicit_coefficient: Option<f64>) -> StochasticCoefficients {
    let epoch = about.spec.optimizer.epoch(about.examples);
    applied::explicit(&about.spec, epoch, implicit_coefficient, about.parameters)
}
