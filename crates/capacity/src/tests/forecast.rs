//! Forecasts: where they hold, what they may be, and their bytes.

use super::{book_of, free, hundred, range, slot};
use crate::{Book, CapacityError, ForecastStep, ForecastTable, Profile, Resource, ResourceRef};
use std::sync::Arc;

const AT: ResourceRef = ResourceRef::from_index(0);

fn table(from: u32, step: ForecastStep, values: &[u32]) -> ForecastTable {
    ForecastTable::new(slot(from), step, 950_000, vec![(AT, values.to_vec())]).expect("is sound")
}

fn loaded(resource: Resource, table: ForecastTable) -> Book {
    let (mut book, _) = book_of(resource, Profile::flat(200_000));
    assert_eq!(book.check_load_forecast(&table), Ok(()));
    book.load_forecast(&Arc::new(table));
    book
}

#[test]
fn a_forecast_holds_in_its_slots_and_the_profile_in_all_others() {
    let book = loaded(hundred(), table(24, ForecastStep::Hour, &[50, 0]));
    for (at, left, quantile) in
        [(23, 70, None), (24, 40, Some(950_000)), (35, 40, Some(950_000)), (36, 90, Some(950_000)), (48, 70, None)]
    {
        let view = book.free(AT, slot(at)).expect("exists");
        assert_eq!((view.free, view.forecast_ppm), (left, quantile), "slot {at}");
    }
    assert_eq!(book.tightest(AT, range(0, 400)).expect("exists").slot, slot(24));
}

#[test]
fn a_forecast_is_never_below_the_least_background() {
    let book = loaded(Resource { background_min: 7, ..hundred() }, table(5, ForecastStep::Slot, &[6, 8]));
    assert_eq!([5, 6].map(|at| free(&book, AT, at)), [83, 82]);
}

#[test]
fn a_new_forecast_leaves_nothing_of_the_one_before() {
    let mut book = loaded(hundred(), table(0, ForecastStep::Slot, &[90, 90, 90]));
    book.load_forecast(&Arc::new(table(1, ForecastStep::Slot, &[10])));
    assert_eq!([0, 1, 2].map(|at| free(&book, AT, at)), [70, 80, 70]);
}

#[test]
fn a_forecast_of_what_is_not_there_is_refused() {
    let (book, _) = book_of(hundred(), Profile::flat(0));
    let stray = ResourceRef::from_index(1);
    let table = ForecastTable::new(slot(0), ForecastStep::Slot, 1, vec![(AT, vec![1]), (stray, vec![1])]);
    let refused = book.check_load_forecast(&table.expect("is sound"));
    assert_eq!(refused, Err(CapacityError::UnknownResource(stray)));
}

#[test]
fn a_table_has_rows_in_order_and_of_one_length_inside_the_calendar() {
    let other = ResourceRef::from_index(1);
    let of = |from, rows| ForecastTable::new(slot(from), ForecastStep::Hour, 1, rows);
    assert_eq!(of(0, vec![]), None);
    assert_eq!(of(0, vec![(AT, vec![])]), None);
    assert_eq!(of(0, vec![(AT, vec![1]), (AT, vec![1])]), None);
    assert_eq!(of(0, vec![(other, vec![1]), (AT, vec![1])]), None);
    assert_eq!(of(0, vec![(AT, vec![1]), (other, vec![1, 2])]), None);
    assert_eq!(of(u32::MAX - 11, vec![(AT, vec![1])]), None);
    assert!(of(u32::MAX - 12, vec![(AT, vec![1])]).is_some());
}

/// Blobs of such bytes are named by their hash in journals: they are read for ever.
#[test]
fn the_bytes_of_a_table_never_change() {
    let rows = vec![(AT, vec![1, 258]), (ResourceRef::from_index(7), vec![u32::MAX, 0])];
    let table = ForecastTable::new(slot(5_900_000), ForecastStep::Hour, 950_000, rows).expect("is sound");
    let mut frozen = vec![0x87, 1, 0x1a, 0, 0x5a, 0x06, 0xe0, 12, 2, 0x1a, 0, 0x0e, 0x7e, 0xf0, 0x48];
    frozen.extend([0, 0, 0, 0, 7, 0, 0, 0, 0x50, 1, 0, 0, 0, 2, 1, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0]);
    assert_eq!(table.to_bytes(), frozen);
    assert_eq!(ForecastTable::from_bytes(&frozen).expect("reads back"), table);
    // Every cut, a byte too many, another version, another step, a row too few.
    assert!((0..frozen.len()).all(|cut| ForecastTable::from_bytes(&frozen[..cut]).is_err()));
    assert!(ForecastTable::from_bytes(&[frozen.as_slice(), &[0]].concat()).is_err());
    for (at, byte) in [(1, 2), (7, 11), (8, 3)] {
        let mut other = frozen.clone();
        other[at] = byte;
        assert!(ForecastTable::from_bytes(&other).is_err(), "byte {at}");
    }
}
