//! How a trial ended.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thalweg::Named;

use super::{Measurement, Warning};

/// Why a trial stopped. Every one of these is a result, divergence included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Termination {
    /// The number of steps was reached.
    StepLimit,
    /// The number of epochs was reached.
    EpochLimit,
    /// The physical time n·h was reached.
    TimeLimit,
    /// The training accuracy wanted was measured.
    TargetTrainAccuracy,
    /// The training loss wanted was measured.
    TargetLoss,
    /// The loss was not finite or above its limit.
    Diverged,
}

impl Named for Termination {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("step_limit", Self::StepLimit),
        ("epoch_limit", Self::EpochLimit),
        ("time_limit", Self::TimeLimit),
        ("target_train_accuracy", Self::TargetTrainAccuracy),
        ("target_loss", Self::TargetLoss),
        ("diverged", Self::Diverged),
    ];
}

impl Termination {
    /// What happened, as a sentence, with a remedy where one is called for.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::StepLimit => "The number of steps in `stop.steps` was reached.",
            Self::EpochLimit => "The number of epochs in `stop.epochs` was reached.",
            Self::TimeLimit => "The physical time in `stop.time` was reached.",
            Self::TargetTrainAccuracy => {
                "The training accuracy in `stop.train_accuracy` was reached."
            }
            Self::TargetLoss => "The training loss fell to `stop.loss`.",
            Self::Diverged => {
                "The loss was not finite or rose above `stop.divergence_loss`: reduce \
                 `optimizer.learning_rate`, `regularizer.coefficient` or the size of a negative \
                 `regularizer.multiplier`."
            }
        }
    }
}

impl Serialize for Termination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Termination {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || D::Error::custom(format!("`{name}` is no way for a trial to end"));
        Self::from_name(&name).ok_or_else(unknown)
    }
}

/// What came of a trial; `outcome.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Why it stopped.
    pub termination: Termination,
    /// Steps taken.
    pub steps: u64,
    /// The highest training accuracy measured.
    pub max_train_accuracy: Option<f64>,
    /// Everything that any probe measures, at the end.
    #[serde(rename = "final")]
    pub last: Measurement,
    /// The same at the highest test accuracy measured (the first of equal ones).
    pub best: Option<Measurement>,
    /// What to keep in mind about it.
    pub warnings: Vec<Warning>,
    /// Wall-clock seconds it took, interruptions left out. The only number that differs between
    /// two runs of the same trial.
    #[serde(with = "super::finite")]
    pub seconds: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::WarningKind;

    fn sample() -> Outcome {
        Outcome {
            termination: Termination::Diverged,
            steps: 3,
            max_train_accuracy: None,
            last: Measurement::default(),
            best: None,
            warnings: vec![Warning {
                kind: WarningKind::Diverged,
                message: "loss 1e9 at step 3".into(),
            }],
            seconds: 0.5,
        }
    }

    #[test]
    fn an_outcome_is_read_back_as_written() {
        let text = serde_json::to_string(&sample()).unwrap();
        assert!(text.contains("\"final\":{\"step\":0"), "{text}");
        assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), sample());
        assert!(serde_json::from_str::<Outcome>(&text[1..]).is_err());
    }

    #[test]
    fn an_outcome_of_a_later_version_is_still_read() {
        let text = serde_json::to_string(&sample()).unwrap();
        let text = text.replace("\"kind\":\"diverged\"", "\"kind\":\"later\",\"more\":1");
        let text = text.replace("\"steps\"", "\"later\":{},\"steps\"");
        let read: Outcome = serde_json::from_str(&text).unwrap();
        assert_eq!(read.warnings[0].kind, WarningKind::Other);
        let text = text.replace("\"diverged\"", "\"evaporated\"");
        let error = serde_json::from_str::<Outcome>(&text).unwrap_err();
        assert!(error.to_string().contains("`evaporated`"), "{error}");
    }

    #[test]
    fn every_way_to_end_is_stored_under_its_name_and_explained() {
        for (name, termination) in Termination::NAMES {
            let text = serde_json::to_string(termination).unwrap();
            assert_eq!(text, format!("\"{name}\""));
            assert_eq!(
                serde_json::from_str::<Termination>(&text).unwrap(),
                *termination
            );
            assert!(termination.explanation().ends_with('.'));
        }
    }
}
