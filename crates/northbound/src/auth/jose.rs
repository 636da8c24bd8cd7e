//! Signed JSON texts (RFC 7515, 7519), read by the rules of RFC 8725: the algorithm is one that we list, the key is one
//! that we know, and nothing in the header can talk us into another.

use crate::auth::keys::PublicKey;
use crate::limits::BEARER_BYTES_MAX;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, crypto};
use serde_json::{Map, Value};

/// Every algorithm there is for us: asymmetric ones. `none` and those with a shared secret are not among them.
pub(crate) const ALGORITHMS: [(&str, Algorithm); 4] = [
    ("ES256", Algorithm::ES256),
    ("EdDSA", Algorithm::EdDSA),
    ("PS256", Algorithm::PS256),
    ("RS256", Algorithm::RS256),
];

/// Members of a header that name keys or ask for what we do not do.
const REFUSED: [&str; 7] = ["crit", "b64", "jku", "x5u", "x5c", "enc", "zip"];

/// Why a signed text is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Distrust {
    /// It is not what it should be.
    #[error("{0}")]
    Invalid(&'static str),
    /// The keys of whoever signed it cannot be had now.
    #[error("the keys of its issuer cannot be fetched now")]
    Unreachable,
    /// As many single-use ids are remembered as fit; forgetting one would let it be used again.
    #[error("too many single-use ids are remembered now")]
    Full,
}

/// A signed text, taken apart. Nothing in it is true before [`Jose::is_signed_by`].
pub(crate) struct Jose<'a> {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    /// The algorithm it says it is signed with.
    pub algorithm: Algorithm,
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Jose<'a> {
    /// Takes a text apart.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Distrust> {
        let parts = || {
            let (signed, signature) = text.rsplit_once('.')?;
            let (header, claims) = signed.split_once('.')?;
            Some((object(header)?, object(claims)?, signed, signature))
        };
        let parts = if text.len() <= BEARER_BYTES_MAX { parts() } else { None };
        let (header, claims, signed, signature) = parts.ok_or(Distrust::Invalid("it is not a signed JSON text"))?;
        if REFUSED.iter().any(|name| header.contains_key(*name)) {
            return Err(Distrust::Invalid("its header asks for what is not done here"));
        }
        let named = header.get("alg").and_then(Value::as_str);
        let known = ALGORITHMS.iter().find(|(name, _)| Some(*name) == named);
        let (_, algorithm) = known.ok_or(Distrust::Invalid("its algorithm is not accepted"))?;
        Ok(Self { algorithm: *algorithm, header, claims, signed, signature })
    }

    /// Is it of this type, and without a key of its own?
    pub(crate) fn expect(&self, types: &[&str]) -> Result<(), Distrust> {
        if self.header.contains_key("jwk") {
            return Err(Distrust::Invalid("its header brings a key of its own"));
        }
        self.expect_type(types)
    }

    /// Is it of this type? Without a type it is a `JWT`.
    pub(crate) fn expect_type(&self, types: &[&str]) -> Result<(), Distrust> {
        let named = match self.header.get("typ") {
            None => Some("JWT"),
            Some(named) => named.as_str().map(|named| named.strip_prefix("application/").unwrap_or(named)),
        };
        let sound = named.is_some_and(|named| types.iter().any(|one| one.eq_ignore_ascii_case(named)));
        if sound { Ok(()) } else { Err(Distrust::Invalid("it is of another type")) }
    }

    /// Did the holder of this key sign it?
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.signs(self.algorithm)
            && crypto::verify(self.signature, self.signed.as_bytes(), key.decoding(), self.algorithm).unwrap_or(false)
    }

    /// The number of the key it says it is signed with.
    pub(crate) fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// A member of the header.
    pub(crate) fn header(&self, name: &str) -> Option<&Value> {
        self.header.get(name)
    }

    /// A claim.
    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// A claim that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claim(name).and_then(Value::as_str)
    }

    /// A claim that is a time, in milliseconds.
    pub(crate) fn time_ms(&self, name: &str) -> Option<u64> {
        self.claim(name).and_then(Value::as_u64).and_then(|seconds| seconds.checked_mul(1_000))
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}
