//! What bid prices earn on the published instances: five solutions over the horizon, a hundred seeded runs or more.

use super::super::{Grain, Plan, Problem, linear};
use super::instances::{Instance, MINOR, all};
use crate::number::real;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use types::PPM;

/// How often prices are made anew in the horizon, the first time included: the published protocol.
const SOLUTIONS: usize = 5;

/// Which bid prices a request has to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Policy {
    /// The linear program's, the same whatever is left.
    Linear,
    /// The decomposition's published tables.
    ByUnitsLeft(Grain),
}

/// The prices in force.
enum Prices {
    Linear(Vec<u64>),
    Tables(Box<Plan>),
}

impl Prices {
    fn of(problem: &Problem, policy: Policy) -> Self {
        match policy {
            Policy::Linear => Self::Linear(linear::solve(problem).expect("it has an optimum").bid_ppm),
            Policy::ByUnitsLeft(grain) => {
                Self::Tables(Box::new(Plan::new(problem.clone(), grain).expect("it has an optimum")))
            }
        }
    }

    /// What a product displaces so many steps after they were made, in ppm of a minor unit; `None` when it does not fit.
    fn of_product(&self, problem: &Problem, product: usize, left: &[u64], step: usize) -> Option<u64> {
        let of_use = |used: &super::Use| match self {
            Self::Linear(bids) => (left[used.resource] >= used.units).then(|| bids[used.resource] * used.units),
            Self::Tables(plan) => plan.table(used.resource)?.price_ppm(step, left[used.resource], used.units),
        };
        problem.products[product].uses.iter().map(of_use).sum()
    }
}

/// What one run earns, in minor units. The same seed draws the same requests for every policy.
fn earn(problem: &Problem, policy: Policy, first: &Prices, seed: u64) -> u64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut left = problem.capacity.clone();
    let every = problem.steps / SOLUTIONS;
    let (mut later, mut made, mut earned) = (None, 0, 0);
    for step in 0..problem.steps {
        if step > 0 && step % every == 0 {
            later = Some(Prices::of(&from(problem, step, &left), policy));
            made = step;
        }
        let prices = later.as_ref().unwrap_or(first);
        let Some(product) = draw(problem, step, &mut random) else { continue };
        let worth = problem.products[product].revenue_minor;
        if prices.of_product(problem, product, &left, step - made).is_some_and(|price| worth * PPM >= price) {
            earned += worth;
            for used in &problem.products[product].uses {
                left[used.resource] -= used.units;
            }
        }
    }
    earned
}

/// What is left of a problem from a step on.
fn from(problem: &Problem, step: usize, left: &[u64]) -> Problem {
    let mut rest = Problem { capacity: left.to_vec(), steps: problem.steps - step, products: problem.products.clone() };
    for product in &mut rest.products {
        product.requests.drain(..step);
    }
    rest
}

/// The request of one step, if one comes.
fn draw(problem: &Problem, step: usize, random: &mut ChaCha8Rng) -> Option<usize> {
    let mut at = real(random.next_u64() >> 11) / real(1 << 53);
    problem.products.iter().position(|product| {
        at -= product.requests[step];
        at < 0.0
    })
}

/// The mean over so many runs, in the published unit.
fn mean(problem: &Problem, policy: Policy, runs: u64) -> f64 {
    let first = Prices::of(problem, policy);
    let sum: u64 = (0..runs).map(|seed| earn(problem, policy, &first, seed)).sum();
    real(sum) / real(runs) / MINOR
}

/// Runs both policies over some instances, prints what they earn, and holds both against what was published.
fn compare(instances: &[Instance], runs: u64) {
    let mut ratios = Vec::new();
    println!(
        "{:<18} {:>9} {:>9} {:>6} {:>9} {:>9} {:>6}",
        "instance", "linear", "published", "", "tables", "published", ""
    );
    for instance in instances {
        let by_linear = mean(&instance.problem, Policy::Linear, runs);
        let by_tables = mean(&instance.problem, Policy::ByUnitsLeft(Grain::EXACT), runs);
        let (of_linear, of_tables) = (by_linear / instance.revenue_linear, by_tables / instance.revenue_lagrangian);
        println!(
            "{:<18} {by_linear:>9.0} {:>9.0} {of_linear:>6.3} {by_tables:>9.0} {:>9.0} {of_tables:>6.3}",
            instance.name, instance.revenue_linear, instance.revenue_lagrangian
        );
        assert!((of_linear - 1.0).abs() <= 0.02, "{}: {of_linear} of the published", instance.name);
        assert!(by_tables <= instance.bound_linear, "{}: no policy earns more than the bound", instance.name);
        ratios.push(of_tables);
    }
    if !ratios.is_empty() {
        let average = ratios.iter().sum::<f64>() / real(ratios.len() as u64);
        println!("{average:>63.4}");
        assert!(average >= 1.0, "{average} of the published Lagrangian policy on average");
    }
}

#[test]
fn policies_earn_what_was_published_on_some_instances() {
    let some: Vec<_> = all().into_iter().step_by(5).collect();
    compare(&some, 100);
}

#[test]
#[ignore = "a minute or two: every instance, 400 runs of each policy"]
fn policies_earn_what_was_published_on_every_instance() {
    compare(&all(), 400);
}
