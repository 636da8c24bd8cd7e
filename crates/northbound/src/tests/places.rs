//! Places as they are asked for, and the cells they become.

use crate::fault::Fault;
use crate::place::{Shape, place_of};
use engine::state::{ResourceClass, ResourceInfo, State};
use engine::{Event, apply};
use h3o::{CellIndex, LatLng, Resolution};
use types::{H3Cell, Instant, ResourceId};

/// A network that is described in cells of these resolutions around 52.37 N 4.9 E.
pub fn described(resolutions: &[Resolution]) -> State {
    let mut state = State::default();
    let point = LatLng::new(52.37, 4.9).expect("a point");
    let profile = engine::capacity::ProfileRef::from_index(0);
    apply(&mut state, &Event::ProfileSet { profile, hourly_ppm: vec![0; 168] }, Instant::from_ms(0));
    let info = ResourceInfo {
        id: ResourceId::from_u128(1),
        name: "cell".to_owned(),
        class: ResourceClass::RadioMacro,
        upstream: None,
        covers: resolutions.iter().map(|at| H3Cell::from_index(point.to_cell(*at).into())).collect(),
    };
    let calendar = engine::capacity::Resource {
        nominal: 1_000,
        available: 1_000,
        floor_ppm: 0,
        background_min: 0,
        profile,
        profile_scale_ppm: 0,
    };
    let resource = engine::capacity::ResourceRef::from_index(0);
    apply(&mut state, &Event::ResourceDefined { resource, info: Box::new(info), calendar }, Instant::from_ms(0));
    state
}

fn cells(shape: &Shape<'_>, state: &State) -> Vec<CellIndex> {
    let area = place_of(shape, state).expect("a place");
    area.cells().iter().map(|cell| CellIndex::try_from(cell.index()).expect("an index")).collect()
}

fn refused(shape: &Shape<'_>) -> String {
    match place_of(shape, &described(&[Resolution::Nine])) {
        Err(Fault::Door(_, detail)) => detail,
        other => panic!("{shape:?}: {other:?}"),
    }
}

#[test]
fn family_is_what_the_grid_says_it_is() {
    for (lat, lon) in [(52.37, 4.9), (-33.9, 151.2), (0.0, 0.0), (89.9, 10.0), (64.7, 10.536)] {
        let fine = LatLng::new(lat, lon).expect("a point").to_cell(Resolution::Ten);
        let ours = H3Cell::from_index(fine.into());
        for coarser in Resolution::range(Resolution::Zero, Resolution::Ten) {
            let above = fine.parent(coarser).expect("coarser");
            assert_eq!(ours.ancestor(coarser.into()), Some(H3Cell::from_index(above.into())), "{fine} {coarser}");
            let finer = Resolution::try_from(u8::from(coarser) + 2).unwrap_or(coarser);
            let range = H3Cell::from_index(above.into()).descendants(finer.into()).expect("finer");
            let middle = H3Cell::from_index(above.into()).centre(finer.into()).expect("finer");
            assert_eq!(above.center_child(finer).map(u64::from), Some(middle.index()), "{above} {finer}");
            assert!(above.children(finer).all(|child| range.contains(&H3Cell::from_index(child.into()))));
            let beside = above.grid_disk::<Vec<_>>(1).into_iter().filter(|other| *other != above);
            let mut strangers = beside.flat_map(|other| other.children(finer));
            assert!(strangers.all(|child| !range.contains(&H3Cell::from_index(child.into()))), "{above} {finer}");
        }
        assert_eq!(ours.ancestor(11), None);
        assert_eq!(ours.descendants(9), None);
    }
}

#[test]
fn a_place_is_covered_by_what_is_described_in_whatever_resolution() {
    let state = described(&[Resolution::Six]);
    let here = LatLng::new(52.37, 4.9).expect("a point");
    let covered = |cell: CellIndex| state.covering(H3Cell::from_index(cell.into())).len();
    assert_eq!(covered(here.to_cell(Resolution::Nine)), 1, "a part of it");
    assert_eq!(covered(here.to_cell(Resolution::Six)), 1, "it");
    assert_eq!(covered(here.to_cell(Resolution::Three)), 1, "something in it");
    let away = LatLng::new(51.0, 4.9).expect("a point").to_cell(Resolution::Nine);
    assert_eq!(covered(away), 0);
    assert_eq!(cells(&Shape::Point([4.9, 52.37]), &state), [here.to_cell(Resolution::Six)]);
}

