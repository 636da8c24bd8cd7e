//! Which devices are the operator's own: what cannot be one of them is not found.

use crate::device::Identifier;
use crate::limits::SUBSCRIBER_RANGES_MAX;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The numbers and addresses that the operator gives to devices. A kind of identifier without a range is not limited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscribers {
    numbers: Vec<String>,
    ipv4: Vec<(u32, u8)>,
    ipv6: Vec<(u128, u8)>,
}

/// Why ranges cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubscribersError {
    /// It is not a range.
    #[error("`{0}` is not a range of devices; `tel:+316`, `ipv4:203.0.113.0/24` or `ipv6:2001:db8::/32` is expected")]
    NotARange(String),
    /// There are more than are looked through for each request.
    #[error("at most {SUBSCRIBER_RANGES_MAX} ranges of devices are taken")]
    TooMany,
}

impl Subscribers {
    /// From ranges as they are written: `tel:+316`, `ipv4:203.0.113.0/24`, `ipv6:2001:db8::/32`. None: every device.
    pub fn parse<T: AsRef<str>>(ranges: impl IntoIterator<Item = T>) -> Result<Self, SubscribersError> {
        let mut all = Self::default();
        for (number, range) in ranges.into_iter().enumerate() {
            if number >= SUBSCRIBER_RANGES_MAX {
                return Err(SubscribersError::TooMany);
            }
            let text = range.as_ref();
            all.add(text).ok_or_else(|| SubscribersError::NotARange(text.to_owned()))?;
        }
        Ok(all)
    }

    /// Can this be one of the operator's devices?
    pub(crate) fn serve(&self, device: &Identifier) -> bool {
        let Some((kind, rest)) = device.as_str().split_once(':') else { return false };
        match kind {
            "tel" => self.numbers.is_empty() || self.numbers.iter().any(|prefix| rest.starts_with(prefix)),
            // Which subscriptions are ours is said by their tokens.
            "imsi" => true,
            "ipv4" => {
                let public = rest.split([':', '/']).next().and_then(|text| text.parse::<Ipv4Addr>().ok());
                let bits = public.map(|public| u128::from(u32::from(public)) << 96);
                let ranges = self.ipv4.iter().map(|(of, width)| (u128::from(*of) << 96, *width));
                self.ipv4.is_empty() || bits.is_some_and(|bits| ranges.into_iter().any(|of| is_inside(bits, of)))
            }
            "ipv6" => {
                let address = rest.split('/').next().and_then(|text| text.parse::<Ipv6Addr>().ok());
                let bits = address.map(u128::from);
                self.ipv6.is_empty() || bits.is_some_and(|bits| self.ipv6.iter().any(|of| is_inside(bits, *of)))
            }
            _ => false,
        }
    }

    fn add(&mut self, text: &str) -> Option<()> {
        let (kind, rest) = text.split_once(':')?;
        if kind == "tel" {
            let digits = rest.strip_prefix('+')?;
            let sound = (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            return sound.then(|| self.numbers.push(rest.to_owned()));
        }
        let (address, width) = rest.split_once('/')?;
        let width: u8 = width.parse().ok()?;
        match kind {
            "ipv4" if width <= 32 => self.ipv4.push((u32::from(address.parse::<Ipv4Addr>().ok()?), width)),
            "ipv6" if width <= 128 => self.ipv6.push((u128::from(address.parse::<Ipv6Addr>().ok()?), width)),
            _ => return None,
        }
        Some(())
    }
}

/// Does an address, its bits first, begin as the range does?
fn is_inside(address: u128, (of, width): (u128, u8)) -> bool {
    let differing = address ^ of;
    width == 0 || differing.leading_zeros() >= u32::from(width)
}

#[cfg(test)]
mod tests {
    use super::{Subscribers, SubscribersError};
    use crate::device::Identifier;

    fn check(ranges: &[&str], device: &str, served: bool) {
        let subscribers = Subscribers::parse(ranges).expect("ranges");
        let device = Identifier::parse(device).expect("a device");
        assert_eq!(subscribers.serve(&device), served, "{device:?} in {ranges:?}");
    }

    #[test]
    fn a_device_is_the_operators_when_a_range_of_its_kind_has_it_or_there_is_none() {
        check(&[], "tel:+31612345678", true);
        check(&["tel:+316", "tel:+4917"], "tel:+31612345678", true);
        check(&["tel:+316", "tel:+4917"], "tel:+31201234567", false);
        check(&["tel:+316"], "ipv4:198.51.100.7:80", true);
        check(&["ipv4:203.0.113.0/24"], "ipv4:203.0.113.255:80", true);
        check(&["ipv4:203.0.113.0/24"], "ipv4:203.0.114.0:80", false);
        check(&["ipv4:203.0.113.0/24"], "ipv4:203.0.113.7/10.0.0.1", true);
        check(&["ipv4:0.0.0.0/0"], "ipv4:198.51.100.7:80", true);
        check(&["ipv4:203.0.113.7/32"], "ipv4:203.0.113.6:80", false);
        check(&["ipv6:2001:db8::/32"], "ipv6:2001:db8:85a3:8d3::1", true);
        check(&["ipv6:2001:db8::/32"], "ipv6:2001:db9::1", false);
    }

    #[test]
    fn what_is_no_range_is_refused_by_name() {
        for text in
            ["", "tel:", "tel:316", "tel:+31x", "ipv4:203.0.113.0", "ipv4:203.0.113.0/33", "ipv6:x/1", "imsi:1/2"]
        {
            assert_eq!(Subscribers::parse([text]), Err(SubscribersError::NotARange(text.to_owned())));
        }
        assert_eq!(Subscribers::parse(vec!["tel:+1"; 1_025]), Err(SubscribersError::TooMany));
    }
}
