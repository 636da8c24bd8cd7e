//! What is known of a wallet beyond its account: who may spend from it and how much, when its owner is told, how it is
//! topped up, and where its money came from.
//!
//! Rules and origins are kept apart: a charge looks only at the rules, and only where there are some.

use crate::state::{OfferingRef, PartyRef, TokenRef};
use ledger::AccountRef;
use minicbor::{Decode, Encode};
use std::collections::{BTreeMap, BTreeSet};
use types::{Instant, PaymentId};

/// Minutes east of UTC, from -840 to 840: where the days and months of a budget begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct UtcOffset(#[n(0)] i16);

/// How often a budget begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Period {
    /// At midnight.
    #[n(0)]
    Day,
    /// On the first of the month.
    #[n(1)]
    Month,
    /// Never.
    #[n(2)]
    Ever,
}

/// What a budget is about: whose spending, on what, and since when it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Scope {
    /// Of whom; `None`: of everybody who spends from the wallet.
    #[n(0)]
    pub member: Option<PartyRef>,
    /// On what; `None`: on everything.
    #[n(1)]
    pub offering: Option<OfferingRef>,
    /// How often it begins anew.
    #[n(2)]
    pub period: Period,
    /// Where its days and months begin.
    #[n(3)]
    pub utc_offset: UtcOffset,
}

/// The most that may be spent from a wallet in a period. What is held for a purchase counts as spent from the purchase on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Budget {
    /// What it is about.
    #[n(0)]
    pub scope: Scope,
    /// The most, in minor units, gross.
    #[n(1)]
    pub limit_minor: i64,
    /// The first token that it counts: what was bought before cannot give back what was never counted.
    #[n(2)]
    pub from_token: TokenRef,
    /// The period that was counted last.
    #[n(3)]
    pub counted_in: u32,
    /// What was spent, or is held, in that period.
    #[n(4)]
    pub spent_minor: i64,
}

/// Tops a wallet up by itself.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct AutoTopUp {
    /// When less than this can be spent, in minor units.
    #[n(0)]
    pub below_minor: i64,
    /// By so much.
    #[n(1)]
    pub amount_minor: i64,
    /// Who pays, in the words of the operator's payment service: never a card number, nor anything else personal.
    #[n(2)]
    pub reference: String,
    /// The most that is asked for in a day.
    #[n(3)]
    pub day_max_minor: i64,
    /// Where days begin.
    #[n(4)]
    pub utc_offset: UtcOffset,
    /// What became of it so far.
    #[n(5)]
    pub progress: Progress,
}

/// What became of a rule of automatic top-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Progress {
    /// The payment that is being asked for.
    #[n(0)]
    pub pending: Option<PaymentId>,
    /// The day that was counted last.
    #[n(1)]
    pub counted_in: u32,
    /// What was asked for on it and not declined.
    #[n(2)]
    pub asked_minor: i64,
    /// Payments declined in a row; as many as [`DECLINES_MAX`](crate::limits::DECLINES_MAX) pause the rule.
    #[n(3)]
    pub declines: u32,
    /// When the last one was.
    #[n(4)]
    pub declined_at: Option<Instant>,
}

/// The rules of a wallet; one without any has no row.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct WalletRules {
    /// Whose wallet it is.
    #[n(0)]
    pub owner: PartyRef,
    /// Who else may spend from it.
    #[n(1)]
    pub members: BTreeSet<PartyRef>,
    /// How much may be spent, by number.
    #[n(2)]
    pub budgets: BTreeMap<u16, Budget>,
    /// Its owner is told when less than this can be spent.
    #[n(3)]
    pub low_below_minor: Option<i64>,
    /// How it is topped up by itself.
    #[n(4)]
    pub auto_top_up: Option<AutoTopUp>,
}

