//! What is to be priced: resources, products that use them, and the requests expected.

use super::limits::MOMENTS_MAX;
use super::limits::{
    CLASSES_MAX, PRODUCTS_MAX, REQUESTS_MAX, RESOURCES_MAX, REVENUE_MINOR_MAX, STEPS_MAX, UNITS_MAX, USES_MAX,
};

use types::PPM;

/// Requests for products over a horizon, on resources that several products share.
///
/// A resource is one span of one calendar (a cell's hour, a beam's slot, an edge site's minute); the horizon is the time
/// in which it is still sold, cut into steps. Where each step expects at most one request in all, a step is a period of
/// the standard model of network revenue management.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Units left of each resource; its place here is its number.
    pub capacity: Vec<u64>,
    /// Steps of the horizon, the earliest first.
    pub steps: usize,
    /// What is sold; its place here is its number.
    pub products: Vec<Product>,
}

/// One thing that is sold whole or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// What one earns, in minor units.
    pub revenue_minor: u64,
    /// What one takes of which resource, each named once.
    pub uses: Vec<Use>,
    /// Requests expected in each step: 0 or more, one value a step.
    pub requests: Vec<f64>,
}

/// What one product takes of one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The resource's number.
    pub resource: usize,
    /// How many units, at least 1.
    pub units: u64,
}

/// Why there are no bid prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BidPriceError {
    /// Nothing to price, or nothing to price it by.
    #[error("1 to {RESOURCES_MAX} resources, 1 to {PRODUCTS_MAX} products and 1 to {STEPS_MAX} steps are priced")]
    Size,
    /// More units than are walked.
    #[error("resource {0} has more than {UNITS_MAX} units; count it in larger ones")]
    Capacity(usize),
    /// A price out of range.
    #[error("product {0} earns more than {REVENUE_MINOR_MAX} minor units")]
    Revenue(usize),
    /// Uses that are none.
    #[error("product {0} needs 1 to {USES_MAX} known resources, each once, and 1 to {UNITS_MAX} units of each")]
    Uses(usize),
    /// Requests for other steps than the problem has.
    #[error("product {0} needs one number of requests for each step")]
    Steps(usize),
    /// Requests that cannot be expected.
    #[error("product {0} expects 0 to {REQUESTS_MAX} requests in each step")]
    Requests(usize),
    /// Classes that no unit can be kept for.
    #[error(
        "1 to {CLASSES_MAX} classes, dearest first, want 0 to {UNITS_MAX} units each, with as large a deviation at most"
    )]
    Classes,
    /// A resource that is not in the problem.
    #[error("there is no resource {0}")]
    UnknownResource(usize),
    /// Rows of a table that hold for no step.
    #[error("a row of a table holds for 1 step or more")]
    Grain,
    /// The linear program was not solved to the solver's own tolerance.
    #[error("the linear program was not solved: the solver ended as {0:?}")]
    NotSolved(clarabel::solver::SolverStatus),
    /// The decomposition would walk too long.
    #[error("resource {0} has more than {MOMENTS_MAX} units times requests; count both in larger units")]
    TooFine(usize),
}

impl Product {
    /// Requests expected in the whole horizon.
    pub fn demand(&self) -> f64 {
        self.requests.iter().sum()
    }
}

impl Problem {
    /// Is everything in its range? Every function that prices asks first.
    pub fn check(&self) -> Result<(), BidPriceError> {
        let sizes =
            [(self.capacity.len(), RESOURCES_MAX), (self.products.len(), PRODUCTS_MAX), (self.steps, STEPS_MAX)];
        if sizes.iter().any(|(size, most)| *size == 0 || size > most) {
            return Err(BidPriceError::Size);
        }
        if let Some(resource) = self.capacity.iter().position(|units| *units > UNITS_MAX) {
            return Err(BidPriceError::Capacity(resource));
        }
        self.products.iter().enumerate().try_for_each(|(number, product)| self.check_product(number, product))
    }

    /// Products by the resources they use: for each resource, the product's number and the units.
    pub(super) fn users(&self) -> Vec<Vec<(usize, u64)>> {
        let mut users = vec![Vec::new(); self.capacity.len()];
        for (number, product) in self.products.iter().enumerate() {
            for used in &product.uses {
                users[used.resource].push((number, used.units));
            }
        }
        users
    }

    /// What each product earns beyond the bid prices of all it uses, in ppm of a minor unit.
    pub(super) fn margins_ppm(&self, bid_ppm: &[u64]) -> Vec<i128> {
        let of_one = |product: &Product| {
            let paid = product.uses.iter().map(|used| i128::from(bid_ppm[used.resource]) * i128::from(used.units));
            i128::from(product.revenue_minor * PPM) - paid.sum::<i128>()
        };
        self.products.iter().map(of_one).collect()
    }

    fn check_product(&self, number: usize, product: &Product) -> Result<(), BidPriceError> {
        if product.revenue_minor > REVENUE_MINOR_MAX {
            return Err(BidPriceError::Revenue(number));
        }
        let known = |used: &Use| used.resource < self.capacity.len() && (1..=UNITS_MAX).contains(&used.units);
        let mut resources: Vec<_> = product.uses.iter().map(|used| used.resource).collect();
        resources.sort_unstable();
        let once = resources.is_sorted_by(|before, after| before < after);
        if !(1..=USES_MAX).contains(&product.uses.len()) || !product.uses.iter().all(known) || !once {
            return Err(BidPriceError::Uses(number));
        }
        if product.requests.len() != self.steps {
            return Err(BidPriceError::Steps(number));
        }
        // A range holds no number that is none.
        let sound = product.requests.iter().all(|requests| (0.0..=REQUESTS_MAX).contains(requests));
        if sound { Ok(()) } else { Err(BidPriceError::Requests(number)) }
    }
}
