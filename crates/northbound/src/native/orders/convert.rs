//! Orders: wire to commands.

use crate::fault::Fault;
use crate::native::convert::{any_party, id, party_of};
use crate::native::orders::wire::Order;
use crate::native::quotes;
use engine::state::{HolderKey, State};
use engine::{Actor, Purchase, PurchaseBy};
use types::{Instant, QuoteId, SubjectId};

/// What is bought, in the engine's words.
pub(crate) fn purchase(
    order: Order,
    device: Option<SubjectId>,
    state: &State,
    actor: Actor,
    now: Instant,
) -> Result<Purchase, Fault> {
    let party = party_of(state, actor, order.party.as_deref())?;
    let holder = order.holder.as_deref().map(holder_key).transpose()?;
    let payer = order.payer.as_deref().map(|payer| any_party(state, "payer", payer)).transpose()?;
    let by = match order {
        Order {
            quote: Some(quote),
            offering: None,
            window: None,
            place: None,
            grade_min: None,
            promotion: None,
            ..
        } => PurchaseBy::Quote(id("quote", QuoteId::parse(&quote))?),
        Order {
            quote: None,
            offering: Some(offering),
            window: Some(window),
            place: Some(place),
            party,
            grade_min,
            promotion,
            ..
        } => {
            let wish = quotes::wire::Wish { party, offering, window, place, grade_min, promotion };
            PurchaseBy::Wish(quotes::convert::wish(&wish, state, actor, now)?)
        }
        _ => return Err(Fault::malformed("either `quote`, or `offering`, `window` and `place` are expected")),
    };
    Ok(Purchase { party, by, device, holder, payer })
}

fn holder_key(text: &str) -> Result<HolderKey, Fault> {
    let malformed = || Fault::invalid("`holder` must be 64 hexadecimal digits: an Ed25519 public key");
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(malformed());
    }
    let mut key = [0; 32];
    for (byte, at) in key.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2).ok_or_else(malformed)?, 16).map_err(|_| malformed())?;
    }
    Ok(HolderKey(key))
}
