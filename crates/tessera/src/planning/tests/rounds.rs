//! Rounds over a real cell: what is loaded, what is not, and what a failure leaves.

use super::{MONDAY, shell};
use crate::import::id_of;
use crate::planning::kept::Kept;
use crate::planning::{Ahead, Planner, Settings, sky};
use crate::running;
use engine::capacity::{ProfileRef, Resource, Slot};
use engine::state::{PartyRef, ResourceClass, ResourceInfo};
use engine::{Actor, Command};
use h3o::{LatLng, Resolution};
use journal::{Memory, Store};
use node::{Calling, Cell, Clock, Gate, Intent, Load, Loads, LoadsError, Measuring, Report, Southbound};
use northbound::{Measured, Planning, PlanningCounts};
use southbound::unconnected::Unconnected;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::{TempDir, tempdir};
use types::{CellId, Duration, H3Cell, Instant, ResourceId, SessionId, Window};

const NOMINAL: u64 = 400_000;
const RADIO: ResourceId = ResourceId::from_u128(11);

/// A network that has measured one radio cell since some instant, and fails when it is told to.
struct Counters {
    since: Instant,
    fails: AtomicBool,
}

/// What is measured: a tenth of what was built, and another at noon, by little more or less.
fn load_at(slot: Slot) -> u64 {
    let noon = slot.index() % 288 / 12 == 12;
    NOMINAL / 10 * if noon { 2 } else { 1 } + u64::from(slot.index() % 7) * 100
}

impl Loads for Counters {
    fn loads(&self, window: Window) -> Measuring<'_> {
        let first = Slot::containing(window.from().max(self.since)).expect("a slot");
        let slots = (0..).map(move |ahead| first.after(ahead)).take_while(move |slot| slot.start() < window.to());
        let load = |slot: Slot| Load { resource: RADIO, slot_at: slot.start(), units: load_at(slot) };
        let fails = self.fails.load(Ordering::SeqCst);
        let failed = || Err(LoadsError { reason: "the counters are gone".to_owned() });
        let loads = slots.map(load).collect();
        Box::pin(async move { if fails { failed() } else { Ok(loads) } })
    }
}

impl Southbound for Counters {
    fn name(&self) -> &'static str {
        "measured"
    }

    fn delivers(&self) -> types::Capabilities {
        Unconnected.delivers()
    }

    fn activate<'a>(&'a self, intent: &'a Intent) -> Calling<'a, ()> {
        Unconnected.activate(intent)
    }

    fn read_back(&self, _session: SessionId) -> Calling<'_, bool> {
        Box::pin(async { Ok(false) })
    }

    fn release(&self, _session: SessionId) -> Calling<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn reports(&self, _session: SessionId, _after: u64) -> Calling<'_, Vec<Report>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn attachment(&self, _session: SessionId) -> Calling<'_, Vec<H3Cell>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn measured(&self) -> Option<&dyn Loads> {
        Some(self)
    }
}

/// A cell on a Monday, its planner, and how many hours that is ahead.
struct World {
    cell: Cell,
    planner: Planner,
    ahead: Arc<Ahead>,
    hours: u64,
    folder: TempDir,
}

async fn world(port: Arc<dyn Southbound>) -> World {
    // The cell's own clock stands still: a jump of hours would stop it.
    let clock = Clock::new(|| MONDAY);
    let store: Arc<dyn Store> = Arc::new(Memory::new(CellId(1)));
    let cell = Cell::start_with(&store, clock).expect("it starts");
    running::found(cell.gate(), CellId(1)).await.expect("it is founded");
    let folder = tempdir().expect("a folder");
    let planner = Planner::new(cell.gate().clone(), port, folder.path().to_path_buf(), Settings::default());
    let ahead = planner.ahead();
    let world = World { cell, planner, ahead, hours: 0, folder };
    world.ask(Command::SetProfile { profile: profile(0), hourly_ppm: vec![500_000; 168] }).await;
    world.define("radio", RADIO, ResourceClass::RadioMacro, Vec::new()).await;
    world
}

fn profile(number: u16) -> ProfileRef {
    ProfileRef::from_index(number)
}

impl World {
    fn gate(&self) -> &Gate {
        self.cell.gate()
    }

