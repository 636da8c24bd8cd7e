//! Usage records, in the words of TMF635.

use crate::fault::Fault;
use crate::limits::USAGE_LISTED_MAX;
use crate::native::convert::currency_of;
use crate::native::usage::batch::{Known, charge_of};
use crate::native::usage::record::{Data, Record, Said};
use crate::time;
use crate::tmf::common::convert::{may_see, money, party_ref};
use crate::tmf::usage::BASE;
use crate::tmf::usage::wire::UsageDraft;
use engine::state::State;
use engine::{Actor, Charge, Event, counted_in};
use node::View;
use serde_json::{Value, json};
use std::borrow::Cow;
use types::{Instant, SourceId, Unit};

/// A record in the engine's words: read as one of a batch is.
pub(crate) fn charge(state: &State, draft: &UsageDraft) -> Result<Charge, Fault> {
    let of = |name: &str| draft.usage_characteristic.iter().find(|one| one.name == name).map(|one| &one.value);
    let specified = draft.usage_specification.as_ref().map(|of| Said::Text(Cow::Borrowed(of.id.as_str())));
    let sequence = of("sequence").map(Value::to_string).unwrap_or_default();
    let record = Record {
        specversion: Said::Text(Cow::Borrowed("1.0")),
        id: Said::Text(Cow::Owned(sequence.trim_matches('"').to_owned())),
        source: said(of("source")),
        kind: Said::Text(Cow::Borrowed(crate::native::usage::batch::KIND)),
        subject: said(of("token")),
        datacontenttype: Said::Nothing,
        data: Data { quantity: said(of("quantity")), unit: specified.unwrap_or(said(of("unit"))) },
        unreadable: false,
    };
    charge_of(state, &mut Known::default(), &record)
}

fn said(value: Option<&Value>) -> Said<'_> {
    match value {
        None => Said::Nothing,
        Some(Value::String(text)) => Said::Text(Cow::Borrowed(text)),
        Some(value) => value.as_u64().map_or(Said::Other, Said::Number),
    }
}

/// The id of a record: its meter and its number there.
pub(crate) fn id_of(state: &State, charge: Charge) -> Option<String> {
    Some(format!("{}-{}", state.source(charge.source)?.id, charge.sequence))
}

/// The latest records that a caller may see, the latest first.
pub(crate) fn latest(view: &View, actor: Actor) -> Vec<Value> {
    let seen = view.timeline.iter().rev().filter(|(_, _, event)| is_seen(view, actor, event));
    seen.take(USAGE_LISTED_MAX).filter_map(|(_, at, event)| usage(&view.state, event, *at)).collect()
}

/// A record that a caller may see, by its id.
pub(crate) fn named(view: &View, actor: Actor, id: &str) -> Option<Value> {
    let (source, sequence) = id.rsplit_once('-')?;
    let source = view.state.source_by_id(SourceId::parse(source).ok()?)?;
    let number: u64 = sequence.parse().ok()?;
    let is_it = |event: &Event| matches!(event, Event::UsageCharged { source: of, sequence, .. } if *of == source && *sequence == number);
    let (_, at, event) = view.timeline.iter().rev().find(|(_, _, event)| is_it(event))?;
    is_seen(view, actor, event).then(|| usage(&view.state, event, *at)).flatten()
}

fn is_seen(view: &View, actor: Actor, event: &Event) -> bool {
    let Event::UsageCharged { token, source, .. } = event else { return false };
    let own_meter = || view.state.source(*source).is_some_and(|row| row.owner == actor.party);
    let holder = view.state.token(*token).map(|row| row.party);
    holder.is_some_and(|party| may_see(&view.state, actor, party)) || (actor.role == engine::Role::Meter && own_meter())
}

/// A record as it was charged.
pub(crate) fn usage(state: &State, event: &Event, at: Instant) -> Option<Value> {
    let &Event::UsageCharged {
        token,
        source,
        sequence,
        quantity,
        paid_minor,
        overrun_minor,
        tax_minor,
        meter: price,
        ..
    } = event
    else {
        return None;
    };
    let (row, meter) = (state.token(token)?, state.source(source)?.id.to_string());
    let currency = currency_of(state, state.price_of(row)?.asset)?;
    let gross = paid_minor.saturating_add(overrun_minor);
    let amount = |minor: i64| {
        let shown = money(minor, currency);
        json!({ "value": shown["amount"], "unit": shown["units"] })
    };
    let unit = counted_in(state, row, price);
    let (id, token) = (format!("{meter}-{sequence}"), row.id.to_string());
    let text = |name: &str, value: &str| json!({ "name": name, "valueType": "string", "value": value });
    let count = |name: &str, value: u64| json!({ "name": name, "valueType": "number", "value": value });
    let mut shown = json!({
        "id": id, "href": format!("{BASE}/usage/{id}"), "@type": "Usage",
        "usageDate": time::text(at), "status": "rated", "usageType": unit.map_or("other", Unit::as_str),
        "usageCharacteristic": [
            text("token", &token), text("source", &meter), count("sequence", sequence), count("quantity", quantity),
        ],
        "ratedProductUsage": [{
            "ratingDate": time::text(at), "isBilled": paid_minor > 0, "productRef": { "id": token },
            "taxIncludedRatingAmount": amount(gross), "taxExcludedRatingAmount": amount(gross.saturating_sub(tax_minor)),
        }],
        "relatedParty": [party_ref(state, row.party, "customer").ok()?],
    });
    if let Some(unit) = unit {
        shown["usageSpecification"] =
            json!({ "id": unit.as_str(), "href": format!("{BASE}/usageSpecification/{}", unit.as_str()) });
    }
    Some(shown)
}

/// What usage is counted in: one specification for each unit.
pub(crate) fn specifications() -> Vec<Value> {
    Unit::ALL.into_iter().map(specification).collect()
}

fn specification(unit: Unit) -> Value {
    let id = unit.as_str();
    let characteristic =
        |name: &str, kind: &str, what: &str| json!({ "name": name, "valueType": kind, "description": what });
    json!({
        "id": id, "href": format!("{BASE}/usageSpecification/{id}"), "@type": "UsageSpecification",
        "name": format!("Usage in {id}"), "version": "1.0", "lifecycleStatus": "Active", "isBundle": false,
        "specCharacteristic": [
            characteristic("token", "string", "The token that is charged: tok_…"),
            characteristic("source", "string", "The meter: src_…"),
            characteristic("sequence", "number", "The meter's count, up from 1"),
            characteristic("quantity", "number", "How much, a whole number above 0"),
        ],
    })
}
