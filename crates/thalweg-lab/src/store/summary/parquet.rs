//! Summaries as Parquet.

use std::sync::Arc;

use ::parquet::basic::{LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::errors::Result;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::Type;

use super::{Cell, Column, Kind, Summary};

/// The table as at most one row group, without compression. Every column may have gaps.
pub(super) fn encode(summary: &Summary) -> Result<Vec<u8>> {
    let fields: Result<Vec<Arc<Type>>> = summary.columns.iter().map(field).collect();
    let schema = Type::group_type_builder("summary").with_fields(fields?);
    let properties = WriterProperties::builder().set_created_by("thalweg".into());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(
        &mut bytes,
        Arc::new(schema.build()?),
        Arc::new(properties.build()),
    )?;
    if !summary.rows.is_empty() {
        write_rows(summary, &mut writer)?;
    }
    writer.close()?;
    Ok(bytes)
}

fn field(column: &Column) -> Result<Arc<Type>> {
    let (physical, logical) = match column.kind {
        Kind::Whole => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let field = Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    field.build().map(Arc::new)
}

fn write_rows(summary: &Summary, writer: &mut SerializedFileWriter<&mut Vec<u8>>) -> Result<()> {
    let mut group = writer.next_row_group()?;
    for (index, column) in summary.columns.iter().enumerate() {
        let cells: Vec<&Cell> = summary.rows.iter().map(|row| &row[index]).collect();
        if let Some(mut writer) = group.next_column()? {
            write_column(column.kind, &cells, &mut writer)?;
            writer.close()?;
        }
    }
    group.close()?;
    Ok(())
}

/// Values and, for each cell, 1 where there is one and 0 where there is none.
fn write_column(
    kind: Kind,
    cells: &[&Cell],
    writer: &mut SerializedColumnWriter<'_>,
) -> Result<()> {
    match kind {
        Kind::Whole => {
            let (values, levels) = values_and_levels(cells, whole);
            let writer = writer.typed::<Int64Type>();
            writer.write_batch(&values, Some(&levels), None)?;
        }
        Kind::Number => {
            let (values, levels) = values_and_levels(cells, number);
            let writer = writer.typed::<DoubleType>();
            writer.write_batch(&values, Some(&levels), None)?;
        }
        Kind::Text => {
            let (values, levels) = values_and_levels(cells, text);
            let writer = writer.typed::<ByteArrayType>();
            writer.write_batch(&values, Some(&levels), None)?;
        }
    }
    Ok(())
}

fn values_and_levels<V>(cells: &[&Cell], value: fn(&Cell) -> Option<V>) -> (Vec<V>, Vec<i16>) {
    let values: Vec<Option<V>> = cells.iter().map(|cell| value(cell)).collect();
    let levels = values.iter().map(|value| i16::from(value.is_some()));
    let levels = levels.collect();
    (values.into_iter().flatten().collect(), levels)
}

fn whole(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Whole(value) => Some(*value),
        _ => None,
    }
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(value) => Some(*value),
        Cell::Whole(value) => Some(*value as f64),
        _ => None,
    }
}

fn text(cell: &Cell) -> Option<ByteArray> {
    let is_there = *cell != Cell::Missing;
    is_there.then(|| cell.to_text().into_bytes().into())
}
