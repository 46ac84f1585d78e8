//! Summaries as CSV.

use super::{Cell, Summary};

/// The table with a line of headings.
pub(super) fn encode(summary: &Summary) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(summary.columns.iter().map(|column| &column.name))?;
    for row in &summary.rows {
        writer.write_record(row.iter().map(Cell::to_text))?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}
