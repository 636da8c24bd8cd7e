//! The network that laser links make of a constellation, and the shortest path through it.

use super::frame::sidereal_rad;
use super::place::delay_ns;
use super::satellite::Satellite;
use super::vector::{Vector, distance};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use types::Instant;

/// Which satellites are linked to which; index by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mesh {
    neighbours: Vec<Vec<usize>>,
}

/// A constellation at one instant, computed only where it is looked at.
#[derive(Clone, Debug)]
pub struct Snapshot<'a> {
    satellites: &'a [Satellite],
    at: Instant,
    sidereal_rad: f64,
    known: Vec<Known>,
}

/// Where a satellite is, once it has been looked at.
#[derive(Clone, Copy, Debug)]
enum Known {
    NotYet,
    Down,
    At(Vector),
}

/// A way up, from satellite to satellite, and down.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The satellites by index, in order.
    pub satellites: Vec<usize>,
    /// All of it, both ground links too.
    pub length_m: f64,
}

/// A satellite reached, by how long its way to the end is at least.
struct Reached {
    at_least_m: f64,
    so_far_m: f64,
    satellite: usize,
}

/// What a search has found so far.
struct Search {
    best: Vec<f64>,
    before: Vec<Option<usize>>,
    queue: BinaryHeap<Reached>,
}

impl Mesh {
    /// Each satellite linked to the one before and behind in its plane and to its neighbours, of the same place, in the
    /// planes beside it (the pattern known as plus grid). Planes and places close into rings.
    pub fn plus_grid(planes: usize, satellites_per_plane: usize) -> Self {
        let mut mesh = Self { neighbours: vec![Vec::new(); planes * satellites_per_plane] };
        for plane in 0..planes {
            for place in 0..satellites_per_plane {
                let here = plane * satellites_per_plane + place;
                mesh.link(here, plane * satellites_per_plane + (place + 1) % satellites_per_plane);
                mesh.link(here, (plane + 1) % planes * satellites_per_plane + place);
            }
        }
        mesh
    }

    /// Links two satellites, both ways, once.
    fn link(&mut self, one: usize, other: usize) {
        if one != other && !self.neighbours[one].contains(&other) {
            self.neighbours[one].push(other);
            self.neighbours[other].push(one);
        }
    }

    /// The satellites linked to this one; none for one that the mesh does not have.
    pub fn neighbours(&self, satellite: usize) -> &[usize] {
        self.neighbours.get(satellite).map_or(&[], Vec::as_slice)
    }

    /// The shortest way from one of `up` to one of `down` (satellite and length of its ground link), if there is one.
    ///
    /// A*: the straight line to the nearest way down is never longer than the links there, so the first satellite that
    /// leaves the queue with its way down is on the shortest way.
    pub fn shortest(&self, sky: &mut Snapshot<'_>, up: &[(usize, f64)], down: &[(usize, f64)]) -> Option<Route> {
        let ends: Vec<(Vector, f64)> =
            down.iter().filter_map(|&(satellite, link_m)| Some((sky.position(satellite)?, link_m))).collect();
        let remaining =
            |from: Vector| ends.iter().map(|&(to, link_m)| distance(from, to) + link_m).fold(f64::INFINITY, f64::min);
        let mut search = Search::new(sky.satellites.len());
        for &(satellite, link_m) in up {
            if let Some(here) = sky.position(satellite) {
                search.reach(satellite, None, link_m, remaining(here));
            }
        }
        let mut found: Option<(usize, f64)> = None;
        while let Some(Reached { at_least_m, so_far_m, satellite }) = search.queue.pop() {
            if found.is_some_and(|(_, length_m)| length_m <= at_least_m) {
                break;
            }
            if so_far_m > search.best[satellite] {
                continue;
            }
            for (_, link_m) in down.iter().filter(|(end, _)| *end == satellite) {
                if found.is_none_or(|(_, length_m)| so_far_m + link_m < length_m) {
                    found = Some((satellite, so_far_m + link_m));
                }
            }
            let Some(here) = sky.position(satellite) else { continue };
            for &next in self.neighbours(satellite) {
                if let Some(there) = sky.position(next) {
                    search.reach(next, Some(satellite), so_far_m + distance(here, there), remaining(there));
                }
            }
        }
        found.map(|(last, length_m)| Route { satellites: search.retrace(last), length_m })
    }
}

impl Search {
    fn new(satellites: usize) -> Self {
        Self { best: vec![f64::INFINITY; satellites], before: vec![None; satellites], queue: BinaryHeap::new() }
    }

    /// Notes a way to a satellite, if it is the shortest so far.
    fn reach(&mut self, satellite: usize, before: Option<usize>, so_far_m: f64, remaining_m: f64) {
        if so_far_m < self.best[satellite] {
            self.best[satellite] = so_far_m;
            self.before[satellite] = before;
            self.queue.push(Reached { at_least_m: so_far_m + remaining_m, so_far_m, satellite });
        }
    }

    fn retrace(&self, last: usize) -> Vec<usize> {
        let mut satellites = vec![last];
        let mut here = last;
        while let Some(earlier) = self.before[here] {
            satellites.push(earlier);
            here = earlier;
        }
        satellites.reverse();
        satellites
    }
}

impl<'a> Snapshot<'a> {
    /// The satellites at `at`.
    pub fn new(satellites: &'a [Satellite], at: Instant) -> Self {
        Self { satellites, at, sidereal_rad: sidereal_rad(at), known: vec![Known::NotYet; satellites.len()] }
    }

    /// Where one is, in Earth-fixed metres; nothing for one that has come down or that there is not.
    pub fn position(&mut self, satellite: usize) -> Option<Vector> {
        let known = self.known.get_mut(satellite)?;
        if matches!(known, Known::NotYet) {
            let point = self.satellites[satellite].position_turned(self.at, self.sidereal_rad);
            *known = point.map_or(Known::Down, Known::At);
        }
        match *known {
            Known::At(point) => Some(point),
            Known::NotYet | Known::Down => None,
        }
    }
}

impl Route {
    /// One way, at the speed of light, rounded up to a nanosecond.
    pub fn delay_ns(&self) -> u64 {
        delay_ns(self.length_m)
    }

    /// There and back, rounded up to a nanosecond.
    pub fn round_trip_ns(&self) -> u64 {
        delay_ns(2.0 * self.length_m)
    }
}

impl PartialEq for Reached {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Reached {}

impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The shortest is the greatest, for the queue gives the greatest first.
impl Ord for Reached {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at_least_m.total_cmp(&self.at_least_m).then(other.satellite.cmp(&self.satellite))
    }
}
