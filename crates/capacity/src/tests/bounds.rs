//! What is sellable, and what is not: floor, background, nominal, failures.

use super::{book_of, book_of_one, free, hundred, leg, range, slot};
use crate::{
    Book, CapacityError, HoldState, Profile, ProfileRef, Resource, ResourceRef, SLOTS_PER_WEEK, Search, Terms,
};

#[test]
fn background_is_the_forecast_rounded_up_but_never_under_its_minimum() {
    let resource = Resource { nominal: 1_000, available: 1_000, profile_scale_ppm: 500_000, ..hundred() };
    let background = |min, ppm| {
        let (book, cell) = book_of(Resource { background_min: min, ..resource }, Profile::flat(ppm));
        let view = book.free(cell, slot(7)).expect("exists");
        (view.background, view.floor, view.free)
    };
    assert_eq!(background(0, 0), (0, 100, 900));
    assert_eq!(background(0, 200_000), (100, 100, 800));
    assert_eq!(background(0, 200_001), (101, 100, 799));
    assert_eq!(background(150, 200_000), (150, 100, 750));
    assert_eq!(background(0, u32::MAX), (2_147_484, 100, 0));
}

#[test]
fn the_floor_is_rounded_up() {
    let (book, cell) = book_of(Resource { nominal: 101, available: 101, ..hundred() }, Profile::flat(0));
    assert_eq!(free(&book, cell, 0), 101 - 11);
}

#[test]
fn nominal_bounds_admissions_whatever_the_forecast() {
    let (mut book, cell) = book_of_one();
    book.set_available(cell, 10_000);
    assert_eq!(free(&book, cell, 0), 90);
    assert_eq!(book.check_hold(&[leg(cell, 90)], range(0, 9), Terms::Firm), Ok(()));
    assert!(book.check_hold(&[leg(cell, 91)], range(0, 9), Terms::Firm).is_err());
}

#[test]
fn a_fall_of_available_or_a_rise_of_the_forecast_is_found_where_something_is_promised() {
    let (mut book, cell) = book_of_one();
    book.hold(&[leg(cell, 40)], range(100, 110), HoldState::Firm);
    book.hold(&[leg(cell, 10)], range(105, 120), HoldState::Firm);
    assert_eq!(book.overcommitted(cell, slot(0)), None);
    book.set_available(cell, 59);
    assert_eq!(book.overcommitted(cell, slot(0)), Some(slot(105)));
    assert_eq!(book.overcommitted(cell, slot(108)), Some(slot(108)));
    assert_eq!(book.overcommitted(cell, slot(110)), None);
    book.set_available(cell, 0);
    assert_eq!(book.overcommitted(cell, slot(0)), Some(slot(100)), "not where nothing is promised");
    assert_eq!((free(&book, cell, 0), free(&book, cell, 105)), (0, 0));
    book.set_available(cell, 100);
    let mut hours = vec![0; Profile::HOURS];
    hours[usize::try_from(slot(108).hour_of_week()).expect("an hour")] = 900_000;
    book.set_profile(ProfileRef::from_index(0), Profile::new(hours).expect("168 hours"));
    assert_eq!(book.overcommitted(cell, slot(0)), Some(slot(108)), "slot 108 begins the hour");
    assert_eq!(book.overcommitted(ResourceRef::from_index(9), slot(0)), None);
}

#[test]
fn a_busy_hour_late_in_the_week_is_seen_by_a_booking_of_months() {
    let busy = slot(SLOTS_PER_WEEK - 1).hour_of_week();
    let mut hours = vec![100_000; Profile::HOURS];
    hours[usize::try_from(busy).expect("an hour")] = 300_000;
    let (book, cell) = book_of(hundred(), Profile::new(hours).expect("168 hours"));
    let months = range(5, 20 * SLOTS_PER_WEEK);
    assert_eq!(book.check_hold(&[leg(cell, 60)], months, Terms::Firm), Ok(()));
    assert!(book.check_hold(&[leg(cell, 61)], months, Terms::Firm).is_err());
    assert_eq!(book.tightest(cell, months).map(|view| view.slot), Ok(slot(SLOTS_PER_WEEK - 12)));
}

