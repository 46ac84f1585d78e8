//! Published results that the program can check by itself.

mod evidence;
mod published;

use thalweg::Named;

pub use self::evidence::{Judged, Reproduced, table, tally};
pub use self::published::PUBLISHED;
use crate::spec::nearest;
use crate::study::Study;

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
    /// By an experiment, at one or two scales.
    Experiment {
        /// The file for data that are embedded and for networks that take minutes.
        embedded: &'static str,
        /// The file for data that are fetched and for networks near the published ones, if there is
        /// one.
        paper: Option<&'static str>,
    },
    /// By a study: the library computes it directly.
    Study(Study),
}

/// How large the experiment is that checks a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// On embedded data, in minutes.
    #[default]
    Embedded,
    /// On fetched data, near the size of the published experiment: hours or days.
    Paper,
}

impl Named for Scale {
    const NAMES: &'static [(&'static str, Self)] =
        &[("embedded", Self::Embedded), ("paper", Self::Paper)];
}

/// A published result is not checked at a scale.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScaleError {
    /// There is one experiment only.
    #[error(
        "`{name}` has no experiment at the scale of the paper, only one on embedded data{}",
        with_paper()
    )]
    NoPaper {
        /// The name of the result.
        name: &'static str,
    },
    /// It is no experiment.
    #[error("`{name}` is a study, which is computed as published: it has no scales")]
    Study {
        /// The name of the result.
        name: &'static str,
    },
}

/// Where there is an experiment at the scale of the paper, as the end of a message.
fn with_paper() -> String {
    let names: Vec<&str> = PUBLISHED
        .iter()
        .filter(|one| one.has_paper())
        .map(|one| one.name)
        .collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!("; these have both: {}", names.join(", ")),
    }
}

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

    /// Whether there is an experiment at the scale of the paper.
    #[must_use]
    pub fn has_paper(&self) -> bool {
        matches!(self.method, Method::Experiment { paper: Some(_), .. })
    }

    /// What its folder under `runs` is called.
    #[must_use]
    pub fn folder(&self, scale: Scale) -> String {
        match (self.method, scale) {
            (Method::Experiment { .. }, Scale::Paper) => format!("{}-paper", self.name),
            _ => self.name.to_owned(),
        }
    }

    /// The text of the experiment at a scale.
    ///
    /// # Errors
    /// If there is none.
    pub fn experiment(&self, scale: Scale) -> Result<&'static str, ScaleError> {
        let name = self.name;
        match (self.method, scale) {
            (Method::Experiment { embedded, .. }, Scale::Embedded) => Ok(embedded),
            (Method::Experiment { paper, .. }, Scale::Paper) => {
                paper.ok_or(ScaleError::NoPaper { name })
            }
            (Method::Study(_), _) => Err(ScaleError::Study { name }),
        }
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
    use thalweg_data::{DataSource, catalogue};

    use super::*;
    use crate::plan::Plan;
    use crate::spec::{DataSize, DataSpec, Experiment};

    /// Every published experiment, at every scale.
    fn experiments() -> Vec<(String, Experiment)> {
        let mut experiments = Vec::new();
        for one in PUBLISHED {
            for (scale_name, scale) in Scale::NAMES {
                if let Ok(text) = one.experiment(*scale) {
                    let name = format!("{} {scale_name}", one.name);
                    let experiment = Experiment::parse(&name, text, &[]);
                    let experiment = experiment.unwrap_or_else(|error| panic!("{error}"));
                    experiments.push((name, experiment));
                }
            }
        }
        experiments
    }

    #[test]
    fn every_published_experiment_is_valid_with_claims_on_three_seeds() {
        for (name, experiment) in experiments() {
            assert!(!experiment.claims.is_empty(), "{name}");
            assert!(experiment.sweeps.iter().all(|sweep| {
                let seeds = sweep.trials.iter().map(|trial| trial.seed);
                seeds.collect::<std::collections::BTreeSet<_>>().len() >= 3
            }));
        }
    }

    #[test]
    fn every_published_experiment_says_the_same_when_written_out() {
        for (name, experiment) in experiments() {
            let again = Experiment::parse(&name, &experiment.to_toml(), &[]);
            let again = again.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(Plan::new(&again), Plan::new(&experiment), "{name}");
            assert_eq!(again.figures, experiment.figures, "{name}");
        }
    }

    #[test]
    fn every_published_experiment_asks_for_data_that_there_are() {
        let size = |data: &DataSpec| {
            let (DataSource::Named(name), all) = (&data.source, catalogue()) else {
                return None;
            };
            let dataset = all.iter().find(|one| one.name == name)?;
            Some(DataSize {
                train_examples: dataset.train_examples,
                test_examples: dataset.test_examples,
            })
        };
        for (name, experiment) in experiments() {
            let trials = experiment.sweeps.iter().flat_map(|sweep| &sweep.trials);
            for trial in trials {
                assert!(size(&trial.data).is_some(), "{name}");
            }
            let checked = experiment.check_against_data(size);
            checked.unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn the_digits_share_the_trials_without_penalty_between_both_sweeps() {
        let digits = Reproduction::find("igr-mnist").unwrap();
        let text = digits.experiment(Scale::Embedded).unwrap();
        let experiment = Experiment::parse(digits.name, text, &[]).unwrap();
        assert_eq!(Plan::new(&experiment).trials.len(), (6 + 4 - 1) * 4);
    }

    #[test]
    fn a_scale_that_a_result_has_not_is_refused() {
        let message = |name| {
            let published = Reproduction::find(name).unwrap();
            published.experiment(Scale::Paper).unwrap_err().to_string()
        };
        assert_eq!(
            message("igr-mnist"),
            "`igr-mnist` has no experiment at the scale of the paper, only one on embedded data; these \
             have both: sgd-explicit, sgd-two-optima, sgd-scaling, sgd-nstep, sgd-transfer"
        );
        assert!(message("games").ends_with("it has no scales"));
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let message = |name| Reproduction::find(name).unwrap_err().to_string();
        assert!(message("igr-mnits").ends_with("did you mean `igr-mnist`?"));
        assert!(message("resnet").contains("there are: igr-mnist, sgd-explicit"));
    }
}
