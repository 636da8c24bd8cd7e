//! What events post, as rows for the books of finance: who, for what, when, how much.
//!
//! The ledger says which legs were posted, so that they are written down in one place only; what they were about follows
//! from the event and the state after it. Usage comes in great numbers: it is added up by token and hour.

use engine::ledger::{Account, AccountKind, AccountRef, Asset, Leg};
use engine::state::{Capability, Meter, PartyRef, State, TokenRef};
use engine::{Event, MarketEvent, counted_in, state};
use journal::{Posting, Recorded};
use std::borrow::Cow;
use std::collections::BTreeMap;
use types::Instant;

/// What was delivered of a token, and the price it had where there are several.
#[derive(Clone, Copy)]
struct Delivered {
    token: TokenRef,
    quantity: u64,
    meter: Option<Meter>,
}

/// Collects what is posted until it is taken.
#[derive(Debug, Default)]
pub struct Recorder {
    /// Whose account it is, by its number.
    owners: Vec<Option<PartyRef>>,
    usage: BTreeMap<(u64, TokenRef, Option<Meter>), Vec<Posting>>,
    single: Vec<Posting>,
    legs: Vec<Leg>,
}

/// What an event is about, as far as its postings go.
#[derive(Clone, Copy, Default)]
struct About {
    token: Option<TokenRef>,
    customer: Option<PartyRef>,
    offering: Option<state::OfferingRef>,
    capability: Option<Capability>,
    price: Option<Meter>,
}

impl Recorder {
    /// One that knows whose the accounts of `state` are.
    pub fn new(state: &State) -> Self {
        let mut recorder = Self::default();
        recorder.owners.resize(state.ledger.accounts().count(), None);
        for (party, row) in (0_u32..).zip(&state.parties) {
            let accounts = row.wallets.values().chain(row.payable.values());
            accounts.for_each(|account| recorder.owns(*account, PartyRef::from_index(party)));
        }
        recorder
    }

    /// Rows that wait to be taken.
    pub fn len(&self) -> usize {
        self.single.len() + self.usage.len()
    }

    /// Does nothing wait?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Notes what `recorded` has just posted: `state` is the one after it, whose ledger was listening.
    pub fn note(&mut self, state: &mut State, recorded: Recorded<&Event>) {
        // The operator's own accounts are nobody's; a volume goes with its token, whoever holds that.
        if let &Event::AccountOpened { account, kind, party, .. } = recorded.event
            && matches!(kind, AccountKind::Wallet | AccountKind::PartnerPayable)
        {
            self.owns(account, party);
        }
        let mut legs = std::mem::take(&mut self.legs);
        state.ledger.take_posted(&mut legs);
        match recorded.event {
            // What is free of charge was delivered all the same.
            &Event::UsageCharged { token, quantity, meter, .. } if quantity > 0 => {
                self.note_usage(state, recorded, Delivered { token, quantity, meter }, &legs);
            }
            &Event::LeaseCharged { token, quantity, ref amounts, .. } if quantity > 0 => {
                self.note_usage(state, recorded, Delivered { token, quantity, meter: amounts.meter }, &legs);
            }
            _ if legs.is_empty() => {}
            event => {
                let about = About::of(state, token_of(state, event));
                let slot = i64::try_from(recorded.seq).unwrap_or(i64::MAX);
                let mut rows: Vec<Posting> = Vec::new();
                for leg in &legs {
                    add(&mut rows, *leg, || self.row(state, recorded, (slot, about), leg.account));
                }
                self.single.append(&mut rows);
            }
        }
        legs.clear();
        self.legs = legs;
    }

    /// Takes what was noted so far, in order.
    pub fn take(&mut self) -> Vec<Posting> {
        let usage = std::mem::take(&mut self.usage).into_values().flatten();
        usage.chain(std::mem::take(&mut self.single)).collect()
    }

    fn note_usage(
        &mut self,
        state: &State,
        recorded: Recorded<&Event>,
        Delivered { token, quantity, meter }: Delivered,
        legs: &[Leg],
    ) {
        let hour = Posting::hour_of(recorded.at);
        let about = About::of_usage(state, token, meter);
        let key = (hour, token, meter);
        let mut rows = self.usage.remove(&key).unwrap_or_default();
        let slot = usage_slot(token, meter);
        let wallet = state.token(token).map(|row| row.wallet);
        let free = wallet.filter(|wallet| !legs.iter().any(|leg| leg.account == *wallet)).map(|at| Leg::new(at, 0));
        for leg in legs.iter().copied().chain(free) {
            let new = || Posting {
                events: 0,
                // Whatever way it was reported.
                event: Cow::Borrowed("UsageCharged"),
                ..self.row(state, recorded, (slot, about), leg.account)
            };
            let row = add(&mut rows, leg, new);
            row.events += 1;
            row.seq_last = recorded.seq;
            if Some(leg.account) == wallet {
                row.quantity = row.quantity.saturating_add(quantity);
            }
        }
        self.usage.insert(key, rows);
    }

