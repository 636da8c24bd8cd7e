//! The catalogue, in the words of TMF620. In version 5 every object says what it is.

use crate::native::convert::currency_of;
use crate::native::offerings::convert::{is_shown, offering as native};
use crate::native::plans::{draft_of, terms_of};
use crate::native::wire::Capability;
use crate::tmf::common::convert::number;
use crate::tmf::product_catalog::BASE;
use engine::Actor;
use engine::state::{Offering, OfferingStatus, State};
use serde_json::{Map, Value, json};

/// The lifecycle status of what is sold.
pub(crate) const ACTIVE: &str = "Active";
/// The lifecycle status of what is not sold any more.
pub(crate) const RETIRED: &str = "Retired";

/// The characteristics of an offering: members of one at `/v1/offerings`, with the kind of their values, and how many of them there
/// must be.
pub(crate) const CHARACTERISTICS: &[(&str, &str, u8)] = &[
    ("capability", "String", 1),
    ("also", "StringArray", 0),
    ("qos_profile", "String", 1),
    ("terms", "Object", 1),
    ("price", "Object", 0),
    ("price_plan", "Object", 0),
    ("guarantee", "Object", 1),
    ("remedy", "Object", 1),
    ("eligible", "StringArray", 0),
    ("refund_unused", "Boolean", 0),
    ("partners", "ObjectArray", 0),
    ("demand", "Object", 0),
    ("arp", "Object", 0),
    ("transferable", "Boolean", 0),
    ("cost", "Object", 0),
];

/// What the network can do for somebody: each is a specification.
const CAPABILITIES: &[Capability] = &[
    Capability::Connectivity,
    Capability::Experience,
    Capability::Slice,
    Capability::Satellite,
    Capability::Compute,
    Capability::Inference,
    Capability::Security,
];

/// What a caller sees of the catalogue.
pub(crate) fn shown(state: &State, actor: Actor) -> impl Iterator<Item = &Offering> {
    state.offerings.iter().filter(move |row| is_shown(state, actor, row))
}

/// An offering.
pub(crate) fn offering(state: &State, actor: Actor, row: &Offering) -> Option<Value> {
    let own = native(state, actor, row)?;
    let (version, description) = (own.price_version.to_string(), own.price_words.join(" "));
    let (is_bundle, is_sellable) = (!own.also.is_empty(), own.not_sellable.is_none());
    let capability = text_of(row.capability.into());
    let Ok(Value::Object(members)) = serde_json::to_value(own) else { return None };
    let prices = prices(state, row)?;
    let price_ref = |price: &Value| {
        json!({
            "id": price["id"], "href": price["href"], "name": price["name"], "@type": "ProductOfferingPriceRef",
            "@referredType": "ProductOfferingPrice",
        })
    };
    Some(json!({
        "id": row.id.to_string(), "href": href("productOffering", &row.id.to_string()), "@type": "ProductOffering",
        "name": row.name, "description": description, "version": version, "lifecycleStatus": status(row),
        "isBundle": is_bundle, "isSellable": is_sellable && row.status == OfferingStatus::Published, "category": [category_ref()],
        "productSpecification": reference("ProductSpecification", "productSpecification", &capability),
        "productOfferingPrice": prices.iter().map(price_ref).collect::<Value>(),
        "productOfferingCharacteristic": characteristics(&members),
    }))
}

/// The prices of an offering: one for each component of its plan. One that depends on quantity, place, time or buyer has words and
/// no single amount.
pub(crate) fn prices(state: &State, row: &Offering) -> Option<Vec<Value>> {
    let currency = currency_of(state, row.price.asset)?;
    let plan = draft_of(&row.price.plan, currency);
    let words = terms_of(&row.price.plan, currency).join(" ");
    let ppm = plan.tax.rate_ppm;
    let price = |(place, component): (usize, &Value)| {
        let id = format!("{}-{place}", row.id);
        let mut price = json!({
            "id": id, "href": href("productOfferingPrice", &id), "@type": "ProductOfferingPrice", "isBundle": false,
            "name": component["name"], "description": words, "version": row.version().to_string(), "lifecycleStatus": status(row),
            "tax": [{
                "@type": "TaxItem", "taxCategory": "VAT",
                "taxRate": number(&format!("{}.{:04}", ppm / 10_000, ppm % 10_000)),
            }],
        });
        let single = component["rates"].is_null();
        if let Some(amount) = component["amount"].as_str().filter(|_| single) {
            price["price"] = json!({ "unit": currency.to_string(), "value": number(amount) });
        }
        charge(&mut price, component);
        price
    };
    let Ok(Value::Array(components)) = serde_json::to_value(&plan.components) else { return None };
    Some(components.iter().enumerate().map(price).collect())
}

