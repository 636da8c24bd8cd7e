//! What owners of wallets ask: they share, cap and watch them, move money, give tokens away.

use super::{Clients, party};
use crate::draw::Draw;
use crate::fact::{Aside, Asked, Caller, Cap, Letter, Span};
use crate::plan::Plan;

pub fn ask(clients: &mut Clients, draw: &mut Draw, plan: &Plan) -> Option<Letter> {
    let (owner, other) = (party(draw, plan), party(draw, plan));
    let asked = match draw.below(20) {
        0..4 => Asked::Admit { owner, member: other },
        4 => Asked::Dismiss { owner, member: other },
        5..9 => {
            let number = u16::try_from(draw.between(1, 3)).unwrap_or(1);
            Asked::Cap { owner, number, cap: draw.happens(850).then(|| cap(draw, plan)) }
        }
        9 => Asked::WatchBalance { owner, minor: i64::try_from(draw.between(1, 30_000)).unwrap_or(1) },
        // The first party has none, whatever happens: it is odd of it to take one back.
        13 => Asked::TopUpBelow { owner: owner.max(2), below: minor(draw, 3_000), minor: minor(draw, 900) },
        14 => {
            let (party, minor) = (owner, minor(draw, 3_000));
            let card = u8::try_from(draw.below(3)).unwrap_or(0);
            return Some(clients.letter(Caller::Operator, Asked::Fund { party, minor, card }));
        }
        15 => Asked::PayOut { owner, minor: minor(draw, 1_000) },
        10..13 => Asked::Transfer { from: owner, to: other, minor: i64::try_from(draw.between(1, 4_000)).unwrap_or(1) },
        _ => {
            let held = clients.recent(draw)?;
            let volume = held.offering.and_then(|offering| plan.offerings[offering].volume);
            let asked = match volume {
                Some(volume) if draw.happens(700) => {
                    Asked::Gift { token: held.number, quantity: draw.between(1, volume), to: other }
                }
                _ => Asked::Give { token: held.number, to: other },
            };
            return Some(clients.own(held.party, asked));
        }
    };
    let caller = if let Asked::TopUpBelow { owner, .. } = asked { owner } else { owner };
    Some(clients.own(caller, asked))
}

/// Money is set aside for a while; or what was set aside last is given back.
pub fn set_aside(clients: &mut Clients, draw: &mut Draw, plan: &Plan) -> Letter {
    let (owner, aside) = if let Some((owner, action)) = clients.reserved.pop().filter(|_| draw.happens(400)) {
        (owner, Aside::Back { action })
    } else {
        let (minor, minutes) = (minor(draw, 200), draw.between(1, 90));
        (party(draw, plan), Aside::For { minor, minutes })
    };
    clients.own(owner, Asked::SetAside { owner, aside })
}

/// Somebody who shares a wallet with the buyer, or did; now and then somebody who never has.
pub fn payer(admitted: &[(u32, u32)], draw: &mut Draw, buyer: u32) -> Option<u32> {
    if draw.happens(10) {
        return Some(1);
    }
    let owners: Vec<u32> = admitted.iter().filter(|(_, member)| *member == buyer).map(|(owner, _)| *owner).collect();
    draw.pick(&owners).copied().filter(|_| draw.happens(400))
}

fn minor(draw: &mut Draw, most: u64) -> i64 {
    i64::try_from(draw.between(1, most)).unwrap_or(1)
}

/// Mostly tight, so that it is met.
fn cap(draw: &mut Draw, plan: &Plan) -> Cap {
    Cap {
        member: draw.happens(500).then(|| party(draw, plan)),
        offering: draw.happens(400).then(|| draw.index(plan.offerings.len())),
        span: *draw.pick(&[Span::Day, Span::Month, Span::Ever]).expect("there are three"),
        utc_minutes: *draw.pick(&[0, 60, -210, 840]).expect("there are four"),
        limit: i64::try_from(draw.between(0, 3_000)).unwrap_or(0),
    }
}
