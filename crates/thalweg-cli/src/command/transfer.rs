//! `thalweg transfer`: the penalty that keeps the implicit regularisation when training changes.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use thalweg::Named;
use thalweg::modified::stochastic::{BatchPenalty, StochasticCoefficients};
use thalweg_lab::spec::{OptimizerSpec, Override};
use thalweg_lab::transfer::{
    self, Doubt, Limits, Measured, Role, Side, Subject, TransferError, Transferred,
};

use super::data::CacheArguments;
use super::threads;
use crate::console;
use crate::failure::Failure;

/// Arguments of `thalweg transfer`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "SETTINGS are those of [optimizer] in experiment files, as in \
                  learning_rate=0.1,batch_size=32 or method=heavy-ball,momentum=0.9,learning_rate=0.01,\
                  batch_size=all.\n\n\
                  Exit code: 0 if there is a penalty that is nowhere negative, 1 if there is none, 2 for \
                  wrong arguments"
)]
pub struct TransferArguments {
    /// An experiment file, whose training is changed
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// How it was trained [default: as the file says]
    #[arg(long, value_name = "SETTINGS", required_unless_present = "file")]
    from: Option<String>,
    /// How it is to be trained
    #[arg(long, value_name = "SETTINGS")]
    to: String,
    /// Training examples, where there is no file to count them
    #[arg(
        long,
        value_name = "N",
        required_unless_present = "file",
        conflicts_with = "file"
    )]
    examples: Option<NonZeroUsize>,
    /// Examples in a micro-batch, where one is needed [default: the original's batch size if it is
    /// smaller than the target's, else the largest divisor of that]
    #[arg(long, value_name = "B")]
    micro_batch_size: Option<NonZeroUsize>,
    /// Override a setting of the file, as in seeds=1
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "file")]
    overrides: Vec<String>,
    /// Write the new experiment file
    #[arg(long, value_name = "NEW.toml", requires = "file")]
    out: Option<PathBuf>,
    /// Replace the new file if there is one
    #[arg(long, requires = "out")]
    force: bool,
    /// Write limits in steps and epochs that cover the same time
    #[arg(long, requires = "out")]
    equal_time: bool,
    /// Do not measure curvature and gradients on the file's experiment
    #[arg(long, requires = "file")]
    no_measurement: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Threads [default: one a processor]
    #[arg(long, value_name = "N", requires = "file")]
    threads: Option<NonZeroUsize>,
    #[command(flatten)]
    cache: CacheArguments,
}

/// Runs `thalweg transfer`.
pub fn run(arguments: &TransferArguments) -> Result<(), Failure> {
    let from = arguments.from.as_deref();
    let from = from.map(|text| OptimizerSpec::parse("--from", text));
    let from = from.transpose()?;
    let to = OptimizerSpec::parse("--to", &arguments.to)?;
    let subject = match &arguments.file {
        Some(path) => Some(arguments.subject(path, from.as_ref())?),
        None => None,
    };
    arguments.check_out()?;
    let transferred = arguments.transferred(subject.as_ref(), from.as_ref(), &to)?;
    let measured = match &subject {
        Some(subject) if !arguments.no_measurement => {
            Some(Measured::of(subject, &threads::start(arguments.threads)?)?)
        }
        _ => None,
    };
    let doubts = Doubt::all(&transferred, subject.as_ref(), measured.as_ref());
    if let (Some(subject), Some(penalty)) = (&subject, transferred.usable()) {
        arguments.write(subject, &transferred, penalty)?;
    }
    let found = match arguments.json {
        true => json_text(&transferred, measured.as_ref(), &doubts)?,
        false => transfer::text(&transferred, measured.as_ref(), &doubts, console::width()),
    };
    let mut out = std::io::stdout().lock();
    write!(out, "{found}")?;
    if transferred.usable().is_none() {
        return Err(Failure::NoTransfer(transferred.obstacle()));
    }
    if let (Some(path), false) = (&arguments.out, arguments.json) {
        writeln!(out, "\nWritten: {}", path.display())?;
    }
    Ok(())
}

impl TransferArguments {
    fn subject(&self, path: &Path, from: Option<&OptimizerSpec>) -> Result<Subject, Failure> {
        let text = std::fs::read_to_string(path).map_err(|source| Failure::Spec {
            path: path.to_owned(),
            source,
        })?;
        let overrides = self.overrides.iter().map(|text| Override::parse(text));
        let overrides: Vec<Override> = overrides.collect::<Result<_, _>>()?;
        let origin = path.display().to_string();
        let cache = self.cache.directory()?;
        Ok(Subject::load((&origin, &text), &overrides, from, &cache)?)
    }

