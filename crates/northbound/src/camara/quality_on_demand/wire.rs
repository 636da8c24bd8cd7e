//! The schemas of quality-on-demand 1.1.0.

use crate::camara::common::wire::{Device, present};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a session is asked for.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateSession {
    /// Required with a token of two legs; not with one of three, which names it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub device: Option<Device>,
    /// The application's servers.
    pub application_server: ApplicationServer,
    /// Ports of the device.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub device_ports: Option<PortsSpec>,
    /// Ports of the servers.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub application_server_ports: Option<PortsSpec>,
    /// The profile.
    pub qos_profile: String,
    /// Where notifications go: https.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub sink: Option<String>,
    /// What they carry; never returned.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub sink_credential: Option<SinkCredential>,
    /// Seconds, at least 1.
    pub duration: i64,
}

/// How much longer a session is to run.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExtendSessionDuration {
    /// Seconds, at least 1. What is more than the longest session is cut off.
    pub requested_additional_duration: i64,
}

/// Whose sessions are wanted.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetrieveSessionsInput {
    /// Required with a token of two legs; not with one of three, which names it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub device: Option<Device>,
}

/// The application's servers; at least one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ApplicationServer {
    /// An address, or a range as address/width.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub ipv4_address: Option<String>,
    /// An address, or a range as address/width.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub ipv6_address: Option<String>,
}

/// Ports; at least one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortsSpec {
    /// Ranges.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub ranges: Option<Vec<PortRange>>,
    /// Single ports.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub ports: Option<Vec<u16>>,
}

/// A range of ports, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortRange {
    /// First.
    pub from: u16,
    /// Last.
    pub to: u16,
}

/// What notifications carry.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SinkCredential {
    /// Must be `ACCESSTOKEN`.
    pub credential_type: CredentialType,
    /// The bearer token.
    #[serde(default, deserialize_with = "present")]
    pub access_token: Option<String>,
    /// RFC 3339.
    #[serde(default, deserialize_with = "present")]
    pub access_token_expires_utc: Option<String>,
    /// Must be `bearer`.
    #[serde(default, deserialize_with = "present")]
    pub access_token_type: Option<String>,
    /// Of a type that is not taken.
    #[serde(default, skip_serializing, deserialize_with = "present")]
    pub identifier: Option<String>,
    /// Of a type that is not taken.
    #[serde(default, skip_serializing, deserialize_with = "present")]
    pub secret: Option<String>,
    /// Of a type that is not taken.
    #[serde(default, skip_serializing, deserialize_with = "present")]
    pub refresh_token: Option<String>,
    /// Of a type that is not taken.
    #[serde(default, skip_serializing, deserialize_with = "present")]
    pub refresh_token_endpoint: Option<String>,
}

/// The types of credential there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum CredentialType {
    Plain,
    AccessToken,
    RefreshToken,
}

/// What is remembered of a request, in the vault.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remembered {
    /// As answers show it; none when the access token named it.
    #[serde(default)]
    pub device: Option<Device>,
    pub sink: Option<String>,
    pub sink_credential: Option<SinkCredential>,
}

/// The flow, as the network is given it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flow {
    pub application_server: ApplicationServer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_ports: Option<PortsSpec>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_server_ports: Option<PortsSpec>,
}

/// A session.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionInfo {
    /// UUID.
    pub session_id: String,
    /// The identifier that is used, as it was given; not when the access token names the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// As it was given.
    pub application_server: ApplicationServer,
    /// As they were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_ports: Option<PortsSpec>,
    /// As they were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_server_ports: Option<PortsSpec>,
    /// The profile.
    pub qos_profile: String,
    /// As it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// Seconds.
    pub duration: u64,
    /// When the network confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ends or ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Where it stands.
    pub qos_status: QosStatus,
    /// Why it is unavailable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_info: Option<StatusInfo>,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum QosStatus {
    Requested,
    Available,
    Unavailable,
}

/// Why a session is unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StatusInfo {
    DurationExpired,
    NetworkTerminated,
    DeleteRequested,
}
