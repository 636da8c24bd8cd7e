//! Prints what minting and verifying cost, in microseconds: the least and the mean of many runs. *Bare* is the Biscuit
//! library alone, *cached* what is left to do for a text that was seen before.

use std::time::Instant;

use std::collections::BTreeMap;
use tessera_token::bare::{self, Facts};
use tessera_token::{Grant, Issuer, KeySet, Narrowing, Request, RevocationList, TokenError, attenuate, parse_and_lint};

fn main() -> Result<(), TokenError> {
    let issuer = Issuer::new([1; 32], 1)?;
    let keys = KeySet::of([&issuer]);
    let grant = Grant {
        ent: "tok_example".into(),
        capability: "qod.latency".into(),
        also: Vec::new(),
        qos: Some("QOS_L".into()),
        device: None,
        area: (1..20).collect(),
        from_ms: 0,
        to_ms: 10_000,
        units: Some(("s".into(), 3_600)),
        budget: Some(("EUR".into(), 500)),
        max_depth: 5,
        holder: None,
    };
    let one = issuer.mint(&grant)?;
    let mut five = one.clone();
    for minor in [400, 300, 200, 100] {
        five = attenuate(&five, &Narrowing::new().amount_max("EUR", minor))?;
    }
    let request = Request {
        op: "activate".into(),
        capability: "qod.latency".into(),
        qos: Some("QOS_L".into()),
        cell: Some(3),
        ..Request::default()
    };
    let revoked = RevocationList::default();
    measure("mint", || issuer.mint(&grant).map(drop))?;
    for (blocks, token) in [(1, &one), (5, &five)] {
        let linted = parse_and_lint(token, &keys)?;
        println!("{blocks} block(s): {} bytes", linted.size_bytes());
        measure("parse_and_lint", || parse_and_lint(token, &keys).map(drop))?;
        let facts = Facts::of(&linted, &request, 5_000);
        measure("uncached", || parse_and_lint(token, &keys)?.allows(&request, 5_000))?;
        measure("bare", || bare::verify(token, &keys, &facts))?;
        measure("authorize", || linted.authorize(&request, 5_000, &revoked).map(drop))?;
        let cache = BTreeMap::from([(token.clone(), linted)]);
        let allowed =
            || cache.get(token.as_str()).map_or(Err(TokenError::BadSignature), |it| it.allows(&request, 5_000));
        let began = Instant::now();
        (0..1_000_000).try_for_each(|_| std::hint::black_box(allowed()))?;
        println!("cached: {:.0} a second", 1e6 / began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn measure(name: &str, run: impl Fn() -> Result<(), TokenError>) -> Result<(), TokenError> {
    const RUNS: u32 = 2_000;
    let (mut least, start) = (u128::MAX, Instant::now());
    for _ in 0..RUNS {
        let each = Instant::now();
        run()?;
        least = least.min(each.elapsed().as_nanos());
    }
    println!("{name}: {} µs at least, {} µs mean", least / 1_000, start.elapsed().as_micros() / u128::from(RUNS));
    Ok(())
}
