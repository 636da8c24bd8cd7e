//! Round trips, each fault, attenuation by property, and hostile tokens.

mod datalog;
mod garbage;
mod holders;
mod profile;
mod revocations;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use biscuit_auth::{Algorithm, BlockBuilder, KeyPair, PrivateKey, UnverifiedBiscuit};
use proptest::prelude::*;

use super::*;

const NOW: u64 = 1_500;

fn issuer() -> Issuer {
    Issuer::new([7; 32], 1).unwrap()
}

fn grant() -> Grant {
    Grant {
        ent: "tok_01".into(),
        capability: "qod.latency".into(),
        also: Vec::new(),
        qos: Some("QOS_L".into()),
        device: Some("pairwise:ab".into()),
        area: vec![10, 20, 30],
        from_ms: 1_000,
        to_ms: 2_000,
        units: Some(("s".into(), 3_600)),
        budget: Some(("EUR".into(), 5_000)),
        max_depth: 4,
        holder: None,
    }
}

fn request() -> Request {
    Request {
        op: "activate".into(),
        capability: "qod.latency".into(),
        cell: Some(20),
        device: Some("pairwise:ab".into()),
        qos: Some("QOS_L".into()),
        amount: Some(("EUR".into(), 5_000)),
        units: Some(("s".into(), 3_600)),
    }
}

fn judge(token: &str, request: &Request, now_ms: u64) -> Result<Verified, TokenError> {
    verify(token, &KeySet::of([&issuer()]), request, now_ms, &RevocationList::default())
}

/// A token with a block that the typed builder would never write.
fn hostile(code: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(issuer().mint(&grant()).unwrap()).unwrap();
    let parent = UnverifiedBiscuit::from(bytes).unwrap();
    let child = parent.append(BlockBuilder::new().code(code).unwrap()).unwrap();
    URL_SAFE_NO_PAD.encode(child.to_vec().unwrap())
}

#[test]
fn a_minted_token_verifies_and_gives_its_grant_back() {
    let verified = judge(&issuer().mint(&grant()).unwrap(), &request(), NOW).unwrap();
    assert_eq!((verified.grant, verified.depth, verified.expires_ms), (grant(), 0, 2_000));
    let open = Grant { qos: None, device: None, area: vec![], units: None, budget: None, ..grant() };
    assert_eq!(judge(&issuer().mint(&open).unwrap(), &request(), NOW).unwrap().grant, open);
    let held = Grant { holder: Some([0xab; 32]), ..grant() };
    let linted = parse_and_lint(&issuer().mint(&held).unwrap(), &KeySet::of([&issuer()])).unwrap();
    assert_eq!((linted.grant(), linted.holder()), (&held, held.holder));
}

#[test]
fn a_bundle_is_good_for_each_of_its_capabilities_and_no_other() {
    let bundle = Grant { also: vec!["inference".into(), "security".into()], ..grant() };
    let token = issuer().mint(&bundle).unwrap();
    for capability in ["qod.latency", "inference", "security"] {
        let asked = Request { capability: capability.into(), ..request() };
        assert_eq!(judge(&token, &asked, NOW).unwrap().grant, bundle);
    }
    let asked = Request { capability: "slice".into(), ..request() };
    assert!(matches!(judge(&token, &asked, NOW), Err(TokenError::TooNarrow { .. })));
    let single = issuer().mint(&grant()).unwrap();
    assert!(judge(&single, &Request { capability: "inference".into(), ..request() }, NOW).is_err());
}

#[test]
fn minting_again_gives_the_same_bytes_and_other_grants_other_keys() {
    let first = issuer().mint(&grant()).unwrap();
    assert_eq!(first, Issuer::new([7; 32], 1).unwrap().mint(&grant()).unwrap());
    assert_ne!(first, issuer().mint(&Grant { ent: "tok_02".into(), ..grant() }).unwrap());
    assert!(!format!("{:?}", issuer()).contains('7'));
}

