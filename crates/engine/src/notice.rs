//! Notice: when little is left in a wallet, its owner is told and the wallet is topped up, in the decision that took it.
//!
//! Looked at after every other rule of a decision has spoken, and only for wallets that have such a rule.

use crate::actor::Actor;
use crate::catalog::check_text;
use crate::charging::pays_from_hold;
use crate::grant::own_hold;
use crate::limits::{DECLINED_PAUSE, QUANTITY_MAX};
use crate::party::wallet_of;
use crate::quote::require_buyer;
use crate::settlement::sold;
use crate::stamp::Stamp;
use crate::state::{AutoTopUp, PartyRef, Payment, PaymentKind, PaymentOutcome, Progress, State, Token, WalletRule};
use crate::{Answer, Event, MarketEvent, Rejection};
use ledger::AccountRef;
use types::{ChargingId, Currency, Instant, PaymentId};

/// The first number of ids that top-ups take of a decision; below it are those of tokens and orders.
const TOP_UP_IDS: u8 = 8;

/// Tells the owner when less than this can be spent: now, if that is so already.
pub(crate) fn decide_low_balance(
    state: &State,
    actor: Actor,
    (party, currency): (PartyRef, Currency),
    below_minor: Option<i64>,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_buyer(state, actor, party)?;
    check_amounts(below_minor.as_slice())?;
    let wallet = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    if state.wallets.get(&wallet).and_then(|rules| rules.low_below_minor) == below_minor {
        return Ok(Answer::Repeated);
    }
    out.push(Event::WalletRuleSet { wallet, owner: party, rule: WalletRule::LowBalance(below_minor) });
    let available_minor = state.ledger.available(wallet).unwrap_or(0);
    if let Some(below_minor) = below_minor.filter(|below| available_minor < *below) {
        out.push(Event::BalanceLow { wallet, owner: party, available_minor, below_minor });
    }
    Ok(Answer::Wallet(wallet))
}

/// Tops the wallet up when less than this can be spent: now, if that is so already. Setting it again ends a pause.
pub(crate) fn decide_auto_top_up(
    state: &State,
    actor: Actor,
    (party, currency): (PartyRef, Currency),
    rule: Option<&AutoTopUp>,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_buyer(state, actor, party)?;
    if let Some(rule) = rule {
        check_text(&rule.reference)?;
        check_amounts(&[rule.below_minor, rule.amount_minor, rule.day_max_minor])?;
    }
    let wallet = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    let before = state.wallets.get(&wallet).and_then(|rules| rules.auto_top_up.as_ref());
    let Some(rule) = rule else {
        before.ok_or(Rejection::NoAutoTopUp)?;
        out.push(Event::WalletRuleSet { wallet, owner: party, rule: WalletRule::AutoTopUp(None) });
        return Ok(Answer::Wallet(wallet));
    };
    // What is asked for already, and what was today, stays counted.
    let kept = before.map_or_else(Progress::default, |before| before.progress);
    let rule = AutoTopUp { progress: Progress { declines: 0, declined_at: None, ..kept }, ..rule.clone() };
    if before == Some(&rule) {
        return Ok(Answer::Repeated);
    }
    let asked = request((wallet, party), &rule, available(state, wallet), (stamp, TOP_UP_IDS));
    let rule = WalletRule::AutoTopUp(Some(Box::new(rule)));
    out.push(Event::WalletRuleSet { wallet, owner: party, rule });
    out.extend(asked);
    Ok(Answer::Wallet(wallet))
}

