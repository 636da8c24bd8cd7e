//! Fees: components, periods, hours, discounts, minimum, tax.

use super::{ANYONE, amsterdam, at, due, euro, place, plan_of, window};
use crate::{
    Buyer, Component, Condition, Discount, Hours, Newcomers, Off, Period, PricePlan, Rate, Sale, Tax, TaxMode, Tier,
    Tiering, fee,
};
use types::{Area, Duration, Grade, H3Cell, PartyKind, Window};

const HOUR: Duration = Duration::from_hours(1);

fn discount(name: &str, off: Off) -> Discount {
    Discount {
        name: name.to_owned(),
        off,
        of: Vec::new(),
        from: None,
        until: None,
        code: None,
        periods: None,
        kinds: Vec::new(),
        newcomers: None,
    }
}

#[test]
fn what_is_paid_once_and_for_each_started_step() {
    let plan = plan_of(vec![Component::once("Set-up", 500), Component::per_time("Boost", 150, HOUR)]);
    let half_past = Window::starting(at("2026-11-24T10:00:00Z"), Duration::from_mins(150)).expect("a window");
    assert_eq!(due(&plan, half_past, 0, ANYONE), (950, vec![500, 450]), "two and a half hours are three started ones");
    assert_eq!(due(&plan, half_past, 1, ANYONE), (0, vec![]), "nothing of it recurs");
}

#[test]
fn months_are_the_calendars_and_a_begun_one_is_due_whole() {
    let plan = plan_of(vec![Component::once("Set-up", 500), Component::recurring("Plan", 990, Period::Months(1))]);
    let plan = PricePlan { zone: amsterdam(), ..plan };
    let quarter = Window::new(at("2027-01-30T23:00:00Z"), at("2027-04-01T00:00:00Z")).expect("a window");
    assert_eq!(due(&plan, quarter, 0, ANYONE), (1_490, vec![500, 990]));
    assert_eq!(due(&plan, quarter, 1, ANYONE).0, 990);
    assert_eq!(due(&plan, quarter, 2, ANYONE).0, 990);
    assert_eq!(due(&plan, quarter, 3, ANYONE).0, 0, "the window ends first");
    let begins = |number| Period::Months(1).begins(&plan.zone, quarter.from(), number);
    assert_eq!(begins(1), at("2027-02-27T23:00:00Z"), "from the 31st on: the last day of February, there");
    assert_eq!(begins(2), at("2027-03-30T22:00:00Z"), "an hour earlier, for summer has begun");
}

fn evenings(days: u8, minor: u64) -> Rate {
    let hours = vec![Hours { days, from_minute: 18 * 60, to_minute: 24 * 60 }];
    Rate { condition: Condition { hours, ..Condition::default() }, ..Rate::flat(minor, 1) }
}

#[test]
fn each_step_is_priced_at_the_hour_it_begins_there() {
    let mut boost = Component::per_time("Boost", 100, HOUR);
    boost.rates.push(evenings(0b111_1111, 300));
    let plan = PricePlan { zone: amsterdam(), ..plan_of(vec![boost]) };
    // Noon to noon in Amsterdam: six evening hours.
    assert_eq!(due(&plan, window("2026-11-24T11:00:00Z", 24), 0, ANYONE), (18 * 100 + 6 * 300, vec![1_800, 1_800]));
    // The night clocks go back has 25 hours, that day's evening still six.
    let autumn = window("2026-10-24T22:00:00Z", 25);
    assert_eq!(due(&plan, autumn, 0, ANYONE), (19 * 100 + 6 * 300, vec![1_900, 1_800]));
    // A step that begins before the hour keeps its price to its end.
    assert_eq!(due(&plan, window("2026-11-24T16:30:00Z", 2), 0, ANYONE), (100 + 300, vec![100, 300]));
}

/// The spans of equal price are a short cut; this counts each step by itself.
#[test]
fn spans_agree_with_counting_each_step() {
    let mut boost = Component::per_time("Boost", 1, Duration::from_mins(7));
    boost.rates.push(evenings(0b001_0110, 10_000));
    let plan = PricePlan { zone: amsterdam(), ..plan_of(vec![boost]) };
    for (from, hours) in [("2026-03-27T11:03:00Z", 80), ("2026-10-23T00:00:00Z", 97), ("2026-12-30T22:59:59Z", 200)] {
        let window = window(from, hours);
        let (mut begins, mut sum) = (window.from(), 0);
        while begins < window.to() {
            let one = Window::starting(begins, Duration::from_mins(7)).expect("a window");
            sum += due(&plan, one, 0, ANYONE).0;
            begins = begins.after(Duration::from_mins(7));
        }
        assert_eq!(due(&plan, window, 0, ANYONE).0, sum, "{from}");
    }
}

#[test]
fn a_place_and_a_grade_have_prices_of_their_own() {
    let here = place();
    let around = here.cells()[0].ancestor(7).expect("a coarser cell");
    let mut boost = Component::per_time("Boost", 100, HOUR);
    let within =
        Condition { within: Area::new(vec![around]).ok(), grade: Some(Grade::Statistical), ..Condition::default() };
    boost.rates.push(Rate { condition: within, ..Rate::flat(250, 1) });
    let hard = Condition { grade: Some(Grade::Hard), ..Condition::default() };
    boost.rates.push(Rate { condition: hard, ..Rate::flat(900, 1) });
    let plan = plan_of(vec![boost]);
    plan.check().expect("the plan is sound");
    let elsewhere = Area::new(vec![H3Cell::from_index(0x0891_e204_08ab_ffff)]).expect("an area");
    let window = window("2026-11-24T10:00:00Z", 1);
    let price = |place: &Area, grade| {
        let sale = Sale { window, place, grade, period: 0, at: window.from() };
        fee(&plan, &sale, &ANYONE).expect("it can be counted").minor
    };
    assert_eq!(price(&here, Some(Grade::Statistical)), 250);
    assert_eq!(price(&here, Some(Grade::Hard)), 900);
    assert_eq!(price(&here, None), 100);
    assert_eq!(price(&elsewhere, Some(Grade::Statistical)), 100);
}

