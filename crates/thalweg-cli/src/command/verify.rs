//! `thalweg verify`: the orders that the theory claims, measured.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use thalweg::Named;
use thalweg::verification::{Measured, MethodName, Verdict};
use thalweg_lab::claim::Ruling;
use thalweg_lab::study::shown;
use thalweg_lab::study::verify::{self, Request, Resolved, Row, Subject};

use super::study::{self, StudyPlace};
use crate::failure::Failure;

/// The name of the study of everything, and of its folder under `runs`.
const NAME: &str = "verify";

/// Arguments of `thalweg verify`. The exit code is 0 if everything claimed is confirmed, 1 if something
/// is refuted or cannot be decided, and 2 for wrong arguments.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Exit code: 0 if everything is confirmed, 1 if something is refuted or cannot be \
                  decided, 2 for wrong arguments"
)]
pub struct VerifyArguments {
    /// The method; without it, all are listed
    #[arg(long, value_name = "NAME", requires = "problem")]
    method: Option<String>,
    /// The problem, or for games the game
    #[arg(long, value_name = "NAME", requires = "method")]
    problem: Option<String>,
    /// Compare with the fields of 1 to N terms
    #[arg(long, value_name = "N", requires = "method")]
    terms: Option<usize>,
    /// Where to start from, by the problem's name for it
    #[arg(long, value_name = "NAME", requires = "method")]
    start: Option<String>,
    /// The largest learning rate
    #[arg(long, value_name = "H", requires = "method")]
    learning_rate: Option<f64>,
    /// How often the learning rate is halved, 2 to 30 times
    #[arg(long, value_name = "K", requires = "method")]
    halvings: Option<u32>,
    /// Print JSON
    #[arg(long, requires = "method")]
    json: bool,
    /// Verify every method on every problem that suits it, with damaged fields that must be refuted
    #[arg(long, conflicts_with = "method")]
    all: bool,
    /// The folder for the results of --all [default: runs/verify]
    #[arg(long, value_name = "DIR", requires = "all")]
    out: Option<PathBuf>,
    /// No progress bar
    #[arg(long, requires = "all")]
    quiet: bool,
}

/// Runs `thalweg verify`.
pub fn run(arguments: &VerifyArguments) -> Result<(), Failure> {
    if arguments.all {
        return everything(arguments);
    }
    let (Some(method), Some(problem)) = (&arguments.method, &arguments.problem) else {
        return list();
    };
    let request = Request {
        method: method.clone(),
        problem: problem.clone(),
        terms: arguments.terms,
        start: arguments.start.clone(),
        learning_rate: arguments.learning_rate,
        halvings: arguments.halvings,
    };
    let resolved = request.resolve()?;
    let rows = resolved.measure().map_err(verify::RequestError::from)?;
    match arguments.json {
        true => print_json(&resolved, &rows)?,
        false => print_text(&resolved, &rows)?,
    }
    let verdicts: Vec<Verdict> = all(&rows).map(|(_, _, one)| one.verdict).collect();
    let failed = verdicts.iter().filter(|one| **one != Verdict::Confirmed);
    confirmed(failed.count(), verdicts.len())
}

fn confirmed(failed: usize, all: usize) -> Result<(), Failure> {
    match failed {
        0 => Ok(()),
        failed => Err(Failure::NotConfirmed { failed, all }),
    }
}

fn everything(arguments: &VerifyArguments) -> Result<(), Failure> {
    let place = StudyPlace {
        name: NAME,
        out: arguments.out.as_ref(),
        quiet: arguments.quiet,
    };
    let findings = study::carry_out(place, verify::run)?;
    let all = findings.checks.len();
    confirmed(all - findings.count(Ruling::Holds), all)
}

