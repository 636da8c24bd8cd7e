//! What callers ask for. Imperative; journaled never, only the events they lead to.

use crate::actor::Actor;
use crate::state::{
    Arp, ArpLevel, AutoTopUp, BlobHash, Capabilities, Capability, Cost, Demand, Digest, EndReason, Grade, Guarantee,
    GuardRails, HolderKey, OfferingRef, Origin, PartnerShare, PartyKind, PartyRef, PaymentOutcome, Remedy,
    ResourceInfo, Scope, Sealed, SessionRef, SourceRef, Subscriber, Terms, TokenRef,
};
use capacity::{BidTable, ForecastTable, ProfileRef, Resource, ResourceRef};
use rating::PricePlan;
use std::collections::BTreeMap;
use std::sync::Arc;
use types::{
    Area, BalanceActionId, CellId, ChargingId, Currency, Duration, H3Cell, OfferingId, PartyId, PaymentId, QuoteId,
    SourceId, SubjectId, TenantId, Unit, Window,
};

/// A command with who gives it and, for a purchase, the key that makes repeating it safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub actor: Actor,
    /// `Idempotency-Key`, hashed, with the hash of what is asked.
    pub key: Option<Key>,
    /// What is asked.
    pub command: Command,
}

/// A hashed idempotency key and the hash of the request it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Hash of the caller's key.
    pub key: Digest,
    /// Hash of the request.
    pub request: Digest,
}

