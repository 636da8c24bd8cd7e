//! Chains of holders: who may pass a token on, who may use it, and that no hop gives more than the one before.

use super::*;

fn key(byte: u8) -> HolderKey {
    HolderKey::new([byte; 32])
}

fn held() -> String {
    issuer().mint(&Grant { holder: Some(key(1).public_key()), ..grant() }).unwrap()
}

fn asked() -> RequestDigest {
    RequestDigest::of("POST", "/v1/sessions", b"{}")
}

fn lint(token: &str) -> Result<Linted, TokenError> {
    parse_and_lint(token, &KeySet::of([&issuer()]))
}

/// A use that is proven with this holder's key.
fn used_by(token: &str, holder: &HolderKey) -> Result<Option<ProvenUse>, TokenError> {
    let proof = prove(token, holder, asked(), NOW, [9; 16]);
    let possession = Possession { proof: &proof, request: asked() };
    let keys = KeySet::of([&issuer()]);
    verify_held(token, &keys, &request(), NOW, &RevocationList::default(), possession).map(|(_, used)| used)
}

/// A third-party block as the library makes it, signed by anyone, with anything in it.
fn signed_by(parent: &str, signer: &[u8; 32], code: &str) -> String {
    let parent = UnverifiedBiscuit::from(URL_SAFE_NO_PAD.decode(parent).unwrap()).unwrap();
    let key = PrivateKey::from_bytes(signer, Algorithm::Ed25519).unwrap();
    let block = BlockBuilder::new().code(code).unwrap();
    let block = parent.third_party_request().unwrap().create_block(&key, block).unwrap();
    URL_SAFE_NO_PAD.encode(parent.append_third_party(&block.serialize().unwrap()).unwrap().to_vec().unwrap())
}

fn names(byte: u8) -> String {
    format!("holder(hex:{});", crate::text::hex(&key(byte).public_key()))
}

#[test]
fn only_the_last_holder_uses_a_token() {
    let first = held();
    let second = delegate(&first, &key(1), key(2).public_key(), &Narrowing::new().units_max("s", 3_600)).unwrap();
    let narrowed = attenuate(&second, &Narrowing::new().op("activate")).unwrap();
    let third = delegate(&narrowed, &key(2), key(3).public_key(), &Narrowing::new()).unwrap();
    for (token, holder) in [(&first, 1), (&second, 2), (&narrowed, 2), (&third, 3)] {
        assert_eq!(lint(token).unwrap().holder(), Some(key(holder).public_key()));
        assert_eq!(inspect(token).unwrap().holder, Some(crate::text::hex(&key(holder).public_key())));
        assert!(matches!(judge(token, &request(), NOW), Err(TokenError::ProofMissing { .. })), "the text alone");
        for other in 1..5 {
            assert_eq!(used_by(token, &key(other)).is_ok(), other == holder, "{other} for {holder}");
        }
    }
    assert_eq!(lint(&third).unwrap().depth(), 3);
    let bearer = issuer().mint(&grant()).unwrap();
    assert_eq!(used_by(&bearer, &key(1)).unwrap(), None, "nothing is to be proven");
}

#[test]
fn only_the_current_holder_passes_a_token_on() {
    let refused = |token: &str| match lint(token) {
        Err(TokenError::ForbiddenContent { block, what }) => (block, what),
        other => panic!("{other:?}"),
    };
    let bearer = issuer().mint(&grant()).unwrap();
    let second = delegate(&held(), &key(1), key(2).public_key(), &Narrowing::new()).unwrap();
    for (parent, block, signer, code, word) in [
        (&held(), 1, 2, names(2), "not the current holder's"),
        (&bearer, 1, 1, names(2), "not the current holder's"),
        (&second, 2, 1, names(3), "not the current holder's"),
        (&held(), 1, 1, "check if op(\"activate\");".to_owned(), "does not name the next holder"),
        (&held(), 1, 1, names(2) + &names(3), "a fact"),
        (&held(), 1, 1, names(2) + "op(\"release\");", "a fact"),
        (&held(), 1, 1, "holder(hex:ab);".to_owned(), "does not name the next holder"),
        (&held(), 1, 1, names(2) + "check if op($a), op($b), op($c);", "a join"),
    ] {
        let (found, what) = refused(&signed_by(parent, &[signer; 32], &code));
        assert!(found == block && what.contains(word), "{what}, not {word}");
    }
    assert!(matches!(refused(&hostile_to(&held(), &names(2))), (1, what) if what == "a fact"), "an unsigned claim");
    for (token, by) in [(&held(), 2), (&bearer, 1), (&second, 1)] {
        assert!(delegate(token, &key(by), key(3).public_key(), &Narrowing::new()).is_err());
    }
    assert!(!format!("{:?}", key(7)).contains('7'));
}

/// An unsigned block of this code.
fn hostile_to(parent: &str, code: &str) -> String {
    let parent = UnverifiedBiscuit::from(URL_SAFE_NO_PAD.decode(parent).unwrap()).unwrap();
    let child = parent.append(BlockBuilder::new().code(code).unwrap()).unwrap();
    URL_SAFE_NO_PAD.encode(child.to_vec().unwrap())
}

