//! Every way the engine says no.
//!
//! One variant is one problem code and one page of documentation. The order of this list is the precedence: when a
//! command breaks several rules, the caller is told of the first one here. A rejection changes nothing.

use crate::state::{Capability, SessionState, TokenState};
use std::fmt;
use types::{Duration, Instant, Month};

/// What kind of "no" it is; `northbound` turns it into a status of its own protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The caller may not do this.
    Forbidden,
    /// There is no such thing, or it is not the caller's to see.
    NotFound,
    /// The command itself makes no sense.
    Malformed,
    /// It contradicts what already is.
    Conflict,
    /// It was, and is no more.
    Gone,
    /// The wallet cannot pay.
    Unpayable,
    /// The network cannot promise it.
    Unpromisable,
    /// A named limit is reached.
    Limited,
}

macro_rules! rejections {
    ($($(#[doc = $doc:literal])+ $name:ident $({ $($(#[$fdoc:meta])* $field:ident: $type:ty),+ $(,)? })? = $code:literal, $class:ident, $accepted:literal;)+) => {
        /// A value the caller gets instead of events. Its fields say how far off the command was.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Rejection {
            $($(#[doc = $doc])+ $name $({ $($(#[$fdoc])* $field: $type),+ })?,)+
        }

        impl Rejection {
            /// Every rejection in order of precedence: problem code, class, meaning, what would be accepted.
            pub const ALL: &'static [Page] = &[
                $(Page { code: $code, class: Class::$class, meaning: concat!($($doc),+), accepted: $accepted },)+
            ];

            /// Its problem code, for example `capacity-exhausted`.
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$name $({ $($field: _),+ })? => $code,)+ }
            }

            /// What kind of "no" it is.
            pub const fn class(&self) -> Class {
                match self { $(Self::$name $({ $($field: _),+ })? => Class::$class,)+ }
            }

            /// What it means, in one sentence.
            pub const fn meaning(&self) -> &'static str {
                match self { $(Self::$name $({ $($field: _),+ })? => concat!($($doc),+),)+ }
            }

            /// What would be accepted instead.
            pub const fn accepted(&self) -> &'static str {
                match self { $(Self::$name $({ $($field: _),+ })? => $accepted,)+ }
            }
        }
    };
}

/// The documentation of one rejection.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Problem code.
    pub code: &'static str,
    /// Kind of "no".
    pub class: Class,
    /// What it means.
    pub meaning: &'static str,
    /// What would be accepted instead.
    pub accepted: &'static str,
}

