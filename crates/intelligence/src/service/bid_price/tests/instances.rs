//! Topaloglu's public hub-and-spoke instances, and what was published about them.
//!
//! Checked are those that are at hand, which are named in `published.csv`. Of the 48 published ones two have a typing
//! error in their source's list of bounds, against its own table of results: `600_5_1.0_8` (the DLP bound is 53,285) and
//! `600_5_1.2_4` (the Lagrangian bound is 30,604). A list with these two has to be corrected before it is compared with.

use super::super::{Grain, Plan, Problem, Product, Use};
use crate::number::floor;
use crate::tests::{shared, shared_path};
use std::collections::BTreeMap;

/// Minor units of one unit of the published fares.
pub const MINOR: f64 = 100.0;

/// One instance with what was published.
pub struct Instance {
    pub name: String,
    pub problem: Problem,
    pub bound_linear: f64,
    pub bound_lagrangian: f64,
    pub revenue_lagrangian: f64,
    pub revenue_linear: f64,
}

/// All instances at hand; none, with a word, where there are none.
pub fn all() -> Vec<Instance> {
    let Some(text) = shared("network-revenue-management/published.csv") else { return Vec::new() };
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    rows.deserialize().map(|row| read(row.expect("a row of five"))).collect()
}

fn read((name, dlp, lr, by_lr, by_dlp): (String, f64, f64, f64, f64)) -> Instance {
    let path = shared_path(&format!("network-revenue-management/instances/{name}.txt.xz"));
    let packed = std::fs::read(path).expect("an instance for each row");
    let mut text = Vec::new();
    lzma_rs::xz_decompress(&mut packed.as_slice(), &mut text).expect("it is packed by xz");
    let problem = parse(&String::from_utf8(text).expect("a text"));
    Instance {
        name,
        problem,
        bound_linear: dlp,
        bound_lagrangian: lr,
        revenue_lagrangian: by_lr,
        revenue_linear: by_dlp,
    }
}

/// The file's form: the number of periods; flights (from, to, capacity); itineraries (from, to, class, fare), direct or by
/// way of the hub, which is 0; then for each period the probability of each.
fn parse(text: &str) -> Problem {
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = || -> usize { lines.next().and_then(|line| line.parse().ok()).expect("a number") };
    let steps = count();
    let flights = count();
    let mut rest: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(2).collect();
    let mut after = rest.split_off(flights);
    let (legs, capacity): (BTreeMap<[u64; 2], usize>, Vec<u64>) = (
        rest.iter()
            .enumerate()
            .map(|(number, line)| (numbers(line), number))
            .map(|([a, b, _], n)| ([a, b], n))
            .collect(),
        rest.iter().map(|line| numbers::<3>(line)[2]).collect(),
    );
    let itineraries: usize = after.remove(0).parse().expect("a number");
    let periods = after.split_off(itineraries);
    let mut known = BTreeMap::new();
    let mut products = Vec::new();
    for (number, line) in after.iter().enumerate() {
        let (key, fare) = line.rsplit_once(' ').expect("four columns");
        let [from, to, _] = numbers(key);
        let path = if legs.contains_key(&[from, to]) { vec![[from, to]] } else { vec![[from, 0], [0, to]] };
        let uses = path.iter().map(|leg| Use { resource: legs[leg], units: 1 }).collect();
        let revenue_minor = floor(fare.parse::<f64>().expect("a fare") * MINOR + 0.5);
        products.push(Product { revenue_minor, uses, requests: vec![0.0; steps] });
        known.insert(format!("[ {key} ]"), number);
    }
    for (step, line) in periods.iter().enumerate() {
        let mut columns = line.trim_end().split('\t');
        assert_eq!(columns.next().and_then(|period| period.parse().ok()), Some(step), "periods are in order");
        while let (Some(key), Some(probability)) = (columns.next(), columns.next()) {
            products[known[key]].requests[step] = probability.parse().expect("a probability");
        }
    }
    Problem { capacity, steps, products }
}

fn numbers<const N: usize>(line: &str) -> [u64; N] {
    let all: Vec<u64> = line.split(' ').map(|word| word.parse().expect("a number")).collect();
    all.try_into().expect("as many columns")
}

#[test]
fn bounds_are_the_published_ones_and_in_their_order() {
    for instance in all() {
        let plan = Plan::new(instance.problem, Grain::EXACT).expect("it has an optimum");
        let (linear, decomposed) = (plan.linear().bound_minor / MINOR, plan.bound_minor() / MINOR);
        assert!((linear - instance.bound_linear).abs() <= 0.5, "{}: {linear}", instance.name);
        assert!(decomposed <= linear + 0.01, "{}: {decomposed} > {linear}", instance.name);
        assert!(decomposed >= instance.bound_lagrangian - 0.5, "{}: {decomposed}", instance.name);
    }
}
