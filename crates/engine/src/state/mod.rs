//! Everything a cell knows. Written by [`apply`](crate::apply) alone.

mod action;
mod arp;
mod bids;
mod charging;
mod forecast;
mod offering;
mod partners;
mod period;
mod pricing;
mod rails;
mod rank;
mod refs;
mod row;
mod rows;
mod term;
mod wallet;

pub use action::{ActionKind, BalanceAction, ReservationEnd};
pub use arp::{Arp, ArpLevel, PreemptionCapability, PreemptionVulnerability};
pub use bids::Bids;
pub use charging::{Charged, Charging, Lease, Subscriber};
pub use forecast::{Blob, BlobHash};
pub use offering::{
    Capabilities, Capability, Concurrency, Cost, Demand, Grade, Graded, Guarantee, Offering, OfferingStatus, PartyKind,
    Remedy, ResourceClass, Terms, Tier, Transferable, Volume,
};
pub use partners::{OtherShares, PartnerRole, PartnerShare, Shares};
pub use period::{ClosedPeriod, Sealed, TableHash};
pub use pricing::Pricing;
pub use rails::{ClassShare, GuardRails, PriceBound};
pub use refs::{OfferingRef, PartyRef, SessionRef, SourceRef, TokenRef};
pub use row::Row;
pub use rows::{
    Digest, EndReason, HolderKey, KeyEntry, Meter, Party, Quote, QuoteState, ResourceInfo, Revoked, Session,
    SessionState, Source, Token, TokenState,
};
pub use term::{PaidFee, Term, Unpaid};
pub use wallet::{
    AutoTopUp, Bought, Budget, Lot, Lots, Origin, Payment, PaymentKind, PaymentOutcome, Period, Progress, Scope,
    UtcOffset, WalletRule, WalletRules,
};

pub(crate) use rails::share;
pub(crate) use rank::Rank;

use capacity::{Book, ResourceRef};
use ledger::{AccountKind, AccountRef, AssetRef, Ledger};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use types::{
    BalanceActionId, CellId, ChargingId, H3Cell, Instant, Month, OfferingId, PartyId, PaymentId, QuoteId, ResourceId,
    SessionId, SourceId, SubjectId, TokenId,
};

/// Something that happens by itself when its time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deadline {
    /// An open quote expires.
    Quote(QuoteId),
    /// A finished quote is forgotten.
    QuoteMemory(QuoteId),
    /// A session's duration is over.
    SessionEnd(SessionRef),
    /// A token's window and grace are over.
    TokenClose(TokenRef),
    /// An ended session is forgotten.
    SessionMemory(SessionRef),
    /// A purchase key is forgotten.
    Key(PartyRef, Digest),
    /// What is granted of a rating group goes back.
    Lease(ChargingId, u32),
    /// A charging session is forgotten.
    Charging(ChargingId),
    /// The next period of a token begins, or is tried again.
    Renewal(TokenRef),
    /// What is reserved of a wallet goes back.
    Reservation(BalanceActionId),
}

/// The operator's own accounts in one asset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart([Option<AccountRef>; AccountKind::ALL.len()]);

