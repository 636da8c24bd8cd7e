//! The deterministic linear program: as if exactly the expected requests came.
//!
//! Maximise `Σ r_j x_j` subject to `Σ_j a_ij x_j ≤ c_i` for each resource and `0 ≤ x_j ≤ d_j` for each product. No
//! policy earns more in the mean than its value (Jensen's inequality), and the dual of a resource's row is what one more
//! unit of it would earn: its bid price ([`duals`] makes it that where duals are not unique).

use super::duals;
use super::problem::{BidPriceError, Problem};
use crate::number::real;
use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SolverStatus};

/// What the linear program says.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// Its value, in minor units: no policy earns more in the mean.
    pub bound_minor: f64,
    /// Bid price of one unit of each resource, in ppm of a minor unit. Rounded down, so that a product which is worth
    /// exactly what it displaces is sold.
    pub bid_ppm: Vec<u64>,
    /// How many of each product it sells, 0 to its demand.
    pub sold: Vec<f64>,
}

/// Solves it; the same problem gives the same bits.
pub fn solve(problem: &Problem) -> Result<Linear, BidPriceError> {
    problem.check()?;
    let offered: Vec<usize> = (0..problem.products.len()).filter(|number| is_offered(problem, *number)).collect();
    let mut linear =
        Linear { bound_minor: 0.0, bid_ppm: vec![0; problem.capacity.len()], sold: vec![0.0; problem.products.len()] };
    if !offered.is_empty() {
        optimise(problem, &offered, &mut linear)?;
        duals::lower(problem, &offered, &mut linear.bid_ppm);
    }
    duals::shut(problem, &mut linear.bid_ppm);
    Ok(linear)
}

/// Can any of it be sold? What cannot would leave the program without an inner point, and its duals unbounded.
fn is_offered(problem: &Problem, number: usize) -> bool {
    let product = &problem.products[number];
    let open = product.uses.iter().all(|used| problem.capacity[used.resource] > 0);
    open && product.revenue_minor > 0 && product.demand() > 0.0
}

/// Hands the program to the solver, in its form: minimise `q·x` subject to `A x + s = b`, `s ≥ 0`. Its rows are the
/// resources, then `x ≤ d`, then `x ≥ 0`.
fn optimise(problem: &Problem, offered: &[usize], linear: &mut Linear) -> Result<(), BidPriceError> {
    let (resources, products) = (problem.capacity.len(), offered.len());
    let (mut rows, mut columns, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (column, number) in offered.iter().enumerate() {
        for used in &problem.products[*number].uses {
            rows.push(used.resource);
            columns.push(column);
            values.push(real(used.units));
        }
        rows.extend([resources + column, resources + products + column]);
        columns.extend([column, column]);
        values.extend([1.0, -1.0]);
    }
    let height = resources + 2 * products;
    let matrix = CscMatrix::new_from_triplets(height, products, rows, columns, values);
    let costs: Vec<f64> = offered.iter().map(|number| -real(problem.products[*number].revenue_minor)).collect();
    // Nothing that is offered uses what is sold out; without room its empty row would have no inner point either.
    let mut bounds: Vec<f64> = problem.capacity.iter().map(|units| real((*units).max(1))).collect();
    bounds.extend(offered.iter().map(|number| problem.products[*number].demand()));
    bounds.resize(height, 0.0);
    let settings = DefaultSettings { verbose: false, ..DefaultSettings::default() };
    let flat = CscMatrix::zeros((products, products));
    let mut solver = DefaultSolver::new(&flat, &costs, &matrix, &bounds, &[NonnegativeConeT(height)], settings)
        .expect("dimensions agree: they are counted from one problem");
    solver.solve();
    let solution = &solver.solution;
    if solution.status != SolverStatus::Solved {
        return Err(BidPriceError::NotSolved(solution.status));
    }
    linear.bound_minor = -solution.obj_val;
    duals::keep(problem, &solution.z, &mut linear.bid_ppm);
    for (number, sold) in offered.iter().zip(&solution.x) {
        linear.sold[*number] = sold.max(0.0);
    }
    Ok(())
}
