//! A problem with its prices, kept up as its capacities change.

use super::decomposition::{Leg, Shares, shares, walk};
use super::limits::UNITS_MAX;
use super::linear::{Linear, solve};
use super::problem::{BidPriceError, Problem};
use super::table::{Grain, Table};
use crate::number::real;
use std::collections::BTreeMap;
use types::PPM;

/// Bid prices of every resource: one for all units by the linear program, and by units left by decomposition.
#[derive(Clone, Debug)]
pub struct Plan {
    problem: Problem,
    grain: Grain,
    users: Vec<Vec<(usize, u64)>>,
    linear: Linear,
    margins_ppm: Vec<i128>,
    shares: Vec<Shares>,
    legs: Vec<Leg>,
}

impl Plan {
    /// Solves the linear program, then walks every resource.
    pub fn new(problem: Problem, grain: Grain) -> Result<Self, BidPriceError> {
        let linear = solve(&problem)?;
        Self::decompose(problem, linear, grain)
    }

    /// Walks every resource of a problem at the duals that [`solve`] gave for it.
    pub fn decompose(problem: Problem, linear: Linear, grain: Grain) -> Result<Self, BidPriceError> {
        problem.check()?;
        if grain.steps_per_row == 0 {
            return Err(BidPriceError::Grain);
        }
        let users = problem.users();
        let margins_ppm = problem.margins_ppm(&linear.bid_ppm);
        let shares: Vec<_> =
            users.iter().zip(&linear.bid_ppm).map(|(users, bid)| shares(users, &margins_ppm, *bid)).collect();
        let numbered = linear.bid_ppm.iter().copied().enumerate().zip(&shares);
        let legs = numbered.map(|(priced, shares)| walk(&problem, priced, shares, grain));
        let legs = legs.collect::<Result<_, _>>()?;
        Ok(Self { problem, grain, users, linear, margins_ppm, shares, legs })
    }

    /// Gives a resource another capacity, with the result of a [`Plan::new`] for it, to the bit: solved are
    /// only the parts of the linear program that are now different, and walked the resources where something they depend
    /// on is. Says which were walked;
    /// after an error nothing has changed.
    pub fn set_capacity(&mut self, resource: usize, units: u64) -> Result<Vec<usize>, BidPriceError> {
        self.set_capacities(&BTreeMap::from([(resource, units)]))
    }

    /// The same for several resources at once, each named with its units: one solution for all of them.
    pub fn set_capacities(&mut self, units: &BTreeMap<usize, u64>) -> Result<Vec<usize>, BidPriceError> {
        for (resource, units) in units {
            self.problem.capacity.get(*resource).ok_or(BidPriceError::UnknownResource(*resource))?;
            if *units > UNITS_MAX {
                return Err(BidPriceError::Capacity(*resource));
            }
        }
        let before = self.problem.capacity.clone();
        for (resource, units) in units {
            self.problem.capacity[*resource] = *units;
        }
        let changed = self.repriced(units);
        if changed.is_err() {
            self.problem.capacity = before;
        }
        let (linear, margins_ppm, walked) = changed?;
        self.linear = linear;
        self.margins_ppm = margins_ppm;
        let numbers = walked.iter().map(|(number, ..)| *number).collect();
        for (number, shares, leg) in walked {
            self.shares[number] = shares;
            self.legs[number] = leg;
        }
        Ok(numbers)
    }

    /// What is different after the capacities of these are.
    fn repriced(&self, resized: &BTreeMap<usize, u64>) -> Result<Repriced, BidPriceError> {
        let linear = self.linear.again(&self.problem)?;
        let margins_ppm = self.problem.margins_ppm(&linear.bid_ppm);
        let mut walked = Vec::new();
        for (number, (users, bid)) in self.users.iter().zip(&linear.bid_ppm).enumerate() {
            let shares = shares(users, &margins_ppm, *bid);
            let is_linear = self.legs[number].linear_ppm.is_some_and(|before| before != *bid);
            if resized.contains_key(&number) || is_linear || shares != self.shares[number] {
                let leg = walk(&self.problem, (number, *bid), &shares, self.grain)?;
                walked.push((number, shares, leg));
            }
        }
        Ok((linear, margins_ppm, walked))
    }

    /// What is priced.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The linear program's answer.
    pub fn linear(&self) -> &Linear {
        &self.linear
    }

    /// The table of one resource.
    pub fn table(&self, resource: usize) -> Option<&Table> {
        self.legs.get(resource).map(|leg| &leg.table)
    }

    /// The least that the decomposition says no policy earns more than, in the mean, in minor units: for one resource,
    /// its own value, the others at their bid prices, and what products that do not use it earn beyond those.
    ///
    /// It binds where no step expects more than one request; busier steps are cut in parts, and what comes in a part is
    /// then an approximation.
    pub fn bound_minor(&self) -> f64 {
        let capacity = self.problem.capacity.iter().zip(&self.linear.bid_ppm);
        let paid: Vec<f64> = capacity.map(|(units, bid)| real(*units) * real(*bid)).collect();
        let beyond: Vec<f64> = self.problem.products.iter().zip(&self.margins_ppm).map(beyond_ppm).collect();
        let (all_paid, all_beyond): (f64, f64) = (paid.iter().sum(), beyond.iter().sum());
        let of_one = |(resource, leg): (usize, &Leg)| {
            let own: f64 = self.users[resource].iter().map(|(product, _)| beyond[*product]).sum();
            leg.value_ppm + (all_paid - paid[resource]) + (all_beyond - own)
        };
        self.legs.iter().enumerate().map(of_one).fold(f64::INFINITY, f64::min) / real(PPM)
    }
}

/// The linear program's answer, the margins at it, and what was walked again.
type Repriced = (Linear, Vec<i128>, Vec<(usize, Shares, Leg)>);

/// What all the requests for a product would earn beyond its bid prices, in ppm of a minor unit.
fn beyond_ppm((product, margin_ppm): (&super::Product, &i128)) -> f64 {
    u64::try_from(*margin_ppm).map_or(0.0, |margin| real(margin) * product.demand())
}
