//! Addresses that others have us call: none that passes is read by anybody as one inside our network.
#![no_main]

use libfuzzer_sys::fuzz_target;
use southbound::web::fuzzing::allowed;
use std::net::{Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(host) = allowed(text) else { return };
    assert!(text.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")), "{text}: not https");
    assert!(host.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@'), "{text}: {host}");
    // Browsers, and most libraries, read addresses by another standard than ours does.
    let Ok(other) = Url::parse(text) else { return };
    assert_eq!(other.scheme(), "https", "{text}");
    assert!(other.username().is_empty() && other.password().is_none(), "{text}: a user");
    match other.host() {
        Some(Host::Domain(name)) => assert_eq!(name, host, "{text}: two readers see two hosts"),
        Some(Host::Ipv4(address)) => assert!(is_outside_v4(address), "{text}: {address} is inside"),
        Some(Host::Ipv6(address)) => assert!(is_outside_v6(address), "{text}: {address} is inside"),
        None => panic!("{text}: no host"),
    }
});

fn is_outside_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || shared
        || a == 0
        || a >= 240)
}

fn is_outside_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let carries_v4 = address.to_ipv4().is_some() || a == 0x2002 || (a == 0x64 && b == 0xff9b);
    !(address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || carries_v4)
}
