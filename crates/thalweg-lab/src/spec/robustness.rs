//! `[robustness]`: what is measured under noise in the parameters when a trial has ended.

use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg::robustness::PerturbationNoise;

use super::diagnostic::Problems;
use super::problem::Problem;
use super::range;
use super::reader::Reader;
use super::tree::{Node, Value};
use super::want::{NOT_NEGATIVE, SIZE};
use super::{ProbeSpec, Setting};

/// Which noise the parameters of a trial are exposed to. Its draws are those of the trial's seed.
#[derive(Clone, Debug, PartialEq)]
pub struct RobustnessSpec {
    /// How noise enters the parameters.
    pub noise: PerturbationNoise,
    /// The strengths σ ≥ 0, increasing, at least one.
    pub strengths: Vec<f64>,
    /// Draws at each strength, at least 1.
    pub draws: usize,
    /// Over how many of the first training examples slopes are measured, at least 1.
    pub slope_examples: usize,
    /// Whose parameters are exposed.
    pub at: ExposedAt,
}

/// The point on the path of a trial whose parameters are exposed to noise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ExposedAt {
    /// That of maximum test accuracy.
    #[default]
    Best,
    /// Where training ended.
    Final,
}

impl Named for ExposedAt {
    const NAMES: &'static [(&'static str, Self)] = &[("best", Self::Best), ("final", Self::Final)];
}

impl RobustnessSpec {
    /// The draws at a strength where a file does not say.
    pub const DRAWS: usize = 100;
    /// The examples behind a slope where a file does not say.
    pub const SLOPE_EXAMPLES: usize = 1000;
    /// The path of the one setting whose value is a list of numbers or a range, and no axis.
    pub(super) const STRENGTHS: &str = "robustness.strengths";
}

/// Reads `[robustness]`; `Some(None)` where there is none.
pub(super) fn read(node: Option<&Node>, problems: &mut Problems) -> Option<Option<RobustnessSpec>> {
    let Some(node) = node else {
        return Some(None);
    };
    let mut reader = Reader::new("robustness", Some(node), problems);
    let noise = reader.choice("noise");
    let strengths = read_strengths(&mut reader);
    let draws = reader.get("draws", &SIZE);
    let slope_examples = reader.get("slope_examples", &SIZE);
    let at = reader.choice("at").unwrap_or_default();
    reader.finish();
    Some(Some(RobustnessSpec {
        noise: noise.unwrap_or(PerturbationNoise::Multiplicative),
        strengths: strengths?,
        draws: draws.unwrap_or(RobustnessSpec::DRAWS),
        slope_examples: slope_examples.unwrap_or(RobustnessSpec::SLOPE_EXAMPLES),
        at,
    }))
}

fn read_strengths(reader: &mut Reader<'_, '_>) -> Option<Vec<f64>> {
    const WANTED: &str = "a list of increasing numbers, 0 or more, or a range of them";
    let node = reader.node("strengths");
    reader.must_have("strengths", WANTED);
    let node = node?;
    let from_range;
    let items = match &node.value {
        Value::List(items) if !items.is_empty() => items,
        Value::Table(_) if range::is_range(node) => {
            from_range = range::values(node, RobustnessSpec::STRENGTHS, reader.problems)?;
            &from_range
        }
        _ => {
            reader.unsuitable("strengths", node, WANTED);
            return None;
        }
    };
    let mut strengths: Vec<f64> = Vec::new();
    for item in items {
        let strength = match (NOT_NEGATIVE.read)(item) {
            Ok(strength) => strength,
            Err(culprit) => {
                reader.unsuitable("strengths", culprit, WANTED);
                return None;
            }
        };
        match strengths.last() {
            Some(before) if strength <= *before => {
                let wanted = format!("greater than {before}, the one before: strengths increase");
                reader.unsuitable("strengths", item, &wanted);
                return None;
            }
            _ => strengths.push(strength),
        }
    }
    Some(strengths)
}

/// Records parameters at the best test accuracy of a trial that does not measure it.
pub(super) fn check_place(
    robustness: &RobustnessSpec,
    probes: &[ProbeSpec],
    node: Option<&Node>,
    problems: &mut Problems,
) {
    let needed = Quantity::TestAccuracy;
    let mut measured = probes.iter().flat_map(ProbeSpec::measured);
    if robustness.at == ExposedAt::Best && !measured.any(|one| one == needed) {
        let problem = Problem::NotMeasured {
            quantity: needed.name(),
            needed_for: "robustness.at".into(),
        };
        problems.add(problem, node.map(|node| node.span));
    }
}

/// The entries of `[robustness]` in the order of files and summaries.
pub(super) fn settings(robustness: Option<&RobustnessSpec>) -> [(&'static str, Setting); 5] {
    let strengths = robustness.map(|one| Setting::Numbers(one.strengths.clone()));
    [
        (
            "robustness.noise",
            Setting::of(robustness.map(|one| one.noise.name())),
        ),
        (RobustnessSpec::STRENGTHS, Setting::of(strengths)),
        (
            "robustness.draws",
            Setting::of(robustness.map(|one| one.draws)),
        ),
        (
            "robustness.slope_examples",
            Setting::of(robustness.map(|one| one.slope_examples)),
        ),
        (
            "robustness.at",
            Setting::of(robustness.map(|one| one.at.name())),
        ),
    ]
}
