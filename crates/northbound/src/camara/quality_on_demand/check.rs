//! What the schemas of quality-on-demand ask of a request beyond its types.

use crate::camara::common::check::profile_name;
use crate::camara::common::error::ErrorInfo;
use crate::camara::quality_on_demand::error::{duration_out_of_range, invalid_credential, invalid_token};
use crate::camara::quality_on_demand::wire::{
    ApplicationServer, CreateSession, CredentialType, PortsSpec, SinkCredential,
};
use crate::limits::{PORTS_MAX, SINK_BYTES_MAX};
use crate::time;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use types::Duration;

/// Is the form of a request sound?
pub(crate) fn request(request: &CreateSession) -> Result<(), ErrorInfo> {
    profile_name("qosProfile", &request.qos_profile)?;
    application_server(&request.application_server)?;
    for (name, ports) in
        [("devicePorts", &request.device_ports), ("applicationServerPorts", &request.application_server_ports)]
    {
        ports.as_ref().map_or(Ok(()), |ports| ports_spec(name, ports))?;
    }
    request.sink.as_deref().map_or(Ok(()), sink)?;
    if request.sink_credential.is_some() && request.sink.is_none() {
        return Err(ErrorInfo::invalid_argument("sinkCredential: without a sink it has no use"));
    }
    request.sink_credential.as_ref().map_or(Ok(()), sink_credential)?;
    if !(1..=i64::from(i32::MAX)).contains(&request.duration) {
        return Err(duration_out_of_range("The requested duration is out of the allowed range: at least 1 second."));
    }
    Ok(())
}

/// How much longer a session is to run. What no `int32` is, is no range of seconds.
pub(crate) fn additional_duration(seconds: i64) -> Result<Duration, ErrorInfo> {
    match u64::try_from(seconds) {
        Ok(seconds @ 1..) if seconds <= i32::MAX.unsigned_abs().into() => Ok(Duration::from_secs(seconds)),
        _ => Err(ErrorInfo::out_of_range("requestedAdditionalDuration: at least 1 second is expected")),
    }
}

fn application_server(server: &ApplicationServer) -> Result<(), ErrorInfo> {
    if server.ipv4_address.is_none() && server.ipv6_address.is_none() {
        return Err(ErrorInfo::invalid_argument("applicationServer: at least one address is expected"));
    }
    let ipv4 = server.ipv4_address.as_deref().is_none_or(|text| is_range::<Ipv4Addr>(text, 32));
    let ipv6 = server.ipv6_address.as_deref().is_none_or(|text| is_range::<Ipv6Addr>(text, 128));
    match (ipv4, ipv6) {
        (true, true) => Ok(()),
        (false, _) => Err(ErrorInfo::invalid_argument("applicationServer.ipv4Address: address or address/width")),
        (_, false) => Err(ErrorInfo::invalid_argument("applicationServer.ipv6Address: address or address/width")),
    }
}

fn is_range<A: FromStr>(text: &str, width_max: u8) -> bool {
    let (address, width) = text.split_once('/').map_or((text, None), |(address, width)| (address, Some(width)));
    let digits = |width: &str| !width.is_empty() && width.bytes().all(|byte| byte.is_ascii_digit());
    address.parse::<A>().is_ok()
        && width.is_none_or(|width| digits(width) && width.parse::<u8>().is_ok_and(|width| width <= width_max))
}

fn ports_spec(name: &str, spec: &PortsSpec) -> Result<(), ErrorInfo> {
    let counts = [spec.ranges.as_ref().map(Vec::len), spec.ports.as_ref().map(Vec::len)];
    if counts == [None, None] || counts.into_iter().flatten().any(|count| count == 0 || count > PORTS_MAX) {
        return Err(ErrorInfo::invalid_argument(format!("{name}: 1 to {PORTS_MAX} ports or ranges are expected")));
    }
    if spec.ranges.iter().flatten().any(|range| range.from > range.to) {
        return Err(ErrorInfo::out_of_range(format!("{name}.ranges: `from` is after `to`")));
    }
    Ok(())
}

/// RFC 3986 in as much as it matters here: https, a host, and nothing that could break a header or a log.
fn sink(text: &str) -> Result<(), ErrorInfo> {
    let rest = text.strip_prefix("https://");
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let plain = text.len() <= SINK_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
    if plain && !host.is_empty() && !host.contains('@') {
        Ok(())
    } else {
        Err(ErrorInfo::new(axum::http::StatusCode::BAD_REQUEST, "INVALID_SINK", "sink: an https address is expected"))
    }
}

fn sink_credential(credential: &SinkCredential) -> Result<(), ErrorInfo> {
    if credential.credential_type != CredentialType::AccessToken {
        return Err(invalid_credential());
    }
    let foreign = [&credential.identifier, &credential.secret, &credential.refresh_token];
    if foreign.into_iter().chain([&credential.refresh_token_endpoint]).any(Option::is_some) {
        return Err(ErrorInfo::invalid_argument("sinkCredential: members of another credential type"));
    }
    let expires = credential.access_token_expires_utc.as_deref().and_then(time::parse);
    let token = credential.access_token.as_deref().is_some_and(|token| !token.is_empty());
    if !token || expires.is_none() {
        return Err(ErrorInfo::invalid_argument("sinkCredential: accessToken and accessTokenExpiresUtc are expected"));
    }
    match credential.access_token_type.as_deref() {
        Some("bearer") => Ok(()),
        _ => Err(invalid_token()),
    }
}
