//! `tessera bench usage-batch`: batches of usage records over HTTP, each answered when all of it is durable.

use super::Options;
use super::audit::{self, quantity};
use super::http::{Auth, Caller, Connection, Figures, Identity, Idle, Load, Measured, Post, Script, Turn};
use super::world::{self, OPERATOR, World};
use anyhow::{Context, bail};
use axum::http::StatusCode;
use engine::Role;
use journal::SqliteStore;
use northbound::ClientKey;
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use types::CellId;

/// Records of one run when no number is named.
const COUNT: u64 = 4_000_000;
/// Accounts of the runs when no number is named.
const ACCOUNTS: [u32; 2] = [1, 100_000];
/// Connections when no number is named: while one batch is made durable, others are sent.
const CONNECTIONS: u32 = 4;
/// Room for one record, in bytes.
const RECORD_BYTES: usize = 176;
/// The type of media of a batch.
const MEDIA: &str = "application/cloudevents-batch+json";

/// How a run is made up.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Records of a batch.
    pub records: u64,
    /// Accounts that they are spread over.
    pub accounts: u32,
}

/// One run.
#[derive(Debug, Serialize)]
pub struct Run {
    accounts: u32,
    connections: u32,
    records_a_batch: u64,
    bytes_a_record: u64,
    records_per_s: u64,
    batches: Figures,
}

/// All of them; the figure in front is the least.
#[derive(Debug, Serialize)]
struct Report {
    bench: &'static str,
    records_per_s: u64,
    runs: Vec<Run>,
}

/// One batch after another.
struct Reporting {
    identity: Identity,
    tokens: Vec<String>,
    /// One for each connection.
    meters: Vec<String>,
    records: u64,
}

/// Measures with each number of accounts, on a cell of its own.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let records = options.batch as u64;
    let connections = options.connections.unwrap_or(CONNECTIONS);
    let batches = options.count.unwrap_or(COUNT).div_ceil(records);
    let numbers = options.accounts.map_or_else(|| ACCOUNTS.to_vec(), |accounts| vec![accounts]);
    let runs = numbers.into_iter().map(|accounts| {
        let folder = tempfile::tempdir().context("could not make a temporary folder")?;
        let data = options.data.clone().unwrap_or_else(|| folder.path().to_owned()).join(format!("{accounts}"));
        measure(Load { connections, count: batches }, Shape { records, accounts }, &data)
    });
    let runs = runs.collect::<anyhow::Result<Vec<_>>>()?;
    let records_per_s = runs.iter().map(|run| run.records_per_s).min().unwrap_or(0);
    let report = Report { bench: "usage-batch", records_per_s, runs };
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    for run in &report.runs {
        run.batches.print("usage-batch", run.connections);
        println!("{:>14}  {} accounts, {} records/s", "", run.accounts, run.records_per_s);
    }
    Ok(())
}

/// One run; ends with an error when the books do not say what was reported.
pub fn measure(load: Load, shape: Shape, data: &Path) -> anyhow::Result<Run> {
    let idle = Idle::start(data)?;
    let meter = Caller { secret: "meter-secret".to_owned(), role: Role::Meter, party: OPERATOR };
    let (tokens, meters) = idle.fill(async |gate| {
        let World { tokens, .. } = world::build(gate, shape.accounts).await?;
        let meters = world::meters(gate, load.connections).await?;
        let named = |view: &node::View| {
            tokens.iter().filter_map(|token| Some(view.state.token(*token)?.id.to_string())).collect()
        };
        Ok((gate.read(named).await, meters.iter().map(ToString::to_string).collect()))
    })?;
    let key = ClientKey::new([9; 32]).context("no key can be made")?;
    let served = idle.serve(&[meter], Some((&key, OPERATOR)))?;
    let identity = Identity::issued(Auth::Bearer, key, served.address, "tessera:meter")?;
    let script = Arc::new(Reporting { identity, tokens, meters, records: shape.records });
    let bytes = script.batch(Turn { connection: 0, nth: 0, number: 0 }).len() as u64;
    let batches = Measured { script, requests: shape.records }.alone(load, served.address)?;
    served.stop()?;
    let (_, view) = audit::replay(&SqliteStore::open(data, CellId(1))?)?;
    audit::balanced(&view)?;
    audit::charged(&view, load.count * shape.records)?;
    Ok(Run {
        accounts: shape.accounts,
        connections: load.connections,
        records_a_batch: shape.records,
        bytes_a_record: bytes / shape.records,
        records_per_s: batches.requests_per_s,
        batches,
    })
}

impl Reporting {
    fn batch(&self, turn: Turn) -> String {
        let (spread, meter) = (self.tokens.len() as u64, &self.meters[turn.connection as usize]);
        let mut body = String::with_capacity(self.records as usize * RECORD_BYTES);
        for place in 0..self.records {
            let (number, id) = (turn.number * self.records + place, turn.nth * self.records + place + 1);
            // A step that is coprime to the count visits every account, in an order that no cache likes.
            let token = &self.tokens[(number.wrapping_mul(7_919) % spread) as usize];
            body.push(if place == 0 { '[' } else { ',' });
            body.push_str(r#"{"specversion":"1.0","type":"usage.reported","source":""#);
            body.push_str(meter);
            // Writing to a text cannot fail.
            let _ = write!(body, r#"","id":"{id}","subject":""#);
            body.push_str(token);
            let _ = write!(body, r#"","data":{{"quantity":{}}}}}"#, quantity(number));
        }
        body.push(']');
        body
    }
}

impl Script for Reporting {
    async fn operate(&self, connection: &mut Connection, turn: Turn) -> anyhow::Result<()> {
        let (body, identity) = (self.batch(turn), &self.identity);
        let post = Post { path: "/v1/usage", media: MEDIA, identity, key: None, body, expected: StatusCode::OK };
        let answer = connection.post(post).await?;
        let expected = format!(r#"{{"accepted":{},"duplicates":0,"rejected":0,"#, self.records);
        if !answer.starts_with(expected.as_bytes()) {
            bail!("a batch was answered {}", String::from_utf8_lossy(&answer[..answer.len().min(200)]));
        }
        Ok(())
    }
}