    /// A row with nothing posted yet.
    fn row(
        &self,
        state: &State,
        recorded: Recorded<&Event>,
        (slot, about): (i64, About),
        account: AccountRef,
    ) -> Posting {
        let row = state.ledger.account(account);
        Posting {
            hour: Posting::hour_of(recorded.at),
            slot,
            account: account.index(),
            seq: recorded.seq,
            seq_last: recorded.seq,
            events: 1,
            at: recorded.at,
            event: Cow::Borrowed(recorded.event.name()),
            kind: Cow::Borrowed(row.map_or("", |row| account_kind_name(row.kind))),
            asset: row.map_or(0, |row: &Account| row.asset.index()),
            party: self.owners.get(account.index() as usize).copied().flatten().map(party_number),
            customer: about.customer.map(party_number),
            offering: about.offering.map(state::OfferingRef::number),
            capability: about.capability.map(|capability| Cow::Borrowed(crate::capability_name(capability))),
            token: about.token.map(TokenRef::number),
            price: about.price.map(|meter| (meter.component, meter.rate)),
            amount: 0,
            quantity: 0,
        }
    }

    fn owns(&mut self, account: AccountRef, party: PartyRef) {
        let at = account.index() as usize;
        if self.owners.len() <= at {
            self.owners.resize(at + 1, None);
        }
        self.owners[at] = Some(party);
    }
}

impl About {
    fn of(state: &State, token: Option<TokenRef>) -> Self {
        let Some(row) = token.and_then(|token| state.token(token)) else { return Self::default() };
        let capability = state.offering(row.offering).map(|offering| offering.capability);
        Self { token, customer: Some(row.party), offering: Some(row.offering), capability, price: None }
    }

    /// Of a bundle, usage is what delivered it: its AI tokens are inference.
    fn of_usage(state: &State, token: TokenRef, meter: Option<Meter>) -> Self {
        let sold = state.token(token).and_then(|row| Some((row, state.offering(row.offering)?)));
        let capability = sold.map(|(row, offering)| offering.capability_of(counted_in(state, row, meter)));
        Self { capability, price: meter, ..Self::of(state, Some(token)) }
    }
}

/// The place of a token's usage among the rows of an hour: one for each of its prices.
fn usage_slot(token: TokenRef, meter: Option<Meter>) -> i64 {
    let page = meter.map_or(0, |meter| 1 + i64::from(u16::from_be_bytes([meter.component, meter.rate])));
    -1 - i64::from(token.number()) - (page << 32)
}

/// What an account is for, as reports name it.
pub const fn account_kind_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Wallet => "wallet",
        AccountKind::DeferredRevenue => "deferred_revenue",
        AccountKind::Revenue => "revenue",
        AccountKind::RemedyExpense => "remedy_expense",
        AccountKind::UsageOverrun => "usage_overrun",
        AccountKind::PartnerPayable => "partner_payable",
        AccountKind::Tax => "tax",
        AccountKind::Cash => "cash",
        AccountKind::UnitsIssued => "units_issued",
        AccountKind::UnitsHeld => "units_held",
        AccountKind::UnitsDelivered => "units_delivered",
        AccountKind::Breakage => "breakage",
    }
}

/// What an account counts, as reports name it: `EUR`, or a unit such as `byte`.
pub fn asset_name(asset: Asset) -> String {
    match asset {
        Asset::Currency(currency) => currency.to_string(),
        Asset::Unit(unit) => unit.as_str().to_owned(),
    }
}

/// Adds a leg to the row of its account, which `new` makes.
fn add(rows: &mut Vec<Posting>, leg: Leg, new: impl FnOnce() -> Posting) -> &mut Posting {
    let at = rows.iter().position(|row| row.account == leg.account.index()).unwrap_or_else(|| {
        rows.push(new());
        rows.len() - 1
    });
    let row = &mut rows[at];
    row.amount = row.amount.saturating_add(leg.amount);
    row
}

/// The token that a posting of this event is about.
fn token_of(state: &State, event: &Event) -> Option<TokenRef> {
    match event {
        Event::TokenIssued { token, .. }
        | Event::TokenClosed { token, .. }
        | Event::TokenPreempted { token, .. }
        | Event::UsageCharged { token, .. }
        | Event::LeaseCharged { token, .. } => Some(*token),
        Event::Market(event) => match &**event {
            MarketEvent::TokenRenewed { token, .. } => Some(*token),
            _ => None,
        },
        Event::SessionActivated { session, .. } | Event::PromiseBroken { session, .. } => {
            state.session(*session).map(|row| row.token)
        }
        _ => None,
    }
}

const fn party_number(party: PartyRef) -> u32 {
    party.number()
}

/// The first instant of an hour.
pub const fn hour_start(hour: u64) -> Instant {
    Instant::from_ms(hour.saturating_mul(types::Duration::from_hours(1).as_ms()))
}
