//! The mailroom: what is to be sent, to whom, and what could not be; in memory as far as deciding needs it, durable all of it.

use super::records::{DEAD, DELIVERIES, GONE, Records, WEBHOOKS, remove};
use super::{DeadLetter, Delivery, DeliveryKey, Happened, Notices, Outcome, Pace, Queue, Sink, Verdict, Webhook};
use crate::limits::{CURSOR_EVENTS_MAX, DEAD_LETTERS_MAX, GONE_RECEIVERS_MAX};
use crate::secret::CellSecret;
use crate::vault::SessionRecord;
use crate::web::WebRequest;
use journal::{Change, JournalError, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use types::{Instant, PartyId, WebhookId};

/// Why the mailroom could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// Storage failed.
    #[error("the storage of deliveries failed")]
    Store(#[from] JournalError),
    /// What is stored does not open under the cell's secret: another cell's, or damage.
    #[error("a record of the {0} does not open under this cell's secret")]
    Sealed(&'static str),
    /// There are as many as there may be.
    #[error("there are {0} already, which is the most")]
    Full(usize),
}

/// The deliveries of one cell. Its calls block on storage.
pub struct Mailroom {
    records: Records,
    queue: Queue,
    webhooks: BTreeMap<WebhookId, Webhook>,
    /// Sessions whose receiver wants nothing more; ids begin with their time, so the oldest come first.
    gone: BTreeSet<u128>,
    /// Dead letters by when they died.
    dead: BTreeSet<(Instant, DeliveryKey)>,
    /// The next event to look at, and the one that storage knows of.
    cursor: u64,
    saved: u64,
}

impl Mailroom {
    /// Goes on where it was; a mailroom that is new looks at events from `next_seq` on.
    pub fn open(store: &dyn Store, secret: &CellSecret, next_seq: u64, pace: Pace) -> Result<Self, NotifyError> {
        let mut records = Records::open(store, secret)?;
        let known = records.cursor()?;
        if known.is_none() {
            records.change(&[], Some(next_seq))?;
        }
        let cursor = known.unwrap_or(next_seq);
        let mut webhooks = BTreeMap::new();
        records.each(WEBHOOKS, |webhook: Webhook| {
            webhooks.insert(webhook.id, webhook);
        })?;
        let mut gone = BTreeSet::new();
        records.each(GONE, |lane: Vec<u8>| gone.extend(lane.try_into().ok().map(u128::from_be_bytes)))?;
        let mut dead = BTreeSet::new();
        records.each(DEAD, |letter: DeadLetter| {
            dead.insert((letter.died_at, letter.delivery.key));
        })?;
        let mut queue = Queue::new(pace);
        records.each(DELIVERIES, |delivery: Delivery| {
            queue.add(delivery.key, host_of(&delivery.to, &webhooks), delivery.queued_at);
        })?;
        Ok(Self { records, queue, webhooks, gone, dead, cursor, saved: cursor })
    }

    /// The next event to look at.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Every webhook, oldest first.
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.webhooks.values().cloned().collect()
    }

    /// The webhook with this id.
    pub fn webhook(&self, id: WebhookId) -> Option<&Webhook> {
        self.webhooks.get(&id)
    }

    /// Deliveries that wait, and dead letters.
    pub fn counts(&self) -> (usize, usize) {
        (self.queue.len(), self.dead.len())
    }

    /// Keeps a webhook, in place of the one that had its id; `most` of one party.
    pub fn put_webhook(&mut self, webhook: Webhook, most: usize) -> Result<(), NotifyError> {
        let others = self.webhooks.values().filter(|other| other.party == webhook.party && other.id != webhook.id);
        if others.count() >= most {
            return Err(NotifyError::Full(most));
        }
        let change = self.records.put_webhook(&webhook)?;
        self.records.change(&[change], None)?;
        self.webhooks.insert(webhook.id, webhook);
        Ok(())
    }

    /// Forgets a webhook with all that waits for it and could not be delivered to it.
    pub fn remove_webhook(&mut self, id: WebhookId) -> Result<(), NotifyError> {
        let lane = id.as_u128();
        let mut changes = vec![Change::Remove(WEBHOOKS, lane.to_be_bytes().to_vec())];
        changes.extend(self.queue.forget(lane).into_iter().map(|key| remove(DELIVERIES, key)));
        changes.extend(self.dead.iter().filter(|(_, key)| key.lane == lane).map(|(_, key)| remove(DEAD, *key)));
        self.records.change(&changes, None)?;
        self.dead.retain(|(_, key)| key.lane != lane);
        self.webhooks.remove(&id);
        Ok(())
    }

    /// Forgets every webhook of a party, as [`Mailroom::remove_webhook`] does.
    pub fn remove_webhooks_of(&mut self, party: PartyId) -> Result<(), NotifyError> {
        let own = self.webhooks.values().filter(|webhook| webhook.party == party).map(|webhook| webhook.id);
        own.collect::<Vec<_>>().into_iter().try_for_each(|id| self.remove_webhook(id))
    }

    /// Forgets what waits for the addresses that sessions of a party named, and what could not be delivered to them.
    pub fn remove_sessions_of(&mut self, party: PartyId) -> Result<(), NotifyError> {
        let mut waiting = BTreeSet::new();
        self.records.each(DELIVERIES, |delivery: Delivery| {
            waiting.extend(Some(delivery.key.lane).filter(|_| delivery.party == Some(party)));
        })?;
        let mut dead = BTreeSet::new();
        self.records.each(DEAD, |letter: DeadLetter| {
            dead.extend(Some(letter.delivery.key).filter(|_| letter.delivery.party == Some(party)));
        })?;
        let waiting = waiting.into_iter().flat_map(|lane| self.queue.forget(lane)).map(|key| remove(DELIVERIES, key));
        let changes: Vec<Change> = waiting.chain(dead.iter().map(|key| remove(DEAD, *key))).collect();
        self.records.change(&changes, None)?;
        self.dead.retain(|(_, key)| !dead.contains(key));
        Ok(())
    }

    /// Looks at events, from the cursor to `next`: what is to be sent because of them is durable when this returns.
    /// `kept` are the private parts of sessions, each under the event's number.
    pub fn follow(
        &mut self,
        events: &[Happened<'_>],
        next: u64,
        kept: &BTreeMap<u64, SessionRecord>,
        notices: &dyn Notices,
    ) -> Result<(), NotifyError> {
        let webhooks = self.webhooks();
        let told = events.iter().filter(|happened| happened.seq >= self.cursor);
        let told = told.flat_map(|happened| notices.of(*happened, kept.get(&happened.seq), &webhooks));
        let deliveries: Vec<Delivery> = told.filter(|delivery| !self.gone.contains(&delivery.key.lane)).collect();
        if deliveries.is_empty() {
            self.cursor = next;
            if next - self.saved >= CURSOR_EVENTS_MAX {
                self.save_cursor()?;
            }
            return Ok(());
        }
        self.keep(deliveries, Some(next))?;
        (self.cursor, self.saved) = (next, next);
        Ok(())
    }

    /// Keeps the cursor as far as it has come; called before the end, so that less is looked at again.
    pub fn save_cursor(&mut self) -> Result<(), NotifyError> {
        self.records.change(&[], Some(self.cursor))?;
        self.saved = self.cursor;
        Ok(())
    }

    /// Adds a delivery that no event asks for.
    pub fn send(&mut self, delivery: Delivery) -> Result<(), NotifyError> {
        self.keep(vec![delivery], None)
    }

    /// The next deliveries to send now, as requests.
    pub fn requests(
        &mut self,
        notices: &dyn Notices,
        now: Instant,
    ) -> Result<Vec<(DeliveryKey, WebRequest)>, NotifyError> {
        let mut requests = Vec::new();
        while let Some(key) = self.queue.next(now) {
            let delivery: Option<Delivery> = self.records.get(DELIVERIES, &key.to_bytes())?;
            let Some(delivery) = delivery else {
                self.done(key, Outcome::Delivered, now, 0)?;
                continue;
            };
            let webhook = match &delivery.to {
                Sink::Webhook(id) => self.webhooks.get(id),
                Sink::Address { .. } => None,
            };
            match notices.request(&delivery, webhook, now) {
                Ok(request) => requests.push((key, request)),
                Err(reason) => self.done(key, Outcome::Hopeless(reason), now, 0)?,
            }
        }
        Ok(requests)
    }

    /// An attempt ended.
    pub fn done(
        &mut self,
        key: DeliveryKey,
        outcome: Outcome,
        now: Instant,
        jitter_ppm: u32,
    ) -> Result<(), NotifyError> {
        match self.queue.done(key, outcome, now, jitter_ppm) {
            Verdict::Later => Ok(()),
            Verdict::Delivered => self.records.change(&[remove(DELIVERIES, key)], None),
            Verdict::Dead(reason, attempts) => self.bury(key, (reason, attempts), now),
            Verdict::Gone(keys) => self.close(key.lane, keys, now),
        }
    }

    /// When the next delivery may be sent.
    pub fn next_due(&self) -> Option<Instant> {
        self.queue.next_due()
    }

    /// The first `limit` dead letters after a key, in the order of their keys.
    pub fn dead_letters(&mut self, after: Option<DeliveryKey>, limit: usize) -> Result<Vec<DeadLetter>, NotifyError> {
        let from = after.map_or_else(Vec::new, |key| [key.to_bytes().as_slice(), &[0]].concat());
        self.records.page(DEAD, &from, limit)
    }

    /// Sends a dead letter again, behind what waits for its receiver. Says whether there was such a letter.
    pub fn redrive(&mut self, key: DeliveryKey, now: Instant) -> Result<bool, NotifyError> {
        let Some(letter) = self.records.get::<DeadLetter>(DEAD, &key.to_bytes())? else { return Ok(false) };
        let delivery = Delivery { queued_at: now, ..letter.delivery };
        let changes = [self.records.put_delivery(&delivery)?, remove(DEAD, key)];
        if !self.queue.has_room(key.lane, 0) {
            return Err(NotifyError::Full(self.queue.len()));
        }
        self.records.change(&changes, None)?;
        self.dead.remove(&(letter.died_at, key));
        self.queue.add(key, host_of(&delivery.to, &self.webhooks), now);
        Ok(true)
    }

    /// Makes deliveries durable, with the cursor where it moved, and queues them; those without room are dead at once.
    fn keep(&mut self, deliveries: Vec<Delivery>, cursor: Option<u64>) -> Result<(), NotifyError> {
        let mut changes = Vec::new();
        let (mut queued, mut dead) = (Vec::new(), Vec::new());
        let mut room = BTreeMap::new();
        for delivery in deliveries {
            let taken: &mut usize = room.entry(delivery.key.lane).or_default();
            if self.queue.has_room(delivery.key.lane, *taken) {
                *taken += 1;
                changes.push(self.records.put_delivery(&delivery)?);
                queued.push(delivery);
            } else {
                let reason = "too much was waiting for its receiver".to_owned();
                let died_at = delivery.queued_at;
                let letter = DeadLetter { delivery, reason, attempts: 0, died_at };
                changes.push(self.records.put_dead(&letter)?);
                dead.push((died_at, letter.delivery.key));
            }
        }
        self.records.change(&changes, cursor)?;
        for delivery in queued {
            self.queue.add(delivery.key, host_of(&delivery.to, &self.webhooks), delivery.queued_at);
        }
        self.dead.extend(dead);
        self.drop_oldest()
    }

    /// Gives a delivery up: it becomes a dead letter.
    fn bury(&mut self, key: DeliveryKey, (reason, attempts): (String, u32), now: Instant) -> Result<(), NotifyError> {
        let Some(delivery) = self.records.get::<Delivery>(DELIVERIES, &key.to_bytes())? else { return Ok(()) };
        tracing::warn!(delivery = %key, kind = delivery.kind, reason, attempts, "a delivery was given up");
        let letter = DeadLetter { delivery, reason, attempts, died_at: now };
        let changes = [self.records.put_dead(&letter)?, remove(DELIVERIES, key)];
        self.records.change(&changes, None)?;
        self.dead.insert((now, key));
        self.drop_oldest()
    }

    /// A receiver wants nothing more: what waits for it is dropped, and nothing more is kept for it.
    fn close(&mut self, lane: u128, keys: Vec<DeliveryKey>, now: Instant) -> Result<(), NotifyError> {
        tracing::info!(receiver = format!("{lane:032x}"), dropped = keys.len(), "a receiver is gone");
        let mut changes: Vec<Change> = keys.into_iter().map(|key| remove(DELIVERIES, key)).collect();
        let id = WebhookId::from_u128(lane);
        if let Some(webhook) = self.webhooks.get(&id) {
            let closed = Webhook { gone_at: Some(now), ..webhook.clone() };
            changes.push(self.records.put_webhook(&closed)?);
            self.records.change(&changes, None)?;
            self.webhooks.insert(id, closed);
            return Ok(());
        }
        changes.push(self.records.put_gone(lane)?);
        self.gone.insert(lane);
        if self.gone.len() > GONE_RECEIVERS_MAX {
            changes.extend(self.gone.pop_first().map(|oldest| Change::Remove(GONE, oldest.to_be_bytes().to_vec())));
        }
        self.records.change(&changes, None)
    }

    /// Of too many dead letters the oldest are dropped for good.
    fn drop_oldest(&mut self) -> Result<(), NotifyError> {
        let surplus = self.dead.len().saturating_sub(DEAD_LETTERS_MAX);
        if surplus == 0 {
            return Ok(());
        }
        tracing::warn!(dropped = surplus, "the oldest dead letters were dropped");
        let dropped: Vec<DeliveryKey> = self.dead.iter().take(surplus).map(|(_, key)| *key).collect();
        let changes: Vec<Change> = dropped.into_iter().map(|key| remove(DEAD, key)).collect();
        self.records.change(&changes, None)?;
        for _ in 0..surplus {
            self.dead.pop_first();
        }
        Ok(())
    }
}

impl fmt::Debug for Mailroom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailroom")
            .field("cursor", &self.cursor)
            .field("waiting", &self.queue.len())
            .finish_non_exhaustive()
    }
}

/// Who answers for a receiver: the host and port of its address. It only tells receivers apart.
fn host_of<'a>(to: &'a Sink, webhooks: &'a BTreeMap<WebhookId, Webhook>) -> &'a str {
    let url = match to {
        Sink::Webhook(id) => webhooks.get(id).map_or("", |webhook| webhook.url.as_str()),
        Sink::Address { url, .. } => url.as_str(),
    };
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    after.split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