#[test]
fn a_holder_s_block_fits_no_other_token() {
    let block = |parent: &str| {
        let child = delegate(parent, &key(1), key(2).public_key(), &Narrowing::new()).unwrap();
        UnverifiedBiscuit::from(URL_SAFE_NO_PAD.decode(child).unwrap()).unwrap()
    };
    let other = issuer().mint(&Grant { ent: "tok_02".into(), holder: Some(key(1).public_key()), ..grant() }).unwrap();
    let (signed, mine) = (block(&held()), UnverifiedBiscuit::from(URL_SAFE_NO_PAD.decode(&other).unwrap()).unwrap());
    // The library does not show a block's parts: the signed request is made for one parent and appended to another.
    assert_eq!(signed.block_count(), 2);
    let parent = UnverifiedBiscuit::from(URL_SAFE_NO_PAD.decode(held()).unwrap()).unwrap();
    let secret = PrivateKey::from_bytes(&[1; 32], Algorithm::Ed25519).unwrap();
    let made = BlockBuilder::new().code(names(2)).unwrap();
    let made = parent.third_party_request().unwrap().create_block(&secret, made).unwrap().serialize().unwrap();
    let moved = URL_SAFE_NO_PAD.encode(mine.append_third_party(&made).unwrap().to_vec().unwrap());
    assert_eq!(lint(&moved).unwrap_err(), TokenError::BadSignature);
}

#[test]
fn a_proof_is_for_one_token_one_request_and_one_time() {
    let token = held();
    let linted = lint(&token).unwrap();
    let judged =
        |proof: &str, request: RequestDigest, now| linted.check_possession(Some(Possession { proof, request }), now);
    let proof = prove(&token, &key(1), asked(), NOW, [9; 16]);
    let used = judged(&proof, asked(), NOW).unwrap().unwrap();
    assert_eq!(judged(&proof, asked(), NOW + 5).unwrap().unwrap(), used, "the same use again");
    assert_eq!(used.until_ms, NOW + PROOF_AGE_MS_MAX);
    let again = prove(&token, &key(1), asked(), NOW, [8; 16]);
    assert_ne!(judged(&again, asked(), NOW).unwrap().unwrap().id, used.id, "another use");
    assert!(judged(&proof, asked(), NOW + PROOF_AGE_MS_MAX).is_ok());
    let narrowed = attenuate(&token, &Narrowing::new()).unwrap();
    let late = judged(&proof, asked(), NOW + PROOF_AGE_MS_MAX + 1);
    for wrong in [
        late,
        judged(&proof, RequestDigest::of("GET", "/v1/sessions", b"{}"), NOW),
        judged(&proof, RequestDigest::of("POST", "/v1/sessions?a", b"{}"), NOW),
        judged(&proof, RequestDigest::of("POST", "/v1/sessions", b"{ }"), NOW),
        judged(&prove(&narrowed, &key(1), asked(), NOW, [9; 16]), asked(), NOW),
        judged(&prove(&token, &key(2), asked(), NOW, [9; 16]), asked(), NOW),
        judged("", asked(), NOW),
        judged(&format!("{proof}.x"), asked(), NOW),
        judged(&proof.replacen("1.", "2.", 1), asked(), NOW),
        judged(&proof.replace(&NOW.to_string(), &(NOW + 1).to_string()), asked(), NOW),
    ] {
        assert!(matches!(wrong, Err(TokenError::ProofWrong { .. })), "{wrong:?}");
    }
    assert!(matches!(linted.check_possession(None, NOW), Err(TokenError::ProofMissing { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_hop_allows_what_the_one_before_refuses(
        chain in prop::collection::vec((prop::collection::vec(clause(), 0..3), any::<bool>()), 1..5),
        minor in prop::option::of(0..6_000_i64), cell in prop_oneof![Just(10_u64), Just(20), Just(40)], now in 900..2_100_u64,
    ) {
        let request = Request { amount: minor.map(|minor| ("EUR".into(), minor)), cell: Some(cell), ..request() };
        let (mut parent, mut holder) = (held(), 1);
        for (clauses, passed_on) in chain {
            let narrowing = Narrowing { clauses };
            let child = if passed_on {
                delegate(&parent, &key(holder), key(holder + 1).public_key(), &narrowing).unwrap()
            } else {
                attenuate(&parent, &narrowing).unwrap()
            };
            holder += u8::from(passed_on);
            let linted = lint(&child).unwrap();
            prop_assert_eq!(linted.holder(), Some(key(holder).public_key()));
            prop_assert!(linted.allows(&request, now).is_err() || lint(&parent).unwrap().allows(&request, now).is_ok());
            let facts = crate::bare::Facts::of(&linted, &request, now);
            let datalog = crate::bare::verify(&child, &KeySet::of([&issuer()]), &facts).is_ok();
            prop_assert_eq!(linted.allows(&request, now).is_ok(), datalog);
            parent = child;
        }
    }
}
