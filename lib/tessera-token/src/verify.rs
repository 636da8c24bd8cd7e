//! The cheap half of verification, done at every use: revocation, depth, window, request, possession.

use biscuit_auth::Biscuit;

use crate::{
    BlockDigest, Clause, Grant, KeySet, ProvenUse, RequestDigest, RevocationList, TokenError, judge, lint::Chain,
    parse_and_lint, proof, text::hex,
};

/// What the bearer wants to do.
///
/// A missing amount or units spends nothing; a missing cell, device or qos fails a token that restricts it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Operation, such as `activate`.
    pub op: String,
    /// Capability, such as `qod.latency`.
    pub capability: String,
    /// H3 cell, of the resolution the token uses.
    pub cell: Option<u64>,
    /// Pairwise pseudonym of the device.
    pub device: Option<String>,
    /// Quality of service profile.
    pub qos: Option<String>,
    /// Currency and minor units to spend; not negative.
    pub amount: Option<(String, i64)>,
    /// Unit and how many.
    pub units: Option<(String, u64)>,
}

/// How whoever presents a token shows that it is its holder.
#[derive(Debug, Clone, Copy)]
pub struct Possession<'a> {
    /// What [`prove`](crate::prove) gave.
    pub proof: &'a str,
    /// The request as the verifier received it.
    pub request: RequestDigest,
}

/// A token whose signatures and form are good. Time, revocation, request and possession are not judged yet.
#[derive(Debug, Clone)]
pub struct Linted {
    bytes: usize,
    text_sha256: [u8; 32],
    key_id: u32,
    chain: Chain,
    revocation_ids: Vec<Vec<u8>>,
    block_digests: Vec<BlockDigest>,
    /// The narrowest window: begin (inclusive), end (exclusive).
    window: (u64, u64),
}

/// A token that allows the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Id of the entitlement.
    pub ent: String,
    /// What the issuer granted, before any narrowing.
    pub grant: Grant,
    /// What was taken away, one list for each delegation.
    pub narrowings: Vec<Vec<Clause>>,
    /// How often the token was passed on.
    pub depth: u32,
    /// The key of the last holder, where there is one.
    pub holder: Option<[u8; 32]>,
    /// One id for each block, the issuer's first; the ledger keys ceilings by them.
    pub revocation_ids: Vec<Vec<u8>>,
    /// End (exclusive) of the narrowest window, Unix milliseconds.
    pub expires_ms: u64,
}

/// [`parse_and_lint`] and [`Linted::authorize`] in one call.
///
/// # Errors
/// Those of both.
pub fn verify(
    token: &str,
    keys: &KeySet,
    request: &Request,
    now_ms: u64,
    revoked: &RevocationList,
) -> Result<Verified, TokenError> {
    parse_and_lint(token, keys)?.authorize(request, now_ms, revoked)
}

/// [`parse_and_lint`] and [`Linted::authorize_held`] in one call, for a token with a holder.
///
/// # Errors
/// Those of both.
pub fn verify_held(
    token: &str,
    keys: &KeySet,
    request: &Request,
    now_ms: u64,
    revoked: &RevocationList,
    possession: Possession<'_>,
) -> Result<(Verified, Option<ProvenUse>), TokenError> {
    parse_and_lint(token, keys)?.authorize_held(request, now_ms, revoked, possession)
}

impl Linted {
    pub(crate) fn new(biscuit: &Biscuit, (bytes, text_sha256): (usize, [u8; 32]), key_id: u32, chain: Chain) -> Self {
        let revocation_ids = biscuit.revocation_identifiers();
        let block_digests = revocation_ids.iter().map(|id| BlockDigest::of(id)).collect();
        let window = narrowest(&chain);
        Self { bytes, text_sha256, key_id, chain, revocation_ids, block_digests, window }
    }

    /// What the issuer granted.
    pub fn grant(&self) -> &Grant {
        &self.chain.grant
    }

    /// The key of the last holder: only it may use the token. `None`: whoever has the text may.
    pub fn holder(&self) -> Option<[u8; 32]> {
        self.chain.holder
    }

    /// The root key that signed it.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// Bytes of the decoded token; what is kept in memory is a small multiple.
    pub fn size_bytes(&self) -> usize {
        self.bytes
    }

    /// One id for each block, the issuer's first.
    pub fn revocation_ids(&self) -> &[Vec<u8>] {
        &self.revocation_ids
    }

