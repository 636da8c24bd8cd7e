//! Which addresses are anybody's, and which are inside somebody's network, ours first.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 that are not of the public internet, with their widths (RFC 6890 and the IANA registry it began).
const NOT_PUBLIC_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, then what is reserved, broadcast included.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Blocks inside `2000::/3`, which alone is public in IPv6, that are not.
const NOT_PUBLIC_V6: &[(Ipv6Addr, u32)] = &[
    // Protocol assignments: Teredo, benchmarking, ORCHID.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4 carries any IPv4 address in it.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    /// An address of it; one of IPv4 as IPv6 maps it.
    bits: u128,
    /// How many bits are the same.
    width: u32,
}

impl Network {
    /// `10.20.0.0/16` or `fd00:1::/32`; `None` when it is neither.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, width) = text.split_once('/')?;
        let (address, width): (IpAddr, u32) = (address.parse().ok()?, width.parse().ok()?);
        let width = match address {
            IpAddr::V4(_) if width <= 32 => width + 96,
            IpAddr::V6(_) if width <= 128 => width,
            _ => return None,
        };
        Some(Self { bits: bits_of(address), width })
    }

    pub(super) fn holds(&self, address: IpAddr) -> bool {
        self.width == 0 || (self.bits ^ bits_of(address)) >> (128 - self.width) == 0
    }
}

fn bits_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

const PUBLIC_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Is it an address of the public internet?
///
/// IPv6 is asked the other way round: only global unicast is, so addresses that stand for IPv4 ones (mapped, compatible,
/// NAT64), unique local, link-local and multicast ones are not, and neither is what is assigned later.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !NOT_PUBLIC_V4.iter().any(|block| holds_v4(*block, v4)),
        IpAddr::V6(v6) => holds_v6(PUBLIC_V6, v6) && !NOT_PUBLIC_V6.iter().any(|block| holds_v6(*block, v6)),
    }
}

/// Is it this very machine, written without disguise?
pub(super) fn is_loopback(address: IpAddr) -> bool {
    address.is_loopback()
}

fn holds_v4((block, width): (Ipv4Addr, u32), address: Ipv4Addr) -> bool {
    (block.to_bits() ^ address.to_bits()) >> (32 - width) == 0
}

fn holds_v6((block, width): (Ipv6Addr, u32), address: Ipv6Addr) -> bool {
    (block.to_bits() ^ address.to_bits()) >> (128 - width) == 0
}
