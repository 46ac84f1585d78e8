//! What is stored of a trial: measurements along its path, and its outcome.

mod measurement;
mod on_path;
mod outcome;
mod robustness;
mod streamed;
mod summary_of_warnings;
mod warning;

pub use measurement::Measurement;
pub use on_path::{Absent, value_at};
pub use outcome::{Outcome, Termination};
pub use robustness::Robustness;
pub use streamed::{EpochSums, StreamedSums};
pub use summary_of_warnings::summary_of_warnings;
pub use warning::{Warning, WarningKind};

/// JSON has no infinities and no NaN: they are stored as null.
mod finite {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        match value.is_finite() {
            true => serializer.serialize_f64(*value),
            false => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}
