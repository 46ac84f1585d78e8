//! The one way in which a resolved trial is written.
//!
//! The bytes are hashed into identities that outlive a version of this program, so they are
//! written here and not by a general TOML printer whose habits may change.

use std::fmt::Write;

use thalweg::Named;

use super::{ProbeSpec, Setting, TrialSpec};

/// The canonical text of a trial.
pub(super) fn trial(trial: &TrialSpec) -> String {
    let mut text = format!("seeds = [{}]\n", trial.seed);
    let settings = trial.settings().into_iter();
    tables(
        &mut text,
        settings
            .filter(|(path, _)| !is_derived(path, trial))
            .map(|(path, value)| (path, literal(&value))),
    );
    for one in &trial.probes {
        probe(&mut text, one);
    }
    text
}

/// Whether a setting only repeats what others say.
fn is_derived(path: &str, trial: &TrialSpec) -> bool {
    match path {
        "network.width" | "network.depth" => true,
        "regularizer.coefficient" | "regularizer.multiplier" => trial.regularizer.is_none(),
        "weight_decay.coefficient" => trial.weight_decay.is_none(),
        _ => false,
    }
}

/// Writes `section.key = value` entries under one header a section, leaving out empty values.
pub(super) fn tables<'a>(text: &mut String, entries: impl Iterator<Item = (&'a str, String)>) {
    let mut open = "";
    for (path, value) in entries.filter(|(_, value)| !value.is_empty()) {
        let (section, key) = path.split_once('.').unwrap_or(("", path));
        if section != open {
            let _ = write!(text, "\n[{section}]\n");
            open = section;
        }
        let _ = writeln!(text, "{key} = {value}");
    }
}

/// Writes one `[[probe]]`.
pub(super) fn probe(text: &mut String, probe: &ProbeSpec) {
    let names: Vec<String> = probe.measure.iter().map(|one| quote(one.name())).collect();
    let _ = write!(
        text,
        "\n[[probe]]\nmeasure = [{}]\nevery = {}\n",
        names.join(", "),
        quote(&probe.every.to_string())
    );
}

/// A setting as TOML, the empty text if it is absent.
///
/// Numbers have the fewest digits that read back as the same number, and always a point or an
/// exponent.
pub(super) fn literal(value: &Setting) -> String {
    match value {
        Setting::Absent => String::new(),
        Setting::Boolean(value) => value.to_string(),
        Setting::Whole(value) => value.to_string(),
        Setting::Number(value) => format!("{value:?}"),
        Setting::Text(text) => quote(text),
        Setting::Wholes(values) => format!("{values:?}"),
        Setting::Numbers(values) => format!("{values:?}"),
    }
}

/// A basic TOML string.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
