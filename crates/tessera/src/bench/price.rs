//! `tessera bench price`: bid prices of 500 resources that 5,000 products share, made anew and after a change.
//!
//! Two kinds are drawn by seeds: a network of regions, whose products stay in one and use the core, which is ample; and the
//! worst case, where every product may use any resources, so that every price depends on every capacity. Both as the planner
//! makes them, which leaves the core to the linear program; the first once more with the core walked unit by unit. Everything
//! is on one core, in the thread that asks.

use super::Options;
use intelligence::number::{floor, real};
use intelligence::service::bid_price::{Grain, Plan, Problem, Product, Table, Use, linear};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde::Serialize;
use std::time::{Duration, Instant};

/// Problems that are made anew, by as many seeds.
const PROBLEMS: u64 = 5;
/// Capacities that change in each, one after another.
const CHANGES: usize = 8;
/// Regions of the kinds, one region being the worst case, and most units times moments that a resource is walked over.
const KINDS: [(usize, u64); 3] =
    [(25, Grain::HOURLY.moments_max), (1, Grain::HOURLY.moments_max), (25, Grain::EXACT.moments_max)];
/// Steps of the horizon.
const STEPS: usize = 200;
/// How finely tables are kept: a row for eight steps, prices within one in a hundred.
const GRAIN: Grain = Grain { steps_per_row: 8, ..Grain::HOURLY };
/// How much more is wanted of each resource than there is, in percent.
const WANTED_PERCENT: f64 = 130.0;

/// How large a problem is drawn, and in how many regions beside the core.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub resources: usize,
    pub products: usize,
    pub regions: usize,
}

/// Every kind; the figure in front is the slowest whole problem of all.
#[derive(Serialize)]
struct Report {
    bench: &'static str,
    whole_max_ms: f64,
    runs: Vec<Run>,
}

/// What one kind took, in milliseconds; the middle one of all problems or changes, and the worst.
#[derive(Debug, Serialize)]
pub struct Run {
    regions: usize,
    resources: usize,
    products: usize,
    steps: usize,
    /// Units times moments beyond which a resource has the linear program's price.
    moments_max: u64,
    /// The linear program alone.
    linear_p50_ms: f64,
    linear_max_ms: f64,
    /// Linear program, decomposition and tables.
    whole_p50_ms: f64,
    whole_max_ms: f64,
    /// The same after one capacity changed.
    change_p50_ms: f64,
    change_max_ms: f64,
    /// Resources that were walked again after a change.
    pub walked_p50: usize,
    walked_max: usize,
    /// Prices in the tables of one problem.
    pub prices: usize,
    /// The decomposition's bound as a part of the linear program's.
    pub bound_percent: f64,
}

/// Measures and prints.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let size = |regions| Size { resources: 500, products: 5_000, regions };
    let runs = KINDS.map(|(regions, moments_max)| measure(size(regions), moments_max));
    let runs = runs.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let whole_max_ms = runs.iter().map(|run| run.whole_max_ms).fold(0.0, f64::max);
    let report = Report { bench: "price", whole_max_ms, runs };
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        report.runs.iter().for_each(Run::print);
    }
    Ok(())
}

/// One kind; ends with an error when a problem cannot be priced.
pub fn measure(size: Size, moments_max: u64) -> anyhow::Result<Run> {
    let (mut linears, mut wholes, mut changes, mut walked) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut prices, mut bound_percent) = (0, 0.0);
    for seed in 0..PROBLEMS {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let problem = draw(size, &mut random);
        let began = Instant::now();
        let solved = linear::solve(&problem)?;
        linears.push(began.elapsed());
        let mut plan = Plan::decompose(problem, solved, Grain { moments_max, ..GRAIN })?;
        wholes.push(began.elapsed());
        prices = (0..size.resources).filter_map(|resource| plan.table(resource)).map(Table::len).sum();
        bound_percent = plan.bound_minor() / plan.linear().bound_minor * 100.0;
        for _ in 0..CHANGES {
            let resource = below(&mut random, size.resources as u64) as usize;
            // A quarter of it fails.
            let units = plan.problem().capacity.get(resource).map_or(0, |units| units - units / 4);
            let began = Instant::now();
            walked.push(plan.set_capacity(resource, units)?.len());
            changes.push(began.elapsed());
        }
    }
    walked.sort_unstable();
    let [linear, whole, change] = [linears, wholes, changes].map(Times::of);
    Ok(Run {
        regions: size.regions,
        resources: size.resources,
        products: size.products,
        steps: STEPS,
        moments_max,
        linear_p50_ms: linear.p50_ms,
        linear_max_ms: linear.max_ms,
        whole_p50_ms: whole.p50_ms,
        whole_max_ms: whole.max_ms,
        change_p50_ms: change.p50_ms,
        change_max_ms: change.max_ms,
        walked_p50: walked.get(walked.len() / 2).copied().unwrap_or_default(),
        walked_max: walked.last().copied().unwrap_or_default(),
        prices,
        bound_percent,
    })
}

