//! From the solver's duals to bid prices: rounded, as low as they may be, and some for what is sold out.

use super::limits::DUAL_DIGITS;
use super::problem::{Problem, Product, Use};
use crate::number::{floor, real};
use types::PPM;

/// How much of the last digit kept is the solver's own error.
const NOISE: f64 = 0.01;
/// Demands that differ from a capacity by less than this part of it are equal to it.
const EQUAL: f64 = 1e-9;

/// Takes over duals in minor units as prices in ppm of one, rounded down to the last digit of the dearest revenue that
/// counts. Down, so that a product which is worth exactly what it displaces is sold.
pub(super) fn keep(problem: &Problem, duals_minor: &[f64], bid_ppm: &mut [u64]) {
    let dearest = problem.products.iter().map(|product| product.revenue_minor * PPM).max().unwrap_or(0);
    let digits = dearest.checked_ilog10().map_or(0, |zeros| zeros + 1);
    let quantum = 10_u64.pow(digits.saturating_sub(DUAL_DIGITS));
    for (bid, dual) in bid_ppm.iter_mut().zip(duals_minor) {
        *bid = floor(dual * real(PPM) / real(quantum) + NOISE).saturating_mul(quantum);
    }
}

/// Lowers each price as far as that costs nothing.
///
/// Where a capacity is just what is wanted, every price between what one unit more would earn and what one less would
/// lose is optimal, and an interior-point method answers with one between them. What one more would earn is what a bid
/// price is said to be. The dual objective `Σ c_i π_i + Σ_j d_j max(0, r_j - Σ a_ij π_i)` is followed down in one price
/// after another while it does not rise.
pub(super) fn lower(problem: &Problem, offered: &[usize], bid_ppm: &mut [u64]) {
    let demand: Vec<f64> = problem.products.iter().map(Product::demand).collect();
    let mut margins = problem.margins_ppm(bid_ppm);
    let mut users = vec![Vec::new(); bid_ppm.len()];
    for (number, used) in
        offered.iter().flat_map(|number| problem.products[*number].uses.iter().map(|used| (*number, used)))
    {
        users[used.resource].push((number, used.units));
    }
    for ((bid, capacity), users) in bid_ppm.iter_mut().zip(&problem.capacity).zip(&users) {
        let capacity = real(*capacity);
        while *bid > 0 {
            let wants = users.iter().filter(|(number, _)| margins[*number] >= 0);
            let wanted: f64 = wants.map(|(number, units)| demand[*number] * real(*units)).sum();
            if wanted > capacity * (1.0 + EQUAL) {
                break;
            }
            // Down to where the next product is worth its price, too.
            let to_next = |(number, units): &(usize, u64)| {
                let lacking = u64::try_from(-margins[*number]).ok().filter(|lacking| *lacking > 0)?;
                Some(lacking.div_ceil(*units))
            };
            let step = users.iter().filter_map(to_next).min().unwrap_or(*bid).min(*bid);
            *bid -= step;
            for (number, units) in users {
                margins[*number] += i128::from(step) * i128::from(*units);
            }
        }
    }
}

/// Prices what is sold out: as low as may be with no product paying more than it displaces.
pub(super) fn shut(problem: &Problem, bid_ppm: &mut [u64]) {
    let is_shut = |used: &Use| problem.capacity[used.resource] == 0;
    let open: Vec<u64> = bid_ppm.to_vec();
    let rest = |product: &Product| {
        let of_open = product.uses.iter().filter(|used| !is_shut(used));
        let displaced = of_open.map(|used| open[used.resource].saturating_mul(used.units)).fold(0, u64::saturating_add);
        (product.revenue_minor * PPM).saturating_sub(displaced)
    };
    for product in &problem.products {
        for used in product.uses.iter().filter(|used| is_shut(used)) {
            let bid = &mut bid_ppm[used.resource];
            *bid = (*bid).max(rest(product).div_ceil(used.units));
        }
    }
}
