//! One training run, everything about it resolved.

use sha2::{Digest, Sha256};
use thalweg::Named;
use thalweg::objective::Loss;

use super::{
    DataSpec, NetworkSpec, OptimizerSpec, Precision, ProbeSpec, RegularizerSpec, Setting, StopSpec,
    canonical, regularizer,
};

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
    /// What is added to the loss; `None` where μ = 0, whatever else a file says of the penalty.
    pub regularizer: Option<RegularizerSpec>,
    /// What is measured along the path.
    pub probes: Vec<ProbeSpec>,
    /// When the trial ends.
    pub stop: StopSpec,
}

impl TrialSpec {
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
        settings.extend(regularizer::settings(self.regularizer.as_ref()));
        settings.extend(self.stop.settings());
        settings
    }

    /// The setting at a dotted path, or `None` if there is no such setting.
    #[must_use]
    pub fn setting(&self, path: &str) -> Option<Setting> {
        self.settings()
            .into_iter()
            .find_map(|(candidate, value)| (candidate == path).then_some(value))
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of `bytes`.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
