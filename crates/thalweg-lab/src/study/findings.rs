//! What a study found.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Check, Landscape, Picture, Table};
use crate::claim::Ruling;
use crate::spec::Scale;

/// Everything that a study found, ready to be stored and shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// What it is about, as a heading.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// What it checks, and where that was published.
    pub source: String,
    /// What was claimed and what was measured.
    pub checks: Vec<Check>,
    /// The figures.
    pub pictures: Vec<Picture>,
    /// The numbers behind them.
    pub tables: Vec<Table>,
    /// What the study says against its own measurements.
    pub warnings: Vec<String>,
}

/// What is wrong with findings that cannot be stored or shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Defect {
    /// A name that is no part of a file's.
    #[error("the name {name:?} of a {of} is not made of lower-case letters, digits and hyphens")]
    Name {
        /// A table or a picture.
        of: &'static str,
        /// Its name.
        name: String,
    },
    /// Two of a kind with one name.
    #[error("two of the {of}s are called `{name}`")]
    Twice {
        /// A table or a picture.
        of: &'static str,
        /// Their name.
        name: String,
    },
    /// Columns of a table that are not of one length.
    #[error(
        "column `{column}` of table `{table}` has {rows} rows and the first column {first_rows}"
    )]
    Uneven {
        /// The table.
        table: String,
        /// The column that differs from the first.
        column: String,
        /// How many rows it has.
        rows: usize,
        /// How many rows the first has.
        first_rows: usize,
    },
    /// A landscape whose grid is none.
    #[error(
        "the landscape of `{picture}` needs at least 2 × 2 values in full rows between finite \
         ends that ascend: {values} values in rows of {columns}"
    )]
    Grid {
        /// The picture.
        picture: String,
        /// How many values it has.
        values: usize,
        /// How many a row has.
        columns: usize,
    },
    /// The range of an axis that has no length, or no end.
    #[error("the axis `{axis}` of `{picture}` is to show {low} to {high}, which is no range")]
    Range {
        /// The picture.
        picture: String,
        /// The label of the axis.
        axis: String,
        /// The first number it is to show.
        low: String,
        /// The last.
        high: String,
    },
}

impl Findings {
    /// How many checks have that ruling.
    #[must_use]
    pub fn count(&self, ruling: Ruling) -> usize {
        let of_ruling = self.checks.iter().filter(|check| check.ruling == ruling);
        of_ruling.count()
    }

    /// The first thing that keeps the findings from being stored and shown.
    ///
    /// # Errors
    /// If there is one.
    pub fn examine(&self) -> Result<(), Defect> {
        check_names("table", self.tables.iter().map(|table| &table.name))?;
        check_names("picture", self.pictures.iter().map(|picture| &picture.name))?;
        self.tables.iter().try_for_each(check_columns)?;
        self.pictures.iter().try_for_each(check_picture)
    }
}

fn check_names<'a>(
    of: &'static str,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), Defect> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !is_name(name) {
            let name = name.clone();
            return Err(Defect::Name { of, name });
        }
        if !seen.insert(name) {
            let name = name.clone();
            return Err(Defect::Twice { of, name });
        }
    }
    Ok(())
}

/// Whether it can be the stem of a file's name on every system, and lead nowhere else.
fn is_name(name: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(is_fit)
}

fn check_columns(table: &Table) -> Result<(), Defect> {
    let uneven = |column: &&super::Column| column.values.count() != table.rows();
    match table.columns.iter().find(uneven) {
        None => Ok(()),
        Some(column) => Err(Defect::Uneven {
            table: table.name.clone(),
            column: column.name.clone(),
            rows: column.values.count(),
            first_rows: table.rows(),
        }),
    }
}

fn check_picture(picture: &Picture) -> Result<(), Defect> {
    if let Some(landscape) = &picture.landscape
        && !is_grid(landscape)
    {
        return Err(Defect::Grid {
            picture: picture.name.clone(),
            values: landscape.values.len(),
            columns: landscape.columns,
        });
    }
    for axis in [&picture.x, &picture.y] {
        let lowest = match axis.scale {
            Scale::Linear => f64::NEG_INFINITY,
            Scale::Log => 0.0,
        };
        if let Some([low, high]) = axis.range
            && !(ascends(&[low, high]) && low > lowest)
        {
            return Err(Defect::Range {
                picture: picture.name.clone(),
                axis: axis.label.clone(),
                low: low.to_string(),
                high: high.to_string(),
            });
        }
    }
    Ok(())
}

fn ascends([first, last]: &[f64; 2]) -> bool {
    first < last && (last - first).is_finite()
}

fn is_grid(landscape: &Landscape) -> bool {
    let Landscape { x, y, columns, .. } = landscape;
    *columns >= 2
        && landscape.rows() >= 2
        && landscape.values.len() == columns * landscape.rows()
        && ascends(x)
        && ascends(y)
}
