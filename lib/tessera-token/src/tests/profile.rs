//! The edges of the profile: what is refused though somebody with the right key signed it, and what is never made.

use super::*;
use crate::keys::is_signed;

/// A child of this token with a block that the typed builder would never write.
fn appended(token: &str, block: BlockBuilder) -> String {
    let parent = UnverifiedBiscuit::from(URL_SAFE_NO_PAD.decode(token).unwrap()).unwrap();
    URL_SAFE_NO_PAD.encode(parent.append(block).unwrap().to_vec().unwrap())
}

#[test]
fn a_block_with_a_context_is_refused() {
    let token = appended(&issuer().mint(&grant()).unwrap(), BlockBuilder::new().context("anything".to_owned()));
    let Err(TokenError::ForbiddenContent { block: 1, what }) = judge(&token, &request(), NOW) else { panic!("passed") };
    assert_eq!(what, "a context");
}

#[test]
fn no_more_blocks_are_added_than_a_token_may_have() {
    let holder = HolderKey::new([1; 32]);
    let mut token = issuer().mint(&Grant { holder: Some(holder.public_key()), ..grant() }).unwrap();
    for _ in 1..TOKEN_BLOCKS_MAX {
        token = attenuate(&token, &Narrowing::new()).unwrap();
    }
    let too_many = Err(TokenError::TooManyBlocks { blocks: TOKEN_BLOCKS_MAX + 1, max: TOKEN_BLOCKS_MAX });
    assert_eq!(attenuate(&token, &Narrowing::new()), too_many);
    assert_eq!(delegate(&token, &holder, holder.public_key(), &Narrowing::new()), too_many);
}

#[test]
fn a_grant_outside_the_profile_is_not_minted() {
    for wrong in [
        Grant { area: vec![20, 10], ..grant() },
        Grant { area: vec![10, 10], ..grant() },
        Grant { budget: Some(("EUR".into(), -1)), ..grant() },
        Grant { to_ms: grant().from_ms, ..grant() },
        Grant { ent: String::new(), ..grant() },
        Grant { qos: Some("a\"b".into()), ..grant() },
        Grant { to_ms: u64::MAX, ..grant() },
    ] {
        assert!(matches!(issuer().mint(&wrong), Err(TokenError::Inexpressible(_))), "{wrong:?}");
    }
    let large = Grant { area: (0..2_000).collect(), ..grant() };
    assert!(matches!(issuer().mint(&large), Err(TokenError::TooLarge { max: TOKEN_BYTES_MAX, .. })));
}

#[test]
fn a_key_set_has_each_id_once_and_keys_of_one_kind() {
    let good = KeySet::of([&issuer(), &Issuer::new([8; 32], 2).unwrap()]);
    assert_eq!(KeySet::parse(&good.to_json().unwrap()), Ok(good.clone()));
    let changes: [fn(&mut KeySet); 5] = [
        |set| set.keys[1].kid = "1".into(),
        |set| set.keys[0].kty = "EC".into(),
        |set| set.keys[0].crv = "X25519".into(),
        |set| set.keys[0].kid = "one".into(),
        |set| set.keys[0].x.truncate(8),
    ];
    for change in changes {
        let mut set = good.clone();
        change(&mut set);
        assert!(matches!(KeySet::parse(&set.to_json().unwrap()), Err(TokenError::InvalidKeySet(_))), "{set:?}");
    }
}

#[test]
fn a_proof_from_the_future_is_as_wrong_as_an_old_one() {
    let (token, asked) = (held(), RequestDigest::of("GET", "/", b""));
    let linted = parse_and_lint(&token, &KeySet::of([&issuer()])).unwrap();
    let proof = prove(&token, &HolderKey::new([1; 32]), asked, NOW + PROOF_AGE_MS_MAX, [9; 16]);
    let judged = |now_ms| linted.check_possession(Some(Possession { proof: &proof, request: asked }), now_ms);
    assert!(judged(NOW).is_ok());
    assert!(matches!(judged(NOW - 1), Err(TokenError::ProofWrong { .. })));
}

fn held() -> String {
    issuer().mint(&Grant { holder: Some(HolderKey::new([1; 32]).public_key()), ..grant() }).unwrap()
}

#[test]
fn a_key_under_which_anything_verifies_verifies_nothing() {
    // The neutral element as key and as R, with s = 0: the equation holds for every message (RFC 8032 §5.1.7 without
    // the check of the order).
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    assert!(!is_signed(&neutral, b"anything", &signature));
}

#[test]
fn what_is_signed_as_something_else_is_no_list_of_revocations() {
    let keys = KeySet::of([&issuer()]);
    let payload = URL_SAFE_NO_PAD.encode(r#"{"as_of_ms":1,"next_update_ms":2,"revoked":[]}"#);
    let signed = |header: &str| {
        let protected = URL_SAFE_NO_PAD.encode(header);
        let signature = issuer().sign(format!("{protected}.{payload}").as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature);
        RevocationPage::verify(
            &format!(r#"{{"payload":"{payload}","protected":"{protected}","signature":"{signature}"}}"#),
            &keys,
        )
    };
    assert!(signed(r#"{"alg":"EdDSA","kid":"1","typ":"tessera-revocations+jws"}"#).is_ok());
    for header in [
        r#"{"alg":"EdDSA","kid":"1","typ":"at+jwt"}"#,
        r#"{"alg":"none","kid":"1","typ":"tessera-revocations+jws"}"#,
        r#"{"alg":"EdDSA","kid":"x","typ":"tessera-revocations+jws"}"#,
    ] {
        assert!(matches!(signed(header), Err(TokenError::InvalidRevocationList(_))), "{header}");
    }
}

#[test]
fn what_is_revoked_twice_is_remembered_for_the_longer_time() {
    let keys = KeySet::of([&issuer()]);
    let token = issuer().mint(&grant()).unwrap();
    let mut revoked = RevocationList::default();
    for until_ms in [1_600, 2_000, 1_700] {
        revoked.revoke(&grant().ent, until_ms);
    }
    revoked.prune(1_999);
    assert_eq!(verify(&token, &keys, &request(), NOW, &revoked), Err(TokenError::Revoked { block: 0 }));
}
