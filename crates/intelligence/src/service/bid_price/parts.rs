//! A problem falls into parts that share no scarce resource, and each part is a linear program of its own.
//!
//! A resource that could serve every request that is offered has the price 0 and couples nothing; a network of regions
//! behind an ample core is as many small programs. After a change only the parts that differ are solved again.

use super::problem::{Problem, Product};
use crate::number::real;

/// Demands over a capacity by less than this part of it are equal to it.
const EQUAL: f64 = 1e-9;

/// Products that share scarce resources, directly or by way of others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// Numbers of its scarce resources, ascending.
    pub(super) resources: Vec<usize>,
    /// Units of each of them.
    pub(super) capacity: Vec<u64>,
    pub(super) products: Vec<Column>,
}

/// A product, as its part sees it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) number: usize,
    pub(super) revenue_minor: u64,
    pub(super) demand: f64,
    /// Places of resources in the part, and units.
    pub(super) uses: Vec<(usize, u64)>,
}

/// Is so much more than there is?
pub(super) fn is_scarce(wanted: f64, capacity: u64) -> bool {
    wanted > real(capacity) * (1.0 + EQUAL)
}

/// The parts in the order of their first resources, and the products that none of them holds: all requests for those are
/// served.
pub(super) fn split(problem: &Problem) -> (Vec<Part>, Vec<Column>) {
    let offered: Vec<Column> = (0..problem.products.len()).filter_map(|number| offered(problem, number)).collect();
    let mut wanted = vec![0.0; problem.capacity.len()];
    for (resource, units, demand) in offered.iter().flat_map(Column::wants) {
        wanted[resource] += real(units) * demand;
    }
    let scarce: Vec<bool> =
        wanted.iter().zip(&problem.capacity).map(|(wanted, left)| is_scarce(*wanted, *left)).collect();
    let mut groups = Groups::new(scarce.len());
    for column in &offered {
        let mut uses = column.uses.iter().filter(|(resource, _)| scarce[*resource]);
        if let Some((first, _)) = uses.next() {
            uses.for_each(|(resource, _)| groups.join(*first, *resource));
        }
    }
    gather(problem, offered, &scarce, &mut groups)
}

/// A product of which some can be sold, with resources by their numbers. What cannot would leave a program without an
/// inner point, and its duals unbounded.
fn offered(problem: &Problem, number: usize) -> Option<Column> {
    let Product { revenue_minor, uses, .. } = &problem.products[number];
    let is_open = uses.iter().all(|used| problem.capacity[used.resource] > 0);
    let demand = problem.products[number].demand();
    (is_open && *revenue_minor > 0 && demand > 0.0).then(|| {
        let uses = uses.iter().map(|used| (used.resource, used.units)).collect();
        Column { number, revenue_minor: *revenue_minor, demand, uses }
    })
}

fn gather(problem: &Problem, offered: Vec<Column>, scarce: &[bool], groups: &mut Groups) -> (Vec<Part>, Vec<Column>) {
    let mut parts: Vec<Part> = Vec::new();
    // Of each resource that is scarce: its part, and its place there.
    let mut places = vec![(0, 0); scarce.len()];
    for resource in (0..scarce.len()).filter(|resource| scarce[*resource]) {
        let first = groups.first(resource);
        if first == resource {
            places[resource].0 = parts.len();
            parts.push(Part { resources: Vec::new(), capacity: Vec::new(), products: Vec::new() });
        }
        let part = &mut parts[places[first].0];
        places[resource] = (places[first].0, part.resources.len());
        part.resources.push(resource);
        part.capacity.push(problem.capacity[resource]);
    }
    let mut served = Vec::new();
    for mut column in offered {
        column.uses.retain(|(resource, _)| scarce[*resource]);
        let Some((first, _)) = column.uses.first() else {
            served.push(column);
            continue;
        };
        let part = places[*first].0;
        column.uses.iter_mut().for_each(|(resource, _)| *resource = places[*resource].1);
        parts[part].products.push(column);
    }
    (parts, served)
}

impl Column {
    fn wants(&self) -> impl Iterator<Item = (usize, u64, f64)> {
        self.uses.iter().map(|(resource, units)| (*resource, *units, self.demand))
    }
}

/// Sets of resources, each known by its first.
struct Groups(Vec<usize>);

impl Groups {
    fn new(size: usize) -> Self {
        Self((0..size).collect())
    }

    fn first(&mut self, mut resource: usize) -> usize {
        while self.0[resource] != resource {
            // Every second pointer is shortened on the way.
            self.0[resource] = self.0[self.0[resource]];
            resource = self.0[resource];
        }
        resource
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other)] = one.min(other);
    }
}