#[test]
fn the_nearest_time_that_can_be_promised_is_found() {
    let (mut book, cell) = book_of_one();
    book.hold(&[leg(cell, 85)], range(0, 7), HoldState::Firm);
    book.hold(&[leg(cell, 85)], range(9, 13), HoldState::Firm);
    let fit = |units, length_slots, step_slots| {
        let search = Search { within: range(0, 30), length_slots, step_slots };
        book.first_fit(&[leg(cell, units)], Terms::Firm, search)
    };
    assert_eq!(fit(5, 2, 1), Some(range(0, 2)));
    assert_eq!(fit(6, 2, 1), Some(range(7, 9)));
    assert_eq!(fit(6, 3, 1), Some(range(13, 16)));
    assert_eq!(fit(6, 3, 12), Some(range(24, 27)));
    assert_eq!(fit(6, 17, 0), Some(range(13, 30)));
    assert_eq!(fit(6, 18, 1), None);
    assert_eq!(fit(91, 1, 1), None);
    assert_eq!(fit(1, 0, 1), None);
    assert_eq!(fit(0, 1, 1), None);
    assert_eq!(fit(1, u32::MAX, u32::MAX), None);
    let quotes = Search { within: range(0, 30), length_slots: 1, step_slots: 1 };
    let half = Terms::Short { share_ppm: 500_000 };
    assert_eq!(book.first_fit(&[leg(cell, 3)], half, quotes), Some(range(7, 8)));
}

#[test]
fn extremes_neither_wrap_nor_panic() {
    let all = Resource { nominal: u64::MAX, available: u64::MAX, floor_ppm: 0, ..hundred() };
    let (mut book, cell) = book_of(all, Profile::flat(0));
    let ever = range(0, u32::MAX);
    assert_eq!(book.check_hold(&[leg(cell, u64::MAX)], ever, Terms::Firm), Ok(()));
    let booking = book.hold(&[leg(cell, u64::MAX)], ever, HoldState::Firm);
    assert!(book.check_hold(&[leg(cell, 1)], ever, Terms::Firm).is_err());
    assert_eq!((free(&book, cell, 0), free(&book, cell, u32::MAX)), (0, 0));
    book.set_available(cell, 0);
    assert_eq!(book.overcommitted(cell, slot(u32::MAX - 1)), Some(slot(u32::MAX - 1)));
    assert_eq!(book.release(booking, slot(0)).given_back, Some(ever));
}

#[test]
fn what_cannot_be_is_not_added() {
    let mut book = Book::default();
    let profile = ProfileRef::from_index(0);
    assert_eq!(book.check_add(&hundred()), Err(CapacityError::UnknownProfile(profile)));
    assert_eq!(book.check_set_profile(profile), Err(CapacityError::UnknownProfile(profile)));
    assert_eq!(book.restore_profile(ProfileRef::from_index(1), Profile::flat(0)), Err(CapacityError::NotRestorable));
    book.add_profile(Profile::flat(0));
    let all_floor = Resource { floor_ppm: 1_000_000, ..hundred() };
    assert_eq!(book.check_add(&all_floor), Ok(()));
    let more = Resource { floor_ppm: 1_000_001, ..hundred() };
    assert_eq!(book.check_add(&more), Err(CapacityError::InvalidShare));
    let cell = ResourceRef::from_index(0);
    assert_eq!(book.restore_resource(cell, more), Err(CapacityError::InvalidShare));
    assert_eq!(book.restore_resource(ResourceRef::from_index(1), all_floor), Err(CapacityError::NotRestorable));
    assert_eq!(book.check_set_available(cell), Err(CapacityError::UnknownResource(cell)));
    assert_eq!(book.free(cell, slot(0)), Err(CapacityError::UnknownResource(cell)));
    for _ in 1..=u16::MAX {
        book.add_profile(Profile::flat(0));
    }
    assert_eq!(book.check_add_profile(), Err(CapacityError::BookFull));
}