#[test]
fn a_circle_holds_all_that_is_near_and_nothing_that_is_far() {
    let state = described(&[Resolution::Nine]);
    let found = cells(&Shape::Circle([4.9, 52.37], 1_000.0), &state);
    let centre = LatLng::new(52.37, 4.9).expect("a point");
    let near = centre.to_cell(Resolution::Nine).grid_disk::<Vec<_>>(8);
    for cell in near {
        let away_m = LatLng::from(cell).distance_m(centre);
        if away_m < 1_000.0 {
            assert!(found.contains(&cell), "{away_m} m");
        }
        if away_m > 1_500.0 {
            assert!(!found.contains(&cell), "{away_m} m");
        }
    }
    let country = cells(&Shape::Circle([4.9, 52.37], 400_000.0), &state);
    assert!((200..=1_024).contains(&country.len()), "{} cells", country.len());
    assert!(country.iter().all(|cell| cell.resolution() == Resolution::Four));
}

#[test]
fn a_polygon_is_covered_whole_and_a_route_without_a_gap() {
    let state = described(&[Resolution::Nine]);
    let harbour = [[4.88, 52.38], [4.93, 52.38], [4.93, 52.40], [4.88, 52.40], [4.88, 52.38]];
    let found = cells(&Shape::Polygon(&harbour), &state);
    for (lon, lat) in [(4.88, 52.38), (4.905, 52.39), (4.93, 52.40)] {
        assert!(found.contains(&LatLng::new(lat, lon).expect("a point").to_cell(Resolution::Nine)), "{lon} {lat}");
    }
    assert!(!found.contains(&LatLng::new(52.41, 4.9).expect("a point").to_cell(Resolution::Nine)));
    let found = cells(&Shape::Route(&[[4.9, 52.37], [5.1, 52.09], [5.9, 51.98]]), &state);
    let apart = |cell: &CellIndex| !found.iter().any(|other| cell.is_neighbor_with(*other).unwrap_or(false));
    assert!(found.len() > 100 && !found.iter().any(apart), "{} cells", found.len());
}

#[test]
fn a_shape_that_is_none_says_what_would_be_one() {
    let bow = [[4.8, 52.3], [5.0, 52.5], [5.0, 52.3], [4.8, 52.5]];
    let line = [[4.8, 52.3], [4.9, 52.4], [5.0, 52.5]];
    let world = [[-170.0, -80.0], [170.0, -80.0], [170.0, 80.0], [-170.0, 80.0]];
    let dateline = [[179.0, 10.0], [-179.0, 10.0], [-179.0, 11.0], [179.0, 11.0]];
    let many = vec![[4.9, 52.37]; 257];
    for (shape, part) in [
        (Shape::Point([4.9, 91.0]), "degrees within"),
        (Shape::Point([f64::NAN, 1.0]), "degrees within"),
        (Shape::Circle([4.9, 52.37], 0.0), "1 to 500000 metres"),
        (Shape::Circle([4.9, 52.37], 1e9), "1 to 500000 metres"),
        (Shape::Circle([4.9, 52.37], f64::NAN), "1 to 500000 metres"),
        (Shape::Circle([179.99, 0.0], 5_000.0), "antimeridian"),
        (Shape::Polygon(&bow), "do not cross"),
        (Shape::Polygon(&line), "with an area"),
        (Shape::Polygon(&line[..2]), "3 to 256 points"),
        (Shape::Polygon(&many), "3 to 256 points"),
        (Shape::Polygon(&world), "3000 km across"),
        (Shape::Polygon(&dateline), "antimeridian"),
        (Shape::Route(&line[..1]), "2 to 256 points"),
        (Shape::Route(&[[0.0, 0.0], [60.0, 0.0]]), "3000 km"),
    ] {
        let said = refused(&shape);
        assert!(said.contains(part), "{shape:?}: {said}");
    }
}
