//! The schemas of device-data-volume 0.1.0.

use crate::camara::common::wire::{Device, present};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Of which device.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetrieveDataVolumeRequest {
    /// The device; not with a token of three legs, which names it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub device: Option<Device>,
}

/// What is left, roughly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RetrieveDataVolumeResponse {
    /// The device, where the request named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// How much is left.
    pub data_volume_category: DataVolumeCategory,
}

/// How much is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum DataVolumeCategory {
    /// Less than 200 MiB.
    #[serde(rename = "<200MiB")]
    Below200MiB,
    /// Less than 1 GiB.
    #[serde(rename = "<1GiB")]
    Below1GiB,
    /// Less than 5 GiB.
    #[serde(rename = "<5GiB")]
    Below5GiB,
    /// More.
    #[serde(rename = ">=5GiB")]
    AtLeast5GiB,
}

/// Is more left than this?
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CheckDataVolumeRequest {
    /// The device; not with a token of three legs, which names it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub device: Option<Device>,
    /// The threshold.
    pub volume_to_check: VolumeToCheck,
}

/// A threshold.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VolumeToCheck {
    /// How many.
    #[schema(minimum = 0, maximum = 1024)]
    pub value: i32,
    /// Of what.
    pub unit: VolumeUnit,
}

/// 2^20 or 2^30 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum VolumeUnit {
    /// 2^20 bytes.
    MiB,
    /// 2^30 bytes.
    GiB,
}

/// Whether more is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckDataVolumeResponse {
    /// The device, where the request named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// Is more left than was asked?
    pub threshold_exceeded: bool,
}
