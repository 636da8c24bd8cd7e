//! Access tokens (RFC 9068): whether one is good, and what it lets its bearer do.

use crate::app::App;
use crate::auth::jose::{Distrust, Jose};
use crate::auth::keys::Verdict;
use crate::auth::oauth::{ForeignIssuer, OAuth};
use crate::auth::remote::Fetching;
use crate::auth::scope::Scope;
use crate::auth::signer::{ACCESS_TOKEN, Signers};
use crate::auth::verified::TextHash;
use crate::device::Identifier;
use crate::limits::CLOCK_LEEWAY;
use engine::Role;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use types::{Instant, PartyId, SubjectId};

/// What an access token says, once it is verified. Its times are looked at on every use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// The client it was issued to.
    pub client: Arc<str>,
    /// What that client may do.
    pub role: Role,
    /// For whom it acts.
    pub party: PartyId,
    /// What the token may be used for.
    pub scopes: BTreeSet<Scope>,
    /// The thumbprint of the key it is bound to.
    pub bound_to: Option<String>,
    /// The device it is for, with three legs.
    pub device: Option<Subject>,
    from: Instant,
    until: Instant,
}

/// The device of a token of three legs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The vault knows it, unless the person was forgotten.
    Kept(SubjectId),
    /// The issuer says it.
    Named(Identifier),
}

/// The claims of a token that are the same whoever issued it.
pub(crate) struct Common {
    scopes: BTreeSet<Scope>,
    bound_to: Option<String>,
    from: Instant,
    until: Instant,
}

/// Verifies an access token, or finds that it was verified before.
pub(crate) async fn verify(app: &App, oauth: &OAuth, text: &str, now: Instant) -> Result<Arc<Access>, Distrust> {
    let hash: TextHash = Sha256::digest(text).into();
    // Looked at before the keys are: what is verified while they change is verified again.
    let keys = oauth.signers().map_or(0, Signers::generation);
    if let Some(known) = oauth.verified().get(&hash, keys) {
        return known.in_time(now);
    }
    let jose = Jose::parse(text)?;
    jose.expect(&[ACCESS_TOKEN])?;
    let issuer = jose.text("iss").ok_or(Distrust::Invalid("it does not say who issued it"))?;
    let access = match (oauth.foreign(issuer), oauth.signers()) {
        (Some(foreign), _) => of_foreign(app, oauth, (issuer, foreign), &jose, now).await?,
        (None, Some(signers)) if issuer == oauth.issuer() => {
            if signers.judge(&jose) != Verdict::Signed {
                return Err(Distrust::Invalid("its signature is not good"));
            }
            of_ours(app, oauth, &jose)?
        }
        _ => return Err(Distrust::Invalid("its issuer is not one of this cell")),
    };
    let access = Arc::new(access).in_time(now)?;
    oauth.verified().remember(hash, &access, keys);
    Ok(access)
}

impl Access {
    fn in_time(self: Arc<Self>, now: Instant) -> Result<Arc<Self>, Distrust> {
        match now {
            now if now >= self.until => Err(Distrust::Invalid("it has expired")),
            now if now < self.from => Err(Distrust::Invalid("its time has not come")),
            _ => Ok(self),
        }
    }
}

/// A token of our own issuer. What its client may do is what is configured now, not when the token was made.
fn of_ours(app: &App, oauth: &OAuth, jose: &Jose<'_>) -> Result<Access, Distrust> {
    let common = common(jose, oauth.audience(), types::Duration::ZERO)?;
    let id = jose.text("client_id").ok_or(Distrust::Invalid("it names no client"))?;
    let client = oauth.client(id).ok_or(Distrust::Invalid("its client is not known any more"))?;
    let subject = jose.text("sub").ok_or(Distrust::Invalid("it has no subject"))?;
    let device = if subject == id {
        None
    } else {
        let subject = app.vault.of_pairwise(subject, id).ok_or(Distrust::Invalid("its subject is not one of ours"))?;
        Some(Subject::Kept(subject))
    };
    Ok(Access {
        client: Arc::clone(&client.id),
        role: client.role,
        party: client.party,
        scopes: common.scopes.intersection(&client.scopes).copied().collect(),
        bound_to: common.bound_to,
        device,
        from: common.from,
        until: common.until,
    })
}

