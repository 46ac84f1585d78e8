//! An experiment: what a whole file says.

use thalweg::probe::Quantity;

use super::data_size::Demand;
use super::diagnostic::{ExperimentError, Problems, Source};
use super::layers;
use super::overrides::{Assignment, Override};
use super::problem::{Problem, nearest};
use super::reader::{self, Reader};
use super::references::References;
use super::sweep::{SECTIONS, read_sweeps};
use super::tree::{Node, Table};
use super::want::TEXT;
use super::{ClaimSpec, FigureSpec, ProbeSpec, Sweep, TrialSpec, resolved};

/// A validated, resolved experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// What the report is headed; the name of the file if it has no `title`.
    pub title: String,
    /// The question in a sentence; empty if the file does not ask one.
    pub question: String,
    /// The sweeps, at least one.
    pub sweeps: Vec<Sweep>,
    /// What is to be decided.
    pub claims: Vec<ClaimSpec>,
    /// What the report draws; standard figures if there are none.
    pub figures: Vec<FigureSpec>,
    pub(super) demands: Vec<Demand>,
    pub(super) sources: Vec<Source>,
}

impl Experiment {
    /// Reads an experiment file under overrides; `origin`, its path, is what messages call it.
    ///
    /// Layers win in this order: the tables of the file, a `[[sweep]]` over them, `overrides` over
    /// both and the last of them most. An override of a setting that a sweep varies therefore
    /// fixes it there too. Setting `data.folder` in a layer takes away a `data.name` below it, and
    /// `network.hidden_widths` likewise `width` and `depth`, and the other way round.
    ///
    /// # Errors
    /// Everything that is wrong, in file and overrides, together.
    pub fn parse(
        origin: &str,
        text: &str,
        overrides: &[Override],
    ) -> Result<Self, ExperimentError> {
        let mut sources = vec![Source {
            origin: origin.into(),
            text: text.into(),
        }];
        sources.extend(overrides.iter().map(Override::source));
        let mut problems = Problems::default();
        let Some(tables) = Table::parse(text, 0, &mut problems) else {
            return problems.into_result(None, sources);
        };
        let overrides: Vec<Assignment> = (1..)
            .zip(overrides)
            .filter_map(|(source, one)| one.assignment(source, &mut problems))
            .collect();
        let overrides = layers::of_settings(overrides, &mut problems);
        let experiment = Self::read(origin, tables, &overrides, &mut problems);
        let mut experiment = problems.into_result(experiment, sources.clone())?;
        experiment.sources = sources;
        Ok(experiment)
    }

    fn read(
        origin: &str,
        mut tables: Table,
        overrides: &[Assignment],
        problems: &mut Problems,
    ) -> Option<Self> {
        layers::apply(&mut tables, overrides);
        let (title, question) = read_headings(&tables, problems);
        take_as_meant(&mut tables);
        let mut demands = Vec::new();
        let sweeps = read_sweeps(&tables, overrides, &mut demands, problems);
        let probes = ProbeSpec::read_all(tables.get("probe"), problems);
        let mut trials = sweeps.iter().flat_map(|sweep| &sweep.trials);
        let at_the_end = trials
            .any(|trial| trial.robustness.is_some())
            .then_some(Quantity::HalfAccuracyStrength);
        let references = References {
            sweeps: &sweeps,
            measured: probes.map(|all| {
                let along = all.iter().flat_map(ProbeSpec::measured);
                along.chain(at_the_end).collect()
            }),
            overridden: overrides.iter().map(|one| one.path.as_str()).collect(),
        };
        let claims = read_each(&tables, "claim", problems, |node, problems| {
            ClaimSpec::read(node, &references, problems)
        });
        let figures = read_each(&tables, "figure", problems, |node, problems| {
            FigureSpec::read(node, &references, problems)
        });
        Some(Self {
            title: title.unwrap_or_else(|| origin.into()),
            question,
            claims: claims?,
            figures: figures?,
            sweeps,
            demands,
            sources: Vec::new(),
        })
    }

    /// The whole experiment as a file: every default filled in, every range a list. Reading it
    /// gives the same experiment.
    #[must_use]
    pub fn to_toml(&self) -> String {
        resolved::experiment(self)
    }

    /// The trial, if the file stands for exactly one; `origin` and `text` are those of the file.
    pub(crate) fn into_one_trial(
        self,
        origin: &str,
        text: &str,
    ) -> Result<TrialSpec, ExperimentError> {
        let trials: Vec<TrialSpec> = self.into_trials().collect();
        let count = trials.len();
        match <[TrialSpec; 1]>::try_from(trials) {
            Ok([trial]) => Ok(trial),
            Err(_) => {
                let problem = Problem::NotOneTrial { count };
                Err(ExperimentError::of_file(origin, text, problem))
            }
        }
    }

    /// The trials of all sweeps in order; a trial of several sweeps comes several times.
    pub(super) fn into_trials(self) -> impl Iterator<Item = TrialSpec> {
        self.sweeps.into_iter().flat_map(|sweep| sweep.trials)
    }
}

/// The keys of a file beside its title and question.
fn keys() -> impl Iterator<Item = &'static str> {
    SECTIONS
        .into_iter()
        .chain(["probe", "sweep", "claim", "figure"])
}

/// Reads the title and the question, and finds keys that mean nothing.
fn read_headings(tables: &Table, problems: &mut Problems) -> (Option<String>, String) {
    let mut reader = Reader::root(tables, problems);
    let title = reader.get("title", &TEXT);
    let question = reader.get("question", &TEXT).unwrap_or_default();
    for key in keys() {
        reader.node(key);
    }
    reader.finish();
    (title, question)
}

/// Gives misspelt tables their names, so that what they say is not reported as missing as well.
fn take_as_meant(tables: &mut Table) {
    for index in 0..tables.entries.len() {
        let key = &tables.entries[index].key;
        let is_known = keys().any(|known| known == key);
        let missing = keys().filter(|known| tables.get(known).is_none());
        if let (false, Some(meant)) = (is_known, nearest(key, missing)) {
            tables.entries[index].key = meant.into();
        }
    }
}

/// Reads each table under `[[key]]`, all of them even if one is wrong.
fn read_each<T>(
    tables: &Table,
    key: &str,
    problems: &mut Problems,
    read: impl Fn(&Node, &mut Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let nodes = tables
        .get(key)
        .map(|node| reader::tables(key, node, problems));
    let all: Vec<Option<T>> = nodes
        .into_iter()
        .flatten()
        .map(|node| read(node, problems))
        .collect();
    all.into_iter().collect()
}
