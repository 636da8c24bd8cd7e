//! The cheap half of verification, done at every use: revocation, depth, window, request.

use std::time::Duration;

use biscuit_auth::{AuthorizerBuilder, AuthorizerLimits, Biscuit, error};

use crate::{
    Clause, Grant, KeySet, RevocationList, TokenError,
    lint::statements,
    parse_and_lint,
    text::{integer, require_plain},
};

/// Wall-clock limit of one evaluation. The library's own 1 ms refuses good tokens on a busy machine.
const EVALUATION_MAX: Duration = Duration::from_millis(100);

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

/// A token whose signatures and form are good. Time, revocation and request are not judged yet.
#[derive(Debug, Clone)]
pub struct Linted {
    biscuit: Biscuit,
    bytes: usize,
    grant: Grant,
    narrowings: Vec<Vec<Clause>>,
    revocation_ids: Vec<Vec<u8>>,
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

impl Linted {
    pub(crate) fn new(biscuit: Biscuit, bytes: usize, grant: Grant, narrowings: Vec<Vec<Clause>>) -> Self {
        let revocation_ids = biscuit.revocation_identifiers();
        Self { biscuit, bytes, grant, narrowings, revocation_ids }
    }

    /// What the issuer granted.
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Bytes of the decoded token; what is kept in memory is a small multiple.
    pub fn size_bytes(&self) -> usize {
        self.bytes
    }

    /// One id for each block, the issuer's first.
    pub fn revocation_ids(&self) -> &[Vec<u8>] {
        &self.revocation_ids
    }

    /// How often the token was passed on.
    pub fn depth(&self) -> u32 {
        u32::try_from(self.narrowings.len()).unwrap_or(u32::MAX)
    }

    /// End (exclusive) of the narrowest window, Unix milliseconds: keep it in a cache no longer.
    pub fn expires_ms(&self) -> u64 {
        self.windows().map(|(_, to)| to).min().unwrap_or(self.grant.to_ms)
    }

    /// Judges one request at one time.
    ///
    /// # Errors
    /// In this order: `Revoked`, `DepthExceeded`, `Expired`, `NotYetValid`, `Inexpressible`, `TooNarrow`, `LimitReached`.
    pub fn authorize(&self, request: &Request, now_ms: u64, revoked: &RevocationList) -> Result<Verified, TokenError> {
        if let Some(block) = self.revocation_ids.iter().position(|id| revoked.contains(id)) {
            return Err(TokenError::Revoked { block });
        }
        if self.depth() > self.grant.max_depth {
            return Err(TokenError::DepthExceeded { depth: self.depth(), max: self.grant.max_depth });
        }
        self.check_window(now_ms)?;
        self.evaluate(request, now_ms)?;
        Ok(Verified {
            ent: self.grant.ent.clone(),
            grant: self.grant.clone(),
            narrowings: self.narrowings.clone(),
            depth: self.depth(),
            revocation_ids: self.revocation_ids.clone(),
            expires_ms: self.expires_ms(),
        })
    }

    fn windows(&self) -> impl Iterator<Item = (u64, u64)> {
        let narrowed = self.narrowings.iter().flatten().filter_map(|clause| match clause {
            Clause::Window { from_ms, to_ms } => Some((*from_ms, *to_ms)),
            _ => None,
        });
        narrowed.chain([(self.grant.from_ms, self.grant.to_ms)])
    }

    fn check_window(&self, now_ms: u64) -> Result<(), TokenError> {
        let at_ms = self.expires_ms();
        if now_ms >= at_ms {
            return Err(TokenError::Expired { at_ms });
        }
        let from_ms = self.windows().map(|(from, _)| from).max().unwrap_or(self.grant.from_ms);
        if now_ms < from_ms {
            return Err(TokenError::NotYetValid { from_ms });
        }
        Ok(())
    }

