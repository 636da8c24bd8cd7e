//! What holds for any problem.

use super::super::{Grain, Plan, Problem, Product, Use, linear};
use crate::number::real;
use proptest::prelude::*;
use types::PPM;

const STEPS: usize = 6;

prop_compose! {
    fn products(resources: usize)(
        uses in proptest::sample::subsequence((0..resources).collect::<Vec<_>>(), 1..=resources),
        units in proptest::collection::vec(1_u64..4, resources),
        revenue_minor in 0_u64..10_000,
        requests in proptest::collection::vec(prop_oneof![Just(0.0), 0.0..0.9], STEPS),
    ) -> Product {
        let uses = uses.iter().map(|resource| Use { resource: *resource, units: units[*resource] }).collect();
        Product { revenue_minor, uses, requests }
    }
}

fn problems() -> impl Strategy<Value = Problem> {
    let capacity = proptest::collection::vec(0_u64..8, 4);
    (capacity, proptest::collection::vec(products(4), 1..12)).prop_map(|(capacity, products)| Problem {
        capacity,
        steps: STEPS,
        products,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn prices_and_sales_prove_each_other_optimal(problem in problems()) {
        let answer = linear::solve(&problem).expect("nothing sold is feasible, all sold bounds it");
        let mut dual = 0.0;
        for (resource, (units, bid)) in problem.capacity.iter().zip(&answer.bid_ppm).enumerate() {
            let of = |product: &Product| product.uses.iter().filter(|used| used.resource == resource).map(|used| used.units).sum();
            let taken: f64 = problem.products.iter().zip(&answer.sold).map(|(product, sold)| real(of(product)) * sold).sum();
            prop_assert!(taken <= real(*units) + 1e-5, "resource {resource} takes {taken} of {units}");
            dual += real(*units) * real(*bid) / real(PPM);
        }
        for (product, sold) in problem.products.iter().zip(&answer.sold) {
            prop_assert!(*sold <= product.demand() + 1e-5);
            let paid: f64 = product.uses.iter().map(|used| real(used.units) * real(answer.bid_ppm[used.resource]) / real(PPM)).sum();
            dual += product.demand() * (real(product.revenue_minor) - paid).max(0.0);
        }
        // Strong duality: any prices bound what can be earned, and only optimal ones meet it.
        prop_assert!((dual - answer.bound_minor).abs() <= 1e-5 * answer.bound_minor + 0.1, "{dual} {}", answer.bound_minor);
    }

    #[test]
    fn a_changed_capacity_is_as_if_it_had_been_so(problem in problems(), resource in 0_usize..4, units in 0_u64..8) {
        let mut plan = Plan::new(problem.clone(), Grain::EXACT).expect("it has an optimum");
        plan.set_capacity(resource, units).expect("it has an optimum");
        let mut changed = problem;
        changed.capacity[resource] = units;
        let whole = Plan::new(changed, Grain::EXACT).expect("it has an optimum");
        prop_assert_eq!(format!("{plan:?}"), format!("{whole:?}"));
    }

    #[test]
    fn a_coarse_table_is_within_its_tolerance(problem in problems()) {
        let coarse = Grain { steps_per_row: 1, tolerance_ppm: 50_000, moments_max: u64::MAX };
        let plan = Plan::new(problem.clone(), Grain::EXACT).expect("it has an optimum");
        let rough = Plan::new(problem.clone(), coarse).expect("it has an optimum");
        for (resource, units) in problem.capacity.iter().enumerate() {
            let (exact, rough) = (plan.table(resource).expect("known"), rough.table(resource).expect("known"));
            prop_assert!(rough.len() <= exact.len());
            for (step, left) in (0..STEPS).flat_map(|step| (1..=*units).map(move |left| (step, left))) {
                let price = |table: &super::super::Table| real(table.price_ppm(step, left, 1).expect("it is left"));
                prop_assert!((price(exact) - price(rough)).abs() <= 0.05 * price(rough), "{step} {left}");
            }
        }
    }
}

#[test]
fn only_what_differs_is_walked_again() {
    // Two islands: what happens on one changes nothing on the other.
    let on = |first: usize| [super::product(900, &[first], 4.0, 8), super::product(500, &[first, first + 1], 6.0, 8)];
    let products = on(0).into_iter().chain(on(2)).collect();
    let problem = Problem { capacity: vec![5, 5, 5, 5], steps: 8, products };
    let mut plan = Plan::new(problem, Grain::EXACT).expect("it has an optimum");
    assert_eq!(plan.set_capacity(3, 4).expect("it has an optimum").iter().filter(|walked| **walked < 2).count(), 0);
    assert_eq!(plan.set_capacity(1, 9).expect("it has an optimum"), [1], "its price was 0 and stays so");
}