/// Everything that can be asked of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Nothing: lets the tick of a batch run.
    Pass,
    /// Makes an empty data folder an operator's cell.
    FoundCell {
        /// Which cell.
        cell: CellId,
        /// The operator's party id.
        operator: PartyId,
    },
    /// Registers a party.
    RegisterParty {
        /// Its id.
        id: PartyId,
        /// Its brand.
        tenant: TenantId,
        /// Who it is.
        kind: PartyKind,
        /// Where its personal data lives.
        subject: Option<SubjectId>,
    },
    /// Opens a wallet; answers with the existing one if there is one.
    OpenWallet {
        /// Whose.
        party: PartyRef,
        /// In which currency.
        currency: Currency,
    },
    /// Adds money that was received.
    TopUp {
        /// Whose wallet.
        party: PartyRef,
        /// In which currency.
        currency: Currency,
        /// How much, at least 1.
        amount_minor: i64,
    },
    /// Adds money that was received, with where it came from.
    ReceivePayment(Box<Receipt>),
    /// What became of a payment that was asked for.
    RecordPayment {
        /// Which.
        payment: PaymentId,
        /// What happened.
        outcome: PaymentOutcome,
    },
    /// What the owner of a wallet wants of it.
    OrderWallet(Box<WalletOrder>),
    /// Does something with a wallet that is remembered under an id of its own.
    ActOnBalance(Box<BalanceOrder>),
    /// Gives back what is reserved, before its time; what is over already stays so.
    ReleaseReservation {
        /// Which.
        action: BalanceActionId,
    },
    /// Says that a partner was paid what it is owed.
    PayPartner {
        /// Whom.
        party: PartyRef,
        /// In which currency.
        currency: Currency,
        /// How much, at least 1 and at most what it is owed.
        amount_minor: i64,
    },
    /// Closes the books of a month, with what they were sealed as.
    ClosePeriod(Box<Sealed>),
    /// Lets a wallet go below zero.
    SetCreditLimit {
        /// Whose wallet.
        party: PartyRef,
        /// In which currency.
        currency: Currency,
        /// How far, at least 0.
        limit_minor: i64,
    },
    /// Authorises a party for priority, or withdraws it.
    AuthorisePriority {
        /// Whom.
        party: PartyRef,
        /// The highest priority it may buy; `None`: only the levels that are anybody's.
        level_min: Option<ArpLevel>,
    },
    /// Sets the forecast background of a profile, hour by hour of the week.
    SetProfile {
        /// Which; the next free one adds a profile.
        profile: ProfileRef,
        /// 168 values in parts per million of nominal, Monday 00:00 UTC first.
        hourly_ppm: Vec<u32>,
    },
    /// Adds a resource to the network.
    DefineResource(Box<(ResourceInfo, Resource)>),
    /// Says what of a resource works now.
    SetAvailable {
        /// Which.
        resource: ResourceRef,
        /// Units per slot.
        available: u64,
    },
    /// Loads what is expected on resources, in place of what was expected on them before.
    LoadForecast {
        /// The SHA-256 of the table's bytes, under which they are kept already.
        hash: BlobHash,
        /// The table.
        table: Arc<ForecastTable>,
    },
    /// Loads what units of resources are worth unsold, in place of what they were worth before.
    LoadBidPrices {
        /// The SHA-256 of the table's bytes, under which they are kept already.
        hash: BlobHash,
        /// The table.
        table: Arc<BidTable>,
    },
    /// Sets within what prices move.
    SetGuardRails {
        /// Of which offering; `None`: of all that have none of their own.
        offering: Option<OfferingRef>,
        /// Within these; `None`: as if they had never been set.
        rails: Option<Box<GuardRails>>,
    },
    /// Says which capabilities drivers deliver: nothing else is sold from then on.
    DeclareDelivery(Capabilities),
    /// Puts an offering on sale.
    PublishOffering(Box<OfferingDraft>),
    /// Takes it off sale.
    RetireOffering {
        /// Which.
        offering: OfferingRef,
    },
    /// Sells it at another price from now on.
    SetPrice {
        /// Which.
        offering: OfferingRef,
        /// The currency of the price, which is the offering's.
        currency: Currency,
        /// The price.
        plan: Box<PricePlan>,
    },
    /// Registers a meter.
    RegisterSource {
        /// Its id.
        id: SourceId,
    },
    /// Asks for a firm offer.
    IssueQuote(Box<Wish>),
    /// Buys, with a quote or at once.
    PurchaseToken(Box<Purchase>),
    /// Gives a token up before its window ends.
    ReleaseToken {
        /// Which.
        token: TokenRef,
    },
    /// Gives a whole token to another party.
    TransferToken {
        /// Which.
        token: TokenRef,
        /// To whom.
        to: PartyRef,
    },
    /// Gives a part of a token's volume to another party.
    GiftVolume {
        /// Of which token.
        token: TokenRef,
        /// How much, at least 1.
        quantity: u64,
        /// To whom.
        to: PartyRef,
    },
    /// Withdraws or gives back the right to call a token.
    SuspendToken {
        /// Which.
        token: TokenRef,
    },
    /// Lets a suspended token be called again.
    ResumeToken {
        /// Which.
        token: TokenRef,
    },
    /// Stops honouring signed texts of a token.
    RevokeEntitlement {
        /// Of which.
        token: TokenRef,
        /// Those with this block, by the digest of its id; all of them when it is absent.
        block: Option<Digest>,
    },
    /// Calls a token: asks the network to enforce it.
    RequestActivation {
        /// Which.
        token: TokenRef,
        /// By which device.
        device: SubjectId,
        /// For which of its flows.
        flow: Digest,
        /// For how long.
        duration: Duration,
    },
    /// What the network did about an activation.
    RecordActivation {
        /// Which session.
        session: SessionRef,
        /// What happened.
        outcome: ActivationOutcome,
    },
    /// Asks the network to stop.
    RequestDeactivation {
        /// Which session.
        session: SessionRef,
    },
    /// Lets an active session run longer: as long as is asked for, or else as long as it may.
    ExtendSession {
        /// Which session.
        session: SessionRef,
        /// How much longer, at least 1 ms.
        more: Duration,
    },
    /// The network has stopped, or stopped by itself.
    RecordDeactivation {
        /// Which session.
        session: SessionRef,
        /// Why, when the network did it by itself.
        reason: Option<EndReason>,
    },
    /// Forgets an ended session.
    ForgetSession {
        /// Which.
        session: SessionRef,
    },
    /// Charges delivered quantity: holds and captures.
    ChargeUsage(Charge),
    /// What was measured in one assurance window.
    RecordWindow(Measurement),
    /// The device of a session is served from elsewhere.
    MoveSession {
        /// Which session.
        session: SessionRef,
        /// Where it is, and then where it will be next.
        places: Vec<H3Cell>,
    },
    /// Opens a charging session of a function of the network.
    OpenCharging(Box<NewCharging>),
    /// Reports what was used of a rating group, and asks for more.
    UseLease(Box<LeaseUse>),
    /// Closes a charging session.
    CloseCharging {
        /// Which.
        charging: ChargingId,
        /// The number of the invocation.
        sequence: u32,
    },
}

