//! What a wish lacks, and what going bookings give back.

use super::{book_of, book_of_one, hundred, leg, range};
use crate::{Deficit, HoldState, Profile, SLOTS_PER_WEEK, SlotRange, Terms};

#[test]
fn every_slot_is_counted_also_those_that_repeat_a_week_before() {
    let mut hours = vec![0; Profile::HOURS];
    // The epoch was a Thursday, the fourth day.
    hours[72] = 500_000;
    let (book, radio) = book_of(hundred(), Profile::new(hours).expect("168 hours"));
    let slots = range(0, SLOTS_PER_WEEK * 2 + 1);
    let lacking = book.deficits(&[leg(radio, 60)], slots, Terms::Firm).expect("legs");
    let stretch = |from| Deficit { resource: radio, slots: range(from, from + 12), units: 20 };
    let last = Deficit { slots: range(SLOTS_PER_WEEK * 2, SLOTS_PER_WEEK * 2 + 1), ..stretch(0) };
    assert_eq!(lacking.iter().copied().collect::<Vec<_>>(), [stretch(0), stretch(SLOTS_PER_WEEK), last]);
}

#[test]
fn a_stretch_is_split_where_a_booking_gives_back_a_part() {
    let (mut book, radio) = book_of_one();
    let taken: Vec<_> = [range(0, 4), range(4, 8)]
        .map(|slots| book.hold(&[leg(radio, 90)], slots, HoldState::Firm))
        .into_iter()
        .filter_map(|at| book.booking(at).ok().cloned())
        .collect();
    let mut lacking = book.deficits(&[leg(radio, 30)], range(2, 6), Terms::Firm).expect("legs");
    let units = |slots: SlotRange, units| Deficit { resource: radio, slots, units };
    assert_eq!(lacking.iter().copied().collect::<Vec<_>>(), [units(range(2, 6), 30)]);
    lacking.take(&taken[0]);
    assert_eq!(lacking.iter().copied().collect::<Vec<_>>(), [units(range(2, 4), -60), units(range(4, 6), 30)]);
    assert!(!lacking.is_covered() && lacking.is_helped_by(&taken[1]) && !lacking.is_helped_by(&taken[0]));
    lacking.take(&taken[1]);
    assert!(lacking.is_covered() && !lacking.is_covered_without(&taken[0]));
    assert_eq!(lacking.resources().collect::<Vec<_>>(), [radio]);
}

#[test]
fn floor_forecast_and_short_holds_are_nobody_s_to_give() {
    let (mut book, radio) = book_of(crate::Resource { background_min: 30, ..hundred() }, Profile::flat(0));
    let short = book.hold(&[leg(radio, 20)], range(0, 4), super::short_until(9));
    let firm = book.hold(&[leg(radio, 40)], range(0, 4), HoldState::Firm);
    let mut lacking = book.deficits(&[leg(radio, 50)], range(0, 4), Terms::Firm).expect("legs");
    assert!(!lacking.is_helped_by(book.booking(short).expect("live")), "a quote is honoured");
    lacking.take(book.booking(firm).expect("live"));
    assert!(!lacking.is_covered(), "100 less 30, 10 and 20 leaves 40");
    let fits = book.deficits(&[leg(radio, 40)], range(0, 4), Terms::Firm).expect("legs");
    assert_eq!(fits.iter().map(|deficit| deficit.units).collect::<Vec<_>>(), [40]);
    book.release(firm, crate::Slot::from_index(0));
    assert_eq!(book.check_hold(&[leg(radio, 40)], range(0, 4), Terms::Firm), Ok(()));
}
