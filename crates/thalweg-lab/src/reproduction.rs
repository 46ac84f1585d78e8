//! Published results that the program can check by itself.

use crate::spec::nearest;
use crate::study::{Study, adam, games, igr_a1, igr_fig1, igr_theorem, momentum, smoothness};

/// A published result with the experiment or study that checks it.
#[derive(Clone, Copy, Debug)]
pub struct Reproduction {
    /// What people ask for it by.
    pub name: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// Where the result was published.
    pub source: &'static str,
    /// How it is checked.
    pub method: Method,
    /// About how many minutes it takes on two cores; 0 for less than one.
    pub minutes: u32,
}

/// How a published result is checked.
#[derive(Clone, Copy, Debug)]
pub enum Method {
    /// By an experiment: this file.
    Experiment(&'static str),
    /// By a study: the library computes it directly.
    Study(Study),
}

/// Every published result that can be checked.
pub const PUBLISHED: &[Reproduction] = &[
    Reproduction {
        name: "igr-mnist",
        title: "Implicit and explicit gradient regularisation on digits",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figures 2 and 3c",
        method: Method::Experiment(include_str!("../../../experiments/igr-mnist.toml")),
        minutes: 3,
    },
    Reproduction {
        name: "igr-fig1",
        title: "Which flow gradient descent follows, and how flat it ends, on two parameters",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure 1",
        method: Method::Study(igr_fig1::run),
        minutes: 0,
    },
    Reproduction {
        name: "igr-a1",
        title: "Where the effect of the learning rate reverses, on two parameters",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure A.1",
        method: Method::Study(igr_a1::run),
        minutes: 0,
    },
    Reproduction {
        name: "igr-theorem",
        title: "One step of gradient descent and the modified flow, on a network of digits",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Theorem 3.1",
        method: Method::Study(igr_theorem::run),
        minutes: 0,
    },
    Reproduction {
        name: "momentum",
        title: "By which factor momentum strengthens implicit regularisation",
        source: "Ghosh et al., Implicit Regularization in Heavy-ball Momentum Accelerated Stochastic \
                 Gradient Descent, ICLR 2023, Theorem 3.1",
        method: Method::Study(momentum::run),
        minutes: 0,
    },
    Reproduction {
        name: "adam",
        title: "What Adam follows, and when it seeks large gradients",
        source: "Cattaneo, Klusowski and Shigida, On the Implicit Bias of Adam, ICML 2024, Theorem 3.1",
        method: Method::Study(adam::run),
        minutes: 0,
    },
    Reproduction {
        name: "games",
        title: "What finite steps do to a game of two players",
        source: "Rosca et al., Discretization Drift in Two-Player Games, ICML 2021, Theorems 3.1 and 3.2",
        method: Method::Study(games::run),
        minutes: 0,
    },
    Reproduction {
        name: "smoothness",
        title: "For which activation functions the modified flow describes gradient descent",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Theorem 3.1",
        method: Method::Study(smoothness::run),
        minutes: 1,
    },
];

/// No published result has the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no published result is called `{name}`; {}", suggestion(name))]
pub struct UnknownReproduction {
    /// The name.
    pub name: String,
}

impl Reproduction {
    /// The published result called `name`.
    ///
    /// # Errors
    /// If there is none; the message names the nearest or all.
    pub fn find(name: &str) -> Result<&'static Self, UnknownReproduction> {
        let mut published = PUBLISHED.iter();
        published
            .find(|one| one.name == name)
            .ok_or_else(|| UnknownReproduction { name: name.into() })
    }
}

fn suggestion(name: &str) -> String {
    match nearest(name, PUBLISHED.iter().map(|one| one.name)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => {
            let names: Vec<&str> = PUBLISHED.iter().map(|one| one.name).collect();
            format!("there are: {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::spec::Experiment;

    #[test]
    fn every_published_experiment_is_valid_with_claims_on_three_seeds() {
        for one in PUBLISHED {
            let Method::Experiment(spec) = one.method else {
                continue;
            };
            let experiment =
                Experiment::parse(one.name, spec, &[]).unwrap_or_else(|error| panic!("{error}"));
            assert!(!experiment.claims.is_empty(), "{}", one.name);
            assert!(experiment.sweeps.iter().all(|sweep| {
                let seeds = sweep.trials.iter().map(|trial| trial.seed);
                seeds.collect::<std::collections::BTreeSet<_>>().len() >= 3
            }));
        }
    }

    #[test]
    fn the_digits_share_the_trials_without_penalty_between_both_sweeps() {
        let digits = Reproduction::find("igr-mnist").unwrap();
        let Method::Experiment(spec) = digits.method else {
            panic!("{digits:?}");
        };
        let experiment = Experiment::parse(digits.name, spec, &[]).unwrap();
        assert_eq!(Plan::new(&experiment).trials.len(), (6 + 4 - 1) * 4);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let message = |name| Reproduction::find(name).unwrap_err().to_string();
        assert!(message("igr-mnits").ends_with("did you mean `igr-mnist`?"));
        assert!(message("resnet").contains("there are: igr-mnist, igr-fig1, igr-a1"));
    }
}
