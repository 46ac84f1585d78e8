//! What a method can be verified on.

use thalweg::Named;
use thalweg::objective::problem::ProblemName;
use thalweg::verification::{Family, GameName, MethodName, VerificationError};

use super::sums::SumName;

/// Data and random starts of the problems.
pub(super) const SEED: u64 = 1;

/// What a method is verified on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A problem of the catalogue.
    Problem(ProblemName),
    /// A game.
    Game(GameName),
    /// A mean over examples.
    Sum(SumName),
}

impl Subject {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Problem(problem) => problem.name(),
            Self::Game(game) => game.name(),
            Self::Sum(sum) => sum.name(),
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
            Family::Minibatch if method == MethodName::SgdHeavyBall => {
                vec![Self::Sum(SumName::LinearRegression)]
            }
            Family::Minibatch => {
                let sums = SumName::NAMES.iter();
                sums.map(|(_, sum)| Self::Sum(*sum)).collect()
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

pub(super) fn starts(subject: Subject) -> Result<Vec<&'static str>, VerificationError> {
    Ok(match subject {
        Subject::Problem(name) => {
            let problem = name.problem(SEED)?;
            problem.starts.iter().map(|start| start.name).collect()
        }
        Subject::Game(_) => vec!["usual"],
        Subject::Sum(SumName::DigitsNetwork) => vec!["random"],
        Subject::Sum(_) => vec!["zero"],
    })
}

/// The first start, except where it has too small errors for the highest orders: near the saddle at 0
/// of the diagonal network the error of order 6 is rounding before it is alone.
pub(super) fn usual_start(subject: Subject) -> Result<&'static str, VerificationError> {
    let starts = starts(subject)?;
    let usual = match subject {
        Subject::Problem(ProblemName::DiagonalLinear) => starts.last(),
        _ => starts.first(),
    };
    Ok(usual.copied().unwrap_or(""))
}
