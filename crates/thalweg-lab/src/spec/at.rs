//! `at`: the point on the path of a trial at which a quantity is taken.

use thalweg::probe::Quantity;

use super::reader::Reader;
use super::references::References;
use super::tree::Value;
use super::want::POSITIVE;

/// A point on the path of a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum At {
    /// At maximum test accuracy.
    #[default]
    Best,
    /// Where training ended.
    Final,
    /// Where the training loss first reaches this value from above.
    Loss(f64),
}

impl At {
    /// Reads the key `at`, which is at maximum test accuracy unless it says otherwise.
    pub(super) fn read(reader: &mut Reader<'_, '_>, references: &References<'_>) -> Option<Self> {
        let node = reader.node("at");
        let at = match node.map(|node| &node.value) {
            None => Self::Best,
            Some(Value::Text(text)) if text == "best" => Self::Best,
            Some(Value::Text(text)) if text == "final" => Self::Final,
            Some(Value::Table(_)) => {
                let path = reader.path_of("at");
                let mut table = Reader::new(&path, node, reader.problems);
                let loss = table.require("loss", &POSITIVE);
                table.finish();
                Self::Loss(loss?)
            }
            Some(_) => {
                reader.unsuitable("at", node?, "\"best\", \"final\" or `{ loss = ... }`");
                return None;
            }
        };
        match at {
            Self::Best => references.need(reader, "at", Quantity::TestAccuracy),
            Self::Loss(_) => references.need(reader, "at", Quantity::Loss),
            Self::Final => {}
        }
        Some(at)
    }
}
