//! What happens to both, and that it happens alike.

use crate::naive::{self, Naive, SLOTS};
use capacity::{
    Book, BookingRef, CapacityError, ForecastStep, ForecastTable, HoldState, Leg, Released, ResourceRef, Search, Slot,
    SlotRange, Terms, beyond,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use types::Instant;

#[derive(Clone, Debug)]
pub enum Operation {
    Hold { legs: Vec<Leg>, slots: SlotRange, terms: Terms, expires_at: Instant },
    Confirm { booking: BookingRef, now: Instant },
    Capture { booking: BookingRef, up_to: u32 },
    Release { booking: BookingRef, from: u32 },
    Expire { booking: BookingRef },
    SetAvailable { resource: ResourceRef, available: u64 },
    LoadForecast { from: u32, step: ForecastStep, quantile_ppm: u32, rows: Vec<(ResourceRef, Vec<u32>)> },
    FirstFit { legs: Vec<Leg>, terms: Terms, search: Search },
    Deficits { legs: Vec<Leg>, slots: SlotRange, go: Vec<BookingRef> },
}

impl Operation {
    pub fn run(&self, book: &mut Book, naive: &mut Naive) {
        match self {
            Self::Hold { legs, slots, terms, expires_at } => hold(book, naive, (legs, *slots, *terms), *expires_at),
            Self::Confirm { booking, now } => {
                let allowed = book.check_confirm(*booking, *now);
                assert_eq!(allowed, naive.check_confirm(*booking, *now));
                if allowed.is_ok() {
                    book.confirm(*booking);
                    naive.confirm(*booking);
                }
            }
            Self::Capture { booking, up_to } => {
                let allowed = book.check_capture(*booking);
                assert_eq!(allowed, naive.check_firm(*booking));
                if allowed.is_ok() {
                    let delivered = book.capture(*booking, Slot::from_index(*up_to));
                    assert_eq!(delivered, naive.capture(*booking, *up_to));
                }
            }
            Self::Release { booking, from } => release(book, naive, *booking, *from),
            Self::Expire { booking } => {
                let allowed = book.check_expire(*booking);
                assert_eq!(allowed, naive.check_short(*booking));
                if allowed.is_ok() {
                    assert_eq!(book.expire(*booking), naive.release(*booking, 0).1);
                }
            }
            Self::SetAvailable { resource, available } => {
                assert_eq!(book.check_set_available(*resource).is_ok(), naive.knows(*resource));
                if naive.knows(*resource) {
                    book.set_available(*resource, *available);
                    naive.set_available(*resource, *available);
                    for from in [0, 20].map(Slot::from_index) {
                        assert_eq!(book.overcommitted(*resource, from), naive.overcommitted(*resource, from));
                    }
                }
            }
            Self::LoadForecast { from, step, quantile_ppm, rows } => {
                load_forecast(book, naive, (*from, *step, *quantile_ppm), rows);
            }
            Self::FirstFit { legs, terms, search } => {
                assert_eq!(book.first_fit(legs, *terms, *search), naive.first_fit(legs, *terms, *search));
            }
            Self::Deficits { legs, slots, go } => deficits(book, naive, (legs, *slots), go),
        }
    }
}

fn hold(book: &mut Book, naive: &mut Naive, wanted: (&[Leg], SlotRange, Terms), expires_at: Instant) {
    let (legs, slots, terms) = wanted;
    let allowed = book.check_hold(legs, slots, terms);
    assert_eq!(allowed, naive.check_hold(legs, slots, terms));
    if allowed.is_ok() {
        let state = match terms {
            Terms::Short { .. } => HoldState::Short { expires_at },
            Terms::Firm => HoldState::Firm,
        };
        let next = book.next_booking();
        let given = book.hold(legs, slots, state);
        assert_eq!((next, given), (Some(given), naive.hold(legs, slots, state)));
    }
}

/// What is lacking is the same in every slot; it is covered by bookings that go exactly if the wish fits without them.
/// There is room where each slot alone has it.
fn deficits(book: &Book, naive: &Naive, (legs, slots): (&[Leg], SlotRange), go: &[BookingRef]) {
    let allowed = naive.check_hold(legs, slots, Terms::Firm);
    let mut lacking = match (book.deficits(legs, slots, Terms::Firm), allowed) {
        (Ok(lacking), Ok(()) | Err(CapacityError::Exhausted(_))) => lacking,
        (refused, allowed) => return assert_eq!(refused.err(), allowed.err()),
    };
    for terms in [Terms::Firm, Terms::Short { share_ppm: 250_000 }] {
        let room = book.deficits(legs, slots, terms).expect("they are legs").room_in(slots);
        let has_room = |slot: u32| room.iter().any(|range| range.contains(Slot::from_index(slot)));
        for slot in slots.from().index()..slots.to().index() {
            let alone = SlotRange::new(Slot::from_index(slot), Slot::from_index(slot + 1)).expect("not empty");
            let within = legs.iter().filter(|leg| leg.among(alone).is_some()).map(|leg| Leg { slots: None, ..*leg });
            let within: Vec<Leg> = within.collect();
            assert_eq!(has_room(slot), within.is_empty() || naive.check_hold(&within, alone, terms).is_ok());
        }
    }
    let mut flat = BTreeMap::new();
    for deficit in lacking.iter() {
        assert!(deficit.units > 0);
        for slot in deficit.slots.from().index()..deficit.slots.to().index() {
            assert_eq!(flat.insert((deficit.resource, slot), deficit.units), None, "each slot once");
        }
    }
    assert_eq!(flat, naive.deficits(legs, slots));
    assert_eq!(lacking.is_covered(), allowed.is_ok());
    let mut without = naive.clone();
    for booking in go {
        let Ok(row) = book.booking(*booking) else { continue };
        for (resource, slot) in slots_of(legs, slots) {
            let of =
                |legs: &[Leg], within| naive::wanted(legs, resource, Some(slot)).saturating_mul(u128::from(within));
            let held = row.held().is_some_and(|held| held.contains(Slot::from_index(slot)));
            let more = of(&beyond(legs, slots, row), true);
            assert_eq!(more, of(legs, true).saturating_sub(of(&row.legs, held)), "what is not held yet");
        }
        if naive.check_firm(*booking).is_err() || without.check_live(*booking).is_err() {
            continue;
        }
        let helps = lacking.is_helped_by(row);
        let before = lacking.clone();
        lacking.take(row);
        without.release(*booking, 0);
        let fits = without.check_hold(legs, slots, Terms::Firm).is_ok();
        assert_eq!(lacking.is_covered(), fits, "exactly what was counted is given back");
        assert!(helps || before.is_covered() == fits, "what does not help changes nothing");
        assert_eq!(lacking.is_covered_without(row), before.is_covered());
        let mut back = lacking.clone();
        back.put_back(row);
        assert_eq!(back, before);
    }
}

fn slots_of(legs: &[Leg], slots: SlotRange) -> impl Iterator<Item = (ResourceRef, u32)> {
    let all = slots.from().index()..slots.to().index();
    legs.iter().flat_map(move |leg| all.clone().map(|slot| (leg.resource, slot)))
}

/// What it would leave overcommitted is said beforehand, and is so afterwards; its bytes are the same table.
fn load_forecast(
    book: &mut Book,
    naive: &mut Naive,
    (from, step, quantile_ppm): (u32, ForecastStep, u32),
    rows: &[(ResourceRef, Vec<u32>)],
) {
    let table = ForecastTable::new(Slot::from_index(from), step, quantile_ppm, rows.to_vec()).expect("is sound");
    assert_eq!(ForecastTable::from_bytes(&table.to_bytes()).expect("reads back"), table);
    let known = rows.iter().all(|(resource, _)| naive.knows(*resource));
    assert_eq!(book.check_load_forecast(&table).is_ok(), known);
    if known {
        let now = Slot::from_index(9);
        let said: Vec<_> = book.overcommitted_under(&table, now).collect();
        naive.load_forecast((from, step.slots()), quantile_ppm, rows);
        let over = |resource| naive.overcommitted(resource, now).map(|slot| (resource, slot));
        assert_eq!(said, rows.iter().filter_map(|(resource, _)| over(*resource)).collect::<Vec<_>>());
        book.load_forecast(&Arc::new(table));
        let found = rows.iter().filter_map(|(at, _)| book.overcommitted(*at, now).map(|slot| (*at, slot)));
        assert_eq!(said, found.collect::<Vec<_>>());
    }
}

fn release(book: &mut Book, naive: &mut Naive, booking: BookingRef, from: u32) {
    let allowed = book.check_release(booking);
    assert_eq!(allowed, naive.check_live(booking));
    if allowed.is_ok() {
        let Released { captured, given_back } = book.release(booking, Slot::from_index(from));
        assert_eq!((captured, given_back), naive.release(booking, from));
    }
}

/// Four of them exist.
fn resource() -> impl Strategy<Value = ResourceRef> {
    let index = prop_oneof![40 => 0..4_u32, 1 => Just(4), 1 => Just(u32::MAX)];
    index.prop_map(ResourceRef::from_index)
}

fn legs() -> impl Strategy<Value = Vec<Leg>> {
    let units = prop_oneof![40 => 1..20_u64, 10 => 20..100_u64, 1 => Just(0), 2 => u64::MAX / 2..=u64::MAX];
    let leg = (resource(), units).prop_map(|(resource, units)| Leg::throughout(resource, units)).boxed();
    prop_oneof![30 => prop::collection::vec(leg.clone(), 1..4), 1 => prop::collection::vec(leg, 0..19)]
}

/// Legs and slots to hold them in; some legs only in a part of them, a few in others.
fn wish() -> impl Strategy<Value = (Vec<Leg>, SlotRange)> {
    let part = prop_oneof![3 => Just(None), 2 => (0..30_u32, 1..12_u32).prop_map(Some)];
    let stray = prop_oneof![30 => Just(false), 1 => Just(true)];
    (legs(), slots(), prop::collection::vec((part, stray), 19)).prop_map(|(mut legs, slots, parts)| {
        for (leg, (part, stray)) in legs.iter_mut().zip(parts) {
            let own = part.map(|(after, length)| {
                let from = slots.from().after(after % slots.slots());
                SlotRange::new(from, from.after(length)).expect("not empty")
            });
            leg.slots = if stray { own } else { own.and_then(|own| own.overlap(slots)) };
        }
        (legs, slots)
    })
}

fn slots() -> impl Strategy<Value = SlotRange> {
    let near = (0..36_u32, 1..30_u32);
    let far = (0..SLOTS - 1, 1..SLOTS);
    prop_oneof![12 => near, 1 => far].prop_map(|(from, length)| {
        let to = from.saturating_add(length).min(SLOTS);
        SlotRange::new(Slot::from_index(from), Slot::from_index(to)).expect("not empty")
    })
}

fn terms() -> impl Strategy<Value = Terms> {
    let share = prop_oneof![20 => 200_000..=1_000_000_u32, 1 => Just(1_000_001)];
    prop_oneof![share.prop_map(|share_ppm| Terms::Short { share_ppm }), Just(Terms::Firm)]
}

fn booking() -> impl Strategy<Value = BookingRef> {
    prop_oneof![30 => 0..5_u32, 1 => Just(u32::MAX)].prop_map(BookingRef::from_index)
}

fn slot() -> impl Strategy<Value = u32> {
    prop_oneof![10 => 0..50_u32, 2 => Just(0), 1 => 0..=SLOTS, 1 => Just(u32::MAX)]
}

fn instant() -> impl Strategy<Value = Instant> {
    (0..6_u64).prop_map(Instant::from_ms)
}

fn search() -> impl Strategy<Value = Search> {
    (slots(), prop_oneof![5 => 0..20_u32, 1 => 0..SLOTS], 0..5_u32)
        .prop_map(|(within, length_slots, step_slots)| Search { within, length_slots, step_slots })
}

/// A forecast of some of the four, or once in a while of a fifth that is not there.
fn forecast() -> impl Strategy<Value = Operation> {
    let resources = prop::sample::subsequence(vec![0, 1, 2, 3], 1..4).prop_map(|mut all: Vec<u32>| {
        all.sort_unstable();
        all
    });
    let stray = prop_oneof![12 => Just(None), 1 => Just(Some(4))];
    let step = prop_oneof![Just(ForecastStep::Slot), Just(ForecastStep::Hour)];
    let value = prop_oneof![40 => 0..80_u32, 10 => 80..1_200_u32, 1 => Just(u32::MAX)];
    let values = prop::collection::vec(prop::collection::vec(value, 1..30), 5);
    let from = prop_oneof![12 => 0..40_u32, 1 => 0..SLOTS - 400];
    (resources, stray, step, values, from, 1..=1_000_000_u32).prop_map(
        |(resources, stray, step, values, from, quantile_ppm)| {
            let length = values.iter().map(Vec::len).min().unwrap_or(1);
            let resources = resources.into_iter().chain(stray).map(ResourceRef::from_index);
            let rows = resources.zip(values).map(|(at, mut row)| {
                row.truncate(length);
                (at, row)
            });
            Operation::LoadForecast { from, step, quantile_ppm, rows: rows.collect() }
        },
    )
}

/// Anything, mostly sensible.
pub fn operation() -> impl Strategy<Value = Operation> {
    let hold = (wish(), terms(), instant()).prop_map(|((legs, slots), terms, expires_at)| Operation::Hold {
        legs,
        slots,
        terms,
        expires_at,
    });
    let available = prop_oneof![6 => 50..1_500_u64, 1 => Just(u64::MAX), 1 => Just(0)];
    prop_oneof![
        10 => hold,
        4 => (booking(), instant()).prop_map(|(booking, now)| Operation::Confirm { booking, now }),
        5 => (booking(), slot()).prop_map(|(booking, up_to)| Operation::Capture { booking, up_to }),
        3 => (booking(), slot()).prop_map(|(booking, from)| Operation::Release { booking, from }),
        1 => booking().prop_map(|booking| Operation::Expire { booking }),
        2 => (resource(), available)
            .prop_map(|(resource, available)| Operation::SetAvailable { resource, available }),
        6 => (wish(), prop::collection::vec(booking(), 0..6))
            .prop_map(|((legs, slots), go)| Operation::Deficits { legs, slots, go }),
        3 => forecast(),
        2 => (legs(), terms(), search()).prop_map(|(legs, terms, search)| Operation::FirstFit { legs, terms, search }),
        2 => (wish(), terms(), 0..5_u32).prop_map(|((legs, slots), terms, step_slots)| {
            let within = SlotRange::new(slots.from(), Slot::from_index(SLOTS)).expect("not empty");
            Operation::FirstFit { legs, terms, search: Search { within, length_slots: slots.slots(), step_slots } }
        }),
    ]
}
