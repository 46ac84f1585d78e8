//! One row a trial: `summary.csv` and `summary.parquet`.

mod csv;
mod parquet;
mod row;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use super::{RunFolder, StoreError, StoredRun};

/// A table with named columns.
///
/// Columns, in this order: `id`, `sweep` (several names joined by `+`), `seed`, every setting by
/// its dotted path, every derived setting by its own, `termination`, `steps`, `max_train_accuracy`, the measurement at the end under
/// its own names, that at the highest test accuracy under `best_` and the name. Wall-clock times
/// are left out, so that equal trials give equal bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with one cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column: what it is called and what its cells hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its cells hold, where they are not missing.
    pub kind: Kind,
}

/// What the cells of a column hold; each kind can also hold what those before it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Whole numbers: INT64 in Parquet.
    Whole,
    /// Numbers: DOUBLE in Parquet.
    Number,
    /// Texts: UTF-8 strings in Parquet.
    Text,
}

/// One value of a summary.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing there: not measured, not applicable, not finished. Empty in CSV, null in Parquet.
    Missing,
    /// A whole number.
    Whole(i64),
    /// A number; NaN where it was measured and not finite.
    Number(f64),
    /// A text.
    Text(String),
}

impl Cell {
    /// What it holds, or `None` if it is missing.
    fn kind(&self) -> Option<Kind> {
        match self {
            Self::Missing => None,
            Self::Whole(_) => Some(Kind::Whole),
            Self::Number(_) => Some(Kind::Number),
            Self::Text(_) => Some(Kind::Text),
        }
    }

    /// As text, with the fewest digits that read back as the same number.
    fn to_text(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Whole(value) => value.to_string(),
            Self::Number(value) => format!("{value:?}"),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Summary {
    /// The summary of a run: its trials in the order of the plan, unfinished ones included.
    #[must_use]
    pub fn of(run: &StoredRun) -> Self {
        let mut columns = Vec::new();
        let mut rows = Vec::new();
        for trial in &run.trials {
            let (these, cells): (Vec<Column>, Vec<Cell>) = row::of(trial).into_iter().unzip();
            columns = these;
            rows.push(cells);
        }
        for (index, column) in columns.iter_mut().enumerate() {
            let found = rows.iter().filter_map(|row: &Vec<Cell>| row[index].kind());
            column.kind = found.max().unwrap_or(column.kind);
        }
        Self { columns, rows }
    }

    /// Writes `summary.csv` and `summary.parquet`, and returns where they are.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn write(&self, folder: &RunFolder) -> Result<[PathBuf; 2], StoreError> {
        let (csv, parquet) = ("summary.csv", "summary.parquet");
        let path = |name| folder.path().join(name);
        let text = csv::encode(self).map_err(StoreError::encode(&path(csv)))?;
        let bytes = parquet::encode(self).map_err(StoreError::encode(&path(parquet)))?;
        Ok([folder.write(csv, &text)?, folder.write(parquet, &bytes)?])
    }
}
