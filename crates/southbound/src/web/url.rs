//! Addresses as they are written: one spelling of each, so that no two readers understand different things.

use super::address::{is_loopback, is_public};
use super::error::Refused;
use super::limits::URL_BYTES_MAX;
use super::service::Rules;
use hyper::Uri;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address that may be called, as far as can be said without resolving its name.
#[derive(Debug)]
pub(super) struct Target {
    /// As it was written.
    pub uri: Uri,
    /// Its host, in lower case.
    pub host: String,
}

/// A host, as it is written.
pub(super) enum Host {
    /// A name to resolve.
    Name(String),
    /// An address already.
    Address(IpAddr),
}

/// Reads an address, and refuses what the rules do not let pass.
pub(super) fn read(url: &str, rules: &Rules) -> Result<Target, Refused> {
    if url.len() > URL_BYTES_MAX {
        return Err(Refused("an address this long"));
    }
    let uri: Uri = url.parse().map_err(|_| Refused("what is no address"))?;
    let host = host_of(&uri)?;
    scheme_allowed(&uri, &host, rules)?;
    if let Host::Address(address) = &host {
        address_allowed(*address, rules)?;
    }
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    if !rules.allow_hosts.is_empty() && !rules.allow_hosts.iter().any(|allowed| covers(allowed, &host)) {
        return Err(Refused("a host that is not on the list"));
    }
    Ok(Target { uri, host })
}

/// The host of an address. Userinfo, a trailing dot, and numbers that are not an address in its one spelling are refused:
/// other readers take `0x7f.1`, `2130706433` and `127.0.0.1.` for this machine.
pub(super) fn host_of(uri: &Uri) -> Result<Host, Refused> {
    let authority = uri.authority().ok_or(Refused("an address without a host"))?.as_str();
    if authority.contains('@') {
        return Err(Refused("an address with a user in it"));
    }
    let host = uri.host().ok_or(Refused("an address without a host"))?;
    if let Some(inside) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = inside.parse().map_err(|_| Refused("what is no IPv6 address"))?;
        return Ok(Host::Address(address.into()));
    }
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if host.is_empty() || !host.bytes().all(sound) || host.split('.').any(str::is_empty) {
        return Err(Refused("what is no host name"));
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        let address: Ipv4Addr =
            host.parse().map_err(|_| Refused("a number that is no IPv4 address in its one form"))?;
        return Ok(Host::Address(address.into()));
    }
    Ok(Host::Name(host.to_ascii_lowercase()))
}

/// May this very address be connected to?
pub(super) fn address_allowed(address: IpAddr, rules: &Rules) -> Result<(), Refused> {
    if is_public(address) || plain_allowed(address, rules) {
        Ok(())
    } else {
        Err(Refused("an address that is not of the public internet"))
    }
}

/// May it be connected to without TLS, too?
pub(super) fn plain_allowed(address: IpAddr, rules: &Rules) -> bool {
    (rules.allow_loopback && is_loopback(address)) || rules.networks.iter().any(|network| network.holds(address))
}

/// Without TLS only this machine and networks that are named are called, where that is allowed at all; a name is asked about again once resolved.
fn scheme_allowed(uri: &Uri, host: &Host, rules: &Rules) -> Result<(), Refused> {
    match (uri.scheme_str(), host) {
        (Some("https"), _) => Ok(()),
        (Some("http"), Host::Name(_)) if rules.allow_loopback || !rules.networks.is_empty() => Ok(()),
        (Some("http"), Host::Address(address)) if plain_allowed(*address, rules) => Ok(()),
        _ => Err(Refused("anything but https")),
    }
}

/// `example.org` is itself; `*.example.org` is every name below it.
fn covers(allowed: &str, host: &str) -> bool {
    match allowed.strip_prefix('*') {
        Some(below) => host.len() > below.len() && host.ends_with(below),
        None => host == allowed,
    }
}
