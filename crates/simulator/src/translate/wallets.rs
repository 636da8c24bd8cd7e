//! What is wanted of wallets, as the engine reads it.

use super::{currency, offering_ref};
use crate::fact::{Cap, Span};
use engine::state::{PartyRef, Period, Scope, TokenRef, UtcOffset};
use engine::{BudgetDraft, Command, WalletOrder, WalletWish};

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

pub fn transfer(from: u32, to: PartyRef, amount_minor: i64) -> Command {
    ordered(from, WalletWish::Transfer { to, amount_minor })
}

pub fn gift(token: TokenRef, quantity: u64, to: PartyRef) -> Command {
    Command::GiftVolume { token, quantity, to }
}
