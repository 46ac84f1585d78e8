//! What several reproductions come to together, claim by claim.

use serde::Serialize;

use super::Reproduction;
use crate::claim::{Ruling, Verdict, number};
use crate::plain_table;
use crate::spec::{ClaimSpec, Direction};
use crate::store::StoredRun;
use crate::study::{Check, Findings, shown};

/// What one reproduction found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reproduced {
    /// The name of the reproduction, and of its folder.
    pub name: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// Where the result was published.
    pub source: &'static str,
    /// The folder of its results, beside the others.
    pub folder: String,
    /// Its claims.
    pub claims: Vec<Judged>,
}

/// A claim, what was measured of it, and the ruling.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// Its short name.
    pub name: String,
    /// The claim in words.
    pub statement: String,
    /// Where it is made; empty if its file does not say.
    pub source: String,
    /// The ruling.
    pub ruling: Ruling,
    /// What was measured, with its interval if there is one.
    pub measured: String,
    /// What the numbers count.
    pub quantity: String,
    /// What was expected of it beforehand.
    pub expected: String,
    /// The ruling in sentences.
    pub explanation: String,
}

impl Reproduced {
    /// The evidence of an experiment, by the rulings on its claims.
    #[must_use]
    pub fn by_experiment(published: &Reproduction, folder: &str, run: &StoredRun) -> Self {
        let claims = run.experiment.claims.iter().zip(&run.verdicts);
        let judged = claims.map(|(claim, verdict)| Judged::by_verdict(claim, verdict));
        Self::new(published, folder, judged.collect())
    }

    /// The evidence of a study, by its checks.
    #[must_use]
    pub fn by_study(published: &Reproduction, folder: &str, findings: &Findings) -> Self {
        let judged = findings.checks.iter().map(Judged::by_check);
        Self::new(published, folder, judged.collect())
    }

    fn new(published: &Reproduction, folder: &str, claims: Vec<Judged>) -> Self {
        Self {
            name: published.name,
            title: published.title,
            source: published.source,
            folder: folder.to_owned(),
            claims,
        }
    }

    /// How many claims have a ruling.
    #[must_use]
    pub fn count(&self, ruling: Ruling) -> usize {
        let claims = self.claims.iter();
        claims.filter(|claim| claim.ruling == ruling).count()
    }
}

impl Judged {
    fn by_verdict(claim: &ClaimSpec, verdict: &Verdict) -> Self {
        let effect = verdict.effect.as_ref();
        let measured = effect.map_or("–".into(), |effect| {
            let [estimate, low, high] = [effect.estimate, effect.low, effect.high].map(number);
            format!("{estimate} ({low} to {high})")
        });
        let seeds = verdict.seeds.len();
        let quantity = effect.map_or_else(String::new, |effect| {
            format!("{}; mean and 95 % interval over {seeds} seeds", effect.unit)
        });
        Self {
            name: verdict.name.clone(),
            statement: verdict.statement.clone(),
            source: verdict.source.clone(),
            ruling: verdict.ruling,
            measured,
            quantity,
            expected: expected(claim),
            explanation: verdict.explanation.clone(),
        }
    }

    fn by_check(check: &Check) -> Self {
        let expectation = &check.expectation;
        Self {
            name: expectation.name.clone(),
            statement: expectation.statement.clone(),
            source: expectation.source.clone(),
            ruling: check.ruling,
            measured: shown(check.measured),
            quantity: expectation.quantity.clone(),
            expected: expectation.expected.words(),
            explanation: check.explanation.clone(),
        }
    }
}

/// What a claim expects, as a range of its effect.
fn expected(claim: &ClaimSpec) -> String {
    let least = number(claim.minimum_effect);
    match (claim.expect, claim.minimum_effect) {
        (Direction::Increases, 0.0) => "above 0".into(),
        (Direction::Decreases, 0.0) => "below 0".into(),
        (Direction::Increases, _) => format!("at least {least}"),
        (Direction::Decreases, _) => format!("at most -{least}"),
        (Direction::Coincides, _) => format!("within ±{least}"),
    }
}

/// The claims of a reproduction in aligned columns at most `width` characters wide.
#[must_use]
pub fn table(reproduced: &Reproduced, width: usize) -> String {
    let row = |claim: &Judged| -> plain_table::Row {
        [
            claim.name.clone(),
            claim.statement.clone(),
            claim.measured.clone(),
            claim.expected.clone(),
            claim.ruling.name().into(),
        ]
    };
    let rows: Vec<plain_table::Row> = reproduced.claims.iter().map(row).collect();
    plain_table::table(&HEADINGS, &rows, &[], width)
}

const HEADINGS: [&str; 5] = ["claim", "statement", "measured", "expected", "ruling"];

/// How the claims of several reproductions came out, in a sentence.
#[must_use]
pub fn tally(all: &[Reproduced]) -> String {
    let count = |ruling| all.iter().map(|one| one.count(ruling)).sum::<usize>();
    let claims: usize = all.iter().map(|one| one.claims.len()).sum();
    format!(
        "Of {claims} claims of {} reproductions {} hold, {} do not hold, and {} are undecided.",
        all.len(),
        count(Ruling::Holds),
        count(Ruling::DoesNotHold),
        count(Ruling::Undecided),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Expectation, Expected};

    fn published() -> &'static Reproduction {
        Reproduction::find("games").unwrap()
    }

    fn check(measured: f64) -> Check {
        let expectation = Expectation {
            name: "slope".into(),
            statement: "The slope is two".into(),
            source: "Someone, Theorem 1".into(),
            quantity: "the slope".into(),
            expected: Expected::Near {
                value: 2.0,
                tolerance: 0.1,
            },
            because: "It is the order.".into(),
        };
        expectation.measured(measured, "It was measured.")
    }

    fn reproduced(measured: &[f64]) -> Reproduced {
        let checks = measured.iter().map(|one| check(*one));
        let judged = checks.map(|one| Judged::by_check(&one)).collect();
        Reproduced::new(published(), "games", judged)
    }

    #[test]
    fn a_table_has_a_row_a_claim_with_what_was_measured_and_expected() {
        let table = table(&reproduced(&[2.01, 3.0]), 80);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 4, "{table}");
        assert!(
            lines[2].contains("2.01") && lines[2].contains("2 ± 0.1"),
            "{table}"
        );
        assert!(
            lines[2].ends_with("holds") && lines[3].ends_with("does not hold"),
            "{table}"
        );
    }

    #[test]
    fn the_tally_counts_every_ruling_of_all() {
        let all = [reproduced(&[2.0, 5.0, f64::NAN]), reproduced(&[2.0])];
        assert_eq!(
            tally(&all),
            "Of 4 claims of 2 reproductions 2 hold, 1 do not hold, and 1 are undecided."
        );
    }

    #[test]
    fn what_a_claim_expects_is_a_range_of_its_effect() {
        let text = Reproduction::find("igr-egr").unwrap();
        let text = text
            .experiment(crate::reproduction::Scale::Embedded)
            .unwrap();
        let experiment = crate::spec::Experiment::parse("x", text, &[]).unwrap();
        let ranges: Vec<String> = experiment.claims.iter().map(expected).collect();
        assert_eq!(
            ranges,
            [
                "at least 0.002",
                "at most -0.1",
                "at most -0.1",
                "within ±0.004"
            ]
        );
    }
}
