//! What the Biscuit library itself says of a token, without the profile: to test and to measure against.
//!
//! Nothing is linted first, so a token of a stranger can hold the verifier up for seconds. Use
//! [`verify`](crate::verify) for anything but a comparison.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use biscuit_auth::{
    AuthorizerBuilder, AuthorizerLimits, Biscuit, UnverifiedBiscuit,
    builder::{self, Fact, Term, int, string},
    builder_ext::AuthorizerExt,
};
use std::time::Duration;

use crate::{Clause, KeySet, Linted, Request, TokenError};

/// Wall-clock limit of one evaluation. The library's own 1 ms refuses good tokens on a busy machine.
const EVALUATION_MAX: Duration = Duration::from_secs(10);

/// A request as facts of Datalog.
#[derive(Clone, Debug)]
pub struct Facts(Vec<Fact>);

impl Facts {
    /// Of a request at a time, for this token: what is not spent is zero of each name that the token has a check on.
    pub fn of(linted: &Linted, request: &Request, now_ms: u64) -> Self {
        let whole = |number: u64| int(i64::try_from(number).unwrap_or(i64::MAX));
        let mut facts = vec![
            fact("time", &[whole(now_ms)]),
            fact("depth", &[int(linted.depth().into())]),
            fact("op", &[string(&request.op)]),
            fact("req_capability", &[string(&request.capability)]),
        ];
        facts.extend(request.cell.map(|cell| fact("req_cell", &[whole(cell)])));
        facts.extend(request.device.as_ref().map(|device| fact("req_device", &[string(device)])));
        facts.extend(request.qos.as_ref().map(|qos| fact("req_qos", &[string(qos)])));
        let (currencies, units) = named(linted);
        match &request.amount {
            Some((currency, minor)) => facts.push(fact("req_amount", &[string(currency), int(*minor)])),
            None => facts.extend(currencies.map(|currency| fact("req_amount", &[string(currency), int(0)]))),
        }
        match &request.units {
            Some((unit, count)) => facts.push(fact("req_units", &[string(unit), whole(*count)])),
            None => facts.extend(units.map(|unit| fact("req_units", &[string(unit), int(0)]))),
        }
        Self(facts)
    }
}

/// Decodes a token, verifies its signatures and runs its checks. It is not linted.
///
/// # Errors
/// `Malformed`, `UnknownKey`, `BadSignature`, or `TooNarrow` when a check fails.
pub fn verify(token: &str, keys: &KeySet, facts: &Facts) -> Result<(), TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|error| TokenError::Malformed(error.to_string()))?;
    let unverified = UnverifiedBiscuit::from(&bytes).map_err(|error| TokenError::Malformed(error.to_string()))?;
    let key = keys.find(unverified.root_key_id().unwrap_or_default())?;
    let biscuit = unverified.verify(|_| Ok(key)).map_err(|_| TokenError::BadSignature)?;
    authorize(&biscuit, facts).map_err(|error| TokenError::TooNarrow { what: error.to_string() })
}

fn authorize(biscuit: &Biscuit, facts: &Facts) -> Result<(), biscuit_auth::error::Token> {
    // set_limits: in 6.0 the argument of `authorize_with_limits` is ignored while rules run.
    let limits = AuthorizerLimits { max_facts: 200, max_iterations: 10, max_time: EVALUATION_MAX };
    let builder = facts.0.iter().try_fold(AuthorizerBuilder::new(), |builder, fact| builder.fact(fact.clone()))?;
    builder.allow_all().set_limits(limits).build(biscuit)?.authorize().map(drop)
}

fn fact(name: &str, terms: &[Term]) -> Fact {
    builder::fact(name, terms)
}

/// The currencies and the units that the token has checks on.
fn named(linted: &Linted) -> (impl Iterator<Item = &String>, impl Iterator<Item = &String>) {
    let chain = linted.chain();
    let currencies = chain.narrowings.iter().flatten().filter_map(|clause| match clause {
        Clause::AmountMax { currency, .. } => Some(currency),
        _ => None,
    });
    let units = chain.narrowings.iter().flatten().filter_map(|clause| match clause {
        Clause::UnitsMax { unit, .. } => Some(unit),
        _ => None,
    });
    let (budget, most) = (chain.grant.budget.as_ref(), chain.grant.units.as_ref());
    (currencies.chain(budget.map(|(currency, _)| currency)), units.chain(most.map(|(unit, _)| unit)))
}
