//! Whether every command line in the documents is one.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use clap::error::ErrorKind;

use crate::Arguments;

/// A command line and where it stands.
struct Found {
    place: String,
    line: String,
    /// Whether it is to be complete: it stands in a block of its own, and not within a sentence.
    is_whole: bool,
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap();
    let chapters = fs::read_dir(root.join("docs/src")).unwrap();
    let chapters = chapters.map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = chapters
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    found.push(root.join("README.md"));
    found.sort();
    found
}

/// The command lines of a document: in blocks of the shell, and between backquotes.
fn commands(path: &Path) -> Vec<Found> {
    let text = fs::read_to_string(path).unwrap();
    let mut language = None;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(fence) = line.strip_prefix("```") {
            language = language.is_none().then(|| fence.trim().to_owned());
            continue;
        }
        let place = format!("{}:{number}", path.display());
        let is_shell = language.as_deref() == Some("sh");
        let lines: Vec<&str> = match is_shell {
            true => vec![line],
            false if language.is_some() => vec![],
            false => line.split('`').skip(1).step_by(2).collect(),
        };
        for line in lines.into_iter().filter_map(command) {
            let place = place.clone();
            found.push(Found {
                place,
                line,
                is_whole: is_shell,
            });
        }
    }
    found
}

/// The command line of ours in a line, if there is one.
fn command(line: &str) -> Option<String> {
    let line = line.trim();
    let line = line.split(" #").next().unwrap_or(line).trim();
    let ours = line
        .strip_prefix("cargo run --release -- ")
        .map(|rest| format!("thalweg {rest}"));
    ours.or_else(|| line.starts_with("thalweg ").then(|| line.to_owned()))
}

/// What the parser has against it, if anything, or the list of published results.
fn complaint(found: &Found) -> Option<String> {
    let name = found.line.strip_prefix("thalweg reproduce ");
    let name = name
        .and_then(|rest| rest.split(' ').next())
        .filter(|name| !name.starts_with('-'));
    if let Some(name) = name.filter(|name| !["NAME", "all"].contains(name))
        && let Err(error) = thalweg_lab::reproduction::Reproduction::find(name)
    {
        return Some(error.to_string());
    }
    let words = found
        .line
        .split_whitespace()
        .map(|word| word.trim_matches('\''));
    let error = Arguments::try_parse_from(words).err()?;
    let is_part = matches!(
        error.kind(),
        ErrorKind::MissingRequiredArgument
            | ErrorKind::MissingSubcommand
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let is_answer = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    (!is_answer && (found.is_whole || !is_part)).then(|| error.to_string())
}

#[test]
fn every_command_line_in_the_documents_is_accepted() {
    let all: Vec<Found> = documents().iter().flat_map(|path| commands(path)).collect();
    let wrong: Vec<String> = all
        .iter()
        .filter_map(|one| Some(format!("{}: {}\n{}", one.place, one.line, complaint(one)?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(all.len() > 40, "only {} were found", all.len());
}

#[test]
fn a_flag_or_a_command_that_does_not_exist_is_found() {
    let complaint = |line: &str, is_whole| {
        let place = String::new();
        let line = command(line).unwrap();
        complaint(&Found {
            place,
            line,
            is_whole,
        })
        .is_some()
    };
    assert!(complaint("thalweg run my.toml --rescale", false));
    assert!(complaint("thalweg ruin my.toml", false));
    assert!(complaint("thalweg reproduce igr-moon", false));
    assert!(complaint("thalweg transfer", true) && !complaint("thalweg transfer", false));
    assert!(!complaint(
        "cargo run --release -- reproduce igr-mnist     # a comment",
        true
    ));
    assert!(command("cargo test").is_none());
}
