//! Bid prices of a network by the hour: what is scarce has a price, what is not has none, and changes are followed.

use super::super::limits::HOUR_MOMENTS_MAX;
use super::super::{Market, Wanted};
use capacity::{BidHead, BidTable, ForecastStep, ResourceRef, SLOTS_PER_HOUR, Slot, SlotRange};
use std::collections::BTreeSet;
use types::{Currency, Instant};

const HOURS: usize = 6;
const RADIO: ResourceRef = ResourceRef::from_index(3);
const CORE: ResourceRef = ResourceRef::from_index(1);

fn head(from: usize) -> BidHead {
    BidHead {
        from: Slot::from_index(u32::try_from(from).expect("few") * SLOTS_PER_HOUR),
        step: ForecastStep::Hour,
        currency: Currency::parse("EUR").expect("a code"),
        scale: 1,
        expires_at: Instant::MAX,
    }
}

/// So many requests in all for an hour of 10 units, which come evenly until then.
fn boost(hour: usize, requests: f64) -> Wanted {
    let each = requests / crate::number::real(hour as u64 + 1);
    Wanted {
        revenue_minor: 120,
        takes: vec![(RADIO, 10), (CORE, 10)],
        hours: hour..hour + 1,
        requests: vec![each; hour + 1],
    }
}

/// 30 units of radio and plenty of everything else.
fn free(resource: ResourceRef, _hour: usize) -> u64 {
    if resource == RADIO { 30 } else { 1_000 }
}

fn all(market: &Market) -> BTreeSet<ResourceRef> {
    market.places().map(|(resource, _)| resource).collect()
}

/// What one unit is worth in one slot of an hour, in ppm of a minor unit.
fn worth(table: &BidTable, resource: ResourceRef, hour: u32) -> u128 {
    let row = table.resources().iter().position(|known| *known == resource).expect("it is priced");
    let from = Slot::from_index(hour * SLOTS_PER_HOUR);
    table.worth_ppm(row, SlotRange::new(from, from.after(1)).expect("a slot"))
}

#[test]
fn a_full_hour_has_a_price_and_an_empty_one_none() {
    let wanted = [boost(4, 6.0), boost(5, 0.1)];
    let market = Market::new(HOURS, &wanted, free).expect("it has an optimum").expect("something is wanted");
    let table = market.table(head(0), 0, &all(&market)).expect("prices");
    assert_eq!((table.resources(), table.steps()), (&[CORE, RADIO][..], 6));
    // Three of six fit: the last of them displaces another, mostly. 120 for 10 units and 12 slots is 1 a unit and slot.
    let busy = worth(&table, RADIO, 4);
    assert!((700_000..=1_000_000).contains(&busy), "{busy}");
    assert!(worth(&table, RADIO, 5) < 10_000, "hardly anybody wants it");
    assert_eq!((worth(&table, RADIO, 0), worth(&table, CORE, 4)), (0, 0));
}

#[test]
fn a_change_of_capacity_is_followed_as_if_everything_were_solved_again() {
    let other = ResourceRef::from_index(9);
    let elsewhere = Wanted { takes: vec![(other, 7)], ..boost(3, 9.0) };
    let wanted = [boost(4, 6.0), elsewhere];
    let mut market = Market::new(HOURS, &wanted, free).expect("it has an optimum").expect("something is wanted");
    assert_eq!(market.refresh(free), Ok(BTreeSet::new()));
    let fewer = |resource: ResourceRef, hour: usize| if resource == RADIO { 20 } else { free(resource, hour) };
    let changed = market.refresh(fewer).expect("it has an optimum");
    assert!(changed.contains(&RADIO) && !changed.contains(&other), "{changed:?}");
    let anew = Market::new(HOURS, &wanted, fewer).expect("it has an optimum").expect("something is wanted");
    assert_eq!(market.table(head(0), 0, &all(&market)), anew.table(head(0), 0, &all(&anew)));
    let only = market.table(head(0), 0, &BTreeSet::from([RADIO])).expect("prices");
    assert_eq!(only.resources(), [RADIO]);
    let stranger = ResourceRef::from_index(99);
    let free = market.table(head(0), 0, &BTreeSet::from([stranger])).expect("prices");
    assert_eq!(worth(&free, stranger, 4), 0, "what nobody wants is said to be worth nothing");
}

#[test]
fn prices_fall_as_the_hour_comes_near_and_end_with_the_hours() {
    let market = Market::new(HOURS, &[boost(4, 6.0)], free).expect("it has an optimum").expect("something is wanted");
    let at = |passed: usize| worth(&market.table(head(passed), passed, &all(&market)).expect("prices"), RADIO, 4);
    assert!(at(0) > at(2) && at(2) > at(4), "the same is left for fewer who still come");
    assert_eq!(market.table(head(HOURS), HOURS, &all(&market)), None);
}

#[test]
fn what_cannot_be_said_is_left_out() {
    let long = Wanted { hours: 5..7, ..boost(5, 6.0) };
    assert!(Market::new(HOURS, &[long], free).expect("nothing to solve").is_none());
    assert!(Market::new(HOURS, &[], free).expect("nothing to solve").is_none());
    // Sold out: the price is what would have been displaced.
    let none = Market::new(HOURS, &[boost(4, 6.0)], |_, _| 0).expect("it has an optimum").expect("something is wanted");
    assert!(worth(&none.table(head(0), 0, &all(&none)).expect("prices"), RADIO, 4) > 0);
}

#[test]
fn what_many_small_purchases_take_is_priced_by_the_linear_program() {
    let crowd = Wanted { takes: vec![(RADIO, 7_001)], ..boost(4, 400_000.0) };
    let odd = Wanted { takes: vec![(RADIO, 7_000)], ..boost(4, 400_000.0) };
    let much = |_: ResourceRef, _: usize| 4_000_000_000;
    let market = Market::new(HOURS, &[crowd, odd], much).expect("it has an optimum").expect("something is wanted");
    assert!(market.plan().problem().capacity[0] > HOUR_MOMENTS_MAX / 1_000_000);
    let ppm = worth(&market.table(head(0), 0, &all(&market)).expect("prices"), RADIO, 4);
    let exact = 120_000_000 / 7_000 / 12;
    assert!(ppm.abs_diff(exact) * 100 <= exact * 15, "{ppm} {exact}");
    assert_eq!(market.plan().linear().bid_ppm.len(), 1);
}
