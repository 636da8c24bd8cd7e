//! Mints a token, narrows it, verifies it with the published keys alone.

use tessera_token::{
    Grant, Issuer, KeySet, Narrowing, Request, RevocationList, TokenError, attenuate, inspect, verify,
};

fn main() -> Result<(), TokenError> {
    let issuer = Issuer::new([1; 32], 1)?;
    let published = KeySet::of([&issuer]).to_json()?;
    let token = issuer.mint(&Grant {
        ent: "tok_example".into(),
        capability: "qod.latency".into(),
        also: Vec::new(),
        qos: None,
        device: None,
        area: vec![],
        from_ms: 0,
        to_ms: 10_000,
        units: None,
        budget: Some(("EUR".into(), 500)),
        max_depth: 4,
        holder: None,
    })?;
    let child = attenuate(&token, &Narrowing::new().amount_max("EUR", 100).op("activate"))?;
    println!("{:#?}", inspect(&child)?);
    let mut request = Request { op: "activate".into(), capability: "qod.latency".into(), ..Request::default() };
    for minor in [100, 101] {
        request.amount = Some(("EUR".into(), minor));
        match verify(&child, &KeySet::parse(&published)?, &request, 5_000, &RevocationList::default()) {
            Ok(verified) => println!("{minor}: allowed for {} at depth {}", verified.ent, verified.depth),
            Err(error) => println!("{minor}: {error}"),
        }
    }
    Ok(())
}