#[test]
fn each_fault_has_its_own_error() {
    let token = issuer().mint(&grant()).unwrap();
    assert_eq!(judge(&token, &request(), 2_000), Err(TokenError::Expired { at_ms: 2_000 }));
    assert_eq!(judge(&token, &request(), 999), Err(TokenError::NotYetValid { from_ms: 1_000 }));
    assert!(matches!(judge("!", &request(), NOW), Err(TokenError::Malformed(_))));
    assert!(matches!(judge(&"A".repeat(6_000), &request(), NOW), Err(TokenError::TooLarge { .. })));
    let other = Issuer::new([8; 32], 1).unwrap().mint(&grant()).unwrap();
    assert_eq!(judge(&other, &request(), NOW), Err(TokenError::BadSignature));
    let unknown = Issuer::new([7; 32], 9).unwrap().mint(&grant()).unwrap();
    assert_eq!(judge(&unknown, &request(), NOW), Err(TokenError::UnknownKey { kid: 9 }));
    let shallow = issuer().mint(&Grant { max_depth: 0, ..grant() }).unwrap();
    let child = attenuate(&shallow, &Narrowing::new()).unwrap();
    assert_eq!(judge(&child, &request(), NOW), Err(TokenError::DepthExceeded { depth: 1, max: 0 }));
    let mut long = token.clone();
    for _ in 1..TOKEN_BLOCKS_MAX {
        long = attenuate(&long, &Narrowing::new()).unwrap();
    }
    assert!(matches!(judge(&long, &request(), NOW), Err(TokenError::DepthExceeded { .. })));
    let longer = UnverifiedBiscuit::from(URL_SAFE_NO_PAD.decode(&long).unwrap()).unwrap();
    let longer = URL_SAFE_NO_PAD.encode(longer.append(BlockBuilder::new()).unwrap().to_vec().unwrap());
    assert!(matches!(judge(&longer, &request(), NOW), Err(TokenError::TooManyBlocks { blocks: 7, .. })));
    let linted = parse_and_lint(&token, &KeySet::of([&issuer()])).unwrap();
    let mut revoked = RevocationList::default();
    revoked.revoke(&linted.grant().ent, 2_000);
    assert_eq!(linted.authorize(&request(), NOW, &revoked), Err(TokenError::Revoked { block: 0 }));
}

#[test]
fn a_request_outside_the_grant_or_a_narrowing_is_told_which() {
    let token = issuer().mint(&grant()).unwrap();
    let refused = [
        ("capability", Request { capability: "other".into(), ..request() }),
        ("qos", Request { qos: None, ..request() }),
        ("device", Request { device: Some("pairwise:cd".into()), ..request() }),
        ("cell", Request { cell: Some(11), ..request() }),
        ("units", Request { units: Some(("s".into(), 3_601)), ..request() }),
        ("amount", Request { amount: Some(("USD".into(), 1)), ..request() }),
        ("amount", Request { amount: Some(("EUR".into(), -1)), ..request() }),
    ];
    for (word, request) in refused {
        let Err(TokenError::TooNarrow { what }) = judge(&token, &request, NOW) else { panic!("{word} passed") };
        assert!(what.contains(word), "{what}");
    }
    let narrow = Narrowing::new().amount_max("EUR", 9).window(1_100, 1_900).cells([20]).op("activate");
    let child = attenuate(&token, &narrow.units_max("s", 9).qos("QOS_L").device("pairwise:ab")).unwrap();
    assert!(matches!(judge(&child, &request(), NOW), Err(TokenError::TooNarrow { .. })));
    let small = Request { amount: None, units: Some(("s".into(), 9)), ..request() };
    assert_eq!(judge(&child, &small, NOW).unwrap().depth, 1);
    assert_eq!(judge(&child, &small, 1_900), Err(TokenError::Expired { at_ms: 1_900 }));
}

#[test]
fn hostile_blocks_are_refused_before_evaluation() {
    let many = (0..60).map(|n| format!("n({n});")).collect::<Vec<_>>().concat();
    let cases = [
        ("rule", "op($x) <- req_capability($x);".to_owned()),
        ("fact", many.clone() + "check if n($a), n($b), n($c), $a + $b + $c == 1000;"),
        ("join", "check if op($a), op($b), op($c);".to_owned()),
        ("regular", "check if op($a), $a.matches(\"abc\");".to_owned()),
        ("closure", "check if op($a), [1].any($p -> $p == 1);".to_owned()),
        ("external", "check if op($a), $a.extern::f();".to_owned()),
        ("fact", "holder(hex:00);".to_owned()),
        ("fact", format!("holder(hex:{});", "ab".repeat(32))),
        ("unknown", "check if op($a) or time($t);".to_owned()),
        ("unknown", "check if op($a), $a == \"x\" trusting previous;".to_owned()),
    ];
    for (word, code) in cases {
        let Err(TokenError::ForbiddenContent { block: 1, what }) = judge(&hostile(&code), &request(), NOW) else {
            panic!("{code} was not refused")
        };
        assert!(what.contains(word), "{code}: {what}");
    }
    let facts = (0..1_200).map(|n| format!("n({n});")).collect::<Vec<_>>().concat();
    assert!(matches!(judge(&hostile(&facts), &request(), NOW), Err(TokenError::TooLarge { .. })));
}