#[test]
fn discounts_are_taken_one_after_another_from_what_remains() {
    let components = vec![Component::once("Set-up", 1_000), Component::recurring("Plan", 999, Period::Months(1))];
    let trial = Discount {
        of: vec![1],
        periods: Some(1),
        newcomers: Some(Newcomers::Only),
        ..discount("First month free", Off::Share(1_000_000))
    };
    let code = Discount { code: Some("AUTUMN".to_owned()), ..discount("Autumn", Off::Share(333_333)) };
    let company = Discount { kinds: vec![PartyKind::Enterprise], ..discount("Company", Off::Amount(5_000)) };
    let plan = PricePlan { discounts: vec![trial, code, company], ..plan_of(components) };
    let year = window("2026-11-24T10:00:00Z", 24 * 365);
    let newcomer = Buyer { newcomer: true, ..ANYONE };
    assert_eq!(due(&plan, year, 0, newcomer), (1_000, vec![1_000, 999, -999]));
    assert_eq!(due(&plan, year, 1, newcomer), (999, vec![999]), "the trial is over");
    assert_eq!(due(&plan, year, 0, ANYONE), (1_999, vec![1_000, 999]));
    let both = Buyer { code: Some("AUTUMN"), ..newcomer };
    assert_eq!(due(&plan, year, 0, both), (667, vec![1_000, 999, -999, -333]), "a third of what remains, rounded down");
    let company = Buyer { kind: PartyKind::Enterprise, ..ANYONE };
    assert_eq!(due(&plan, year, 0, company), (0, vec![1_000, 999, -1_999]), "never more than there is");
    assert_eq!(due(&plan, year, 0, Buyer { code: Some("SPRING"), ..ANYONE }).0, 1_999);
}

#[test]
fn a_promotion_has_its_time() {
    let span = (Some(at("2026-11-24T00:00:00Z")), Some(at("2026-11-25T00:00:00Z")));
    let black = Discount { from: span.0, until: span.1, ..discount("One day", Off::Share(500_000)) };
    let plan = PricePlan { discounts: vec![black], ..plan_of(vec![Component::once("Pass", 1_001)]) };
    let price = |from| due(&plan, window(from, 1), 0, ANYONE).0;
    assert_eq!(price("2026-11-23T23:59:59.999Z"), 1_001);
    assert_eq!(price("2026-11-24T00:00:00Z"), 501, "half of 1,001 is taken off rounded down");
    assert_eq!(price("2026-11-25T00:00:00Z"), 1_001);
}

#[test]
fn a_minimum_lifts_what_is_due_and_nothing_else() {
    let plan = PricePlan { minimum_minor: 300, ..plan_of(vec![Component::per_time("Boost", 100, HOUR)]) };
    assert_eq!(due(&plan, window("2026-11-24T10:00:00Z", 1), 0, ANYONE), (300, vec![100, 200]));
    assert_eq!(due(&plan, window("2026-11-24T10:00:00Z", 4), 0, ANYONE), (400, vec![400]));
    assert_eq!(due(&plan, window("2026-11-24T10:00:00Z", 4), 1, ANYONE), (0, vec![]));
}

#[test]
fn tax_is_added_to_net_amounts_within_the_one_rounding() {
    let tax = Tax { ppm: 210_000, mode: TaxMode::Added };
    let plan = PricePlan { tax, ..plan_of(vec![Component::per_time("Boost", 99, HOUR)]) };
    // 99 x 1.21 is 119.79; three of it are 359.37, not three times 120.
    assert_eq!(due(&plan, window("2026-11-24T10:00:00Z", 3), 0, ANYONE), (360, vec![360]));
    assert_eq!(plan.tax_in(360), 62);
    let included = PricePlan { tax: Tax { mode: TaxMode::Included, ..tax }, ..plan };
    assert_eq!(due(&included, window("2026-11-24T10:00:00Z", 3), 0, ANYONE), (297, vec![297]));
    assert_eq!(included.tax_in(297), 51);
}

#[test]
fn tiers_price_hours_too() {
    let tiers = vec![
        Tier { up_to: Some(2), minor: 200, flat_minor: 0 },
        Tier { up_to: Some(10), minor: 100, flat_minor: 50 },
        Tier { up_to: None, minor: 10, flat_minor: 0 },
    ];
    let mut boost = Component::per_time("Boost", 0, HOUR);
    boost.rates = vec![Rate::tiered(1, Tiering::Graduated, tiers)];
    let plan = plan_of(vec![boost]);
    let price = |hours| due(&plan, window("2026-11-24T10:00:00Z", hours), 0, ANYONE).0;
    assert_eq!((price(2), price(3), price(10), price(12)), (400, 550, 1_250, 1_270));
}

#[test]
fn what_cannot_be_counted_has_no_price() {
    let plan = plan_of(vec![Component::per_time("Boost", crate::limits::PRICE_MINOR_MAX, Duration::from_secs(1))]);
    plan.check().expect("the plan is sound");
    let (place, window) = (place(), window("2026-11-24T10:00:00Z", 24 * 3_650));
    let sale = Sale { window, place: &place, grade: None, period: 0, at: window.from() };
    assert_eq!(fee(&plan, &sale, &ANYONE), None);
    assert_eq!(fee(&euro(), &sale, &ANYONE).map(|fee| fee.minor), Some(0));
}
