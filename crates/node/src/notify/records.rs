//! The mailroom's records: sealed under a key of the cell, each bound to its place.

use super::{DeadLetter, Delivery, DeliveryKey, NotifyError, Webhook};
use crate::seal::{open, seal};
use crate::secret::CellSecret;
use journal::{Change, Followers, Record, Store};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

/// The tables.
pub(super) const WEBHOOKS: &str = "webhooks";
pub(super) const DELIVERIES: &str = "deliveries";
pub(super) const DEAD: &str = "dead letters";
pub(super) const GONE: &str = "gone receivers";
/// The cursor's name.
const CURSOR: &str = "notify";

/// Records read at once when starting.
const PAGE: usize = 512;

/// Where the mailroom keeps what it knows.
pub(super) struct Records {
    store: Box<dyn Followers>,
    key: Zeroizing<[u8; 32]>,
}

impl Records {
    pub fn open(store: &dyn Store, secret: &CellSecret) -> Result<Self, NotifyError> {
        Ok(Self { store: store.followers()?, key: secret.key("notify records") })
    }

    /// How far the events were looked at.
    pub fn cursor(&mut self) -> Result<Option<u64>, NotifyError> {
        Ok(self.store.cursor(CURSOR)?)
    }

    /// Changes records and moves the cursor, all of it or nothing.
    pub fn change(&mut self, changes: &[Change], cursor: Option<u64>) -> Result<(), NotifyError> {
        Ok(self.store.change(changes, cursor.map(|seq| (CURSOR, seq)))?)
    }

    /// What is kept under this key.
    pub fn get<T>(&mut self, table: &'static str, key: &[u8]) -> Result<Option<T>, NotifyError>
    where
        T: for<'b> Decode<'b, ()>,
    {
        let record = self.store.record(table, key)?;
        record.map(|record| self.open_record(table, &record)).transpose()
    }

    /// The first `limit` that come at or after a key.
    pub fn page<T>(&mut self, table: &'static str, from: &[u8], limit: usize) -> Result<Vec<T>, NotifyError>
    where
        T: for<'b> Decode<'b, ()>,
    {
        let records = self.store.records(table, from, limit)?;
        records.iter().map(|record| self.open_record(table, record)).collect()
    }

    /// Every record of a table, a page at a time.
    pub fn each<T>(&mut self, table: &'static str, mut take: impl FnMut(T)) -> Result<(), NotifyError>
    where
        T: for<'b> Decode<'b, ()>,
    {
        let mut from = Vec::new();
        loop {
            let records = self.store.records(table, &from, PAGE)?;
            let Some(last) = records.last() else { return Ok(()) };
            from.clone_from(&last.key);
            // The next key there can be.
            from.push(0);
            for record in &records {
                take(self.open_record(table, record)?);
            }
        }
    }

    pub fn put_webhook(&self, webhook: &Webhook) -> Result<Change, NotifyError> {
        self.put(WEBHOOKS, webhook.id.as_u128().to_be_bytes().to_vec(), webhook)
    }

    pub fn put_delivery(&self, delivery: &Delivery) -> Result<Change, NotifyError> {
        self.put(DELIVERIES, delivery.key.to_bytes().to_vec(), delivery)
    }

    pub fn put_dead(&self, letter: &DeadLetter) -> Result<Change, NotifyError> {
        self.put(DEAD, letter.delivery.key.to_bytes().to_vec(), letter)
    }

    pub fn put_gone(&self, lane: u128) -> Result<Change, NotifyError> {
        self.put(GONE, lane.to_be_bytes().to_vec(), &lane.to_be_bytes().to_vec())
    }

    fn put(&self, table: &'static str, key: Vec<u8>, value: &impl Encode<()>) -> Result<Change, NotifyError> {
        let plain = Zeroizing::new(minicbor::to_vec(value).map_err(|_| NotifyError::Sealed(table))?);
        let value = seal(&self.key, &bound_to(table, &key), &plain).ok_or(NotifyError::Sealed(table))?;
        Ok(Change::Put(table, Record { key, value }))
    }

    fn open_record<T>(&self, table: &'static str, record: &Record) -> Result<T, NotifyError>
    where
        T: for<'b> Decode<'b, ()>,
    {
        let plain = open(&self.key, &bound_to(table, &record.key), &record.value);
        let plain = Zeroizing::new(plain.ok_or(NotifyError::Sealed(table))?);
        minicbor::decode(&plain).map_err(|_| NotifyError::Sealed(table))
    }
}

/// Removes what is kept of a delivery.
pub(super) fn remove(table: &'static str, key: DeliveryKey) -> Change {
    Change::Remove(table, key.to_bytes().to_vec())
}

fn bound_to(table: &str, key: &[u8]) -> Vec<u8> {
    [table.as_bytes(), &[0], key].concat()
}