#[test]
fn an_authority_block_that_is_no_grant_is_refused_even_if_signed() {
    let root = KeyPair::from(&PrivateKey::from_bytes(&[7; 32], Algorithm::Ed25519).unwrap());
    let token = biscuit_auth::Biscuit::builder().code("ent(\"tok_01\");").unwrap().root_key_id(1).build(&root).unwrap();
    let token = URL_SAFE_NO_PAD.encode(token.to_vec().unwrap());
    assert!(matches!(judge(&token, &request(), NOW), Err(TokenError::ForbiddenContent { block: 0, .. })));
}

#[test]
fn no_flipped_byte_verifies() {
    let token = attenuate(&issuer().mint(&grant()).unwrap(), &Narrowing::new().op("activate")).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(token).unwrap();
    for index in 0..bytes.len() {
        for mask in [0x01, 0x80, 0xff] {
            let mut flipped = bytes.clone();
            flipped[index] ^= mask;
            assert!(judge(&URL_SAFE_NO_PAD.encode(flipped), &request(), NOW).is_err(), "byte {index}");
        }
    }
}

#[test]
fn key_sets_rotate_with_overlap_and_inspection_claims_nothing() {
    let (old, new) = (issuer(), Issuer::new([9; 32], 2).unwrap());
    let keys = KeySet::parse(&KeySet::of([&old, &new]).to_json().unwrap()).unwrap();
    for issuer in [&old, &new] {
        assert!(parse_and_lint(&issuer.mint(&grant()).unwrap(), &keys).is_ok());
    }
    assert!(matches!(KeySet::parse("{\"keys\":[{}]}"), Err(TokenError::InvalidKeySet(_))));
    let seen = inspect(&new.mint(&grant()).unwrap()).unwrap();
    assert_eq!((seen.verified, seen.key_id, seen.grant), (false, Some(2), Some(grant())));
}

#[test]
fn one_token_has_one_text_and_no_string_can_pose_as_datalog() {
    let mut bytes = URL_SAFE_NO_PAD.decode(issuer().mint(&grant()).unwrap()).unwrap();
    bytes.extend([0x78, 0x01]); // an unknown protobuf field, outside every signature
    let padded = URL_SAFE_NO_PAD.encode(bytes);
    assert!(matches!(judge(&padded, &request(), NOW), Err(TokenError::Malformed(_))));

    let posing = biscuit_auth::builder::string("a\");\ncheck if op(\"b");
    let rule = biscuit_auth::builder::rule("query", &[] as &[biscuit_auth::builder::Term], &[pred("op", posing)]);
    let check = biscuit_auth::builder::Check { queries: vec![rule], kind: biscuit_auth::builder::CheckKind::One };
    let parent = URL_SAFE_NO_PAD.decode(issuer().mint(&grant()).unwrap()).unwrap();
    let child = UnverifiedBiscuit::from(parent).unwrap().append(BlockBuilder::new().check(check).unwrap()).unwrap();
    let child = URL_SAFE_NO_PAD.encode(child.to_vec().unwrap());
    let refused = judge(&child, &Request { op: "b".into(), ..request() }, NOW).unwrap_err();
    assert!(refused.to_string().contains("alphabet"), "{refused}");
}

fn pred(name: &str, term: biscuit_auth::builder::Term) -> biscuit_auth::builder::Predicate {
    biscuit_auth::builder::pred(name, &[term])
}

fn clause() -> impl Strategy<Value = Clause> {
    prop_oneof![
        (0..6_000_i64).prop_map(|minor| Clause::AmountMax { currency: "EUR".into(), minor }),
        (0..4_000_u64).prop_map(|count| Clause::UnitsMax { unit: "s".into(), count }),
        (900..1_500_u64, 1_400..2_100_u64).prop_map(|(from_ms, to_ms)| Clause::Window { from_ms, to_ms }),
        prop_oneof![Just(vec![10, 20]), Just(vec![40])].prop_map(|cells| Clause::Cells { cells }),
        prop_oneof![Just("QOS_L"), Just("QOS_S")].prop_map(|qos| Clause::Qos { qos: qos.into() }),
        prop_oneof![Just("activate"), Just("release")].prop_map(|op| Clause::Op { op: op.into() }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_child_never_allows_what_its_parent_refuses(
        chain in prop::collection::vec(prop::collection::vec(clause(), 0..3), 1..5),
        minor in prop::option::of(0..6_000_i64), cell in prop_oneof![Just(10_u64), Just(20), Just(40)], now in 900..2_100_u64,
    ) {
        let request = Request { amount: minor.map(|minor| ("EUR".into(), minor)), cell: Some(cell), ..request() };
        let mut parent = issuer().mint(&grant()).unwrap();
        for clauses in chain {
            let child = attenuate(&parent, &Narrowing { clauses }).unwrap();
            if judge(&child, &request, now).is_ok() {
                prop_assert!(judge(&parent, &request, now).is_ok());
            }
            parent = child;
        }
    }
}