    fn evaluate(&self, request: &Request, now_ms: u64) -> Result<(), TokenError> {
        let source = self.facts(request, now_ms)?.join(";\n") + ";\nallow if true;";
        // set_limits: in 6.0 the argument of `authorize_with_limits` is ignored while rules run.
        let limits = AuthorizerLimits { max_facts: 200, max_iterations: 10, max_time: EVALUATION_MAX };
        AuthorizerBuilder::new()
            .code(source)
            .and_then(|builder| builder.set_limits(limits).build(&self.biscuit))
            .and_then(|mut authorizer| authorizer.authorize())
            .map_err(refusal)?;
        Ok(())
    }

    fn facts(&self, request: &Request, now_ms: u64) -> Result<Vec<String>, TokenError> {
        let mut facts = vec![
            format!("time({})", integer("now_ms", now_ms)?),
            format!("depth({})", self.depth()),
            quoted("op", &request.op)?,
            quoted("req_capability", &request.capability)?,
        ];
        if let Some(cell) = request.cell {
            facts.push(format!("req_cell({})", integer("cell", cell)?));
        }
        if let Some(device) = &request.device {
            facts.push(quoted("req_device", device)?);
        }
        if let Some(qos) = &request.qos {
            facts.push(quoted("req_qos", qos)?);
        }
        match &request.amount {
            Some((_, minor)) if *minor < 0 => {
                return Err(TokenError::TooNarrow { what: "an amount must not be negative".to_owned() });
            }
            Some((currency, minor)) => {
                require_plain("currency", currency)?;
                facts.push(format!("req_amount(\"{currency}\", {minor})"));
            }
            None => facts.extend(self.currencies().map(|currency| format!("req_amount(\"{currency}\", 0)"))),
        }
        match &request.units {
            Some((unit, count)) => {
                require_plain("unit", unit)?;
                facts.push(format!("req_units(\"{unit}\", {})", integer("units", *count)?));
            }
            None => facts.extend(self.unit_names().map(|unit| format!("req_units(\"{unit}\", 0)"))),
        }
        Ok(facts)
    }

    fn currencies(&self) -> impl Iterator<Item = &String> {
        let narrowed = self.narrowings.iter().flatten().filter_map(|clause| match clause {
            Clause::AmountMax { currency, .. } => Some(currency),
            _ => None,
        });
        narrowed.chain(self.grant.budget.as_ref().map(|(currency, _)| currency))
    }

    fn unit_names(&self) -> impl Iterator<Item = &String> {
        let narrowed = self.narrowings.iter().flatten().filter_map(|clause| match clause {
            Clause::UnitsMax { unit, .. } => Some(unit),
            _ => None,
        });
        narrowed.chain(self.grant.units.as_ref().map(|(unit, _)| unit))
    }
}

fn refusal(error: error::Token) -> TokenError {
    match error {
        error::Token::FailedLogic(
            error::Logic::Unauthorized { checks, .. } | error::Logic::NoMatchingPolicy { checks },
        ) => {
            let words: Vec<String> = checks.iter().map(words).collect();
            TokenError::TooNarrow { what: words.join("; ") }
        }
        error::Token::RunLimit(_) => TokenError::LimitReached,
        other => TokenError::Malformed(other.to_string()),
    }
}

fn words(failed: &error::FailedCheck) -> String {
    let error::FailedCheck::Block(failed) = failed else { return failed.to_string() };
    let subject = ["capability", "qos", "device", "cell", "units", "amount"]
        .into_iter()
        .find(|name| failed.rule.contains(&format!("req_{name}")));
    let clause = statements(&format!("{};\n", failed.rule)).first().and_then(|rule| Clause::from_statement(rule));
    match (failed.block_id, clause, subject) {
        (0, _, Some(subject)) => format!("the request's {subject} is outside the grant"),
        (block, Some(clause), _) => format!("block {block} allows {clause}"),
        (block, None, _) => format!("block {block}: {}", failed.rule),
    }
}

fn quoted(name: &str, text: &str) -> Result<String, TokenError> {
    require_plain(name, text)?;
    Ok(format!("{name}(\"{text}\")"))
}
