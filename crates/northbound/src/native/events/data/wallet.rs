//! Of wallets: their rules, low balances, transfers, payments.

use super::{About, of_account};
use crate::native::convert::currency_of;
use crate::native::wallets::convert as wallets;
use crate::time;
use engine::Event;
use engine::ledger::AccountRef;
use engine::state::{ActionKind, Payment, PaymentKind, ReservationEnd, State, WalletRule};
use serde_json::{Value, json};

pub(super) fn of(event: &Event, state: &State) -> About {
    Some(match event {
        Event::WalletRuleSet { wallet, rule, .. } => {
            let mut members = named(state, *wallet)?;
            match rule {
                WalletRule::Admitted(member) => members["admitted"] = json!(state.party(*member)?.id.to_string()),
                WalletRule::Dismissed(member) => members["dismissed"] = json!(state.party(*member)?.id.to_string()),
                WalletRule::LowBalance(below) => members["low_balance_minor"] = json!(below),
                WalletRule::AutoTopUp(rule) => {
                    members["auto_top_up"] = json!(rule.as_ref().map(|rule| wallets::auto_top_up(rule)));
                }
            }
            (None, members)
        }
        Event::BudgetSet { wallet, number, budget, .. } => {
            let mut members = named(state, *wallet)?;
            members["budget"] = json!(number);
            let limit = budget.as_ref().map(|budget| of_account(state, *wallet, budget.limit_minor));
            members["limit"] = json!(limit.flatten());
            (None, members)
        }
        Event::BalanceLow { wallet, available_minor, below_minor, .. } => {
            let mut members = named(state, *wallet)?;
            members["available"] = json!(of_account(state, *wallet, *available_minor)?);
            members["below"] = json!(of_account(state, *wallet, *below_minor)?);
            (None, members)
        }
        Event::FundsTransferred { from, to, amount_minor } => {
            let owner = |account: AccountRef| {
                let owns = |party: &&engine::state::Party| party.wallets.values().any(|wallet| *wallet == account);
                state.parties.iter().find(owns).map(|party| party.id.to_string())
            };
            let amount = of_account(state, *from, *amount_minor)?;
            (None, json!({"from": owner(*from)?, "to": owner(*to)?, "amount": amount}))
        }
        Event::BalanceActed(action) => {
            let ActionKind::Reservation { until, ended, .. } = action.kind else { return None };
            let mut members = named(state, action.wallet)?;
            members["reservation"] = json!(action.id.to_string());
            members["amount"] = json!(of_account(state, action.wallet, action.amount_minor)?);
            members["until"] = json!(time::text(until));
            if let Some(end) = ended {
                members["expired"] = json!(matches!(end, ReservationEnd::Expired(_)));
            }
            (Some(action.id.to_string()), members)
        }
        Event::PaymentRequested(payment) => of_payment(state, payment)?,
        Event::PaymentSettled(payment, _) => {
            let (subject, mut members) = of_payment(state, payment)?;
            let rule = state.wallets.get(&payment.wallet).and_then(|rules| rules.auto_top_up.as_ref());
            if payment.kind == PaymentKind::TopUp {
                members["auto_top_up_paused"] = json!(rule.is_some_and(engine::state::AutoTopUp::is_paused));
            }
            (subject, members)
        }
        _ => return None,
    })
}

fn of_payment(state: &State, payment: &Payment) -> About {
    let id = payment.id.to_string();
    let members = json!({
        "payment": id, "kind": if payment.kind == PaymentKind::TopUp { "top_up" } else { "payout" },
        "reference": payment.reference, "amount": of_account(state, payment.wallet, payment.amount_minor)?,
    });
    Some((Some(id), members))
}

/// The wallet is one's own: its currency says which.
fn named(state: &State, wallet: AccountRef) -> Option<Value> {
    let currency = currency_of(state, state.ledger.account(wallet)?.asset)?;
    Some(json!({"currency": currency.to_string()}))
}
