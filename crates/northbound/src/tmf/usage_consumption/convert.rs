//! Consumption, in the words of TMF677. In version 5 every object says what it is.

use crate::limits::CONSUMPTION_TOKENS_MAX;
use crate::native::convert::currency_of;
use crate::time;
use crate::tmf::common::convert::{may_see, money, number, party};
use crate::tmf::common::error::Error;
use crate::tmf::common::wire::Reference;
use crate::tmf::prepay_balance::convert::usage_type;
use crate::tmf::usage_consumption::BASE;
use crate::tmf::usage_consumption::wire::ConsumptionQuery;
use engine::ledger::Asset;
use engine::state::{PartyRef, State, Token, TokenRef, TokenState};
use engine::{Actor, counted_in};
use serde_json::{Value, json};
use types::{Instant, TokenId};

/// What a report is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Everything that a party has bought and is not over.
    Party(PartyRef),
    /// One token.
    Token(PartyRef, TokenRef),
}

/// What a query is of; what is another's is as if it did not exist.
pub(crate) fn asked(state: &State, actor: Actor, query: &ConsumptionQuery) -> Result<Of, Error> {
    let criteria = query.search_criteria.as_ref();
    let one = |list: Option<&Vec<Reference>>, name: &str| match list.map(Vec::as_slice) {
        None | Some([]) => Ok(None),
        Some([one]) => Ok(Some(one.id.clone())),
        Some(_) => Err(Error::invalid(format!("{name}: one is expected"))),
    };
    let account = one(query.party_account.as_ref(), "partyAccount")?;
    let criterion = one(criteria.and_then(|criteria| criteria.party_account.as_ref()), "searchCriteria.partyAccount")?;
    let product = one(criteria.and_then(|criteria| criteria.product.as_ref()), "searchCriteria.product")?;
    let id = product.or(criterion).or(account);
    match id {
        None => Ok(Of::Party(actor.party)),
        Some(id) => {
            named(state, actor, &id).ok_or_else(|| Error::invalid("a party or a product of the caller's is expected"))
        }
    }
}

/// What the report with this id is of.
pub(crate) fn named(state: &State, actor: Actor, id: &str) -> Option<Of> {
    if let Some(party) = party(state, actor, id) {
        return Some(Of::Party(party));
    }
    let at = state.token_by_id(TokenId::parse(id).ok()?)?;
    let holder = state.token(at)?.party;
    may_see(state, actor, holder).then_some(Of::Token(holder, at))
}

/// A report as it stands at `now`.
pub(crate) fn report(state: &State, of: Of, now: Instant) -> Option<Value> {
    let (holder, tokens): (PartyRef, Vec<&Token>) = match of {
        Of::Token(holder, token) => (holder, vec![state.token(token)?]),
        Of::Party(holder) => {
            let live = state.tokens_of(holder).rev().map(|(_, token)| token).filter(|token| token.is_live());
            (holder, live.take(CONSUMPTION_TOKENS_MAX).collect())
        }
    };
    let owner = state.party(holder)?.id.to_string();
    let id = match of {
        Of::Party(_) => owner.clone(),
        Of::Token(_, token) => state.token(token)?.id.to_string(),
    };
    let buckets: Vec<Value> = tokens.iter().filter_map(|token| bucket(state, token, now)).collect();
    let products: Vec<Value> = tokens.iter().filter_map(|token| product(state, token)).collect();
    Some(json!({
        "id": id, "href": format!("{BASE}/usageConsumptionReport/{id}"), "@type": "UsageConsumptionReport",
        "name": "What was used of what was bought", "creationDate": time::text(now), "lastUpdate": time::text(now),
        "bucket": buckets, "product": products, "relatedParty": [customer(&owner)], "partyAccount": [account(&owner)],
    }))
}

