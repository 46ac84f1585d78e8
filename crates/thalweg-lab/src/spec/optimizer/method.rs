//! The rule of a step, with its settings.

use thalweg::Named;
use thalweg::optimizer::EpsilonPlacement;

use crate::spec::Setting;
use crate::spec::reader::Reader;
use crate::spec::want::{BELOW_ONE, COUNT, NOT_NEGATIVE, POSITIVE, ZERO_TO_ONE};

/// The rule of a step; [`thalweg::optimizer`] says what each does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Gradient descent on all training examples.
    GradientDescent,
    /// The same on minibatches.
    Sgd,
    /// Heavy ball.
    HeavyBall {
        /// β in [0, 1), 0.9 unless given.
        momentum: f64,
    },
    /// Nesterov's accelerated gradient.
    Nesterov {
        /// β in [0, 1), 0.9 unless given.
        momentum: f64,
    },
    /// Adam, with bias correction.
    Adam {
        /// β₁ in [0, 1), 0.9 unless given.
        beta_1: f64,
        /// β₂ in [0, 1), 0.999 unless given.
        beta_2: f64,
        /// ε > 0, 10⁻⁸ unless given.
        epsilon: f64,
        /// Where ε stands, inside the root unless given.
        epsilon_placement: EpsilonPlacement,
    },
    /// RMSProp.
    RmsProp {
        /// β₂ in [0, 1), 0.99 unless given.
        beta_2: f64,
        /// ε > 0, 10⁻⁸ unless given.
        epsilon: f64,
        /// Where ε stands, inside the root unless given.
        epsilon_placement: EpsilonPlacement,
    },
    /// Heun's method for the gradient flow.
    Heun,
    /// The classical Runge–Kutta method for the gradient flow.
    RungeKutta4,
    /// Normalised gradient descent.
    Normalised {
        /// p in [0, 1] of the step lengths h/(k+1)ᵖ, 0 unless given.
        decay: f64,
    },
    /// Sharpness-aware minimisation.
    Sam {
        /// r ≥ 0.
        radius: f64,
    },
    /// The gradient-norm penalty by a displaced gradient.
    GradientNorm {
        /// r ≥ 0.
        radius: f64,
        /// a in [0, 1], the share of the displaced gradient.
        mix: f64,
    },
    /// Several substeps of rate h/n on each batch.
    NStep {
        /// n ≥ 1.
        steps_per_batch: u64,
    },
}

/// A name for each [`Method`], as `optimizer.method` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::spec) enum MethodName {
    GradientDescent,
    Sgd,
    HeavyBall,
    Nesterov,
    Adam,
    RmsProp,
    Heun,
    RungeKutta4,
    Normalised,
    Sam,
    GradientNorm,
    NStep,
}

impl Named for MethodName {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("gradient-descent", Self::GradientDescent),
        ("sgd", Self::Sgd),
        ("heavy-ball", Self::HeavyBall),
        ("nesterov", Self::Nesterov),
        ("adam", Self::Adam),
        ("rmsprop", Self::RmsProp),
        ("heun", Self::Heun),
        ("runge-kutta-4", Self::RungeKutta4),
        ("normalised", Self::Normalised),
        ("sam", Self::Sam),
        ("gradient-norm", Self::GradientNorm),
        ("n-step", Self::NStep),
    ];
}

/// The settings of methods by their paths and keys, in the order of files and summaries.
const SETTINGS: [(&str, &str); 9] = [
    ("optimizer.momentum", MOMENTUM),
    ("optimizer.beta_1", BETA_1),
    ("optimizer.beta_2", BETA_2),
    ("optimizer.epsilon", EPSILON),
    ("optimizer.epsilon_placement", PLACEMENT),
    ("optimizer.decay", DECAY),
    ("optimizer.radius", RADIUS),
    ("optimizer.mix", MIX),
    ("optimizer.steps_per_batch", STEPS_PER_BATCH),
];

const MOMENTUM: &str = "momentum";
const BETA_1: &str = "beta_1";
const BETA_2: &str = "beta_2";
const EPSILON: &str = "epsilon";
const PLACEMENT: &str = "epsilon_placement";
const DECAY: &str = "decay";
const RADIUS: &str = "radius";
const MIX: &str = "mix";
const STEPS_PER_BATCH: &str = "steps_per_batch";

/// Makes the settings of all methods known.
pub(super) fn know_all(reader: &mut Reader<'_, '_>) {
    for (_, key) in SETTINGS {
        reader.node(key);
    }
}

