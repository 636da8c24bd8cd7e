use super::*;
use crate::sample::{ALICE, CALLS, alice, founding, purchase};
use crate::secret::CellSecret;
use engine::{Actor, Answer, Command, Stamp, apply, decide};
use tessera_token::{
    BlockDigest, HolderKey, KeySet, Narrowing, RequestDigest, RevocationList, RevocationPage, attenuate, delegate,
    inspect, prove, verify,
};

const START: u64 = 1_767_571_200_000;

/// A state and the keys beside it, with one token sold in it.
struct World {
    state: State,
    entitlements: Entitlements,
    at: Instant,
    given: u128,
}

impl World {
    fn new() -> Self {
        let keyring = Arc::new(Keyring::in_memory(&CellSecret::new([3; 32])).expect("keys"));
        let entitlements = Entitlements::new(keyring);
        let mut world = Self { state: State::default(), entitlements, at: Instant::from_ms(START), given: 0 };
        for command in founding(1_000) {
            world.ask(Actor::OPERATOR, command);
        }
        world.buy(None);
        world
    }

    fn ask(&mut self, actor: Actor, command: Command) -> Answer {
        self.given += 1;
        let request = engine::Request { actor, key: None, command };
        let mut events = Vec::new();
        let stamp = Stamp { now: self.at, entropy: self.given << 8 };
        let answer = decide(&self.state, &request, stamp, &mut events).expect("accepted");
        for event in &events {
            apply(&mut self.state, event, self.at);
        }
        answer
    }

    fn buy(&mut self, holder: Option<[u8; 32]>) -> TokenRef {
        let Command::PurchaseToken(mut bought) = purchase(CALLS, self.at) else { unreachable!("it is a purchase") };
        bought.holder = holder.map(engine::state::HolderKey);
        match self.ask(alice(), Command::PurchaseToken(bought)) {
            Answer::Token(token) => token,
            other => unreachable!("{other:?}"),
        }
    }

    fn text(&self, token: TokenRef) -> String {
        self.entitlements.mint(&self.state, token).expect("minted")
    }

    fn uses(&self, text: &str, qos: &str, at: Instant) -> Result<TokenId, EntitlementError> {
        let request = Request { qos: Some(qos.to_owned()), ..request() };
        self.entitlements.verify(&self.state, text, &request, None, at)
    }

    fn works(&self, text: &str) -> Result<TokenId, EntitlementError> {
        self.uses(text, "QOS_C", self.at)
    }

    /// The list as a verifier elsewhere knows it.
    fn published(&self) -> RevocationList {
        let signed = self.entitlements.revocations(&self.state, None, self.at).expect("signed");
        let page = RevocationPage::verify(&signed, &self.entitlements.keyring.key_set()).expect("trusted");
        let mut list = RevocationList::default();
        list.add(&page).expect("sound");
        list
    }

    /// Does a verifier elsewhere, with keys and list alone, think the same of a text?
    fn works_elsewhere(&self, text: &str) -> bool {
        let keys = KeySet::clone(&self.entitlements.keyring.key_set());
        verify(text, &keys, &request(), self.at.as_ms(), &self.published()).is_ok()
    }
}

fn request() -> Request {
    Request {
        op: "activate".to_owned(),
        capability: "experience".to_owned(),
        qos: Some("QOS_C".to_owned()),
        ..Request::default()
    }
}

const FIRST: TokenRef = TokenRef::from_index(0);

#[test]
fn a_remembered_text_is_still_judged_by_time_and_request() {
    let world = World::new();
    let text = world.text(FIRST);
    let id = world.state.token(FIRST).expect("sold").id;
    for _ in 0..2 {
        assert_eq!(world.works(&text).expect("entitled"), id);
        let hours = |n| world.at.after(types::Duration::from_hours(n));
        let refused = world.uses(&text, "QOS_C", hours(1));
        assert!(matches!(refused, Err(EntitlementError::Token(TokenError::Expired { .. }))));
        let refused = world.uses(&text, "QOS_C", world.at.before(types::Duration::from_secs(1)));
        assert!(matches!(refused, Err(EntitlementError::Token(TokenError::NotYetValid { .. }))));
        let refused = world.uses(&text, "QOS_S", world.at);
        assert!(matches!(refused, Err(EntitlementError::Token(TokenError::TooNarrow { .. }))));
        assert_eq!(world.entitlements.verified.read().expect("unpoisoned").len(), 1);
    }
}

