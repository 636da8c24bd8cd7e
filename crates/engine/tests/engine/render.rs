//! Events and answers as the words of a script: what happened, and every amount that is not zero.

use crate::world::{MONDAY, eur};
use engine::state::{ActionKind, Origin, PartyRef, PaymentKind, ReservationEnd, Revoked, State, TokenRef, WalletRule};
use engine::{Answer, Event, MarketEvent, wallet_of};
use ledger::AccountKind;
use types::Instant;

/// Its name, its handle, its amounts.
pub fn event(event: &Event) -> String {
    let mut said = event.name().to_owned();
    let (handle, amounts) = parts(event);
    if !handle.is_empty() {
        said.push(' ');
        said.push_str(&handle);
    }
    for (name, amount) in amounts.into_iter().filter(|(_, amount)| *amount != 0) {
        said.extend([" ", name, "=", &amount.to_string()]);
    }
    said
}

/// What was answered, where no event says it.
pub fn answer(answer: Answer) -> String {
    match answer {
        Answer::Token(token) => format!("Token t{}", token.number()),
        Answer::Session(session) => format!("Session s{}", session.number()),
        Answer::Quote(_) => "Quote".to_owned(),
        Answer::Charging(_) => "Charging".to_owned(),
        Answer::Leased { granted, valid_until, last } => {
            let granted = granted.map_or("unmetered".to_owned(), |granted| granted.to_string());
            format!("Leased {granted} until {}{}", time(valid_until), if last { " last" } else { "" })
        }
        other => format!("{other:?}"),
    }
}

/// A time of day, with the day where it is not Monday.
pub fn time(at: Instant) -> String {
    let seconds = (at.as_ms() - MONDAY) / 1_000;
    let (day, rest) = (seconds / 86_400, seconds % 86_400);
    let day = if day == 0 { String::new() } else { format!("+{day}d") };
    format!("{day}{:02}:{:02}:{:02}", rest / 3_600, rest / 60 % 60, rest % 60)
}

/// A balance: `alice`, `acme`, `revenue`, `deferred`, `tax`, `remedies`, `overrun`, `partner`; a token: `t0`.
pub fn show(state: &State, what: &str) -> String {
    let kind = match what {
        "revenue" => AccountKind::Revenue,
        "deferred" => AccountKind::DeferredRevenue,
        "tax" => AccountKind::Tax,
        "breakage" => AccountKind::Breakage,
        "remedies" => AccountKind::RemedyExpense,
        "overrun" => AccountKind::UsageOverrun,
        "partner" => AccountKind::PartnerPayable,
        "units" => AccountKind::UnitsHeld,
        "budgets" => return budgets(state),
        "lots" => return lots(state),
        "withheld" => return withheld(state),
        "bids" => return format!("bids {}", state.bids.loaded().count()),
        "forecasts" => return format!("forecasts {}", state.forecasts.len()),
        _ => return show_row(state, what),
    };
    let accounts = state.ledger.accounts().filter(|(_, account)| account.kind == kind);
    format!("{what} {}", accounts.map(|(_, account)| account.posted).sum::<i64>())
}

/// Tokens with texts that must not be honoured, and which: all, or how many blocks.
fn withheld(state: &State) -> String {
    let rows = state.withheld(Instant::EPOCH, None).map(|(token, row)| match state.revocations.get(&token) {
        Some(Revoked::Blocks(blocks)) if row.is_live() => format!(" t{}:{}", token.number(), blocks.len()),
        _ => format!(" t{}:all", token.number()),
    });
    format!("withheld{}", rows.collect::<String>())
}

/// What every budget has counted, by wallet's owner and number.
fn budgets(state: &State) -> String {
    let rows =
        state.wallets.values().flat_map(|rules| rules.budgets.iter().map(move |(at, row)| (rules.owner, at, row)));
    let rows = rows.map(|(owner, at, row)| format!(" p{}:{at}={}", owner.number(), row.spent_minor));
    format!("budgets{}", rows.collect::<String>())
}

