//! Orders: wire to commands.

use crate::fault::Fault;
use crate::native::convert::{id, party_of};
use crate::native::orders::wire::Order;
use crate::native::quotes;
use engine::state::State;
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
    let by = match order {
        Order { quote: Some(quote), offering: None, window: None, place: None, .. } => {
            PurchaseBy::Quote(id("quote", QuoteId::parse(&quote))?)
        }
        Order { quote: None, offering: Some(offering), window: Some(window), place: Some(place), party, .. } => {
            let wish = quotes::wire::Wish { party, offering, window, place };
            PurchaseBy::Wish(quotes::convert::wish(&wish, state, actor, now)?)
        }
        _ => return Err(Fault::malformed("either `quote`, or `offering`, `window` and `place` are expected")),
    };
    Ok(Purchase { party, by, device })
}
