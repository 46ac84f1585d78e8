//! What stands before the squared norm of the gradient.

use thalweg::Named;
use thalweg::regularizer::Normalisation;

use super::{Kind, RegularizerSpec};
use crate::spec::Setting;
use crate::spec::reader::Reader;
use crate::spec::want::{FINITE, NOT_NEGATIVE};

/// What stands before the squared norm of the gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Strength {
    /// A coefficient of its own.
    Penalty {
        /// μ ≥ 0.
        coefficient: f64,
        /// The multiple of the squared norm that μ stands before.
        normalisation: Normalisation,
    },
    /// The coefficient of the method's implicit term, times a number: for gradient descent a·h/4,
    /// with the learning rate of each step.
    ImplicitMultiple {
        /// a: −1 cancels the implicit term to first order, 1 doubles it.
        multiplier: f64,
    },
}

impl Strength {
    pub(super) fn read(reader: &mut Reader<'_, '_>, kind: Kind) -> Option<Self> {
        let normalisation = reader.choice("normalisation");
        if kind == Kind::ImplicitMultiple {
            reader.node("coefficient");
            for key in ["coefficient", "normalisation"] {
                reader.inapplicable(key, "regularizer.kind", kind.name());
            }
            let multiplier = reader.require("multiplier", &FINITE)?;
            return Some(Self::ImplicitMultiple { multiplier });
        }
        reader.node("multiplier");
        if reader.span_of("kind").is_some() {
            reader.inapplicable("multiplier", "regularizer.kind", kind.name());
        } else if reader.span_of("multiplier").is_some() {
            reader.incomplete("multiplier", "kind");
            return None;
        }
        Some(Self::Penalty {
            coefficient: reader.require("coefficient", &NOT_NEGATIVE)?,
            normalisation: normalisation.unwrap_or(Normalisation::SquaredNorm),
        })
    }

    /// The number that a file gives.
    pub(super) fn value(self) -> f64 {
        match self {
            Self::Penalty { coefficient, .. } => coefficient,
            Self::ImplicitMultiple { multiplier } => multiplier,
        }
    }
}

/// Coefficient, normalisation and multiplier.
pub(super) fn settings(regularizer: Option<&RegularizerSpec>) -> [Setting; 3] {
    match regularizer.map(|penalty| penalty.strength) {
        None => [0.0.into(), Setting::Absent, 0.0.into()],
        Some(Strength::Penalty {
            coefficient,
            normalisation,
        }) => [
            coefficient.into(),
            normalisation.name().into(),
            Setting::Absent,
        ],
        Some(Strength::ImplicitMultiple { multiplier }) => {
            [Setting::Absent, Setting::Absent, multiplier.into()]
        }
    }
}