    /// The digests of those ids: what revocations name.
    pub fn block_digests(&self) -> &[BlockDigest] {
        &self.block_digests
    }

    /// How often the token was passed on.
    pub fn depth(&self) -> u32 {
        u32::try_from(self.chain.narrowings.len()).unwrap_or(u32::MAX)
    }

    /// End (exclusive) of the narrowest window, Unix milliseconds: keep it in a cache no longer.
    pub fn expires_ms(&self) -> u64 {
        self.window.1
    }

    /// Judges one request at one time, for a token that whoever has it may use.
    ///
    /// # Errors
    /// In this order: `Revoked`, `DepthExceeded`, `Expired`, `NotYetValid`, `Inexpressible`, `TooNarrow`, `ProofMissing`.
    pub fn authorize(&self, request: &Request, now_ms: u64, revoked: &RevocationList) -> Result<Verified, TokenError> {
        let verified = self.judge(request, now_ms, revoked)?;
        match self.holder() {
            None => Ok(verified),
            Some(holder) => Err(TokenError::ProofMissing { holder: hex(&holder) }),
        }
    }

    /// Judges one request at one time, with the proof of its holder. A proof that is not needed is not looked at; one that
    /// is comes back as a use, which the caller must not have seen before.
    ///
    /// # Errors
    /// Those of [`Linted::authorize`], and `ProofWrong`.
    pub fn authorize_held(
        &self,
        request: &Request,
        now_ms: u64,
        revoked: &RevocationList,
        possession: Possession<'_>,
    ) -> Result<(Verified, Option<ProvenUse>), TokenError> {
        let verified = self.judge(request, now_ms, revoked)?;
        Ok((verified, self.check_possession(Some(possession), now_ms)?))
    }

    /// Does it allow this request at this time? Revocation and possession are not judged: the cheapest question, for a
    /// verifier that keeps its own list of revocations.
    ///
    /// # Errors
    /// In this order: `DepthExceeded`, `Expired`, `NotYetValid`, `Inexpressible`, `TooNarrow`.
    pub fn allows(&self, request: &Request, now_ms: u64) -> Result<(), TokenError> {
        if self.depth() > self.chain.grant.max_depth {
            return Err(TokenError::DepthExceeded { depth: self.depth(), max: self.chain.grant.max_depth });
        }
        let (from_ms, at_ms) = self.window;
        if now_ms >= at_ms {
            return Err(TokenError::Expired { at_ms });
        }
        if now_ms < from_ms {
            return Err(TokenError::NotYetValid { from_ms });
        }
        judge::judge(&self.chain, request)
    }

    /// Is it presented by its holder? `None` for a token without one.
    ///
    /// # Errors
    /// `ProofMissing` or `ProofWrong`.
    pub fn check_possession(
        &self,
        possession: Option<Possession<'_>>,
        now_ms: u64,
    ) -> Result<Option<ProvenUse>, TokenError> {
        let Some(holder) = self.holder() else { return Ok(None) };
        let Possession { proof, request } =
            possession.ok_or_else(|| TokenError::ProofMissing { holder: hex(&holder) })?;
        proof::check(proof, (&holder, self.text_sha256), request, now_ms).map(Some)
    }

    fn judge(&self, request: &Request, now_ms: u64, revoked: &RevocationList) -> Result<Verified, TokenError> {
        let grant = &self.chain.grant;
        if let Some(block) = revoked.find(&grant.ent, &self.block_digests) {
            return Err(TokenError::Revoked { block });
        }
        self.allows(request, now_ms)?;
        Ok(Verified {
            ent: grant.ent.clone(),
            grant: grant.clone(),
            narrowings: self.chain.narrowings.clone(),
            depth: self.depth(),
            holder: self.holder(),
            revocation_ids: self.revocation_ids.clone(),
            expires_ms: self.expires_ms(),
        })
    }

    #[cfg(any(test, feature = "bare"))]
    pub(crate) fn chain(&self) -> &Chain {
        &self.chain
    }
}

fn narrowest(chain: &Chain) -> (u64, u64) {
    let whole = (chain.grant.from_ms, chain.grant.to_ms);
    chain.narrowings.iter().flatten().fold(whole, |(from, to), clause| match clause {
        Clause::Window { from_ms, to_ms } => (from.max(*from_ms), to.min(*to_ms)),
        _ => (from, to),
    })
}
