//! Why a trial that was begun has no outcome.

use serde::{Deserialize, Serialize};

/// How a trial stopped without an outcome; `stopped.json`. It is there until the trial is continued. A
/// process that is killed leaves none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stopped {
    /// It was asked to, and can be continued.
    Interrupted,
    /// It could not go on.
    Failed {
        /// The error, as the run showed it.
        message: String,
    },
}

impl Stopped {
    /// The name of the file.
    pub(super) const FILE: &'static str = "stopped.json";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_read_back_as_written() {
        let message = "no space left".to_owned();
        for why in [Stopped::Interrupted, Stopped::Failed { message }] {
            let text = serde_json::to_string(&why).unwrap();
            assert!(text.starts_with("{\"why\":\""), "{text}");
            assert_eq!(serde_json::from_str::<Stopped>(&text).unwrap(), why);
        }
    }
}
