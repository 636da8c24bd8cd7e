//! What of the cell's entitlements is revoked: which block a caller means, and the signed list that verifiers poll.

use super::{EntitlementError, Entitlements, grant_of};
use crate::keyring::Purpose;
use crate::limits::{REVOCATION_PAGE_TOKENS_MAX, REVOCATIONS_FRESH_FOR, REVOCATIONS_SIGNED_EVERY};
use engine::state::{Digest, Revoked, State, Token, TokenRef, TokenState};
use tessera_token::{BlockDigest, RevocationPage, RevokedEntry, TokenError, inspect};
use types::{Instant, TokenId};

impl Entitlements {
    /// What revoking the block with this id means for a token: `None` is all of its texts, for the issuer's own block
    /// under any of the keys that verify.
    pub fn block_with_id(&self, state: &State, token: TokenRef, id: &str) -> Result<Option<Digest>, EntitlementError> {
        let row = state.token(token).ok_or(EntitlementError::UnknownToken)?;
        let offering = state.offering(row.offering).ok_or(EntitlementError::UnknownToken)?;
        let digest = BlockDigest::of_hex(id).ok_or_else(|| malformed("a block's id is 128 hexadecimal digits"))?;
        let grant = grant_of(row, offering);
        for key in self.keyring.verifying(Purpose::Entitlement) {
            let own = inspect(&key.issuer().mint(&grant)?)?;
            if own.blocks.first().and_then(|block| BlockDigest::of_hex(&block.revocation_id)) == Some(digest) {
                return Ok(None);
            }
        }
        Ok(Some(Digest(digest.0)))
    }

    /// What revoking a text means for its token: its last block, or `None` for a text as it was issued.
    pub fn block_of_text(
        &self,
        state: &State,
        token: TokenRef,
        text: &str,
    ) -> Result<Option<Digest>, EntitlementError> {
        let known = self.known(text)?;
        if state.token_by_id(known.token) != Some(token) {
            return Err(malformed("the text is not one of this token"));
        }
        let last = known.linted.block_digests().last().filter(|_| known.linted.depth() > 0);
        Ok(last.map(|block| Digest(block.0)))
    }

    /// A page of the list of revocations, signed: what must not be honoured though its window is not over. The same
    /// within [`REVOCATIONS_SIGNED_EVERY`] unless something is revoked.
    pub fn revocations(&self, state: &State, after: Option<TokenId>, now: Instant) -> Result<String, EntitlementError> {
        let behind = match after {
            None => None,
            Some(id) => Some(state.token_by_id(id).ok_or(EntitlementError::UnknownToken)?),
        };
        let mut tokens: Vec<(TokenRef, &Token)> =
            state.withheld(now, behind).take(REVOCATION_PAGE_TOKENS_MAX + 1).collect();
        let more = tokens.len() > REVOCATION_PAGE_TOKENS_MAX;
        tokens.truncate(REVOCATION_PAGE_TOKENS_MAX);
        let next = tokens.last().filter(|_| more).map(|(_, row)| row.id.to_string());
        let every = REVOCATIONS_SIGNED_EVERY.as_ms();
        let as_of = Instant::from_ms(now.as_ms() / every * every);
        let page = RevocationPage {
            as_of_ms: as_of.as_ms(),
            next_update_ms: as_of.after(REVOCATIONS_FRESH_FOR).as_ms(),
            after: after.map(|id| id.to_string()),
            next,
            revoked: tokens.iter().flat_map(|(token, row)| entries(state, *token, row)).collect(),
        };
        Ok(page.sign(self.keyring.signing(Purpose::Entitlement, now).issuer())?)
    }
}

fn entries(state: &State, token: TokenRef, row: &Token) -> Vec<RevokedEntry> {
    let entry = |block: Option<&Digest>| RevokedEntry {
        ent: row.id.to_string(),
        block: block.map(|block| BlockDigest(block.0).to_hex()),
        until_ms: row.window.to().as_ms(),
    };
    match state.revocations.get(&token) {
        Some(Revoked::Blocks(blocks)) if row.is_live() && row.state != TokenState::Suspended => {
            blocks.iter().map(|block| entry(Some(block))).collect()
        }
        _ => vec![entry(None)],
    }
}

fn malformed(what: &str) -> EntitlementError {
    TokenError::Malformed(what.to_owned()).into()
}
