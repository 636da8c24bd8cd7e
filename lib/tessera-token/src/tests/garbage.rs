//! Whatever text is presented: an answer, never a panic.

use super::*;

/// A token with everything a token can have.
fn rich() -> String {
    let holder = HolderKey::new([5; 32]);
    let token = issuer().mint(&Grant { holder: Some(holder.public_key()), ..grant() }).unwrap();
    let token = attenuate(&token, &Narrowing::new().op("activate").cells([10]).window(1_100, 1_900)).unwrap();
    delegate(&token, &holder, HolderKey::new([6; 32]).public_key(), &Narrowing::new().amount_max("EUR", 5)).unwrap()
}

fn look(text: &str) {
    let keys = KeySet::of([&issuer()]);
    if let Ok(linted) = parse_and_lint(text, &keys) {
        let _ = linted.allows(&request(), NOW);
    }
    let _ = inspect(text);
    let _ = attenuate(text, &Narrowing::new().op("x"));
    let _ = delegate(text, &HolderKey::new([6; 32]), [1; 32], &Narrowing::new());
    let _ = KeySet::parse(text);
    let _ = RevocationPage::verify(text, &keys);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        look(&text);
        look(&URL_SAFE_NO_PAD.encode(bytes));
    }

    #[test]
    fn a_changed_token_is_answered_and_never_verifies(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let original = URL_SAFE_NO_PAD.decode(rich()).unwrap();
        let mut bytes = original.clone();
        for (at, byte, how) in edits {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes[at] ^= 1 << (byte % 8),
                2 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        let text = URL_SAFE_NO_PAD.encode(&bytes);
        look(&text);
        prop_assert!(bytes == original || parse_and_lint(&text, &KeySet::of([&issuer()])).is_err());
    }

    /// Blocks that are signed as they should be, with anything inside: what a holder can make offline.
    #[test]
    fn any_signed_block_is_answered(code in prop_oneof![
        "(check if|reject if|holder|op)? ?[a-z]{1,4}\\([$\"a-z0-9:{}]{0,6}\\)(, [$a-z0-9 <=>+.]{0,9})?;".boxed(),
        ".{0,60}".boxed(),
    ]) {
        let holder = KeyPair::from(&PrivateKey::from_bytes(&[6; 32], Algorithm::Ed25519).unwrap());
        let Ok(block) = BlockBuilder::new().code(&code) else { return Ok(()) };
        let parent = UnverifiedBiscuit::from(URL_SAFE_NO_PAD.decode(rich()).unwrap()).unwrap();
        let child = parent.append(block.clone()).and_then(|child| child.to_vec()).unwrap();
        look(&URL_SAFE_NO_PAD.encode(child));
        let signed = parent.third_party_request().unwrap().create_block(&holder.private(), block).unwrap();
        let child = parent.append_third_party(&signed.serialize().unwrap()).and_then(|child| child.to_vec()).unwrap();
        look(&URL_SAFE_NO_PAD.encode(child));
    }
}