rejections! {
    /// The cell has no operator yet.
    NotFounded = "not-founded", Conflict, "Found the cell first; `tessera serve` does it on its first start.";
    /// The idempotency key was already used for a different request.
    KeyReused = "idempotency-key-reused", Conflict, "A new key for a new request; the same key only with the same request.";
    /// The cell already has an operator.
    AlreadyFounded = "already-founded", Conflict, "A cell is founded once; use another data folder for another cell.";
    /// The caller's role does not allow this command.
    RoleNotAllowed = "role-not-allowed", Forbidden, "Use a credential whose role allows it: operator, customer or meter.";
    /// The caller is no party of this cell.
    UnknownParty = "unknown-party", NotFound, "Register the party first, and use its `pty_…` id.";
    /// Giver and receiver are the same party.
    SameParty = "same-party", Malformed, "Another party of the same brand.";
    /// There is no such offering.
    UnknownOffering = "unknown-offering", NotFound, "An `off_…` id from the list of offerings.";
    /// There is no such quote, or it is another party's.
    UnknownQuote = "unknown-quote", NotFound, "A `quo_…` id that was issued to you.";
    /// There is no such token, or it is another party's.
    UnknownToken = "unknown-token", NotFound, "A `tok_…` id of a token you hold.";
    /// There is no such session, or it is another party's.
    UnknownSession = "unknown-session", NotFound, "A `ses_…` id of a session of a token you hold.";
    /// There is no such resource.
    UnknownResource = "unknown-resource", NotFound, "A `res_…` id of a resource that was defined.";
    /// There is no such background profile.
    UnknownProfile = "unknown-profile", NotFound, "The number of a background profile that was set.";
    /// There is no such meter.
    UnknownSource = "unknown-source", NotFound, "Register the meter first and use its `src_…` id.";
    /// There is no such payment, or it is known what became of it.
    UnknownPayment = "unknown-payment", NotFound, "A `pay_…` id of a payment that is being asked for.";
    /// This sequence number is older than the window in which repeats can be told apart.
    SequenceTooOld {
        /// The oldest sequence number that can still be judged.
        oldest: u64,
    } = "sequence-too-old", Conflict, "Sequence numbers within 1,024 of the highest one sent by this meter.";
    /// There is no such charging session, or it is another consumer's.
    UnknownCharging = "unknown-charging", NotFound, "A `chg_…` id that was given to you, not long after it was closed.";
    /// No live token is bound to this subscriber.
    UnknownSubscriber = "unknown-subscriber", NotFound, "A subscriber that holds a token which is not over.";
    /// The invocation is older than the last one of its charging session.
    InvocationOutOfOrder {
        /// The number of the last one.
        last: u32,
    } = "invocation-out-of-order", Conflict, "A number no less than that of the last invocation.";
    /// The charging session is closed.
    ChargingClosed = "charging-closed", Gone, "A new charging session.";
    /// The subscriber has as many open charging sessions as it may have.
    TooManyChargings {
        /// The most open charging sessions of a subscriber.
        chargings_max: u32,
    } = "too-many-chargings", Limited, "Close a charging session first.";
    /// The charging session has as many rating groups as it may have.
    TooManyRatingGroups {
        /// The most rating groups of a charging session.
        groups_max: u32,
    } = "too-many-rating-groups", Limited, "A rating group that the session has, or another session.";
    /// No token of the subscriber serves the rating group now.
    NothingServes = "nothing-serves", Unpayable, "A rating group of an offering that the subscriber holds a token of, in its window.";
    /// Something with this id exists already.
    AlreadyExists = "already-exists", Conflict, "An id that is not in use.";
    /// The offering is no longer sold.
    OfferingRetired = "offering-retired", Gone, "An offering whose status is `published`.";
    /// The offering is not for this kind of party.
    NotEligible = "not-eligible", Forbidden, "An offering whose eligibility names your kind of party.";
    /// The offering's priority is for parties that are authorised for it.
    PriorityNotAuthorised {
        /// The highest priority the party may buy.
        level_min: u8,
    } = "priority-not-authorised", Forbidden, "An offering of the priority named or a lower one; an operator authorises a party for levels 1 to 8.";
    /// No driver of this cell delivers a capability that the offering needs.
    NoDriver {
        /// Which one.
        capability: Capability,
    } = "no-driver", Unpromisable, "An offering of capabilities that a driver of this cell delivers.";
    /// The quote was accepted already.
    QuoteAccepted = "quote-accepted", Conflict, "Each quote is accepted once; ask for another.";
    /// The quote's time is over.
    QuoteExpired {
        /// When it expired.
        expired_at: Instant,
    } = "quote-expired", Gone, "A fresh quote, accepted before its `expires_at`.";
    /// The party has as many open quotes as it may have.
    TooManyQuotes {
        /// The most open quotes a party may have.
        quotes_max: u32,
    } = "too-many-quotes", Limited, "Accept a quote or let one expire first.";
    /// A text is empty or longer than its limit.
    TextOutOfRange {
        /// The longest that is accepted, in bytes.
        bytes_max: u32,
    } = "text-out-of-range", Malformed, "A text of at least one byte and at most the limit that is named.";
    /// A quantity is zero, negative or too large to count.
    QuantityOutOfRange = "quantity-out-of-range", Malformed, "A quantity from 1 to 9,007,199,254,740,991.";
    /// A share or percentile is outside its range.
    ShareOutOfRange = "share-out-of-range", Malformed, "Shares between 0 and 1,000,000 parts per million.";
    /// A list is empty, too long, or has two entries for one thing.
    ListOutOfRange {
        /// The most entries that are accepted.
        entries_max: u32,
    } = "list-out-of-range", Malformed, "At least one entry, none twice, at most the limit that is named.";
    /// Bid prices are in another currency than those beside which they would be in force.
    MixedCurrency = "mixed-currency", Conflict, "The currency of the bid prices in force, or a table that takes the place of all of them.";
    /// Nothing is sold in this currency.
    CurrencyNotSold = "currency-not-sold", Malformed, "The currency of an offering that was published.";
    /// Guard rails contradict themselves, or name an amount where offerings of any currency are meant.
    GuardRailsUnsound = "guard-rails-unsound", Malformed, "A floor no higher than the cap, shares and bounds of at most a hundred times the plan's price, and amounts in the rails of one offering only.";
    /// Two rates of a component of the price apply at one moment and place.
    PriceRulesOverlap {
        /// Which component, from 0.
        component: u8,
        /// One of its rates.
        rate: u8,
        /// The other.
        other: u8,
    } = "price-rules-overlap", Malformed, "Rates of which one, and one only, applies at every moment and place.";
    /// A component of the price has no rate for what its conditions leave out.
    PriceRateMissing {
        /// Which component, from 0.
        component: u8,
    } = "price-rate-missing", Malformed, "One rate without a condition in every component.";
    /// The tiers of a rate do not follow one another, or the last one ends.
    PriceTiersUnordered {
        /// Which component, from 0.
        component: u8,
        /// Which of its rates.
        rate: u8,
    } = "price-tiers-unordered", Malformed, "Tiers that each end after the one before, and a last one without an end.";
    /// Two components of the price meter one unit.
    PriceUnitAmbiguous = "price-unit-ambiguous", Malformed, "One component for each unit.";
    /// Components of the price recur in periods of different lengths.
    PricePeriodsDiffer = "price-periods-differ", Malformed, "Periods of one length in everything that recurs.";
    /// What recurs is held for at purchase as well.
    PriceHeldRecurring = "price-held-recurring", Malformed, "No held quantity in a price that recurs.";
    /// Hours of a rate end before they begin, or name no day.
    PriceHoursUnsound {
        /// Which component, from 0.
        component: u8,
        /// Which of its rates.
        rate: u8,
    } = "price-hours-unsound", Malformed, "Hours of some day, that begin before they end.";
    /// A discount of the price is of a component that it does not have, or that is paid as it is delivered.
    PriceDiscountUnfounded {
        /// Which discount, from 0.
        discount: u8,
    } = "price-discount-unfounded", Malformed, "Discounts of components that are paid at purchase or each period, on dates in their order.";
    /// Volume comes over where there are no periods, or no volume.
    RolloverUnfounded = "rollover-unfounded", Malformed, "A volume, and a price that recurs.";
    /// An offering keeps its currency.
    PriceCurrencyFixed = "price-currency-fixed", Conflict, "A price in the currency of the offering; another offering for another currency.";
    /// The price of the offering was changed as often as it can be.
    TooManyPrices {
        /// The most versions of a price.
        versions_max: u32,
    } = "too-many-prices", Limited, "Another offering.";
    /// No discount is given for this promotion code here and now.
    UnknownPromotion = "unknown-promotion", Conflict, "A code of the offering's price, for this party, in its time; or none.";
    /// The token has neither a volume nor a price in this unit.
    UnitNotSold = "unit-not-sold", Conflict, "The unit of the token's volume, or one that its price meters.";
    /// The window is in the past, or already running for too long to be sold.
    WindowInPast = "window-in-past", Malformed, "A window that ends in the future and starts no earlier than now.";
    /// The window is longer than this offering is sold for.
    WindowTooLong {
        /// The longest window of this offering.
        length_max: Duration,
    } = "window-too-long", Malformed, "A window no longer than the offering's `window_length_max`.";
    /// The window ends beyond the calendar.
    WindowBeyondCalendar = "window-beyond-calendar", Malformed, "A window that ends within two years.";
    /// The stages of a way leave a part of the window out.
    StagesIncomplete = "stages-incomplete", Malformed, "Stages inside the window that together cover it.";
    /// The session would outlast the token's window.
    DurationOutOfRange {
        /// The longest duration that is accepted.
        duration_max: Duration,
    } = "duration-out-of-range", Malformed, "A duration that ends inside the token's window.";
    /// The token is not in a state that allows this.
    TokenNotUsable {
        /// The state it is in.
        state: TokenState,
    } = "token-not-usable", Conflict, "A token that is issued or active.";
    /// As many blocks of the token's texts are revoked as can be.
    TooManyRevocations {
        /// The most revoked blocks a token may have.
        revocations_max: u32,
    } = "too-many-revocations", Limited, "Revoke the whole entitlement: name no block.";
    /// The token's window has not begun or is over.
    OutsideTokenWindow = "outside-token-window", Conflict, "A call inside the token's window.";
    /// What is left of the token cannot be given away.
    NotTransferable = "not-transferable", Conflict, "A token whose offering is transferable, and whose usage is not paid as it is delivered; part of a volume only where nothing of the network is held for it.";
    /// The token, or the entitlement that was presented, is narrower than this call.
    TokenNarrower = "token-narrower-than-call", Forbidden, "A call within the device, place, time and quantities of the token.";
    /// The session is not in a state that allows this.
    SessionNotUsable {
        /// The state it is in.
        state: SessionState,
    } = "session-not-usable", Conflict, "A session in the state that the command needs.";
    /// The device already has a session for this flow, or the token already has one.
    SessionConflict = "session-conflict", Conflict, "Delete the existing session first.";
    /// No radio cell of the network covers the place.
    NotCovered = "not-covered", Unpromisable, "A place inside the coverage of the network.";
    /// The terms cannot be promised on what covers the place.
    NotPromisable = "not-promisable", Unpromisable, "An offering with looser terms, or another place; no other window helps.";
    /// The network has no room for it in some slot.
    CapacityExhausted {
        /// Start of the first slot that is short.
        slot_at: Instant,
        /// Units that were wanted.
        wanted: u64,
        /// Units that are free.
        free: u64,
    } = "capacity-exhausted", Unpromisable, "A window, place or rate that still fits; the qualification names the nearest.";
    /// Firm quotes already hold their share of what is free.
    QuoteShareExhausted = "quote-share-exhausted", Limited, "Buy without a quote, or ask again when other quotes have expired.";
    /// A sum would exceed what the books can count.
    BookOverflow = "book-overflow", Malformed, "Amounts that stay below 9,223,372,036,854,775,807 minor units in total.";
    /// What is left of the token's volume does not cover the quantity.
    VolumeExhausted {
        /// Units that were wanted.
        wanted: u64,
        /// Units that are left.
        left: u64,
    } = "volume-exhausted", Unpayable, "A quantity of at most what is left, or another token.";
    /// The party has no wallet in this currency.
    UnknownWallet = "unknown-wallet", NotFound, "Open a wallet in the currency of the offering first.";
    /// The wallet's owner has not admitted the party.
    NotAdmitted = "not-admitted", Forbidden, "The buyer's own wallet, or one whose owner admitted the buyer as a member.";
    /// There is no budget of this number on the wallet.
    UnknownBudget = "unknown-budget", NotFound, "The number of a budget that is set.";
    /// The wallet is not topped up by itself.
    NoAutoTopUp = "no-auto-top-up", NotFound, "A wallet that has a rule of automatic top-up.";
    /// The wallet has as many members, budgets or open payments as it may have.
    TooManyRules {
        /// The most a wallet may have.
        rules_max: u32,
    } = "too-many-rules", Limited, "Dismiss a member or wait for a payment first; a budget has a number from 1 to the most that is named.";
    /// A budget of the wallet has no room for it.
    BudgetExceeded {
        /// What is needed, in minor units.
        needed: i64,
        /// What the tightest of the budgets that count it leaves, in minor units.
        available: i64,
    } = "budget-exceeded", Unpayable, "Something smaller, the budget's next period, or a higher limit from the wallet's owner.";
    /// The wallet cannot pay.
    InsufficientFunds {
        /// What is needed, in minor units.
        needed: i64,
        /// What is available, credit included, in minor units.
        available: i64,
    } = "insufficient-funds", Unpayable, "Top up the wallet or buy something smaller.";
    /// Less of the money in the wallet can be paid back to where it came from.
    PayoutExceeded {
        /// What is needed, in minor units.
        needed: i64,
        /// What came from payments and is neither spent nor held, in minor units.
        available: i64,
    } = "payout-exceeded", Unpayable, "At most what is available; promotional money, and money whose origin was not stated, is not paid out.";
    /// The credit limit is below what is already owed or held.
    CreditLimitTooLow = "credit-limit-too-low", Conflict, "A limit that covers what is already owed and held.";
    /// The month is closed already.
    PeriodClosed = "period-closed", Conflict, "The month after the last that is closed; what is to be corrected goes into one that is open.";
    /// Months are closed one after the other.
    PeriodOutOfOrder {
        /// The month that is next.
        next: Month,
    } = "period-out-of-order", Conflict, "The month after the last that is closed.";
    /// The month is not over yet.
    PeriodNotOver {
        /// When it is.
        ends_at: Instant,
    } = "period-not-over", Conflict, "A month that is over in UTC.";
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.meaning().trim())
    }
}

impl std::error::Error for Rejection {}

impl From<ledger::LedgerError> for Rejection {
    fn from(error: ledger::LedgerError) -> Self {
        crate::settlement::rejection_of_ledger(error)
    }
}

impl From<capacity::CapacityError> for Rejection {
    fn from(error: capacity::CapacityError) -> Self {
        crate::qualification::rejection_of_capacity(error)
    }
}