    async fn ask(&self, command: Command) {
        let operator = Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR };
        self.gate().submit(operator, command).await.expect("it is accepted");
    }

    async fn define(&self, name: &str, id: ResourceId, class: ResourceClass, covers: Vec<H3Cell>) {
        let info = ResourceInfo { id, name: name.to_owned(), class, upstream: None, covers };
        let calendar = Resource {
            nominal: NOMINAL,
            available: NOMINAL,
            floor_ppm: 0,
            background_min: 0,
            profile: profile(0),
            profile_scale_ppm: 1_000_000,
        };
        self.ask(Command::DefineResource(Box::new((info, calendar)))).await;
    }

    /// The background of a resource so many minutes after the start, and whether a forecast says so.
    async fn background(&self, id: ResourceId, minutes: u64) -> (u64, bool) {
        let slot = Slot::containing(MONDAY.after(Duration::from_mins(minutes))).expect("a slot");
        let look = |view: &node::View| {
            let resource = view.state.resource_by_id(id).expect("it is defined");
            view.state.capacity.free(resource, slot).expect("it has a calendar")
        };
        let view = self.gate().read(look).await;
        (view.background, view.forecast_ppm.is_some())
    }

    async fn round(&mut self) -> (u64, PlanningCounts) {
        let failures = self.planner.round(MONDAY.after(Duration::from_hours(self.hours))).await;
        (failures, self.ahead.counts())
    }
}

fn measured(weeks: u64) -> Arc<Counters> {
    Arc::new(Counters { since: MONDAY.before(Duration::from_days(7 * weeks)), fails: AtomicBool::new(false) })
}

#[tokio::test]
async fn what_was_measured_for_long_is_forecast_and_again_an_hour_later() {
    let mut world = world(measured(2)).await;
    assert_eq!(world.background(RADIO, 0).await, (NOMINAL / 2, false), "the profile");
    let (failures, counts) = world.round().await;
    assert_eq!((failures, counts.forecasts, counts.resources), (0, 1, 1));
    for (minutes, tenths) in [(0, 1), (12 * 60, 2), (47 * 60 + 55, 1)] {
        let (background, forecast) = world.background(RADIO, minutes).await;
        let usual = NOMINAL / 10 * tenths;
        assert!(forecast && (usual..usual + usual / 10).contains(&background), "{background} after {minutes} min");
    }
    assert_eq!(world.background(RADIO, 48 * 60).await, (NOMINAL / 2, false), "after it the profile holds");
    world.hours = 1;
    assert_eq!(world.round().await.1.forecasts, 2);
    assert!(world.background(RADIO, 48 * 60).await.1, "it reaches an hour further");
    world.cell.stop();
}

#[tokio::test]
async fn on_too_little_knowledge_nothing_is_sold_but_by_the_profile() {
    // Also what a restart is to a network that forgets: it starts anew.
    let mut world = world(measured(1)).await;
    let (failures, counts) = world.round().await;
    assert_eq!((failures, counts.forecasts, counts.resources), (0, 0, 0));
    assert_eq!(world.background(RADIO, 0).await, (NOMINAL / 2, false));
    // A week and a day are enough: every bound was tried over a day.
    world.hours = 24;
    assert_eq!(world.round().await.1.forecasts, 1);
    assert!(world.background(RADIO, 24 * 60).await.1);
    world.cell.stop();
}

#[tokio::test]
async fn a_network_that_measures_nothing_is_forecast_nothing() {
    let mut world = world(Arc::new(Unconnected)).await;
    let (failures, counts) = world.round().await;
    assert_eq!((failures, counts.forecasts, counts.failures), (0, 0, 0));
    world.cell.stop();
}

#[tokio::test]
async fn a_failure_is_counted_and_what_is_known_is_used() {
    let network = measured(3);
    let port: Arc<dyn Southbound> = network.clone();
    let mut world = world(port).await;
    network.fails.store(true, Ordering::SeqCst);
    let (failures, counts) = world.round().await;
    assert_eq!((failures, counts.failures, counts.forecasts), (1, 1, 0));
    assert_eq!(world.background(RADIO, 0).await, (NOMINAL / 2, false), "sales go on by the profile");
    network.fails.store(false, Ordering::SeqCst);
    assert_eq!(world.round().await.0, 0);
    network.fails.store(true, Ordering::SeqCst);
    world.hours = 1;
    let (failures, counts) = world.round().await;
    assert_eq!((failures, counts.failures, counts.forecasts), (1, 2, 2), "an hour old is good enough");
    // A day without measurements is too long.
    world.hours = 26;
    assert_eq!(world.round().await.1.resources, 0);
    world.cell.stop();
}

