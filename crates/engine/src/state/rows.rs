//! The other rows of the state: parties, resources, quotes, tokens, sessions, meters, keys.

use crate::state::{
    ArpLevel, Bought, Grade, OfferingRef, PaidFee, PartyKind, PartyRef, ResourceClass, SessionRef, SourceRef, Term,
    TokenRef,
};
use capacity::{BookingRef, Leg, ResourceRef};
use ledger::{AccountRef, AssetRef, HoldRef};
use minicbor::{Decode, Encode};
use rating::{Delivered, Line};
use std::collections::{BTreeMap, BTreeSet};
use types::{
    Area, Duration, H3Cell, Instant, OrderId, PartyId, QuoteId, ResourceId, SessionId, SourceId, SubjectId, TenantId,
    TokenId, Window,
};

/// A customer, partner or the operator. Names live in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Party {
    /// Its visible id.
    #[n(0)]
    pub id: PartyId,
    /// The brand it belongs to.
    #[n(1)]
    pub tenant: TenantId,
    /// Who it is.
    #[n(2)]
    pub kind: PartyKind,
    /// Where its personal data lives, where it has some.
    #[n(3)]
    pub subject: Option<SubjectId>,
    /// Its wallet in each currency.
    #[n(4)]
    pub wallets: BTreeMap<AssetRef, AccountRef>,
    /// What the operator owes it as a partner, in each currency.
    #[n(5)]
    pub payable: BTreeMap<AssetRef, AccountRef>,
    /// The highest priority it is authorised for; `None`: for none that needs it.
    #[n(6)]
    pub priority_level_min: Option<ArpLevel>,
}

/// What the engine knows of a resource beyond its calendar.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ResourceInfo {
    /// Its visible id.
    #[n(0)]
    pub id: ResourceId,
    /// What it is called in the network.
    #[n(1)]
    pub name: String,
    /// What it is built of.
    #[n(2)]
    pub class: ResourceClass,
    /// What its traffic goes through next.
    #[n(3)]
    pub upstream: Option<ResourceRef>,
    /// The H3 cells it covers, for a radio cell.
    #[n(4)]
    pub covers: Vec<H3Cell>,
}

/// Where a quote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum QuoteState {
    /// It can be accepted.
    #[n(0)]
    Open,
    /// It became a token.
    #[n(1)]
    Accepted,
    /// Its time is over.
    #[n(2)]
    Expired,
}

/// A firm, expiring offer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Quote {
    /// Its visible id.
    #[n(0)]
    pub id: QuoteId,
    /// Who asked.
    #[n(1)]
    pub party: PartyRef,
    /// For what.
    #[n(2)]
    pub offering: OfferingRef,
    /// When.
    #[n(3)]
    pub window: Window,
    /// Where.
    #[n(4)]
    pub place: Area,
    /// The fee, gross, that will be honoured.
    #[n(5)]
    pub fee_minor: i64,
    /// What is held for usage on top.
    #[n(6)]
    pub usage_held_minor: i64,
    /// Probability of a broken promise that was accepted, in parts per billion.
    #[n(7)]
    pub epsilon_ppb: u32,
    /// The capacity held short for it, where it needs some.
    #[n(8)]
    pub booking: Option<BookingRef>,
    /// What of which resource.
    #[n(9)]
    pub legs: Vec<Leg>,
    /// When it ends.
    #[n(10)]
    pub expires_at: Instant,
    /// Where it stands.
    #[n(11)]
    pub state: QuoteState,
    /// What the promise rests on, where it takes something of the network.
    #[n(12)]
    pub grade: Option<Grade>,
    /// Why it costs what it costs; `None` before this was kept.
    #[n(13)]
    pub lines: Option<Vec<Line>>,
    /// The version of the price that it is at; `None`: the first.
    #[n(17)]
    pub version: Option<u32>,
    /// The discounts it has, each as the bit of its place in the plan, where the plan recurs.
    #[n(18)]
    pub discounts: Option<u16>,
}

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum TokenState {
    /// Bought, not yet called.
    #[n(0)]
    Issued,
    /// Being called.
    #[n(1)]
    Active,
    /// Held back by the operator.
    #[n(2)]
    Suspended,
    /// Its volume is used up.
    #[n(3)]
    Exhausted,
    /// Its window is over.
    #[n(4)]
    Expired,
    /// Given up, withdrawn, or refused by the network.
    #[n(5)]
    Revoked,
}

