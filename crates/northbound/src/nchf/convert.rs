//! Charging data to the engine's words, and back.

use crate::auth::Principal;
use crate::device::Identifier;
use crate::limits::UNIT_USAGES_MAX;
use crate::nchf::config::{FinalUnit, Nchf};
use crate::nchf::error::ProblemDetails;
use crate::nchf::wire::{
    ChargingDataRequest, FinalUnitIndication, MultipleUnitInformation, MultipleUnitUsage, RedirectServer, ResultCode,
    Units,
};
use crate::time;
use engine::limits::{NOTIFY_BYTES_MAX, QUANTITY_MAX};
use engine::state::{OfferingRef, State};
use engine::{Answer, Key, Rejection, Want};
use node::Vault;
use serde_json::Value;
use std::collections::BTreeMap;
use types::{Instant, PPM, PartyId, Unit};

/// What one rating group of a request is about, in all its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group {
    pub number: u32,
    /// What was used, of each kind.
    pub used: Quantities,
    /// What is wanted; `None`: nothing.
    pub wanted: Option<Quantities>,
}

/// A quantity of each kind of unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Quantities {
    pub volume: u64,
    pub time_s: u64,
    pub units: u64,
}

/// What a rating group is charged to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Serving {
    pub offering: OfferingRef,
    /// What the configuration says is counted.
    pub said: Option<Unit>,
    /// What is counted.
    pub unit: Unit,
}

/// One event that is charged by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OneTime {
    /// Before it is delivered (`IEC`).
    Immediate,
    /// After (`PEC`).
    Post,
}

/// Who the subscriber may be, as callers name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// Devices, the first that is known is meant.
    Devices(Vec<Identifier>),
    /// A party.
    Party(PartyId),
}

/// Reads a request; its mandatory members are looked at first, so that what is wrong is named.
pub(crate) fn request(bytes: &[u8]) -> Result<ChargingDataRequest, ProblemDetails> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| ProblemDetails::of_member("INVALID_MSG_FORMAT", "body", error.to_string()))?;
    let text = |member: &Value| member.as_str().is_some_and(|text| !text.is_empty());
    let mandatory: [(&str, IsSound<'_>); 4] = [
        ("/nfConsumerIdentification", &Value::is_object),
        ("/nfConsumerIdentification/nodeFunctionality", &text),
        ("/invocationTimeStamp", &|member| member.as_str().and_then(time::parse).is_some()),
        ("/invocationSequenceNumber", &|member| member.as_u64().is_some_and(|number| u32::try_from(number).is_ok())),
    ];
    for (path, sound) in mandatory {
        match value.pointer(path) {
            None => return Err(ProblemDetails::missing(path)),
            Some(member) if !sound(member) => {
                let reason = "a value of its type in TS 32.291 is expected";
                return Err(ProblemDetails::of_member("MANDATORY_IE_INCORRECT", path, reason));
            }
            Some(_) => {}
        }
    }
    let read: ChargingDataRequest = serde_json::from_value(value)
        .map_err(|error| ProblemDetails::of_member("OPTIONAL_IE_INCORRECT", "body", error.to_string()))?;
    let longest = NOTIFY_BYTES_MAX as usize;
    if read.notify_uri.as_ref().is_some_and(|uri| uri.is_empty() || uri.len() > longest) {
        let reason = format!("1 to {longest} bytes are expected");
        return Err(ProblemDetails::of_member("OPTIONAL_IE_INCORRECT", "/notifyUri", reason));
    }
    Ok(read)
}