#[tokio::test]
async fn a_resource_that_comes_later_is_heard_from_the_beginning() {
    let network = measured(2);
    let port: Arc<dyn Southbound> = network.clone();
    let mut world = world(port).await;
    world.round().await;
    world.define("another", ResourceId::from_u128(12), ResourceClass::RadioMicro, Vec::new()).await;
    let (failures, counts) = world.round().await;
    assert_eq!((failures, counts.forecasts, counts.resources), (0, 2, 1), "what was heard already is passed over");
    world.cell.stop();
}

#[tokio::test]
async fn what_a_collector_sends_is_forecast_like_what_the_network_measures() {
    let mut world = world(Arc::new(Unconnected)).await;
    let first = Slot::containing(MONDAY.before(Duration::from_days(14))).expect("a slot");
    let slots = (0..14 * 288).map(|ahead| first.after(ahead));
    let load = |slot: Slot| Load { resource: RADIO, slot_at: slot.start(), units: load_at(slot) };
    let sent: Vec<_> = slots.map(|slot| Measured { load: load(slot), nominal: NOMINAL }).collect();
    let taken = world.ahead.observe(sent.clone());
    assert_eq!((taken.taken, taken.passed_over, taken.left_out), (14 * 288, 0, 0));
    assert_eq!(world.ahead.observe(sent).passed_over, 14 * 288, "once is enough");
    assert_eq!(world.round().await.1.resources, 1);
    assert!(world.background(RADIO, 0).await.1);
    world.cell.stop();
}

/// Keeps a shell of so many planes with the cell, as an import does; what it offers the part around a place.
async fn sells(world: &World, planes: u32) -> ResourceId {
    let kept = BTreeMap::from([("leo", Kept { others_ppm: 0, source: shell(planes) })]);
    keep(world.folder.path(), &serde_json::to_string(&kept).expect("it is JSON"));
    let cell = LatLng::new(47.0, 9.0).expect("a place").to_cell(Resolution::Three);
    let name = sky::name_of("leo", cell);
    let id = id_of(&name);
    world.define(&name, id, ResourceClass::SatelliteBeam, vec![H3Cell::from_index(cell.into())]).await;
    id
}

fn keep(data: &Path, text: &str) {
    std::fs::write(data.join("sky.json"), text).expect("it is written");
}

#[tokio::test]
async fn what_satellites_carry_is_renewed_before_it_ends() {
    let mut world = world(Arc::new(Unconnected)).await;
    let beam = sells(&world, 1).await;
    let (failures, counts) = world.round().await;
    assert_eq!((failures, counts.forecasts, counts.resources), (0, 1, 1));
    let sky = world.ahead.sky().expect("it was worked out");
    let day = Window::starting(MONDAY, Duration::from_hours(24)).expect("a day");
    let served = sky.served(beam, day, 1_000).expect("it is served").servings;
    assert!(served.len() > 2, "{served:?}");
    // In a gap all of it is kept back; a slot that is served throughout has something.
    let first = served.windows(2).find(|pair| pair[0].window.to() < pair[1].window.from()).expect("a gap");
    let minutes = first[0].window.to().since(MONDAY).as_ms() / 60_000;
    assert_eq!(world.background(beam, minutes).await, (NOMINAL, true), "nothing is sold in an outage");
    let mut sold = 0;
    for slot in 0..288 {
        sold += u32::from(world.background(beam, 5 * slot).await.0 < NOMINAL);
    }
    assert!((1..288).contains(&sold), "{sold} of 288 slots");

    world.hours = 12;
    assert_eq!(world.round().await.1.forecasts, 1, "it reaches far enough");
    world.hours = 25;
    assert_eq!(world.round().await.1.forecasts, 2);
    assert!(world.background(beam, 60 * 60).await.1, "two days and a half from the start");
    assert!(world.ahead.sky().expect("it is there").ends() > MONDAY.after(Duration::from_hours(72)));
    world.cell.stop();
}

#[tokio::test]
async fn elements_that_cannot_be_read_are_named_and_the_ground_is_planned_still() {
    let mut world = world(measured(2)).await;
    keep(world.folder.path(), "{\"leo\": 3}");
    let (failures, counts) = world.round().await;
    assert_eq!((failures, counts.failures, counts.forecasts), (1, 1, 1));
    world.cell.stop();
}
