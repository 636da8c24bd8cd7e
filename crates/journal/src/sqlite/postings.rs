//! Postings in a database of their own: made of the journal, so that it may be deleted and needs no power-loss care.

use super::database::{Place, Tuning};
use crate::error::JournalError;
use crate::postings::{Posting, PostingColumn, PostingFilter, PostingKey, PostingSum, PostingValue, Postings};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use types::Instant;

/// The layout of the tables and the form of the rows. A database of another one is emptied and made again.
const LAYOUT: i64 = 3;
const SCHEMA: &str = "
    CREATE TABLE progress (layout INTEGER NOT NULL, next_seq INTEGER NOT NULL) STRICT;
    CREATE TABLE posting (
        hour INTEGER NOT NULL, slot INTEGER NOT NULL, account INTEGER NOT NULL,
        seq INTEGER NOT NULL, seq_last INTEGER NOT NULL, events INTEGER NOT NULL, at INTEGER NOT NULL,
        event TEXT NOT NULL, kind TEXT NOT NULL, asset INTEGER NOT NULL, party INTEGER, customer INTEGER,
        offering INTEGER, capability TEXT, token INTEGER, price INTEGER, amount INTEGER NOT NULL, quantity INTEGER NOT NULL,
        PRIMARY KEY (hour, slot, account)) STRICT, WITHOUT ROWID;
    CREATE INDEX posting_account ON posting (account, hour);
    CREATE INDEX posting_customer ON posting (customer, hour);";
const DROP: &str = "DROP TABLE IF EXISTS progress; DROP TABLE IF EXISTS posting;";
const ADD: &str =
    "INSERT INTO posting VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
    ON CONFLICT (hour, slot, account) DO UPDATE SET seq_last = excluded.seq_last, events = events + excluded.events,
    amount = amount + excluded.amount, quantity = quantity + excluded.quantity";
const COLUMNS: &str = "hour, slot, account, seq, seq_last, events, at, event, kind, asset, party, customer, offering,
    capability, token, price, amount, quantity";

/// A handle of the postings.
pub(crate) struct SqlitePostings {
    connection: Connection,
    place: Place,
}

/// One database in memory, shared by its handles.
#[derive(Clone)]
pub(crate) struct SharedPostings(Arc<Mutex<SqlitePostings>>);

impl SqlitePostings {
    /// Opens the database at `place`.
    pub fn open(place: &Place) -> Result<Self, JournalError> {
        let mut place = place.clone();
        place.synchronous = "NORMAL";
        let connection = place.connect(SCHEMA)?;
        Self::of(connection, place)
    }

    fn of(connection: Connection, place: Place) -> Result<Self, JournalError> {
        let mut postings = Self { connection, place };
        if postings.layout()? != Some(LAYOUT) {
            postings.clear()?;
        }
        Ok(postings)
    }

    fn layout(&self) -> Result<Option<i64>, JournalError> {
        let failed = self.place.failed("read how far the postings have come");
        let layout = self.connection.query_row("SELECT layout FROM progress", [], |row| row.get(0));
        layout.optional().map_err(failed)
    }
}

impl SharedPostings {
    /// An empty database in memory.
    pub fn in_memory() -> Result<Self, JournalError> {
        let place = Place::new("memory".into(), Tuning::default());
        let connection = Connection::open_in_memory().map_err(place.failed("open the database"))?;
        connection.execute_batch(SCHEMA).map_err(place.failed("open the database"))?;
        Ok(Self(Arc::new(Mutex::new(SqlitePostings::of(connection, place)?))))
    }

    fn lock(&self) -> MutexGuard<'_, SqlitePostings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Postings for SqlitePostings {
    fn next_seq(&mut self) -> Result<u64, JournalError> {
        let failed = self.place.failed("read how far the postings have come");
        let seq: i64 =
            self.connection.query_row("SELECT next_seq FROM progress", [], |row| row.get(0)).map_err(failed)?;
        Ok(u64::try_from(seq).unwrap_or(1))
    }

    fn add(&mut self, rows: &[Posting], next_seq: u64) -> Result<(), JournalError> {
        let failed = self.place.failed("add postings");
        let transaction = self.connection.transaction().map_err(&failed)?;
        {
            let mut statement = transaction.prepare_cached(ADD).map_err(&failed)?;
            for row in rows {
                statement.execute(params_from_iter(values(row))).map_err(&failed)?;
            }
        }
        transaction.execute("UPDATE progress SET next_seq = ?1", params![signed(next_seq)]).map_err(&failed)?;
        transaction.commit().map_err(&failed)
    }