    /// Whether the new file may be written, before anything is measured.
    fn check_out(&self) -> Result<(), Failure> {
        match &self.out {
            Some(path) if path.exists() && !self.force => {
                let path = path.clone();
                Err(TransferError::Exists { path }.into())
            }
            _ => Ok(()),
        }
    }

    fn transferred(
        &self,
        subject: Option<&Subject>,
        from: Option<&OptimizerSpec>,
        to: &OptimizerSpec,
    ) -> Result<Transferred, Failure> {
        let (original, target) = match (subject, from) {
            (Some(subject), _) => (subject.original()?, subject.target(to)?),
            (None, from) => {
                let examples = self.examples.map_or(0, NonZeroUsize::get);
                let from = from.unwrap_or(to);
                (
                    Side::new(Role::Original, from, None, examples)?,
                    Side::new(Role::Target, to, None, examples)?,
                )
            }
        };
        let size = self.micro_batch_size.map(NonZeroUsize::get);
        Ok(Transferred::between(original, target, size)?)
    }

    fn write(
        &self,
        subject: &Subject,
        transferred: &Transferred,
        penalty: BatchPenalty,
    ) -> Result<(), Failure> {
        let (Some(path), Some(file)) = (&self.out, &self.file) else {
            return Ok(());
        };
        let limits = match self.equal_time {
            true => Limits::EqualTime,
            false => Limits::Same,
        };
        let origin = file.display().to_string();
        let text = transfer::retrained(subject, transferred, penalty, limits, &origin)?;
        Ok(transfer::save(path, &text, self.force)?)
    }
}

fn json_text(
    transferred: &Transferred,
    measured: Option<&Measured>,
    doubts: &[Doubt],
) -> Result<String, Failure> {
    let warnings = doubts.iter().map(
        |doubt| json!({ "kind": doubt.kind(), "cause": doubt.cause(), "advice": doubt.advice() }),
    );
    let obstacle = transferred.obstacle();
    let document = json!({
        "original": side(&transferred.original),
        "target": side(&transferred.target),
        "missing": coefficients(transferred.missing),
        "possible": transferred.usable().is_some(),
        "penalty": transferred.penalty.map(penalty),
        "excess": {
            "full_batch": transferred.excess.full_batch,
            "gradient_variance": transferred.excess.gradient_variance,
        },
        "obstacle": (!obstacle.is_empty()).then_some(obstacle),
        "remedy": transferred.remedy.map(|remedy| json!({
            "learning_rate": remedy.learning_rate,
            "batch_size": remedy.batch_size,
        })),
        "steps_for_a_step": transferred.steps_for_a_step(),
        "epochs_for_an_epoch": transferred.epochs_for_an_epoch(),
        "measured": measured.map(|measured| places(transferred, measured)),
        "warnings": warnings.collect::<Vec<Value>>(),
    });
    let text = serde_json::to_string_pretty(&document).map_err(std::io::Error::from)?;
    Ok(text + "\n")
}

fn coefficients(of: StochasticCoefficients) -> Value {
    json!({ "full_batch": of.full_batch, "gradient_variance": of.gradient_variance })
}

fn penalty(of: BatchPenalty) -> Value {
    json!({
        "coefficient": of.coefficient,
        "micro_batch_size": of.micro_batch_size,
        "whole_batch_coefficient": of.whole_batch_coefficient,
        "lambda": 4.0 * of.coefficient,
        "whole_batch_lambda": 4.0 * of.whole_batch_coefficient,
    })
}

fn side(side: &Side) -> Value {
    json!({
        "method": side.optimizer.method.name(),
        "learning_rate": side.optimizer.learning_rate,
        "effective_learning_rate": side.effective_learning_rate,
        "examples": side.epoch.examples,
        "batch_size": side.epoch.batch_size,
        "sampling": side.epoch.sampling.name(),
        "steps_per_epoch": side.epoch.steps(),
        "epoch_time": side.epoch_time(),
        "largest_stable_curvature": side.largest_stable_curvature,
        "implicit": coefficients(side.implicit),
        "explicit": coefficients(side.explicit),
    })
}

fn places(transferred: &Transferred, measured: &Measured) -> Value {
    let of = |place: &transfer::Place, side: &Side| {
        let total = side.total();
        json!({
            "stability": place.stability(side),
            "epoch_length": place.epoch_length(side),
            "full_batch_share": total.full_batch * place.gradient_norm_squared / place.loss,
            "variance_share": total.gradient_variance * place.gradient_variance / place.loss,
        })
    };
    let places = measured.places.iter().map(|place| {
        json!({
            "place": place.name,
            "loss": place.loss,
            "gradient_norm_squared": place.gradient_norm_squared,
            "gradient_variance": place.gradient_variance,
            "largest_curvature": place.largest_curvature,
            "original": of(place, &transferred.original),
            "target": of(place, &transferred.target),
        })
    });
    Value::Array(places.collect())
}