/// The state of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Which cell this is, once founded.
    pub cell: Option<CellId>,
    /// The book of money and units.
    pub ledger: Ledger,
    /// The book of the network.
    pub capacity: Book,
    /// The operator's accounts, by asset.
    pub charts: BTreeMap<AssetRef, Chart>,
    /// Parties; the operator is the first.
    pub parties: Vec<Party>,
    /// What is or was sold.
    pub offerings: Vec<Offering>,
    /// The network, parallel to the resources of the capacity book.
    pub resources: Vec<ResourceInfo>,
    /// Open quotes, and finished ones for a while.
    pub quotes: BTreeMap<QuoteId, Quote>,
    /// Tokens.
    pub tokens: Vec<Token>,
    /// Sessions; `None` once forgotten.
    pub sessions: Vec<Option<Box<Session>>>,
    /// Meters; `None` once forgotten.
    pub sources: Vec<Option<Box<Source>>>,
    /// Purchase keys.
    pub keys: BTreeMap<(PartyRef, Digest), KeyEntry>,
    /// Signed texts that were revoked, of tokens that are live.
    pub revocations: BTreeMap<TokenRef, Revoked>,
    /// Charging sessions: open ones, and closed ones for a while.
    pub chargings: BTreeMap<ChargingId, Charging>,
    /// Forecasts that a resource follows, in the order they were loaded.
    pub forecasts: Vec<Blob>,
    /// The rules of wallets that have some.
    pub wallets: BTreeMap<AccountRef, WalletRules>,
    /// Where the money in wallets came from.
    pub lots: BTreeMap<AccountRef, Lots>,
    /// Payments that the payment service is asked for.
    pub payments: BTreeMap<PaymentId, Payment>,
    /// What was done with wallets under ids: what stands, and the latest that is over.
    pub actions: BTreeMap<BalanceActionId, BalanceAction>,
    /// Months whose books are closed, one after the other.
    pub periods: Vec<ClosedPeriod>,
    /// What a unit of a resource is worth unsold.
    pub bids: Bids,
    /// Within what prices move: of an offering, or (`None`) of all that have none of their own.
    pub rails: BTreeMap<Option<OfferingRef>, GuardRails>,
    /// What drivers deliver; `None`: nobody said, and everything is sold.
    pub delivers: Option<Capabilities>,
    pub(crate) index: Index,
}

/// What is derived from the rows, to find them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Index {
    pub parties: BTreeMap<PartyId, PartyRef>,
    pub offerings: BTreeMap<OfferingId, OfferingRef>,
    pub resources: BTreeMap<ResourceId, ResourceRef>,
    /// What covers which H3 cell, of whatever resolution, and which resolutions there are.
    pub covers: BTreeSet<(H3Cell, ResourceRef)>,
    pub cover_resolutions: BTreeSet<u8>,
    pub tokens: BTreeMap<TokenId, TokenRef>,
    pub tokens_of: BTreeSet<(PartyRef, TokenRef)>,
    /// Who had a token of what, ever.
    pub had: BTreeSet<(PartyRef, OfferingRef)>,
    pub sessions: BTreeMap<SessionId, SessionRef>,
    pub sessions_of: BTreeSet<(SubjectId, SessionRef)>,
    /// Sessions that the network still has to hear of.
    pub calling: BTreeSet<SessionRef>,
    /// Sessions that the network enforces.
    pub active: BTreeSet<SessionRef>,
    pub sources: BTreeMap<SourceId, SourceRef>,
    pub open_quotes: BTreeMap<PartyRef, u32>,
    pub key_ages: BTreeSet<(PartyRef, Instant, Digest)>,
    pub keys_of: BTreeMap<PartyRef, u32>,
    /// Tokens of which some or all texts must not be honoured, by the end of their window.
    pub withheld: BTreeSet<(Instant, TokenRef)>,
    pub deadlines: BTreeSet<(Instant, Deadline)>,
    /// Tokens that are live, by whom they serve.
    pub serving: BTreeSet<(Subscriber, TokenRef)>,
    /// Open charging sessions, by whose tokens serve them.
    pub open_chargings: BTreeMap<Subscriber, u32>,
    /// What is granted, by its token.
    pub leases_of: BTreeSet<(TokenRef, ChargingId, u32)>,
    /// What is granted as all there is, by the wallet behind it.
    pub last_leases: BTreeSet<(AccountRef, ChargingId, u32)>,
    /// What is granted out of a wallet, by the wallet.
    pub leases_on: BTreeSet<(AccountRef, ChargingId, u32)>,
    /// What of a token's own hold is granted.
    pub leased_minor: BTreeMap<TokenRef, i64>,
    /// Tokens that may have to make room, by what they hold.
    pub holders: rank::Holders,
    /// Wallets of others that a party may spend from.
    pub shared_with: BTreeSet<(PartyRef, AccountRef)>,
    /// Payments that are asked for, by their wallet.
    pub payments_of: BTreeSet<(AccountRef, PaymentId)>,
    /// What was done with each wallet.
    pub actions_of: BTreeSet<(AccountRef, BalanceActionId)>,
}

