use super::capacity::Capacities;
use super::described::Described;
use super::load::id_of;
use super::problems::Problems;
use super::{Files, nodes, parts, read};
use clap::{Args, Command, FromArgMatches};
use h3o::{CellIndex, LatLng, Resolution};
use intelligence::network::Technology;
use std::path::{Path, PathBuf};
use tempfile::tempdir;

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("it is written");
    path
}

/// A square of four nodes: `a` is nearer to the core over `b`, though it has a link of its own.
const NODES: &str = "name,kind,lon,lat,capacity_kbps\ncore,core,9.00,47.00,1000\nb,transport,9.01,47.01,800\n\
                     a,transport,9.02,47.02,900\nfar,transport,9.5,47.0,700\n";
const LINKS: &str = "from,to,capacity_kbps\ncore,b,500\nb,a,600\na,far,50\ncore,far,400\n";

fn graph(nodes: &str, links: Option<&str>) -> Described {
    let folder = tempdir().expect("a folder");
    let name = if links.is_some() { "nodes.csv" } else { "nodes.json" };
    let nodes = write(folder.path(), name, nodes);
    let links = links.map(|links| write(folder.path(), "links.csv", links));
    let (mut described, mut problems) = (Described::default(), Problems::default());
    nodes::read(&nodes, links.as_deref(), &mut described, &mut problems);
    problems.none().expect("a sound graph");
    described
}

#[test]
fn a_graph_that_is_no_tree_is_given_its_shortest_ways_to_a_core() {
    let described = graph(NODES, Some(LINKS));
    let rows = &described.network.nodes;
    let of: Vec<_> = rows.iter().map(|node| (&*node.name, node.behind.as_deref(), node.capacity_kbps)).collect();
    // No more of a node is used than its link towards the core carries.
    let expected = [("core", None, 1_000), ("b", Some("core"), 500), ("a", Some("b"), 600), ("far", Some("core"), 400)];
    assert_eq!(of, expected);
    let json = r#"{"nodes": [{"name": "core", "kind": "core", "lon": 9.0, "lat": 47.0, "capacity_kbps": 1000},
        {"name": "b", "kind": "edge", "lon": 9.01, "lat": 47.01, "capacity_kbps": 800}],
        "links": [{"from": "b", "to": "core", "capacity_kbps": 900}]}"#;
    assert_eq!(graph(json, None).network.nodes[1].capacity_kbps, 800);
}

/// A line of eight nodes behind a core, and `x` far off; what links there are beside.
fn line(more: &str) -> (Described, anyhow::Result<()>) {
    let hub = |number| format!("n{number},transport,9.{number},47.0,10\n");
    let link = |number| format!("n{},n{number},10\n", number - 1);
    let nodes = "name,kind,lon,lat,capacity_kbps\nn0,core,9.0,47.0,10\n".to_owned();
    let nodes = nodes + &(1..=8).map(hub).collect::<String>() + "x,transport,9.4,48.0,10\n";
    let links = "from,to,capacity_kbps\n".to_owned() + &(1..=8).map(link).collect::<String>() + more;
    let folder = tempdir().expect("a folder");
    let (nodes, links) = (write(folder.path(), "n.csv", &nodes), write(folder.path(), "l.csv", &links));
    let (mut described, mut problems) = (Described::default(), Problems::default());
    nodes::read(&nodes, Some(&links), &mut described, &mut problems);
    (described, problems.none())
}

#[test]
fn a_way_that_is_too_long_for_the_books_is_refused() {
    let said = line("n0,x,7\n").1.expect_err("eight are behind the last").to_string();
    assert!(
        said.starts_with("nothing was done: 1 to put right") && said.contains("n.csv:10: `n8` has 8 nodes"),
        "{said}"
    );
}

#[test]
fn where_the_shortest_ways_are_too_long_those_over_the_fewest_nodes_are_taken() {
    let (described, sound) = line("n0,x,7\nx,n8,3\n");
    sound.expect("the last has a way over fewer nodes");
    let behind: Vec<_> = described.network.nodes.iter().map(|node| node.behind.as_deref().unwrap_or("")).collect();
    // It is a detour: the fifth has five nodes on either way, and takes the shorter one.
    assert_eq!(behind, ["", "n0", "n1", "n2", "n3", "n4", "n7", "n8", "x", "n0"]);
    assert_eq!(described.network.nodes[8].capacity_kbps, 3);
}

