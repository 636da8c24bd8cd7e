//! `tessera bench verify`: what verifying an entitlement costs on one core, beside the Biscuit library alone.
//!
//! *Uncached* is all of it: decode, signatures, lint, judgement. *Bare* is the library's own decode, signatures and Datalog
//! over the same texts and facts, in turns with it. *Cached* is the node's check of a text that it has seen: the state of
//! the token, revocation, time and request are judged at every use.

use super::{Options, world};
use anyhow::{Context, anyhow};
use engine::state::State;
use journal::{Memory, Store};
use node::{Cell, CellSecret, EntitlementRequest, Entitlements, Keyring, wall_clock};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tessera_token::bare::{self, Facts};
use tessera_token::{Narrowing, attenuate, parse_and_lint};
use types::CellId;

/// Different tokens, so that no cache of the machine has the answer.
const TOKENS: u32 = 1_000;
/// Rounds over all of them; the middle one counts.
const ROUNDS: usize = 7;

/// What one count of blocks costs.
struct Figures {
    bytes: usize,
    uncached_us: f64,
    bare_us: f64,
    cached_per_s: f64,
}

/// Verifies texts of one and of five blocks.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let store: Arc<dyn Store> = Arc::new(Memory::new(CellId(1)));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let state = runtime.block_on(async {
        let cell = Cell::start(&store)?;
        world::build(cell.gate(), TOKENS).await?;
        anyhow::Ok(cell.gate().read(|view| view.state.clone()).await)
    })?;
    for blocks in [1, 5] {
        let figures = measure(&state, blocks)?;
        let Figures { bytes, uncached_us, bare_us, cached_per_s } = figures;
        let ratio = uncached_us / bare_us;
        if options.json {
            println!(
                "{{\"bench\":\"verify\",\"blocks\":{blocks},\"bytes\":{bytes},\"uncached_us\":{uncached_us:.1},\"bare_us\":{bare_us:.1},\"ratio\":{ratio:.2},\"cached_per_s\":{cached_per_s:.0}}}"
            );
        } else {
            println!(
                "{blocks} block(s), {bytes} bytes: {uncached_us:.1} µs uncached, bare Biscuit {bare_us:.1} µs (ratio {ratio:.2}); cached {cached_per_s:.0}/s on one core"
            );
        }
    }
    Ok(())
}

fn measure(state: &State, blocks: usize) -> anyhow::Result<Figures> {
    let keyring = Arc::new(Keyring::in_memory(&CellSecret::draw())?);
    let entitlements = Entitlements::new(Arc::clone(&keyring));
    let keys = keyring.key_set();
    let texts = (0..TOKENS).map(|at| text(state, &entitlements, at, blocks)).collect::<anyhow::Result<Vec<_>>>()?;
    let request = request(state)?;
    let now = wall_clock();
    let first = parse_and_lint(texts.first().context("there are tokens")?, &keys)?;
    let facts = Facts::of(&first, &request, now.as_ms());
    let (mut uncached, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        uncached.push(timed(&texts, |text| Ok(parse_and_lint(text, &keys)?.allows(&request, now.as_ms())?))?);
        bare.push(timed(&texts, |text| Ok(bare::verify(text, &keys, &facts)?))?);
    }
    let mut cached = Vec::new();
    for _ in 0..ROUNDS * 20 {
        cached.push(timed(&texts, |text| {
            entitlements.verify(state, text, &request, None, wall_clock()).map(drop).map_err(|error| anyhow!("{error}"))
        })?);
    }
    let micros = |times: Vec<Duration>| middle(times).as_secs_f64() * 1e6 / f64::from(TOKENS);
    let cached_per_s = f64::from(TOKENS) / middle(cached).as_secs_f64();
    let (uncached_us, bare_us) = (micros(uncached), micros(bare));
    Ok(Figures { bytes: first.size_bytes(), uncached_us, bare_us, cached_per_s })
}

/// How long all texts take, one after another.
fn timed(texts: &[String], verify: impl Fn(&str) -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let began = Instant::now();
    texts.iter().try_for_each(|text| verify(text))?;
    Ok(began.elapsed())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The text of a token, narrowed until it has so many blocks.
fn text(state: &State, entitlements: &Entitlements, at: u32, blocks: usize) -> anyhow::Result<String> {
    let issued = entitlements.mint(state, engine::state::TokenRef::from_index(at))?;
    (1..blocks).try_fold(issued, |parent, block| {
        let most = 1_000 - i64::try_from(block)?;
        Ok(attenuate(&parent, &Narrowing::new().amount_max("EUR", most).op("activate"))?)
    })
}

/// What every token of the world allows.
fn request(state: &State) -> anyhow::Result<EntitlementRequest> {
    let offering = state.offerings.first().context("there is an offering")?;
    Ok(EntitlementRequest {
        op: "activate".to_owned(),
        capability: node::capability_name(offering.capability).to_owned(),
        qos: Some(offering.qos_profile.clone()),
        amount: Some(("EUR".to_owned(), 5)),
        ..EntitlementRequest::default()
    })
}
