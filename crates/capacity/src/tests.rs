//! Tables. The model and the properties are in `tests/`.

use super::*;
use types::{Duration, Instant, Window};

const NOW: Instant = Instant::from_ms(1_800_000_000_000);

fn slot(index: u32) -> Slot {
    Slot::from_index(index)
}

fn range(from: u32, to: u32) -> SlotRange {
    SlotRange::new(slot(from), slot(to)).expect("not empty")
}

fn leg(resource: ResourceRef, units: u64) -> Leg {
    Leg { resource, units }
}

fn short_until(ms: u64) -> HoldState {
    HoldState::Short { expires_at: Instant::from_ms(ms) }
}

/// One resource of 100 units a slot, 10 of them floor, without background.
fn book_of_one() -> (Book, ResourceRef) {
    let mut book = Book::default();
    let profile = book.add_profile(Profile::flat(0));
    let resource = Resource {
        nominal: 100,
        available: 100,
        floor_ppm: 100_000,
        background_min: 0,
        profile,
        profile_scale_ppm: 1_000_000,
    };
    assert_eq!(book.check_add(&resource), Ok(()));
    let resource = book.add_resource(resource);
    (book, resource)
}

fn free(book: &Book, resource: ResourceRef, at: u32) -> u64 {
    book.free(resource, slot(at)).expect("the resource exists").free
}

#[test]
fn a_hold_takes_and_a_release_gives_back_what_has_not_elapsed() {
    let (mut book, cell) = book_of_one();
    let empty = book.clone();
    assert_eq!(book.check_hold(&[leg(cell, 90)], range(10, 20), Terms::Firm), Ok(()));
    let booking = book.hold(&[leg(cell, 90)], range(10, 20), short_until(5));
    assert_eq!((free(&book, cell, 9), free(&book, cell, 10), free(&book, cell, 20)), (90, 0, 90));
    assert_eq!(book.check_confirm(booking, Instant::from_ms(4)), Ok(()));
    assert_eq!(book.check_confirm(booking, Instant::from_ms(5)), Err(CapacityError::HoldExpired));
    assert_eq!(book.check_capture(booking), Err(CapacityError::NotFirm));
    book.confirm(booking);
    assert_eq!(book.check_confirm(booking, Instant::from_ms(4)), Err(CapacityError::NotShort));
    assert_eq!(book.check_expire(booking), Err(CapacityError::NotShort));
    assert_eq!(book.capture(booking, slot(13)), Some(range(10, 13)));
    assert_eq!(book.capture(booking, slot(13)), None);
    let released = book.release(booking, slot(15));
    assert_eq!(released, Released { captured: Some(range(10, 15)), given_back: Some(range(15, 20)) });
    assert_eq!(book.check_release(booking), Err(CapacityError::UnknownBooking(booking)));
    assert_eq!(book, empty);
}

#[test]
fn legs_on_one_resource_count_together() {
    let (book, cell) = book_of_one();
    let legs = [leg(cell, 46), leg(cell, 45)];
    let shortfall = Shortfall { resource: cell, slot: slot(10), wanted: 91, free: 90 };
    assert_eq!(book.check_hold(&legs, range(10, 20), Terms::Firm), Err(CapacityError::Exhausted(shortfall)));
    assert_eq!(book.check_hold(&[leg(cell, 45); 2], range(10, 20), Terms::Firm), Ok(()));
}

#[test]
fn a_window_is_rounded_outward_by_the_tier_it_ends_in() {
    let window = Window::starting(NOW, Duration::from_ms(1)).expect("a window");
    assert_eq!(slots_for(window, NOW).map(SlotRange::slots), Ok(1));
}
