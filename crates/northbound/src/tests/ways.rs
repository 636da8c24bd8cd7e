//! Routes with times: which cells are held when.

use super::places::described;
use crate::fault::Fault;
use crate::native::convert::way_asked;
use crate::native::wire::PlaceAsked;
use engine::Stage;
use engine::state::State;
use h3o::{CellIndex, LatLng, Resolution};
use types::{Area, Duration, H3Cell, Instant, Window};

/// 2026-01-05, 10:00 UTC.
const TEN: Instant = Instant::from_ms(1_767_607_200_000);
const FROM: [f64; 2] = [4.9, 52.37];
const TO: [f64; 2] = [5.1, 52.09];

fn after(minutes: u64) -> Instant {
    TEN.after(Duration::from_mins(minutes))
}

fn asked(route: &[[f64; 2]], at: &[&str]) -> PlaceAsked {
    let at = Some(at.iter().map(|text| (*text).to_owned()).collect());
    PlaceAsked { lat: None, lon: None, radius_m: None, h3: None, polygon: None, route: Some(route.to_vec()), at }
}

fn way(asked: &PlaceAsked, window: Window, state: &State) -> (Area, Vec<Stage>) {
    way_asked(asked, window, state).expect("a way")
}

fn cell([lon, lat]: [f64; 2]) -> H3Cell {
    let point = LatLng::new(lat, lon).expect("a point");
    H3Cell::from_index(point.to_cell(Resolution::Eight).into())
}

/// Where it is so many minutes after ten, on the way of an hour.
fn position(minutes: i32) -> [f64; 2] {
    let share = f64::from(minutes.clamp(0, 60)) / 60.0;
    [FROM[0] + (TO[0] - FROM[0]) * share, FROM[1] + (TO[1] - FROM[1]) * share]
}

#[test]
fn a_device_is_held_for_where_it_is_five_minutes_early_or_late() {
    let state = described(&[Resolution::Eight]);
    let place = asked(&[FROM, TO], &["2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z"]);
    let window = Window::new(TEN.before(Duration::from_mins(30)), after(90)).expect("a window");
    let (area, stages) = way(&place, window, &state);
    assert_eq!(area.resolution(), 8);
    assert_eq!((stages[0].window.from(), stages.last().expect("stages").window.to()), (window.from(), window.to()));
    assert!(stages.windows(2).all(|pair| pair[0].window.to() == pair[1].window.from()), "one after the other");
    for minutes in -30..90 {
        let now =
            TEN.before(Duration::from_mins(30)).after(Duration::from_mins((minutes + 30).try_into().expect("few")));
        let held = stages.iter().find(|part| part.window.from() <= now && now < part.window.to()).expect("covered");
        for late in [-5, 0, 5] {
            let place = cell(position(minutes + late));
            assert!(held.place.contains(place), "{minutes} minutes after ten, {late} late");
            assert!(area.contains(place));
        }
        // Fifteen minutes of 37 km are 9 km, some twelve cells; with the whole slot around it, not the whole way.
        assert!(held.place.cells().len() < area.cells().len() / 2, "{minutes}: {}", held.place.cells().len());
    }
    assert_eq!(stages[0].place.cells(), [cell(FROM)], "before it leaves it waits");
    assert_eq!(stages[0].window.to(), TEN.before(Duration::from_mins(5)));
    assert_eq!(stages.last().expect("stages").place.cells(), [cell(TO)]);
    assert_eq!(stages.last().expect("stages").window.from(), after(65));
}

#[test]
fn a_stay_between_two_ways_is_one_stage() {
    let state = described(&[Resolution::Eight]);
    let times = ["2026-01-05T10:00:00Z", "2026-01-05T10:05:00Z", "2026-01-05T20:00:00Z"];
    let place = asked(&[FROM, TO, TO], &times);
    let (_, stages) = way(&place, Window::new(TEN, after(600)).expect("a window"), &state);
    let last = stages.last().expect("stages");
    assert_eq!(
        (last.window, last.place.cells()),
        (Window::new(after(10), after(600)).expect("a window"), &[cell(TO)][..])
    );
}

#[test]
fn a_long_way_is_laid_out_coarser() {
    let state = described(&[Resolution::Nine]);
    let place = asked(&[[4.9, 52.37], [4.9, 43.3]], &["2026-01-05T10:00:00Z", "2026-01-05T11:30:00Z"]);
    let (area, stages) = way(&place, Window::new(TEN, after(90)).expect("a window"), &state);
    assert!(area.resolution() < 9 && area.cells().len() <= engine::limits::PLACE_CELLS_MAX);
    let named: usize = stages.iter().map(|stage| stage.place.cells().len()).sum();
    assert!(named <= engine::limits::STAGE_CELLS_MAX && named > 100, "{named}");
    let middle = CellIndex::try_from(stages[9].place.cells()[0].index()).expect("an index");
    let north = LatLng::from(middle).lat();
    assert!((46.0..50.0).contains(&north), "half way it is half way: {north}");
}

#[test]
fn what_is_no_timetable_is_refused() {
    let state = described(&[Resolution::Eight]);
    let window = Window::new(TEN, after(60)).expect("a window");
    let (ten, eleven) = ("2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z");
    let refused = |place: &PlaceAsked| match way_asked(place, window, &state) {
        Err(Fault::Door(_, detail)) => detail,
        other => panic!("{other:?}"),
    };
    let table = [
        (asked(&[FROM, TO], &[ten]), "place.at: one time for each point"),
        (asked(&[FROM, TO], &[eleven, ten]), "place.at: each time is expected to be later"),
        (asked(&[FROM, TO], &[ten, ten]), "place.at: each time is expected to be later"),
        (asked(&[FROM, TO], &[ten, "2026-01-13T10:00:00Z"]), "place.at: a route of at most 168 hours"),
        (asked(&[FROM, TO], &[ten, "soon"]), "place.at: an RFC 3339 time"),
        (asked(&[FROM], &[ten]), "place.route: 2 to 256 points"),
        (PlaceAsked { route: None, ..asked(&[], &[ten]) }, "place.at: times belong to a `route`"),
        (
            PlaceAsked { lat: Some(52.0), lon: Some(4.0), ..asked(&[FROM, TO], &[ten, eleven]) },
            "place.at: times belong",
        ),
    ];
    for (place, begins) in table {
        let detail = refused(&place);
        assert!(detail.starts_with(begins), "{detail}");
    }
}
