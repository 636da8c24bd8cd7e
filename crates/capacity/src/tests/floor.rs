//! The floor, slot by slot: kept by every admission, and seen to be broken where it is.

use super::{book_of_one, leg, range, short_until, slot};
use crate::HoldState;

#[test]
fn what_admission_lets_in_keeps_the_floor() {
    let (mut book, radio) = book_of_one();
    assert_eq!(book.sold_extent(radio), Ok(None));
    book.hold(&[leg(radio, 60)], range(3, 6), HoldState::Firm);
    book.hold(&[leg(radio, 30)], range(5, 9), short_until(1));
    assert_eq!(book.sold_extent(radio), Ok(Some(range(3, 9))));
    let check = book.check_floor(radio, range(0, 100)).expect("exists");
    assert_eq!((check.slots_broken, check.first_broken, check.tightest.slot), (0, None, slot(5)));
    assert_eq!((check.tightest.floor_margin(), check.tightest.committed, check.tightest.short), (0, 60, 30));
}

#[test]
fn a_fall_of_what_works_breaks_the_floor_where_too_much_is_sold_and_nowhere_else() {
    let (mut book, radio) = book_of_one();
    book.hold(&[leg(radio, 60)], range(3, 6), HoldState::Firm);
    book.hold(&[leg(radio, 10)], range(6, 9), HoldState::Firm);
    book.set_available(radio, 69);
    let check = book.check_floor(radio, range(0, 100)).expect("exists");
    assert_eq!((check.slots_broken, check.first_broken), (3, Some(slot(3))));
    assert_eq!((check.tightest.slot, check.tightest.floor_margin()), (slot(3), -1));
    assert_eq!(book.check_floor(radio, range(6, 100)).expect("exists").slots_broken, 0);
    // Less works than the floor itself: where nothing is sold, nothing of it is.
    book.set_available(radio, 5);
    assert_eq!(book.check_floor(radio, range(0, 100)).expect("exists").slots_broken, 6);
    assert_eq!(book.check_floor(radio, range(9, 100)).expect("exists").first_broken, None);
}
