//! A table, whatever form it is written in.

use crate::native::finance::convert::ReportError;
use node::journal::JournalError;
use std::io;

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub name: &'static str,
    pub kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text, or nothing.
    Text,
    /// A whole number of 64 bits, or nothing.
    Number,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Nothing,
    Text(String),
    Number(i64),
}

/// Rows, each as long as there are columns.
pub(crate) type Rows = Vec<Vec<Cell>>;

/// Takes a table page by page.
pub(crate) trait TableWriter {
    /// Writes more rows.
    fn page(&mut self, rows: &Rows) -> Result<(), TableError>;
    /// Writes what is left.
    fn finish(&mut self) -> Result<(), TableError>;
}

/// Why a table breaks off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableError {
    /// It cannot be written: whoever wanted it went away.
    #[error("it cannot be written")]
    Write(#[from] io::Error),
    /// Its rows cannot be read.
    #[error("its rows cannot be read")]
    Read(#[from] JournalError),
    /// It cannot be written in this form.
    #[error("it cannot be encoded")]
    Encode(#[from] ::parquet::errors::ParquetError),
}

impl From<::csv::Error> for TableError {
    fn from(error: ::csv::Error) -> Self {
        Self::Write(error.into())
    }
}

impl From<ReportError> for TableError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Storage(error) => Self::Read(error),
            ReportError::Table(error) => *error,
            ReportError::TooLong => Self::Write(io::Error::other("a part of it is too long")),
        }
    }
}

/// Columns of texts.
pub(crate) const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

/// And of numbers.
pub(crate) const fn number(name: &'static str) -> Column {
    Column { name, kind: Kind::Number }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}