    fn clear(&mut self) -> Result<(), JournalError> {
        let script = format!("BEGIN; {DROP} {SCHEMA} INSERT INTO progress VALUES ({LAYOUT}, 1); COMMIT;");
        self.connection.execute_batch(&script).map_err(self.place.failed("empty the postings"))
    }

    fn first_sums(
        &mut self,
        filter: &PostingFilter<'_>,
        columns: &[PostingColumn],
        limit: usize,
    ) -> Result<Vec<PostingSum>, JournalError> {
        let failed = self.place.failed("add up postings");
        let (condition, mut values) = condition(filter);
        values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        let names: Vec<&str> = columns.iter().map(|column| expression(*column)).collect();
        let by = names.join(", ");
        let (selected, grouped) = match by.as_str() {
            "" => (String::new(), String::new()),
            by => (format!("{by}, "), format!(" GROUP BY {by} ORDER BY {by}")),
        };
        let query = format!(
            "SELECT {selected}coalesce(sum(amount), 0), coalesce(sum(quantity), 0), coalesce(sum(events), 0),
                    coalesce(min(seq), 0), coalesce(max(seq_last), 0)
             FROM posting WHERE {condition}{grouped} LIMIT ?"
        );
        let mut statement = self.connection.prepare_cached(&query).map_err(&failed)?;
        let rows =
            statement.query_map(params_from_iter(values), |row| read_sum(row, columns.len())).map_err(&failed)?;
        rows.collect::<Result<_, _>>().map_err(&failed)
    }

    fn rows(
        &mut self,
        filter: &PostingFilter<'_>,
        after: Option<PostingKey>,
        limit: usize,
    ) -> Result<Vec<Posting>, JournalError> {
        let failed = self.place.failed("read postings");
        let (mut condition, mut values) = condition(filter);
        if let Some((hour, slot, account)) = after {
            condition.push_str(" AND (hour, slot, account) > (?, ?, ?)");
            values.extend([signed(hour), slot, i64::from(account)].map(Value::Integer));
        }
        values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        let query = format!("SELECT {COLUMNS} FROM posting WHERE {condition} ORDER BY hour, slot, account LIMIT ?");
        let mut statement = self.connection.prepare_cached(&query).map_err(&failed)?;
        let rows = statement.query_map(params_from_iter(values), read_row).map_err(&failed)?;
        rows.collect::<Result<_, _>>().map_err(&failed)
    }
}

impl Postings for SharedPostings {
    fn next_seq(&mut self) -> Result<u64, JournalError> {
        self.lock().next_seq()
    }

    fn add(&mut self, rows: &[Posting], next_seq: u64) -> Result<(), JournalError> {
        self.lock().add(rows, next_seq)
    }

    fn clear(&mut self) -> Result<(), JournalError> {
        self.lock().clear()
    }

    fn first_sums(
        &mut self,
        filter: &PostingFilter<'_>,
        columns: &[PostingColumn],
        limit: usize,
    ) -> Result<Vec<PostingSum>, JournalError> {
        self.lock().first_sums(filter, columns, limit)
    }

    fn rows(
        &mut self,
        filter: &PostingFilter<'_>,
        after: Option<PostingKey>,
        limit: usize,
    ) -> Result<Vec<Posting>, JournalError> {
        self.lock().rows(filter, after, limit)
    }
}

