//! What satellites carry slot by slot, and which of them serves when.

use super::{MONDAY, constellation};
use crate::planning::beam::{Beam, background_kbps};
use crate::planning::sky::{Part, Sky};
use engine::capacity::{ResourceRef, SLOTS_PER_DAY, Slot, SlotRange};
use h3o::{CellIndex, LatLng, Resolution};
use intelligence::element::orbit::footprint_km2;
use types::{Duration, ResourceId, Window};

fn cell() -> CellIndex {
    LatLng::new(47.0, 9.0).expect("a place").to_cell(Resolution::Three)
}

fn day() -> SlotRange {
    let from = Slot::containing(MONDAY).expect("a slot");
    SlotRange::new(from, from.after(SLOTS_PER_DAY)).expect("a day")
}

#[test]
fn a_part_of_the_earth_is_offered_whole_shares_at_the_worst_minute_of_each_slot() {
    let (cell, many) = (cell(), constellation(30));
    let share = many.share_kbps(&many.satellites[0], cell.area_km2());
    let whole = many.share_kbps(&many.satellites[0], footprint_km2(1_200e3, 25.0));
    assert!(share > 0 && share < whole / 100, "{share} of {whole}");
    let beam = Beam::of(&many, cell, day()).expect("it is worked out");
    assert_eq!(beam.carried_kbps.len(), SLOTS_PER_DAY as usize);
    assert!(beam.carried_kbps.iter().all(|carried| carried.is_multiple_of(share)), "whole satellites");
    let (worst, best) = (beam.worst_kbps(SLOTS_PER_DAY), beam.best_kbps());
    assert!(share <= worst && worst < best, "{worst} to {best} of {share} each");
    assert_eq!(beam.outages, []);
}

#[test]
fn in_an_outage_all_of_a_beam_is_kept_back() {
    let few = Beam::of(&constellation(1), cell(), day()).expect("it is worked out");
    let day = day();
    assert!(few.best_kbps() > 0 && few.worst_kbps(SLOTS_PER_DAY) == 0);
    assert!(!few.outages.is_empty() && few.outages.iter().all(|gap| day.window().covers(*gap)));
    for outage in &few.outages {
        // Every slot that an outage touches carries nothing.
        for (ahead, carried) in (0..).zip(&few.carried_kbps) {
            let slot = SlotRange::new(day.from().after(ahead), day.from().after(ahead + 1)).expect("a slot").window();
            assert!(!slot.overlaps(*outage) || *carried == 0, "{carried} in {slot:?} during {outage:?}");
        }
    }
    assert_eq!((background_kbps(900, 0, 200_000), background_kbps(900, 500, 200_000)), (900, 500));
    assert_eq!((background_kbps(900, 901, 0), background_kbps(900, 900, 1_000_000)), (0, 900));
}

#[test]
fn a_sky_says_who_serves_as_far_as_it_reaches() {
    let many = constellation(30);
    let beam = Beam::of(&many, cell(), day()).expect("it is worked out");
    let (served, nominal) = (beam.served.clone(), beam.best_kbps());
    let names = many.names();
    let part = Part { id: ResourceId::from_u128(5), resource: ResourceRef::from_index(0), cell: cell(), nominal };
    let mut sky = Sky::new(day());
    assert!(sky.table().is_none(), "nothing is said of nothing");
    sky.insert(part, &names, 0, beam);
    let table = sky.table().expect("one part");
    assert_eq!((table.range(), table.quantile_ppm(), sky.parts()), (day(), 1_000_000, 1));

    let hour = Window::starting(MONDAY.after(Duration::from_hours(3)), Duration::from_hours(1)).expect("an hour");
    assert_eq!(sky.served(ResourceId::from_u128(6), hour, 64), None);
    let all = sky.served(part.id, hour, 64).expect("it is served");
    let (first, last) = (&all.servings[0], &all.servings[all.servings.len() - 1]);
    assert_eq!((first.window.from(), last.window.to(), all.until), (hour.from(), hour.to(), hour.to()));
    assert!(all.servings.windows(2).all(|pair| pair[0].window.to() == pair[1].window.from()), "no gap by so many");
    let at = served.iter().find(|one| one.window.contains(hour.from())).expect("someone serves");
    assert_eq!(first.satellite, format!("leo {}", at.satellite));

    let cut = sky.served(part.id, hour, 1).expect("it is served");
    assert_eq!((cut.servings.len(), cut.until), (1, first.window.to()));
    let late = Window::starting(day().window().to().before(Duration::from_mins(30)), Duration::from_hours(1));
    let late = sky.served(part.id, late.expect("a window"), 64).expect("it is served");
    assert_eq!(late.until, day().window().to(), "nothing is known after the elements were looked at");
    let after = Window::starting(day().window().to(), Duration::from_hours(1)).expect("a window");
    let after = sky.served(part.id, after, 64).expect("it is served");
    assert_eq!((after.servings.len(), after.until), (0, day().window().to()));
}
