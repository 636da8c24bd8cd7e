//! The schemas of qos-profiles 1.1.0.

use crate::camara::common::wire::{Device, present};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which profiles are wanted; nothing asks for all.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QosProfileDeviceRequest {
    /// For this device; not with a token of three legs, which names it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub device: Option<Device>,
    /// With this name.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// With this status.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub status: Option<QosProfileStatus>,
}

/// A profile. What an offering does not promise is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QosProfile {
    /// Its name: `qosProfile` of a session.
    pub name: String,
    /// What its offerings are called.
    pub description: String,
    /// Can sessions be created with it?
    pub status: QosProfileStatus,
    /// Promised rate from the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_min_upstream_rate: Option<ProfileRate>,
    /// Promised rate towards the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_min_downstream_rate: Option<ProfileRate>,
    /// The shortest session.
    pub min_duration: ProfileDuration,
    /// The longest session, extensions included.
    pub max_duration: ProfileDuration,
    /// One way, to the edge of the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet_delay_budget: Option<ProfileDuration>,
}

/// Where a profile stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum QosProfileStatus {
    Active,
    Inactive,
    Deprecated,
}

/// A rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ProfileRate {
    /// 0 to 1024.
    pub value: u32,
    /// Of these.
    pub unit: RateUnit,
}

/// Units of rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum RateUnit {
    #[serde(rename = "kbps")]
    Kilobits,
    #[serde(rename = "Mbps")]
    Megabits,
    #[serde(rename = "Gbps")]
    Gigabits,
    #[serde(rename = "Tbps")]
    Terabits,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ProfileDuration {
    /// At least 1.
    pub value: u32,
    /// Of these.
    pub unit: TimeUnit,
}

/// Units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum TimeUnit {
    Seconds,
    Milliseconds,
}