impl Chart {
    /// The account of this kind.
    ///
    /// # Panics
    /// If the chart was not opened: publishing an offering opens all of it, so this is a bug.
    pub fn get(&self, kind: AccountKind) -> AccountRef {
        self.find(kind).expect("a chart is opened as a whole")
    }

    /// The account of this kind, where it is open: a chart of an earlier release lacks the kinds that came later.
    pub fn find(&self, kind: AccountKind) -> Option<AccountRef> {
        self.0.get(kind as usize).copied().flatten()
    }

    pub(crate) fn set(&mut self, kind: AccountKind, account: AccountRef) {
        *self.0.get_mut(kind as usize).expect("a chart has a place for every kind") = Some(account);
    }
}

impl State {
    /// The party with this handle.
    pub fn party(&self, party: PartyRef) -> Option<&Party> {
        self.parties.get(party.index())
    }

    /// The party with this id.
    pub fn party_by_id(&self, id: PartyId) -> Option<PartyRef> {
        self.index.parties.get(&id).copied()
    }

    /// The offering with this handle.
    pub fn offering(&self, offering: OfferingRef) -> Option<&Offering> {
        self.offerings.get(offering.index())
    }

    /// The price that a token was sold at.
    pub fn price_of(&self, token: &Token) -> Option<&Pricing> {
        Some(self.offering(token.offering)?.pricing(token.version.unwrap_or(0)))
    }

    /// The offering with this id.
    pub fn offering_by_id(&self, id: OfferingId) -> Option<OfferingRef> {
        self.index.offerings.get(&id).copied()
    }

    /// What is known of this resource.
    pub fn resource(&self, resource: ResourceRef) -> Option<&ResourceInfo> {
        self.resources.get(usize::try_from(resource.index()).ok()?)
    }

    /// The resource with this id.
    pub fn resource_by_id(&self, id: ResourceId) -> Option<ResourceRef> {
        self.index.resources.get(&id).copied()
    }

