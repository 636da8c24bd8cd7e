//! What clients sign: who they are (RFC 7523 §2.2), and on whose behalf they ask (§2.1).

use crate::app::App;
use crate::auth::Client;
use crate::auth::challenge::Why;
use crate::auth::jose::{Distrust, Jose};
use crate::auth::oauth::OAuth;
use crate::auth::remote::Fetching;
use crate::auth::replay::Once;
use crate::limits::{ASSERTION_LIFETIME_MAX, CLOCK_LEEWAY, JTI_BYTES_MAX};
use std::sync::Arc;
use types::{Duration, Instant};

/// What an assertion is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// To say who asks.
    Client,
    /// To say on whose behalf.
    Grant,
}

/// An assertion that was found good, and is used up.
#[derive(Debug)]
pub(crate) struct Asserted {
    /// Who signed it.
    pub client: Arc<Client>,
    /// Its subject.
    pub subject: String,
    /// Its scope, where it has one.
    pub scope: Option<String>,
}

/// Checks an assertion and uses it up; one that is not good is counted.
pub(crate) async fn check(
    app: &App,
    oauth: &OAuth,
    asserted: (Role, &str),
    now: Instant,
) -> Result<Asserted, Distrust> {
    let checked = checked(app, oauth, asserted, now).await;
    if let Err(Distrust::Invalid(_)) = checked {
        app.metrics.turned_away(Why::InvalidAssertion);
    }
    checked
}

async fn checked(app: &App, oauth: &OAuth, (role, text): (Role, &str), now: Instant) -> Result<Asserted, Distrust> {
    let jose = Jose::parse(text)?;
    jose.expect(&["JWT", "client-authentication+jwt"])?;
    let issuer = jose.text("iss").ok_or(Distrust::Invalid("the assertion does not say who issued it"))?;
    let client = oauth.client(issuer).ok_or(Distrust::Invalid("the client is not known"))?;
    let subject = jose.text("sub").ok_or(Distrust::Invalid("the assertion has no subject"))?;
    if role == Role::Client && subject != issuer {
        return Err(Distrust::Invalid("issuer and subject of the assertion must both be the client"));
    }
    let keys = client.keys.as_ref().ok_or(Distrust::Invalid("the client has no keys"))?;
    keys.check(&jose, Fetching { web: app.web.clone(), now }).await?;
    // One text, never a list: an assertion for one endpoint must be of no use at another.
    let endpoint = oauth.token_endpoint();
    if jose.text("aud").is_none_or(|audience| audience != endpoint && audience != oauth.issuer()) {
        return Err(Distrust::Invalid("the audience of the assertion must be one text: the token endpoint's address"));
    }
    let until = times(role, &jose, now)?;
    let id = jose.text("jti").filter(|id| (1..=JTI_BYTES_MAX).contains(&id.len()));
    let id = id.ok_or(Distrust::Invalid("the assertion has no single-use id"))?;
    oauth.assertions().once(Once { whose: issuer, id, until }, now)?;
    Ok(Asserted {
        client: Arc::clone(client),
        subject: subject.to_owned(),
        scope: jose.text("scope").map(str::to_owned),
    })
}

/// When it ends: it has not yet, and lives no longer than it may.
fn times(role: Role, jose: &Jose<'_>, now: Instant) -> Result<Instant, Distrust> {
    let time = |name: &str| match (jose.claim(name), jose.time_ms(name)) {
        (None, _) => Ok(None),
        (Some(_), Some(ms)) => Ok(Some(Instant::from_ms(ms))),
        (Some(_), None) => Err(Distrust::Invalid("a time of the assertion is none")),
    };
    let until = time("exp")?.ok_or(Distrust::Invalid("the assertion does not say when it expires"))?;
    if until <= now {
        return Err(Distrust::Invalid("the assertion has expired"));
    }
    if until > now.after(ASSERTION_LIFETIME_MAX) {
        return Err(Distrust::Invalid("the assertion expires more than 300 seconds from now"));
    }
    // On behalf of a person the profile demands `iat`, and lets it be no moment ahead.
    let ahead = if role == Role::Grant { Duration::ZERO } else { CLOCK_LEEWAY };
    match time("iat")? {
        None if role == Role::Grant => Err(Distrust::Invalid("the assertion does not say when it was issued")),
        Some(issued) if issued > now.after(ahead) => Err(Distrust::Invalid("the assertion was issued in the future")),
        Some(issued) if until.since(issued) > ASSERTION_LIFETIME_MAX => {
            Err(Distrust::Invalid("the assertion lives more than 300 seconds"))
        }
        _ => Ok(()),
    }?;
    if time("nbf")?.is_some_and(|from| from > now.after(CLOCK_LEEWAY)) {
        return Err(Distrust::Invalid("the time of the assertion has not come"));
    }
    Ok(until)
}