/// A change of a rule that is not a budget.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum WalletRule {
    /// A party may spend from the wallet.
    #[n(0)]
    Admitted(#[n(0)] PartyRef),
    /// It may not any more; its budgets are gone.
    #[n(1)]
    Dismissed(#[n(0)] PartyRef),
    /// The owner is told when less than this can be spent, or no longer.
    #[n(2)]
    LowBalance(#[n(0)] Option<i64>),
    /// How the wallet is topped up by itself, or no longer.
    #[n(3)]
    AutoTopUp(#[n(0)] Option<Box<AutoTopUp>>),
}

/// Where money in a wallet came from.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Origin {
    /// Nobody said: it is not paid out by itself.
    #[n(0)]
    Unstated,
    /// A payment, in the words of the operator's payment service: it can be paid back there.
    #[n(1)]
    Payment(#[n(0)] String),
    /// A present of the operator: it is spent first and never paid out.
    #[n(2)]
    Promotion,
}

/// Money of one origin in a wallet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Lot {
    /// Its number in its wallet; never used again.
    #[n(0)]
    pub number: u32,
    /// Where it came from.
    #[n(1)]
    pub origin: Origin,
    /// What came and was not paid or given on: refunds never make `left` more.
    #[n(2)]
    pub brought_minor: i64,
    /// What was left of it when the wallet was last looked at, before what was spent since.
    #[n(3)]
    pub left_minor: i64,
}

/// The money of a wallet by where it came from, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Lots {
    /// The number of the next.
    #[n(0)]
    pub next: u32,
    /// The lots.
    #[n(1)]
    pub lots: Vec<Lot>,
}

/// Which way a payment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum PaymentKind {
    /// Into the wallet.
    #[n(0)]
    TopUp,
    /// Out of it, from the lot of this number, back to where it came from.
    #[n(1)]
    Payout(#[n(0)] u32),
}

/// A payment that the operator's payment service is asked for, until it is known what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Payment {
    /// Its id: the key under which it is asked for, however often.
    #[n(0)]
    pub id: PaymentId,
    /// Of which wallet.
    #[n(1)]
    pub wallet: AccountRef,
    /// Whose wallet it is.
    #[n(2)]
    pub owner: PartyRef,
    /// Which way.
    #[n(3)]
    pub kind: PaymentKind,
    /// From or to whom, in the words of the payment service.
    #[n(4)]
    pub reference: String,
    /// How much, in minor units.
    #[n(5)]
    pub amount_minor: i64,
    /// Since when it is asked for.
    #[n(6)]
    pub requested_at: Instant,
}

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum PaymentOutcome {
    /// The money has moved.
    #[n(0)]
    Approved,
    /// It has not, and will not.
    #[n(1)]
    Declined,
}

/// Who bought a token that was given away since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Bought {
    /// The token as it was bought.
    #[n(0)]
    pub token: TokenRef,
    /// By whom: whose budgets count it.
    #[n(1)]
    pub party: PartyRef,
    /// When.
    #[n(2)]
    pub at: Instant,
}

impl UtcOffset {
    /// The furthest that any place is from UTC, in minutes.
    pub const MINUTES_MAX: i16 = 14 * 60;

    /// So many minutes east of UTC; `None` beyond [`UtcOffset::MINUTES_MAX`] either way.
    pub fn from_minutes(minutes: i16) -> Option<Self> {
        (-Self::MINUTES_MAX..=Self::MINUTES_MAX).contains(&minutes).then_some(Self(minutes))
    }

    /// Minutes east of UTC.
    pub const fn minutes(self) -> i16 {
        self.0
    }
}

impl Scope {
    /// Does it count what `party` spends on `offering`?
    pub fn counts(&self, party: PartyRef, offering: OfferingRef) -> bool {
        self.member.is_none_or(|member| member == party) && self.offering.is_none_or(|only| only == offering)
    }

    /// The number of the period that an instant is in.
    pub fn period_of(&self, at: Instant) -> u32 {
        match self.period {
            Period::Day => day_of(at, self.utc_offset),
            Period::Month => month_of(day_of(at, self.utc_offset)),
            Period::Ever => 0,
        }
    }
}

impl Budget {
    /// What was spent, or is held, in the period of `at`.
    pub fn spent_at(&self, at: Instant) -> i64 {
        if self.counted_in == self.scope.period_of(at) { self.spent_minor } else { 0 }
    }

    /// What may still be spent in the period of `at`.
    pub fn room_at(&self, at: Instant) -> i64 {
        self.limit_minor.saturating_sub(self.spent_at(at)).max(0)
    }

    /// Counts a change of what was spent; a new period begins at zero.
    pub(crate) fn count(&mut self, change_minor: i64, at: Instant) {
        let spent = self.spent_at(at).saturating_add(change_minor).max(0);
        (self.counted_in, self.spent_minor) = (self.scope.period_of(at), spent);
    }
}

