//! What is wanted of wallets, as the engine reads it.

use super::{currency, offering_ref};
use crate::fact::{Aside, Cap, Span};
use engine::state::{AutoTopUp, Origin, PartyRef, PaymentOutcome, Period, Progress, Scope, TokenRef, UtcOffset};
use engine::{BalanceAct, BalanceOrder, BudgetDraft, Command, Receipt, WalletOrder, WalletWish};
use types::{BalanceActionId, Duration, PaymentId};

pub fn ordered(owner: u32, wish: WalletWish) -> Command {
    Command::OrderWallet(Box::new(WalletOrder { party: PartyRef::from_index(owner), currency: currency(), wish }))
}

pub fn capped(owner: u32, number: u16, cap: Option<Cap>) -> Command {
    let draft = cap.map(|cap| BudgetDraft {
        scope: Scope {
            member: cap.member.map(PartyRef::from_index),
            offering: cap.offering.map(offering_ref),
            period: match cap.span {
                Span::Day => Period::Day,
                Span::Month => Period::Month,
                Span::Ever => Period::Ever,
            },
            utc_offset: UtcOffset::from_minutes(cap.utc_minutes).expect("worlds have sound clocks"),
        },
        limit_minor: cap.limit,
    });
    ordered(owner, WalletWish::Budget(number, draft))
}

pub fn top_up(party: PartyRef, amount_minor: i64) -> Command {
    Command::TopUp { party, currency: currency(), amount_minor }
}

pub fn lend(party: PartyRef, limit_minor: i64) -> Command {
    Command::SetCreditLimit { party, currency: currency(), limit_minor }
}

pub fn top_up_below(owner: u32, below_minor: i64, amount_minor: i64) -> Command {
    let rule = AutoTopUp {
        below_minor,
        amount_minor,
        reference: "mandate".to_owned(),
        day_max_minor: amount_minor.saturating_mul(3),
        utc_offset: UtcOffset::default(),
        progress: Progress::default(),
    };
    ordered(owner, WalletWish::AutoTopUp(Some(rule)))
}

pub fn fund(party: PartyRef, amount_minor: i64, card: u8) -> Command {
    let origin = Origin::Payment(format!("card-{card}"));
    Command::ReceivePayment(Box::new(Receipt { party, currency: currency(), amount_minor, origin }))
}

pub fn settle(payment: u128, approved: bool) -> Command {
    let outcome = if approved { PaymentOutcome::Approved } else { PaymentOutcome::Declined };
    Command::RecordPayment { payment: PaymentId::from_u128(payment), outcome }
}

pub fn transfer(from: u32, to: PartyRef, amount_minor: i64) -> Command {
    ordered(from, WalletWish::Transfer { to, amount_minor })
}

pub fn gift(token: TokenRef, quantity: u64, to: PartyRef) -> Command {
    Command::GiftVolume { token, quantity, to }
}

pub fn set_aside(party: PartyRef, aside: Aside) -> Command {
    match aside {
        Aside::For { minor: amount_minor, minutes } => {
            let act = BalanceAct::Reserve(Duration::from_mins(minutes));
            Command::ActOnBalance(Box::new(BalanceOrder { party, currency: currency(), amount_minor, act }))
        }
        Aside::Back { action } => Command::ReleaseReservation { action: BalanceActionId::from_u128(action) },
    }
}
