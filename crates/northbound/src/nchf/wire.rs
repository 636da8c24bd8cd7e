//! The types of TS 32.291 that are read or written, under its names. Members that are not here are passed over, and
//! values of its open enumerations that are not known are taken as texts (TS 29.501 §5.2.4).

use serde::{Deserialize, Serialize};

/// What a consumer asks: `ChargingDataRequest`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChargingDataRequest {
    pub subscriber_identifier: Option<String>,
    pub tenant_identifier: Option<String>,
    pub charging_id: Option<u32>,
    pub nf_consumer_identification: NfIdentification,
    pub invocation_time_stamp: String,
    pub invocation_sequence_number: u32,
    pub one_time_event: Option<bool>,
    pub one_time_event_type: Option<String>,
    pub notify_uri: Option<String>,
    pub multiple_unit_usage: Option<Vec<MultipleUnitUsage>>,
    #[serde(rename = "pDUSessionChargingInformation")]
    pub pdu_session_charging_information: Option<PduSessionChargingInformation>,
}

/// Who asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NfIdentification {
    #[serde(rename = "nFName")]
    pub nf_name: Option<String>,
    #[serde(rename = "nFFqdn")]
    pub nf_fqdn: Option<String>,
    pub node_functionality: String,
}

/// What a session of packets says of its subscriber.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PduSessionChargingInformation {
    pub user_information: Option<UserInformation>,
}

/// The subscriber by its public name.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct UserInformation {
    #[serde(rename = "servedGPSI")]
    pub served_gpsi: Option<String>,
}

/// What was used of a rating group, and what is wanted.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MultipleUnitUsage {
    pub rating_group: u32,
    pub requested_unit: Option<Units>,
    pub used_unit_container: Option<Vec<UsedUnitContainer>>,
}

/// Quantities of each kind; `RequestedUnit` and `GrantedUnit`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Units {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_volume: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uplink_volume: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downlink_volume: Option<u64>,
    #[serde(rename = "serviceSpecificUnits", skip_serializing_if = "Option::is_none")]
    pub service_specific: Option<u64>,
}

/// What was used in one interval.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsedUnitContainer {
    /// Required, and looked at for that alone: what is charged once is the invocation.
    #[serde(rename = "localSequenceNumber")]
    pub _local_sequence_number: i64,
    #[serde(flatten)]
    pub units: Units,
}

/// What is answered: `ChargingDataResponse`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChargingDataResponse {
    pub invocation_time_stamp: String,
    pub invocation_sequence_number: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub multiple_unit_information: Vec<MultipleUnitInformation>,
}

/// What becomes of one rating group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MultipleUnitInformation {
    pub result_code: ResultCode,
    pub rating_group: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_unit: Option<Units>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validity_time: Option<u64>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_holding_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_unit_indication: Option<FinalUnitIndication>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_quota_threshold: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_quota_threshold: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_quota_threshold: Option<u64>,
}

/// How it went for a rating group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ResultCode {
    /// As it was asked, or as far as there was something.
    Success,
    /// Nothing that the subscriber has serves it.
    EndUserServiceDenied,
    /// It may be used without a quota.
    QuotaManagementNotApplicable,
    /// There is nothing left to grant.
    QuotaLimitReached,
    /// It is not known what it is charged to.
    RatingFailed,
}

/// What is done when the quota is used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FinalUnitIndication {
    pub final_unit_action: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filter_id_list: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_server: Option<RedirectServer>,
}

/// Where traffic goes then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedirectServer {
    pub redirect_address_type: &'static str,
    pub redirect_server_address: String,
}

/// What a consumer is told: `ChargingNotifyRequest`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChargingNotifyRequest {
    pub notification_type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reauthorization_details: Vec<ReauthorizationDetails>,
}

/// What it must ask for again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReauthorizationDetails {
    pub rating_group: u32,
}
