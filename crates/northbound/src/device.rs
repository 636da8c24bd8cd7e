//! Devices: what callers name them by, in one canonical form, and the subject that the vault knows them as.

use crate::app::App;
use crate::fault::{Door, Fault};
use std::net::{Ipv4Addr, Ipv6Addr};
use types::SubjectId;

/// An identifier as the vault keeps it: `tel:+31612345678`, `imsi:204080123456789`, `ipv4:203.0.113.7:59765`, `ipv4:203.0.113.7/10.1.2.3`,
/// `ipv6:2001:db8:85a3:8d3::/64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identifier(String);

impl Identifier {
    /// A telephone number in international format; `None` when it is not one (E.164).
    pub(crate) fn telephone(number: &str) -> Option<Self> {
        let digits = number.strip_prefix('+')?;
        let sound = (5..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        sound.then(|| Self(format!("tel:{number}")))
    }

    /// The subscription of a device, 5 to 15 digits; `None` when it is not one (TS 23.003 §2.2).
    pub(crate) fn imsi(digits: &str) -> Option<Self> {
        let sound = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        sound.then(|| Self(format!("imsi:{digits}")))
    }

    /// An observed address with its port.
    pub(crate) fn ipv4_port(public: Ipv4Addr, port: u16) -> Self {
        Self(format!("ipv4:{public}:{port}"))
    }

    /// An observed address with the one behind it.
    pub(crate) fn ipv4_private(public: Ipv4Addr, private: Ipv4Addr) -> Self {
        Self(format!("ipv4:{public}/{private}"))
    }

    /// Any address of the device's subnet.
    pub(crate) fn ipv6(address: Ipv6Addr) -> Self {
        let [a, b, c, d, ..] = address.segments();
        Self(format!("ipv6:{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
    }

    /// From what a caller of our own API writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        match scheme {
            "tel" => Self::telephone(rest),
            "imsi" => Self::imsi(rest),
            "ipv4" => match (rest.split_once(':'), rest.split_once('/')) {
                (Some((public, port)), None) => Some(Self::ipv4_port(public.parse().ok()?, port.parse().ok()?)),
                (None, Some((public, private))) => {
                    Some(Self::ipv4_private(public.parse().ok()?, private.parse().ok()?))
                }
                _ => None,
            },
            "ipv6" => Some(Self::ipv6(rest.strip_suffix("/64").unwrap_or(rest).parse().ok()?)),
            _ => None,
        }
    }

    /// The canonical text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The subject of a device that a caller of our own API names, made when there is none yet.
pub(crate) async fn subject_for(app: &App, text: Option<&str>) -> Result<Option<SubjectId>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let identifier = parse_named(text)?;
    app.vault(move |vault| vault.subject_for(identifier.as_str()).map(Some)).await
}

/// A device as a caller of our own API names it.
pub(crate) fn parse_named(text: &str) -> Result<Identifier, Fault> {
    Identifier::parse(text).ok_or_else(|| {
        Fault::Door(
            Door::DeviceInvalid,
            "device: `tel:+…`, `imsi:…`, `ipv4:ADDRESS:PORT`, `ipv4:PUBLIC/PRIVATE` or `ipv6:ADDRESS` is expected"
                .to_owned(),
        )
    })
}

/// The subject of a device that a caller of our own API names, if the vault knows it.
pub(crate) async fn known(app: &App, text: &str) -> Result<Option<SubjectId>, Fault> {
    let identifier = parse_named(text)?;
    app.vault(move |vault| vault.find(identifier.as_str())).await
}
