//! Tables of a study as CSV and as Parquet.

mod csv;
mod parquet;

pub(super) use self::csv::encode as csv;
pub(super) use self::parquet::encode as parquet;

#[cfg(test)]
mod tests;
