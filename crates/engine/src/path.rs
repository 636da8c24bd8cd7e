//! Paths: what serves a place and everything behind that, and what of which is held when.

use crate::limits::{STAGE_CELLS_MAX, STAGES_MAX};
use crate::network::path_from;
use crate::qualification::Ask;
use crate::rejection::Rejection;
use crate::state::{Grade, Graded, Offering, State, Tier};
use capacity::{Booking, Leg, ResourceRef, SlotRange, Terms, beyond, slots_for};
use std::borrow::Cow;
use std::collections::BTreeMap;
use types::{Area, H3Cell, Instant};

/// What serves a device, and everything behind that.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    tier: Tier,
    pub legs: Vec<Leg>,
    pub epsilon_ppb: u32,
    pub grade: Grade,
}

/// Paths that are taken one after the other, or all together: each resource once, in the slots in which one of them has it.
#[derive(Debug)]
pub(crate) struct Whole {
    slots: SlotRange,
    tier: Option<Tier>,
    order: Vec<ResourceRef>,
    held: BTreeMap<ResourceRef, Taken>,
    epsilon_ppb: u32,
    grade: Grade,
}

/// What is known of what serves a place while an area is looked at.
struct Known {
    path: Option<Path>,
    /// The slots it was added in last.
    added: Option<SlotRange>,
}

#[derive(Debug)]
struct Taken {
    units: u64,
    slots: Vec<SlotRange>,
}

/// Paths, worked out as they are looked at: a place in a town may have thousands.
pub(crate) type Paths<'a> = Box<dyn Iterator<Item = Path> + 'a>;

/// What could carry it, the first choice first: one of several paths to a place, or everything in an area, or everything
/// along a way while a device passes there.
pub(crate) fn candidates<'a>(
    state: &'a State,
    offering: &'a Offering,
    ask: Ask<'_>,
    (slots, now): (SlotRange, Instant),
) -> Result<Paths<'a>, Rejection> {
    let paths: Paths<'a> = match (ask.place.cells(), ask.stages) {
        ([place], []) if is_one_place(state, ask.place) => paths_to(state, offering, ask.grade_min, *place)?,
        (_, []) => {
            let mut whole = Whole::new(slots);
            let mut known = BTreeMap::new();
            over(state, (offering, ask.grade_min), (ask.place, slots), &mut known, &mut whole)?;
            Box::new(std::iter::once(whole.into_path()))
        }
        _ => Box::new(std::iter::once(along(state, offering, ask, (slots, now))?)),
    };
    // No window can help what needs more than there will ever be; a single device was looked at already.
    let alone = offering.terms.concurrency.is_none();
    let is_ever_free = move |leg: &Leg| is_ever_free(state, leg.resource, leg.units);
    Ok(Box::new(paths.filter(move |path| alone || path.legs.iter().all(is_ever_free))))
}

/// Is a resource, when nothing is promised on it and all of it works, enough for so many units?
fn is_ever_free(state: &State, resource: ResourceRef, units: u64) -> bool {
    state.capacity.promisable(resource).is_ok_and(|most| units <= most)
}

/// Is this a place that one radio cell carries, and not an area?
pub(crate) fn is_one_place(state: &State, place: &Area) -> bool {
    place.cells().len() == 1 && Some(place.resolution()) >= state.finest_coverage()
}

/// The paths that could serve a place: those over what covers it that can carry the promise.
pub(crate) fn paths_to<'a>(
    state: &'a State,
    offering: &'a Offering,
    grade_min: Grade,
    place: H3Cell,
) -> Result<Paths<'a>, Rejection> {
    let covering = state.covering(place);
    if covering.is_empty() {
        return Err(Rejection::NotCovered);
    }
    Ok(Box::new(covering.into_iter().filter_map(move |serving| path(state, offering, grade_min, serving))))
}

