//! Tables of a study as the page shows them: their first rows.

use serde::Serialize;
use thalweg_lab::study::{Table, Values};

use crate::number::{counted, significant};

/// A table of at most so many rows is shown whole.
const WHOLE: usize = 30;
/// The rows shown of a longer one.
const FIRST: usize = 10;
/// The significant digits shown; files have all of them.
const DIGITS: usize = 6;

/// A table in the words of the page.
#[derive(Serialize)]
pub(super) struct View<'a> {
    name: &'a str,
    title: &'a str,
    description: &'a str,
    columns: Vec<Column<'a>>,
    rows: Vec<Vec<Cell>>,
    /// How many rows there are, and how many of them are shown if not all.
    extent: String,
}

#[derive(Serialize)]
struct Column<'a> {
    name: &'a str,
    unit: &'a str,
}

#[derive(Serialize)]
struct Cell {
    text: String,
    is_number: bool,
}

impl<'a> View<'a> {
    pub(super) fn of(table: &'a Table) -> Self {
        let rows = table.rows();
        let shown = if rows <= WHOLE { rows } else { FIRST };
        let row = |row| {
            let columns = table.columns.iter();
            columns.map(|column| cell(&column.values, row)).collect()
        };
        let count = counted(rows, "row");
        Self {
            name: &table.name,
            title: &table.title,
            description: &table.description,
            columns: table
                .columns
                .iter()
                .map(|column| Column {
                    name: &column.name,
                    unit: &column.unit,
                })
                .collect(),
            rows: (0..shown).map(row).collect(),
            extent: match shown == rows {
                true => count,
                false => format!("the first {shown} of {count}"),
            },
        }
    }
}

fn cell(values: &Values, row: usize) -> Cell {
    let (text, is_number) = match values {
        Values::Numbers(values) => (significant(values[row], DIGITS), true),
        Values::Whole(values) => (values[row].to_string(), true),
        Values::Texts(values) => (values[row].clone(), false),
    };
    Cell { text, is_number }
}