/// The signed right, as the books see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Token {
    /// Its visible id.
    #[n(0)]
    pub id: TokenId,
    /// The purchase.
    #[n(1)]
    pub order: OrderId,
    /// Who holds it.
    #[n(2)]
    pub party: PartyRef,
    /// What was bought.
    #[n(3)]
    pub offering: OfferingRef,
    /// When it may be called.
    #[n(4)]
    pub window: Window,
    /// Where.
    #[n(5)]
    pub place: Area,
    /// By which device; `None`: any device of the holder.
    #[n(6)]
    pub device: Option<SubjectId>,
    /// The wallet that pays.
    #[n(7)]
    pub wallet: AccountRef,
    /// The money held for it.
    #[n(8)]
    pub hold: Option<HoldRef>,
    /// The capacity held for it.
    #[n(9)]
    pub booking: Option<BookingRef>,
    /// The fee, gross.
    #[n(10)]
    pub fee_minor: i64,
    /// Probability of a broken promise that was sold, in parts per billion.
    #[n(11)]
    pub epsilon_ppb: u32,
    /// Its volume's account, where it has one.
    #[n(12)]
    pub units: Option<AccountRef>,
    /// Where it stands.
    #[n(13)]
    pub state: TokenState,
    /// Its session, where it is being called.
    #[n(14)]
    pub session: Option<SessionRef>,
    /// Gross fee paid so far: nothing before the network confirms, all of it after.
    #[n(15)]
    pub fee_paid_minor: i64,
    /// Net fee that is revenue by now.
    #[n(16)]
    pub earned_minor: i64,
    /// Gross refunded by remedies.
    #[n(17)]
    pub refunded_minor: i64,
    /// Quantity delivered.
    #[n(18)]
    pub used: u64,
    /// Gross charged for usage, overrun included.
    #[n(19)]
    pub usage_minor: i64,
    /// What of it the operator bore as usage overrun.
    #[n(20)]
    pub overrun_minor: i64,
    /// The resources of its promise.
    #[n(21)]
    pub legs: Vec<Leg>,
    /// Has the network confirmed it once?
    #[n(22)]
    pub confirmed: bool,
    /// When it was sold: which key signs its text; `None` before this was kept.
    #[n(23)]
    pub issued_at: Option<Instant>,
    /// Who may use its text; `None`: whoever has it.
    #[n(24)]
    pub holder: Option<HolderKey>,
    /// What its promise rests on, where it takes something of the network.
    #[n(25)]
    pub grade: Option<Grade>,
    /// Who bought it, where it was given away since.
    #[n(26)]
    pub bought: Option<Bought>,
    /// What of its volume was given away, where some was.
    #[n(27)]
    pub given: Option<u64>,
    /// Whose wallet pays, where it is not its holder's own.
    #[n(28)]
    pub payer: Option<PartyRef>,
    /// Why its fee is what it is, of the period that runs; `None` before this was kept.
    #[n(32)]
    pub lines: Option<Vec<Line>>,
    /// The version of the price that it was sold at; `None`: the first.
    #[n(33)]
    pub version: Option<u32>,
    /// What was delivered at each price, where there are several.
    #[n(34)]
    pub meters: Option<BTreeMap<Meter, Delivered>>,
    /// The period that runs, where it is paid for again and again: sums of the token are those of the period.
    #[n(35)]
    pub term: Option<Term>,
    /// The fees of its periods so far, in the order they were paid: what a bill of any month is made of.
    #[n(36)]
    pub fees: Option<Vec<PaidFee>>,
}