/// The path that carries it: on the ground one with room throughout; else slot by slot the first with room, the ground
/// before the air before space, so that a device is handed over where one ends and another begins. What `held` holds is
/// there already.
pub(crate) fn with_room(
    state: &State,
    mut paths: impl Iterator<Item = Path>,
    (slots, terms): (SlotRange, Terms),
    held: Option<&Booking>,
) -> Result<Path, Rejection> {
    let mut tried: Vec<Path> = Vec::new();
    let mut refused = None;
    for path in paths.by_ref() {
        if tried.first().is_some_and(|first| first.tier != path.tier) {
            tried.push(path);
            break;
        }
        match fits(state, &path.legs, (slots, terms), held) {
            Ok(()) => return Ok(path),
            Err(why) => refused = refused.or(Some(why)),
        }
        tried.push(path);
    }
    tried.extend(paths);
    match tried.as_slice() {
        [] | [_] => Err(refused.unwrap_or(Rejection::NotPromisable)),
        several => slot_by_slot(state, several, (slots, terms), held),
    }
}

/// Is there room for legs beside what is promised already? What `held` holds, they need not find again.
pub(crate) fn fits(
    state: &State,
    legs: &[Leg],
    (slots, terms): (SlotRange, Terms),
    held: Option<&Booking>,
) -> Result<(), Rejection> {
    let more = more_than(legs, slots, held);
    if more.is_empty() { Ok(()) } else { Ok(state.capacity.check_hold(&more, slots, terms)?) }
}

fn more_than<'a>(legs: &'a [Leg], slots: SlotRange, held: Option<&Booking>) -> Cow<'a, [Leg]> {
    held.map_or(Cow::Borrowed(legs), |held| Cow::Owned(beyond(legs, slots, held)))
}

fn slot_by_slot(
    state: &State,
    paths: &[Path],
    (slots, terms): (SlotRange, Terms),
    held: Option<&Booking>,
) -> Result<Path, Rejection> {
    let mut whole = Whole::new(slots);
    let mut open = vec![slots];
    for path in paths {
        let more = more_than(&path.legs, slots, held);
        let room = match more.as_ref() {
            [] => vec![slots],
            more => state.capacity.deficits(more, slots, terms)?.room_in(slots),
        };
        for room in room {
            for taken in open.iter().filter_map(|open| open.overlap(room)) {
                whole.add(path, taken);
            }
            open = open.into_iter().flat_map(|open| open.without(room)).collect();
        }
    }
    // Where nothing has room, the reason is the first choice's.
    let Some((nowhere, first)) = open.first().zip(paths.first()) else { return Ok(whole.into_path()) };
    fits(state, &first.legs, (*nowhere, terms), held)?;
    Err(Rejection::NotPromisable)
}

/// Everything that serves a part of an area, from the lowest tier that can carry the promise there: a device moves about
/// in it and the network chooses what serves it. The middle of each of the area's H3 cells has to be covered.
fn over(
    state: &State,
    (offering, grade_min): (&Offering, Grade),
    (area, slots): (&Area, SlotRange),
    known: &mut BTreeMap<ResourceRef, Known>,
    whole: &mut Whole,
) -> Result<(), Rejection> {
    let covered = |place: &H3Cell| {
        let middle = place.centre(state.finest_coverage()?.max(place.resolution()))?;
        let covering = state.covering(*place);
        (!covering.is_empty() && state.is_covered(middle)).then_some(covering)
    };
    let covering: Vec<_> = area.cells().iter().map(covered).collect::<Option<_>>().ok_or(Rejection::NotCovered)?;
    for covering in covering {
        let mut lowest = None;
        for serving in covering {
            let Known { path, added } = known.entry(serving).or_insert_with(|| {
                let path = path(state, offering, grade_min, serving);
                Known { path, added: None }
            });
            let Some(path) = path.as_ref().filter(|path| *lowest.get_or_insert(path.tier) == path.tier) else {
                continue;
            };
            // It serves many of the cells, and is added once.
            if added.replace(slots) != Some(slots) {
                whole.add(path, slots);
            }
        }
        lowest.ok_or(Rejection::NotPromisable)?;
    }
    Ok(())
}

