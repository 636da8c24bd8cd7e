//! The book against a naive model: a flat array for each resource, one number a slot, every rule written out again.
//!
//! Random sequences of all verbs, with handles that do not exist, extremes and overlaps: the same refusals, the same
//! handles, the same numbers in every slot; and after every step a book restored from a snapshot is equal.

mod naive;
mod operations;

use capacity::{Book, ForecastTable, Profile, Resource, Slot, SlotRange};
use naive::{Naive, SLOTS};
use operations::{Operation, operation};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::Arc;

/// Compared after every step; the whole calendar at the end of a sequence.
const SLOTS_EACH_STEP: u32 = 40;

fn resources() -> Vec<Resource> {
    let resource = |nominal, available, floor_ppm, background_min, profile, profile_scale_ppm| Resource {
        nominal,
        available,
        floor_ppm,
        background_min,
        profile: capacity::ProfileRef::from_index(profile),
        profile_scale_ppm,
    };
    vec![
        resource(100, 100, 100_000, 5, 0, 1_000_000),
        resource(1_000, 1_300, 333_333, 0, 1, 700_000),
        resource(97, 60, 0, 0, 1, 1_500_000),
        resource(u64::MAX, u64::MAX, 1, 0, 0, 300_000),
    ]
}

fn profile() -> impl Strategy<Value = Profile> {
    let hour = prop_oneof![80 => 0..500_000_u32, 2 => Just(0), 1 => Just(u32::MAX)];
    prop::collection::vec(hour, Profile::HOURS).prop_map(|hours| Profile::new(hours).expect("168 hours"))
}

/// A book with nothing but what a snapshot of `book` would bring; `loaded` are all forecasts there were, oldest first.
fn restored(book: &Book, loaded: &[Arc<ForecastTable>]) -> Book {
    let mut copy = Book::default();
    for (at, profile) in book.profiles() {
        copy.restore_profile(at, profile.clone()).expect("restores");
    }
    for (at, resource) in book.resources() {
        copy.restore_resource(at, *resource).expect("restores");
    }
    let mut bookings: Vec<_> = book.bookings().collect();
    bookings.reverse();
    for (at, booking) in bookings {
        copy.restore_booking(at, booking.clone()).expect("restores");
    }
    // In the order they were loaded, those that a later one has replaced everywhere left out.
    let named = |table: &&Arc<ForecastTable>| {
        table.resources().iter().any(|at| book.forecast(*at).is_some_and(|now| Arc::ptr_eq(now, table)))
    };
    loaded.iter().filter(named).for_each(|table| copy.load_forecast(table));
    copy
}

fn compare(book: &Book, naive: &Naive, slots: u32) {
    for (resource, what) in book.resources() {
        for slot in (0..slots).map(Slot::from_index) {
            let view = book.free(resource, slot).expect("exists");
            assert_eq!(view, naive.view(resource, slot));
            assert!(view.committed + view.short + view.floor <= what.nominal, "nominal, whatever the forecast");
        }
        let range = SlotRange::new(Slot::from_index(0), Slot::from_index(slots)).expect("not empty");
        assert_eq!(book.tightest(resource, range), Ok(naive.tightest(resource, range)));
        assert_eq!(book.peak(resource, range), Ok(naive.peak(resource, range)));
        let check = book.check_floor(resource, range).expect("exists");
        assert_eq!((check.slots_broken, check.first_broken), naive.floor_broken(resource, range));
    }
}

fn run(profiles: Vec<Profile>, operations: &[Operation]) {
    let (mut book, mut naive) = (Book::default(), Naive::default());
    let mut loaded = Vec::new();
    for profile in profiles {
        naive.profiles.push(profile.clone());
        book.add_profile(profile);
    }
    for resource in resources() {
        assert_eq!(book.check_add(&resource), Ok(()));
        book.add_resource(resource);
        naive.add(resource);
    }
    for operation in operations {
        operation.run(&mut book, &mut naive);
        let mut newest = book.resources().filter_map(|(at, _)| book.forecast(at));
        let newest = newest.find(|table| !loaded.iter().any(|known| Arc::ptr_eq(known, table))).cloned();
        loaded.extend(newest);
        compare(&book, &naive, SLOTS_EACH_STEP);
        assert_eq!(restored(&book, &loaded), book);
    }
    compare(&book, &naive, SLOTS);
    for handle in book.bookings().map(|(at, _)| at).collect::<Vec<_>>() {
        book.release(handle, Slot::from_index(0));
        naive.release(handle, 0);
    }
    compare(&book, &naive, SLOTS_EACH_STEP);
    assert!(book.resources().all(|(at, _)| book.peak(at, naive::everything()).expect("exists").committed == 0));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x7e55_e4a0),
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_book_agrees_with_a_flat_array(
        profiles in prop::collection::vec(profile(), 2),
        operations in prop::collection::vec(operation(), 1..50),
    ) {
        run(profiles, &operations);
    }
}
