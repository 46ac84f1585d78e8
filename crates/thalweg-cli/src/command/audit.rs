//! `thalweg audit`: what one's own training does at one's own parameters.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use thalweg::{Named, Threads};
use thalweg_lab::audit::{self, Audit, AuditError, Budget, Subject, Which};
use thalweg_lab::spec::Override;
use thalweg_lab::store::write_file_below;
use thalweg_lab::study::{Progress, Watch};
use thalweg_report::render_audit;

use super::data::CacheArguments;
use super::experiment::command_line;
use super::threads;
use crate::console::{self, StudyBar};
use crate::failure::Failure;
use crate::interrupt;

/// Arguments of `thalweg audit`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Give the folder of a trial that has ended, runs/NAME/trials/ID, or an experiment file and \
                  a safetensors file of any framework with the tensors layers.0.weight [outputs, inputs], \
                  layers.0.bias, layers.1.weight and so on, of float64, float32, float16 or bfloat16.\n\n\
                  Budgets: cheap (passes over the data and a rough λ_max), standard (also the standard error \
                  of λ_max, and 20 draws of noise in the parameters at ten strengths), full (λ_max to \
                  rounding, 100 draws)."
)]
pub struct AuditArguments {
    /// The folder of a trial
    #[arg(
        value_name = "TRIAL",
        required_unless_present = "experiment",
        conflicts_with_all = ["experiment", "checkpoint"]
    )]
    trial: Option<PathBuf>,
    /// An experiment file that says how the parameters of --checkpoint are trained
    #[arg(long, value_name = "FILE", requires = "checkpoint")]
    experiment: Option<PathBuf>,
    /// A safetensors file of parameters
    #[arg(long, value_name = "FILE.safetensors", requires = "experiment")]
    checkpoint: Option<PathBuf>,
    /// Which parameters of the trial
    #[arg(long, value_name = "WHICH", value_parser = ["final", "best"], conflicts_with = "checkpoint")]
    at: Option<String>,
    /// Override a setting of the experiment file, as in optimizer.learning_rate=0.1
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "experiment")]
    overrides: Vec<String>,
    /// The step at which the parameters are, where their file does not say: for the rate of a schedule
    /// and the minibatches of the epoch
    #[arg(long, value_name = "N", requires = "checkpoint")]
    step: Option<u64>,
    /// How much it may cost
    #[arg(long, value_name = "BUDGET", value_parser = ["cheap", "standard", "full"], default_value = "standard")]
    budget: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write audit.html, a page that works from disk, and audit.json into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Threads [default: one a processor]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    cache: CacheArguments,
}

/// Runs `thalweg audit`.
pub fn run(arguments: &AuditArguments) -> Result<(), Failure> {
    let subject = arguments.subject()?;
    let threads = threads::start(arguments.threads)?;
    let budget = Budget::from_name(&arguments.budget).unwrap_or_default();
    let audit = watched(&subject, budget, &threads, arguments.quiet)?;
    let document = serde_json::to_string_pretty(&audit::document(&audit));
    let document = document.map_err(std::io::Error::from)? + "\n";
    let page = match &arguments.out {
        Some(folder) => Some(write(folder, &audit, &document)?),
        None => None,
    };
    let mut out = std::io::stdout().lock();
    match arguments.json {
        true => write!(out, "{document}")?,
        false => write!(out, "{}", audit::text(&audit, console::width()))?,
    }
    if let (Some(page), false) = (page, arguments.json) {
        writeln!(out, "\nPage: {}", page.display())?;
    }
    Ok(())
}

impl AuditArguments {
    fn subject(&self) -> Result<Subject, Failure> {
        let cache = self.cache.directory()?;
        if let Some(trial) = &self.trial {
            let which = self.at.as_deref().and_then(Which::from_name);
            return Ok(Subject::of_trial(trial, which.unwrap_or_default(), &cache)?);
        }
        let required = "clap requires TRIAL, or --experiment and --checkpoint";
        let experiment = self.experiment.as_ref().expect(required);
        let checkpoint = self.checkpoint.as_ref().expect(required);
        let text = std::fs::read_to_string(experiment).map_err(|source| Failure::Spec {
            path: experiment.clone(),
            source,
        })?;
        let overrides = self.overrides.iter().map(|text| Override::parse(text));
        let overrides: Vec<Override> = overrides.collect::<Result<_, _>>()?;
        let origin = experiment.display().to_string();
        let subject = Subject::of_checkpoint((&origin, &text), &overrides, checkpoint, &cache)?;
        Ok(subject.at_step(self.step))
    }
}

fn watched(
    subject: &Subject,
    budget: Budget,
    threads: &Threads,
    quiet: bool,
) -> Result<Audit, AuditError> {
    let (bar, interrupt) = (StudyBar::new(quiet), interrupt::flag());
    let mut tell = |progress: Progress<'_>| bar.show(progress);
    let audit = Audit::of(
        subject,
        budget,
        threads,
        &mut Watch::new(&mut tell, &interrupt),
    );
    bar.clear();
    audit
}

/// Writes page, figures and document; returns where the page is.
fn write(folder: &Path, audit: &Audit, document: &str) -> Result<PathBuf, Failure> {
    let report = render_audit(audit, &command_line(), env!("CARGO_PKG_VERSION"))?;
    let write = |name: &str, bytes: &[u8]| write_file_below(folder, name, bytes);
    write("audit.json", document.as_bytes())?;
    for (name, svg) in &report.figures {
        write(&format!("figures/{name}"), svg.as_bytes())?;
    }
    Ok(write("audit.html", report.html.as_bytes())?)
}