impl WalletRules {
    /// Of a wallet that has none yet.
    pub(crate) const fn none(owner: PartyRef) -> Self {
        Self { owner, members: BTreeSet::new(), budgets: BTreeMap::new(), low_below_minor: None, auto_top_up: None }
    }

    /// Is there no rule at all?
    pub(crate) fn is_none(&self) -> bool {
        self.members.is_empty()
            && self.budgets.is_empty()
            && self.low_below_minor.is_none()
            && self.auto_top_up.is_none()
    }
}

impl AutoTopUp {
    /// What was asked for on the day of `at`.
    pub fn asked_at(&self, at: Instant) -> i64 {
        if self.progress.counted_in == day_of(at, self.utc_offset) { self.progress.asked_minor } else { 0 }
    }

    /// Are the two on one of its days?
    pub(crate) fn is_same_day(&self, one: Instant, other: Instant) -> bool {
        day_of(one, self.utc_offset) == day_of(other, self.utc_offset)
    }

    /// Was it declined so often that it is not asked for any more?
    pub const fn is_paused(&self) -> bool {
        self.progress.declines >= crate::limits::DECLINES_MAX
    }

    /// Counts a change of what was asked for.
    pub(crate) fn count(&mut self, change_minor: i64, at: Instant) {
        let asked = self.asked_at(at).saturating_add(change_minor).max(0);
        (self.progress.counted_in, self.progress.asked_minor) = (day_of(at, self.utc_offset), asked);
    }
}

const DAY_MS: i128 = 86_400_000;
const MINUTE_MS: i128 = 60_000;

/// Days since 1 January 1970 where clocks are this far from UTC; what lies before is the first of them.
fn day_of(at: Instant, offset: UtcOffset) -> u32 {
    let local = i128::from(at.as_ms()).saturating_add(i128::from(offset.minutes()).saturating_mul(MINUTE_MS));
    u32::try_from(local.div_euclid(DAY_MS).max(0)).unwrap_or(u32::MAX)
}

/// Months since January of year 0 of the proleptic Gregorian calendar. Its years are counted from 1 March, so that the leap
/// day is the last of one and every month begins at `(153 m + 2) / 5` days.
fn month_of(day: u32) -> u32 {
    // From 1 March of year 0 to 1 January 1970.
    let days = u64::from(day).saturating_add(719_468);
    let (era, in_era) = (days / 146_097, days % 146_097);
    let leapless =
        in_era.saturating_sub(in_era / 1_460).saturating_add(in_era / 36_524).saturating_sub(in_era / 146_096);
    let year_of_era = leapless / 365;
    let before = year_of_era.saturating_mul(365).saturating_add(year_of_era / 4).saturating_sub(year_of_era / 100);
    let in_year = in_era.saturating_sub(before);
    let from_march = in_year.saturating_mul(5).saturating_add(2) / 153;
    let years = era.saturating_mul(400).saturating_add(year_of_era);
    u32::try_from(years.saturating_mul(12).saturating_add(from_march).saturating_add(2)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&str, u64, i16, u32, u32)] = &[
        ("1970-01-01T00:00Z", 0, 0, 0, 1970 * 12),
        ("2024-02-28T23:59Z, at the end of the day", 1_709_164_740_000, 0, 19_781, 2024 * 12 + 1),
        ("2024-02-29T00:00Z, the leap day", 1_709_164_800_000, 0, 19_782, 2024 * 12 + 1),
        ("2024-03-01T00:00Z", 1_709_251_200_000, 0, 19_783, 2024 * 12 + 2),
        ("2023-12-31T23:30Z, in Stockholm it is next year", 1_704_065_400_000, 60, 19_723, 2024 * 12),
        ("2024-01-01T00:30Z, in New York it is last year", 1_704_069_000_000, -300, 19_722, 2023 * 12 + 11),
        ("2100-02-28T12:00Z, which is no leap year", 4_107_499_200_000, 0, 47_540, 2100 * 12 + 1),
        ("2100-03-01T12:00Z, a day later", 4_107_585_600_000, 0, 47_541, 2100 * 12 + 2),
    ];

    #[test]
    fn days_and_months_begin_where_clocks_say() {
        for &(what, ms, minutes, day, month) in CASES {
            let offset = UtcOffset::from_minutes(minutes).expect("an offset");
            let at = Instant::from_ms(ms);
            assert_eq!((day_of(at, offset), month_of(day_of(at, offset))), (day, month), "{what}");
        }
        assert_eq!(UtcOffset::from_minutes(841), None);
    }
}
