use super::country::{Size, country};
use super::*;
use h3o::{CellIndex, LatLng, Resolution};
use std::collections::BTreeSet;

fn node(name: &str, kind: NodeKind, lon: f64, behind: Option<&str>) -> Node {
    let behind = behind.map(str::to_owned);
    Node { name: name.to_owned(), kind, lon, lat: 52.0, capacity_kbps: 1_000, behind }
}

fn radio(name: &str, lon: f64, node: Option<&str>) -> RadioCell {
    let node = node.map(str::to_owned);
    let technology = Technology::Nr;
    RadioCell { name: name.to_owned(), technology, lon, lat: 52.0, range_m: 700.0, capacity_kbps: 500, node }
}

fn small() -> Network {
    Network {
        nodes: vec![
            node("east", NodeKind::Transport, 6.0, Some("core")),
            node("core", NodeKind::Core, 5.0, None),
            node("west", NodeKind::Transport, 4.0, Some("core")),
        ],
        radio_cells: vec![
            radio("near-east", 5.9, None),
            radio("near-west", 4.1, None),
            radio("told", 4.1, Some("east")),
        ],
        ..Network::default()
    }
}

#[test]
fn everything_comes_after_what_lies_behind_it_and_hangs_on_the_nearest() {
    let plan = plan(&small()).expect("a network");
    let names: Vec<_> = plan.iter().map(|planned| planned.name.as_str()).collect();
    assert_eq!(names, ["core", "east", "west", "near-east", "near-west", "told"]);
    let behind: Vec<_> = plan.iter().map(|planned| planned.behind.map(|at| names[at])).collect();
    assert_eq!(behind, [None, Some("core"), Some("core"), Some("east"), Some("west"), Some("east")]);
    assert!(plan.iter().enumerate().all(|(at, planned)| planned.behind.is_none_or(|behind| behind < at)));
}

#[test]
fn what_is_wrong_is_named() {
    let with = |change: &dyn Fn(&mut Network)| {
        let mut network = small();
        change(&mut network);
        plan(&network).expect_err("it is wrong").to_string()
    };
    let repeated = with(&|network| network.radio_cells[1].name = "core".to_owned());
    assert!(repeated.starts_with("`core` is there twice"), "{repeated}");
    let unknown = with(&|network| network.radio_cells[1].node = Some("mars".to_owned()));
    assert!(unknown.starts_with("`near-west` hangs on `mars`"), "{unknown}");
    let round = with(&|network| network.nodes[1].behind = Some("east".to_owned()));
    assert!(round.contains("must end within 8 nodes"), "{round}");
    let nothing = with(&|network| network.nodes[0].capacity_kbps = 0);
    assert!(nothing.starts_with("`east` carries nothing"), "{nothing}");
    let nowhere = with(&|network| network.radio_cells[0].lat = 95.0);
    assert!(nowhere.contains("±90 north"), "{nowhere}");
    let unhung = with(&|network| network.nodes.retain(|node| node.kind == NodeKind::Core));
    assert!(unhung.contains("`east`") || unhung.contains("no node of transport"), "{unhung}");
}

#[test]
fn a_cover_is_the_disk_to_a_tenth_of_its_radius() {
    for radius_m in [60.0, 400.0, 2_500.0, 12_000.0, 90_000.0] {
        let centre = LatLng::new(47.3, 8.5).expect("a point");
        let covers = cover(47.3, 8.5, radius_m).expect("a disk");
        assert!((1..=150).contains(&covers.len()), "{radius_m}: {} entries", covers.len());
        let fine: BTreeSet<CellIndex> = covers
            .iter()
            .flat_map(|cell| {
                CellIndex::try_from(cell.index())
                    .expect("an index")
                    .children(Resolution::Nine.max(CellIndex::try_from(cell.index()).expect("an index").resolution()))
                    .take(3_000)
                    .collect::<Vec<_>>()
            })
            .collect();
        let edge_m = CellIndex::try_from(covers[0].index()).expect("an index").resolution().edge_length_m();
        for cell in fine.iter().step_by(97) {
            assert!(LatLng::from(*cell).distance_m(centre) <= radius_m + 2.0 * edge_m, "{radius_m}");
        }
    }
    assert_eq!(cover(0.0, 0.0, 0.5), Err(CoverError::Radius));
    assert_eq!(cover(0.0, f64::NAN, 5.0), Err(CoverError::Position));
}

#[test]
fn a_country_is_drawn_whole_and_the_same_again() {
    let size = Size { radio_cells: 2_000, edge_sites: 20, relays: 2, ..Size::default() };
    let drawn = country(7, size);
    assert_eq!(drawn, country(7, size));
    assert_ne!(drawn, country(8, size));
    let plan = plan(&drawn).expect("a network");
    let of = |class| plan.iter().filter(|planned| planned.class == class).count();
    assert_eq!((of(Class::Core), of(Class::Edge), of(Class::Transport), of(Class::Haps)), (3, 20, 10, 2));
    assert_eq!(of(Class::RadioMacro) + of(Class::RadioMicro) + of(Class::RadioU6), 2_000);
    assert!(plan.iter().all(|planned| planned.covers.len() <= 1_000));
}
