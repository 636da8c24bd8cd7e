//! The bytes of the formats. A change here is a new format version, never an edit.

use super::CELL;
use crate::{Batch, CodecError, Encoded, FORMAT_VERSION, Hash, Head, seal, segment, segment::SegmentInfo};
use std::path::Path;
use types::{Instant, TenantId};

/// Two events of tenant 1, one of tenant 300: 7, "ab", and an array.
fn payload() -> Vec<u8> {
    let header = "85 01 07 18 2a 1b 0000018bcfe56800 84 01 02 19012c 01";
    bytes(&format!("{header} 07 18c8 1903e8"))
}

fn batch() -> Encoded {
    let mut batch = Batch::new(CELL, 42, Instant::from_ms(1_700_000_000_000));
    for (tenant, event) in [(1, 7_u32), (1, 200), (300, 1_000)] {
        batch.push(TenantId(tenant), event);
    }
    batch.encode().expect("encodes")
}

#[test]
fn the_frame_of_a_batch_is_frozen() {
    assert_eq!(FORMAT_VERSION, 1);
    assert_eq!(hex(batch().payload()), hex(&payload()));
    let decoded: Batch<u32> = Batch::decode(&payload()).expect("decodes");
    let recorded: Vec<_> = decoded.into_recorded().map(|r| (r.seq, r.at.as_ms(), r.tenant.0, r.event)).collect();
    let at = 1_700_000_000_000;
    assert_eq!(recorded, [(42, at, 1, 7), (43, at, 1, 200), (44, at, 300, 1_000)]);
}

#[test]
fn the_chain_is_frozen() {
    let genesis = Hash::genesis(CELL);
    assert_eq!(genesis.to_string(), "391871ad100412223137f811a69354340eaa7359974b965e03b35a469edc72d0");
    assert_eq!(
        seal(genesis, batch()).hash().to_string(),
        "6c1edd3dfae1264b877fb603edec80d6e21bb52fc84d8af57a7546cb601394d3"
    );
}

#[test]
fn the_segment_is_frozen() {
    let sealed = seal(Hash::genesis(CELL), batch());
    let info = SegmentInfo { first: sealed.expects(), last: sealed.head(), batches: 1 };
    assert_eq!(info.file_name(), "00000000000000000042-00000000000000000044.seg");
    let mut left = Some(sealed);
    let written = segment::write(Vec::new(), CELL, &info, || Ok(left.take()), Path::new("memory")).expect("writes");
    assert_eq!(written.len(), 112 + 48 + payload().len() + 32);
    assert_eq!(hex(&written[..40]), "5445535345470d0a0000000100000007000000000000002a000000000000002d0000000000000001");
    assert_eq!(hex(&written[written.len() - 32..]), "c091ba94a909109fdd6d117380599f274e1348427257b9e972fd4a5bb900e3ea");
}

#[test]
fn what_is_not_a_batch_is_refused() {
    let decode = |bytes: &[u8]| Batch::<u32>::decode(bytes).expect_err("is refused");
    let mut newer = payload();
    newer[1] = 2;
    assert!(matches!(decode(&newer), CodecError::Version { found: 2 }));
    for cut in 0..payload().len() {
        let error = decode(&payload()[..cut]);
        assert!(matches!(error, CodecError::Header { .. } | CodecError::Event { .. }), "{cut} bytes: {error}");
    }
    let mut longer = payload();
    longer.push(0);
    assert!(matches!(decode(&longer), CodecError::Trailing { first_seq: 42, bytes: 1 }));
    // A run of 2^32 - 1 events in a batch of a few bytes, runs of nothing, no run at all, half a run.
    assert!(matches!(decode(&bytes("85 01 07 01 01 82 01 1affffffff 07")), CodecError::Event { seq: 2, .. }));
    for tenants in ["82 01 00", "80", "81 01"] {
        assert!(matches!(decode(&bytes(&format!("85 01 07 01 01 {tenants} 07"))), CodecError::Header { .. }));
    }
    assert!(matches!(decode(&bytes("84 01 07 01 01 07")), CodecError::Header { .. }));
    let empty: Batch<u32> = Batch::new(CELL, 1, Instant::EPOCH);
    assert!(matches!(empty.encode(), Err(CodecError::Count { count: 0 })));
    assert_eq!(Head::genesis(CELL).next_seq, 1);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    pairs.map(|pair| u8::from_str_radix(&pair, 16).expect("is hexadecimal")).collect()
}