/// The one category there is, with what the caller sees in it.
pub(crate) fn category(state: &State, actor: Actor) -> Value {
    let offering = |row: &Offering| {
        let mut of = reference("ProductOffering", "productOffering", &row.id.to_string());
        of["name"] = row.name.clone().into();
        of
    };
    json!({
        "id": CATEGORY, "href": href("category", CATEGORY), "@type": "Category", "name": "Network promises", "isRoot": true,
        "lifecycleStatus": ACTIVE, "productOffering": shown(state, actor).map(offering).collect::<Value>(),
    })
}

/// What can be sold: a specification for each capability, with the characteristics that its offerings have.
pub(crate) fn specifications() -> Vec<Value> {
    let characteristic = |(name, kind, least): &(&str, &str, u8)| {
        json!({
            "@type": "CharacteristicSpecification", "name": name, "valueType": kind, "configurable": false,
            "minCardinality": least, "maxCardinality": 1,
        })
    };
    let specification = |capability: &Capability| {
        let id = text_of(*capability);
        json!({
            "id": id, "href": href("productSpecification", &id), "@type": "ProductSpecification", "name": id, "isBundle": false,
            "lifecycleStatus": ACTIVE, "category": [category_ref()],
            "productSpecCharacteristic": CHARACTERISTICS.iter().map(characteristic).collect::<Value>(),
        })
    };
    CAPABILITIES.iter().map(specification).collect()
}

const CATEGORY: &str = "network";

/// When a price is paid, and for what.
fn charge(price: &mut Value, component: &Value) {
    let quantity = |amount: &Value, units: Value| json!({ "amount": amount, "units": units });
    match component["charge"].as_str() {
        Some("recurring") => {
            price["priceType"] = "recurring".into();
            if let Some((length, of)) = component["period"].as_str().and_then(|text| text.split_once(' ')) {
                price["recurringChargePeriodLength"] = number(length);
                price["recurringChargePeriodType"] = of.into();
            }
        }
        Some("per_time") => {
            price["priceType"] = "oneTime".into();
            price["unitOfMeasure"] = quantity(&component["step_s"], "s".into());
        }
        Some("per_unit") => {
            price["priceType"] = "usage".into();
            let per = component.get("per").cloned().unwrap_or(1.into());
            price["unitOfMeasure"] = quantity(&per, component["unit"].clone());
        }
        _ => price["priceType"] = "oneTime".into(),
    }
}

fn characteristics(members: &Map<String, Value>) -> Value {
    let there = CHARACTERISTICS.iter().filter_map(|(name, kind, _)| Some((name, kind, members.get(*name)?)));
    let shown = there.map(|(name, kind, value)| {
        let value = json!({ "@type": format!("{kind}CharacteristicValueSpecification"), "value": value });
        json!({
            "@type": "CharacteristicSpecification", "name": name, "valueType": kind, "configurable": false,
            "characteristicValueSpecification": [value],
        })
    });
    shown.collect()
}

fn status(row: &Offering) -> &'static str {
    match row.status {
        OfferingStatus::Published => ACTIVE,
        OfferingStatus::Retired => RETIRED,
    }
}

fn category_ref() -> Value {
    reference("Category", "category", CATEGORY)
}

fn reference(kind: &str, resource: &str, id: &str) -> Value {
    json!({ "id": id, "href": href(resource, id), "@type": format!("{kind}Ref"), "@referredType": kind })
}

fn href(resource: &str, id: &str) -> String {
    format!("{BASE}/{resource}/{id}")
}

fn text_of(capability: Capability) -> String {
    let text = serde_json::to_value(capability).ok();
    text.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
}
