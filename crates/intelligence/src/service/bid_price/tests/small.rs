//! Answers known from a paper or worked out by hand, and input that is refused.

use super::super::protection::{Class, protect};
use super::super::{BidPriceError, Grain, Plan, Problem, Row, Run, TABLE_VERSION, Table, linear};
use super::{product, three_legs};

#[test]
fn three_legs_have_the_papers_allocation_and_bid_prices() {
    let answer = linear::solve(&three_legs()).expect("it has an optimum");
    assert!((answer.bound_minor - 10_140.0).abs() < 1e-3, "{}", answer.bound_minor);
    assert_eq!(answer.bid_ppm, [380_000_000, 420_000_000, 0]);
    let expected = [5.0, 0.0, 4.0, 1.0, 5.0, 0.0, 0.0, 0.0, 3.0, 5.0];
    for (sold, expected) in answer.sold.iter().zip(expected) {
        assert!((sold - expected).abs() < 1e-4, "{:?}", answer.sold);
    }
}

#[test]
fn one_unit_and_two_steps_are_worked_out_by_hand() {
    // Half a request for 100 in each step. At the end of the first step the unit is worth 0.5 × 100, at the start
    // 50 + 0.5 × (100 - 50); two units are worth every request.
    let problem = Problem { capacity: vec![2], steps: 2, products: vec![product(100, &[0], 1.0, 2)] };
    let plan = Plan::new(problem, Grain::EXACT).expect("it is sound");
    let run = |from_left, unit_ppm| Run { from_left, unit_ppm };
    let rows = vec![
        Row { from_step: 0, runs: vec![run(1, 50_000_000), run(2, 0)] },
        Row { from_step: 1, runs: vec![run(1, 0)] },
    ];
    assert_eq!(plan.table(0), Some(&Table { version: TABLE_VERSION, steps: 2, rows }));
    assert!((plan.bound_minor() - 100.0).abs() < 1e-9, "two units serve both");
    let mut one = plan.clone();
    one.set_capacity(0, 1).expect("it is sound");
    assert!((one.bound_minor() - 75.0).abs() < 1e-9, "{}", one.bound_minor());
}

#[test]
fn a_table_prices_several_units_across_its_runs() {
    let values = [0.0, 9.0, 16.0, 21.0, 24.0, 24.0];
    let row = Row::of(0, &values, 0);
    let table = Table { version: TABLE_VERSION, steps: 1, rows: vec![row] };
    for left in 0..=5_u64 {
        for units in 0..=left {
            let at = |units: u64| values[usize::try_from(units).expect("few")];
            let expected = crate::number::floor(at(left) - at(left - units));
            assert_eq!(table.price_ppm(0, left, units), Some(expected), "{units} of {left}");
        }
    }
    assert_eq!(table.price_ppm(0, 2, 3), None, "so many are not left");
    assert_eq!(table.price_ppm(1, 2, 1), None, "the horizon is over");
    assert_eq!(table.price_ppm(0, 900, 2), Some(0), "more than was priced is priced as the most that was");
    let coarse = Row::of(0, &values, 250_000);
    let kept: Vec<_> = coarse.runs.iter().map(|run| (run.from_left, run.unit_ppm)).collect();
    assert_eq!(kept, [(1, 9), (3, 5), (4, 3), (5, 0)], "7 is within a quarter of 9");
}

#[test]
fn what_is_sold_out_costs_what_it_displaces_and_nothing_is_sold_of_it() {
    let mut problem = three_legs();
    problem.capacity[0] = 0;
    let answer = linear::solve(&problem).expect("it has an optimum");
    // Leg 1 is then wanted by 20 requests at 400 or more, from 10 units of which 5 go at 580.
    assert_eq!(answer.bid_ppm[1], 400_000_000);
    assert_eq!(answer.bid_ppm[0], 500_000_000, "nobody pays more for it alone, or beside leg 1");
    assert!(answer.sold.iter().take(4).all(|sold| sold.abs() < 1e-9));
    problem.capacity = vec![0, 0, 0];
    let nothing = linear::solve(&problem).expect("nothing is a solution");
    assert!(nothing.bound_minor.abs() < 1e-9);
}

