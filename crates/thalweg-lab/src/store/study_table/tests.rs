use std::fs::File;
use std::io::Write;

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;

use super::{csv, parquet};
use crate::study::tests::sample;

#[test]
fn csv_keeps_numbers_to_the_bit_and_texts_with_commas_and_line_ends() {
    let table = &sample().tables[0];
    let text = String::from_utf8(csv(table).unwrap()).unwrap();
    assert_eq!(
        text,
        "step,value,word\n0,0.3333333333333333,a\n1,NaN,\"b,c\"\n2,inf,\"\"\"\"\n3,-inf,\"é\n\"\n\
         -9223372036854775808,-0.0,\n"
    );
}

#[test]
fn parquet_has_typed_columns_with_units_and_keeps_what_is_not_finite() {
    let table = &sample().tables[0];
    let reader = SerializedFileReader::new(bytes(parquet(table).unwrap())).unwrap();
    let file = reader.metadata().file_metadata();
    let units = file.key_value_metadata().unwrap();
    assert_eq!(units[0].key, "unit.step");
    assert_eq!(units[0].value.as_deref(), Some("n"));
    let rows: Vec<Vec<Field>> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| {
            let row = row.unwrap();
            row.get_column_iter()
                .map(|(_, field)| field.clone())
                .collect()
        })
        .collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[2][1], Field::Double(f64::INFINITY));
    assert!(matches!(rows[1][1], Field::Double(value) if value.is_nan()));
    assert_eq!(rows[4][0], Field::Long(i64::MIN));
    assert_eq!(rows[3][2], Field::Str("é\n".into()));
}

#[test]
fn a_table_without_columns_is_a_file() {
    let empty = &sample().tables[1];
    let reader = SerializedFileReader::new(bytes(parquet(empty).unwrap())).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    csv(empty).unwrap();
}

/// The bytes as a file that can be read.
fn bytes(bytes: Vec<u8>) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    file
}
