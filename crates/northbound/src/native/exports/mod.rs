//! Tables for finance's own tools, row by row: as CSV or Parquet, whatever their length a page of them in memory.

mod body;
mod csv;
mod parquet;
mod routes;
pub(crate) mod table;
pub(crate) mod tables;
pub(crate) mod wire;

pub(crate) use csv::CsvTable;
pub(crate) use routes::operators;
