//! The facts. Past tense, journaled, applied; the only thing in the core that is encoded.
//!
//! Variants and fields are numbered: they are only ever added, never renumbered or reused, and golden bytes freeze each
//! one (`tests/engine/frozen.rs`). An event carries every amount that was decided: replay never reprices yesterday.

mod about;
mod market;

pub use market::MarketEvent;

use crate::lease::ReturnReason;
use crate::state::{
    ArpLevel, BalanceAction, Blob, Budget, Charged, Charging, ClosedPeriod, Digest, EndReason, Grade, GuardRails,
    KeyEntry, Meter, Offering, OfferingRef, Origin, OtherShares, PartyKind, PartyRef, Payment, PaymentOutcome, Quote,
    ResourceInfo, Row, Session, SessionRef, SourceRef, Token, TokenRef, TokenState, WalletRule,
};
use capacity::{BidTable, Leg, ProfileRef, Resource, ResourceRef, Slot, SlotRange};
use ledger::{AccountKind, AccountRef, Asset, AssetRef};
use minicbor::{Decode, Encode};
use types::{CellId, ChargingId, Instant, PartyId, QuoteId, SourceId, SubjectId, TenantId};

/// Something that happened. Money is in minor units; a share named `tax` or `partner` is contained in the amount beside it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Event {
    /// An empty data folder became a cell; its operator is the first party.
    #[n(0)]
    CellFounded {
        /// Which cell.
        #[n(0)]
        cell: CellId,
        /// The operator's own brand.
        #[n(1)]
        tenant: TenantId,
        /// The operator's party id.
        #[n(2)]
        operator: PartyId,
    },
    /// The ledger counts a new asset.
    #[n(1)]
    AssetOpened {
        /// Its handle.
        #[n(0)]
        asset: AssetRef,
        /// What it is.
        #[n(1)]
        kind: Asset,
    },
    /// The ledger has a new account.
    #[n(2)]
    AccountOpened {
        /// Its handle.
        #[n(0)]
        account: AccountRef,
        /// What it is for.
        #[n(1)]
        kind: AccountKind,
        /// What it counts.
        #[n(2)]
        asset: AssetRef,
        /// Whose it is.
        #[n(3)]
        party: PartyRef,
    },
    /// A wallet may go below zero this far.
    #[n(3)]
    CreditLimitSet {
        /// Which wallet.
        #[n(0)]
        account: AccountRef,
        /// How far.
        #[n(1)]
        limit_minor: i64,
    },
    /// A party was registered.
    #[n(4)]
    PartyRegistered {
        /// Its handle.
        #[n(0)]
        party: PartyRef,
        /// Its id.
        #[n(1)]
        id: PartyId,
        /// Its brand.
        #[n(2)]
        tenant: TenantId,
        /// Who it is.
        #[n(3)]
        kind: PartyKind,
        /// Where its personal data lives.
        #[n(4)]
        subject: Option<SubjectId>,
    },
    /// Money came in.
    #[n(5)]
    FundsAdded {
        /// To this wallet.
        #[n(0)]
        wallet: AccountRef,
        /// From this cash account.
        #[n(1)]
        cash: AccountRef,
        /// How much.
        #[n(2)]
        amount_minor: i64,
        /// Where it came from, where that was said.
        #[n(3)]
        origin: Option<Box<Origin>>,
    },
    /// A background profile was set.
    #[n(6)]
    ProfileSet {
        /// Which.
        #[n(0)]
        profile: ProfileRef,
        /// Hour by hour of the week.
        #[n(1)]
        hourly_ppm: Vec<u32>,
    },
    /// The network has a new resource.
    #[n(7)]
    ResourceDefined {
        /// Its handle.
        #[n(0)]
        resource: ResourceRef,
        /// What it is.
        #[n(1)]
        info: Box<ResourceInfo>,
        /// What it can carry.
        #[n(2)]
        calendar: Resource,
    },
    /// What of a resource works changed.
    #[n(8)]
    AvailableSet {
        /// Which.
        #[n(0)]
        resource: ResourceRef,
        /// Units per slot.
        #[n(1)]
        available: u64,
    },
    /// More is promised on a resource than works: sales there have stopped.
    #[n(9)]
    ResourceOvercommitted {
        /// Which.
        #[n(0)]
        resource: ResourceRef,
        /// The first slot that is short.
        #[n(1)]
        slot: Slot,
    },
    /// An offering is on sale.
    #[n(10)]
    OfferingPublished {
        /// Its handle.
        #[n(0)]
        offering: OfferingRef,
        /// What it is.
        #[n(1)]
        row: Box<Offering>,
    },
    /// An offering is no longer on sale.
    #[n(11)]
    OfferingRetired(#[n(0)] OfferingRef),
    /// A meter was registered.
    #[n(12)]
    SourceRegistered {
        /// Its handle.
        #[n(0)]
        source: SourceRef,
        /// Its id.
        #[n(1)]
        id: SourceId,
        /// Who reports through it.
        #[n(2)]
        owner: PartyRef,
    },
    /// A firm offer was made; its capacity is held short.
    #[n(13)]
    QuoteIssued {
        /// The offer.
        #[n(0)]
        quote: Box<Quote>,
        /// The slots held.
        #[n(1)]
        slots: SlotRange,
    },
    /// A firm offer ended unaccepted; its capacity is free again.
    #[n(14)]
    QuoteExpired {
        /// Which.
        #[n(0)]
        quote: QuoteId,
    },
    /// A finished offer is no longer remembered.
    #[n(15)]
    QuoteForgotten(#[n(0)] QuoteId),
    /// A token was sold: capacity confirmed or held, money held, volume issued, one decision.
    #[n(16)]
    TokenIssued {
        /// Its handle.
        #[n(0)]
        token: TokenRef,
        /// What it is.
        #[n(1)]
        row: Box<Token>,
        /// The quote that was accepted.
        #[n(2)]
        quote: Option<Box<QuoteId>>,
        /// The slots booked, when there was no quote.
        #[n(3)]
        slots: Option<SlotRange>,
        /// Money held in the wallet.
        #[n(4)]
        held_minor: i64,
        /// Until when.
        #[n(5)]
        held_until: Instant,
        /// Fee that was paid at once, where there is nothing to activate.
        #[n(6)]
        paid_minor: i64,
        /// Tax in it.
        #[n(7)]
        tax_minor: i64,
        /// Volume issued to the token's account.
        #[n(8)]
        units: u64,
    },
    /// The operator holds a token back.
    #[n(17)]
    TokenSuspended {
        /// Which.
        #[n(0)]
        token: TokenRef,
    },
    /// A suspended token may be called again.
    #[n(18)]
    TokenResumed {
        /// Which.
        #[n(0)]
        token: TokenRef,
    },
    /// A token is being called: the network is to be asked.
    #[n(19)]
    ActivationRequested {
        /// Its handle.
        #[n(0)]
        session: SessionRef,
        /// What it is.
        #[n(1)]
        row: Box<Session>,
        /// The id of its meter.
        #[n(2)]
        meter: SourceId,
    },
    /// The network confirmed: the fee is paid into deferred revenue.
    #[n(20)]
    SessionActivated {
        /// Which.
        #[n(0)]
        session: SessionRef,
        /// When it will end.
        #[n(1)]
        ends_at: Instant,
        /// Fee captured, gross; nothing when it was paid before.
        #[n(2)]
        paid_minor: i64,
        /// Tax in it.
        #[n(3)]
        tax_minor: i64,
    },
    /// What the network did is not known: both holds stay, the network is read back.
    #[n(21)]
    ActivationUncertain(#[n(0)] SessionRef),
    /// The network is to be asked to stop.
    #[n(22)]
    DeactivationRequested {
        /// Which.
        #[n(0)]
        session: SessionRef,
        /// Why.
        #[n(1)]
        reason: EndReason,
    },
    /// The network has stopped.
    #[n(23)]
    SessionEnded {
        /// Which.
        #[n(0)]
        session: SessionRef,
        /// Why.
        #[n(1)]
        reason: EndReason,
        /// Assurance windows that ended while it was active.
        #[n(2)]
        windows: u64,
    },
    /// An ended session is no longer remembered.
    #[n(24)]
    SessionForgotten(#[n(0)] SessionRef),
    /// Delivered quantity was charged.
    #[n(25)]
    UsageCharged {
        /// Which token.
        #[n(0)]
        token: TokenRef,
        /// Which meter.
        #[n(1)]
        source: SourceRef,
        /// Its number.
        #[n(2)]
        sequence: u64,
        /// How much was delivered.
        #[n(3)]
        quantity: u64,
        /// From the wallet, gross.
        #[n(4)]
        paid_minor: i64,
        /// Borne by the operator, gross.
        #[n(5)]
        overrun_minor: i64,
        /// Tax in both.
        #[n(6)]
        tax_minor: i64,
        /// Fee that is revenue from now on, net.
        #[n(7)]
        earned_minor: i64,
        /// The first partner's share of the net of all that.
        #[n(8)]
        partner_minor: i64,
        /// Taken from the token's volume.
        #[n(9)]
        units: u64,
        /// The price it had, where the token has several.
        #[n(11)]
        meter: Option<Meter>,
        /// The shares of the other partners.
        #[n(10)]
        others_minor: Option<Box<OtherShares>>,
    },
    /// Assurance windows had too few samples for a verdict.
    #[n(26)]
    WindowsUnmeasured {
        /// Which session.
        #[n(0)]
        session: SessionRef,
        /// First window.
        #[n(1)]
        window: u64,
        /// How many.
        #[n(2)]
        windows: u64,
    },
    /// The promise was not kept in a window: the remedy is paid.
    #[n(27)]
    PromiseBroken {
        /// Which session.
        #[n(0)]
        session: SessionRef,
        /// Which window.
        #[n(1)]
        window: u64,
        /// Samples taken.
        #[n(2)]
        samples: u32,
        /// Samples later than promised.
        #[n(3)]
        samples_late: u32,
        /// Samples with less than was promised.
        #[n(4)]
        samples_starved: u32,
        /// Paid back, gross.
        #[n(5)]
        refund_minor: i64,
        /// Tax in it.
        #[n(6)]
        tax_minor: i64,
    },
    /// A token is over: what is held goes back, what is deferred is earned or paid back.
    #[n(28)]
    TokenClosed {
        /// Which.
        #[n(0)]
        token: TokenRef,
        /// How it ended.
        #[n(1)]
        state: TokenState,
        /// Fee that is revenue from now on, net.
        #[n(2)]
        earned_minor: i64,
        /// The first partner's share of it.
        #[n(3)]
        partner_minor: i64,
        /// Fee paid back, gross.
        #[n(4)]
        refund_minor: i64,
        /// Tax in it.
        #[n(5)]
        tax_minor: i64,
        /// Fee of volume that was not taken, net: the operator's, nobody's share. `None`: there is none.
        #[n(6)]
        breakage_minor: Option<i64>,
        /// The shares of the other partners.
        #[n(7)]
        others_minor: Option<Box<OtherShares>>,
    },
    /// A purchase key stands for this request and this answer.
    #[n(29)]
    KeyBound(#[n(0)] KeyEntry),
    /// A purchase key is free again: whose, and which.
    #[n(30)]
    KeyForgotten(#[n(0)] PartyRef, #[n(1)] Digest),
    /// A row of a snapshot; never in a journal.
    #[n(31)]
    Restored(#[n(0)] Box<Row>),
    /// A session runs longer.
    #[n(32)]
    SessionExtended {
        /// Which.
        #[n(0)]
        session: SessionRef,
        /// When it will end.
        #[n(1)]
        ends_at: Instant,
    },
    /// Signed texts of a token are no longer honoured.
    #[n(33)]
    EntitlementRevoked {
        /// Of which token.
        #[n(0)]
        token: TokenRef,
        /// Those with this block; all of them when it is absent.
        #[n(1)]
        block: Option<Digest>,
    },
    /// A party may buy priority from this level down, or only what is anybody's.
    #[n(34)]
    PriorityAuthorised {
        /// Who.
        #[n(0)]
        party: PartyRef,
        /// The highest priority it may buy.
        #[n(1)]
        level_min: Option<ArpLevel>,
    },
    /// A token is displaced by one of higher priority; its remedy for one broken window is paid. That it is closed follows.
    #[n(35)]
    TokenPreempted {
        /// Which.
        #[n(0)]
        token: TokenRef,
        /// The token that takes its place.
        #[n(1)]
        by: TokenRef,
        /// The party on whose authority.
        #[n(2)]
        authority: PartyRef,
        /// The priority it has.
        #[n(3)]
        level: ArpLevel,
        /// Paid as compensation, gross.
        #[n(4)]
        refund_minor: i64,
        /// Tax in it.
        #[n(5)]
        tax_minor: i64,
    },
    /// A forecast is followed from now on by every resource that it speaks of.
    #[n(36)]
    ForecastLoaded(#[n(0)] Blob),
    /// A promise followed its device: this is held for it from now on.
    #[n(37)]
    TokenRebooked {
        /// Which.
        #[n(0)]
        token: TokenRef,
        /// What of which resource.
        #[n(1)]
        legs: Vec<Leg>,
        /// In these slots.
        #[n(2)]
        slots: SlotRange,
        /// Probability of a broken promise, in parts per billion.
        #[n(3)]
        epsilon_ppb: u32,
        /// What the promise rests on.
        #[n(4)]
        grade: Grade,
    },
    /// A rule of a wallet was set that is not a budget.
    #[n(38)]
    WalletRuleSet {
        /// Of which wallet.
        #[n(0)]
        wallet: AccountRef,
        /// Whose it is.
        #[n(1)]
        owner: PartyRef,
        /// What it says.
        #[n(2)]
        rule: WalletRule,
    },
    /// So much may be spent from a wallet, or a budget is gone.
    #[n(39)]
    BudgetSet {
        /// Of which wallet.
        #[n(0)]
        wallet: AccountRef,
        /// Whose it is.
        #[n(1)]
        owner: PartyRef,
        /// Its number.
        #[n(2)]
        number: u16,
        /// What it says, with what it counts already.
        #[n(3)]
        budget: Option<Box<Budget>>,
    },
    /// Less can be spent than the owner wanted to be told of.
    #[n(40)]
    BalanceLow {
        /// From which wallet.
        #[n(0)]
        wallet: AccountRef,
        /// Whose it is.
        #[n(1)]
        owner: PartyRef,
        /// What can be spent.
        #[n(2)]
        available_minor: i64,
        /// The owner wanted to be told below this.
        #[n(3)]
        below_minor: i64,
    },
    /// The payment service is to be asked for a payment. What goes out has left its wallet.
    #[n(41)]
    PaymentRequested(#[n(0)] Box<Payment>),
    /// It is known what became of a payment. What came in was added; what could not go out is in its wallet again.
    #[n(42)]
    PaymentSettled(#[n(0)] Box<Payment>, #[n(1)] PaymentOutcome),
    /// Money went from one wallet to another.
    #[n(43)]
    FundsTransferred {
        /// From this one.
        #[n(0)]
        from: AccountRef,
        /// To this one.
        #[n(1)]
        to: AccountRef,
        /// How much.
        #[n(2)]
        amount_minor: i64,
    },
    /// A token was given to another party: it is over, and goes on as another.
    #[n(44)]
    TokenTransferred {
        /// Which.
        #[n(0)]
        token: TokenRef,
        /// The handle of the other.
        #[n(1)]
        to: TokenRef,
        /// What the other is: it holds what the first held.
        #[n(2)]
        row: Box<Token>,
    },
    /// A part of a token's volume was given to another party, as a token of its own.
    #[n(45)]
    VolumeGifted {
        /// Of which token.
        #[n(0)]
        token: TokenRef,
        /// The handle of the other.
        #[n(1)]
        gift: TokenRef,
        /// What the other is.
        #[n(2)]
        row: Box<Token>,
        /// How much.
        #[n(3)]
        quantity: u64,
    },
    /// A function of the network charges for a subscriber from now on.
    #[n(46)]
    ChargingOpened {
        /// What it is.
        #[n(0)]
        row: Box<Charging>,
    },
    /// What was used of a rating group was charged; what was granted and not used went back.
    #[n(47)]
    LeaseCharged {
        /// In which charging session.
        #[n(0)]
        charging: ChargingId,
        /// Of which rating group.
        #[n(1)]
        rating_group: u32,
        /// The invocation it was reported in.
        #[n(2)]
        sequence: u32,
        /// The token it is charged to.
        #[n(3)]
        token: TokenRef,
        /// How much was delivered.
        #[n(4)]
        quantity: u64,
        /// What that cost.
        #[n(5)]
        amounts: Box<Charged>,
    },
    /// A slice of a token was granted; what was granted of the rating group before went back.
    #[n(48)]
    LeaseGranted {
        /// In which charging session.
        #[n(0)]
        charging: ChargingId,
        /// Of which rating group.
        #[n(1)]
        rating_group: u32,
        /// The invocation it answers.
        #[n(2)]
        sequence: u32,
        /// Of which token.
        #[n(3)]
        token: TokenRef,
        /// How much, in the unit of the token.
        #[n(4)]
        quantity: u64,
        /// Money set aside for it, gross.
        #[n(5)]
        held_minor: i64,
        /// Units of the token's volume set aside for it.
        #[n(6)]
        units: u64,
        /// Until when it may be used.
        #[n(7)]
        valid_until: Instant,
        /// When it goes back by itself.
        #[n(8)]
        held_until: Instant,
        /// Is this all that can be granted?
        #[n(9)]
        last: bool,
    },
    /// What was granted went back without a report.
    #[n(49)]
    LeaseReturned {
        /// In which charging session.
        #[n(0)]
        charging: ChargingId,
        /// Of which rating group.
        #[n(1)]
        rating_group: u32,
        /// Why.
        #[n(2)]
        reason: ReturnReason,
    },
    /// A charging session was closed.
    #[n(50)]
    ChargingClosed {
        /// Which.
        #[n(0)]
        charging: ChargingId,
        /// The invocation that closed it.
        #[n(1)]
        sequence: u32,
    },
    /// A charging session is no longer remembered.
    #[n(51)]
    ChargingForgotten(#[n(0)] ChargingId),
    /// A partner was paid what it was owed: out of this account of what is payable, from this cash account, so much.
    #[n(52)]
    PartnerPaid(#[n(0)] AccountRef, #[n(1)] AccountRef, #[n(2)] i64),
    /// What is sold: a price, a token because of its price, what can be delivered.
    #[n(60)]
    Market(#[n(0)] Box<MarketEvent>),
    /// Something was done with a wallet under an id; or what was reserved under it went back.
    #[n(76)]
    BalanceActed(#[n(0)] Box<BalanceAction>),
    /// The books of a month were closed.
    #[n(53)]
    PeriodClosed(#[n(0)] Box<ClosedPeriod>),
    /// Bid prices are in force from now on, in place of those before, for every resource that they speak of.
    #[n(70)]
    BidPricesLoaded(#[n(0)] Blob<BidTable>),
    /// The price of this offering, or of all that have none of their own, moves within these guard rails; `None`: as before.
    #[n(71)]
    GuardRailsSet(#[n(0)] Option<OfferingRef>, #[n(1)] Option<Box<GuardRails>>),
}
