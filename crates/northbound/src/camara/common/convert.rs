//! Devices: which identifier is taken, and in which form the vault knows it.

use crate::camara::common::error::ErrorInfo;
use crate::camara::common::wire::{Device, DeviceIpv4};
use crate::device::Identifier;
use axum::http::StatusCode;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The identifier that is used, with the device as it is shown in answers: that one alone, with its original value.
///
/// All that are given must be well formed; whether they belong to one device is never compared.
pub(crate) fn chosen(device: Option<&Device>) -> Result<(Identifier, Device), ErrorInfo> {
    let Some(device) = device else {
        return Err(unprocessable("MISSING_IDENTIFIER", "The device cannot be identified."));
    };
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
