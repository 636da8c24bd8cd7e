//! The verbs, one after the other.

use super::{book_of_one, free, leg, range, short_until, slot};
use crate::{Booking, BookingRef, CapacityError, HoldState, LEGS_MAX, Released, ResourceRef, Shortfall, Terms};
use types::Instant;

#[test]
fn a_hold_takes_and_a_release_gives_back_what_has_not_elapsed() {
    let (mut book, cell) = book_of_one();
    let empty = book.clone();
    assert_eq!(book.check_hold(&[leg(cell, 90)], range(10, 20), Terms::Firm), Ok(()));
    let booking = book.hold(&[leg(cell, 90)], range(10, 20), short_until(5));
    assert_eq!([9, 10, 19, 20].map(|at| free(&book, cell, at)), [90, 0, 0, 90]);
    assert_eq!(book.check_confirm(booking, Instant::from_ms(4)), Ok(()));
    assert_eq!(book.check_confirm(booking, Instant::from_ms(5)), Err(CapacityError::HoldExpired));
    assert_eq!(book.check_capture(booking), Err(CapacityError::NotFirm));
    book.confirm(booking);
    assert_eq!(book.check_confirm(booking, Instant::from_ms(4)), Err(CapacityError::NotShort));
    assert_eq!(book.check_expire(booking), Err(CapacityError::NotShort));
    assert_eq!(book.capture(booking, slot(13)), Some(range(10, 13)));
    assert_eq!(book.capture(booking, slot(13)), None, "a repeat captures nothing");
    let released = book.release(booking, slot(15));
    assert_eq!(released, Released { captured: Some(range(10, 15)), given_back: Some(range(15, 20)) });
    assert_eq!(book.check_release(booking), Err(CapacityError::UnknownBooking(booking)));
    assert_eq!(book, empty);
}

#[test]
fn what_is_captured_is_never_given_back() {
    let (mut book, cell) = book_of_one();
    let booking = book.hold(&[leg(cell, 1)], range(10, 20), HoldState::Firm);
    book.capture(booking, slot(12));
    let released = book.release(booking, slot(0));
    assert_eq!(released, Released { captured: Some(range(10, 12)), given_back: Some(range(12, 20)) });
    let booking = book.hold(&[leg(cell, 1)], range(10, 20), HoldState::Firm);
    assert_eq!(book.capture(booking, slot(u32::MAX)), Some(range(10, 20)));
    assert!(book.booking(booking).is_ok_and(|booking| booking.held().is_none()), "it stays until it is released");
    let released = book.release(booking, slot(0));
    assert_eq!(released, Released { captured: Some(range(10, 20)), given_back: None });
}

#[test]
fn legs_are_checked_as_a_whole() {
    let (mut book, cell) = book_of_one();
    let other = book.add_resource(*book.resource(cell).expect("exists"));
    book.hold(&[leg(other, 80)], range(15, 16), HoldState::Firm);
    let check = |legs: &[_]| book.check_hold(legs, range(10, 20), Terms::Firm);
    let exhausted = |resource, at, wanted, free| {
        Err(CapacityError::Exhausted(Shortfall { resource, slot: slot(at), wanted, free }))
    };
    let unknown = ResourceRef::from_index(2);
    let table = [
        (vec![], Err(CapacityError::NoLegs)),
        (vec![leg(cell, 1); LEGS_MAX], exhausted(cell, 10, 4_096, 90)),
        (vec![leg(cell, 0); LEGS_MAX + 1], Err(CapacityError::TooManyLegs)),
        (vec![leg(unknown, 1), leg(cell, 0)], Err(CapacityError::ZeroUnits)),
        (vec![leg(cell, 500), leg(unknown, 1)], Err(CapacityError::UnknownResource(unknown))),
        (vec![leg(cell, u64::MAX), leg(cell, 1)], Err(CapacityError::Overflow)),
        (vec![leg(cell, 45), leg(cell, 45)], Ok(())),
        (vec![leg(cell, 46), leg(other, 1), leg(cell, 45)], exhausted(cell, 10, 91, 90)),
        (vec![leg(cell, 90), leg(other, 11)], exhausted(other, 15, 11, 10)),
        (vec![leg(other, 11), leg(cell, 91)], exhausted(other, 15, 11, 10)),
        (vec![leg(cell, 90), leg(other, 10)], Ok(())),
    ];
    for (legs, wanted) in table {
        assert_eq!(check(&legs), wanted, "{:?}", &legs.get(..3));
    }
}

