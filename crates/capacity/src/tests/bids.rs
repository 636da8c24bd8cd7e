//! Bid prices: what they add up to, what a table may be, and its bytes.

use super::{range, slot};
use crate::{BidHead, BidTable, ForecastStep, ResourceRef};
use types::{Currency, Instant};

const AT: ResourceRef = ResourceRef::from_index(0);

fn head(from: u32, step: ForecastStep) -> BidHead {
    let currency = Currency::parse("EUR").expect("a code");
    BidHead { from: slot(from), step, currency, scale: 1_000, expires_at: Instant::from_ms(1_767_614_400_000) }
}

#[test]
fn a_unit_is_worth_the_sum_over_its_slots_and_nothing_outside() {
    let hours = BidTable::new(head(24, ForecastStep::Hour), vec![(AT, vec![7, 0, 50])]).expect("is sound");
    let worth = |from, to| hours.worth_ppm(0, range(from, to));
    assert_eq!([worth(24, 36), worth(24, 25), worth(35, 37), worth(36, 48)], [84_000, 7_000, 7_000, 0]);
    assert_eq!([worth(0, 24), worth(60, 90), worth(59, 90), worth(0, 90)], [0, 0, 50_000, 684_000]);
    assert_eq!(hours.worth_ppm(1, range(24, 36)), 0, "there is no such row");
    let slots = BidTable::new(head(5, ForecastStep::Slot), vec![(AT, vec![1, 2, 3])]).expect("is sound");
    assert_eq!([5, 6, 7, 8].map(|at| slots.worth_ppm(0, range(at, at + 1))), [1_000, 2_000, 3_000, 0]);
    let dear = BidTable::new(BidHead { scale: 1, ..head(0, ForecastStep::Hour) }, vec![(AT, vec![u32::MAX])]);
    assert_eq!(dear.expect("is sound").worth_ppm(0, range(0, 12)), 12_000_000 * u128::from(u32::MAX));
}

#[test]
fn a_table_has_rows_in_order_and_of_one_length_and_a_scale_that_divides_a_million() {
    let other = ResourceRef::from_index(1);
    let of = |from, rows| BidTable::new(head(from, ForecastStep::Hour), rows);
    assert_eq!(of(0, vec![]), None);
    assert_eq!(of(0, vec![(AT, vec![])]), None);
    assert_eq!(of(0, vec![(AT, vec![1]), (AT, vec![1])]), None);
    assert_eq!(of(0, vec![(other, vec![1]), (AT, vec![1])]), None);
    assert_eq!(of(0, vec![(AT, vec![1]), (other, vec![1, 2])]), None);
    assert_eq!(of(u32::MAX - 11, vec![(AT, vec![1])]), None);
    let scaled = |scale| BidTable::new(BidHead { scale, ..head(0, ForecastStep::Hour) }, vec![(AT, vec![1])]);
    assert!([1, 8, 1_000_000].into_iter().all(|scale| scaled(scale).is_some()));
    assert!([0, 3, 2_000_000].into_iter().all(|scale| scaled(scale).is_none()));
}

/// Blobs of such bytes are named by their hash in journals: they are read for ever.
#[test]
fn the_bytes_of_a_table_never_change() {
    let rows = vec![(AT, vec![1, 258]), (ResourceRef::from_index(7), vec![u32::MAX, 0])];
    let table = BidTable::new(head(5_900_000, ForecastStep::Hour), rows).expect("is sound");
    let mut frozen = vec![0x89, 1, 0x1a, 0, 0x5a, 0x06, 0xe0, 12, 2, 0x63, 0x45, 0x55, 0x52, 0x19, 0x03, 0xe8];
    frozen.extend([0x1b, 0, 0, 0x01, 0x9b, 0x8e, 0x07, 0x46, 0, 0x48]);
    frozen.extend([0, 0, 0, 0, 7, 0, 0, 0, 0x50, 1, 0, 0, 0, 2, 1, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0]);
    assert_eq!(table.to_bytes(), frozen);
    assert_eq!(BidTable::from_bytes(&frozen).expect("reads back"), table);
    // Every cut, a byte too many, another version, another step, a row too few, no currency, another scale.
    assert!((0..frozen.len()).all(|cut| BidTable::from_bytes(&frozen[..cut]).is_err()));
    assert!(BidTable::from_bytes(&[frozen.as_slice(), &[0]].concat()).is_err());
    for (at, byte) in [(1, 2), (7, 11), (8, 3), (10, 0x65), (15, 0xe9)] {
        let mut other = frozen.clone();
        other[at] = byte;
        assert!(BidTable::from_bytes(&other).is_err(), "byte {at}");
    }
}