/// A token of another issuer: its client is one that is configured for it, or its party is one that it names.
async fn of_foreign(
    app: &App,
    oauth: &OAuth,
    (name, issuer): (&str, &ForeignIssuer),
    jose: &Jose<'_>,
    now: Instant,
) -> Result<Access, Distrust> {
    if !issuer.algorithms.contains(&jose.algorithm) {
        return Err(Distrust::Invalid("its algorithm is not one of its issuer"));
    }
    let judged = issuer.keys.check(jose, Fetching { web: app.web.clone(), now }).await?;
    if judged.keys_changed {
        // What was signed with a key that is no longer published is not good any more.
        oauth.verified().forget();
    }
    let mut common = common(jose, &issuer.audience, CLOCK_LEEWAY)?;
    let id = jose.text(&issuer.client_claim).ok_or(Distrust::Invalid("it names no client"))?;
    let (client, role, party) = if let Some((claim, role)) = &issuer.party_claim {
        let party = jose.text(claim).and_then(|text| PartyId::parse(text).ok());
        (id.into(), *role, party.ok_or(Distrust::Invalid("it names no party"))?)
    } else {
        let client = oauth.client_of(name, id).ok_or(Distrust::Invalid("its client is not known"))?;
        common.scopes.retain(|scope| client.scopes.contains(scope));
        (Arc::clone(&client.id), client.role, client.party)
    };
    let Common { scopes, bound_to, from, until } = common;
    let device = issuer.device_claim.as_deref().and_then(|claim| jose.text(claim));
    let device = device.map(|text| {
        let named = Identifier::telephone(text.strip_prefix("tel:").unwrap_or(text));
        named.map(Subject::Named).ok_or(Distrust::Invalid("it names its device in another form"))
    });
    Ok(Access { client, role, party, scopes, bound_to, device: device.transpose()?, from, until })
}

pub(crate) fn common(jose: &Jose<'_>, audience: &str, leeway: types::Duration) -> Result<Common, Distrust> {
    let is_for = match jose.claim("aud") {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(all)) => all.iter().any(|one| one == audience),
        _ => false,
    };
    if !is_for {
        return Err(Distrust::Invalid("it is for another audience"));
    }
    let times = ["iat", "exp"].map(|name| jose.time_ms(name).map(Instant::from_ms));
    let (Some(issued), Some(until)) = (times[0], times[1]) else {
        return Err(Distrust::Invalid("it does not say when it was issued and when it expires"));
    };
    if ["sub", "jti"].iter().any(|name| jose.text(name).is_none_or(str::is_empty)) {
        return Err(Distrust::Invalid("it lacks a claim that every access token has"));
    }
    let from = match jose.claim("nbf") {
        None => issued,
        Some(_) => Instant::from_ms(jose.time_ms("nbf").ok_or(Distrust::Invalid("`nbf` is no time"))?).max(issued),
    };
    Ok(Common {
        scopes: scopes(jose.claim("scope")),
        bound_to: confirmation(jose)?,
        from: from.before(leeway),
        until: until.after(leeway),
    })
}

/// What is granted that means something here: one text (RFC 9068 §2.2.3), or a list as some providers write it.
pub(crate) fn scopes(claim: Option<&Value>) -> BTreeSet<Scope> {
    match claim {
        Some(Value::String(text)) => text.split(' ').filter_map(Scope::parse).collect(),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).filter_map(Scope::parse).collect(),
        _ => BTreeSet::new(),
    }
}

/// The key it is bound to. One that is bound in a way that is not known here is not taken as unbound.
fn confirmation(jose: &Jose<'_>) -> Result<Option<String>, Distrust> {
    match jose.claim("cnf") {
        None => Ok(None),
        Some(cnf) => match cnf.get("jkt").and_then(Value::as_str) {
            Some(thumbprint) => Ok(Some(thumbprint.to_owned())),
            None => Err(Distrust::Invalid("it is bound in a way that is not known here")),
        },
    }
}