/// The rating groups of a request, each once: what several entries say of one is added up.
pub(crate) fn groups(request: &ChargingDataRequest) -> Result<Vec<Group>, ProblemDetails> {
    let usages = request.multiple_unit_usage.as_deref().unwrap_or_default();
    let containers = |usage: &MultipleUnitUsage| usage.used_unit_container.as_ref().map_or(0, Vec::len);
    if usages.iter().map(|usage| containers(usage).saturating_add(1)).sum::<usize>() > UNIT_USAGES_MAX {
        let reason = format!("at most {UNIT_USAGES_MAX} entries and containers are taken");
        return Err(ProblemDetails::of_member("OPTIONAL_IE_INCORRECT", "/multipleUnitUsage", reason));
    }
    let mut found: BTreeMap<u32, Group> = BTreeMap::new();
    for usage in usages {
        let rating_group = usage.rating_group;
        let none = Group { number: rating_group, used: Quantities::default(), wanted: None };
        let group = found.entry(rating_group).or_insert(none);
        for container in usage.used_unit_container.iter().flatten() {
            group.used = sum(group.used, quantities(&container.units)).ok_or_else(too_much)?;
        }
        if let Some(requested) = &usage.requested_unit {
            let wanted = sum(group.wanted.unwrap_or_default(), quantities(requested)).ok_or_else(too_much)?;
            group.wanted = Some(wanted);
        }
    }
    Ok(found.into_values().collect())
}

/// How an event is charged, where the request is about one.
pub(crate) fn one_time(request: &ChargingDataRequest) -> Result<Option<OneTime>, ProblemDetails> {
    if request.one_time_event != Some(true) {
        return Ok(None);
    }
    match request.one_time_event_type.as_deref() {
        Some("IEC") => Ok(Some(OneTime::Immediate)),
        Some("PEC") => Ok(Some(OneTime::Post)),
        None => Err(ProblemDetails::missing("/oneTimeEventType")),
        Some(_) => {
            Err(ProblemDetails::of_member("OPTIONAL_IE_INCORRECT", "/oneTimeEventType", "IEC or PEC is expected"))
        }
    }
}

/// Who the subscriber is: `imsi-…`, `msisdn-…` or a party of the cell, named as the tenant.
pub(crate) fn named(request: &ChargingDataRequest) -> Result<Named, ProblemDetails> {
    let pdu = request.pdu_session_charging_information.as_ref();
    let gpsi = pdu.and_then(|pdu| pdu.user_information.as_ref()?.served_gpsi.as_deref());
    let devices: Vec<_> =
        request.subscriber_identifier.as_deref().into_iter().chain(gpsi).filter_map(identifier).collect();
    if !devices.is_empty() {
        return Ok(Named::Devices(devices));
    }
    if request.subscriber_identifier.is_some() || gpsi.is_some() {
        return Err(ProblemDetails::user_unknown("a subscriber is named as `imsi-…` or `msisdn-…`"));
    }
    let Some(tenant) = &request.tenant_identifier else {
        return Err(ProblemDetails::missing("/subscriberIdentifier"));
    };
    let party = PartyId::parse(tenant);
    party
        .map(Named::Party)
        .map_err(|_| ProblemDetails::user_unknown("a tenant is named by the `pty_…` id of its party"))
}

/// Is a member what it must be?
type IsSound<'a> = &'a dyn Fn(&Value) -> bool;

fn identifier(text: &str) -> Option<Identifier> {
    let (kind, rest) = text.split_once('-')?;
    match kind {
        "imsi" => Identifier::imsi(rest),
        "msisdn" => Identifier::telephone(&format!("+{rest}")),
        _ => None,
    }
}

