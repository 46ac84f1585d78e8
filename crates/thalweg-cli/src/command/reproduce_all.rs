//! `thalweg reproduce all`: every published result, and the state of the evidence.

use std::io::Write;
use std::path::{Path, PathBuf};

use thalweg_lab::reproduction::{Method, PUBLISHED, Reproduced, Reproduction, Scale, table, tally};
use thalweg_lab::store::{RunFolder, write_whole_file};
use thalweg_lab::study::StudyError;
use thalweg_report::render_evidence;

use super::experiment::{ExperimentArguments, Source};
use super::prepared::Prepared;
use super::study::{self, StudyPlace};
use crate::console;
use crate::failure::Failure;

/// What stands for every published result in place of a name.
pub const ALL: &str = "all";

/// Checks every published result at a scale, each in its own folder below one, and writes what they
/// come to together. One that fails does not stop the others.
pub fn run(scale: Scale, arguments: &ExperimentArguments) -> Result<(), Failure> {
    let options = arguments.for_one_experiment();
    if !options.is_empty() {
        return Err(Failure::OptionsOfOne { options });
    }
    let place = arguments.out.clone().unwrap_or_else(|| "runs".into());
    let has_scale = |one: &&Reproduction| match scale {
        Scale::Embedded => true,
        Scale::Paper => one.has_paper(),
    };
    let wanted: Vec<&Reproduction> = PUBLISHED.iter().filter(has_scale).collect();
    let (mut all, mut failed) = (Vec::new(), Vec::new());
    for (index, published) in wanted.iter().enumerate() {
        let heading = format!("{}/{}  {}", index + 1, wanted.len(), published.name);
        writeln!(std::io::stdout(), "{heading}: {}\n", published.title)?;
        match reproduce(published, scale, &place, arguments) {
            Ok(reproduced) => {
                let table = table(&reproduced, console::width());
                writeln!(std::io::stdout(), "{table}\n")?;
                all.push(reproduced);
            }
            Err(Failure::Interrupted | Failure::Study(StudyError::Interrupted)) => {
                return Err(Failure::Interrupted);
            }
            Err(failure) => {
                writeln!(std::io::stderr(), "{}: {failure}\n", published.name)?;
                failed.push(published.name);
            }
        }
    }
    let page = place.join("evidence.html");
    write_whole_file(&page, render_evidence(&all, &failed)?.as_bytes())?;
    write_whole_file(&place.join("evidence.json"), &json(&all))?;
    let (tally, page) = (tally(&all), page.display());
    writeln!(std::io::stdout(), "{tally}\nState of the evidence: {page}")?;
    match failed.as_slice() {
        [] => Ok(()),
        failed => Err(Failure::Reproductions {
            failed: failed.iter().map(|name| (*name).to_owned()).collect(),
        }),
    }
}

fn json(all: &[Reproduced]) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(all).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn reproduce(
    published: &'static Reproduction,
    scale: Scale,
    place: &Path,
    arguments: &ExperimentArguments,
) -> Result<Reproduced, Failure> {
    let name = published.folder(scale);
    let out = place.join(&name);
    if let Method::Study(study) = published.method {
        let place = StudyPlace {
            name: published.name,
            out: Some(&out),
            quiet: arguments.quiet,
        };
        let (findings, _) = study::store(place, study)?;
        return Ok(Reproduced::by_study(published, &name, &findings));
    }
    let source = Source {
        origin: &format!("{name}.toml"),
        name: &name,
        text: published.experiment(scale)?,
    };
    let arguments = arguments.one_of_several(out, siblings(place, &name, scale));
    let ran = Prepared::new(source, &arguments)?.run(&arguments)?;
    ran.check()?;
    Ok(Reproduced::by_experiment(published, &name, &ran.stored))
}

/// The folders of the other published experiments that hold results, of which trials can be shared.
fn siblings(place: &Path, own: &str, scale: Scale) -> Vec<PathBuf> {
    let names = PUBLISHED.iter().map(|one| one.folder(scale));
    let folders = names
        .filter(|name| name != own)
        .map(|name| place.join(name));
    let is_ours = |folder: &PathBuf| {
        let identity = RunFolder::read(folder).and_then(|one| one.identity());
        identity.is_ok_and(|one| one.version == env!("CARGO_PKG_VERSION"))
    };
    folders.filter(is_ours).collect()
}
