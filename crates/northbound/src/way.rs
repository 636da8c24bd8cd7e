//! A route with times: where a device is when, as stages of H3 cells.

use crate::fault::Fault;
use crate::limits::{ROUTE_SLACK, ROUTE_TIME_MAX};
use crate::place::{finer_to_coarser, lines_to_cells, may_be_few, position};
use engine::Stage;
use engine::capacity::{SLOT_LENGTH, Slot};
use engine::limits::{PLACE_CELLS_MAX, STAGE_CELLS_MAX, STAGES_MAX};
use engine::state::State;
use geo::{Coord, LineString};
use h3o::{CellIndex, Resolution};
use std::collections::BTreeSet;
use types::{Area, Duration, H3Cell, Instant, Window};

/// Points in turn, each with the time a device is there.
#[derive(Debug)]
pub(crate) struct Timetable {
    points: Vec<(Coord, Instant)>,
    from: Instant,
    to: Instant,
}

impl Timetable {
    /// One time for each point of a route, in ascending order.
    pub fn new(route: &LineString, times: &[Instant]) -> Result<Self, Fault> {
        if times.len() != route.0.len() {
            return Err(Fault::invalid("place.at: one time for each point of `route` is expected"));
        }
        if !times.is_sorted_by(|before, after| before < after) {
            return Err(Fault::invalid("place.at: each time is expected to be later than the one before"));
        }
        let (Some(&from), Some(&to)) = (times.first(), times.last()) else {
            return Err(Fault::invalid("place.at: times are expected"));
        };
        if to.since(from) > ROUTE_TIME_MAX {
            let hours = ROUTE_TIME_MAX.as_ms() / 3_600_000;
            return Err(Fault::invalid(format!("place.at: a route of at most {hours} hours is expected")));
        }
        Ok(Self { points: route.0.iter().copied().zip(times.iter().copied()).collect(), from, to })
    }

    /// The stages of a window, in the finest resolution in which they are few enough, and all their cells. Before the first
    /// time a device is at the first point, and after the last at the last. It is expected everywhere from
    /// [`ROUTE_SLACK`] before its time until as long after.
    pub fn stages(&self, window: Window, state: &State) -> Result<(Area, Vec<Stage>), Fault> {
        let line: LineString = self.points.iter().map(|(point, _)| *point).collect();
        for resolution in finer_to_coarser(state).filter(|resolution| may_be_few(&line, *resolution)) {
            let stages = self.stages_in(window, resolution)?;
            let cells: BTreeSet<CellIndex> = stages.iter().flat_map(|(_, cells)| cells).copied().collect();
            let named: usize = stages.iter().map(|(_, cells)| cells.len()).sum();
            if stages.len() <= STAGES_MAX && named <= STAGE_CELLS_MAX && cells.len() <= PLACE_CELLS_MAX {
                let one = |(window, cells)| Ok(Stage { window, place: area(cells)? });
                return Ok((area(cells)?, stages.into_iter().map(one).collect::<Result<_, Fault>>()?));
            }
        }
        Err(Fault::invalid("place: this route cannot be laid out in H3 cells"))
    }

    /// Slots in which a device passes the same cells are one stage.
    fn stages_in(&self, window: Window, resolution: Resolution) -> Result<Vec<(Window, BTreeSet<CellIndex>)>, Fault> {
        let mut stages: Vec<(Window, BTreeSet<CellIndex>)> = Vec::new();
        let mut from = window.from();
        while from < window.to() {
            let to = self.changes_after(from).min(window.to());
            let cells = self.cells_between(from.before(ROUTE_SLACK), to.after(ROUTE_SLACK), resolution)?;
            let part = Window::new(from, to).map_err(|error| Fault::invalid(format!("window: {error}")))?;
            match stages.last_mut() {
                Some((last, same)) if *same == cells => *last = Window::new(last.from(), to).unwrap_or(part),
                _ => stages.push((part, cells)),
            }
            from = to;
        }
        Ok(stages)
    }

    /// The end of the slot, or, before and after the route, when it stands still no longer.
    fn changes_after(&self, at: Instant) -> Instant {
        let starts = self.from.before(ROUTE_SLACK);
        let slot_end = Slot::containing(at).map_or(Instant::MAX, |slot| slot.start().after(SLOT_LENGTH));
        if at >= self.to.after(ROUTE_SLACK) {
            Instant::MAX
        } else if slot_end < starts {
            Slot::containing(starts).map_or(Instant::MAX, Slot::start)
        } else {
            slot_end
        }
    }

    /// The cells along the part of the route between two times.
    fn cells_between(&self, from: Instant, to: Instant, resolution: Resolution) -> Result<BTreeSet<CellIndex>, Fault> {
        let within = self.points.iter().filter(|(_, at)| from < *at && *at < to).map(|(point, _)| *point);
        let ends = [self.position_at(from), self.position_at(to)];
        let mut points = vec![ends[0]];
        points.extend(within);
        points.push(ends[1]);
        points.dedup();
        let mut cells: BTreeSet<CellIndex> = BTreeSet::new();
        for end in &points {
            cells.insert(position([end.x, end.y])?.to_cell(resolution));
        }
        if points.len() > 1 {
            cells.extend(lines_to_cells(&LineString::new(points), resolution).ok_or_else(not_laid_out)?);
        }
        Ok(cells)
    }

    /// Where it is at a time: on a straight line, as fast all the way, between two points.
    fn position_at(&self, at: Instant) -> Coord {
        let later = self.points.iter().position(|(_, time)| *time > at).unwrap_or(self.points.len());
        let before = later.checked_sub(1).and_then(|before| self.points.get(before));
        match (before, self.points.get(later)) {
            (Some((from, left)), Some((to, reached))) => {
                let share = seconds(at.since(*left)) / seconds(reached.since(*left));
                *from + (*to - *from) * share
            }
            (Some((point, _)), None) | (None, Some((point, _))) => *point,
            (None, None) => Coord::zero(),
        }
    }
}

fn seconds(length: Duration) -> f64 {
    std::time::Duration::from_millis(length.as_ms()).as_secs_f64()
}

fn area(cells: BTreeSet<CellIndex>) -> Result<Area, Fault> {
    let cells = cells.into_iter().map(|cell| H3Cell::from_index(cell.into())).collect();
    Area::new(cells).map_err(|error| Fault::invalid(format!("place: {error}")))
}

fn not_laid_out() -> Fault {
    Fault::invalid("place: this route cannot be laid out in H3 cells")
}
