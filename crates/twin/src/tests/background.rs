//! Background load over weeks: the same for a seed, with seasons, and with crowds.

use crate::{Background, City, Traffic};
use types::{Instant, RadioCellId};

/// Monday 5 January 2026, 00:00 UTC.
const MONDAY: Instant = Instant::from_ms(1_767_571_200_000);
const DAY: usize = 288;

fn first(city: &City, kind: Traffic) -> Background {
    let mut cells = city.radio_cells().filter(|element| element.traffic == Some(kind));
    let cell = cells.next().and_then(|element| element.radio_cell).expect("a city has all kinds");
    city.background(cell, MONDAY).expect("it is a radio cell")
}

fn mean(loads: &[u32]) -> u64 {
    loads.iter().map(|load| u64::from(*load)).sum::<u64>() / loads.len() as u64
}

#[test]
fn a_seed_gives_one_load_and_another_gives_another() {
    let (city, other) = (City::sample(1), City::sample(2));
    let day = |city: &City, kind| first(city, kind).take(DAY).collect::<Vec<_>>();
    assert_eq!(day(&city, Traffic::Business), day(&city, Traffic::Business));
    assert_ne!(day(&city, Traffic::Business), day(&other, Traffic::Business));
    assert!(city.background(RadioCellId::from_u128(0), MONDAY).is_none());
}

#[test]
fn what_is_measured_is_the_mean_of_the_minutes_of_a_slot_whenever_it_is_asked() {
    let city = City::sample(1);
    let element = city.radio_cells().find(|element| element.traffic == Some(Traffic::Residential)).expect("a city");
    let cell = element.radio_cell.expect("it is a radio cell");
    let at = |minutes: u64| MONDAY.after(types::Duration::from_mins(20 * 60 + minutes));
    let measured = |minutes| city.measured_kbps(cell, at(minutes)).expect("it is measured");
    assert_eq!((measured(0), measured(0)), (measured(4), measured(0)));
    assert_ne!(measured(0), measured(5));
    // Six tenths of what was built, and the noise of five minutes around it.
    let evening: u64 = (0..24).map(|slot| measured(5 * slot)).sum::<u64>() / 24;
    let share_ppm = evening * 1_000_000 / element.capacity_kbps;
    assert!((550_000..650_000).contains(&share_ppm), "{share_ppm}");
    assert!(city.measured_kbps(RadioCellId::from_u128(0), MONDAY).is_none());
}

#[test]
fn homes_are_busy_in_the_evening_and_offices_at_noon_but_not_on_sunday() {
    let city = City::sample(1);
    let week = |kind| first(&city, kind).take(7 * DAY).collect::<Vec<_>>();
    let hours =
        |loads: &[u32], day: usize, from: usize, to: usize| mean(&loads[day * DAY + from * 12..day * DAY + to * 12]);
    let (homes, offices) = (week(Traffic::Residential), week(Traffic::Business));
    assert!(hours(&homes, 0, 19, 23) > 3 * hours(&homes, 0, 2, 6));
    assert!(hours(&offices, 0, 12, 14) > 3 * hours(&offices, 6, 12, 14));
}

#[test]
fn crowds_come_about_once_a_fortnight() {
    let weeks = 52;
    // Half as much again from one slot to the next: more than noise does, and within an hour no season does it.
    let crowds = |seed: u64| {
        let loads: Vec<u32> = first(&City::sample(seed), Traffic::Mixed).take(weeks * 7 * DAY).collect();
        assert!(loads.iter().all(|load| *load <= 990_000));
        (1..loads.len()).filter(|at| !at.is_multiple_of(12) && loads[*at] / 3 > loads[at - 1] / 2).count()
    };
    let counts: Vec<_> = (1..=4).map(crowds).collect();
    // Of 104 in four years about half are so large, and eleven in twelve begin within an hour.
    let all: usize = counts.iter().sum();
    assert!((32..=64).contains(&all), "{counts:?}");
}
