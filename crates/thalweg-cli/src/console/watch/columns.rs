//! The two tables: trials, and settings.

use thalweg::probe::Quantity;
use thalweg_lab::watching::{TrialState, Watched, WatchedTrial};

use super::words;

/// What separates columns.
pub(super) const GAP: usize = 2;

/// A column of a table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub heading: String,
    pub cells: Vec<String>,
    /// The lower, the longer it stays where there is little room.
    rank: usize,
    /// Whether its cells stand at the right of it, as numbers do.
    pub is_number: bool,
}

/// Rows in columns, and which trial or group each row is.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<usize>,
}

impl Column {
    fn new(heading: &str, rank: usize, cells: Vec<String>) -> Self {
        Self {
            heading: heading.into(),
            cells,
            rank,
            is_number: heading != "state",
        }
    }

    pub(super) fn width(&self) -> usize {
        let cells = self.cells.iter().chain([&self.heading]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }

    /// A cell with spaces to the column's width.
    pub(super) fn padded(&self, text: &str) -> String {
        let missing = " ".repeat(self.width().saturating_sub(text.chars().count()));
        match self.is_number {
            true => format!("{missing}{text}"),
            false => format!("{text}{missing}"),
        }
    }
}

impl Table {
    /// Takes columns away until the rest are at most `width` wide, the dispensable ones first; one stays.
    pub(super) fn fit(&mut self, width: usize) {
        while self.width() > width && self.columns.len() > 1 {
            let ranks = self.columns.iter().enumerate();
            let last = ranks
                .max_by_key(|(_, column)| column.rank)
                .map(|(place, _)| place);
            self.columns.remove(last.unwrap_or(0));
        }
    }

    fn width(&self) -> usize {
        let widths: usize = self.columns.iter().map(Column::width).sum();
        widths + GAP * self.columns.len().saturating_sub(1)
    }

    /// The lines of the table, headings first.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |cell: &dyn Fn(&Column) -> String| {
            let cells: Vec<String> = self
                .columns
                .iter()
                .map(|one| one.padded(&cell(one)))
                .collect();
            cells.join(&" ".repeat(GAP)).trim_end().to_owned()
        };
        let rows = (0..self.rows.len()).map(|row| line(&|one| one.cells[row].clone()));
        std::iter::once(line(&|one| one.heading.clone()))
            .chain(rows)
            .collect()
    }
}

/// The trials: those at work first, then those that have ended, the latest first, then those that wait.
pub(super) fn trials(watched: &Watched<'_>) -> Table {
    let mut rows: Vec<usize> = (0..watched.trials.len()).collect();
    rows.sort_by_key(|row| order(&watched.trials[*row]));
    let ended = rows
        .iter()
        .filter(|row| watched.trials[**row].outcome.is_some());
    let mut latest: Vec<usize> = ended.copied().collect();
    latest.sort_by_key(|row| std::cmp::Reverse(watched.trials[*row].ended_at()));
    let mut latest = latest.into_iter();
    for row in &mut rows {
        if watched.trials[*row].outcome.is_some() {
            *row = latest.next().unwrap_or(*row);
        }
    }
    let cells = |cell: &dyn Fn(&WatchedTrial<'_>) -> String| -> Vec<String> {
        rows.iter().map(|row| cell(&watched.trials[*row])).collect()
    };
    let number =
        |value: Option<f64>| value.map_or_else(String::new, |value| words::significant(value, 3));
    let share = |value: Option<f64>| value.map_or_else(String::new, words::per_cent);
    let mut columns = vec![Column::new(
        "state",
        0,
        cells(&|one| words::state(one.state).into()),
    )];
    for path in watched.varied {
        let value = |one: &WatchedTrial<'_>| {
            let found = one.settings.iter().find(|(known, _)| known == path);
            found.map_or_else(String::new, |(_, value)| words::value(value))
        };
        columns.push(Column::new(words::symbol(path), 1, cells(&value)));
    }
    columns.extend([
        Column::new("seed", 2, cells(&|one| one.planned.spec.seed.to_string())),
        Column::new("progress", 3, cells(&progress)),
        Column::new("step", 7, cells(&step)),
        Column::new("loss", 4, cells(&|one| number(one.latest(Quantity::Loss)))),
        Column::new(
            "test accuracy",
            5,
            cells(&|one| share(one.latest(Quantity::TestAccuracy))),
        ),
        Column::new("left", 6, cells(&left)),
    ]);
    Table { columns, rows }
}

/// The settings, seeds together.
pub(super) fn settings(watched: &Watched<'_>) -> Table {
    let groups = watched.by_setting();
    let number =
        |value: Option<f64>| value.map_or_else(String::new, |value| words::significant(value, 3));
    let mut columns = Vec::new();
    for path in watched.varied {
        let cell = |one: &thalweg_lab::watching::Group| {
            let found = one.settings.iter().find(|(known, _)| known == path);
            found.map_or_else(String::new, |(_, value)| words::value(value))
        };
        columns.push(Column::new(
            words::symbol(path),
            0,
            groups.iter().map(cell).collect(),
        ));
    }
    let ended = groups
        .iter()
        .map(|one| format!("{}/{}", one.ended, one.trials.len()));
    columns.push(Column::new("ended", 1, ended.collect()));
    if groups.iter().any(|one| one.diverged > 0) {
        let diverged = groups.iter().map(|one| one.diverged.to_string());
        columns.push(Column::new("diverged", 5, diverged.collect()));
    }
    let losses = groups.iter().map(|one| number(one.loss));
    let accuracy = |choose: fn(&(f64, f64, f64)) -> f64| {
        let values = groups
            .iter()
            .map(|one| one.test_accuracy.as_ref().map(choose));
        let cells = values.map(|value| value.map_or_else(String::new, words::per_cent));
        cells.collect::<Vec<String>>()
    };
    columns.extend([
        Column::new("loss", 3, losses.collect()),
        Column::new("best test acc.", 2, accuracy(|all| all.0)),
        Column::new("lowest", 4, accuracy(|all| all.1)),
        Column::new("highest", 4, accuracy(|all| all.2)),
    ]);
    Table {
        columns,
        rows: (0..groups.len()).collect(),
    }
}

/// Which trials come first.
fn order(trial: &WatchedTrial<'_>) -> u8 {
    match trial.state {
        TrialState::Running => 0,
        TrialState::Silent(_) => 1,
        TrialState::Interrupted => 2,
        TrialState::Failed(_) => 3,
        TrialState::Ended(_) => 4,
        TrialState::Waiting => 5,
    }
}

fn progress(trial: &WatchedTrial<'_>) -> String {
    match (trial.state, trial.share) {
        (TrialState::Ended(_) | TrialState::Waiting, _) | (_, None) => String::new(),
        (_, Some(share)) => format!("{:.0} %", share * 100.0),
    }
}

fn step(trial: &WatchedTrial<'_>) -> String {
    match trial.state {
        TrialState::Waiting => String::new(),
        _ => trial.step.to_string(),
    }
}

fn left(trial: &WatchedTrial<'_>) -> String {
    match (trial.state, trial.seconds_left()) {
        (TrialState::Running, Some(seconds)) => words::duration(seconds),
        _ => String::new(),
    }
}
