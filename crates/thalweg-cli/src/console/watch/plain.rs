//! A run as one table, for files, pipes and a single look.

use thalweg_lab::watching::{TrialState, Watched};

use super::{columns, words};

/// How the run stands, at most `width` columns wide where that can be.
pub fn plain(watched: &Watched<'_>, width: usize) -> String {
    let mut lines = vec![watched.title.to_owned(), words::standing(watched)];
    lines.push(words::counts(watched.counts()));
    let forecast = words::forecast(watched);
    lines.extend(Some(forecast).filter(|forecast| !forecast.is_empty()));
    for mut table in [columns::trials(watched), columns::settings(watched)] {
        table.fit(width);
        lines.push(String::new());
        lines.extend(table.lines());
    }
    for trial in &watched.trials {
        if let TrialState::Failed(message) = trial.state {
            lines.push(format!("\ntrial {} failed: {message}", trial.planned.id));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}