/// A charging session to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCharging {
    /// Whose tokens serve it.
    pub subscriber: Subscriber,
    /// Where its consumer is told to ask again or to stop.
    pub notify: Option<String>,
    /// The number of the invocation.
    pub sequence: u32,
}

/// One rating group of one invocation of a charging session; the same once more is answered the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseUse {
    /// Which charging session.
    pub charging: ChargingId,
    /// Which rating group.
    pub rating_group: u32,
    /// The number of the invocation, no less than the last one's.
    pub sequence: u32,
    /// The offering whose tokens serve the rating group.
    pub offering: OfferingRef,
    /// What is counted; `None`: what the token counts first.
    pub unit: Option<Unit>,
    /// What was used since the last report, in the unit of the token; `0`: nothing.
    pub used: u64,
    /// What is wanted besides.
    pub want: Want,
}

/// What a report asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// No more.
    Nothing,
    /// The next grant.
    Quota {
        /// How much, at most.
        quantity_max: u64,
        /// For how long.
        validity: Duration,
    },
    /// To charge what is used before it is delivered: all of it, or it is refused.
    Debit,
}

impl LeaseUse {
    /// For how long a grant is wanted.
    pub(crate) const fn validity(&self) -> Duration {
        match self.want {
            Want::Quota { validity, .. } => validity,
            Want::Nothing | Want::Debit => Duration::ZERO,
        }
    }
}

/// Delivered quantity of one token, reported once per (source, sequence).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Which token.
    pub token: TokenRef,
    /// Which meter.
    pub source: SourceRef,
    /// Its number; each is applied once, in any order inside the window.
    pub sequence: u64,
    /// How much.
    pub quantity: u64,
    /// Of what; `None`: of the token's volume, or else of what its price meters first.
    pub unit: Option<Unit>,
}

/// Counts of raw samples over assurance windows of one session; never a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// Which session.
    pub session: SessionRef,
    /// First window.
    pub window: u64,
    /// How many windows in a row these counts are for; more than one only when nothing was measured.
    pub windows: u64,
    /// Samples taken.
    pub samples: u32,
    /// Samples later than the terms allow.
    pub samples_late: u32,
    /// Samples in which less was delivered than promised and offered.
    pub samples_starved: u32,
}

/// What the network said to an activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivationOutcome {
    /// It is enforced.
    Confirmed,
    /// It refused, and enforces nothing.
    Refused,
    /// It cannot be known yet: no answer came.
    Unknown,
}

/// What a customer wants to buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// For whom; the caller itself unless the operator asks.
    pub party: PartyRef,
    /// What.
    pub offering: OfferingRef,
    /// When.
    pub window: Window,
    /// Where.
    pub place: Area,
    /// Which part of it when, where a device is on its way: together they cover the window. Empty: all of it all the time.
    pub stages: Vec<Stage>,
    /// The weakest grade that will do.
    pub grade_min: Grade,
    /// The promotion code that is given.
    pub promotion: Option<String>,
}

