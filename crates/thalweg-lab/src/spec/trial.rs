//! One training run, everything about it resolved.

use sha2::{Digest, Sha256};
use thalweg::Named;
use thalweg::objective::Loss;

use super::diagnostic::{ExperimentError, Problems};
use super::reader::Reader;
use super::tree::{Node, Table};
use super::{
    DataSpec, Derived, Experiment, NetworkSpec, OptimizerSpec, Precision, ProbeSpec,
    RegularizerSpec, RobustnessSpec, ScheduleSpec, Setting, StopSpec, WeightDecaySpec, canonical,
    regularizer, robustness, schedule, weight_decay,
};

/// The dotted path of every setting, in the order of files and summaries.
pub(super) const PATHS: [&str; 57] = [
    "precision",
    "data.name",
    "data.folder",
    "data.train_examples",
    "data.test_examples",
    "data.scaling",
    "network.kind",
    "network.hidden_widths",
    "network.width",
    "network.depth",
    "network.activation",
    "network.initialisation",
    "network.bias",
    "loss.kind",
    "optimizer.method",
    "optimizer.learning_rate",
    "optimizer.batch_size",
    "optimizer.sampling",
    "optimizer.last_batch",
    "optimizer.momentum",
    "optimizer.beta_1",
    "optimizer.beta_2",
    "optimizer.epsilon",
    "optimizer.epsilon_placement",
    "optimizer.decay",
    "optimizer.radius",
    "optimizer.mix",
    "optimizer.steps_per_batch",
    "optimizer.clip_norm",
    "schedule.kind",
    "schedule.warm_up",
    "schedule.every",
    "schedule.factor",
    "schedule.length",
    "schedule.final_factor",
    "weight_decay.kind",
    "weight_decay.coefficient",
    "weight_decay.in_penalty",
    "regularizer.kind",
    "regularizer.coefficient",
    "regularizer.normalisation",
    "regularizer.multiplier",
    "regularizer.derivative",
    "regularizer.epsilon",
    "regularizer.micro_batch_size",
    "regularizer.whole_batch_coefficient",
    "stop.steps",
    "stop.epochs",
    "stop.time",
    "stop.train_accuracy",
    "stop.loss",
    "stop.divergence_loss",
    "robustness.noise",
    "robustness.strengths",
    "robustness.draws",
    "robustness.slope_examples",
    "robustness.at",
];

/// One training run: all that is needed to do it again.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialSpec {
    /// The seed of every random choice of the trial.
    pub seed: u64,
    /// The number format it is computed in.
    pub precision: Precision,
    /// What is learnt.
    pub data: DataSpec,
    /// The function that is fitted.
    pub network: NetworkSpec,
    /// The loss of one example.
    pub loss: Loss,
    /// What moves θ.
    pub optimizer: OptimizerSpec,
    /// How its learning rate changes; `None` where it is the same at every step.
    pub schedule: Option<ScheduleSpec>,
    /// What pulls θ to the origin; `None` where w = 0, whatever else a file says of it.
    pub weight_decay: Option<WeightDecaySpec>,
    /// What is added to the loss; `None` where it is nil, whatever else a file says of the penalty.
    pub regularizer: Option<RegularizerSpec>,
    /// What is measured along the path.
    pub probes: Vec<ProbeSpec>,
    /// When the trial ends.
    pub stop: StopSpec,
    /// The noise its parameters are exposed to when it has ended, if any.
    pub robustness: Option<RobustnessSpec>,
}

impl TrialSpec {
    /// Reads a file that stands for exactly one trial, such as [`Self::to_toml`] writes; `origin` is
    /// what messages call it.
    ///
    /// # Errors
    /// Everything that is wrong with the file, or that it stands for several trials.
    pub fn from_toml(origin: &str, text: &str) -> Result<Self, ExperimentError> {
        Experiment::parse(origin, text, &[])?.into_one_trial(origin, text)
    }

