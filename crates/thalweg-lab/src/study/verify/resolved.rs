//! A method on what it is verified on, measured.

use thalweg::Named;
use thalweg::objective::FiniteSum;
use thalweg::objective::problem::{Problem, Quadratic};
use thalweg::optimizer::Sampling;
use thalweg::verification::{
    Certificate, Descent, Family, GameUpdates, MethodName, MinibatchDescent, Pair,
    PrincipalDescent, Protocol, VerificationError, certify, quadratic_of,
};

use super::sampled::SampledRun;
use super::subject::{SEED, Subject, usual_start};
use super::sums::{SumName, batches};
use crate::study::StudyError;

/// How often the learning rate is halved.
pub(super) const HALVINGS: u32 = 7;
/// Steps with the largest learning rate over a fixed time; methods with memory have to forget their
/// start.
const STEPS: (u64, u64) = (4, 16);
/// Minibatches an epoch, of which every order is gone through; fewer over many epochs.
pub(super) const BATCHES: (usize, usize) = (4, 3);
/// Of more batches orders are sampled.
pub(super) const MOST_ORDERED: usize = 6;

/// A request whose names are known and belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The method.
    pub method: MethodName,
    /// What it is verified on.
    pub subject: Subject,
    /// The name of the start.
    pub start: &'static str,
    /// How many truncations.
    pub terms: usize,
    pub(super) learning_rate: Option<f64>,
    pub(super) halvings: u32,
    pub(super) batches: usize,
}

/// What was measured of one truncation.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// How many terms the field has.
    pub terms: usize,
    /// By what factor its learning rate is wrong; 1 if it is not damaged.
    pub damage: f64,
    /// What was measured.
    pub certificate: Certificate,
}

impl Resolved {
    /// A method on what it suits, from its usual start, with the usual settings.
    ///
    /// # Errors
    /// If the problem cannot be made.
    pub fn new(method: MethodName, subject: Subject) -> Result<Self, VerificationError> {
        Ok(Self {
            method,
            subject,
            start: usual_start(subject)?,
            terms: method.usual_terms(),
            learning_rate: None,
            halvings: HALVINGS,
            batches: match method {
                MethodName::SgdHeavyBall => BATCHES.1,
                _ => BATCHES.0,
            },
        })
    }

    /// Measures every truncation.
    ///
    /// # Errors
    /// If a comparison cannot be made.
    pub fn measure(&self) -> Result<Vec<Row>, StudyError> {
        (1..=self.terms).map(|terms| self.row(terms, 1.0)).collect()
    }

    /// Measures one truncation with its learning rate wrong by the factor `damage`.
    ///
    /// # Errors
    /// If the comparison cannot be made.
    pub fn row(&self, terms: usize, damage: f64) -> Result<Row, StudyError> {
        let certificate = match self.subject {
            Subject::Game(game) => {
                let pair = GameUpdates::new(game, self.method, terms)?;
                let usual = pair.usual_learning_rate();
                self.certificate(&mut pair.damaged(damage), terms, usual)?
            }
            Subject::Problem(name) => {
                let mut problem = name.problem(SEED).map_err(VerificationError::from)?;
                self.descent(&mut problem, terms, damage)?
            }
            Subject::Sum(sum) => self.minibatches(sum, terms, damage)?,
        };
        Ok(Row {
            terms,
            damage,
            certificate,
        })
    }

    fn descent(
        &self,
        problem: &mut Problem,
        terms: usize,
        damage: f64,
    ) -> Result<Certificate, VerificationError> {
        let start = problem.start(self.start);
        let start = start.map_or_else(Vec::new, |start| start.theta.clone());
        if self.method.family() == Family::Principal {
            let quadratic: Option<Quadratic> = quadratic_of(problem)?;
            let Some(quadratic) = quadratic else {
                let (method, pair) = (self.method.name(), "problems that are no quadratics");
                return Err(VerificationError::Method { method, pair });
            };
            let pair = PrincipalDescent::new(quadratic, &start);
            let usual = pair.usual_learning_rate();
            return self.certificate(&mut pair.damaged(damage), terms, usual);
        }
        let pair = Descent::new(&mut *problem.objective, &start, self.method, terms)?;
        let mut pair = pair.damaged(damage);
        let usual = match self.learning_rate {
            Some(given) => given,
            None => pair.usual_learning_rate()?,
        };
        self.certificate(&mut pair, terms, usual)
    }

    /// Samples epochs, where there are too many batches to go through every order of them; `None`
    /// where there are not.
    ///
    /// # Errors
    /// If the comparison cannot be made.
    pub fn sample(&self) -> Result<Option<SampledRun>, StudyError> {
        let sampling = match self.method {
            MethodName::Sgd => Sampling::Shuffled,
            MethodName::SgdWithReplacement => Sampling::WithReplacement,
            _ => return Ok(None),
        };
        match self.subject {
            Subject::Sum(sum) if self.batches > MOST_ORDERED => {
                let run = SampledRun::measure(sum, sampling, self.batches, self.learning_rate)?;
                Ok(Some(run))
            }
            _ => Ok(None),
        }
    }

    fn minibatches(
        &self,
        sum: SumName,
        terms: usize,
        damage: f64,
    ) -> Result<Certificate, StudyError> {
        let (mut objective, start) = sum.objective()?;
        let batches = batches(objective.examples(), self.batches);
        let pair = MinibatchDescent::new(&mut objective, batches, &start, self.method, terms)?;
        let mut pair = pair.damaged(damage);
        let usual = match self.learning_rate {
            Some(given) => given,
            None => pair.usual_learning_rate()?,
        };
        Ok(self.certificate(&mut pair, terms, usual)?)
    }

    fn certificate(
        &self,
        pair: &mut dyn Pair,
        terms: usize,
        usual: f64,
    ) -> Result<Certificate, VerificationError> {
        let protocol = Protocol {
            learning_rate: self.learning_rate.unwrap_or(usual),
            halvings: self.halvings,
            steps: match self.method.family() {
                Family::Memory => STEPS.1,
                _ => STEPS.0,
            },
        };
        certify(pair, self.method.claims(terms)?, &protocol)
    }
}