/// Everything along a way, each stage of it while a device may be there.
fn along(
    state: &State,
    offering: &Offering,
    ask: Ask<'_>,
    (slots, now): (SlotRange, Instant),
) -> Result<Path, Rejection> {
    let cells: usize = ask.stages.iter().map(|stage| stage.place.cells().len()).fold(0, usize::saturating_add);
    if ask.stages.len() > STAGES_MAX || cells > STAGE_CELLS_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 1_024 });
    }
    let mut whole = Whole::new(slots);
    let mut known = BTreeMap::new();
    let mut open = vec![slots];
    for stage in ask.stages {
        // A stage that is over is not asked for any more.
        let Some(part) = slots_for(stage.window, now).ok().and_then(|part| part.overlap(slots)) else { continue };
        over(state, (offering, ask.grade_min), (&stage.place, part), &mut known, &mut whole)?;
        open = open.into_iter().flat_map(|open| open.without(part)).collect();
    }
    if open.is_empty() { Ok(whole.into_path()) } else { Err(Rejection::StagesIncomplete) }
}

/// What the promise takes of what serves a device and of everything behind it; `None` where one of them cannot carry it:
/// its class is not in the offering's table, or it is too small for a single device.
fn path(state: &State, offering: &Offering, grade_min: Grade, serving: ResourceRef) -> Option<Path> {
    let tier = state.resource(serving)?.class.tier();
    let mut path = Path { tier, legs: Vec::new(), epsilon_ppb: 0, grade: Grade::Hard };
    for (resource, info) in path_from(state, serving) {
        let (grade, Graded { units, epsilon_ppb }) = offering.demand.get(&info.class)?.at_least(grade_min)?;
        if !is_ever_free(state, resource, units) {
            return None;
        }
        let devices = offering
            .terms
            .concurrency
            .map_or(1, |planned| if resource == serving { planned.devices_per_cell } else { planned.devices_max });
        path.legs.push(Leg::throughout(resource, units.saturating_mul(u64::from(devices))));
        path.epsilon_ppb = path.epsilon_ppb.saturating_add(epsilon_ppb);
        path.grade = path.grade.min(grade);
    }
    Some(path)
}

impl Whole {
    /// Nothing yet, of these slots.
    pub fn new(slots: SlotRange) -> Self {
        let (order, held) = (Vec::new(), BTreeMap::new());
        Self { slots, tier: None, order, held, epsilon_ppb: 0, grade: Grade::Hard }
    }

    /// A path that is taken in some slots. A device is on one path at a time: the worst of them counts.
    pub fn add(&mut self, path: &Path, slots: SlotRange) {
        self.tier.get_or_insert(path.tier);
        self.epsilon_ppb = self.epsilon_ppb.max(path.epsilon_ppb);
        self.grade = self.grade.min(path.grade);
        for leg in &path.legs {
            let Some(part) = leg.among(slots) else { continue };
            let taken = self.held.entry(leg.resource).or_insert_with(|| {
                self.order.push(leg.resource);
                Taken { units: 0, slots: Vec::new() }
            });
            taken.units = taken.units.max(leg.units);
            if taken.slots.last() != Some(&part) {
                taken.slots.push(part);
            }
        }
    }

    /// As one.
    pub fn into_path(mut self) -> Path {
        let mut legs = Vec::with_capacity(self.order.len());
        for resource in self.order {
            let Some(Taken { units, slots }) = self.held.remove(&resource) else { continue };
            legs.extend(joined(slots).map(|own| Leg {
                resource,
                units,
                slots: Some(own).filter(|own| *own != self.slots),
            }));
        }
        let tier = self.tier.unwrap_or(Tier::Ground);
        Path { tier, legs, epsilon_ppb: self.epsilon_ppb, grade: self.grade }
    }
}

/// Ranges that touch or overlap, as one.
fn joined(mut ranges: Vec<SlotRange>) -> impl Iterator<Item = SlotRange> {
    ranges.sort_unstable();
    let mut ranges = ranges.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut joined = ranges.next()?;
        while let Some(next) = ranges.next_if(|next| next.from() <= joined.to()) {
            joined = SlotRange::new(joined.from(), joined.to().max(next.to())).unwrap_or(joined);
        }
        Some(joined)
    })
}
