//! What a quantity of a token takes from its volume and its money: when it is granted, and when it is reported.
//!
//! A grant sets aside the most that its quantity can cost. A report is paid by what was set aside for it, then by what
//! the customer has besides, and the rest is the operator's: no limit of a customer is passed.

use crate::Rejection;
use crate::budget::{Grant, room_for_charge};
use crate::charging::{earned_more, pays_from_hold};
use crate::command::{LeaseUse, Want};
use crate::limits::REPORTING_GRACE;
use crate::metering::{Metering, Priced};
use crate::settlement::{UsageAmounts, partner_shares, sold, usage_legs};
use crate::state::{Charged, Lease, Meter, Shares, State, Token, TokenRef, TokenState};
use ledger::{AMOUNT_MAX, AccountRef, HoldRef};
use types::{Instant, Unit};

/// What a report does to the books, before anything new is granted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settled {
    pub amounts: UsageAmounts,
    /// The price it had, where the token has several.
    pub meter: Option<Meter>,
    /// The token it was charged to.
    charged: Option<TokenRef>,
    /// What each account has more, or less, to give than the state says: what went back of the grant, less what was paid.
    gains: Vec<(AccountRef, i64)>,
    /// The same of the money that was held when a token was bought.
    of_hold: Option<(TokenRef, i64)>,
    /// The grant that goes back.
    back: Option<Grant>,
}

/// How much can be granted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    /// Is there anything to count?
    pub metered: bool,
    pub quantity: u64,
    /// Money to set aside.
    pub held_minor: i64,
    /// Units to set aside.
    pub units: u64,
    /// Is this all there is?
    pub last: bool,
    /// What the volume has left, where it is what is short.
    left: Option<u64>,
    /// What the money is.
    free_minor: i64,
    /// What all that is wanted could cost.
    wanted_minor: i64,
}

impl Size {
    pub(crate) const fn has_some(&self) -> bool {
        !self.metered || self.quantity > 0
    }

    /// Why nothing can be granted.
    pub(crate) fn refusal(&self, wanted: u64) -> Rejection {
        match self.left {
            Some(left) if left == 0 => Rejection::VolumeExhausted { wanted, left },
            _ => Rejection::InsufficientFunds { needed: self.wanted_minor, available: self.free_minor },
        }
    }
}

impl Settled {
    /// Nothing was reported: all of the grant goes back.
    pub(crate) fn nothing(state: &State, grant: Grant, lease: Option<&Lease>) -> Self {
        let Some(lease) = lease.filter(|lease| lease.granted > 0) else { return Self::default() };
        let held = |hold: HoldRef| state.ledger.hold_at(hold).map(|row| (row.account, row.remaining));
        let gains = [lease.money, lease.units].into_iter().flatten().filter_map(held).collect();
        let of_hold = lease.money.is_none().then_some((lease.token, lease.held_minor));
        Self { gains, of_hold, back: Some(grant), ..Self::default() }
    }

    fn gain(&self, account: AccountRef) -> i64 {
        let own = self.gains.iter().filter(|(gained, _)| *gained == account);
        own.fold(0, |sum, (_, amount)| sum.saturating_add(*amount))
    }

    fn gain_of_hold(&self, token: TokenRef) -> i64 {
        self.of_hold.filter(|(of, _)| *of == token).map_or(0, |(_, amount)| amount)
    }
}

/// Can something be granted from it now?
pub(crate) fn grantable(state: &State, token: &Token, now: Instant) -> bool {
    let usable = matches!(token.state, TokenState::Issued | TokenState::Active);
    usable && is_confirmed(state, token) && token.window.from() <= now && now < token.window.to()
}

/// Can usage of it still be charged? What was delivered of a volume that is used up is booked all the same.
pub(crate) fn reportable(state: &State, token: TokenRef, now: Instant) -> bool {
    let Some(row) = state.token(token) else { return false };
    row.is_live() && is_confirmed(state, row) && now < row.window.to().after(REPORTING_GRACE)
}

/// Is there anything to count: a volume, or a price of what is used?
pub(crate) fn is_metered(state: &State, token: &Token, unit: Option<Unit>) -> bool {
    Metering::of(state, token, unit).is_ok_and(|metering| metering.is_counted())
}

/// How much of what is wanted can be granted, once a report is settled.
pub(crate) fn sized(
    state: &State,
    (at, token): (TokenRef, &Token),
    (wanted, unit): (u64, Option<Unit>),
    (settled, now): (&Settled, Instant),
) -> Size {
    let Ok(metering) = Metering::of(state, token, unit) else { return Size { metered: true, ..Size::default() } };
    if !metering.is_counted() {
        return Size::default();
    }
    let left = token.units.filter(|_| metering.of_volume).map(|account| {
        let left = state.ledger.available(account).unwrap_or(0).saturating_add(settled.gain(account));
        u64::try_from(left).unwrap_or(0)
    });
    let free_minor = free_of(state, (at, token), (settled, now)).clamp(0, AMOUNT_MAX);
    let most = left.map_or(wanted, |left| left.min(wanted));
    let quantity = affordable(&metering, free_minor, most);
    let more = quantity.saturating_add(1);
    let is_all = quantity < wanted
        || left.is_some_and(|left| left < more)
        || metering.most(more).is_none_or(|cost| cost > free_minor);
    Size {
        metered: true,
        quantity,
        held_minor: metering.most(quantity).unwrap_or(0),
        units: if left.is_some() { quantity } else { 0 },
        last: is_all,
        left,
        free_minor,
        wanted_minor: metering.most(wanted).unwrap_or(i64::MAX),
    }
}