#[test]
fn quotes_get_a_share_of_what_is_otherwise_free() {
    let (mut book, cell) = book_of_one();
    let half = Terms::Short { share_ppm: 500_000 };
    book.hold(&[leg(cell, 30)], range(0, 10), HoldState::Firm);
    book.hold(&[leg(cell, 20)], range(5, 10), short_until(9));
    // 60 free without quotes, of which they get 30; 20 are taken in slots 5 to 9.
    let share = |at, wanted, free| {
        Err(CapacityError::QuoteShareExceeded(Shortfall { resource: cell, slot: slot(at), wanted, free }))
    };
    assert_eq!(book.check_hold(&[leg(cell, 10)], range(0, 10), half), Ok(()));
    assert_eq!(book.check_hold(&[leg(cell, 11)], range(0, 10), half), share(5, 11, 10));
    assert_eq!(book.check_hold(&[leg(cell, 31)], range(0, 10), half), share(0, 31, 30));
    assert_eq!(book.check_hold(&[leg(cell, 40)], range(0, 10), Terms::Firm), Ok(()), "a purchase is not a quote");
    let exhausted = CapacityError::Exhausted(Shortfall { resource: cell, slot: slot(5), wanted: 41, free: 40 });
    assert_eq!(book.check_hold(&[leg(cell, 41)], range(0, 10), half), Err(exhausted), "rather than slot 0's share");
    let more_than_all = Terms::Short { share_ppm: 1_000_001 };
    assert_eq!(book.check_hold(&[leg(cell, 1)], range(0, 1), more_than_all), Err(CapacityError::InvalidShare));
}

#[test]
fn a_confirmed_quote_takes_from_the_quotes_share_no_longer() {
    let (mut book, cell) = book_of_one();
    let booking = book.hold(&[leg(cell, 40)], range(0, 10), short_until(9));
    book.confirm(booking);
    let view = book.free(cell, slot(0)).expect("exists");
    assert_eq!((view.committed, view.short, view.free, view.free_for_quotes(500_000)), (40, 0, 50, 25));
}

#[test]
fn the_lowest_free_handle_is_given_next_and_history_leaves_no_trace() {
    let (mut book, cell) = book_of_one();
    let empty = book.clone();
    let legs = [leg(cell, 1)];
    let given: Vec<_> = (0..4).map(|at| book.hold(&legs, range(at, at + 4), short_until(9))).collect();
    assert_eq!(given, [0, 1, 2, 3].map(BookingRef::from_index));
    book.expire(given[2]);
    book.expire(given[0]);
    assert_eq!(book.next_booking(), Some(given[0]));
    assert_eq!(book.hold(&legs, range(0, 4), short_until(9)), given[0]);
    assert_eq!(book.hold(&legs, range(2, 6), short_until(9)), given[2]);
    let mut straight = empty.clone();
    for at in 0..4 {
        straight.hold(&legs, range(at, at + 4), short_until(9));
    }
    assert_eq!(book, straight, "the same bookings, another history");
    for at in [1, 3, 0, 2] {
        book.expire(given[at]);
    }
    assert_eq!(book, empty);
}

#[test]
fn a_snapshot_restores_the_same_book_or_is_refused() {
    let (mut book, cell) = book_of_one();
    let empty = book.clone();
    let first = book.hold(&[leg(cell, 60)], range(10, 20), HoldState::Firm);
    let second = book.hold(&[leg(cell, 30)], range(15, 25), short_until(7));
    book.capture(first, slot(12));
    book.set_available(cell, 5);
    let saved: Vec<(BookingRef, Booking)> = book.bookings().map(|(at, booking)| (at, booking.clone())).collect();
    let mut copy = empty;
    copy.set_available(cell, 5);
    for (at, booking) in saved.iter().rev() {
        assert_eq!(copy.restore_booking(*at, booking.clone()), Ok(()), "whatever is available now");
    }
    assert_eq!(copy, book);
    let twice =
        copy.restore_booking(second, Booking { slots: range(90, 91), captured_to: slot(90), ..saved[1].1.clone() });
    assert_eq!(twice, Err(CapacityError::NotRestorable));
    let third = BookingRef::from_index(2);
    for captured_to in [9, 21] {
        let odd = Booking { captured_to: slot(captured_to), legs: vec![leg(cell, 1)], ..saved[0].1.clone() };
        assert_eq!(copy.restore_booking(third, odd), Err(CapacityError::NotRestorable));
    }
    let over =
        Booking { legs: vec![leg(cell, 1)], slots: range(10, 20), captured_to: slot(10), state: HoldState::Firm };
    let shortfall = Shortfall { resource: cell, slot: slot(15), wanted: 1, free: 0 };
    assert_eq!(copy.restore_booking(third, over), Err(CapacityError::Exhausted(shortfall)));
    assert_eq!(copy, book, "a refusal changes nothing");
}