#[test]
fn input_out_of_range_is_refused_by_name() {
    type Spoil = fn(&mut Problem);
    let cases: [(Spoil, BidPriceError); 12] = [
        (|problem| problem.capacity.clear(), BidPriceError::Size),
        (|problem| problem.products.clear(), BidPriceError::Size),
        (|problem| problem.steps = 0, BidPriceError::Size),
        (|problem| problem.capacity[1] = u64::MAX, BidPriceError::Capacity(1)),
        (|problem| problem.products[2].revenue_minor = u64::MAX, BidPriceError::Revenue(2)),
        (|problem| problem.products[2].uses.clear(), BidPriceError::Uses(2)),
        (|problem| problem.products[2].uses[0].units = 0, BidPriceError::Uses(2)),
        (|problem| problem.products[2].uses[0].resource = 3, BidPriceError::Uses(2)),
        (|problem| problem.products[0].uses[1].resource = 0, BidPriceError::Uses(0)),
        (|problem| problem.products[2].requests.push(1.0), BidPriceError::Steps(2)),
        (|problem| problem.products[2].requests[0] = -1e-9, BidPriceError::Requests(2)),
        (|problem| problem.products[2].requests[0] = f64::NAN, BidPriceError::Requests(2)),
    ];
    for (spoil, expected) in cases {
        let mut problem = three_legs();
        spoil(&mut problem);
        assert_eq!(linear::solve(&problem).err(), Some(expected));
        assert_eq!(Plan::new(problem, Grain::EXACT).err(), Some(expected));
    }
    let none = Grain { steps_per_row: 0, ..Grain::EXACT };
    assert_eq!(Plan::new(three_legs(), none).err(), Some(BidPriceError::Grain));
    let long = Problem { capacity: vec![1_000_000], steps: 1, products: vec![product(100, &[0], 2_000.0, 1)] };
    assert_eq!(Plan::new(long, Grain::EXACT).err(), Some(BidPriceError::TooFine(0)));
}

#[test]
fn a_change_that_is_refused_changes_nothing() {
    let mut plan = Plan::new(three_legs(), Grain::EXACT).expect("it is sound");
    let before = format!("{plan:?}");
    assert_eq!(plan.set_capacity(3, 1).err(), Some(BidPriceError::UnknownResource(3)));
    assert_eq!(plan.set_capacity(0, u64::MAX).err(), Some(BidPriceError::Capacity(0)));
    assert_eq!(format!("{plan:?}"), before);
}

#[test]
fn six_classes_are_protected_as_published() {
    // Fiig, Isler, Hopperstad and Belobaba (2010).
    let demand = [(31.2, 11.2), (10.9, 6.6), (14.8, 7.7), (19.9, 8.9), (26.9, 10.4), (36.3, 12.0)];
    let prices = (1..=6_u64).rev().map(|step| step * 200);
    let class = |(price_minor, (mean, deviation))| Class { price_minor, mean, deviation };
    let classes: Vec<Class> = prices.zip(demand).map(class).collect();
    assert_eq!(protect(&classes), Ok(vec![0, 20, 35, 54, 80, 117]));
    let certain: Vec<Class> = classes.iter().map(|class| Class { deviation: 0.0, mean: 10.0, ..*class }).collect();
    assert_eq!(protect(&certain), Ok(vec![0, 10, 20, 30, 40, 50]), "what is certain is kept whole");
    let cheapest_first: Vec<Class> = classes.iter().rev().copied().collect();
    let spoilt = [Class { mean: f64::NAN, ..classes[0] }];
    for refused in [&[][..], &cheapest_first, &spoilt] {
        assert_eq!(protect(refused), Err(BidPriceError::Classes));
    }
}
