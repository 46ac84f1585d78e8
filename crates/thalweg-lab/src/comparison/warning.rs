//! What is to be said against a comparison of gradient descent with flows.

use std::fmt;

use thalweg::Named;
use thalweg::follow::{IntegratorName, Travelled};
use thalweg::network::Activation;

use super::name;
use crate::study::shown;

/// h·λ_max from which on the series is of little use: its terms fall too slowly, if at all.
const NEAR: f64 = 1.0;
/// h·λ_max from which on steps grow along the direction of greatest curvature.
const STABLE: f64 = 2.0;

/// A reason to doubt what was found, with what can be done about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FlowWarning {
    /// A network with kinks.
    NotSmooth {
        /// What makes them.
        activation: Activation,
    },
    /// The file asks for single precision.
    SinglePrecision,
    /// The file asks for minibatches.
    Minibatches {
        /// Their size.
        size: usize,
    },
    /// The file asks for another method than gradient descent.
    OtherMethod {
        /// Its name.
        method: &'static str,
    },
    /// The file asks for what changes steps beside the method.
    LeftOut {
        /// The sections and settings.
        settings: Vec<&'static str>,
    },
    /// h·λ_max is 1 or more.
    Unstable {
        /// Where: at the start or at the end.
        place: &'static str,
        /// h·λ_max.
        stability: f64,
    },
    /// A flow turned out stiff.
    Stiff {
        /// Which.
        path: String,
        /// When.
        since: f64,
        /// What goes on with it.
        integrator: IntegratorName,
    },
    /// Small distances may be rounding.
    Rounding {
        /// Of which flow.
        path: String,
    },
    /// A path was left before the end.
    Ended {
        /// Which.
        path: String,
        /// How.
        end: String,
    },
}

impl FlowWarning {
    pub(super) fn of_stability(place: &'static str, stability: f64) -> Option<Self> {
        (stability >= NEAR).then_some(Self::Unstable { place, stability })
    }

    pub(super) fn of_path(path: &Travelled) -> Vec<Self> {
        let name = name(path.dynamics).1;
        let ended = (!path.end.is_followed()).then(|| Self::Ended {
            path: name.clone(),
            end: path.end.to_string(),
        });
        let stiff = path.stiff_since.zip(path.integrator);
        let stiff = stiff.map(|(since, integrator)| Self::Stiff {
            path: name.clone(),
            since,
            integrator,
        });
        let rounding = path.is_at_rounding.then_some(Self::Rounding { path: name });
        [ended, stiff, rounding].into_iter().flatten().collect()
    }

    /// What is the matter.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::NotSmooth { activation } => format!(
                "the network has `{}` activations, which are not smooth: no modified flow is \
                 guaranteed to follow gradient descent, and flows are integrated to 10⁻⁵ only",
                activation.name()
            ),
            Self::SinglePrecision => {
                "the file asks for f32, in which the differences looked for drown in rounding; all \
                 was computed in f64"
                    .into()
            }
            Self::Minibatches { size } => format!(
                "the file asks for batches of {size}; each step here uses all training examples"
            ),
            Self::OtherMethod { method } => {
                format!("the file asks for `{method}`; gradient descent was followed in its place")
            }
            Self::LeftOut { settings } => format!(
                "the file sets {}; steps here have one learning rate and follow the loss and its \
                 penalty alone",
                settings.join(", ")
            ),
            Self::Unstable { place, stability } => format!(
                "h·λ_max is {} at the {place}: {}",
                shown(*stability),
                match *stability >= STABLE {
                    true =>
                        "from 2 on, steps grow where curvature is greatest, and the series \
                             behind the modified flow has no meaning",
                    false =>
                        "the terms of the modified flow fall slowly from 1 on, and gradient \
                              descent oscillates as no flow does",
                }
            ),
            Self::Stiff {
                path,
                since,
                integrator,
            } => format!(
                "the {path} is stiff since time {}; {integrator} took over",
                shown(*since)
            ),
            Self::Rounding { path } => format!(
                "the distance of the {path} from gradient descent is so small that rounding may be \
                 part of it"
            ),
            Self::Ended { path, end } => format!("{path}: {end}"),
        }
    }

    /// What can be done.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NotSmooth { .. } => "Take `tanh`, `gelu` or another smooth activation",
            Self::SinglePrecision => {
                "Set precision = \"f64\" if the trial itself is to be compared"
            }
            Self::Minibatches { .. } => {
                "The mean path of minibatches has another modified loss, with the variance of the \
                 gradient"
            }
            Self::OtherMethod { .. } => "Set optimizer.method = \"gradient-descent\"",
            Self::LeftOut { .. } => "Take them out to compare the trial itself with flows",
            Self::Unstable { .. } => "Lower the learning rate before drawing conclusions",
            Self::Stiff { .. } => {
                "Nothing is wrong; a smaller penalty or learning rate makes it cheaper"
            }
            Self::Rounding { .. } => "Take a larger learning rate or fewer terms",
            Self::Ended { .. } => "Numbers after that are missing, and earlier ones stand",
        }
    }
}

impl fmt::Display for FlowWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}.", self.cause(), self.advice())
    }
}
