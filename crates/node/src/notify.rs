//! Telling the outside what happened: deliveries to webhooks and to sinks, without any I/O but storage.
//!
//! What is to be sent is durable, sealed under the cell's secret, in one change with the cursor that moved past its event:
//! after a crash nothing is missing, and what may have been sent already is sent again under the same id. `queue` decides
//! what is sent next, in order for each receiver and apart from every other; `mailroom` keeps it; `driver/notify.rs` sends.

mod key;
mod mailroom;
mod queue;
mod records;

pub use key::DeliveryKey;
pub use mailroom::{Mailroom, NotifyError};
pub use queue::{Outcome, Pace};
pub(crate) use queue::{Queue, Verdict};

use crate::vault::SessionRecord;
use crate::view::View;
use crate::web::WebRequest;
use engine::Event;
use minicbor::{Decode, Encode};
use std::fmt;
use types::{Instant, PartyId, WebhookId};

/// Something durable that happened.
#[derive(Clone, Copy, Debug)]
pub struct Happened<'a> {
    /// Its sequence number.
    pub seq: u64,
    /// When it was decided.
    pub at: Instant,
    /// What it is.
    pub event: &'a Event,
    /// What is known after it, or after some that came later.
    pub view: &'a View,
}

/// Which events a webhook is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Sees {
    /// Those of its own party.
    #[n(0)]
    Own,
    /// All of them.
    #[n(1)]
    All,
}

/// A party's standing wish to be told.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Webhook {
    /// Its id.
    #[n(0)]
    pub id: WebhookId,
    /// Whose it is.
    #[n(1)]
    pub party: PartyId,
    /// What it is told of.
    #[n(2)]
    pub sees: Sees,
    /// Where to send.
    #[n(3)]
    pub url: String,
    /// Names of the types of event that are wanted; all of them when it is empty.
    #[n(4)]
    pub types: Vec<String>,
    /// What its deliveries are signed with.
    #[n(5)]
    pub secret: Vec<u8>,
    /// The secret before this one, and until when deliveries are signed with it too.
    #[n(6)]
    pub previous: Option<(Vec<u8>, Instant)>,
    /// The first event that it may be told of.
    #[n(7)]
    pub from_seq: u64,
    /// When it was registered.
    #[n(8)]
    pub created_at: Instant,
    /// Since when its receiver says that it is gone: nothing is sent any more.
    #[n(9)]
    pub gone_at: Option<Instant>,
    /// The hub that it listens at; `None`: it is told in our own words.
    #[n(10)]
    pub hub: Option<Hub>,
}

/// The hub of an API that has events of its own.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Hub {
    /// Which API.
    #[n(0)]
    pub api: String,
    /// What was asked for, as it was written.
    #[n(1)]
    pub query: Option<String>,
}

/// Whom a delivery goes to.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub enum Sink {
    /// A webhook; its address and secrets are looked up when it is sent.
    #[n(0)]
    Webhook(#[n(0)] WebhookId),
    /// An address that was given with a request.
    #[n(1)]
    Address {
        /// Where to send.
        #[n(0)]
        url: String,
        /// The bearer token to send.
        #[n(1)]
        bearer: Option<String>,
        /// When that token ends.
        #[n(2)]
        bearer_until: Option<Instant>,
    },
}

/// A message and whom it goes to.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Delivery {
    /// Its place: deliveries of one lane are sent one after another.
    #[n(0)]
    pub key: DeliveryKey,
    /// Whom it goes to.
    #[n(1)]
    pub to: Sink,
    /// The type of the event.
    #[n(2)]
    pub kind: String,
    /// What is sent.
    #[n(3)]
    pub body: String,
    /// Since when it waits.
    #[n(4)]
    pub queued_at: Instant,
    /// Whose session it tells of, where that names who is told; a webhook knows its party.
    #[n(5)]
    pub party: Option<PartyId>,
}

/// A delivery that was given up.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct DeadLetter {
    /// What was to be sent.
    #[n(0)]
    pub delivery: Delivery,
    /// Why it was given up.
    #[n(1)]
    pub reason: String,
    /// How often it was tried since the last start.
    #[n(2)]
    pub attempts: u32,
    /// When it was given up.
    #[n(3)]
    pub died_at: Instant,
}

/// What is said to the outside, and in which words: the wire forms end behind it.
pub trait Notices: Send + Sync {
    /// Can anything have to be sent because of this event? Asked of every event, so it must be quick.
    fn concerns(&self, event: &Event, webhooks: &[Webhook]) -> bool;

    /// What is to be sent because of an event. `kept` is the private part of the session it is about.
    fn of(&self, happened: Happened<'_>, kept: Option<&SessionRecord>, webhooks: &[Webhook]) -> Vec<Delivery>;

    /// A delivery as a request, signed at `now`; or why it must not be sent any more.
    fn request(&self, delivery: &Delivery, webhook: Option<&Webhook>, now: Instant) -> Result<WebRequest, String>;
}

impl Webhook {
    /// Is it to be told of events at all, from this one on?
    pub fn listens(&self, seq: u64) -> bool {
        self.gone_at.is_none() && self.from_seq <= seq
    }

    /// Does it want events of this type?
    pub fn wants(&self, kind: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|wanted| wanted == kind)
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("id", &self.id).field("party", &self.party).finish_non_exhaustive()
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery").field("key", &self.key).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetter")
            .field("delivery", &self.delivery)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}
