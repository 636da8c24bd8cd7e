//! What a draft has to say to be sold, and what must not be in it.

use crate::fault::Fault;
use crate::native::convert::instant;
use crate::native::offerings::wire::OfferingDraft;
use crate::tmf::common::error::Error;
use crate::tmf::product_catalog::convert::{ACTIVE, CHARACTERISTICS, RETIRED};
use crate::tmf::product_catalog::wire::{Characteristic, ProductOfferingDraft, ProductOfferingPatch};
use serde_json::{Map, Value};

/// Members that would change what is sold, and to whom, and that an offering here has no room for.
const NOT_SOLD: &[&str] = &[
    "agreement",
    "bundledGroupProductOffering",
    "bundledProductOffering",
    "channel",
    "marketSegment",
    "place",
    "policy",
    "prodSpecCharValueUse",
    "productOfferingPrice",
    "productOfferingRelationship",
    "productOfferingTerm",
    "serviceLevelAgreement",
    "validFor",
];

/// The offering of our own API that a draft describes.
pub(crate) fn offering(asked: ProductOfferingDraft) -> Result<OfferingDraft, Error> {
    require_kind(&asked.kind)?;
    refuse_what_is_not_sold(&asked)?;
    let mut members = Map::new();
    for characteristic in asked.product_offering_characteristic {
        add(&mut members, characteristic)?;
    }
    if let Some(specification) = asked.product_specification
        && members.get("capability").and_then(Value::as_str) != Some(&specification.id)
    {
        return Err(Error::invalid("productSpecification.id: the characteristic `capability` is expected"));
    }
    members.insert("name".to_owned(), asked.name.into());
    members.extend(asked.id.map(|id| ("id".to_owned(), id.into())));
    let read = serde_json::from_value(Value::Object(members));
    read.map_err(|error| Fault::malformed(format!("productOfferingCharacteristic: {error}")).into())
}

/// A patch retires an offering, and nothing else.
pub(crate) fn require_retirement(asked: &ProductOfferingPatch) -> Result<(), Error> {
    require_kind(&asked.kind)?;
    if let Some(member) = asked.others.keys().next() {
        return Err(Error::invalid(format!("{member}: of an offering only `lifecycleStatus` is changed here")));
    }
    if asked.lifecycle_status == RETIRED {
        return Ok(());
    }
    Err(Error::invalid(format!("lifecycleStatus: `{RETIRED}` is expected")))
}

fn require_kind(kind: &str) -> Result<(), Error> {
    if kind == "ProductOffering" { Ok(()) } else { Err(Error::invalid("@type: `ProductOffering` is expected")) }
}

fn refuse_what_is_not_sold(asked: &ProductOfferingDraft) -> Result<(), Error> {
    instant("lastUpdate", &asked.last_update)?;
    if let Some(member) = NOT_SOLD.iter().find(|member| asked.others.contains_key(**member)) {
        return Err(Error::invalid(format!("{member}: what is sold is said by productOfferingCharacteristic")));
    }
    let bundles = asked.product_offering_characteristic.iter().any(|characteristic| characteristic.name == "also");
    let refused = [
        (asked.lifecycle_status != ACTIVE, "lifecycleStatus: `Active` is expected: it is sold from now on"),
        (
            asked.is_bundle == Some(true) && !bundles,
            "isBundle: what else is in it is expected, in the characteristic `also`",
        ),
        (asked.is_sellable == Some(false), "isSellable: what is published is sold"),
    ];
    match refused.into_iter().find(|(is_there, _)| *is_there) {
        Some((_, why)) => Err(Error::invalid(why)),
        None => Ok(()),
    }
}

fn add(members: &mut Map<String, Value>, characteristic: Characteristic) -> Result<(), Error> {
    let name = characteristic.name;
    if !CHARACTERISTICS.iter().any(|(known, ..)| *known == name) {
        return Err(Error::invalid(format!("productOfferingCharacteristic: `{name}` is not a characteristic here")));
    }
    let Ok([value]) = <[_; 1]>::try_from(characteristic.values) else {
        return Err(Error::invalid(format!("productOfferingCharacteristic: `{name}` has exactly one value")));
    };
    if members.insert(name.clone(), value.value).is_some() {
        return Err(Error::invalid(format!("productOfferingCharacteristic: `{name}` is said once")));
    }
    Ok(())
}
