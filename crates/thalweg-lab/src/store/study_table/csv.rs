//! Tables as CSV.

use crate::study::Table;

/// The table with a line of headings: names alone, units are in Parquet and on the page.
pub(in crate::store) fn encode(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|column| &column.name))?;
    for row in 0..table.rows() {
        writer.write_record(table.columns.iter().map(|column| column.values.text(row)))?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}