/// A part of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// When a device may be there, inside the window that is wished for.
    pub window: Window,
    /// Where it is then.
    pub place: Area,
}

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// For whom.
    pub party: PartyRef,
    /// By accepting a quote, or at once.
    pub by: PurchaseBy,
    /// The device it is bound to, where it is.
    pub device: Option<SubjectId>,
    /// The key that uses of its text are proven with, where they are.
    pub holder: Option<HolderKey>,
    /// Whose wallet pays; `None`: the buyer's own.
    pub payer: Option<PartyRef>,
}

/// Money that was received outside, with where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Whose wallet.
    pub party: PartyRef,
    /// In which currency.
    pub currency: Currency,
    /// How much, at least 1.
    pub amount_minor: i64,
    /// Where it came from.
    pub origin: Origin,
}

/// Something to be done with a wallet that is remembered under an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceOrder {
    /// Whose wallet.
    pub party: PartyRef,
    /// In which currency.
    pub currency: Currency,
    /// How much, at least 1.
    pub amount_minor: i64,
    /// What.
    pub act: BalanceAct,
}

/// What can be done with a wallet and remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BalanceAct {
    /// Add money that was received outside, with where it came from.
    TopUp(Origin),
    /// Give money of the operator's: it is spent first and never paid out.
    Adjust,
    /// Move money to this party's wallet of the same currency.
    Transfer(PartyRef),
    /// Set money aside for so long, at least 1 ms; it comes back by itself.
    Reserve(Duration),
}

/// What the owner of a wallet wants of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletOrder {
    /// Whose wallet.
    pub party: PartyRef,
    /// In which currency.
    pub currency: Currency,
    /// What.
    pub wish: WalletWish,
}

/// What can be wanted of a wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalletWish {
    /// Pay money back to where it came from: so much, at least 1, or all that can be.
    PayOut(Option<i64>),
    /// Move money to another party's wallet of the same currency.
    Transfer {
        /// Whose.
        to: PartyRef,
        /// How much, at least 1.
        amount_minor: i64,
    },
    /// Let a party spend from it.
    Admit(PartyRef),
    /// And take that back.
    Dismiss(PartyRef),
    /// Set how much may be spent, under a number, or take that budget away.
    Budget(u16, Option<BudgetDraft>),
    /// Tell its owner when less than this can be spent, at least 1, or never.
    LowBalance(Option<i64>),
    /// Top it up by itself, or no longer. The progress of the rule is not looked at.
    AutoTopUp(Option<AutoTopUp>),
}

/// A budget as its owner writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetDraft {
    /// What it is about.
    pub scope: Scope,
    /// The most, in minor units, at least 0.
    pub limit_minor: i64,
}

/// The two ways to buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PurchaseBy {
    /// Accepts a firm quote.
    Quote(QuoteId),
    /// Qualifies, prices and buys in one decision.
    Wish(Wish),
}

/// An offering as its product manager writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferingDraft {
    /// Its id.
    pub id: OfferingId,
    /// What people call it.
    pub name: String,
    /// What the network does for it.
    pub capability: Capability,
    /// What else is in it.
    pub also: Capabilities,
    /// The QoS profile that calls it.
    pub qos_profile: String,
    /// What is promised.
    pub terms: Terms,
    /// Its currency.
    pub currency: Currency,
    /// What is paid, and for what.
    pub price: PricePlan,
    /// How the promise is judged.
    pub guarantee: Guarantee,
    /// What a broken promise pays.
    pub remedy: Remedy,
    /// Who may buy it.
    pub eligible: Vec<PartyKind>,
    /// Is the unused part paid back?
    pub refund_unused: bool,
    /// Who else is paid: at most [`PARTNERS_MAX`](crate::limits::PARTNERS_MAX), each once, all of net revenue at most.
    pub partners: Vec<PartnerShare>,
    /// Units needed per resource class.
    pub demand: BTreeMap<crate::state::ResourceClass, Demand>,
    /// Its priority; `None`: the lowest.
    pub arp: Option<Arp>,
    /// May what is unused be given to another party?
    pub transferable: bool,
    /// What it costs to deliver.
    pub cost: Option<Cost>,
}
