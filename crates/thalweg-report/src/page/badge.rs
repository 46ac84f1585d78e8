//! Badges: a ruling in one word.

use serde::Serialize;
use thalweg_lab::claim::Ruling;

/// A ruling as pages show it.
#[derive(Serialize)]
pub(crate) struct Badge {
    /// The class that colours it.
    class: &'static str,
    /// The sign that says the same without colour.
    sign: &'static str,
    ruling: &'static str,
}

impl Badge {
    /// The badge of a ruling.
    pub(crate) fn of(ruling: Ruling) -> Self {
        let (class, sign) = match ruling {
            Ruling::Holds => ("holds", "✓"),
            Ruling::DoesNotHold => ("fails", "✗"),
            Ruling::Undecided => ("undecided", "?"),
        };
        Self {
            class,
            sign,
            ruling: ruling.name(),
        }
    }
}
