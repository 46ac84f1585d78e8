//! What the ruling on a claim found, in a line: `Larger learning rates find flatter solutions: holds,
//! −2.7 decades per decade`.

use thalweg_lab::claim::{Ruling, Verdict};
use thalweg_lab::spec::{ClaimSpec, Comparison, Experiment, Scale};

use crate::gallery::wording::{setting_label, setting_value, shown, taken};
use crate::number::signed;

/// The significant digits of an effect in a title.
const FEW: usize = 2;
/// The significant digits of an effect in a sentence.
const DIGITS: usize = 3;

/// A verdict with the claim that it is on.
#[derive(Clone, Copy)]
pub(crate) struct Finding<'a> {
    /// The verdict.
    pub verdict: &'a Verdict,
    /// The claim, if the experiment still states it.
    pub claim: Option<&'a ClaimSpec>,
}

impl<'a> Finding<'a> {
    /// The findings of an experiment, in the order of its verdicts.
    pub(crate) fn all(experiment: &'a Experiment, verdicts: &'a [Verdict]) -> Vec<Self> {
        let claim = |verdict: &Verdict| {
            let mut claims = experiment.claims.iter();
            claims.find(|one| one.name == verdict.name && one.statement == verdict.statement)
        };
        let finding = |verdict| Self {
            verdict,
            claim: claim(verdict),
        };
        verdicts.iter().map(finding).collect()
    }

    /// The statement with its ruling and effect: the title of a figure.
    pub(crate) fn title(&self) -> String {
        self.line(self.amount(FEW))
    }

    /// The statement, its ruling and an effect.
    fn line(&self, effect: Option<String>) -> String {
        let (statement, ruling) = (&self.verdict.statement, self.verdict.ruling.name());
        match effect {
            Some(effect) => format!("{statement}: {ruling}, {effect}"),
            None => format!("{statement}: {ruling}"),
        }
    }

    /// The same with the interval: a part of the sentence that answers the question.
    pub(crate) fn sentence(&self) -> String {
        let line = self.line(self.effect());
        match self.interval() {
            Some(interval) => format!("{line} ({interval})"),
            None => line,
        }
    }

    /// The effect with its unit: `−2.71 decades per decade`.
    pub(crate) fn effect(&self) -> Option<String> {
        self.amount(DIGITS)
    }

    fn amount(&self, digits: usize) -> Option<String> {
        let effect = self.verdict.effect.as_ref()?;
        let amount = signed(effect.estimate * self.factor(), digits);
        Some(format!("{amount}{}", self.unit()))
    }

    /// The interval of the effect in the same unit.
    pub(crate) fn interval(&self) -> Option<String> {
        let effect = self.verdict.effect.as_ref()?;
        let end = |value: f64| signed(value * self.factor(), DIGITS);
        Some(format!(
            "{:.0} % interval {} to {}",
            effect.confidence * 100.0,
            end(effect.low),
            end(effect.high)
        ))
    }

    /// What the effect is one of: `squared gradient norm at the end of training, for ten times the
    /// learning rate h`.
    pub(crate) fn subject(&self) -> Option<String> {
        let claim = self.claim?;
        let quantity = match claim.relative_to {
            Some(divisor) => format!(
                "{} over {}",
                taken(claim.quantity, claim.at),
                shown(divisor).words
            ),
            None => taken(claim.quantity, claim.at),
        };
        let axis = claim.axis.as_deref().map(setting_label).unwrap_or_default();
        Some(match &claim.compare {
            Comparison::Trend => format!("{quantity}, for ten times the {axis}"),
            Comparison::Pair { from, to } => format!(
                "{quantity}, from {axis} {} to {}",
                setting_value(from),
                setting_value(to)
            ),
            Comparison::Optimum { of, at } => format!(
                "{axis}, from where it is best for the {} to where it is for the {quantity}",
                taken(*of, *at)
            ),
            Comparison::Sweep { base } => {
                format!("{quantity}, from sweep {base} to sweep {}", claim.sweep)
            }
        })
    }

    /// The unit of the effect, with the space before it.
    fn unit(&self) -> String {
        let Some(claim) = self.claim else {
            return String::new();
        };
        let unit = match (&claim.compare, claim.scale, shown(claim.quantity).unit) {
            (Comparison::Optimum { .. }, ..) => " octaves",
            (_, Scale::Log, _) => " decades",
            _ if claim.relative_to.is_some() => "",
            (_, _, "%") => " percentage points",
            (_, _, "") => "",
            (_, _, unit) => unit,
        };
        match claim.compare {
            Comparison::Trend => format!("{unit} per decade"),
            _ => unit.into(),
        }
    }

    /// What stored effects are multiplied by to be in that unit.
    fn factor(&self) -> f64 {
        match self.claim {
            Some(claim) if self.is_in_unit(claim) => shown(claim.quantity).factor,
            _ => 1.0,
        }
    }

    /// Whether the effect is a difference of the quantity itself.
    fn is_in_unit(&self, claim: &ClaimSpec) -> bool {
        let is_optimum = matches!(claim.compare, Comparison::Optimum { .. });
        !is_optimum && claim.scale == Scale::Linear && claim.relative_to.is_none()
    }
}

/// The most findings that one sentence can hold.
const MOST_TOLD: usize = 3;

/// The answer of all findings in a sentence; `None` if there are none.
pub(crate) fn answer(findings: &[Finding<'_>]) -> Option<String> {
    let (first, rest) = findings.split_first()?;
    let told = |findings: &[Finding<'_>]| {
        let sentences: Vec<String> = findings.iter().map(Finding::sentence).collect();
        sentences.join("; ")
    };
    if rest.len() < MOST_TOLD {
        return Some(format!("{}.", told(findings)));
    }
    Some(format!(
        "{}; first of all: {}.",
        tally(findings),
        told(std::slice::from_ref(first))
    ))
}

/// How many claims hold, in words.
pub(crate) fn tally(findings: &[Finding<'_>]) -> String {
    let count = |ruling| {
        findings
            .iter()
            .filter(|one| one.verdict.ruling == ruling)
            .count()
    };
    let holds = count(Ruling::Holds);
    let fails = count(Ruling::DoesNotHold);
    let open = count(Ruling::Undecided);
    let all = findings.len();
    match (all, holds) {
        (1, 1) => "The one claim holds".into(),
        (_, holds) if holds == all => format!("All {all} claims hold"),
        _ => {
            let verb = |count: usize, one: &str, more: &str| {
                format!("{count} {}", if count == 1 { one } else { more })
            };
            let parts = [
                Some(verb(holds, "holds", "hold")),
                (fails > 0).then(|| verb(fails, "does not", "do not")),
                (open > 0).then(|| verb(open, "is undecided", "are undecided")),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            let claims = if all == 1 { "claim" } else { "claims" };
            match parts.split_last() {
                Some((last, rest)) if !rest.is_empty() => {
                    format!("Of {all} {claims} {} and {last}", rest.join(", "))
                }
                _ => format!("Of {all} {claims} {}", parts.join(", ")),
            }
        }
    }
}

/// The class that colours an answer: that of the rulings if they are all alike.
pub(crate) fn class(findings: &[Finding<'_>]) -> &'static str {
    let all = |ruling| findings.iter().all(|one| one.verdict.ruling == ruling);
    if all(Ruling::Holds) {
        "holds"
    } else if all(Ruling::DoesNotHold) {
        "fails"
    } else {
        "mixed"
    }
}
