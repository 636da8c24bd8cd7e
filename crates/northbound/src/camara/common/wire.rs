//! Schemas that all CAMARA APIs share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A device; at least one identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Device {
    /// E.164 with `+`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub phone_number: Option<String>,
    /// Not supported.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub network_access_identifier: Option<String>,
    /// The observed address, with its port or the one behind it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub ipv4_address: Option<DeviceIpv4>,
    /// Any address of the device's subnet.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub ipv6_address: Option<String>,
}

/// A device by IPv4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeviceIpv4 {
    /// As the application server sees it.
    pub public_address: String,
    /// As the device sees it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub private_address: Option<String>,
    /// As the application server sees it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub public_port: Option<u16>,
}

/// An optional member that is there is not null: the schemas are not nullable.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