/// Adds to a decision what follows for wallets that it leaves with little.
pub(crate) fn add_notices(state: &State, stamp: Stamp, from: usize, out: &mut Vec<Event>) {
    if state.wallets.is_empty() {
        return;
    }
    let changes = changes(state, out.get(from..).unwrap_or(&[]));
    for ((wallet, change_minor), number) in changes.into_iter().zip(TOP_UP_IDS..) {
        let Some(rules) = state.wallets.get(&wallet) else { continue };
        let before = available(state, wallet);
        let available_minor = before.saturating_add(change_minor);
        let crossed = rules.low_below_minor.filter(|below| before >= *below && available_minor < *below);
        if let Some(below_minor) = crossed {
            out.push(Event::BalanceLow { wallet, owner: rules.owner, available_minor, below_minor });
        }
        if let Some(rule) = &rules.auto_top_up {
            let arrived = |event: &Event| match event {
                Event::PaymentSettled(payment, PaymentOutcome::Approved) => Some(payment.id),
                _ => None,
            };
            let arrived = out.get(from..).unwrap_or(&[]).iter().find_map(arrived);
            let pending = rule.progress.pending.filter(|pending| arrived != Some(*pending));
            let rule = AutoTopUp { progress: Progress { pending, ..rule.progress }, ..rule.clone() };
            out.extend(request((wallet, rules.owner), &rule, available_minor, (stamp, number)));
        }
    }
}

/// A payment to be asked for, if the rule wants one now.
fn request(
    (wallet, owner): (AccountRef, PartyRef),
    rule: &AutoTopUp,
    available_minor: i64,
    (stamp, number): (Stamp, u8),
) -> Option<Event> {
    let rests = rule.progress.declined_at.is_some_and(|at: Instant| stamp.now < at.after(DECLINED_PAUSE));
    let asked = rule.asked_at(stamp.now).saturating_add(rule.amount_minor);
    let wanted = available_minor < rule.below_minor && rule.progress.pending.is_none() && !rule.is_paused();
    if !wanted || rests || asked > rule.day_max_minor {
        return None;
    }
    let payment = Payment {
        id: PaymentId::from_u128(stamp.id(number)),
        wallet,
        owner,
        kind: PaymentKind::TopUp,
        reference: rule.reference.clone(),
        amount_minor: rule.amount_minor,
        requested_at: stamp.now,
    };
    Some(Event::PaymentRequested(Box::new(payment)))
}

/// What the events of a decision do to what can be spent from wallets that have rules.
fn changes(state: &State, events: &[Event]) -> Vec<(AccountRef, i64)> {
    let mut all: Vec<(AccountRef, i64)> = Vec::new();
    let by_event = events
        .iter()
        .enumerate()
        .flat_map(|(at, event)| [change(state, event), lease_change(state, event, events.get(..at).unwrap_or(&[]))]);
    for (wallet, change) in by_event.flatten().flatten() {
        if !state.wallets.contains_key(&wallet) {
            continue;
        }
        match all.iter_mut().find(|(known, _)| *known == wallet) {
            Some((_, sum)) => *sum = sum.saturating_add(change),
            None => all.push((wallet, change)),
        }
    }
    all
}

