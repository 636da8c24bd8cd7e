//! `tessera bench charge-http`: one charge a request, by a known bearer, answered when it is durable.

use super::Options;
use super::audit::{self, quantity};
use super::http::{
    Auth, Bare, Caller, Connection, Identity, Idle, JSON, Load, Measured, Post, Report, Run, Script, Turn, runs,
};
use super::world::{self, OPERATOR, World};
use anyhow::Context;
use axum::http::StatusCode;
use engine::Role;
use journal::SqliteStore;
use northbound::ClientKey;
use serde::Deserialize;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use types::{CellId, SourceId, TokenId};

/// Charges of one run when no number is named.
const COUNT: u64 = 200_000;
/// Accounts that the charges are spread over when no number is named.
const ACCOUNTS: u32 = 10_000;

/// One charge after another.
struct Charging {
    identity: Identity,
    tokens: Vec<TokenId>,
    /// One for each connection.
    meters: Vec<SourceId>,
}

/// What bare axum reads of a charge.
#[derive(Deserialize)]
struct Charge {
    #[serde(rename = "token")]
    _token: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "sequence")]
    _sequence: u64,
    #[serde(rename = "quantity")]
    _quantity: u64,
}

/// Measures with each number of connections, on a cell of its own.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let accounts = options.accounts.unwrap_or(ACCOUNTS);
    let runs = runs(options, COUNT, |load, data| measure(load, options.auth, accounts, data))?;
    let bench = match options.auth {
        Auth::Secret => "charge-http secret",
        Auth::Bearer => "charge-http",
        Auth::Dpop => "charge-http dpop",
    };
    Report::of(bench, runs).print(options.json)
}

/// One run; ends with an error when the books do not say what was charged.
pub fn measure(load: Load, auth: Auth, accounts: u32, data: &Path) -> anyhow::Result<Run> {
    let idle = Idle::start(data)?;
    let meter = Caller { secret: "meter-secret".to_owned(), role: Role::Meter, party: OPERATOR };
    let (tokens, meters) = idle.fill(async |gate| {
        let World { tokens, .. } = world::build(gate, accounts).await?;
        let meters = world::meters(gate, load.connections).await?;
        let tokens = gate.read(|view| tokens.iter().filter_map(|token| Some(view.state.token(*token)?.id)).collect());
        Ok((tokens.await, meters))
    })?;
    let secret = meter.identity()?;
    let key = ClientKey::new([9; 32]).context("no key can be made")?;
    let served = idle.serve(&[meter], Some((&key, OPERATOR)))?;
    let identity = match auth {
        Auth::Secret => secret,
        Auth::Bearer | Auth::Dpop => Identity::issued(auth, key, served.address, "tessera:meter")?,
    };
    let script = Charging { identity, tokens, meters };
    let money = json!({"minor": 5, "currency": "EUR", "text": "0.05 EUR"});
    let charged = json!({"status": "charged", "paid": money, "overrun": money});
    let bare = Bare::new().route::<Charge>("/v1/usage", StatusCode::OK, charged).serve()?;
    let run = Measured { script: Arc::new(script), requests: 1 }.beside(load, served.address, &bare)?;
    served.stop()?;
    let (_, view) = audit::replay(&SqliteStore::open(data, CellId(1))?)?;
    audit::balanced(&view)?;
    audit::charged(&view, load.count)?;
    Ok(run)
}

impl Script for Charging {
    async fn operate(&self, connection: &mut Connection, turn: Turn) -> anyhow::Result<()> {
        let spread = self.tokens.len() as u64;
        // A step that is coprime to the count visits every account, in an order that no cache likes.
        let token = self.tokens[(turn.number.wrapping_mul(7_919) % spread) as usize];
        let meter = self.meters[turn.connection as usize];
        let (sequence, quantity) = (turn.nth + 1, quantity(turn.number));
        let body = format!(r#"{{"token":"{token}","source":"{meter}","sequence":{sequence},"quantity":{quantity}}}"#);
        let identity = &self.identity;
        connection
            .post(Post { path: "/v1/usage", media: JSON, identity, key: None, body, expected: StatusCode::OK })
            .await?;
        Ok(())
    }
}
