//! `at`: the point on the path of a trial at which a quantity is taken.

use thalweg::Named;
use thalweg::probe::Quantity;

use super::PathAxis;
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
    /// Where training has come this far.
    Along(PathAxis, f64),
}

/// What a table at `at` says.
const POINTS: &str = "`{ loss = ... }`, `{ time = ... }`, `{ step = ... }` or `{ epoch = ... }`";

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
                Self::read_point(Reader::new(&path, node, reader.problems))?
            }
            Some(_) => {
                let wanted = format!("\"best\", \"final\", {POINTS}");
                reader.unsuitable("at", node?, &wanted);
                return None;
            }
        };
        match at {
            Self::Best => references.need(reader, "at", Quantity::TestAccuracy),
            Self::Loss(_) => references.need(reader, "at", Quantity::Loss),
            Self::Final | Self::Along(..) => {}
        }
        Some(at)
    }

    /// Reads a point that is a value: of the loss, or of how far training has come.
    fn read_point(mut table: Reader<'_, '_>) -> Option<Self> {
        let mut given: Vec<(&'static str, Option<Self>)> = Vec::new();
        let loss = table.get("loss", &POSITIVE).map(Self::Loss);
        given.push(("loss", loss));
        for &(name, axis) in PathAxis::NAMES {
            let place = table.get(name, &POSITIVE);
            given.push((name, place.map(|place| Self::Along(axis, place))));
        }
        given.retain(|(name, _)| table.span_of(name).is_some());
        match given.as_slice() {
            [] => table.must_have("loss", POINTS),
            [first, others @ ..] => {
                for other in others {
                    table.exclusive(other.0, first.0);
                }
            }
        }
        table.finish();
        given.first()?.1
    }
}
