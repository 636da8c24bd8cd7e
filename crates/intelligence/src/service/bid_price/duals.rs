//! From the solver's duals to bid prices: rounded, as low as they may be, and some for what is sold out.

use super::limits::DUAL_DIGITS;
use super::parts::{Column, Part, is_scarce};
use super::problem::{Problem, Product, Use};
use crate::number::{floor, real};
use types::PPM;

/// How much of the last digit kept is the solver's own error.
const NOISE: f64 = 0.01;

/// What prices are counted in, in ppm of a minor unit: the last digit of the dearest revenue that counts.
pub(super) fn quantum_ppm(problem: &Problem) -> u64 {
    let dearest = problem.products.iter().map(|product| product.revenue_minor * PPM).max().unwrap_or(0);
    let digits = dearest.checked_ilog10().map_or(0, |zeros| zeros + 1);
    10_u64.pow(digits.saturating_sub(DUAL_DIGITS))
}

/// A dual in minor units as a price in ppm of one. Rounded down, so that a product which is worth exactly what it
/// displaces is sold.
pub(super) fn kept_ppm(dual_minor: f64, quantum_ppm: u64) -> u64 {
    floor(dual_minor * real(PPM) / real(quantum_ppm) + NOISE).saturating_mul(quantum_ppm)
}

/// Lowers each price as far as that costs nothing.
///
/// Where a capacity is just what is wanted, every price between what one unit more would earn and what one less would
/// lose is optimal, and an interior-point method answers with one between them. What one more would earn is what a bid
/// price is said to be. The dual objective `Σ c_i π_i + Σ_j d_j max(0, r_j - Σ a_ij π_i)` is followed down in one price
/// after another while it does not rise.
pub(super) fn lower(part: &Part, bid_ppm: &mut [u64]) {
    let margin = |column: &Column| {
        let paid = column.uses.iter().map(|(resource, units)| i128::from(bid_ppm[*resource]) * i128::from(*units));
        i128::from(column.revenue_minor * PPM) - paid.sum::<i128>()
    };
    let mut margins: Vec<i128> = part.products.iter().map(margin).collect();
    let mut users = vec![Vec::new(); bid_ppm.len()];
    for (number, column) in part.products.iter().enumerate() {
        for (resource, units) in &column.uses {
            users[*resource].push((number, *units));
        }
    }
    for ((bid, capacity), users) in bid_ppm.iter_mut().zip(&part.capacity).zip(&users) {
        while *bid > 0 {
            let wants = users.iter().filter(|(number, _)| margins[*number] >= 0);
            let wanted: f64 = wants.map(|(number, units)| part.products[*number].demand * real(*units)).sum();
            if is_scarce(wanted, *capacity) {
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