#[test]
fn a_remembered_text_is_still_judged_by_what_became_of_its_token() {
    let mut world = World::new();
    let text = world.text(FIRST);
    let child = attenuate(&text, &Narrowing::new().op("activate")).expect("narrowed");
    let sibling = attenuate(&text, &Narrowing::new()).expect("narrowed");
    let all =
        |world: &World| [&text, &child, &sibling].map(|text| (world.works(text).is_ok(), world.works_elsewhere(text)));
    assert_eq!(all(&world), [(true, true); 3]);
    world.ask(Actor::OPERATOR, Command::SuspendToken { token: FIRST });
    assert!(matches!(world.works(&text), Err(EntitlementError::NotUsable(TokenState::Suspended))));
    assert_eq!(all(&world), [(false, false); 3]);
    world.ask(Actor::OPERATOR, Command::ResumeToken { token: FIRST });
    let block = world.entitlements.block_of_text(&world.state, FIRST, &child).expect("one of its texts");
    world.ask(alice(), Command::RevokeEntitlement { token: FIRST, block });
    assert_eq!(all(&world), [(true, true), (false, false), (true, true)]);
    let whole = world.entitlements.block_of_text(&world.state, FIRST, &text).expect("one of its texts");
    assert_eq!(whole, None);
    world.ask(alice(), Command::RevokeEntitlement { token: FIRST, block: whole });
    assert_eq!(all(&world), [(false, false); 3]);
    let other = world.buy(None);
    let released = world.text(other);
    world.ask(alice(), Command::ReleaseToken { token: other });
    assert!(matches!(world.works(&released), Err(EntitlementError::NotUsable(TokenState::Revoked))));
    assert!(!world.works_elsewhere(&released));
}

#[test]
fn a_token_of_which_a_block_is_revoked_is_withheld_as_a_whole_while_it_is_suspended() {
    let mut world = World::new();
    let text = world.text(FIRST);
    let child = attenuate(&text, &Narrowing::new()).expect("narrowed");
    let block = world.entitlements.block_of_text(&world.state, FIRST, &child).expect("one of its texts");
    world.ask(alice(), Command::RevokeEntitlement { token: FIRST, block });
    let all = |world: &World| [&text, &child].map(|text| (world.works(text).is_ok(), world.works_elsewhere(text)));
    assert_eq!(all(&world), [(true, true), (false, false)]);
    world.ask(Actor::OPERATOR, Command::SuspendToken { token: FIRST });
    assert_eq!(all(&world), [(false, false); 2]);
    world.ask(Actor::OPERATOR, Command::ResumeToken { token: FIRST });
    assert_eq!(all(&world), [(true, true), (false, false)]);
}

#[test]
fn a_block_is_named_by_its_id_and_the_issuer_s_own_is_the_whole() {
    let mut world = World::new();
    let text = world.text(FIRST);
    let child = attenuate(&text, &Narrowing::new()).expect("narrowed");
    let ids: Vec<String> =
        inspect(&child).expect("a token").blocks.into_iter().map(|block| block.revocation_id).collect();
    let named = |world: &World, id: &str| world.entitlements.block_with_id(&world.state, FIRST, id);
    let digest = BlockDigest::of_hex(&ids[1]).map(|block| Digest(block.0));
    assert_eq!(named(&world, &ids[1]).expect("an id"), digest);
    assert_eq!(named(&world, &ids[0]).expect("an id"), None);
    world.entitlements.keyring.rotate(Purpose::Entitlement, world.at, None).expect("rotated");
    assert_eq!(named(&world, &ids[0]).expect("an id"), None, "under any key");
    assert!(named(&world, "12").is_err());
    let other = world.buy(None);
    assert!(world.entitlements.block_of_text(&world.state, other, &text).is_err(), "another token's text");
}