/// What one event does to what can be spent from the one or two wallets that it touches. What is captured from a hold could
/// not be spent before either.
fn change(state: &State, event: &Event) -> [Option<(AccountRef, i64)>; 2] {
    let payer = |token| state.token(token).map(|row: &Token| row.wallet);
    let one = match event {
        Event::FundsAdded { wallet, amount_minor, .. } => Some((*wallet, *amount_minor)),
        Event::TokenIssued { row, held_minor, paid_minor, .. } => {
            Some((row.wallet, held_minor.saturating_add(*paid_minor).saturating_neg()))
        }
        Event::UsageCharged { token, paid_minor, .. } => {
            let held = |row: &Token| row.hold.is_some() && pays_from_hold(sold(state, row).plan);
            state.token(*token).filter(|row| !held(row)).map(|row| (row.wallet, paid_minor.saturating_neg()))
        }
        Event::PromiseBroken { session, refund_minor, .. } => {
            let wallet = state.session(*session).and_then(|row| payer(row.token));
            wallet.map(|wallet| (wallet, *refund_minor))
        }
        Event::Market(event) => match &**event {
            MarketEvent::TokenRenewed { token, paid_minor, .. } => {
                payer(*token).map(|wallet| (wallet, paid_minor.saturating_neg()))
            }
            // An automatic top-up is asked for here, if it was not when the wallet was last looked at.
            MarketEvent::RenewalFailed { token, .. } => payer(*token).map(|wallet| (wallet, 0)),
            MarketEvent::PriceSet { .. } | MarketEvent::TermPassed { .. } | MarketEvent::DeliveryDeclared(_) => None,
        },
        Event::TokenPreempted { token, refund_minor, .. } => payer(*token).map(|wallet| (wallet, *refund_minor)),
        Event::TokenClosed { token, refund_minor, .. } => state.token(*token).map(|row| {
            let held = row.hold.and_then(|hold| state.ledger.hold_at(hold)).map_or(0, |hold| hold.remaining);
            (row.wallet, refund_minor.saturating_add(held))
        }),
        Event::CreditLimitSet { account, limit_minor } => {
            let before = state.ledger.account(*account).map_or(0, |row| row.credit_limit);
            Some((*account, limit_minor.saturating_sub(before)))
        }
        Event::FundsTransferred { from, to, amount_minor } => {
            return [Some((*from, amount_minor.saturating_neg())), Some((*to, *amount_minor))];
        }
        Event::BalanceActed(action) => action.change_minor().map(|change| (action.wallet, change)),
        Event::PaymentRequested(payment) if payment.kind != PaymentKind::TopUp => {
            Some((payment.wallet, payment.amount_minor.saturating_neg()))
        }
        Event::PaymentSettled(payment, outcome) => Some(match payment.kind {
            PaymentKind::Payout(_) if *outcome == PaymentOutcome::Declined => (payment.wallet, payment.amount_minor),
            PaymentKind::TopUp | PaymentKind::Payout(_) => (payment.wallet, 0),
        }),
        _ => None,
    };
    [one, None]
}

/// What an event of a lease does to what can be spent from the wallet of its token, and from that of the grant before it,
/// which goes back with the first event of its rating group.
fn lease_change(state: &State, event: &Event, earlier: &[Event]) -> [Option<(AccountRef, i64)>; 2] {
    let Some(of) = lease_of(event) else { return [None, None] };
    let (charging, rating_group) = of;
    let before = state.charging(charging).and_then(|row| row.leases.get(&rating_group));
    let hold = before.filter(|_| !earlier.iter().any(|event| lease_of(event) == Some(of))).and_then(|row| row.money);
    let back = hold.and_then(|hold| state.ledger.hold_at(hold)).map(|hold| (hold.account, hold.remaining));
    let (token, minor) = match event {
        Event::LeaseCharged { token, amounts, .. } => (*token, amounts.paid_minor),
        Event::LeaseGranted { token, held_minor, .. } => (*token, *held_minor),
        _ => return [back, None],
    };
    let payer = state.token(token).filter(|row| own_hold(state, row).is_none());
    [back, payer.map(|row| (row.wallet, minor.saturating_neg()))]
}

/// Which lease an event is of.
const fn lease_of(event: &Event) -> Option<(ChargingId, u32)> {
    match event {
        Event::LeaseCharged { charging, rating_group, .. }
        | Event::LeaseGranted { charging, rating_group, .. }
        | Event::LeaseReturned { charging, rating_group, .. } => Some((*charging, *rating_group)),
        _ => None,
    }
}

fn available(state: &State, wallet: AccountRef) -> i64 {
    state.ledger.available(wallet).unwrap_or(0)
}

fn check_amounts(amounts: &[i64]) -> Result<(), Rejection> {
    let sound = |amount: &i64| u64::try_from(*amount).is_ok_and(|amount| (1..=QUANTITY_MAX).contains(&amount));
    if amounts.iter().all(sound) { Ok(()) } else { Err(Rejection::QuantityOutOfRange) }
}
