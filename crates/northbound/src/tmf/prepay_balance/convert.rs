//! Wallets, volumes and actions, in the words of TMF654.

use crate::native::convert::currency_of;
use crate::time;
use crate::tmf::common::convert::{money, number, party_ref};
use crate::tmf::prepay_balance::BASE;
use crate::tmf::prepay_balance::wire::Notes;
use engine::ledger::{AccountRef, Asset};
use engine::state::{ActionKind, BalanceAction, PartyRef, ReservationEnd, State, Token, TokenState};
use serde_json::{Map, Value, json};
use types::{Currency, PartyId, Unit};

/// A wallet: whose, in which currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wallet {
    pub party: PartyRef,
    pub currency: Currency,
}

/// The wallet that is a bucket of this id: its party's id, `-`, its currency.
pub(crate) fn wallet_named(state: &State, id: &str) -> Option<Wallet> {
    let (party, currency) = id.rsplit_once('-')?;
    let party = state.party_by_id(PartyId::parse(party).ok()?)?;
    let currency = Currency::parse(currency).ok()?;
    engine::wallet_of(state, party, currency).map(|_| Wallet { party, currency })
}

/// The buckets of a party: a wallet for each currency, and the volume of each token that is not over.
pub(crate) fn buckets(state: &State, party: PartyRef) -> Vec<Value> {
    let Some(row) = state.party(party) else { return Vec::new() };
    let wallets =
        row.wallets.keys().filter_map(|asset| wallet(state, Wallet { party, currency: currency_of(state, *asset)? }));
    let volumes =
        state.tokens_of(party).filter(|(_, token)| token.is_live()).filter_map(|(_, token)| volume(state, token));
    wallets.chain(volumes).collect()
}

/// A wallet as a bucket.
pub(crate) fn wallet(state: &State, of: Wallet) -> Option<Value> {
    let account = engine::wallet_of(state, of.party, of.currency)?;
    let row = state.ledger.account(account)?;
    let id = wallet_id(state, of)?;
    let shared = state.wallets.get(&account).is_some_and(|rules| !rules.members.is_empty());
    let party = state.party(of.party)?.id.to_string();
    Some(json!({
        "id": id, "href": format!("{BASE}/bucket/{id}"), "@type": "Bucket",
        "name": format!("Wallet in {}", of.currency), "usageType": "monetary", "isShared": shared, "status": "active",
        "remainingValue": money(row.posted, of.currency),
        "reservedValue": money(row.held, of.currency),
        "partyAccount": { "id": party }, "relatedParty": [party_ref(state, of.party, "owner").ok()?],
    }))
}

/// The volume of a token as a bucket; a token without one is none.
pub(crate) fn volume(state: &State, token: &Token) -> Option<Value> {
    let account = state.ledger.account(token.units?)?;
    let Some(Asset::Unit(unit)) = state.ledger.asset(account.asset) else { return None };
    let id = token.id.to_string();
    let name = state.offering(token.offering).map(|offering| offering.name.clone());
    let units = |quantity: i64| json!({ "amount": number(&quantity.to_string()), "units": unit.as_str() });
    let party = state.party(token.party)?.id.to_string();
    Some(json!({
        "id": id, "href": format!("{BASE}/bucket/{id}"), "@type": "Bucket",
        "name": name, "usageType": usage_type(unit), "isShared": false, "status": status_of(token.state),
        "remainingValue": units(account.posted), "reservedValue": units(account.held),
        "validFor": { "startDateTime": time::text(token.window.from()), "endDateTime": time::text(token.window.to()) },
        "partyAccount": { "id": party }, "relatedParty": [party_ref(state, token.party, "owner").ok()?],
        "product": [{ "id": id, "@referredType": "Product" }],
    }))
}

/// What a party has of each currency and unit, over all its buckets.
pub(crate) fn accumulated(state: &State, party: PartyRef) -> Vec<Value> {
    let mut sums: Vec<(Asset, i64, Vec<Value>)> = Vec::new();
    let Some(row) = state.party(party) else { return Vec::new() };
    let wallets = row.wallets.values().filter_map(|account| {
        let of = Wallet { party, currency: currency_of(state, state.ledger.account(*account)?.asset)? };
        Some((*account, wallet_id(state, of)?))
    });
    let live = state.tokens_of(party).filter(|(_, token)| token.is_live());
    let volumes = live.filter_map(|(_, token)| Some((token.units?, token.id.to_string())));
    for (account, id) in wallets.chain(volumes) {
        let Some(row) = state.ledger.account(account) else { continue };
        let Some(asset) = state.ledger.asset(row.asset) else { continue };
        let bucket = json!({ "id": id, "href": format!("{BASE}/bucket/{id}") });
        match sums.iter_mut().find(|(of, ..)| *of == asset) {
            Some((_, sum, buckets)) => {
                *sum = sum.saturating_add(row.posted);
                buckets.push(bucket);
            }
            None => sums.push((asset, row.posted, vec![bucket])),
        }
    }
    let owner = row.id.to_string();
    let shown = |(asset, sum, buckets): (Asset, i64, Vec<Value>)| {
        let (units, total) = match asset {
            Asset::Currency(currency) => (currency.to_string(), money(sum, currency)),
            Asset::Unit(unit) => {
                (unit.as_str().to_owned(), json!({ "amount": number(&sum.to_string()), "units": unit.as_str() }))
            }
        };
        let id = format!("{owner}-{units}");
        json!({
            "id": id, "href": format!("{BASE}/accumulatedBalance/{id}"), "@type": "AccumulatedBalance",
            "name": format!("All of {units}"), "bucket": buckets, "totalBalance": total,
            "partyAccount": { "id": owner }, "relatedParty": [{ "id": owner, "role": "owner", "@referredType": "Party" }],
        })
    };
    sums.into_iter().map(shown).collect()
}