/// A query that is done.
pub(crate) fn done(report: &Value, now: Instant) -> Value {
    let id = report["id"].clone();
    let href = format!("{BASE}/queryUsageConsumption/{}", id.as_str().unwrap_or_default());
    let (party, account) = (report["relatedParty"].clone(), report["partyAccount"].clone());
    json!({
        "id": id, "href": href, "@type": "QueryUsageConsumption", "state": "done", "creationDate": time::text(now),
        "usageConsumption": [report], "relatedParty": party, "partyAccount": account,
    })
}

/// What was used of a token and what is left of it: in its unit where it has a volume or is paid by use, else nothing.
fn bucket(state: &State, token: &Token, now: Instant) -> Option<Value> {
    let offering = state.offering(token.offering)?;
    let volume = token.units.and_then(|account| state.ledger.account(account));
    let unit = match volume.and_then(|row| state.ledger.asset(row.asset)) {
        Some(Asset::Unit(unit)) => unit,
        _ => counted_in(state, token, None)?,
    };
    let quantity = |amount: String| json!({ "amount": number(&amount), "units": unit.as_str() });
    let (id, owner) = (token.id.to_string(), state.party(token.party)?.id.to_string());
    let period = json!({ "startDateTime": time::text(token.window.from()), "endDateTime": time::text(now.min(token.window.to())) });
    let counter = |name: &str, amount: String| {
        json!({
            "@type": "BucketCounter", "counterType": name, "level": "product", "valueName": format!("{amount} {}", unit.as_str()),
            "value": quantity(amount), "consumptionPeriod": period,
        })
    };
    let mut counters = vec![counter("used", token.used.to_string())];
    counters.extend(volume.map(|row| counter("remaining", row.posted.to_string())));
    let mut shown = json!({
        "id": id, "href": format!("/tmf-api/prepayBalanceManagement/v4/bucket/{id}"), "@type": "Bucket",
        "name": offering.name, "usageType": usage_type(unit), "isShared": false, "status": status_of(token.state),
        "bucketCounter": counters, "product": [reference(&id)], "partyAccount": account(&owner),
        "relatedParty": [customer(&owner)],
        "validFor": { "startDateTime": time::text(token.window.from()), "endDateTime": time::text(token.window.to()) },
    });
    if let Some(row) = volume {
        shown["remainingValue"] = quantity(row.posted.to_string());
        shown["reservedValue"] = quantity(row.held.to_string());
        shown["remainingValueName"] = json!(format!("{} {}", row.posted, unit.as_str()));
    }
    Some(shown)
}

/// A product with what was charged for its use.
fn product(state: &State, token: &Token) -> Option<Value> {
    let offering = state.offering(token.offering)?;
    let currency = currency_of(state, offering.price.asset)?;
    let mut shown = reference(&token.id.to_string());
    shown["name"] = json!(offering.name);
    shown["consumptionSummary"] = json!([{
        "@type": "ConsumptionSummary", "counterType": "charged", "level": "product",
        "value": money(token.usage_minor, currency),
    }]);
    Some(shown)
}

fn reference(token: &str) -> Value {
    json!({ "id": token, "href": format!("/v1/tokens/{token}"), "@type": "ProductRef", "@referredType": "Product" })
}

fn account(party: &str) -> Value {
    json!({ "id": party, "href": format!("/v1/parties/{party}"), "@type": "PartyAccountRef", "@referredType": "PartyAccount" })
}

fn customer(party: &str) -> Value {
    let reference =
        json!({ "id": party, "href": format!("/v1/parties/{party}"), "@type": "PartyRef", "@referredType": "Party" });
    json!({ "@type": "RelatedPartyRefOrPartyRoleRef", "role": "customer", "partyOrPartyRole": reference })
}

const fn status_of(token: TokenState) -> &'static str {
    match token {
        TokenState::Issued | TokenState::Active | TokenState::Exhausted => "active",
        TokenState::Suspended => "suspended",
        TokenState::Expired | TokenState::Revoked => "expired",
    }
}
