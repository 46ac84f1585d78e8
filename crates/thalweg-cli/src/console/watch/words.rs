//! How the state of a run is said.

use thalweg_lab::record::Termination;
use thalweg_lab::spec::Setting;
use thalweg_lab::watching::{Counts, Standing, TrialState, Watched};

/// What a trial is doing, in a word.
pub(super) fn state(state: TrialState<'_>) -> &'static str {
    match state {
        TrialState::Waiting => "waiting",
        TrialState::Running => "running",
        TrialState::Silent(_) => "silent",
        TrialState::Interrupted => "interrupted",
        TrialState::Failed(_) => "failed",
        TrialState::Ended(Termination::Diverged) => "diverged",
        TrialState::Ended(_) => "done",
    }
}

/// What the run is doing, in a sentence.
pub(super) fn standing(watched: &Watched<'_>) -> String {
    if !watched.is_there {
        return "the folder is gone".into();
    }
    match watched.standing() {
        Standing::NotBegun => "no trial has been begun yet".into(),
        Standing::Running => "running".into(),
        Standing::Interrupted => "interrupted; the same command continues it".into(),
        Standing::Silent(quiet) => format!(
            "silent for {}: it measures at length, or was killed; if so, the same command continues it",
            duration(quiet.as_secs_f64())
        ),
        Standing::Over => "over".into(),
    }
}

/// How many trials are doing what, those of which there are none left out.
pub(super) fn counts(counts: Counts) -> String {
    let all = [
        (counts.running, "running"),
        (counts.silent, "silent"),
        (counts.interrupted, "interrupted"),
        (counts.failed, "failed"),
        (counts.diverged, "diverged"),
        (counts.done, "done"),
        (counts.waiting, "waiting"),
    ];
    let some = all.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = some
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    parts.join(", ")
}

/// How fast it goes and what is left, or where the report is; empty if nothing is known.
pub(super) fn forecast(watched: &Watched<'_>) -> String {
    let (forecast, standing) = (&watched.forecast, watched.standing());
    if let (Standing::Over, Some(report)) = (standing, &watched.report) {
        return format!("report: {}", report.display());
    }
    let steps = forecast.steps_per_second;
    let trials = forecast
        .trials_per_minute
        .filter(|_| standing == Standing::Running);
    let about = if forecast.is_at_most {
        "at most"
    } else {
        "about"
    };
    let left = match (forecast.seconds_left, forecast.seconds_of_work) {
        _ if standing == Standing::Over => None,
        (Some(left), _) => Some(format!("{about} {} left", duration(left))),
        (None, Some(work)) => Some(format!("{about} {} of work left", duration(work))),
        (None, None) => None,
    };
    let parts = [
        steps.map(|steps| format!("{} steps/s", significant(steps, 3))),
        trials.map(|trials| format!("{} trials/min", significant(trials, 2))),
        left,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A stretch of time with as much detail as it deserves.
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..600 => format!("{} min {:02} s", whole / 60, whole % 60),
        600..3600 => format!("{} min", (whole + 30) / 60),
        3600..172_800 => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
        _ => format!("{} d {} h", whole / 86_400, whole % 86_400 / 3600),
    }
}

/// The symbol of a setting, or the last word of its path.
pub(super) fn symbol(path: &'static str) -> &'static str {
    match path {
        "optimizer.learning_rate" => "h",
        "optimizer.batch_size" => "B",
        "optimizer.momentum" => "β",
        "optimizer.steps_per_batch" => "n",
        "regularizer.coefficient" => "μ",
        "network.hidden_widths" => "widths",
        "loss.kind" => "loss",
        "schedule.kind" => "schedule",
        "data.name" => "data",
        _ => path.rsplit('.').next().unwrap_or(path),
    }
}

/// A setting's value.
pub(super) fn value(value: &Setting) -> String {
    match value.as_number() {
        Some(number) => significant(number, 4),
        None => value.to_string(),
    }
}

/// So many significant digits without trailing zeros; what is not finite as `∞` or `–`.
pub(super) fn significant(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "–".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "-∞" }.into();
    }
    let rounded: f64 = format!("{value:.*e}", digits.max(1) - 1)
        .parse()
        .unwrap_or(value);
    match rounded.abs() {
        0.0 => "0".into(),
        1e-3..1e6 => rounded.to_string(),
        _ => format!("{rounded:e}"),
    }
}

/// A share as per cent.
pub(super) fn per_cent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// The words in lines of at most `width` characters; no lines of no words.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
