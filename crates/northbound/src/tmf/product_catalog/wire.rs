//! What is asked of the catalogue, by the schemas of TMF620 v5.0.0.

use crate::camara::common::wire::present;
use crate::tmf::common::wire::Reference;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// An offering to be put on sale. Members that TM Forum has and this cell does not are not looked at, unless they would change
/// what is sold: those are refused.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TmfProductOfferingDraft)]
pub(crate) struct ProductOfferingDraft {
    /// `ProductOffering`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// `off_…`; made when it is absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub id: Option<String>,
    /// What people call it.
    pub name: String,
    /// Only `Active`: it is sold from now on.
    pub lifecycle_status: String,
    /// RFC 3339.
    pub last_update: String,
    /// Only `false`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub is_bundle: Option<bool>,
    /// Only `true`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub is_sellable: Option<bool>,
    /// The specification of its capability.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub product_specification: Option<Reference>,
    /// What is sold: `capability`, `qos_profile`, `terms`, `price` or `price_plan`, `guarantee`, `remedy` and so on.
    pub product_offering_characteristic: Vec<Characteristic>,
    /// Every other member.
    #[serde(flatten)]
    #[schema(ignore)]
    pub others: Map<String, Value>,
}

/// A member of an offering of our own API.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TmfOfferingCharacteristic)]
pub(crate) struct Characteristic {
    /// What it is.
    #[serde(rename = "@type")]
    #[expect(dead_code, reason = "it must be said, and says nothing more")]
    pub kind: String,
    /// The name of the member.
    pub name: String,
    /// Of which kind its value is.
    #[expect(dead_code, reason = "it must be said, and the value itself says it again")]
    pub value_type: String,
    /// Its value: exactly one.
    #[serde(rename = "characteristicValueSpecification")]
    pub values: Vec<CharacteristicValue>,
}

/// A value of a characteristic.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = TmfCharacteristicValue)]
pub(crate) struct CharacteristicValue {
    /// What it is.
    #[serde(rename = "@type")]
    #[expect(dead_code, reason = "it must be said, and the value itself says it again")]
    pub kind: String,
    /// As our own API takes it.
    pub value: Value,
}

/// What is to become of an offering: it can be retired.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TmfProductOfferingPatch)]
pub(crate) struct ProductOfferingPatch {
    /// `ProductOffering`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// Only `Retired`.
    pub lifecycle_status: String,
    /// Every other member: none is expected.
    #[serde(flatten)]
    #[schema(ignore)]
    pub others: Map<String, Value>,
}