impl Method {
    /// Reads the settings of the method of that name; those of other methods are mistakes.
    pub(super) fn read(reader: &mut Reader<'_, '_>, name: MethodName) -> Option<Self> {
        let method = Self::read_own(reader, name)?;
        for (key, value) in SETTINGS.map(|(_, key)| (key, method.setting(key))) {
            if value == Setting::Absent && reader.span_of(key).is_some() {
                reader.node(key);
                reader.inapplicable(key, "optimizer.method", name.name());
            }
        }
        Some(method)
    }

    fn read_own(reader: &mut Reader<'_, '_>, name: MethodName) -> Option<Self> {
        let method = match name {
            MethodName::GradientDescent => Self::GradientDescent,
            MethodName::Sgd => Self::Sgd,
            MethodName::HeavyBall => Self::HeavyBall {
                momentum: reader.get(MOMENTUM, &BELOW_ONE).unwrap_or(0.9),
            },
            MethodName::Nesterov => Self::Nesterov {
                momentum: reader.get(MOMENTUM, &BELOW_ONE).unwrap_or(0.9),
            },
            MethodName::Adam => Self::Adam {
                beta_1: reader.get(BETA_1, &BELOW_ONE).unwrap_or(0.9),
                beta_2: reader.get(BETA_2, &BELOW_ONE).unwrap_or(0.999),
                epsilon: reader.get(EPSILON, &POSITIVE).unwrap_or(1e-8),
                epsilon_placement: reader.choice(PLACEMENT).unwrap_or_default(),
            },
            MethodName::RmsProp => Self::RmsProp {
                beta_2: reader.get(BETA_2, &BELOW_ONE).unwrap_or(0.99),
                epsilon: reader.get(EPSILON, &POSITIVE).unwrap_or(1e-8),
                epsilon_placement: reader.choice(PLACEMENT).unwrap_or_default(),
            },
            MethodName::Heun => Self::Heun,
            MethodName::RungeKutta4 => Self::RungeKutta4,
            MethodName::Normalised => Self::Normalised {
                decay: reader.get(DECAY, &ZERO_TO_ONE).unwrap_or(0.0),
            },
            MethodName::Sam => Self::Sam {
                radius: reader.require(RADIUS, &NOT_NEGATIVE)?,
            },
            MethodName::GradientNorm => {
                let radius = reader.require(RADIUS, &NOT_NEGATIVE);
                let mix = reader.require(MIX, &ZERO_TO_ONE);
                Self::GradientNorm {
                    radius: radius?,
                    mix: mix?,
                }
            }
            MethodName::NStep => Self::NStep {
                steps_per_batch: reader.require(STEPS_PER_BATCH, &COUNT)?,
            },
        };
        Some(method)
    }

    /// Its name in experiment files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let name = match self {
            Self::GradientDescent => MethodName::GradientDescent,
            Self::Sgd => MethodName::Sgd,
            Self::HeavyBall { .. } => MethodName::HeavyBall,
            Self::Nesterov { .. } => MethodName::Nesterov,
            Self::Adam { .. } => MethodName::Adam,
            Self::RmsProp { .. } => MethodName::RmsProp,
            Self::Heun => MethodName::Heun,
            Self::RungeKutta4 => MethodName::RungeKutta4,
            Self::Normalised { .. } => MethodName::Normalised,
            Self::Sam { .. } => MethodName::Sam,
            Self::GradientNorm { .. } => MethodName::GradientNorm,
            Self::NStep { .. } => MethodName::NStep,
        };
        name.name()
    }

    /// The settings of every method, absent where they are not this one's.
    pub(super) fn settings(&self) -> [(&'static str, Setting); 9] {
        SETTINGS.map(|(path, key)| (path, self.setting(key)))
    }

    fn setting(&self, key: &str) -> Setting {
        match (key, *self) {
            (MOMENTUM, Self::HeavyBall { momentum } | Self::Nesterov { momentum }) => {
                momentum.into()
            }
            (BETA_1, Self::Adam { beta_1, .. }) => beta_1.into(),
            (BETA_2, Self::Adam { beta_2, .. } | Self::RmsProp { beta_2, .. }) => beta_2.into(),
            (EPSILON, Self::Adam { epsilon, .. } | Self::RmsProp { epsilon, .. }) => epsilon.into(),
            (
                PLACEMENT,
                Self::Adam {
                    epsilon_placement, ..
                }
                | Self::RmsProp {
                    epsilon_placement, ..
                },
            ) => epsilon_placement.name().into(),
            (DECAY, Self::Normalised { decay }) => decay.into(),
            (RADIUS, Self::Sam { radius } | Self::GradientNorm { radius, .. }) => radius.into(),
            (MIX, Self::GradientNorm { mix, .. }) => mix.into(),
            (STEPS_PER_BATCH, Self::NStep { steps_per_batch }) => steps_per_batch.into(),
            _ => Setting::Absent,
        }
    }
}
