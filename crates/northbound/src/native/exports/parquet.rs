//! A table as Apache Parquet: Snappy, a group of rows at a time.

use super::table::{Cell, Column, Kind, Rows, TableError, TableWriter};
use crate::limits::EXPORT_GROUP_ROWS;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Writes it.
pub(super) struct ParquetTable<W: Write + Send> {
    columns: &'static [Column],
    /// Rows that wait for their group to be full.
    waiting: Rows,
    writer: SerializedFileWriter<W>,
}

impl<W: Write + Send> ParquetTable<W> {
    /// Every column is optional: what a CSV table leaves empty is null here.
    pub fn new(columns: &'static [Column], into: W) -> Result<Self, TableError> {
        let fields = columns.iter().map(|column| field(*column).map(Arc::new)).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("table").with_fields(fields).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(into, Arc::new(schema), Arc::new(properties))?;
        Ok(Self { columns, waiting: Vec::new(), writer })
    }

    fn write_group(&mut self) -> Result<(), TableError> {
        let rows = std::mem::take(&mut self.waiting);
        if rows.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for (at, column) in self.columns.iter().enumerate() {
            let cells = || rows.iter().filter_map(|row| row.get(at));
            let present: Vec<i16> = cells().map(|cell| i16::from(*cell != Cell::Nothing)).collect();
            let mut writer = group.next_column()?.ok_or_else(|| ParquetError::General("a column is missing".into()))?;
            match column.kind {
                Kind::Number => {
                    let numbers = cells().filter_map(|cell| match cell {
                        Cell::Number(number) => Some(*number),
                        Cell::Nothing | Cell::Text(_) => None,
                    });
                    writer.typed::<Int64Type>().write_batch(&numbers.collect::<Vec<_>>(), Some(&present), None)?;
                }
                Kind::Text => {
                    let texts = cells().filter_map(|cell| match cell {
                        Cell::Text(text) => Some(ByteArray::from(text.as_str())),
                        Cell::Nothing | Cell::Number(_) => None,
                    });
                    writer.typed::<ByteArrayType>().write_batch(&texts.collect::<Vec<_>>(), Some(&present), None)?;
                }
            }
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }
}

impl<W: Write + Send> TableWriter for ParquetTable<W> {
    fn page(&mut self, rows: &Rows) -> Result<(), TableError> {
        self.waiting.extend(rows.iter().cloned());
        if self.waiting.len() >= EXPORT_GROUP_ROWS { self.write_group() } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<(), TableError> {
        self.write_group()?;
        self.writer.finish()?;
        Ok(())
    }
}

fn field(column: Column) -> Result<Type, ParquetError> {
    let of = |physical| Type::primitive_type_builder(column.name, physical).with_repetition(Repetition::OPTIONAL);
    match column.kind {
        Kind::Number => of(Physical::INT64).build(),
        Kind::Text => of(Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)).build(),
    }
}
