//! Bodies and queries of our own API, and the commands that come out of them.

use super::shop::{ALICE, NOW, ask, state, view};
use super::{json, split, text};
use crate::native::convert::{currency, instant, listing, page_limit, party_of};
use crate::native::events::wire::After;
use crate::native::tokens::wire::{Last, RevocationDraft};
use crate::native::wire::{Page, Whose};
use crate::native::{
    dead_letters, keys, loads, meters, offerings, orders, parties, qualifications, quotes, resources, sessions, tokens,
    usage, webhooks,
};
use axum::extract::Query;
use axum::http::Uri;
use engine::capacity::{ProfileRef, ResourceRef};
use engine::state::{PartyRef, TokenRef};
use engine::{Actor, Command};
use node::{CellSecret, Entitlements, Keyring, Web, WebCalling, WebRequest};
use serde::de::DeserializeOwned;
use std::sync::{Arc, LazyLock};
use types::{ResourceId, SourceId, Window};

const OPERATOR: Actor = Actor::OPERATOR;

static ENTITLEMENTS: LazyLock<Entitlements> = LazyLock::new(|| {
    let keyring = Keyring::in_memory(&CellSecret::new([7; 32])).expect("a secret makes keys");
    Entitlements::new(Arc::new(keyring))
});

/// Every body and query of our own API.
pub fn native(data: &[u8]) {
    let (how, rest) = split(data);
    match how {
        b'a' => offering(rest),
        b'b' => resource(rest),
        b'c' => qualification(rest),
        b'd' => quote(rest),
        b'e' => order(rest),
        b'f' => session(rest),
        b'g' => charges(rest),
        b'h' => party(rest),
        b'i' => money(rest),
        b'j' => webhook(rest),
        b'k' => network(rest),
        b'l' => revocation(rest),
        b'm' => queries(text(rest)),
        b'n' => small(rest),
        _ => {}
    }
}

fn offering(body: &[u8]) {
    let Some(draft) = json(body) else { return };
    if let Ok((_, command)) = offerings::convert::publish(draft, state(), OPERATOR) {
        ask(OPERATOR, command);
    }
}

fn resource(body: &[u8]) {
    let Some(draft) = json(body) else { return };
    if let Ok((_, command)) = resources::convert::define(draft, state()) {
        ask(OPERATOR, command);
    }
}

fn qualification(body: &[u8]) {
    let Some(outcome) = json(body) else { return };
    for actor in [ALICE, OPERATOR] {
        if let Ok(answer) = qualifications::convert::qualification(state(), actor, &outcome, NOW) {
            assert_eq!(answer.promised, answer.answers.iter().any(|answer| answer.promised));
        }
    }
}

fn quote(body: &[u8]) {
    let Some(wish) = json(body) else { return };
    if let Ok(wish) = quotes::convert::wish(&wish, state(), ALICE, NOW) {
        ask(ALICE, Command::IssueQuote(Box::new(wish)));
    }
}

fn order(body: &[u8]) {
    let Some(order) = json::<orders::wire::Order>(body) else { return };
    let printed = serde_json::to_vec(&order).expect("it can be written");
    assert_eq!(json::<orders::wire::Order>(&printed).as_ref(), Some(&order), "a key is bound to what was asked");
    if let Ok(purchase) = orders::convert::purchase(order, None, state(), ALICE, NOW) {
        ask(ALICE, Command::PurchaseToken(Box::new(purchase)));
    }
}

fn session(body: &[u8]) {
    let Some(draft) = json::<sessions::wire::SessionDraft>(body) else { return };
    let _ = sessions::convert::cell_named(&draft);
    let Ok(named) = sessions::convert::token_named(&draft) else { return };
    let token = named.and_then(|token| state().token_by_id(token)).unwrap_or(TokenRef::from_index(0));
    if let Ok(call) = sessions::convert::call(draft, token) {
        let (device, flow) = (types::SubjectId::from_u128(9), engine::state::Digest([1; 16]));
        let crate::call::Call { token, duration, .. } = call;
        ask(ALICE, Command::RequestActivation { token, device, flow, duration });
    }
}

fn charges(body: &[u8]) {
    let Some(usage) = json(body) else { return };
    let charges = match usage::convert::sent(usage) {
        Ok(usage::convert::Sent::One(charge)) => vec![charge],
        Ok(usage::convert::Sent::Many(charges)) => charges,
        Err(_) => return,
    };
    for charge in charges.iter().take(8) {
        if let Ok(understood) = usage::convert::charge(state(), charge) {
            ask(OPERATOR, Command::ChargeUsage(understood.charge));
        }
    }
}

