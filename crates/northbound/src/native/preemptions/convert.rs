//! Pre-emptions: the cell's last events to wire.

use crate::native::convert::{currency_of, money};
use crate::native::preemptions::wire::Preempted;
use crate::time;
use engine::Event;
use engine::state::State;
use node::View;
use types::Instant;

/// Those among the cell's last events.
pub(crate) fn preemptions(view: &View) -> Vec<Preempted> {
    view.timeline.iter().filter_map(|(seq, at, event)| preempted(&view.state, (*seq, *at), event)).collect()
}

fn preempted(state: &State, (seq, at): (u64, Instant), event: &Event) -> Option<Preempted> {
    let &Event::TokenPreempted { token, by, authority, level, refund_minor, .. } = event else { return None };
    let row = state.token(token)?;
    let currency = currency_of(state, state.price_of(row)?.asset)?;
    Some(Preempted {
        seq,
        at: time::text(at),
        token: row.id.to_string(),
        party: state.party(row.party)?.id.to_string(),
        by: state.token(by)?.id.to_string(),
        authority: state.party(authority)?.id.to_string(),
        level: level.number(),
        refund: money(refund_minor, currency),
    })
}
