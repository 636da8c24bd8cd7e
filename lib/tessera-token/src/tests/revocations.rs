//! What is revoked, and lists of it that travel through other hands.

use super::*;

fn page() -> RevocationPage {
    RevocationPage {
        as_of_ms: 1_000,
        next_update_ms: 9_000,
        after: None,
        next: Some("tok_09".into()),
        revoked: vec![
            RevokedEntry { ent: "tok_01".into(), block: Some(BlockDigest::of(&[1; 64]).to_hex()), until_ms: 2_000 },
            RevokedEntry { ent: "tok_02".into(), block: None, until_ms: 3_000 },
        ],
    }
}

#[test]
fn a_revoked_block_takes_what_was_made_of_it_and_nothing_else() {
    let keys = KeySet::of([&issuer()]);
    let parent = issuer().mint(&grant()).unwrap();
    let child = attenuate(&parent, &Narrowing::new()).unwrap();
    let (grandchild, sibling) =
        (attenuate(&child, &Narrowing::new()).unwrap(), attenuate(&parent, &Narrowing::new()).unwrap());
    let block = parse_and_lint(&child, &keys).unwrap().block_digests()[1];
    let mut revoked = RevocationList::default();
    let judge = |token: &str, revoked: &RevocationList| verify(token, &keys, &request(), NOW, revoked).map(drop);
    revoked.revoke_block("tok_02", block, 2_000);
    assert_eq!(judge(&child, &revoked), Ok(()), "nobody revokes what is another entitlement's");
    revoked.revoke_block("tok_01", block, 2_000);
    for token in [&parent, &sibling] {
        assert_eq!(judge(token, &revoked), Ok(()));
    }
    for token in [&child, &grandchild] {
        assert_eq!(judge(token, &revoked), Err(TokenError::Revoked { block: 1 }));
    }
    revoked.prune(1_999);
    assert!(judge(&child, &revoked).is_err());
    revoked.prune(2_000);
    assert_eq!(judge(&child, &revoked), Ok(()), "forgotten at the end of its window");
    revoked.revoke("tok_01", 2_000);
    assert_eq!(judge(&sibling, &revoked), Err(TokenError::Revoked { block: 0 }));
}

#[test]
fn the_id_that_inspection_shows_is_the_one_that_is_revoked() {
    let token = issuer().mint(&grant()).unwrap();
    let shown = &inspect(&token).unwrap().blocks[0].revocation_id;
    let linted = parse_and_lint(&token, &KeySet::of([&issuer()])).unwrap();
    assert_eq!(BlockDigest::of_hex(shown), Some(linted.block_digests()[0]));
    assert_eq!((BlockDigest::of_hex("ab"), BlockDigest::of_hex(&"x".repeat(128))), (None, None));
}

#[test]
fn a_page_is_trusted_by_its_signature_alone() {
    let keys = KeySet::of([&issuer()]);
    let signed = page().sign(&issuer()).unwrap();
    assert_eq!(signed, page().sign(&issuer()).unwrap());
    let read = RevocationPage::verify(&signed, &keys).unwrap();
    assert_eq!(read, page());
    let mut list = RevocationList::default();
    list.add(&read).unwrap();
    assert_eq!((list.find("tok_02", &[]), list.find("tok_01", &[])), (Some(0), None));
    assert_eq!(list.find("tok_01", &[BlockDigest([0; 16]), BlockDigest::of(&[1; 64])]), Some(1));
    let other = Issuer::new([8; 32], 1).unwrap();
    assert!(RevocationPage::verify(&page().sign(&other).unwrap(), &keys).is_err());
    let unknown = Issuer::new([7; 32], 2).unwrap();
    assert_eq!(RevocationPage::verify(&page().sign(&unknown).unwrap(), &keys), Err(TokenError::UnknownKey { kid: 2 }));
    for at in (0..signed.len()).step_by(3) {
        let mut changed = signed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert!(RevocationPage::verify(&String::from_utf8(changed).unwrap(), &keys).is_err(), "byte {at}");
    }
    let headless =
        signed.replace(&URL_SAFE_NO_PAD.encode("{\"alg\":\"EdDSA\""), &URL_SAFE_NO_PAD.encode("{\"alg\":\"none\""));
    assert!(RevocationPage::verify(&headless, &keys).is_err());
    let torn = RevocationPage {
        revoked: vec![RevokedEntry { ent: "a".into(), block: Some("zz".into()), until_ms: 1 }],
        ..page()
    };
    assert!(RevocationList::default().add(&torn).is_err());
}
