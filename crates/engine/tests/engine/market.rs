//! What congestion makes of a price: whatever bid prices say, it stays within its rails, and its lines add up.

use crate::dice::Dice;
use engine::congestion::Market;
use engine::limits::STEP_HOURS_MAX;
use rating::{Line, Rail, Source};

const PLAIN: Market =
    Market { plan_minor: 100, cost_minor: 0, share_ppm: 1_000_000, step_ppm: None, floor_minor: None, cap_minor: None };

/// The lines and the price where bid prices always said the same.
fn priced(market: Market, worth: i64) -> (Vec<(Source, i64)>, i64) {
    let lines = market.lines(|_| Some(worth)).expect("it can be counted");
    let price = market.plan_minor + Line::sum(&lines).expect("it can be counted");
    (lines.iter().map(|line| (line.source, line.amount_minor)).collect(), price)
}

fn rail(rail: Rail) -> Source {
    Source::GuardRail(rail)
}

#[test]
fn a_price_is_the_most_of_plan_cost_and_bid_prices() {
    assert_eq!(priced(PLAIN, 0), (vec![], 100));
    assert_eq!(priced(PLAIN, 100), (vec![], 100));
    assert_eq!(priced(PLAIN, 170), (vec![(Source::Congestion, 70)], 170));
    let costly = Market { cost_minor: 130, ..PLAIN };
    assert_eq!(priced(costly, 120), (vec![(Source::Cost, 30)], 130));
    assert_eq!(priced(costly, 170), (vec![(Source::Cost, 30), (Source::Congestion, 40)], 170));
    let line = PLAIN.lines(|_| Some(170)).expect("it can be counted").pop().expect("a line");
    assert_eq!(line.quantity, 170, "the line says what it is worth to others");
}

#[test]
fn a_class_pays_its_share_and_the_exempt_pay_nothing() {
    let half = Market { share_ppm: 500_000, ..PLAIN };
    assert_eq!(priced(half, 171), (vec![(Source::Congestion, 35)], 135));
    assert_eq!(priced(Market { share_ppm: 0, ..PLAIN }, i64::MAX), (vec![], 100));
    assert_eq!(priced(Market { share_ppm: 2_000_000, ..PLAIN }, 170).1, 240);
}

#[test]
fn rails_are_lines_of_their_own_and_the_cap_has_the_last_word() {
    let railed = Market { floor_minor: Some(110), cap_minor: Some(150), ..PLAIN };
    assert_eq!(priced(railed, 0), (vec![(rail(Rail::Floor), 10)], 110));
    assert_eq!(priced(railed, 170), (vec![(Source::Congestion, 70), (rail(Rail::Cap), -20)], 150));
    let crossed = Market { floor_minor: Some(300), cap_minor: Some(90), ..PLAIN };
    assert_eq!(priced(crossed, 0), (vec![(rail(Rail::Floor), 200), (rail(Rail::Cap), -210)], 90));
}

#[test]
fn a_step_is_taken_an_hour_at_a_time_whoever_asked() {
    let stepping = Market { step_ppm: Some(500_000), ..PLAIN };
    // Bid prices jumped to 1,000 two and a half hours ago: 150 an hour after nothing, then 225, then 338.
    let jumped = |hours: u32| Some(if hours <= 2 { 1_000 } else { 0 });
    let lines = stepping.lines(jumped).expect("it can be counted");
    let found: Vec<_> = lines.iter().map(|line| (line.source, line.amount_minor)).collect();
    assert_eq!(found, [(Source::Congestion, 900), (rail(Rail::Step), -662)]);
    assert_eq!(
        stepping.lines(|hours| Some(i64::from(hours == 0) * 1_000)).map(|lines| lines[1].amount_minor),
        Some(-850)
    );
    // What rose slowly is not held back, and what falls is not held up.
    assert_eq!(priced(stepping, 140).1, 140);
    let nothing = Market { plan_minor: 0, ..stepping };
    assert_eq!(priced(nothing, 500).1, 0, "a share of nothing is nothing");
}

#[test]
fn whatever_bid_prices_say_the_rails_hold() {
    let mut dice = Dice(14);
    for _ in 0..20_000 {
        let amount = |dice: &mut Dice| dice.pick(&[0, 1, 7, 99, 100, 101, 5_000, 1 << 50]);
        let maybe = |dice: &mut Dice| Some(amount(dice)).filter(|_| dice.roll(2) == 0);
        let market = Market {
            plan_minor: amount(&mut dice),
            cost_minor: amount(&mut dice),
            share_ppm: dice.pick(&[0, 1, 500_000, 1_000_000, 3_000_000]),
            step_ppm: Some(dice.pick(&[0, 1, 100_000, 2_000_000])).filter(|_| dice.roll(2) == 0),
            floor_minor: maybe(&mut dice),
            cap_minor: maybe(&mut dice),
        };
        let series: Vec<i64> = (0..=STEP_HOURS_MAX).map(|_| dice.pick(&[0, 3, 120, 9_000, i64::MAX])).collect();
        let lines = market.lines(|hours| series.get(hours as usize).copied()).expect("it can be counted");
        let price = market.plan_minor + Line::sum(&lines).expect("it can be counted");
        let base = market.plan_minor.max(market.cost_minor);
        assert!(market.cap_minor.is_none_or(|cap| price <= cap), "{market:?}");
        let floor = market.floor_minor.unwrap_or(0).max(base);
        assert!(price >= market.cap_minor.map_or(floor, |cap| floor.min(cap)), "{market:?} {price}");
        if market.share_ppm == 0 {
            assert!(lines.iter().all(|line| line.source != Source::Congestion));
            assert_eq!(price, market.cap_minor.map_or(floor, |cap| floor.min(cap)));
        }
    }
}

/// A price asked for at any moment is at most a step over what the same was an hour before, as far as the rail goes back.
#[test]
fn no_price_rises_more_than_a_step_within_an_hour() {
    let mut dice = Dice(15);
    for _ in 0..300 {
        let step_ppm = dice.pick(&[50_000, 200_000, 1_000_000]);
        let market = Market { plan_minor: dice.pick(&[1, 10, 333]), step_ppm: Some(step_ppm), ..PLAIN };
        // What the sale was worth, every quarter of an hour; before that nothing was known.
        let worth: Vec<i64> = (0..200).map(|_| dice.pick(&[0, 0, 50, 700, 40_000])).collect();
        let at = |quarter: usize| {
            let then = |hours: u32| quarter.checked_sub(4 * hours as usize).map_or(0, |then| worth[then]);
            let lines = market.lines(|hours| Some(then(hours))).expect("it can be counted");
            market.plan_minor + Line::sum(&lines).expect("it can be counted")
        };
        for quarter in 4..worth.len() {
            let (before, now) = (at(quarter - 4), at(quarter));
            let most = before + (before * i64::from(step_ppm) + 999_999) / 1_000_000;
            assert!(now <= most, "{before} became {now} within an hour at {step_ppm} ppm");
        }
    }
}
