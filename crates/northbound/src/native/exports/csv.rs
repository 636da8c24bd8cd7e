//! A table as CSV (RFC 4180), with a head.

use super::table::{Cell, Column, Rows, TableError, TableWriter};
use std::io::Write;

/// Writes it.
pub(crate) struct CsvTable<W: Write>(csv::Writer<W>);

impl<W: Write> CsvTable<W> {
    /// The head comes first.
    pub fn new(columns: &[Column], into: W) -> Result<Self, TableError> {
        let mut table = csv::Writer::from_writer(into);
        table.write_record(columns.iter().map(|column| column.name))?;
        Ok(Self(table))
    }
}

impl<W: Write> TableWriter for CsvTable<W> {
    fn page(&mut self, rows: &Rows) -> Result<(), TableError> {
        for row in rows {
            for cell in row {
                match cell {
                    Cell::Nothing => self.0.write_field("")?,
                    Cell::Text(text) => self.0.write_field(text)?,
                    Cell::Number(number) => self.0.write_field(number.to_string())?,
                }
            }
            self.0.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), TableError> {
        Ok(self.0.flush()?)
    }
}
