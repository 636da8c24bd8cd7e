//! Proofs of possession (RFC 9449): the holder of a key signs each request that it makes with a token bound to that key.

use crate::auth::jose::{Distrust, Jose};
use crate::auth::keys::PublicKey;
use crate::auth::oauth::OAuth;
use crate::auth::replay::Once;
use crate::limits::JTI_BYTES_MAX;
use axum::http::{HeaderMap, HeaderName};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use types::Instant;

/// Carries a proof.
pub(crate) const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The hash of the body, as CAMARA adds it.
pub(crate) const BODY_HASH: &str = "camara:bh";
/// The hash of the query, as CAMARA adds it.
pub(crate) const QUERY_HASH: &str = "camara:qh";

/// The request that a proof is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proved<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its path.
    pub path: &'a str,
    /// Its query, as it came.
    pub query: Option<&'a str>,
    /// The hash of its body.
    pub body: &'a str,
    /// The access token that it is sent with, where there is one.
    pub token: Option<&'a str>,
}

/// Must a proof hold the hashes of body and query?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofHashes {
    /// Those that it holds are checked.
    Optional,
    /// It must, where there is a body or a query and an access token.
    Required,
}

/// The key that signed the proof in a header, checked for one request: its thumbprint. Absent is `None`.
pub(crate) fn proof(
    oauth: &OAuth,
    headers: &HeaderMap,
    request: Proved<'_>,
    now: Instant,
) -> Result<Option<String>, Distrust> {
    let mut values = headers.get_all(DPOP).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let text = value.to_str().map_err(|_| Distrust::Invalid("the proof is not text"))?;
            check(oauth, text, request, now).map(Some)
        }
        (Some(_), Some(_)) => Err(Distrust::Invalid("there is more than one proof")),
    }
}

fn check(oauth: &OAuth, text: &str, request: Proved<'_>, now: Instant) -> Result<String, Distrust> {
    let jose = Jose::parse(text)?;
    jose.expect_type(&["dpop+jwt"])?;
    let jwk = jose.header("jwk").ok_or(Distrust::Invalid("the proof brings no key"))?;
    let key = PublicKey::of_jwk(jwk).map_err(|_| Distrust::Invalid("the key of the proof is not accepted"))?;
    if !jose.is_signed_by(&key) {
        return Err(Distrust::Invalid("the signature of the proof is not good"));
    }
    if jose.text("htm") != Some(request.method) {
        return Err(Distrust::Invalid("the proof is for another method"));
    }
    let stated = jose.text("htu").map(normalized);
    let here = |base: &str| stated.as_ref() == Some(&normalized(&format!("{base}{}", request.path)));
    if !oauth.bases().into_iter().any(here) {
        return Err(Distrust::Invalid("the proof is for another address"));
    }
    if let Some(token) = request.token
        && jose.text("ath") != Some(hash(token.as_bytes()).as_str())
    {
        return Err(Distrust::Invalid("the proof is for another access token"));
    }
    hashes(oauth, &jose, request)?;
    single_use(oauth, &jose, &key, now)?;
    Ok(key.thumbprint().to_owned())
}

/// The hashes that CAMARA adds, so that neither the query nor the body can be exchanged.
fn hashes(oauth: &OAuth, jose: &Jose<'_>, request: Proved<'_>) -> Result<(), Distrust> {
    let query = hash(request.query.unwrap_or_default().as_bytes());
    let required = oauth.proof_hashes() == ProofHashes::Required && request.token.is_some();
    let found =
        [(QUERY_HASH, query.as_str(), request.query.is_some()), (BODY_HASH, request.body, request.body != hash(b""))];
    for (name, found, there) in found {
        match jose.claim(name) {
            None if required && there => {
                return Err(Distrust::Invalid("the proof must hold the hashes of body and query"));
            }
            None => {}
            Some(stated) if stated.as_str() == Some(found) => {}
            Some(_) => return Err(Distrust::Invalid("the proof is for another body or query")),
        }
    }
    Ok(())
}

/// Made now, and not used before.
fn single_use(oauth: &OAuth, jose: &Jose<'_>, key: &PublicKey, now: Instant) -> Result<(), Distrust> {
    let window = oauth.proof_window();
    let made = jose.time_ms("iat").map(Instant::from_ms).ok_or(Distrust::Invalid("the proof does not say when"))?;
    if made > now.after(window) || made.after(window) < now {
        return Err(Distrust::Invalid("the proof is too old, or made in the future"));
    }
    let id = jose.text("jti").filter(|id| (1..=JTI_BYTES_MAX).contains(&id.len()));
    let id = id.ok_or(Distrust::Invalid("the proof has no single-use id"))?;
    oauth.proofs().once(Once { whose: key.thumbprint(), id, until: made.after(window) }, now)
}

/// SHA-256 in base64url, as proofs write hashes.
pub(crate) fn hash(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

/// Scheme and host in lower case, without the scheme's own port, query and fragment (RFC 9449 §4.3, RFC 3986 §6.2).
fn normalized(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
    let port = if scheme == "https" { ":443" } else { ":80" };
    let host = host.strip_suffix(port).unwrap_or(&host);
    format!("{scheme}://{host}{}", if path.is_empty() { "/" } else { path })
}
