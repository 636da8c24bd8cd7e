use super::*;

fn grant() -> Grant {
    Grant {
        ent: TokenId::from_u128(7).to_string(),
        capability: "experience".to_owned(),
        qos: Some("QOS_L".to_owned()),
        device: None,
        area: Vec::new(),
        from_ms: 1_000,
        to_ms: 9_000,
        units: None,
        budget: None,
        max_depth: DEPTH_MAX,
        holder: None,
    }
}

fn request(qos: &str) -> Request {
    Request {
        op: "activate".to_owned(),
        capability: "experience".to_owned(),
        qos: Some(qos.to_owned()),
        ..Request::default()
    }
}

#[test]
fn a_remembered_text_is_still_judged_by_time_and_request() {
    let entitlements = Entitlements::new(&CellSecret::new([3; 32])).expect("a key");
    let text = entitlements.issuer.mint(&grant()).expect("minted");
    let ask = |qos, ms| entitlements.verify(&text, &request(qos), Instant::from_ms(ms));
    assert_eq!(ask("QOS_L", 2_000).expect("entitled"), TokenId::from_u128(7));
    assert_eq!(entitlements.verified.read().expect("unpoisoned").len(), 1);
    assert!(matches!(ask("QOS_L", 9_000), Err(EntitlementError::Token(TokenError::Expired { .. }))));
    assert!(matches!(ask("QOS_L", 500), Err(EntitlementError::Token(TokenError::NotYetValid { .. }))));
    assert!(matches!(ask("QOS_S", 2_000), Err(EntitlementError::Token(TokenError::TooNarrow { .. }))));
}

#[test]
fn the_same_secret_mints_the_same_text_and_another_cell_s_is_refused() {
    let mint = |secret| Entitlements::new(&CellSecret::new([secret; 32])).expect("a key").issuer.mint(&grant());
    let text = mint(3).expect("minted");
    assert_eq!(text, mint(3).expect("minted"));
    let other = Entitlements::new(&CellSecret::new([4; 32])).expect("a key");
    assert!(other.verify(&text, &request("QOS_L"), Instant::from_ms(2_000)).is_err());
}

#[test]
fn any_number_of_texts_is_remembered_within_the_bound_and_judged_afresh() {
    let entitlements = Entitlements::new(&CellSecret::new([3; 32])).expect("a key");
    let mint =
        |ent| entitlements.issuer.mint(&Grant { ent: TokenId::from_u128(ent).to_string(), ..grant() }).expect("minted");
    let mut verified = Verified::default();
    let linted = |text: &str| Arc::new(parse_and_lint(text, &entitlements.keys).expect("sound"));
    let texts: Vec<String> = (1..=10).map(mint).collect();
    for (text, seen) in texts.iter().zip(1..) {
        verified.remember(text, &linted(text), 3);
        assert!(verified.len() <= 6.min(seen), "two generations of three");
        assert!(verified.get(text).is_some(), "the last one is always there");
    }
    assert!(verified.get(&texts[0]).is_none(), "the first is forgotten");
    for _ in 0..2 {
        let now = Instant::from_ms(2_000);
        assert_eq!(entitlements.verify(&texts[0], &request("QOS_L"), now).expect("entitled"), TokenId::from_u128(1));
        assert!(entitlements.verify(&texts[0], &request("QOS_L"), Instant::from_ms(9_000)).is_err());
    }
    assert_eq!(entitlements.verified.read().expect("unpoisoned").len(), 1);
}