#[test]
fn where_more_layers_come_down_less_goes_up() {
    let mut capacities = Capacities::default();
    for technology in [Technology::Gsm, Technology::Umts, Technology::Lte, Technology::Nr, Technology::NrUpper6] {
        for range_m in [100.0, 1_000.0, 5_000.0] {
            let down_kbps = capacities.of(technology, range_m).expect("a kind");
            let up_kbps = capacities.uplink_kbps(technology, range_m).expect("a kind");
            // One layer each way, in bands that are paired.
            let alike = matches!(technology, Technology::Gsm | Technology::Umts);
            assert!(
                up_kbps > 0 && (up_kbps < down_kbps || alike),
                "{technology:?} {range_m}: {up_kbps} of {down_kbps}"
            );
        }
    }
}

#[test]
fn capacities_are_of_kinds_and_more_spectrum_carries_more() {
    let mut capacities = Capacities::default();
    let mut of = |technology, range_m| capacities.of(technology, range_m).expect("a kind");
    let street = of(Technology::Nr, 300.0);
    assert_eq!(street, of(Technology::Nr, 100.0));
    let town = [Technology::Gsm, Technology::Umts, Technology::Lte, Technology::Nr].map(|kind| of(kind, 900.0));
    assert!(town.is_sorted_by(|less, more| 2 * less < *more), "{town:?}");
    assert!(of(Technology::Lte, 8_000.0) < town[2]);
}

#[test]
fn an_id_follows_from_the_name_alone_and_is_a_uuid_of_version_8() {
    let id = id_of("macro-1").as_u128();
    assert_eq!(id, id_of("macro-1").as_u128());
    assert_ne!(id, id_of("macro-2").as_u128());
    assert_eq!(((id >> 76) & 0xf, (id >> 62) & 0b11), (8, 0b10));
}

fn files(arguments: &[&str]) -> Files {
    let matches = Files::augment_args(Command::new("import")).get_matches_from([&["import"], arguments].concat());
    Files::from_arg_matches(&matches).expect("they are files")
}

#[test]
fn radio_cells_are_read_without_names_of_columns_and_as_points() {
    let folder = tempdir().expect("a folder");
    let rows = "LTE,204,8,1,77,0,5.0,52.0,500,1,1,0,0,0\nNR,204,8,1,78,0,5.1,52.1,300,1,1,0,0,0\n";
    let rows = write(folder.path(), "204.csv", rows);
    let points = write(
        folder.path(),
        "points.geojson",
        r#"{"type": "FeatureCollection", "features": [{"type": "Feature",
        "properties": {"name": "roof", "radio": "NR", "band": 104, "range": 250, "capacity_kbps": 5, "node": "core"},
        "geometry": {"type": "Point", "coordinates": [5.2, 52.2]}}]}"#,
    );
    let nodes = write(folder.path(), "nodes.csv", NODES);
    let links = write(folder.path(), "links.csv", LINKS);
    let text = |path: &PathBuf| path.display().to_string();
    let arguments = ["--radio-cells", &text(&rows), "--radio-cells", &text(&points), "--nodes", &text(&nodes)];
    let links = text(&links);
    let brought = read::read(&files(&[&arguments[..], &["--links", &links]].concat())).expect("they are sound");
    let cells = &brought.described.network.radio_cells;
    assert_eq!(cells.iter().map(|cell| &*cell.name).collect::<Vec<_>>(), ["LTE-204-8-1-77", "NR-204-8-1-78", "roof"]);
    assert_eq!((cells[2].technology, cells[2].lat, cells[2].lon), (Technology::NrUpper6, 52.2, 5.2));
    assert_eq!((cells[2].capacity_kbps, cells[2].node.as_deref()), (5, Some("core")));
    assert!(cells[0].capacity_kbps < cells[1].capacity_kbps);
}

#[test]
fn parts_of_the_earth_are_those_with_something_in_them() {
    let fine = LatLng::new(47.0, 9.0).expect("a place").to_cell(Resolution::Nine);
    let far: CellIndex = LatLng::new(10.0, 9.0).expect("a place").to_cell(Resolution::One);
    let covers = [fine, far].map(|cell| types::H3Cell::from_index(cell.into()));
    let place = LatLng::new(-40.0, 100.0).expect("a place");
    let parts = parts::parts(covers.into_iter(), std::iter::once(place), Resolution::Two).expect("they are few");
    let of_far = far.children(Resolution::Two).count();
    assert_eq!(parts.len(), 1 + 1 + of_far);
    assert!(parts.contains(&fine.parent(Resolution::Two).expect("it is finer")));
}