#[test]
fn the_key_of_a_token_is_that_of_its_sale_until_it_is_withdrawn() {
    let mut world = World::new();
    let before = world.text(FIRST);
    let from = world.at.after(types::Duration::from_mins(10));
    world.entitlements.keyring.rotate(Purpose::Entitlement, world.at, None).expect("rotated");
    assert_eq!(world.text(FIRST), before, "the same row gives the same text");
    let kid = |text: &str| inspect(text).expect("a token").key_id;
    assert_eq!(kid(&before), Some(1));
    world.at = from;
    let later = world.buy(None);
    assert_eq!(kid(&world.text(later)), Some(3));
    assert!(world.works(&before).is_ok() && world.works_elsewhere(&before), "keys overlap");
    world.entitlements.keyring.withdraw(1).expect("withdrawn");
    assert!(matches!(world.works(&before), Err(EntitlementError::Token(TokenError::UnknownKey { kid: 1 }))));
    let again = world.text(FIRST);
    assert_eq!(kid(&again), Some(3));
    assert!(world.works(&again).is_ok(), "the token itself is not lost");
}

#[test]
fn a_held_token_is_used_once_for_each_proof() {
    let mut world = World::new();
    let keys = [1, 2].map(|byte| HolderKey::new([byte; 32]));
    let held = world.buy(Some(keys[0].public_key()));
    let text = world.text(held);
    let child = delegate(&text, &keys[0], keys[1].public_key(), &Narrowing::new().op("activate")).expect("passed on");
    let asked = RequestDigest::of("POST", "/v1/sessions", b"{}");
    let uses = |text: &str, key: &HolderKey, nonce| {
        let proof = prove(text, key, asked, world.at.as_ms(), [nonce; 16]);
        let possession = Some(Possession { proof: &proof, request: asked });
        world.entitlements.verify(&world.state, text, &request(), possession, world.at)
    };
    assert!(matches!(world.works(&text), Err(EntitlementError::Token(TokenError::ProofMissing { .. }))));
    uses(&text, &keys[0], 1).expect("its holder");
    uses(&child, &keys[1], 1).expect("its holder");
    uses(&child, &keys[1], 2).expect("another use");
    for refused in [uses(&text, &keys[0], 1), uses(&text, &keys[1], 3), uses(&child, &keys[0], 4)] {
        assert!(matches!(refused, Err(EntitlementError::Token(TokenError::ProofWrong { .. }))), "{refused:?}");
    }
}

#[test]
fn the_list_of_revocations_goes_on_from_page_to_page() {
    let mut world = World::new();
    let tokens: Vec<TokenRef> = (0..REVOKED).map(|_| world.buy(None)).collect();
    for token in tokens {
        world.ask(Actor::customer(ALICE), Command::RevokeEntitlement { token, block: None });
    }
    let page = |after| {
        let signed = world.entitlements.revocations(&world.state, after, world.at).expect("signed");
        RevocationPage::verify(&signed, &world.entitlements.keyring.key_set()).expect("trusted")
    };
    let first = page(None);
    assert_eq!(first.revoked.len(), crate::limits::REVOCATION_PAGE_TOKENS_MAX);
    let next = first.next.clone().expect("there is more");
    let second = page(Some(TokenId::parse(&next).expect("an id")));
    assert_eq!((second.after, second.next, second.revoked.len()), (Some(next), None, 3));
    assert!(first.revoked.iter().all(|entry| !second.revoked.contains(entry)));
}

/// Three more than a page holds.
const REVOKED: usize = crate::limits::REVOCATION_PAGE_TOKENS_MAX + 3;

#[test]
fn the_same_secret_mints_the_same_text_and_another_cell_s_is_refused() {
    let (world, again) = (World::new(), World::new());
    let text = world.text(FIRST);
    assert_eq!(text, again.text(FIRST));
    let others = Keyring::in_memory(&CellSecret::new([4; 32])).expect("keys");
    let other = World { entitlements: Entitlements::new(Arc::new(others)), ..World::new() };
    assert!(other.works(&text).is_err());
}

#[test]
fn any_number_of_texts_is_remembered_within_the_bound() {
    let world = World::new();
    let text = world.text(FIRST);
    let texts: Vec<String> =
        (0..10).map(|n| attenuate(&text, &Narrowing::new().units_max("s", n)).expect("narrowed")).collect();
    let mut verified = Verified::default();
    for (text, seen) in texts.iter().zip(1..) {
        verified.remember(text, &world.entitlements.known(text).expect("sound"), 3);
        assert!(verified.len() <= 6.min(seen), "two generations of three");
        assert!(verified.get(text).is_some(), "the last one is always there");
    }
    assert!(verified.get(&texts[0]).is_none(), "the first is forgotten");
}
