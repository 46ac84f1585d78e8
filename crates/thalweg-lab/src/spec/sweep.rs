//! Sweeps: the grid of trials that one part of an experiment file stands for.

use thalweg::Named;

use super::data_size::Demand;
use super::derived::{self, Derived};
use super::diagnostic::Problems;
use super::grid::{self, NodeAxis};
use super::layers;
use super::overrides::Assignment;
use super::problem::Problem;
use super::reader::{self, Reader};
use super::tree::{Node, Table, Value};
use super::want::{SEED, WORDS};
use super::{Setting, TrialSpec};

/// A grid of trials, repeated for every seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// Its name; [`Sweep::UNNAMED`] where the file has no `[[sweep]]`.
    pub name: String,
    /// The settings that vary, in the order of [`TrialSpec::settings`].
    pub axes: Vec<Axis>,
    /// The trials: the last axis varies fastest but for the seed, which varies fastest of all.
    pub trials: Vec<TrialSpec>,
    /// The names of the sweeps whose trials it has, where it has none of its own.
    pub union: Vec<String>,
}

/// A setting that varies, with its values in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its dotted path, such as `optimizer.learning_rate`.
    pub path: String,
    /// Its values, at least one, none twice.
    pub values: Vec<Setting>,
}

impl Sweep {
    /// The name of the one sweep of a file without `[[sweep]]`.
    pub const UNNAMED: &'static str = "base";

    /// The axis of the setting at `path`, or `None` if it does not vary.
    #[must_use]
    pub fn axis(&self, path: &str) -> Option<&Axis> {
        self.axes.iter().find(|axis| axis.path == path)
    }

    /// The values that the setting, or derived setting, at `path` takes, each once; none if it does
    /// not vary. Those of a setting are in the order of the file, those of a derived one in that of
    /// the trials.
    #[must_use]
    pub fn values(&self, path: &str) -> Vec<Setting> {
        match (self.axis(path), Derived::from_name(path)) {
            (Some(axis), _) => axis.values.clone(),
            (None, Some(one)) if self.varies(path) => {
                derived::distinct(self.trials.iter().map(|trial| one.of(trial)))
            }
            _ => Vec::new(),
        }
    }

    /// Whether the setting at `path` varies; a derived one does if one of its inputs does.
    #[must_use]
    pub fn varies(&self, path: &str) -> bool {
        let is_axis = |path: &str| self.axis(path).is_some();
        is_axis(path)
            || Derived::from_name(path)
                .is_some_and(|one| one.inputs().iter().any(|input| is_axis(input)))
    }

    /// The settings that vary beside the one at `path`.
    ///
    /// A derived setting stands in the place of one of its inputs, the upper one if that varies:
    /// beside h/B there is B.
    #[must_use]
    pub fn axes_beside(&self, path: &str) -> Vec<&str> {
        let inputs = Derived::from_name(path).map(Derived::inputs);
        let mut inputs = inputs.into_iter().flatten();
        let replaced = inputs
            .find(|input| self.axis(input).is_some())
            .unwrap_or(path);
        let paths = self.axes.iter().map(|axis| axis.path.as_str());
        paths
            .filter(|one| *one != path && *one != replaced)
            .collect()
    }
}

/// The keys that a sweep may set, as the tables of the file do.
pub(super) const SECTIONS: [&str; 11] = [
    "seeds",
    "precision",
    "data",
    "network",
    "loss",
    "optimizer",
    "schedule",
    "weight_decay",
    "regularizer",
    "stop",
    "robustness",
];

/// The most trials of one sweep: more is a slip of the pen.
const MOST_TRIALS: usize = 100_000;

/// Reads every `[[sweep]]`, or the one without a name that the tables alone stand for.
///
/// A sweep whose trials cannot all be read has only some of them.
pub(super) fn read_sweeps(
    tables: &Table,
    overrides: &[Assignment],
    demands: &mut Vec<Demand>,
    problems: &mut Problems,
) -> Vec<Sweep> {
    let mut base = tables.clone();
    let is_setting = |key: &str| SECTIONS.contains(&key) || key == "probe";
    base.entries.retain(|entry| is_setting(&entry.key));
    let Some(node) = tables.get("sweep") else {
        return vec![read_grid(Sweep::UNNAMED.into(), &base, demands, problems)];
    };
    let mut sweeps: Vec<Sweep> = Vec::new();
    for node in reader::tables("sweep", node, problems) {
        let name = read_name(node, &sweeps, problems);
        if let Some(union) = read_union(node, &sweeps, problems) {
            let parts = || sweeps.iter().filter(|one| union.contains(&one.name));
            let trials: Vec<TrialSpec> = parts().flat_map(|one| one.trials.clone()).collect();
            let name = name.unwrap_or_default();
            let axes = Axis::found(&trials);
            sweeps.push(Sweep {
                name,
                axes,
                trials,
                union,
            });
            continue;
        }
        let mut layered = base.clone();
        if let Value::Table(layer) = &node.value {
            let mut layer = layer.clone();
            layer
                .entries
                .retain(|entry| SECTIONS.contains(&entry.key.as_str()));
            layers::lay_over(&mut layered, &layer);
        }
        layers::apply(&mut layered, overrides);
        let name = name.unwrap_or_default();
        sweeps.push(read_grid(name, &layered, demands, problems));
    }
    sweeps
}

