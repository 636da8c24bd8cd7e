//! The deterministic linear program: as if exactly the expected requests came.
//!
//! Maximise `Σ r_j x_j` subject to `Σ_j a_ij x_j ≤ c_i` for each resource and `0 ≤ x_j ≤ d_j` for each product. No
//! policy earns more in the mean than its value (Jensen's inequality), and the dual of a resource's row is what one more
//! unit of it would earn: its bid price.

use super::duals;
use super::parts::{Part, split};
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
    parts: Vec<Solved>,
}

/// A part and its answer: prices by its resources, sales by its products.
#[derive(Clone, Debug, PartialEq)]
struct Solved {
    part: Part,
    bound_minor: f64,
    bid_ppm: Vec<u64>,
    sold: Vec<f64>,
}

/// Solves it; the same problem gives the same bits.
pub fn solve(problem: &Problem) -> Result<Linear, BidPriceError> {
    problem.check()?;
    assemble(problem, &[])
}

impl Linear {
    /// The answer to a problem with the same products and other capacities, as [`solve`] would give it, to the bit: what
    /// was answered for parts that are as they were is taken over.
    pub fn again(&self, problem: &Problem) -> Result<Self, BidPriceError> {
        problem.check()?;
        assemble(problem, &self.parts)
    }
}

fn assemble(problem: &Problem, known: &[Solved]) -> Result<Linear, BidPriceError> {
    let (parts, served) = split(problem);
    let quantum_ppm = duals::quantum_ppm(problem);
    let mut linear = Linear {
        bound_minor: served.iter().map(|column| real(column.revenue_minor) * column.demand).sum(),
        bid_ppm: vec![0; problem.capacity.len()],
        sold: vec![0.0; problem.products.len()],
        parts: Vec::with_capacity(parts.len()),
    };
    for column in served {
        linear.sold[column.number] = column.demand;
    }
    for part in parts {
        let before = known.binary_search_by_key(&part.resources.first(), |solved| solved.part.resources.first()).ok();
        let same = before.filter(|at| known[*at].part == part);
        let solved = if let Some(at) = same { known[at].clone() } else { optimise(part, quantum_ppm)? };
        linear.bound_minor += solved.bound_minor;
        for (resource, bid) in solved.part.resources.iter().zip(&solved.bid_ppm) {
            linear.bid_ppm[*resource] = *bid;
        }
        for (column, sold) in solved.part.products.iter().zip(&solved.sold) {
            linear.sold[column.number] = *sold;
        }
        linear.parts.push(solved);
    }
    duals::shut(problem, &mut linear.bid_ppm);
    Ok(linear)
}

/// Hands one part to the solver, in its form: minimise `q·x` subject to `A x + s = b`, `s ≥ 0`. Its rows are the
/// resources, then `x ≤ d`, then `x ≥ 0`.
fn optimise(part: Part, quantum_ppm: u64) -> Result<Solved, BidPriceError> {
    let (resources, products) = (part.resources.len(), part.products.len());
    let (mut rows, mut columns, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (number, column) in part.products.iter().enumerate() {
        for (resource, units) in &column.uses {
            rows.push(*resource);
            columns.push(number);
            values.push(real(*units));
        }
        rows.extend([resources + number, resources + products + number]);
        columns.extend([number, number]);
        values.extend([1.0, -1.0]);
    }
    let height = resources + 2 * products;
    let matrix = CscMatrix::new_from_triplets(height, products, rows, columns, values);
    let costs: Vec<f64> = part.products.iter().map(|column| -real(column.revenue_minor)).collect();
    let mut bounds: Vec<f64> = part.capacity.iter().map(|units| real(*units)).collect();
    bounds.extend(part.products.iter().map(|column| column.demand));
    bounds.resize(height, 0.0);
    let settings = DefaultSettings { verbose: false, ..DefaultSettings::default() };
    let flat = CscMatrix::zeros((products, products));
    let mut solver = DefaultSolver::new(&flat, &costs, &matrix, &bounds, &[NonnegativeConeT(height)], settings)
        .expect("dimensions agree: they are counted from one part");
    solver.solve();
    let solution = &solver.solution;
    if solution.status != SolverStatus::Solved {
        return Err(BidPriceError::NotSolved(solution.status));
    }
    let duals = solution.z.iter().take(resources);
    let mut bid_ppm: Vec<u64> = duals.map(|dual| duals::kept_ppm(*dual, quantum_ppm)).collect();
    duals::lower(&part, &mut bid_ppm);
    let sold = solution.x.iter().map(|sold| sold.max(0.0)).collect();
    Ok(Solved { part, bound_minor: -solution.obj_val, bid_ppm, sold })
}