/// What is left of what came into wallets, when they were last looked at.
fn lots(state: &State) -> String {
    let lots = state.lots.values().map(|lots| {
        let rows = lots.lots.iter().map(|lot| match &lot.origin {
            Origin::Unstated => format!(" -={}", lot.left_minor),
            Origin::Payment(reference) => format!(" {reference}={}", lot.left_minor),
            Origin::Promotion => format!(" promotion={}", lot.left_minor),
        });
        format!(" |{}", rows.collect::<String>())
    });
    format!("lots{}", lots.collect::<String>())
}

fn show_row(state: &State, what: &str) -> String {
    if what == "actions" {
        let open = state.actions.values().filter(|row| row.is_open()).count();
        return format!("actions {} open={open}", state.actions.len());
    }
    if let Some(at) = what.strip_prefix('t').and_then(|at| at.parse().ok()) {
        let token = state.token(TokenRef::from_index(at)).expect("a token");
        let own = format!("{what} {:?} used={} refunded={}", token.state, token.used, token.refunded_minor);
        let meters = token.meters.iter().flatten().map(|(meter, delivered)| {
            format!(" {}.{}={}@{}", meter.component, meter.rate, delivered.quantity, delivered.minor)
        });
        return own + &meters.collect::<String>();
    }
    let party = PartyRef::from_index(if what == "alice" { 1 } else { 2 });
    let account = wallet_of(state, party, eur()).and_then(|wallet| state.ledger.account(wallet)).expect("a wallet");
    format!("{what} {} held={}", account.posted, account.held)
}