/// Charges what was used: to `token`, with what `lease` has set aside.
pub(crate) fn settle(
    state: &State,
    (at, lease): (TokenRef, Option<&Lease>),
    ask: &LeaseUse,
    now: Instant,
) -> Result<Settled, Rejection> {
    let token = state.token(at).ok_or(Rejection::UnknownToken)?;
    let what = sold(state, token);
    let back = Settled::nothing(state, (ask.charging, ask.rating_group), lease);
    let metering = Metering::of(state, token, ask.unit)?;
    let Priced { gross, meter } = metering.price(ask.used, now)?;
    let available = free_of(state, (at, token), (&back, now)).max(0);
    let paid = gross.min(available);
    let overrun = gross.saturating_sub(paid);
    if ask.want == Want::Debit && overrun > 0 {
        return Err(Rejection::InsufficientFunds { needed: gross, available });
    }
    let units = if metering.of_volume { units_used(state, token, ask, &back)? } else { 0 };
    let tax = what.plan.tax_beyond(token.usage_minor, gross);
    let earned = earned_more(state, token, metering.counted(ask.used), now);
    let net = gross.saturating_sub(tax).saturating_add(earned);
    let amounts = UsageAmounts { paid, overrun, tax, earned, partners: partner_shares(what, token, net), units };
    check(state, (token, lease), &amounts)?;
    let mut settled = Settled { amounts, meter, charged: Some(at), ..back };
    match token.hold.filter(|_| pays_from_hold(what.plan)) {
        Some(_) => settled.of_hold = Some((at, settled.gain_of_hold(at).saturating_sub(paid))),
        None => settled.gains.push((token.wallet, paid.saturating_neg())),
    }
    settled.gains.extend(token.units.map(|account| (account, units.saturating_neg())));
    Ok(settled)
}

/// Does what is used come out of the money that was held when the token was bought?
pub(crate) fn own_hold(state: &State, token: &Token) -> Option<HoldRef> {
    token.hold.filter(|_| pays_from_hold(sold(state, token).plan))
}

/// What was charged, as its posting takes it.
pub(crate) fn amounts_of(charged: &Charged) -> UsageAmounts {
    UsageAmounts {
        paid: charged.paid_minor,
        overrun: charged.overrun_minor,
        tax: charged.tax_minor,
        earned: charged.earned_minor,
        partners: Shares::of(charged.partner_minor, charged.others_minor.as_deref()),
        units: i64::try_from(charged.units).expect("units were checked to fit"),
    }
}

/// The whole posting, with the grant given back before it.
fn check(state: &State, (token, lease): (&Token, Option<&Lease>), amounts: &UsageAmounts) -> Result<(), Rejection> {
    let mut freed: Vec<(HoldRef, i64)> = Vec::new();
    let granted = lease.filter(|lease| lease.granted > 0);
    for hold in granted.into_iter().flat_map(|lease| [lease.money, lease.units]).flatten() {
        freed.push((hold, state.ledger.hold_at(hold).map_or(0, |row| row.remaining)));
    }
    if let (Some(hold), 1..) = (own_hold(state, token), amounts.paid) {
        freed.push((hold, amounts.paid));
    }
    Ok(state.ledger.check_posting_freeing(&freed, usage_legs(state, token, amounts).as_slice())?)
}

fn units_used(state: &State, token: &Token, ask: &LeaseUse, back: &Settled) -> Result<i64, Rejection> {
    let Some(account) = token.units else { return Ok(0) };
    let left = state.ledger.available(account).unwrap_or(0).saturating_add(back.gain(account));
    let left = u64::try_from(left).unwrap_or(0);
    if ask.want == Want::Debit && ask.used > left {
        return Err(Rejection::VolumeExhausted { wanted: ask.used, left });
    }
    i64::try_from(ask.used.min(left)).map_err(|_| Rejection::QuantityOutOfRange)
}

/// What can be set aside for it: of its own hold what is neither fee nor leased, or else what the wallet and its budgets
/// have free.
fn free_of(state: &State, (at, token): (TokenRef, &Token), (settled, now): (&Settled, Instant)) -> i64 {
    let Some(hold) = own_hold(state, token) else {
        let free = state.ledger.available(token.wallet).unwrap_or(0).saturating_add(settled.gain(token.wallet));
        let spent = if settled.charged == Some(at) { settled.amounts.paid } else { 0 };
        let room = room_for_charge(state, token, now, settled.back).map_or(i64::MAX, |room| room.saturating_sub(spent));
        return free.min(room);
    };
    let unpaid_fee = token.fee_minor.saturating_sub(token.fee_paid_minor);
    let remaining = state.ledger.hold_at(hold).map_or(0, |row| row.remaining);
    let free = remaining.saturating_sub(unpaid_fee).saturating_sub(state.leased_minor(at));
    free.saturating_add(settled.gain_of_hold(at))
}

/// The largest quantity up to `most` that can cost at most this.
fn affordable(metering: &Metering<'_>, free_minor: i64, most: u64) -> u64 {
    let fits = |quantity: u64| metering.most(quantity).is_some_and(|cost| cost <= free_minor);
    if fits(most) {
        return most;
    }
    let (mut low, mut high) = (0_u64, most);
    while low.saturating_add(1) < high {
        let middle = low.midpoint(high);
        if fits(middle) { low = middle } else { high = middle }
    }
    low
}

fn is_confirmed(state: &State, token: &Token) -> bool {
    sold(state, token).offering.demand.is_empty() || token.confirmed
}