/// The identity of a first invocation: the same once more opens nothing new.
pub(crate) fn key(vault: &Vault, caller: &Principal, request: &ChargingDataRequest) -> Key {
    let consumer = &request.nf_consumer_identification;
    let name = consumer.nf_name.as_deref().or(consumer.nf_fqdn.as_deref()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let parts = [
        caller.client.to_string(),
        consumer.node_functionality.clone(),
        name.to_owned(),
        text(&request.subscriber_identifier),
        text(&request.tenant_identifier),
        request.charging_id.map(|id| id.to_string()).unwrap_or_default(),
        request.invocation_time_stamp.clone(),
        request.invocation_sequence_number.to_string(),
    ];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    let digest = vault.digest("charging data", &parts);
    Key { key: digest, request: digest }
}

/// What a rating group is charged to, by the configuration: the one place that knows.
pub(crate) fn serving(config: &Nchf, state: &State, rating_group: u32) -> Option<Serving> {
    let group = config.rating_groups.get(&rating_group)?;
    let offering = state.offering_by_id(group.offering)?;
    let row = state.offering(offering)?;
    let volume = row.terms.volume.map(|volume| volume.unit);
    let meant = || volume.or_else(|| engine::rating::units(&row.price.plan).next());
    Some(Serving { offering, said: group.unit, unit: group.unit.or_else(meant).unwrap_or(Unit::Byte) })
}

/// What is asked of the engine for a rating group: what was used, and what is wanted.
pub(crate) fn ask(config: &Nchf, group: &Group, unit: Unit, one_time: Option<OneTime>) -> (u64, Want) {
    let used = group.used.of(unit);
    match (one_time, group.wanted) {
        // An event says what it takes by asking for it (TS 32.290 §5.3.2.2).
        (Some(OneTime::Immediate), wanted) => {
            let asked = wanted.map_or(0, |wanted| wanted.of(unit));
            (if asked > 0 { asked } else { used.max(1) }, Want::Debit)
        }
        (Some(OneTime::Post), _) | (None, None) => (used, Want::Nothing),
        (None, Some(wanted)) => {
            let quantity_max = match wanted.of(unit) {
                0 => config.size_of(unit),
                asked => asked,
            };
            (used, Want::Quota { quantity_max, validity: config.validity })
        }
    }
}

/// What a rating group is answered.
pub(crate) fn answered(
    config: &Nchf,
    (rating_group, unit): (u32, Unit),
    (asked, answer): ((u64, Want), Result<Answer, Rejection>),
    now: Instant,
) -> MultipleUnitInformation {
    let (granted, valid_until, last) = match answer {
        Ok(Answer::Leased { granted, valid_until, last }) => (granted, valid_until, last),
        Ok(_) => return refused(rating_group, ResultCode::RatingFailed),
        Err(rejection) => return refused(rating_group, result_of(rejection)),
    };
    let plain = refused(rating_group, ResultCode::Success);
    match (asked.1, granted) {
        (Want::Nothing, _) => plain,
        (Want::Debit, _) => MultipleUnitInformation { granted_unit: Some(units_of(unit, asked.0)), ..plain },
        (Want::Quota { .. }, None) => refused(rating_group, ResultCode::QuotaManagementNotApplicable),
        (Want::Quota { .. }, Some(0)) => refused(rating_group, ResultCode::QuotaLimitReached),
        (Want::Quota { .. }, Some(granted)) => {
            let threshold = Some(share_of(granted, config.threshold_ppm)).filter(|threshold| *threshold > 0 && !last);
            let (volume, time, other) = match unit {
                Unit::Byte => (threshold, None, None),
                Unit::Second => (None, threshold, None),
                Unit::LlmToken | Unit::ComputeUnit | Unit::Call | Unit::Message => (None, None, threshold),
            };
            MultipleUnitInformation {
                granted_unit: Some(units_of(unit, granted)),
                validity_time: Some(valid_until.since(now).as_secs()),
                quota_holding_time: config.holding.map(types::Duration::as_secs),
                final_unit_indication: last.then(|| final_unit(&config.final_unit)),
                time_quota_threshold: time,
                volume_quota_threshold: volume,
                unit_quota_threshold: other,
                ..plain
            }
        }
    }
}

/// A rating group that got nothing.
pub(crate) const fn refused(rating_group: u32, result_code: ResultCode) -> MultipleUnitInformation {
    MultipleUnitInformation {
        result_code,
        rating_group,
        granted_unit: None,
        validity_time: None,
        quota_holding_time: None,
        final_unit_indication: None,
        time_quota_threshold: None,
        volume_quota_threshold: None,
        unit_quota_threshold: None,
    }
}

/// Does it end the whole request, rather than one rating group of it?
pub(crate) const fn ends_request(rejection: Rejection) -> bool {
    !matches!(
        rejection,
        Rejection::NothingServes
            | Rejection::InsufficientFunds { .. }
            | Rejection::VolumeExhausted { .. }
            | Rejection::UnitNotSold
            | Rejection::BookOverflow
    )
}

const fn result_of(rejection: Rejection) -> ResultCode {
    match rejection {
        Rejection::InsufficientFunds { .. } | Rejection::VolumeExhausted { .. } => ResultCode::QuotaLimitReached,
        Rejection::NothingServes => ResultCode::EndUserServiceDenied,
        _ => ResultCode::RatingFailed,
    }
}

fn final_unit(action: &FinalUnit) -> FinalUnitIndication {
    let plain = |final_unit_action| FinalUnitIndication {
        final_unit_action,
        filter_id_list: Vec::new(),
        redirect_server: None,
    };
    match action {
        FinalUnit::Terminate => plain("TERMINATE"),
        FinalUnit::Redirect(to) => {
            let server = RedirectServer { redirect_address_type: "URL", redirect_server_address: to.clone() };
            FinalUnitIndication { redirect_server: Some(server), ..plain("REDIRECT") }
        }
        FinalUnit::Restrict(filters) => {
            FinalUnitIndication { filter_id_list: filters.clone(), ..plain("RESTRICT_ACCESS") }
        }
    }
}

fn units_of(unit: Unit, quantity: u64) -> Units {
    match unit {
        Unit::Byte => Units { total_volume: Some(quantity), ..Units::default() },
        Unit::Second => Units { time: Some(u32::try_from(quantity).unwrap_or(u32::MAX)), ..Units::default() },
        Unit::LlmToken | Unit::ComputeUnit | Unit::Call | Unit::Message => {
            Units { service_specific: Some(quantity), ..Units::default() }
        }
    }
}

fn share_of(quantity: u64, share_ppm: u32) -> u64 {
    let share = u128::from(quantity) * u128::from(share_ppm) / u128::from(PPM);
    u64::try_from(share).unwrap_or(u64::MAX)
}

/// The total volume, or the sum of both directions where it is not said. `None`: more than can be counted.
fn quantities(units: &Units) -> Option<Quantities> {
    let directions = units.uplink_volume.unwrap_or(0).checked_add(units.downlink_volume.unwrap_or(0))?;
    let volume = units.total_volume.unwrap_or(directions);
    Some(Quantities { volume, time_s: units.time.unwrap_or(0).into(), units: units.service_specific.unwrap_or(0) })
}

fn sum(one: Quantities, other: Option<Quantities>) -> Option<Quantities> {
    let other = other?;
    let within = |one: u64, other: u64| one.checked_add(other).filter(|sum| *sum <= QUANTITY_MAX);
    Some(Quantities {
        volume: within(one.volume, other.volume)?,
        time_s: within(one.time_s, other.time_s).filter(|time| *time <= u32::MAX.into())?,
        units: within(one.units, other.units)?,
    })
}

fn too_much() -> ProblemDetails {
    let reason = format!("quantities of 0 to {QUANTITY_MAX} together, of time to {}, are expected", u32::MAX);
    ProblemDetails::of_member("OPTIONAL_IE_INCORRECT", "/multipleUnitUsage", reason)
}

impl Quantities {
    /// The one that counts where this unit is charged.
    pub(crate) const fn of(&self, unit: Unit) -> u64 {
        match unit {
            Unit::Byte => self.volume,
            Unit::Second => self.time_s,
            Unit::LlmToken | Unit::ComputeUnit | Unit::Call | Unit::Message => self.units,
        }
    }
}
