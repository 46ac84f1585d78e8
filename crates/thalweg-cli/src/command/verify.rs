//! `thalweg verify`: the orders that the theory claims, measured.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use thalweg::Named;
use thalweg::verification::{Measured, MethodName, Verdict};
use thalweg_lab::claim::Ruling;
use thalweg_lab::study::verify::{self, Request, Resolved, Row, SampledRun, Subject};
use thalweg_lab::study::{StudyError, shown};

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
    /// Minibatches an epoch: up to 6 every order is gone through, above that (sgd and
    /// sgd-with-replacement) 2000 epochs are sampled [default: 4]
    #[arg(long, value_name = "K", requires = "method")]
    batches: Option<usize>,
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
        batches: arguments.batches,
    };
    let resolved = request.resolve()?;
    let failed = |error| match error {
        StudyError::Verification(error) => Failure::from(verify::RequestError::from(error)),
        other => Failure::from(other),
    };
    if let Some(sampled) = resolved.sample().map_err(failed)? {
        print_sampled(&resolved, &sampled, arguments.json)?;
        return confirmed(usize::from(sampled.verdict() != "confirmed"), 1);
    }
    let rows = resolved.measure().map_err(failed)?;
    match arguments.json {
        true => print_json(&resolved, &rows)?,
        false => print_text(&resolved, &rows)?,
    }
    let verdicts: Vec<Verdict> = all(&resolved, &rows)
        .map(|(_, _, one)| one.verdict)
        .collect();
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
fn all<'a>(
    resolved: &Resolved,
    rows: &'a [Row],
) -> impl Iterator<Item = (&'a Row, &'static str, &'a Measured)> {
    let unit = resolved.method.unit();
    rows.iter().flat_map(move |row| {
        let one_step = row.certificate.one_step.iter();
        let one_step = one_step.map(move |one| (row, unit, one));
        let fixed_time = row.certificate.fixed_time.iter();
        one_step.chain(fixed_time.map(move |one| (row, "fixed time", one)))
    })
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
    let field = |row: &Row| resolved.method.field_name(row.terms);
    for (row, span, measured) in all(resolved, rows) {
        writeln!(out, "\nflow of {}, {span}", field(row))?;
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
    let (fields, spans) = (rows.iter().map(field), all(resolved, rows));
    let widest = fields.map(|name| name.chars().count()).max();
    let width = widest.unwrap_or_default().max("flow of".len() + 1);
    let longest = spans.map(|(_, span, _)| span.len()).max();
    let long = longest.unwrap_or_default().max("fixed time".len());
    writeln!(
        out,
        "\n{:<width$}  {:<long$}  measured  expected  verdict",
        "flow of", "over"
    )?;
    writeln!(out, "{}", "─".repeat(width + long + 32))?;
    for (row, span, measured) in all(resolved, rows) {
        writeln!(
            out,
            "{:<width$}  {span:<long$}  {:>8}  {:>8}  {}",
            field(row),
            slope(measured.convergence.order()),
            measured.claim.to_string(),
            measured.verdict
        )?;
    }
    Ok(())
}

fn print_sampled(resolved: &Resolved, run: &SampledRun, as_json: bool) -> Result<(), Failure> {
    let (method, problem) = (resolved.method.name(), resolved.subject.name());
    let mut out = std::io::stdout().lock();
    if as_json {
        let document = json!({
            "method": method,
            "problem": problem,
            "start": resolved.start,
            "batches": run.batches,
            "sampled_epochs": run.epochs,
            "learning_rate": run.learning_rate,
            "share": run.share.share,
            "standard_error": run.share.standard_error,
            "claimed": run.claimed,
            "verdict": run.verdict(),
        });
        let text = serde_json::to_string_pretty(&document).map_err(std::io::Error::from)?;
        writeln!(out, "{text}")?;
        return Ok(());
    }
    writeln!(
        out,
        "{method} on {problem} from start {}: the mean of {} sampled epochs of {} batches, h = {}\n",
        resolved.start,
        run.epochs,
        run.batches,
        shown(run.learning_rate)
    )?;
    writeln!(
        out,
        "On the way from the flow of Ẽ_GD, at 0, to that of Ẽ_SGD, at 1, it is at {:.4} ± {:.4}:\n\
         {:.1} standard errors from the claimed {}, and {:.1} from {}: {}.",
        run.share.share,
        run.share.standard_error,
        run.from_claimed(),
        run.claimed,
        run.from_other(),
        1.0 - run.claimed,
        run.verdict()
    )?;
    Ok(())
}

fn print_json(resolved: &Resolved, rows: &[Row]) -> Result<(), Failure> {
    let number = |value: f64| value.is_finite().then_some(value);
    let measurements = all(resolved, rows).map(|(row, span, measured)| {
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
            "flow": resolved.method.field_name(row.terms),
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