    /// The trial of seed 0, from the tables of one point of a grid.
    pub(super) fn read(tables: &Table, problems: &mut Problems) -> Option<Self> {
        let mut top = Reader::root(tables, problems);
        let precision = top.choice("precision").unwrap_or_default();
        let loss = read_loss(tables.get("loss"), problems);
        let data = DataSpec::read(tables.get("data"), problems);
        let network = NetworkSpec::read(tables.get("network"), problems);
        let optimizer = OptimizerSpec::read(tables.get("optimizer"), problems);
        let schedule = schedule::read(tables.get("schedule"), problems);
        let regularizer = regularizer::read(tables.get("regularizer"), problems);
        let penalty = (
            tables.get("regularizer").is_some(),
            regularizer.as_ref().is_some_and(Option::is_some),
        );
        let weight_decay = weight_decay::read(tables.get("weight_decay"), penalty, problems);
        let probes = ProbeSpec::read_all(tables.get("probe"), problems);
        let stop = StopSpec::read(tables.get("stop"), problems);
        let robustness = robustness::read(tables.get("robustness"), problems);
        if let (Some(Some(robustness)), Some(probes)) = (&robustness, &probes) {
            robustness::check_place(robustness, probes, tables.get("robustness"), problems);
        }
        if let (Some(Some(schedule)), Some(stop)) = (schedule, stop) {
            schedule::check_end(&schedule, &stop, tables.get("stop"), problems);
        }
        if let (Some(optimizer), Some(Some(regularizer))) = (&optimizer, &regularizer) {
            regularizer::check_fit(regularizer, optimizer, tables, problems);
        }
        Some(Self {
            seed: 0,
            precision,
            data: data?,
            network: network?,
            loss,
            optimizer: optimizer?,
            schedule: schedule?,
            weight_decay: weight_decay?,
            regularizer: regularizer?,
            probes: probes?,
            stop: stop?,
            robustness: robustness?,
        })
    }

    /// The canonical text of the trial: a valid experiment file of exactly this trial.
    ///
    /// Equal trials have equal bytes.
    #[must_use]
    pub fn to_toml(&self) -> String {
        canonical::trial(self)
    }

    /// The identity of the trial: the first 16 hexadecimal digits of the SHA-256 of
    /// [`Self::to_toml`].
    #[must_use]
    pub fn id(&self) -> String {
        short_hash(self.to_toml().as_bytes())
    }

    /// Every resolved setting by its dotted path in an experiment file: the same paths in the same
    /// order for every trial, [`Setting::Absent`] where one does not apply.
    ///
    /// `network.width` is that of all hidden layers if they share one. Seed and probes are left
    /// out: the one has a column of its own, the others change what is seen and not what is done.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, Setting)> {
        let mut settings = vec![("precision", self.precision.name().into())];
        settings.extend(self.data.settings());
        settings.extend(self.network.settings());
        settings.push(("loss.kind", self.loss.name().into()));
        settings.extend(self.optimizer.settings());
        settings.extend(schedule::settings(self.schedule.as_ref()));
        settings.extend(weight_decay::settings(self.weight_decay.as_ref()));
        settings.extend(regularizer::settings(self.regularizer.as_ref()));
        settings.extend(self.stop.settings());
        settings.extend(robustness::settings(self.robustness.as_ref()));
        settings
    }

    /// Every derived setting by its dotted path.
    #[must_use]
    pub fn derived_settings(&self) -> Vec<(&'static str, Setting)> {
        let all = Derived::NAMES.iter();
        all.map(|(path, one)| (*path, one.of(self))).collect()
    }

    /// The setting, or derived setting, at a dotted path, or `None` if there is no such setting.
    #[must_use]
    pub fn setting(&self, path: &str) -> Option<Setting> {
        if let Some(derived) = Derived::from_name(path) {
            return Some(derived.of(self));
        }
        self.settings()
            .into_iter()
            .find_map(|(candidate, value)| (candidate == path).then_some(value))
    }
}

/// Reads `[loss]`, cross-entropy unless it says otherwise.
fn read_loss(node: Option<&Node>, problems: &mut Problems) -> Loss {
    let mut reader = Reader::new("loss", node, problems);
    let loss = reader.choice("kind").unwrap_or(Loss::CrossEntropy);
    reader.finish();
    loss
}

/// The first 16 hexadecimal digits of the SHA-256 of `bytes`.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
