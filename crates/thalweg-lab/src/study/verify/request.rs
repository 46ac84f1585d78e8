//! One method on one problem, by name.

use thalweg::Named;
use thalweg::objective::problem::ProblemName;
use thalweg::verification::{Family, GameName, MethodName, VerificationError};

use super::resolved::{HALVINGS, MOST_ORDERED, Resolved};
use super::sampled::MOST_SAMPLED;
use super::subject::{Subject, starts};
use super::sums::SumName;
use crate::spec::nearest;

/// What methods of minibatches are for.
const SUMS: &str = "means over examples (linear-regression, logistic-regression, digits-network)";

/// What to verify, as typed. What is not given is chosen to suit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The problem, or for games the game.
    pub problem: String,
    /// How many truncations of the field: those of 1, 2, … terms.
    pub terms: Option<usize>,
    /// The start.
    pub start: Option<String>,
    /// The largest learning rate.
    pub learning_rate: Option<f64>,
    /// How often it is halved.
    pub halvings: Option<u32>,
    /// Minibatches an epoch: up to 6 every order is gone through, above that epochs are sampled.
    pub batches: Option<usize>,
}

/// Why a request cannot be carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// No such method, problem or start.
    #[error("no {what} is called `{name}`; {}", suggestion(name, known))]
    Unknown {
        /// What it was to be.
        what: &'static str,
        /// The name given.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// A problem that the method is not for.
    #[error("{method} cannot be verified on `{problem}`: it is for {wanted}")]
    Unsuitable {
        /// The method.
        method: &'static str,
        /// The problem.
        problem: &'static str,
        /// What it is for.
        wanted: &'static str,
    },
    /// A number of minibatches that the method cannot be verified on.
    #[error("{method} cannot be verified on {given} minibatches: it is for {wanted}")]
    Batches {
        /// The method.
        method: &'static str,
        /// The number given.
        given: usize,
        /// What it is for.
        wanted: &'static str,
    },
    /// The comparison cannot be made.
    #[error(transparent)]
    Verification(#[from] VerificationError),
}

impl Request {
    /// The names looked up.
    ///
    /// # Errors
    /// If one is not known, or they do not belong together.
    pub fn resolve(&self) -> Result<Resolved, RequestError> {
        let method: MethodName = named("method", &self.method)?;
        let subject = subject(method, &self.problem)?;
        let mut resolved = Resolved::new(method, subject)?;
        if let Some(name) = &self.start {
            resolved.start = chosen(&starts(subject)?, name)?;
        }
        if let Some(terms) = self.terms {
            method.claims(terms)?;
            resolved.terms = terms;
        }
        resolved.learning_rate = self.learning_rate;
        resolved.halvings = self.halvings.unwrap_or(HALVINGS);
        if let Some(given) = self.batches {
            check_batches(method, given)?;
            resolved.batches = given;
        }
        Ok(resolved)
    }
}

fn check_batches(method: MethodName, given: usize) -> Result<(), RequestError> {
    let (most, wanted) = match method {
        MethodName::Sgd | MethodName::SgdWithReplacement => (MOST_SAMPLED, "2 to 32 of them"),
        MethodName::SgdHeavyBall => (4, "2 to 4 of them, over many epochs"),
        _ if method.family() == Family::Minibatch => {
            let wanted = "2 to 6 of them, whose every order is gone through";
            (MOST_ORDERED, wanted)
        }
        _ => (0, "a loss as a whole"),
    };
    let method = method.name();
    match (2..=most).contains(&given) {
        true => Ok(()),
        false => Err(RequestError::Batches {
            method,
            given,
            wanted,
        }),
    }
}

fn subject(method: MethodName, name: &str) -> Result<Subject, RequestError> {
    let unsuitable = |problem, wanted| RequestError::Unsuitable {
        method: method.name(),
        problem,
        wanted,
    };
    if method.family() == Family::Game {
        return match ProblemName::from_name(name) {
            Some(problem) => Err(unsuitable(problem.name(), "games (bilinear, general)")),
            None => Ok(Subject::Game(named("game", name)?)),
        };
    }
    if method.family() == Family::Minibatch {
        let Some(sum) = SumName::from_name(name) else {
            let problem = ProblemName::from_name(name).map(Named::name);
            let problem = problem.or_else(|| GameName::from_name(name).map(Named::name));
            return match problem {
                Some(problem) => Err(unsuitable(problem, SUMS)),
                None => Err(unknown::<SumName>("mean over examples", name)),
            };
        };
        let subject = Subject::Sum(sum);
        return match Subject::suiting(method).contains(&subject) {
            true => Ok(subject),
            false => Err(unsuitable(sum.name(), "quadratics (linear-regression)")),
        };
    }
    if let Some(game) = GameName::from_name(name) {
        return Err(unsuitable(game.name(), "problems with one loss, not games"));
    }
    if name == SumName::DigitsNetwork.name() {
        return Err(unsuitable(
            SumName::DigitsNetwork.name(),
            "problems of the catalogue",
        ));
    }
    let problem: ProblemName = named("problem", name)?;
    let suits = Subject::suiting(method).contains(&Subject::Problem(problem));
    match suits {
        true => Ok(Subject::Problem(problem)),
        false => Err(unsuitable(
            problem.name(),
            "quadratics (quadratic, linear-regression)",
        )),
    }
}

fn chosen(known: &[&'static str], name: &str) -> Result<&'static str, RequestError> {
    let found = known.iter().find(|known| **known == name);
    found.copied().ok_or_else(|| RequestError::Unknown {
        what: "start of this problem",
        name: name.into(),
        known: known.to_vec(),
    })
}

fn suggestion(name: &str, known: &[&'static str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("there are: {}", known.join(", ")),
    }
}

fn named<T: Named>(what: &'static str, name: &str) -> Result<T, RequestError> {
    T::from_name(name).ok_or_else(|| unknown::<T>(what, name))
}

fn unknown<T: Named>(what: &'static str, name: &str) -> RequestError {
    RequestError::Unknown {
        what,
        name: name.into(),
        known: T::NAMES.iter().map(|(name, _)| *name).collect(),
    }
}
