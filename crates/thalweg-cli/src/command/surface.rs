//! `thalweg surface`: the loss around the final parameters of a trial, on a plane.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use thalweg::{Named, Threads};
use thalweg_lab::store::write_file_below;
use thalweg_lab::study::{Progress, Watch};
use thalweg_lab::surface::{Directions, Request, Subject, Surface, measure};
use thalweg_report::figure::Drawing;
use thalweg_report::render_surface;

use super::data::CacheArguments;
use super::threads;
use crate::console::StudyBar;
use crate::failure::Failure;
use crate::interrupt;

/// Arguments of `thalweg surface`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Writes surface.json and surface.svg into the folder of the trial, whose page in the report \
                  shows the picture from then on. The path of training is had by taking its steps once more."
)]
pub struct SurfaceArguments {
    /// The folder of a trial that has ended, runs/NAME/trials/ID
    #[arg(value_name = "TRIAL")]
    trial: PathBuf,
    /// What spans the plane: gradient-hessian (∇E and the top eigenvector of the Hessian) or random (two
    /// directions with the norm of every filter)
    #[arg(long, value_parser = ["gradient-hessian", "random"], default_value = "gradient-hessian")]
    directions: String,
    /// Half the side of the square: a distance in θ, or a share of each filter's norm for random
    /// directions [default: as large as the path needs, and 1 at least for random directions]
    #[arg(long, value_name = "R", value_parser = positive, allow_negative_numbers = true)]
    radius: Option<f64>,
    /// Points a side
    #[arg(long, value_name = "N", default_value_t = 41, value_parser = clap::value_parser!(u16).range(2..=1001))]
    points: u16,
    /// Take the loss over at most so many training examples, the first ones
    #[arg(long, value_name = "N", default_value = "5000")]
    examples: NonZeroUsize,
    /// Of random directions
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Another folder for surface.json and surface.svg
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

/// Runs `thalweg surface`.
pub fn run(arguments: &SurfaceArguments) -> Result<(), Failure> {
    let subject = Subject::of_trial(&arguments.trial, &arguments.cache.directory()?)?;
    let surface = watched(&subject, arguments, &threads::start(arguments.threads)?)?;
    let drawing = render_surface(&surface)?;
    let folder = arguments.out.as_ref().unwrap_or(&arguments.trial);
    let picture = write(folder, &surface, &drawing)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}\n\nPicture: {}", drawing.caption, picture.display())?;
    Ok(())
}

fn watched(
    subject: &Subject,
    arguments: &SurfaceArguments,
    threads: &Threads,
) -> Result<Surface, Failure> {
    let request = Request {
        directions: Directions::from_name(&arguments.directions).unwrap_or_default(),
        radius: arguments.radius,
        points: arguments.points.into(),
        examples: arguments.examples.get(),
        seed: arguments.seed,
    };
    let (bar, interrupt) = (StudyBar::new(arguments.quiet), interrupt::flag());
    let mut tell = |progress: Progress<'_>| bar.show(progress);
    let surface = measure(
        subject,
        &request,
        threads,
        &mut Watch::new(&mut tell, &interrupt),
    );
    bar.clear();
    Ok(surface?)
}

/// Writes both files; returns where the picture is.
fn write(folder: &Path, surface: &Surface, drawing: &Drawing) -> Result<PathBuf, Failure> {
    let document = serde_json::to_string_pretty(surface).map_err(std::io::Error::from)? + "\n";
    write_file_below(folder, "surface.json", document.as_bytes())?;
    Ok(write_file_below(
        folder,
        "surface.svg",
        drawing.svg.as_bytes(),
    )?)
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if f64::is_finite(value) && value > 0.0 => Ok(value),
        _ => Err("it must be a number above 0, as in 0.5".into()),
    }
}
