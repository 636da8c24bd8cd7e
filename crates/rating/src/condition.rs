//! Where and when a rate applies.

use crate::hours::{Hours, of_week};
use crate::zone::Zone;
use minicbor::{Decode, Encode};
use types::{Area, Grade, H3Cell, Instant};

/// Where and when a rate applies instead of the component's other one. What is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Condition {
    /// At these hours of the week, in the zone of the plan; empty: at all.
    #[n(0)]
    pub hours: Vec<Hours>,
    /// Wholly inside this area.
    #[n(1)]
    pub within: Option<Area>,
    /// Where the promise rests on this.
    #[n(2)]
    pub grade: Option<Grade>,
}

/// When, where and how something is delivered: what conditions are held against.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// When.
    pub at: Instant,
    /// Where.
    pub place: &'a Area,
    /// What the promise rests on, where it takes something of the network.
    pub grade: Option<Grade>,
}

impl Condition {
    /// Does it apply always and everywhere?
    pub fn is_none(&self) -> bool {
        self.hours.is_empty() && self.within.is_none() && self.grade.is_none()
    }

    /// Does it apply here and now?
    pub(crate) fn applies(&self, zone: &Zone, moment: &Moment<'_>) -> bool {
        self.applies_here(moment.place, moment.grade)
            && (self.hours.is_empty() || {
                let minute = of_week(zone, moment.at);
                self.hours.iter().any(|hours| hours.contain(minute))
            })
    }

    /// Does it apply here, at some hour?
    pub(crate) fn applies_here(&self, place: &Area, grade: Option<Grade>) -> bool {
        self.grade.is_none_or(|wanted| grade == Some(wanted))
            && self.within.as_ref().is_none_or(|within| place.cells().iter().all(|cell| inside(within, *cell)))
    }

    /// Can both apply at one moment and place?
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let hours = self.hours.is_empty()
            || other.hours.is_empty()
            || self.hours.iter().any(|mine| other.hours.iter().any(|theirs| mine.overlap(*theirs)));
        let grades = match (self.grade, other.grade) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => true,
        };
        let places = match (&self.within, &other.within) {
            (Some(mine), Some(theirs)) => shared(mine, theirs) || shared(theirs, mine),
            _ => true,
        };
        hours && grades && places
    }
}

/// Is the H3 cell one of the area's, or a part of one?
fn inside(area: &Area, cell: H3Cell) -> bool {
    cell.ancestor(area.resolution()).is_some_and(|above| area.contains(above))
}

fn shared(coarse: &Area, fine: &Area) -> bool {
    fine.cells().iter().any(|cell| inside(coarse, *cell))
}
