//! Tables: named columns of numbers or texts.

use serde::{Deserialize, Serialize};

use super::number;

/// A table. Trajectories are tables too: a row a step or a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The stem of its file names: lower-case letters, digits and hyphens.
    pub name: String,
    /// What it holds, as a heading.
    pub title: String,
    /// What a row is, in a sentence.
    pub description: String,
    /// The columns, all of one length.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, as in measurements: `loss`, `gradient_norm_squared`.
    pub name: String,
    /// Its unit, or what its symbol is; empty if the name says it all.
    pub unit: String,
    /// Its cells.
    pub values: Values,
}

/// The cells of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Values {
    /// Whole numbers: INT64 in Parquet.
    Whole(Vec<i64>),
    /// Numbers: DOUBLE in Parquet. NaN where there is none.
    Numbers(#[serde(with = "number::many")] Vec<f64>),
    /// Texts: UTF-8 strings in Parquet.
    Texts(Vec<String>),
}

impl Table {
    /// A table without columns.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        title: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            description: description.into(),
            columns: Vec::new(),
        }
    }

    /// The table with one more column.
    #[must_use]
    pub fn with(
        mut self,
        name: impl Into<String>,
        unit: impl Into<String>,
        values: impl Into<Values>,
    ) -> Self {
        self.columns.push(Column {
            name: name.into(),
            unit: unit.into(),
            values: values.into(),
        });
        self
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        let column = self.columns.first();
        column.map_or(0, |column| column.values.count())
    }
}

impl Values {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Whole(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Texts(values) => values.len(),
        }
    }

    /// One as text, with the fewest digits that read back as the same number; empty beyond the end.
    #[must_use]
    pub fn text(&self, row: usize) -> String {
        match self {
            Self::Whole(values) => values.get(row).map(i64::to_string),
            Self::Numbers(values) => values.get(row).map(|value| format!("{value:?}")),
            Self::Texts(values) => values.get(row).cloned(),
        }
        .unwrap_or_default()
    }
}

impl From<Vec<f64>> for Values {
    fn from(values: Vec<f64>) -> Self {
        Self::Numbers(values)
    }
}

impl From<Vec<i64>> for Values {
    fn from(values: Vec<i64>) -> Self {
        Self::Whole(values)
    }
}

impl From<Vec<String>> for Values {
    fn from(values: Vec<String>) -> Self {
        Self::Texts(values)
    }
}