/// Every measurement with its row and what it is over.
fn all(rows: &[Row]) -> impl Iterator<Item = (&Row, &'static str, &Measured)> {
    rows.iter().flat_map(|row| {
        let one_step = row.certificate.one_step.iter();
        let one_step = one_step.map(move |one| (row, "one step", one));
        one_step.chain([(row, "fixed time", &row.certificate.fixed_time)])
    })
}

fn terms(row: &Row) -> String {
    match row.terms {
        1 => "1 term".into(),
        terms => format!("{terms} terms"),
    }
}

/// A slope with two decimals.
fn slope(value: f64) -> String {
    match value.is_nan() {
        true => "–".into(),
        false => format!("{value:.2}"),
    }
}

fn print_text(resolved: &Resolved, rows: &[Row]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} on {} from start {}: distance between the method and the flow of its field",
        resolved.method.name(),
        resolved.subject.name(),
        resolved.start
    )?;
    for (row, span, measured) in all(rows) {
        writeln!(out, "\nflow of {}, {span}", terms(row))?;
        writeln!(out, "  {:>12}  {:>12}  {:>6}", "h", "error", "slope")?;
        let convergence = &measured.convergence;
        let slopes = [f64::NAN].into_iter().chain(convergence.slopes());
        for (point, steepness) in convergence.points.iter().zip(slopes) {
            let (h, error) = (shown(point.learning_rate), shown(point.error));
            let note = match (point.is_usable(), point.trouble) {
                (true, _) => "",
                (_, None) => "  rounding",
                (_, Some(_)) => "  lost",
            };
            writeln!(out, "  {h:>12}  {error:>12}  {:>6}{note}", slope(steepness))?;
        }
    }
    writeln!(out, "\nflow of   over        measured  expected  verdict")?;
    writeln!(out, "{}", "─".repeat(50))?;
    for (row, span, measured) in all(rows) {
        writeln!(
            out,
            "{:<8}  {span:<10}  {:>8}  {:>8}  {}",
            terms(row),
            slope(measured.convergence.order()),
            measured.claim.to_string(),
            measured.verdict
        )?;
    }
    Ok(())
}

fn print_json(resolved: &Resolved, rows: &[Row]) -> Result<(), Failure> {
    let number = |value: f64| value.is_finite().then_some(value);
    let measurements = all(rows).map(|(row, span, measured)| {
        let points = measured.convergence.points.iter().map(|point| {
            json!({
                "learning_rate": point.learning_rate,
                "error": number(point.error),
                "rounding": number(point.floor),
                "trouble": point.trouble.map(|trouble| trouble.to_string()),
            })
        });
        let slopes = measured.convergence.slopes().into_iter().map(number);
        let reason = match measured.verdict {
            Verdict::Undecided(reason) => Some(reason.to_string()),
            _ => None,
        };
        json!({
            "terms": row.terms,
            "over": span,
            "claimed": measured.claim.to_string(),
            "measured": number(measured.convergence.order()),
            "verdict": measured.verdict.name(),
            "reason": reason,
            "slopes": slopes.collect::<Vec<_>>(),
            "points": points.collect::<Vec<_>>(),
        })
    });
    let document = json!({
        "method": resolved.method.name(),
        "problem": resolved.subject.name(),
        "start": resolved.start,
        "measurements": measurements.collect::<Vec<Value>>(),
    });
    let text = serde_json::to_string_pretty(&document).map_err(std::io::Error::from)?;
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}

fn list() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "Measures by which power of the learning rate a method and the flow of its modified field\n\
         differ, and whether that is what the theory claims.\n"
    )?;
    for (name, method) in MethodName::NAMES {
        let subjects = Subject::suiting(*method).into_iter().map(Subject::name);
        let subjects: Vec<&str> = subjects.collect();
        writeln!(out, "{name}\n    on {}", subjects.join(", "))?;
    }
    writeln!(
        out,
        "\nOne:        thalweg verify --method NAME --problem NAME\n\
         Everything: thalweg verify --all"
    )?;
    Ok(())
}
