//! One method on one problem, by name.

use thalweg::Named;
use thalweg::objective::problem::{Problem, ProblemName, Quadratic};
use thalweg::verification::{
    Certificate, Descent, Family, GameName, GameUpdates, MethodName, Pair, PrincipalDescent,
    Protocol, VerificationError, certify, quadratic_of,
};

use crate::spec::nearest;

/// Data and random starts of the problems.
const SEED: u64 = 1;
/// How often the learning rate is halved.
const HALVINGS: u32 = 7;
/// Steps with the largest learning rate over a fixed time; methods with memory have to forget their
/// start.
const STEPS: (u64, u64) = (4, 16);

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
}

/// What a method is verified on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A problem of the catalogue.
    Problem(ProblemName),
    /// A game.
    Game(GameName),
}

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
    learning_rate: Option<f64>,
    halvings: u32,
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
    /// The comparison cannot be made.
    #[error(transparent)]
    Verification(#[from] VerificationError),
}

fn suggestion(name: &str, known: &[&'static str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("there are: {}", known.join(", ")),
    }
}

fn named<T: Named>(what: &'static str, name: &str) -> Result<T, RequestError> {
    T::from_name(name).ok_or_else(|| RequestError::Unknown {
        what,
        name: name.into(),
        known: T::NAMES.iter().map(|(name, _)| *name).collect(),
    })
}

impl Subject {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Problem(problem) => problem.name(),
            Self::Game(game) => game.name(),
        }
    }

    /// What suits a method; quadratics only are known when they are looked at.
    #[must_use]
    pub fn suiting(method: MethodName) -> Vec<Self> {
        match method.family() {
            Family::Game => {
                let games = GameName::NAMES.iter();
                games.map(|(_, game)| Self::Game(*game)).collect()
            }
            Family::Principal => [ProblemName::Quadratic, ProblemName::LinearRegression]
                .map(Self::Problem)
                .to_vec(),
            _ => {
                let problems = ProblemName::NAMES.iter();
                problems.map(|(_, one)| Self::Problem(*one)).collect()
            }
        }
    }
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
        Ok(resolved)
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
    if let Some(game) = GameName::from_name(name) {
        return Err(unsuitable(game.name(), "problems with one loss, not games"));
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

fn starts(subject: Subject) -> Result<Vec<&'static str>, VerificationError> {
    Ok(match subject {
        Subject::Problem(name) => {
            let problem = name.problem(SEED)?;
            problem.starts.iter().map(|start| start.name).collect()
        }
        Subject::Game(_) => vec!["usual"],
    })
}

/// The first start, except where it has too small errors for the highest orders: near the saddle at 0
/// of the diagonal network the error of order 6 is rounding before it is alone.
fn usual_start(subject: Subject) -> Result<&'static str, VerificationError> {
    let starts = starts(subject)?;
    let usual = match subject {
        Subject::Problem(ProblemName::DiagonalLinear) => starts.last(),
        _ => starts.first(),
    };
    Ok(usual.copied().unwrap_or(""))
}

fn chosen(known: &[&'static str], name: &str) -> Result<&'static str, RequestError> {
    let found = known.iter().find(|known| **known == name);
    found.copied().ok_or_else(|| RequestError::Unknown {
        what: "start of this problem",
        name: name.into(),
        known: known.to_vec(),
    })
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
        })
    }

    /// Measures every truncation.
    ///
    /// # Errors
    /// If a comparison cannot be made.
    pub fn measure(&self) -> Result<Vec<Row>, VerificationError> {
        (1..=self.terms).map(|terms| self.row(terms, 1.0)).collect()
    }

    /// Measures one truncation with its learning rate wrong by the factor `damage`.
    ///
    /// # Errors
    /// If the comparison cannot be made.
    pub fn row(&self, terms: usize, damage: f64) -> Result<Row, VerificationError> {
        let certificate = match self.subject {
            Subject::Game(game) => {
                let pair = GameUpdates::new(game, self.method, terms)?;
                let usual = pair.usual_learning_rate();
                self.certificate(&mut pair.damaged(damage), terms, usual)?
            }
            Subject::Problem(name) => self.descent(&mut name.problem(SEED)?, terms, damage)?,
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
