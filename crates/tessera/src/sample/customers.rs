//! Who buys.

use engine::state::PartyKind;
use types::PartyId;

/// A customer of the sample operator.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Its id.
    pub id: PartyId,
    /// What people call it.
    pub name: &'static str,
    /// Who it is.
    pub kind: PartyKind,
    /// What is in its wallet.
    pub balance_minor: i64,
    /// How far it may go below zero.
    pub credit_minor: i64,
}

/// The sample operator's customers; the first is the gamer of the story.
pub fn customers() -> Vec<Customer> {
    let row = |number: u128, name, kind, balance_minor, credit_minor| Customer {
        id: PartyId::from_u128(0x0191_5000_0000_7000_8000_0000_0000_0100 + number),
        name,
        kind,
        balance_minor,
        credit_minor,
    };
    vec![
        row(1, "Nova Arena (a gamer's app)", PartyKind::Consumer, 2_500, 0),
        row(2, "Milan, nearly out of credit", PartyKind::Consumer, 35, 0),
        row(3, "Studio Kade, live streaming", PartyKind::Enterprise, 10_000, 0),
        row(4, "Port authority", PartyKind::Enterprise, 0, 500_000),
        row(5, "Emergency services", PartyKind::PublicService, 0, 1_000_000),
    ]
}