/// SQL for what a filter means, and its values in their order.
fn condition(filter: &PostingFilter<'_>) -> (String, Vec<Value>) {
    let number = |value: Option<i64>| value.map(Value::Integer);
    let text = |value: Option<&str>| value.map(|text| Value::Text(text.to_owned()));
    let parts = [
        ("hour >= ?", number(filter.from_hour.map(signed))),
        ("hour < ?", number(filter.to_hour.map(signed))),
        ("account = ?", number(filter.account.map(i64::from))),
        ("asset = ?", number(filter.asset.map(i64::from))),
        ("kind = ?", text(filter.kind)),
        ("party = ?", number(filter.party.map(i64::from))),
        ("customer = ?", number(filter.customer.map(i64::from))),
        ("event = ?", text(filter.event)),
    ];
    let (mut condition, mut values) = ("true".to_owned(), Vec::new());
    if let Some(account) = filter.beside {
        // Found along the account's index, then by the primary key.
        condition.push_str(
            " AND (hour, slot) IN (SELECT hour, slot FROM posting WHERE account = ? AND hour >= ? AND hour < ?)",
        );
        let (from, to) = (filter.from_hour.unwrap_or(0), filter.to_hour.unwrap_or(u64::MAX));
        values.extend([i64::from(account), signed(from), signed(to)].map(Value::Integer));
    }
    for (part, value) in parts.into_iter().filter_map(|(part, value)| Some((part, value?))) {
        condition.push_str(" AND ");
        condition.push_str(part);
        values.push(value);
    }
    (condition, values)
}

const fn expression(column: PostingColumn) -> &'static str {
    match column {
        PostingColumn::Asset => "asset",
        PostingColumn::Kind => "kind",
        PostingColumn::Account => "account",
        PostingColumn::Party => "party",
        PostingColumn::Customer => "customer",
        PostingColumn::Offering => "offering",
        PostingColumn::Capability => "capability",
        PostingColumn::Token => "token",
        PostingColumn::Price => "price",
        PostingColumn::Event => "event",
        PostingColumn::Slot => "slot",
        PostingColumn::Hour => "hour",
        PostingColumn::Day => "hour / 24",
        PostingColumn::Month => "strftime('%Y-%m', hour * 3600, 'unixepoch')",
    }
}

fn values(row: &Posting) -> [Value; 18] {
    let optional = |value: Option<u32>| value.map_or(Value::Null, |value| Value::Integer(i64::from(value)));
    let text = |value: &Cow<'static, str>| Value::Text(value.clone().into_owned());
    [
        Value::Integer(signed(row.hour)),
        Value::Integer(row.slot),
        Value::Integer(i64::from(row.account)),
        Value::Integer(signed(row.seq)),
        Value::Integer(signed(row.seq_last)),
        Value::Integer(signed(row.events)),
        Value::Integer(signed(row.at.as_ms())),
        text(&row.event),
        text(&row.kind),
        Value::Integer(i64::from(row.asset)),
        optional(row.party),
        optional(row.customer),
        optional(row.offering),
        row.capability.as_ref().map_or(Value::Null, text),
        optional(row.token),
        optional(row.price.map(|(component, rate)| u32::from(u16::from_be_bytes([component, rate])))),
        Value::Integer(row.amount),
        Value::Integer(signed(row.quantity)),
    ]
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Posting> {
    let text = |value: String| Cow::<'static, str>::Owned(value);
    Ok(Posting {
        hour: unsigned(row, 0)?,
        slot: row.get(1)?,
        account: row.get(2)?,
        seq: unsigned(row, 3)?,
        seq_last: unsigned(row, 4)?,
        events: unsigned(row, 5)?,
        at: Instant::from_ms(unsigned(row, 6)?),
        event: text(row.get(7)?),
        kind: text(row.get(8)?),
        asset: row.get(9)?,
        party: row.get(10)?,
        customer: row.get(11)?,
        offering: row.get(12)?,
        capability: row.get::<_, Option<String>>(13)?.map(text),
        token: row.get(14)?,
        price: row.get::<_, Option<u16>>(15)?.map(|price| price.to_be_bytes().into()),
        amount: row.get(16)?,
        quantity: unsigned(row, 17)?,
    })
}

fn read_sum(row: &Row<'_>, columns: usize) -> rusqlite::Result<PostingSum> {
    let value = |at| {
        Ok(match row.get(at)? {
            Value::Integer(number) => PostingValue::Number(number),
            Value::Text(text) => PostingValue::Text(text),
            Value::Null | Value::Real(_) | Value::Blob(_) => PostingValue::None,
        })
    };
    Ok(PostingSum {
        by: (0..columns).map(value).collect::<rusqlite::Result<_>>()?,
        amount: row.get(columns)?,
        quantity: unsigned(row, columns + 1)?,
        events: unsigned(row, columns + 2)?,
        seq: unsigned(row, columns + 3)?,
        seq_last: unsigned(row, columns + 4)?,
    })
}

/// A number that is never negative.
fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
