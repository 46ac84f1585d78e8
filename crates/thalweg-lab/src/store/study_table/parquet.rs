//! Tables as Parquet.

use std::sync::Arc;

use ::parquet::basic::{LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::errors::Result;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::Type;

use crate::study::{Column, Table, Values};

/// The table as at most one row group, without compression. Columns have no gaps; their units stand
/// in the file's metadata, each under `unit.` and the name of its column.
pub(in crate::store) fn encode(table: &Table) -> Result<Vec<u8>> {
    let fields: Result<Vec<Arc<Type>>> = table.columns.iter().map(field).collect();
    let schema = Type::group_type_builder("table").with_fields(fields?);
    let properties = WriterProperties::builder()
        .set_created_by("thalweg".into())
        .set_key_value_metadata(units(table));
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(
        &mut bytes,
        Arc::new(schema.build()?),
        Arc::new(properties.build()),
    )?;
    if table.rows() > 0 {
        let mut group = writer.next_row_group()?;
        for column in &table.columns {
            if let Some(mut writer) = group.next_column()? {
                write_column(&column.values, &mut writer)?;
                writer.close()?;
            }
        }
        group.close()?;
    }
    writer.close()?;
    Ok(bytes)
}

fn units(table: &Table) -> Option<Vec<KeyValue>> {
    let with_unit = table
        .columns
        .iter()
        .filter(|column| !column.unit.is_empty());
    let unit =
        |column: &Column| KeyValue::new(format!("unit.{}", column.name), column.unit.clone());
    let units: Vec<KeyValue> = with_unit.map(unit).collect();
    (!units.is_empty()).then_some(units)
}

fn field(column: &Column) -> Result<Arc<Type>> {
    let (physical, logical) = match column.values {
        Values::Whole(_) => (Physical::INT64, None),
        Values::Numbers(_) => (Physical::DOUBLE, None),
        Values::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let field = Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(logical);
    field.build().map(Arc::new)
}

fn write_column(values: &Values, writer: &mut SerializedColumnWriter<'_>) -> Result<()> {
    match values {
        Values::Whole(values) => {
            let writer = writer.typed::<Int64Type>();
            writer.write_batch(values, None, None)?;
        }
        Values::Numbers(values) => {
            let writer = writer.typed::<DoubleType>();
            writer.write_batch(values, None, None)?;
        }
        Values::Texts(values) => {
            let texts: Vec<ByteArray> = values.iter().map(|text| text.as_str().into()).collect();
            let writer = writer.typed::<ByteArrayType>();
            writer.write_batch(&texts, None, None)?;
        }
    }
    Ok(())
}
