//! Entitlements: whatever text, proof, key set or list is shown, and whatever a holder signs, is answered; and a child
//! never allows what its parent refuses.
#![no_main]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use biscuit_auth::{Algorithm, BlockBuilder, KeyPair, PrivateKey, UnverifiedBiscuit};
use libfuzzer_sys::{Corpus, fuzz_target};
use std::sync::LazyLock;
use tessera_token::{
    Clause, Grant, HolderKey, Issuer, KeySet, Linted, Narrowing, Possession, Request, RequestDigest, RevocationList,
    RevocationPage, attenuate, delegate, inspect, parse_and_lint, prove, verify_held,
};

const NOW: u64 = 1_500;
const HOLDER: [u8; 32] = [5; 32];

static ISSUER: LazyLock<Issuer> = LazyLock::new(|| Issuer::new([7; 32], 1).expect("a key"));
static KEYS: LazyLock<KeySet> = LazyLock::new(|| KeySet::of([&*ISSUER]));
static PARENT: LazyLock<String> = LazyLock::new(|| ISSUER.mint(&grant(None)).expect("a grant"));
static HELD: LazyLock<String> = LazyLock::new(|| {
    let holder = Some(HolderKey::new(HOLDER).public_key());
    ISSUER.mint(&grant(holder)).expect("a grant")
});

/// Both, once for all.
static SOUND: LazyLock<[Linted; 2]> =
    LazyLock::new(|| [&PARENT, &HELD].map(|text| parse_and_lint(text, &KEYS).expect("the parent is sound")));

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((how, rest)) = data.split_first() else { return Corpus::Reject };
    match (how, std::str::from_utf8(rest)) {
        (b'b', _) => look(&URL_SAFE_NO_PAD.encode(rest)),
        (b'n', _) => narrow(rest),
        (b't', Ok(text)) => look(text),
        (b's', Ok(code)) => signed(code),
        (b'p', Ok(proof)) => held(proof),
        (b'k', Ok(json)) => keys(json),
        (b'r', Ok(json)) => revocations(json),
        _ => return Corpus::Reject,
    }
    Corpus::Keep
});

/// Everything that takes a token's text. What verifies is a text that this issuer or its holders made.
fn look(text: &str) {
    if let Ok(linted) = parse_and_lint(text, &KEYS) {
        let _ = linted.authorize(&request(), NOW, &RevocationList::default());
        let shown = inspect(text).expect("what verifies can be inspected");
        assert_eq!(shown.grant.as_ref(), Some(linted.grant()), "both readers see one grant");
        assert_eq!(shown.size_bytes, linted.size_bytes());
    }
    let whole = inspect(text).is_ok();
    if let Ok(child) = attenuate(text, &Narrowing::new().op("activate")) {
        // The parent is not verified: what cannot be shown of it cannot be shown of its child.
        let shown = inspect(&child);
        assert!(shown.is_ok() || !whole, "what was narrowed can be inspected: {shown:?}");
    }
    let _ = delegate(text, &HolderKey::new(HOLDER), [1; 32], &Narrowing::new());
}

/// A block with any statements, signed as it should be: what a holder can make offline with a library of its own.
fn signed(code: &str) {
    let Ok(block) = BlockBuilder::new().code(code) else { return };
    let open = biscuit(&PARENT);
    if let Ok(child) = open.append(block.clone()).and_then(|child| child.to_vec()) {
        narrower(&SOUND[0], &URL_SAFE_NO_PAD.encode(child));
    }
    let key = KeyPair::from(&PrivateKey::from_bytes(&HOLDER, Algorithm::Ed25519).expect("a key"));
    let parent = biscuit(&HELD);
    let child = parent.third_party_request().and_then(|asked| asked.create_block(&key.private(), block));
    let child = child.and_then(|block| parent.append_third_party(&block.serialize()?)?.to_vec());
    if let Ok(child) = child {
        narrower(&SOUND[1], &URL_SAFE_NO_PAD.encode(child));
    }
}

/// Narrowings out of the typed builder.
fn narrow(data: &[u8]) {
    let narrowing = data.chunks(12).take(8).filter_map(clause).fold(Narrowing::new(), Narrowing::with);
    if let Ok(child) = attenuate(&PARENT, &narrowing) {
        let linted = narrower(&SOUND[0], &child).expect("what this crate writes is of its profile");
        assert_eq!(linted.depth(), 1);
    }
    let holder = HolderKey::new(HOLDER);
    if let Ok(child) = delegate(&HELD, &holder, [9; 32], &narrowing) {
        let linted = parse_and_lint(&child, &KEYS);
        assert!(linted.is_ok_and(|linted| linted.holder() == Some([9; 32])), "only the next holder may use it");
        narrower(&SOUND[1], &child);
    }
}

