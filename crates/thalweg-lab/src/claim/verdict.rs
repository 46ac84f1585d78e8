//! What is ruled on a claim, and on what grounds.

use serde::{Deserialize, Serialize};

use super::explanation;
use super::interval::{CONFIDENCE, Interval};
use crate::spec::{ClaimSpec, Setting};

/// The ruling on a claim with its grounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The name of the claim.
    pub name: String,
    /// The claim in words.
    pub statement: String,
    /// Where it is made; empty if the file does not say.
    pub source: String,
    /// The ruling.
    pub ruling: Ruling,
    /// The mean effect over seeds, with its interval; `None` for fewer than two usable seeds.
    pub effect: Option<Effect>,
    /// The smallest effect that matters.
    pub minimum_effect: f64,
    /// The effect of each usable seed.
    pub seeds: Vec<SeedEffect>,
    /// The trials that these effects rest on.
    pub trials_used: usize,
    /// The trials of the sweep that do not count, and why.
    pub left_out: Vec<LeftOut>,
    /// If undecided: about how many seeds would decide at the observed effect and spread.
    pub seeds_needed: Option<u64>,
    /// The ruling in sentences.
    pub explanation: String,
}

/// A ruling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ruling {
    /// The effect is there, as expected and as large as matters.
    #[serde(rename = "holds")]
    Holds,
    /// The effect is the opposite one, or too small to matter.
    #[serde(rename = "does not hold")]
    DoesNotHold,
    /// The trials do not tell.
    #[serde(rename = "undecided")]
    Undecided,
}

impl Ruling {
    /// The ruling as it is shown and stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::Undecided => "undecided",
        }
    }
}

/// An effect with its interval over seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The mean over seeds.
    pub estimate: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// The share of such intervals that contain the true mean.
    pub confidence: f64,
    /// What the numbers count, in words.
    pub unit: String,
}

impl Effect {
    pub(super) fn new(interval: Interval, claim: &ClaimSpec) -> Self {
        Self {
            estimate: interval.mean,
            low: interval.low,
            high: interval.high,
            confidence: CONFIDENCE,
            unit: explanation::unit(claim),
        }
    }
}

/// The effect that one seed shows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedEffect {
    /// The seed.
    pub seed: u64,
    /// Its effect.
    pub effect: f64,
    /// The trials it rests on.
    pub trials: usize,
}

/// A trial that does not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its identity.
    pub id: String,
    /// Its seed.
    pub seed: u64,
    /// Its value of the setting that the claim is about.
    pub setting: Setting,
    /// Why it does not count.
    pub reason: Reason,
}

/// Why a trial does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// It is not finished.
    Unfinished,
    /// It diverged.
    Diverged,
    /// Its training accuracy never reached 100 %.
    NotInterpolating,
    /// Its loss never fell as far as the claim asks.
    LossNotReached,
    /// Its loss was below what the claim asks when measuring began.
    LossBelowFromTheStart,
    /// It ended before the time, step or epoch that the claim asks for.
    EndedBefore,
    /// The quantity was not measured where the claim asks for it.
    NotMeasured,
    /// The quantity is not finite.
    NotFinite,
    /// The quantity is not positive and so has no logarithm.
    NotPositive,
    /// The best of the trials it is compared with is at an end of the grid, so that a better one may
    /// lie beyond.
    OptimumAtEdge,
    /// Too few trials of its seed are left to compare it with.
    NothingToCompare,
}

impl Reason {
    /// The reason in words that follow "a trial".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Unfinished => "not finished",
            Self::Diverged => "diverged",
            Self::NotInterpolating => "never reached 100 % training accuracy",
            Self::LossNotReached => "never reached the loss",
            Self::LossBelowFromTheStart => "below the loss from the start",
            Self::EndedBefore => "ended before",
            Self::NotMeasured => "not measured there",
            Self::NotFinite => "not finite",
            Self::NotPositive => "not positive, so without logarithm",
            Self::OptimumAtEdge => "with the best at an end of the grid",
            Self::NothingToCompare => "left without trials of its seed to compare with",
        }
    }
}
