//! What was revoked, kept until the tokens that it concerns have expired anyway; and the signed form in which it is
//! published.
//!
//! A page is a JWS in its flattened JSON form (RFC 7515 §7.2.2, `EdDSA`), so that a mirror can serve it and any JOSE
//! library can check it with the published key set.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Issuer, KeySet, TokenError,
    text::{hex, unhex},
};

/// What the header of a signed page names as its type.
const TYPE: &str = "tessera-revocations+jws";

/// 128 bits of a hash of a block's revocation id: what revocations are kept by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockDigest(pub [u8; 16]);

/// Revoked entitlements: all texts of one, or those with a block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevocationList {
    revoked: BTreeMap<String, Revoked>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Revoked {
    until_ms: u64,
    whole: bool,
    blocks: BTreeSet<BlockDigest>,
}

/// One page of a published list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationPage {
    /// When it was true, Unix milliseconds.
    pub as_of_ms: u64,
    /// When a verifier should have a newer one, Unix milliseconds.
    pub next_update_ms: u64,
    /// The entitlement after which this page begins; absent on the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The `after` of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What is revoked.
    pub revoked: Vec<RevokedEntry>,
}

/// One thing that is revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedEntry {
    /// Id of the entitlement.
    pub ent: String,
    /// Digest of the block, 32 hexadecimal digits; all texts of the entitlement when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    /// Unix milliseconds until which it must be remembered.
    pub until_ms: u64,
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

#[derive(Serialize, Deserialize)]
struct Signed {
    payload: String,
    protected: String,
    signature: String,
}

impl BlockDigest {
    /// Of a revocation id.
    pub fn of(id: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(b"tessera-token/1 revoked block\0").chain_update(id).finalize();
        let mut short = [0; 16];
        short.copy_from_slice(&hash[..16]);
        Self(short)
    }

    /// Of a revocation id as [`inspect`](crate::inspect) shows it: 128 hexadecimal digits.
    pub fn of_hex(id: &str) -> Option<Self> {
        unhex(id).filter(|id| id.len() == 64).map(|id| Self::of(&id))
    }

    /// 32 hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }
}

impl RevocationList {
    /// Revokes every text of an entitlement.
    pub fn revoke(&mut self, ent: &str, until_ms: u64) {
        self.entry(ent, until_ms).whole = true;
    }

    /// Revokes the texts of an entitlement that have this block: the one that ends with it and all made of that.
    pub fn revoke_block(&mut self, ent: &str, block: BlockDigest, until_ms: u64) {
        self.entry(ent, until_ms).blocks.insert(block);
    }

    /// Adds a page that was published.
    ///
    /// # Errors
    /// `InvalidRevocationList` when a digest of it is none.
    pub fn add(&mut self, page: &RevocationPage) -> Result<(), TokenError> {
        for entry in &page.revoked {
            match &entry.block {
                None => self.revoke(&entry.ent, entry.until_ms),
                Some(block) => {
                    let digest = unhex(block).and_then(|bytes| bytes.try_into().ok()).map(BlockDigest);
                    self.revoke_block(
                        &entry.ent,
                        digest.ok_or_else(|| invalid("a block has no digest"))?,
                        entry.until_ms,
                    );
                }
            }
        }
        Ok(())
    }

    /// Forgets what expired.
    pub fn prune(&mut self, now_ms: u64) {
        self.revoked.retain(|_, revoked| revoked.until_ms > now_ms);
    }

    /// The first of a text's blocks that is revoked.
    pub(crate) fn find(&self, ent: &str, blocks: &[BlockDigest]) -> Option<usize> {
        let revoked = self.revoked.get(ent)?;
        if revoked.whole { Some(0) } else { blocks.iter().position(|block| revoked.blocks.contains(block)) }
    }

    fn entry(&mut self, ent: &str, until_ms: u64) -> &mut Revoked {
        let none = || Revoked { until_ms, whole: false, blocks: BTreeSet::new() };
        let entry = self.revoked.entry(ent.to_owned()).or_insert_with(none);
        entry.until_ms = entry.until_ms.max(until_ms);
        entry
    }
}

impl RevocationPage {
    /// The signed page, as JSON. The same page and key give the same bytes.
    ///
    /// # Errors
    /// `InvalidRevocationList` when it cannot be written.
    pub fn sign(&self, issuer: &Issuer) -> Result<String, TokenError> {
        let header = Header { alg: "EdDSA".to_owned(), kid: issuer.key_id().to_string(), typ: TYPE.to_owned() };
        let (protected, payload) = (encoded(&header)?, encoded(self)?);
        let signature = issuer.sign(format!("{protected}.{payload}").as_bytes());
        let signed = Signed { payload, protected, signature: URL_SAFE_NO_PAD.encode(signature) };
        serde_json::to_string(&signed).map_err(|error| invalid(&error.to_string()))
    }

    /// Reads a signed page, if a published key signed it.
    ///
    /// # Errors
    /// `InvalidRevocationList`, or `UnknownKey` when the key set does not have the key it names.
    pub fn verify(signed: &str, keys: &KeySet) -> Result<Self, TokenError> {
        let signed: Signed = serde_json::from_str(signed).map_err(|error| invalid(&error.to_string()))?;
        let header: Header = decoded(&signed.protected)?;
        if (header.alg.as_str(), header.typ.as_str()) != ("EdDSA", TYPE) {
            return Err(invalid("its header names another algorithm or type"));
        }
        let kid = header.kid.parse().map_err(|_| invalid("its key id is not a number"))?;
        let signature = URL_SAFE_NO_PAD.decode(&signed.signature).ok().and_then(|bytes| bytes.try_into().ok());
        let signature = signature.ok_or_else(|| invalid("its signature is not 64 bytes"))?;
        let message = format!("{}.{}", signed.protected, signed.payload);
        if !keys.verifies(kid, message.as_bytes(), &signature)? {
            return Err(invalid("its signature is wrong"));
        }
        decoded(&signed.payload)
    }
}

fn encoded(value: &impl Serialize) -> Result<String, TokenError> {
    let json = serde_json::to_vec(value).map_err(|error| invalid(&error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

fn decoded<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, TokenError> {
    let json = URL_SAFE_NO_PAD.decode(text).map_err(|error| invalid(&error.to_string()))?;
    serde_json::from_slice(&json).map_err(|error| invalid(&error.to_string()))
}

fn invalid(what: &str) -> TokenError {
    TokenError::InvalidRevocationList(what.to_owned())
}