/// Products of one to four resources and one to three units of each, for one to five requests over the horizon, which
/// come at any time of it; the dear ones late. Resource 0 is the core where there are regions.
fn draw(size: Size, random: &mut ChaCha8Rng) -> Problem {
    let products: Vec<_> = (0..size.products).map(|_| draw_product(size, random)).collect();
    let mut wanted = vec![0.0; size.resources];
    for product in &products {
        for used in &product.uses {
            wanted[used.resource] += product.demand() * real(used.units);
        }
    }
    let mut capacity: Vec<u64> = wanted.iter().map(|units| floor(units / WANTED_PERCENT * 100.0)).collect();
    if size.regions > 1 {
        capacity[0] = floor(wanted[0] * 1.1);
    }
    Problem { capacity, steps: STEPS, products }
}

fn draw_product(size: Size, random: &mut ChaCha8Rng) -> Product {
    let among = if size.regions > 1 { (size.resources - 1) / size.regions } else { size.resources };
    let first = if size.regions > 1 { 1 + among * below(random, size.regions as u64) as usize } else { 0 };
    let mut uses: Vec<Use> = Vec::new();
    for _ in 0..=below(random, 4) {
        let resource = first + below(random, among as u64) as usize;
        if uses.iter().all(|used| used.resource != resource) {
            uses.push(Use { resource, units: 1 + below(random, 3) });
        }
    }
    if size.regions > 1 {
        uses.push(Use { resource: 0, units: 1 });
    }
    let units: u64 = uses.iter().map(|used| used.units).sum();
    let is_dear = below(random, 4) == 0;
    let unit_minor = 100 + below(random, 400);
    let demand = 1.0 + real(below(random, 400)) / 100.0;
    let from = if is_dear { STEPS / 2 } else { 0 };
    let each = demand / real((STEPS - from) as u64);
    let requests = (0..STEPS).map(|step| if step < from { 0.0 } else { each }).collect();
    Product { revenue_minor: units * unit_minor * if is_dear { 4 } else { 1 }, uses, requests }
}

fn below(random: &mut ChaCha8Rng, end: u64) -> u64 {
    random.next_u64() % end
}

/// The middle and the worst.
struct Times {
    p50_ms: f64,
    max_ms: f64,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let ms = |time: Option<&Duration>| time.map_or(0.0, |time| (time.as_secs_f64() * 1e4).round() / 10.0);
        Self { p50_ms: ms(times.get(times.len() / 2)), max_ms: ms(times.last()) }
    }
}

impl Run {
    fn print(&self) {
        println!(
            "{} resources in {} regions, {} products, {} steps",
            self.resources, self.regions, self.products, self.steps
        );
        if self.moments_max == Grain::EXACT.moments_max {
            println!("every resource is walked");
        }
        println!("{:<28} {:>9} {:>9}", "", "p50 ms", "max ms");
        println!("{:<28} {:>9} {:>9}", "linear program", self.linear_p50_ms, self.linear_max_ms);
        println!("{:<28} {:>9} {:>9}", "and decomposition, tables", self.whole_p50_ms, self.whole_max_ms);
        println!("{:<28} {:>9} {:>9}", "after one capacity changed", self.change_p50_ms, self.change_max_ms);
        println!("{:<28} {:>9} {:>9}", "  resources walked again", self.walked_p50, self.walked_max);
        println!("{} prices; the bound is {:.2} % of the linear program's", self.prices, self.bound_percent);
    }
}