/// A price that what is delivered has: a rate of a component of the plan, by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Meter {
    /// Which component.
    #[n(0)]
    pub component: u8,
    /// Which of its rates.
    #[n(1)]
    pub rate: u8,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum SessionState {
    /// The intent is durable; the network has been or will be asked.
    #[n(0)]
    Requested,
    /// The network confirmed.
    #[n(1)]
    Active,
    /// What the network did is unknown: it is read back.
    #[n(2)]
    Uncertain,
    /// The network is being asked to stop.
    #[n(3)]
    Ending,
    /// It is over.
    #[n(4)]
    Ended,
}

/// Why a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum EndReason {
    /// Its duration is over.
    #[n(0)]
    DurationExpired,
    /// The holder asked.
    #[n(1)]
    DeleteRequested,
    /// The network ended it, or refused to begin.
    #[n(2)]
    NetworkTerminated,
}

/// A token being called.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Session {
    /// Its visible id.
    #[n(0)]
    pub id: SessionId,
    /// The token that is called.
    #[n(1)]
    pub token: TokenRef,
    /// The device that calls, as the vault knows it.
    #[n(2)]
    pub device: SubjectId,
    /// Which of the device's flows: a salted commitment.
    #[n(3)]
    pub flow: Digest,
    /// How long it was asked for.
    #[n(4)]
    pub duration: Duration,
    /// The meter of its deliveries.
    #[n(5)]
    pub source: SourceRef,
    /// When it was asked for.
    #[n(6)]
    pub requested_at: Instant,
    /// Where it stands.
    #[n(7)]
    pub state: SessionState,
    /// When the network confirmed.
    #[n(8)]
    pub started_at: Option<Instant>,
    /// When it ends or ended.
    #[n(9)]
    pub ends_at: Option<Instant>,
    /// Why it ends, once that is known.
    #[n(10)]
    pub reason: Option<EndReason>,
    /// The first assurance window that has no journaled verdict yet.
    #[n(11)]
    pub next_window: u64,
    /// Windows found broken.
    #[n(12)]
    pub windows_broken: u64,
    /// Windows without enough samples.
    #[n(13)]
    pub windows_unmeasured: u64,
    /// When the network had stopped: it is remembered for a while from then on.
    #[n(14)]
    pub ended_at: Option<Instant>,
}

/// A meter: which sequence numbers it has sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Source {
    /// Its visible id.
    #[n(0)]
    pub id: SourceId,
    /// Who reports through it.
    #[n(1)]
    pub owner: PartyRef,
    /// The highest sequence number seen; `0`: none.
    #[n(2)]
    pub high: u64,
    /// A ring of one bit for each of the last [`SEQUENCE_WINDOW`](crate::limits::SEQUENCE_WINDOW) numbers.
    #[n(3)]
    pub seen: Vec<u64>,
}

/// 128 bits of a hash: says nothing of what was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Digest(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

/// The Ed25519 public key of whoever may use the text of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct HolderKey(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

/// What of a token's signed texts is revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// Every text there is of it.
    Whole,
    /// The texts that have one of these blocks.
    Blocks(BTreeSet<Digest>),
}

/// What a purchase key is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KeyEntry {
    /// Whose key.
    #[n(0)]
    pub party: PartyRef,
    /// The key.
    #[n(1)]
    pub key: Digest,
    /// What was asked under it.
    #[n(2)]
    pub request: Digest,
    /// What was answered.
    #[n(3)]
    pub answer: crate::Answer,
    /// When.
    #[n(4)]
    pub at: Instant,
}

impl Token {
    /// Can it still be called or charged?
    pub const fn is_live(&self) -> bool {
        matches!(self.state, TokenState::Issued | TokenState::Active | TokenState::Suspended | TokenState::Exhausted)
    }
}

impl Session {
    /// Does it hold, or may it hold, something on the network?
    pub const fn is_live(&self) -> bool {
        !matches!(self.state, SessionState::Ended)
    }
}
