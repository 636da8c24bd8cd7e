//! A paper's three legs, published instances, simulated policies, and laws that hold for any problem.

mod instances;
mod laws;
mod market;
mod policies;
mod small;

use super::{Problem, Product, Use};

/// A product of one unit of each resource, with the same requests in each step.
fn product(revenue_minor: u64, resources: &[usize], demand: f64, steps: usize) -> Product {
    let uses = resources.iter().map(|resource| Use { resource: *resource, units: 1 }).collect();
    let each = demand / crate::number::real(steps as u64);
    Product { revenue_minor, uses, requests: vec![each; steps] }
}

/// Three legs, five itineraries, two fares: Lapp and Weatherford (2014), figure 18, tables 14 and 15.
fn three_legs() -> Problem {
    let trips: [(&[usize], [u64; 2], [f64; 2]); 5] = [
        (&[0, 1], [800, 450], [6.0, 15.0]),
        (&[0], [500, 380], [4.0, 14.0]),
        (&[1], [580, 400], [5.0, 8.0]),
        (&[1, 2], [350, 250], [4.0, 11.0]),
        (&[2], [120, 100], [3.0, 5.0]),
    ];
    let both = |(legs, fares, demands): &(&[usize], [u64; 2], [f64; 2])| {
        [0, 1].map(|class| product(fares[class], legs, demands[class], 1))
    };
    Problem { capacity: vec![10, 10, 8], steps: 1, products: trips.iter().flat_map(both).collect() }
}