/// The resource that an action is.
pub(crate) const fn resource_of(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::TopUp => "topupBalance",
        ActionKind::Adjustment => "adjustBalance",
        ActionKind::Transfer(_) => "transferBalance",
        ActionKind::Reservation { .. } => "reserveBalance",
    }
}

/// An action as the resource that it is, with what was said besides.
pub(crate) fn action(state: &State, row: &BalanceAction, notes: Notes) -> Option<Value> {
    let resource = resource_of(row.kind);
    let mut shown = history(state, row, notes)?;
    let members = shown.as_object_mut()?;
    let id = row.id.to_string();
    members.insert("href".to_owned(), json!(format!("{BASE}/{resource}/{id}")));
    members.insert("@type".to_owned(), json!(format!("{}{}", resource[..1].to_ascii_uppercase(), &resource[1..])));
    if !matches!(row.kind, ActionKind::Transfer(_)) {
        members.remove("receiverLogicalResource");
    }
    Some(shown)
}

/// An action as an entry of the history.
pub(crate) fn history(state: &State, row: &BalanceAction, notes: Notes) -> Option<Value> {
    let of = wallet_of(state, row.wallet, row.owner)?;
    let bucket = wallet_id(state, of)?;
    let id = row.id.to_string();
    let (status, at) = standing(row);
    let party = state.party(row.owner)?.id.to_string();
    let mut shown = json!({
        "id": id, "href": format!("{BASE}/balanceActionHistory/{id}"), "@type": "BalanceActionHistory",
        "status": status, "usageType": "monetary", "amount": money(row.amount_minor, of.currency),
        "requestedDate": time::text(row.at), "confirmationDate": time::text(at),
        "bucket": { "id": bucket, "href": format!("{BASE}/bucket/{bucket}") },
        "partyAccount": { "id": party }, "relatedParty": [{ "id": party, "role": "owner", "@referredType": "Party" }],
    });
    let members = shown.as_object_mut()?;
    members.extend(said(notes));
    // TM Forum asks for it of every action.
    members.entry("receiverLogicalResource").or_insert(json!({ "id": party }));
    match row.kind {
        ActionKind::TopUp => drop(members.insert("isAutoTopup".to_owned(), json!(false))),
        ActionKind::Adjustment => drop(members.insert("adjustType".to_owned(), json!("oneTime"))),
        ActionKind::Transfer(to) => transferred(state, (members, of), to)?,
        ActionKind::Reservation { until, .. } => {
            let period = json!({ "startDateTime": time::text(row.at), "endDateTime": time::text(until) });
            members.insert("validFor".to_owned(), period);
        }
    }
    Some(shown)
}

fn transferred(state: &State, (members, of): (&mut Map<String, Value>, Wallet), to: PartyRef) -> Option<()> {
    let bucket = wallet_id(state, Wallet { party: to, ..of })?;
    let receiver = state.party(to)?.id.to_string();
    members.insert("receiverBucket".to_owned(), json!({ "id": bucket }));
    members.insert("receiverBucketUsageType".to_owned(), json!("monetary"));
    members.insert("receiver".to_owned(), json!({ "id": receiver, "role": "receiver", "@referredType": "Party" }));
    // What TM Forum asks for, where nothing is known of it any more.
    members.entry("reason").or_insert(json!(""));
    members.entry("channel").or_insert(json!({ "id": "api" }));
    members.entry("logicalResource").or_insert(json!([]));
    Some(())
}

/// What was said besides, as members.
fn said(notes: Notes) -> Map<String, Value> {
    match serde_json::to_value(notes) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// Where an action stands, and since when. Money moves at once; a reservation stands until it ends.
fn standing(row: &BalanceAction) -> (&'static str, types::Instant) {
    match row.kind {
        ActionKind::Reservation { ended: Some(ReservationEnd::Released(at)), .. } => ("cancelled", at),
        ActionKind::Reservation { ended: Some(ReservationEnd::Expired(at)), .. } => ("completed", at),
        ActionKind::Reservation { ended: None, .. } => ("created", row.at),
        ActionKind::TopUp | ActionKind::Adjustment | ActionKind::Transfer(_) => ("completed", row.at),
    }
}

fn wallet_of(state: &State, account: AccountRef, party: PartyRef) -> Option<Wallet> {
    Some(Wallet { party, currency: currency_of(state, state.ledger.account(account)?.asset)? })
}

fn wallet_id(state: &State, of: Wallet) -> Option<String> {
    Some(format!("{}-{}", state.party(of.party)?.id, of.currency))
}

const fn status_of(token: TokenState) -> &'static str {
    match token {
        TokenState::Issued | TokenState::Active | TokenState::Exhausted => "active",
        TokenState::Suspended => "suspended",
        TokenState::Expired | TokenState::Revoked => "expired",
    }
}

/// The kind of usage that a unit is of.
pub(crate) const fn usage_type(unit: Unit) -> &'static str {
    match unit {
        Unit::Byte => "data",
        Unit::Message => "sms",
        Unit::Second | Unit::LlmToken | Unit::ComputeUnit | Unit::Call => "other",
    }
}