    /// What covers this place or a part of it, nearest to the ground first: radio cells, relays, satellites.
    pub fn covering(&self, place: H3Cell) -> Vec<ResourceRef> {
        let tiered = |at: ResourceRef| Some((self.resource(at)?.class.tier(), at));
        let mut found: Vec<(Tier, ResourceRef)> = self.covers_of(place).filter_map(tiered).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|(_, resource)| resource).collect()
    }

    /// Does anything cover this place or a part of it?
    pub fn is_covered(&self, place: H3Cell) -> bool {
        self.covers_of(place).next().is_some()
    }

    /// What covers this place or a part of it, some more than once.
    fn covers_of(&self, place: H3Cell) -> impl Iterator<Item = ResourceRef> {
        let parts = move |resolution: u8| match place.ancestor(resolution) {
            Some(above) => Some(above..=above),
            None => place.descendants(resolution),
        };
        let parts = self.index.cover_resolutions.iter().filter_map(move |resolution| parts(*resolution));
        let (first, last) = (ResourceRef::from_index(0), ResourceRef::from_index(u32::MAX));
        let found = parts.flat_map(move |part| self.index.covers.range((*part.start(), first)..=(*part.end(), last)));
        found.map(|(_, resource)| *resource)
    }

    /// The finest resolution that coverage is described in; `None` while there is none.
    pub fn finest_coverage(&self) -> Option<u8> {
        self.index.cover_resolutions.last().copied()
    }

    /// The token with this handle.
    pub fn token(&self, token: TokenRef) -> Option<&Token> {
        self.tokens.get(token.index())
    }

    /// The token with this id.
    pub fn token_by_id(&self, id: TokenId) -> Option<TokenRef> {
        self.index.tokens.get(&id).copied()
    }

    /// Did this party ever have a token of this offering?
    pub fn had(&self, party: PartyRef, offering: OfferingRef) -> bool {
        self.index.had.contains(&(party, offering))
    }

    /// The tokens of a party, oldest first.
    pub fn tokens_of(&self, party: PartyRef) -> impl DoubleEndedIterator<Item = (TokenRef, &Token)> {
        let range = (party, TokenRef::from_index(0))..=(party, TokenRef::from_index(u32::MAX));
        self.index.tokens_of.range(range).filter_map(|&(_, token)| Some((token, self.token(token)?)))
    }

    /// Tokens of which texts must not be honoured though their window is not over at `now`: suspended, given up, ended by
    /// the network, or revoked in whole or part. In one order; `after` continues behind a token of an earlier look.
    pub fn withheld(&self, now: Instant, after: Option<TokenRef>) -> impl Iterator<Item = (TokenRef, &Token)> {
        let behind = after.and_then(|token| Some((self.token(token)?.window.to(), token)));
        let open = (now, TokenRef::from_index(u32::MAX));
        let from = Bound::Excluded(behind.map_or(open, |behind| behind.max(open)));
        let range = self.index.withheld.range((from, Bound::Unbounded));
        range.filter_map(|&(_, token)| Some((token, self.token(token)?)))
    }

    /// The session with this handle, unless it is forgotten.
    pub fn session(&self, session: SessionRef) -> Option<&Session> {
        self.sessions.get(session.index())?.as_deref()
    }

    /// The session with this id.
    pub fn session_by_id(&self, id: SessionId) -> Option<SessionRef> {
        self.index.sessions.get(&id).copied()
    }

    /// The sessions of a device that are not forgotten.
    pub fn sessions_of(&self, device: SubjectId) -> impl Iterator<Item = (SessionRef, &Session)> {
        let range = (device, SessionRef::from_index(0))..=(device, SessionRef::from_index(u32::MAX));
        self.index.sessions_of.range(range).filter_map(|&(_, session)| Some((session, self.session(session)?)))
    }

    /// Every session that is not forgotten.
    pub fn live_sessions(&self) -> impl Iterator<Item = (SessionRef, &Session)> {
        let numbered = (0_u32..).zip(&self.sessions);
        numbered.filter_map(|(index, row)| Some((SessionRef::from_index(index), row.as_deref()?)))
    }

    /// Sessions that the network still has to hear of: to be activated, read back or released.
    pub fn sessions_to_call(&self) -> impl Iterator<Item = (SessionRef, &Session)> {
        self.index.calling.iter().filter_map(|&session| Some((session, self.session(session)?)))
    }

    /// Sessions that the network enforces.
    pub fn sessions_active(&self) -> impl Iterator<Item = (SessionRef, &Session)> {
        self.index.active.iter().filter_map(|&session| Some((session, self.session(session)?)))
    }

    /// The meter with this handle, unless it is forgotten.
    pub fn source(&self, source: SourceRef) -> Option<&Source> {
        self.sources.get(source.index())?.as_deref()
    }

    /// The meter with this id.
    pub fn source_by_id(&self, id: SourceId) -> Option<SourceRef> {
        self.index.sources.get(&id).copied()
    }

    /// The operator's accounts in this asset.
    pub fn chart(&self, asset: AssetRef) -> Option<&Chart> {
        self.charts.get(&asset)
    }

    /// Wallets of others that a party may spend from, with whose they are.
    pub fn shared_with(&self, party: PartyRef) -> impl Iterator<Item = (AccountRef, PartyRef)> {
        let range = (party, AccountRef::from_index(0))..=(party, AccountRef::from_index(u32::MAX));
        let shared = self.index.shared_with.range(range);
        shared.filter_map(|(_, wallet)| Some((*wallet, self.wallets.get(wallet)?.owner)))
    }

    /// Payments of a wallet that are asked for.
    pub fn payments_of(&self, wallet: AccountRef) -> impl Iterator<Item = &Payment> {
        let range = (wallet, PaymentId::from_u128(0))..=(wallet, PaymentId::from_u128(u128::MAX));
        self.index.payments_of.range(range).filter_map(|(_, payment)| self.payments.get(payment))
    }

    /// A month whose books are closed.
    pub fn period(&self, month: Month) -> Option<&ClosedPeriod> {
        self.periods.iter().find(|closed| closed.sealed.month == month)
    }

    /// When the next thing happens by itself.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.index.deadlines.first().map(|(at, _)| *at)
    }
}
