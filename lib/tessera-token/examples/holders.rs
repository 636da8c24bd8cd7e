//! Passes a token from holder to holder, and proves a use with the last one's key.

use tessera_token::{
    Grant, HolderKey, Issuer, KeySet, Narrowing, Possession, Request, RequestDigest, RevocationList, TokenError,
    delegate, prove, verify, verify_held,
};

fn main() -> Result<(), TokenError> {
    let issuer = Issuer::new([1; 32], 1)?;
    let keys = KeySet::of([&issuer]);
    let (first, second) = (HolderKey::new([2; 32]), HolderKey::new([3; 32]));
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
        holder: Some(first.public_key()),
    })?;
    let child = delegate(&token, &first, second.public_key(), &Narrowing::new().amount_max("EUR", 100))?;
    let request = Request { op: "activate".into(), capability: "qod.latency".into(), ..Request::default() };
    let none = RevocationList::default();
    if let Err(refused) = verify(&child, &keys, &request, 5_000, &none) {
        println!("the text alone: {refused}");
    }
    let digest = RequestDigest::of("POST", "/v1/sessions", b"{}");
    for (name, holder) in [("the first holder", &first), ("the second", &second)] {
        let proof = prove(&child, holder, digest, 5_000, [7; 16]);
        let possession = Possession { proof: &proof, request: digest };
        match verify_held(&child, &keys, &request, 5_000, &none, possession) {
            Ok((verified, _)) => println!("{name}: allowed for {} at depth {}", verified.ent, verified.depth),
            Err(refused) => println!("{name}: {refused}"),
        }
    }
    Ok(())
}