fn party(body: &[u8]) {
    let Some(draft) = json::<parties::wire::PartyDraft>(body) else { return };
    if let Some(Ok(record)) = draft.personal.as_ref().map(parties::convert::record) {
        assert_eq!(
            parties::convert::personal(&record).as_ref(),
            draft.personal.as_ref(),
            "what is kept is what was said"
        );
    }
    if let Ok(id) = parties::convert::new_id(&draft) {
        ask(OPERATOR, parties::convert::register(id, &draft, None));
    }
}

fn money(body: &[u8]) {
    let party = PartyRef::from_index(1);
    if let Some(draft) = json::<parties::wire::WalletDraft>(body)
        && let Ok(currency) = currency(&draft.currency)
    {
        assert_eq!(currency.to_string(), draft.currency);
        ask(ALICE, Command::OpenWallet { party, currency });
    }
    if let Some(asked) = json::<parties::wire::TopUp>(body)
        && let Ok(currency) = currency(&asked.currency)
    {
        ask(OPERATOR, Command::TopUp { party, currency, amount_minor: asked.amount_minor });
    }
    if let Some(asked) = json::<parties::wire::Priority>(body)
        && let Ok(command) = parties::convert::authorise(party, &asked)
    {
        ask(OPERATOR, command);
    }
    if let Some(asked) = json::<parties::wire::CreditLimit>(body)
        && let Ok(currency) = currency(&asked.currency)
    {
        ask(OPERATOR, Command::SetCreditLimit { party, currency, limit_minor: asked.limit_minor });
    }
}

fn webhook(body: &[u8]) {
    let Some(draft) = json(body) else { return };
    if let Ok(webhook) = webhooks::convert::webhook(draft, ALICE, view(), &Nobody, NOW) {
        let delivery = webhooks::convert::test_delivery(&webhook, view(), NOW).expect("a delivery");
        let request = webhooks::convert::request(&delivery, &webhook, NOW);
        assert!(request.headers.iter().all(|(_, value)| value.bytes().all(|byte| (b' '..=b'~').contains(&byte))));
        let _ = webhooks::convert::shown(&webhook);
    }
}

fn network(body: &[u8]) {
    if let Some(asked) = json::<resources::wire::Available>(body) {
        let resource = ResourceRef::from_index(0);
        ask(OPERATOR, Command::SetAvailable { resource, available: asked.available });
    }
    if let Some(asked) = json::<resources::wire::Profile>(body) {
        for number in [0, 1, u16::MAX] {
            let hourly_ppm = asked.hourly_ppm.clone();
            ask(OPERATOR, Command::SetProfile { profile: ProfileRef::from_index(number), hourly_ppm });
        }
    }
    if let Some(draft) = json::<loads::wire::LoadsDraft>(body)
        && let Ok(measured) = loads::convert::measured(&draft, state(), NOW)
    {
        assert!(measured.iter().all(|measured| measured.load.slot_at < NOW), "slots that are over");
    }
}

fn revocation(body: &[u8]) {
    let Some(draft) = json::<RevocationDraft>(body) else { return };
    let token = TokenRef::from_index(0);
    if let Ok(block) = tokens::convert::revoked_block(&ENTITLEMENTS, state(), token, &draft) {
        ask(ALICE, Command::RevokeEntitlement { token, block });
    }
}

fn queries(query: &str) {
    fn read<T: DeserializeOwned>(query: &str) -> Option<T> {
        let uri: Uri = format!("/?{query}").parse().ok()?;
        Query::try_from_uri(&uri).ok().map(|Query(read)| read)
    }
    if let Some(page) = read::<Page>(query)
        && let Ok(limit) = page_limit(&page)
    {
        assert!(listing((0..1_000).map(|at| (at.to_string(), at)), limit).items.len() <= limit);
    }
    if let Some(whose) = read::<Whose>(query) {
        let _ = party_of(state(), OPERATOR, whose.party.as_deref());
    }
    if let Some(span) = read::<resources::wire::Span>(query) {
        let _ = resources::convert::calendar(state(), ResourceId::from_u128(1), &span, NOW);
    }
    let _ = (read::<After>(query), read::<Last>(query), read::<keys::wire::After>(query));
    if let Ok(from) = instant("from", query) {
        assert!(Window::new(from, types::Instant::MAX).is_ok());
    }
}

fn small(body: &[u8]) {
    let _ = json::<keys::wire::Rotation>(body);
    if let Some(draft) = json::<meters::wire::MeterDraft>(body)
        && let Some(Ok(id)) = draft.id.as_deref().map(SourceId::parse)
    {
        ask(OPERATOR, Command::RegisterSource { id });
    }
    let _ = dead_letters::routes::key_of(text(body));
}

/// A world that is never called.
struct Nobody;

impl Web for Nobody {
    fn send(&self, _: WebRequest) -> WebCalling<'_> {
        Box::pin(std::future::ready(Err(node::WebError::NoAnswer("nobody is there".to_owned()))))
    }
}
