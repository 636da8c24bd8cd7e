//! Revocation: signed texts of a token are taken out of use, some or all, before its window ends.

use crate::actor::Actor;
use crate::entitlement::owned;
use crate::limits::REVOCATIONS_PER_TOKEN_MAX;
use crate::state::{Digest, Revoked, State, TokenRef};
use crate::{Answer, Event, Rejection};

/// The holder's party or the operator revokes the texts with one block, or all of them. The token itself goes on: its
/// party can still call it with a credential of its own.
pub(crate) fn decide_revoke(
    state: &State,
    actor: Actor,
    (token, block): (TokenRef, Option<Digest>),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = owned(state, actor, token)?;
    if !row.is_live() {
        return Err(Rejection::TokenNotUsable { state: row.state });
    }
    let revoked = state.revocations.get(&token);
    match (block, revoked) {
        (_, Some(Revoked::Whole)) => return Ok(Answer::Repeated),
        (Some(block), Some(Revoked::Blocks(blocks))) => {
            if blocks.contains(&block) {
                return Ok(Answer::Repeated);
            }
            if blocks.len() >= REVOCATIONS_PER_TOKEN_MAX as usize {
                return Err(Rejection::TooManyRevocations { revocations_max: REVOCATIONS_PER_TOKEN_MAX });
            }
        }
        (None, Some(Revoked::Blocks(_))) | (_, None) => {}
    }
    out.push(Event::EntitlementRevoked { token, block });
    Ok(Answer::Done)
}