fn parts(event: &Event) -> (String, Vec<(&'static str, i64)>) {
    let big = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    match event {
        Event::AccountOpened { kind, .. } => (format!("{kind:?}"), vec![]),
        Event::FundsAdded { amount_minor, .. } | Event::PartnerPaid(.., amount_minor) => {
            (String::new(), vec![("amount", *amount_minor)])
        }
        Event::QuoteIssued { quote, slots } => {
            let amounts =
                [("fee", quote.fee_minor), ("usage", quote.usage_held_minor), ("slots", slots.slots().into())];
            (format!("until {}", time(quote.expires_at)), amounts.to_vec())
        }
        Event::TokenIssued { token, row, slots, held_minor, paid_minor, tax_minor, units, .. } => {
            let slots = slots.map_or(0, |slots| slots.slots().into());
            let money = [("held", *held_minor), ("paid", *paid_minor), ("tax", *tax_minor)];
            let parts = ("parts", row.legs.iter().filter(|leg| leg.slots.is_some()).count());
            let parts = (parts.0, i64::try_from(parts.1).expect("few"));
            (format!("t{}", token.number()), [&money[..], &[("units", big(*units)), ("slots", slots), parts]].concat())
        }
        Event::TokenSuspended { token } | Event::TokenResumed { token } => (format!("t{}", token.number()), vec![]),
        Event::PriorityAuthorised { party, level_min } => (format!("p{} {level_min:?}", party.number()), vec![]),
        Event::TokenPreempted { token, by, authority, level, refund_minor, tax_minor } => (
            format!("t{} by t{} of p{} at {}", token.number(), by.number(), authority.number(), level.number()),
            vec![("refund", *refund_minor), ("tax", *tax_minor)],
        ),
        Event::TokenRebooked { token, legs, slots, .. } => (
            format!("t{}", token.number()),
            vec![("legs", i64::try_from(legs.len()).expect("few")), ("slots", i64::from(slots.slots()))],
        ),
        Event::EntitlementRevoked { token, block } => {
            let block = block.map(|block| u128::from_be_bytes(block.0).to_string());
            (format!("t{} {}", token.number(), block.as_deref().unwrap_or("whole")), vec![])
        }
        Event::ActivationRequested { session, .. }
        | Event::ActivationUncertain(session)
        | Event::SessionForgotten(session) => (format!("s{}", session.number()), vec![]),
        Event::SessionActivated { session, ends_at, paid_minor, tax_minor } => (
            format!("s{} until {}", session.number(), time(*ends_at)),
            vec![("paid", *paid_minor), ("tax", *tax_minor)],
        ),
        Event::SessionExtended { session, ends_at } => {
            (format!("s{} until {}", session.number(), time(*ends_at)), vec![])
        }
        Event::DeactivationRequested { session, reason } => (format!("s{} {reason:?}", session.number()), vec![]),
        Event::SessionEnded { session, reason, windows } => {
            (format!("s{} {reason:?}", session.number()), vec![("windows", big(*windows))])
        }
        Event::UsageCharged { token, sequence, quantity, paid_minor, overrun_minor, tax_minor, .. } => {
            let amounts =
                [("quantity", big(*quantity)), ("paid", *paid_minor), ("overrun", *overrun_minor), ("tax", *tax_minor)];
            (format!("t{} #{sequence}", token.number()), [&amounts[..], &delivered(event)].concat())
        }
        Event::Market(event) => prices(event),
        Event::WindowsUnmeasured { session, window, windows } => {
            (format!("s{} #{window}", session.number()), vec![("windows", big(*windows))])
        }
        Event::PromiseBroken { session, window, refund_minor, tax_minor, .. } => {
            (format!("s{} #{window}", session.number()), vec![("refund", *refund_minor), ("tax", *tax_minor)])
        }
        Event::TokenClosed { token, state, earned_minor, refund_minor, tax_minor, breakage_minor, .. } => {
            let back = [("refund", *refund_minor), ("tax", *tax_minor), ("breakage", breakage_minor.unwrap_or(0))];
            let parts = [&[("earned", *earned_minor)], &shared(event)[..], &back].concat();
            (format!("t{} {state:?}", token.number()), parts)
        }
        _ => wallet_parts(event),
    }
}

fn prices(event: &MarketEvent) -> (String, Vec<(&'static str, i64)>) {
    let big = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    match event {
        MarketEvent::PriceSet { offering, .. } => (format!("o{}", offering.index()), vec![]),
        &MarketEvent::TokenRenewed {
            token,
            term,
            paid_minor,
            tax_minor,
            earned_minor,
            partner_minor,
            breakage_minor,
            units_expired,
            units,
            ..
        } => {
            let money =
                [("paid", paid_minor), ("tax", tax_minor), ("earned", earned_minor), ("partner", partner_minor)];
            let volume = [("expired", big(units_expired)), ("units", big(units)), ("carried", term.carried_minor)];
            let more = [("breakage", breakage_minor)];
            (
                format!("t{} #{} until {}", token.number(), term.number, time(term.window.to())),
                [&money[..], &more, &volume].concat(),
            )
        }
        MarketEvent::TermPassed { token, term } => {
            (format!("t{} #{} until {}", token.number(), term.number, time(term.window.to())), vec![])
        }
        MarketEvent::DeliveryDeclared(capabilities) => {
            let names: Vec<_> = capabilities.iter().map(|capability| format!("{capability:?}")).collect();
            (names.join("+"), vec![])
        }
        MarketEvent::RenewalFailed { token, unpaid, needed_minor, available_minor } => (
            format!("t{} again {}", token.number(), time(unpaid.retry_at)),
            vec![("needed", *needed_minor), ("available", *available_minor)],
        ),
    }
}

fn wallet_parts(event: &Event) -> (String, Vec<(&'static str, i64)>) {
    let big = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    match event {
        Event::BudgetSet { number, budget, .. } => {
            let (limit, spent) = budget.as_ref().map_or((0, 0), |budget| (budget.limit_minor, budget.spent_minor));
            (format!("{number}"), vec![("limit", limit), ("spent", spent)])
        }
        Event::WalletRuleSet { rule, .. } => (rule_of(rule), vec![]),
        Event::GuardRailsSet(offering, rails) => {
            let whose = offering.map_or("all".to_owned(), |offering| format!("o{}", offering.number()));
            (format!("{whose}{}", if rails.is_some() { "" } else { " gone" }), vec![])
        }
        Event::BalanceLow { owner, available_minor, below_minor, .. } => {
            (format!("p{}", owner.number()), vec![("available", *available_minor), ("below", *below_minor)])
        }
        Event::PaymentRequested(payment) => {
            let way = if payment.kind == PaymentKind::TopUp { "from" } else { "to" };
            (format!("{way} {}", payment.reference), vec![("amount", payment.amount_minor)])
        }
        Event::BalanceActed(action) => {
            let what = match action.kind {
                ActionKind::TopUp => "top-up".to_owned(),
                ActionKind::Adjustment => "adjustment".to_owned(),
                ActionKind::Transfer(to) => format!("to p{}", to.number()),
                ActionKind::Reservation { until, ended: None, .. } => format!("reserved until {}", time(until)),
                ActionKind::Reservation { ended: Some(ReservationEnd::Released(_)), .. } => "released".to_owned(),
                ActionKind::Reservation { ended: Some(ReservationEnd::Expired(_)), .. } => "expired".to_owned(),
            };
            (what, vec![("amount", action.amount_minor)])
        }
        Event::PaymentSettled(_, outcome) => (format!("{outcome:?}"), vec![]),
        Event::PeriodClosed(closed) => (closed.sealed.month.to_string(), vec![]),
        Event::FundsTransferred { amount_minor, .. } => (String::new(), vec![("amount", *amount_minor)]),
        Event::TokenTransferred { token, to, row } => {
            (format!("t{} to p{} as t{}", token.number(), row.party.number(), to.number()), vec![])
        }
        Event::VolumeGifted { token, gift, row, quantity } => (
            format!("t{} to p{} as t{}", token.number(), row.party.number(), gift.number()),
            vec![("units", big(*quantity))],
        ),
        _ => leases(event),
    }
}

fn leases(event: &Event) -> (String, Vec<(&'static str, i64)>) {
    let big = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    match event {
        Event::LeaseCharged { rating_group, token, quantity, amounts, .. } => {
            let (paid, overrun, tax) = (amounts.paid_minor, amounts.overrun_minor, amounts.tax_minor);
            let amounts = [("quantity", big(*quantity)), ("paid", paid), ("overrun", overrun), ("tax", tax)];
            (format!("g{rating_group} t{}", token.number()), [&amounts[..], &delivered(event)].concat())
        }
        Event::LeaseGranted { rating_group, token, quantity, held_minor, units, valid_until, last, .. } => {
            let last = if *last { " last" } else { "" };
            let amounts = [("quantity", big(*quantity)), ("held", *held_minor), ("units", big(*units))];
            (format!("g{rating_group} t{} until {}{last}", token.number(), time(*valid_until)), amounts.to_vec())
        }
        Event::LeaseReturned { rating_group, reason, .. } => (format!("g{rating_group} {reason:?}"), vec![]),
        _ => (String::new(), vec![]),
    }
}

fn rule_of(rule: &WalletRule) -> String {
    match rule {
        WalletRule::Admitted(member) => format!("admitted p{}", member.number()),
        WalletRule::Dismissed(member) => format!("dismissed p{}", member.number()),
        WalletRule::LowBalance(below) => format!("low {below:?}"),
        WalletRule::AutoTopUp(None) => "auto never".to_owned(),
        WalletRule::AutoTopUp(Some(rule)) => format!("auto {} below {}", rule.amount_minor, rule.below_minor),
    }
}

fn delivered(event: &Event) -> Vec<(&'static str, i64)> {
    let (earned_minor, units) = match event {
        &Event::UsageCharged { earned_minor, units, .. } => (earned_minor, units),
        Event::LeaseCharged { amounts, .. } => (amounts.earned_minor, amounts.units),
        _ => return vec![],
    };
    let units = [("units", i64::try_from(units).unwrap_or(i64::MAX))];
    [&[("earned", earned_minor)], &shared(event)[..], &units].concat()
}

/// What partners get, the others under one name.
fn shared(event: &Event) -> Vec<(&'static str, i64)> {
    let (first, others) = match event {
        Event::UsageCharged { partner_minor, others_minor, .. }
        | Event::TokenClosed { partner_minor, others_minor, .. } => (*partner_minor, others_minor.as_deref()),
        Event::LeaseCharged { amounts, .. } => (amounts.partner_minor, amounts.others_minor.as_deref()),
        _ => return vec![],
    };
    let others = others.iter().flat_map(|others| others.0.iter().map(|minor| ("other", *minor)));
    std::iter::once(("partner", first)).chain(others).collect()
}
