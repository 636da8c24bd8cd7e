//! Devices: which identifier is taken, and in which form the vault knows it.

use crate::app::App;
use crate::auth::Principal;
use crate::camara::common::error::ErrorInfo;
use crate::camara::common::wire::{Device, DeviceIpv4};
use crate::device::Identifier;
use crate::fault::Fault;
use axum::http::StatusCode;
use std::net::{Ipv4Addr, Ipv6Addr};
use types::SubjectId;

/// The device that a request is about.
#[derive(Debug)]
pub(crate) struct Subject {
    /// As the vault knows it.
    pub identifier: Identifier,
    /// As answers show it: as it was given. None when the access token names it.
    pub shown: Option<Device>,
}

/// The devices that a caller's view is limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Devices {
    /// It is not.
    All,
    /// To this one; one that the vault does not know has nothing.
    Only(Option<SubjectId>),
}

impl Devices {
    /// Is this one of them?
    pub(crate) fn have(self, device: SubjectId) -> bool {
        match self {
            Self::All => true,
            Self::Only(only) => only == Some(device),
        }
    }

    /// Limited to the device with this identifier, if there is one.
    pub(crate) async fn only(app: &App, identifier: Option<Identifier>) -> Result<Self, Fault> {
        match identifier {
            Some(identifier) => Ok(Self::Only(app.vault(move |vault| vault.find(identifier.as_str())).await?)),
            None => Ok(Self::All),
        }
    }
}

/// The device that a request is about, if it names one: the access token does (three legs), or the request does (two),
/// never both.
pub(crate) fn subject_if_any(
    app: &App,
    principal: &Principal,
    device: Option<&Device>,
) -> Result<Option<Subject>, ErrorInfo> {
    match (&principal.device, device) {
        (Some(_), Some(_)) => {
            Err(unprocessable("UNNECESSARY_IDENTIFIER", "The device is already identified by the access token."))
        }
        (Some(identifier), None) => Ok(Some(Subject { identifier: identifier.clone(), shown: None })),
        (None, None) => Ok(None),
        (None, Some(device)) => {
            let (identifier, shown) = chosen(device)?;
            if app.subscribers.serve(&identifier) {
                Ok(Some(Subject { identifier, shown: Some(shown) }))
            } else {
                Err(ErrorInfo::identifier_not_found())
            }
        }
    }
}

/// The device that a request is about; there must be one.
pub(crate) fn subject(app: &App, principal: &Principal, device: Option<&Device>) -> Result<Subject, ErrorInfo> {
    let found = subject_if_any(app, principal, device)?;
    found.ok_or_else(|| unprocessable("MISSING_IDENTIFIER", "The device cannot be identified."))
}

/// The identifier that is used, with the device as it is shown in answers: that one alone, with its original value.
///
/// All that are given must be well formed; whether they belong to one device is never compared.
pub(crate) fn chosen(device: &Device) -> Result<(Identifier, Device), ErrorInfo> {
    if *device == Device::default() {
        return Err(ErrorInfo::invalid_argument("device: at least one identifier is expected"));
    }
    let telephone = device.phone_number.as_deref().map(telephone).transpose()?;
    let ipv4 = device.ipv4_address.as_ref().map(ipv4).transpose()?;
    let ipv6 = device.ipv6_address.as_deref().map(ipv6).transpose()?;
    let shown = Device::default();
    match (telephone, ipv4, ipv6) {
        (Some(found), ..) => Ok((found, Device { phone_number: device.phone_number.clone(), ..shown })),
        (_, Some(found), _) => Ok((found, Device { ipv4_address: device.ipv4_address.clone(), ..shown })),
        (.., Some(found)) => Ok((found, Device { ipv6_address: device.ipv6_address.clone(), ..shown })),
        (None, None, None) => Err(unprocessable("UNSUPPORTED_IDENTIFIER", "The identifier provided is not supported.")),
    }
}

/// A 422 of the device rules.
fn unprocessable(code: &'static str, message: &str) -> ErrorInfo {
    ErrorInfo::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}

fn telephone(number: &str) -> Result<Identifier, ErrorInfo> {
    Identifier::telephone(number)
        .ok_or_else(|| ErrorInfo::invalid_argument("device.phoneNumber: E.164 with a leading + is expected"))
}

fn ipv4(address: &DeviceIpv4) -> Result<Identifier, ErrorInfo> {
    let public = single_ipv4("publicAddress", &address.public_address)?;
    let private = address.private_address.as_deref().map(|text| single_ipv4("privateAddress", text)).transpose()?;
    match (address.public_port, private) {
        (Some(port), _) => Ok(Identifier::ipv4_port(public, port)),
        (None, Some(private)) => Ok(Identifier::ipv4_private(public, private)),
        (None, None) => Err(ErrorInfo::invalid_argument(
            "device.ipv4Address: publicAddress with publicPort or privateAddress is expected",
        )),
    }
}

fn single_ipv4(name: &str, text: &str) -> Result<Ipv4Addr, ErrorInfo> {
    let parsed = text.parse();
    parsed.map_err(|_| ErrorInfo::invalid_argument(format!("device.ipv4Address.{name}: an IPv4 address is expected")))
}

fn ipv6(text: &str) -> Result<Identifier, ErrorInfo> {
    let parsed: Result<Ipv6Addr, _> = text.parse();
    parsed
        .map(Identifier::ipv6)
        .map_err(|_| ErrorInfo::invalid_argument("device.ipv6Address: an IPv6 address is expected"))
}