/// Reads the name of a sweep, which must be new, and finds keys that mean nothing.
fn read_name(node: &Node, earlier: &[Sweep], problems: &mut Problems) -> Option<String> {
    let mut reader = Reader::new("sweep", Some(node), problems);
    let name = reader.require("name", &WORDS);
    reader.node(UNION);
    for key in SECTIONS {
        reader.node(key);
        if reader.span_of(UNION).is_some() {
            reader.exclusive(key, UNION);
        }
    }
    let is_taken = earlier
        .iter()
        .any(|sweep| Some(&sweep.name) == name.as_ref());
    if let (true, Some(value)) = (is_taken, &name) {
        let problem = Problem::Duplicate {
            path: reader.path_of("name"),
            value: format!("{value:?}"),
        };
        let span = reader.value_span("name");
        reader.problems.add(problem, span);
    }
    reader.finish();
    name
}

/// The key of a sweep that has the trials of others.
const UNION: &str = "union";

/// Reads the names of the earlier sweeps whose trials a sweep has; `None` if it has its own.
fn read_union(node: &Node, earlier: &[Sweep], problems: &mut Problems) -> Option<Vec<String>> {
    let mut reader = Reader::new("sweep", Some(node), problems);
    let node = reader.node(UNION)?;
    let wanted = "a list of names of earlier sweeps";
    let Value::List(items) = &node.value else {
        reader.unsuitable(UNION, node, wanted);
        return Some(Vec::new());
    };
    if items.is_empty() {
        reader.unsuitable(UNION, node, wanted);
    }
    let mut union = Vec::new();
    for item in items {
        match (WORDS.read)(item) {
            Ok(name) if earlier.iter().any(|sweep| sweep.name == name) => union.push(name),
            Ok(name) => {
                let known = earlier.iter().map(|sweep| sweep.name.clone()).collect();
                reader.unknown_name(UNION, name, known, item.span);
            }
            Err(culprit) => reader.unsuitable(UNION, culprit, wanted),
        }
    }
    Some(union)
}

/// Reads the trials that tables with lists and ranges in them stand for.
fn read_grid(
    name: String,
    tables: &Table,
    demands: &mut Vec<Demand>,
    problems: &mut Problems,
) -> Sweep {
    let axes = grid::axes(tables, problems);
    let seeds = read_seeds(tables, problems).unwrap_or_else(|| vec![0]);
    let mut trials = Vec::new();
    if grid::size(&axes, seeds.len()).is_none_or(|size| size > MOST_TRIALS) {
        let (sweep, limit) = (name.clone(), MOST_TRIALS);
        problems.add(Problem::TooManyTrials { sweep, limit }, None);
        return Sweep {
            name,
            axes: axes.iter().map(Axis::of).collect(),
            trials,
            union: Vec::new(),
        };
    }
    for point in grid::points(tables, &axes) {
        let Some(trial) = TrialSpec::read(&point, problems) else {
            continue;
        };
        for demand in Demand::of(&trial, &point) {
            if !demands.contains(&demand) {
                demands.push(demand);
            }
        }
        let with_seed = |seed: &u64| TrialSpec {
            seed: *seed,
            ..trial.clone()
        };
        trials.extend(seeds.iter().map(with_seed));
    }
    Sweep {
        name,
        axes: axes.iter().map(Axis::of).collect(),
        trials,
        union: Vec::new(),
    }
}

impl Axis {
    /// The settings of which trials have different values; one that merely does not apply to some
    /// has no other value there.
    fn found(trials: &[TrialSpec]) -> Vec<Self> {
        let mut axes: Vec<Self> = Vec::new();
        for (path, value) in trials.iter().flat_map(TrialSpec::settings) {
            match axes.iter_mut().find(|axis| axis.path == path) {
                _ if value == Setting::Absent => {}
                Some(axis) if axis.values.iter().any(|known| known.is_same(&value)) => {}
                Some(axis) => axis.values.push(value),
                None => axes.push(Self {
                    path: path.into(),
                    values: vec![value],
                }),
            }
        }
        axes.retain(|axis| axis.values.len() > 1);
        axes
    }

    fn of(axis: &NodeAxis) -> Self {
        Self {
            path: axis.path.into(),
            values: axis.nodes.iter().map(Node::to_setting).collect(),
        }
    }
}

/// The seeds: 0 to n − 1 for a number n, or as listed; 0 alone if the file does not say.
fn read_seeds(tables: &Table, problems: &mut Problems) -> Option<Vec<u64>> {
    let mut reader = Reader::root(tables, problems);
    let Some(node) = reader.node("seeds") else {
        return Some(vec![0]);
    };
    let wanted = "a number of seeds, 1 or more, or a list of whole numbers";
    match &node.value {
        Value::Integer(count) if (1..=MOST_TRIALS as i64).contains(count) => {
            Some((0..count.unsigned_abs()).collect())
        }
        Value::List(items) if !items.is_empty() => read_seed_list(&mut reader, items),
        _ => {
            reader.unsuitable("seeds", node, wanted);
            None
        }
    }
}

fn read_seed_list(reader: &mut Reader<'_, '_>, items: &[Node]) -> Option<Vec<u64>> {
    let mut seeds = Vec::new();
    for item in items {
        match (SEED.read)(item) {
            Ok(seed) if seeds.contains(&seed) => {
                let (path, value) = ("seeds".into(), seed.to_string());
                let problem = Problem::Duplicate { path, value };
                reader.problems.add(problem, Some(item.span));
            }
            Ok(seed) => seeds.push(seed),
            Err(culprit) => reader.unsuitable("seeds", culprit, SEED.what),
        }
    }
    Some(seeds)
}