fn clause(bytes: &[u8]) -> Option<Clause> {
    let (kind, rest) = bytes.split_first()?;
    let mut number = [0; 8];
    number.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let number = u64::from_le_bytes(number);
    let text = |known: &str| if rest.len() > 8 { String::from_utf8_lossy(rest).into_owned() } else { known.to_owned() };
    Some(match kind % 7 {
        0 => Clause::AmountMax { currency: text("EUR"), minor: number as i64 },
        1 => Clause::UnitsMax { unit: text("s"), count: number },
        2 => Clause::Window { from_ms: number >> 32, to_ms: number & 0xffff_ffff },
        3 => Clause::Cells { cells: rest.iter().map(|byte| u64::from(*byte)).collect() },
        4 => Clause::Qos { qos: text("QOS_L") },
        5 => Clause::Device { device: text("pairwise:ab") },
        _ => Clause::Op { op: text("activate") },
    })
}

/// A child that passes allows no request that its parent refuses, at no time.
fn narrower(parent: &Linted, child: &str) -> Option<Linted> {
    let child = parse_and_lint(child, &KEYS).ok()?;
    assert_eq!(child.grant(), parent.grant(), "a grant cannot be exchanged");
    for asked in requests() {
        for now in [999, 1_000, NOW, 1_999, 2_000] {
            if child.allows(&asked, now).is_ok() {
                assert!(parent.allows(&asked, now).is_ok(), "the parent refuses {asked:?} at {now}");
            }
        }
    }
    Some(child)
}

/// Only what the holder signed for this token and request is a proof of it.
fn held(proof: &str) {
    let digest = RequestDigest::of("POST", "/v1/sessions", b"{}");
    let shown = Possession { proof, request: digest };
    let revoked = RevocationList::default();
    if let Ok((_, used)) = verify_held(&HELD, &KEYS, &request(), NOW, &revoked, shown) {
        let (at, nonce) = proof.strip_prefix("1.").and_then(|rest| rest.split_once('.')).expect("its form");
        let nonce = nonce.split('.').next().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).expect("a nonce");
        let nonce = nonce.try_into().expect("16 bytes");
        let at = at.parse().expect("a time");
        let again = prove(&HELD, &HolderKey::new(HOLDER), digest, at, nonce);
        let shown = Possession { proof: &again, request: digest };
        let same = verify_held(&HELD, &KEYS, &request(), NOW, &revoked, shown).expect("it is proven");
        assert_eq!(same.1, used, "one use has one id, however it is written");
    }
}

fn keys(json: &str) {
    let Ok(set) = KeySet::parse(json) else { return };
    let printed = set.to_json().expect("it can be written");
    assert_eq!(KeySet::parse(&printed).as_ref(), Ok(&set));
    let _ = parse_and_lint(&PARENT, &set);
}

fn revocations(json: &str) {
    let _ = RevocationPage::verify(json, &KEYS);
    let Ok(page) = serde_json::from_str::<RevocationPage>(json) else { return };
    let signed = page.sign(&ISSUER).expect("it can be written");
    assert_eq!(RevocationPage::verify(&signed, &KEYS).as_ref(), Ok(&page));
    let mut list = RevocationList::default();
    if list.add(&page).is_ok() {
        let refused = SOUND[0].authorize(&request(), NOW, &list).is_err();
        let whole = page.revoked.iter().any(|entry| entry.ent == "tok_01" && entry.block.is_none());
        assert!(refused || !whole, "what is revoked is refused");
    }
    list.prune(NOW);
}

fn biscuit(text: &str) -> UnverifiedBiscuit {
    UnverifiedBiscuit::from(URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("a Biscuit")
}

fn grant(holder: Option<[u8; 32]>) -> Grant {
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
        holder,
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

/// What the grant allows, and requests that are each wrong in one way.
fn requests() -> [Request; 9] {
    [
        request(),
        Request { amount: None, units: None, ..request() },
        Request { cell: Some(11), ..request() },
        Request { cell: None, ..request() },
        Request { device: Some("pairwise:cd".into()), ..request() },
        Request { qos: None, ..request() },
        Request { capability: "qod.rate".into(), ..request() },
        Request { amount: Some(("EUR".into(), 5_001)), ..request() },
        Request { units: Some(("s".into(), 3_601)), ..request() },
    ]
}
