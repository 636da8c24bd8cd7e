//! Draws the city: a jittered hexagonal grid of macro sites, small cells between them, who serves which place.

use std::f64::consts::{PI, TAU};

use h3o::{CellIndex, LatLng, Resolution};
use rand_chacha::ChaCha8Rng;
use types::{H3Cell, RadioCellId, ResourceId};

use crate::city::{Class, Element};
use crate::number::{floor, real};
use crate::random::{Purpose, between, bits, stream};
use crate::traffic::Traffic;

const CENTRE_LAT_DEG: f64 = 52.37;
const CENTRE_LON_DEG: f64 = 4.90;
const METRES_PER_DEG: f64 = 111_195.0;
const SITE_SPACING_M: f64 = 900.0;
/// Rings of macro sites around the centre: 1 + 6 + 12 + 18 = 37 sites of three sectors.
const SITE_RINGS: i32 = 3;
/// The first sites, the centre and its ring, also have three n104 sectors each.
const N104_SITES: usize = 7;
const MICROS: u32 = 68;
const MICRO_DISC_M: f64 = 2_700.0;
const MICRO_REACH_M: f64 = 250.0;
const N104_REACH_M: f64 = 600.0;
/// The city's disc: 61 H3 cells of resolution 8.
const DISC_RINGS: u32 = 4;

/// A point in metres east and north of the centre.
#[derive(Clone, Copy)]
struct Point {
    east_m: f64,
    north_m: f64,
}

/// A radio cell before its places are known: `azimuth` in radians, `None` for all round.
struct Radio {
    at: Point,
    azimuth: Option<f64>,
    reach_m: f64,
    element: Element,
}

/// Every element of the city drawn by `seed`: core, edges, transport, radio cells.
pub fn elements(seed: u64) -> Vec<Element> {
    let rng = &mut stream(seed, Purpose::Layout, 0);
    let core = fixed(rng, "core-1", Class::Core, 80_000_000, 4_500, Point { east_m: 0.0, north_m: 9_000.0 }, None);
    let west = Point { east_m: -1_600.0, north_m: 300.0 };
    let east = Point { east_m: 1_500.0, north_m: -400.0 };
    let edges = [("edge-west", west), ("edge-east", east)]
        .map(|(name, at)| fixed(rng, name, Class::Edge, 10_000_000, 900, at, Some(core.id)));
    let sites: Vec<Point> = macro_sites(rng);
    let links: Vec<Element> = (0_u32..)
        .zip(&sites)
        .map(|(n, at)| {
            let delay_us = 500 + 25 * (n % 9);
            fixed(rng, &format!("transport-{n:02}"), Class::Transport, 10_000_000, delay_us, *at, Some(core.id))
        })
        .collect();
    let mut radios = sectors(rng, &sites, &links);
    radios.extend(micros(rng, &sites, &links));
    assign_places(&mut radios);
    [core].into_iter().chain(edges).chain(links).chain(radios.into_iter().map(|radio| radio.element)).collect()
}

/// The resolution-8 cell that holds `place`; `None` for a coarser place or an invalid index.
pub fn parent(place: H3Cell) -> Option<H3Cell> {
    let cell = CellIndex::try_from(place.index()).ok()?;
    cell.parent(Resolution::Eight).map(|parent| H3Cell::from_index(parent.into()))
}

/// The H3 cells of resolution 8 around one.
pub fn neighbours(place: H3Cell) -> Vec<H3Cell> {
    let Ok(cell) = CellIndex::try_from(place.index()) else { return Vec::new() };
    let mut around: Vec<CellIndex> = cell.grid_disk(1);
    around.retain(|other| *other != cell);
    around.into_iter().map(|other| H3Cell::from_index(other.into())).collect()
}

fn fixed(
    rng: &mut ChaCha8Rng,
    name: &str,
    class: Class,
    capacity_kbps: u64,
    base_delay_us: u32,
    at: Point,
    upstream: Option<ResourceId>,
) -> Element {
    let (lat_deg, lon_deg) = at.degrees();
    Element {
        id: ResourceId::from_u128(bits(rng)),
        radio_cell: None,
        name: name.to_owned(),
        class,
        traffic: None,
        capacity_kbps,
        lat_deg,
        lon_deg,
        serves: Vec::new(),
        upstream,
        base_delay_us,
    }
}

fn radio(rng: &mut ChaCha8Rng, name: &str, class: Class, at: Point, link: &Element) -> Element {
    let (low, high, delay_us) = match class {
        Class::U6GHzN104 => (1_100.0, 1_300.0, 2_500),
        Class::MicroN78 => (200.0, 300.0, 3_000),
        _ => (400.0, 600.0, 4_000),
    };
    // Whole Mbit/s, so that a summary reads well.
    let capacity_kbps = floor(between(rng, low, high)) * 1_000;
    let traffic = match floor(between(rng, 0.0, 3.0)) {
        0 => Traffic::Residential,
        1 => Traffic::Business,
        _ => Traffic::Mixed,
    };
    let element = fixed(rng, name, class, capacity_kbps, delay_us, at, Some(link.id));
    Element { radio_cell: Some(RadioCellId::from_u128(element.id.as_u128())), traffic: Some(traffic), ..element }
}

/// Sites of a hexagonal grid, the centre first, each moved by up to an eighth of the spacing.
fn macro_sites(rng: &mut ChaCha8Rng) -> Vec<Point> {
    let range = -SITE_RINGS..=SITE_RINGS;
    let mut hexes: Vec<(i32, i32)> = range.clone().flat_map(|q| range.clone().map(move |r| (q, r))).collect();
    hexes.retain(|hex| ring(*hex) <= SITE_RINGS);
    hexes.sort_by_key(|hex| ring(*hex));
    let jitter_m = SITE_SPACING_M / 8.0;
    hexes
        .into_iter()
        .map(|(q, r)| Point {
            east_m: SITE_SPACING_M * (f64::from(q) + f64::from(r) / 2.0) + between(rng, -jitter_m, jitter_m),
            north_m: SITE_SPACING_M * f64::from(r) * (PI / 3.0).sin() + between(rng, -jitter_m, jitter_m),
        })
        .collect()
}

fn ring((q, r): (i32, i32)) -> i32 {
    q.abs().max(r.abs()).max((q + r).abs())
}

fn sectors(rng: &mut ChaCha8Rng, sites: &[Point], links: &[Element]) -> Vec<Radio> {
    let mut radios = Vec::new();
    for (site, (at, link)) in sites.iter().zip(links).enumerate() {
        let turn = between(rng, 0.0, TAU / 3.0);
        for (letter, part) in ["a", "b", "c"].into_iter().zip([0.0, 1.0, 2.0]) {
            let azimuth = Some(turn + part * TAU / 3.0);
            let macro_cell = radio(rng, &format!("macro-{site:02}-{letter}"), Class::MacroN78, *at, link);
            radios.push(Radio { at: *at, azimuth, reach_m: f64::INFINITY, element: macro_cell });
            if site < N104_SITES {
                let n104 = radio(rng, &format!("n104-{site:02}-{letter}"), Class::U6GHzN104, *at, link);
                radios.push(Radio { at: *at, azimuth, reach_m: N104_REACH_M, element: n104 });
            }
        }
    }
    radios
}

/// Small cells on a sunflower, which fills a disc evenly (Vogel 1979), each on its nearest site's link.
fn micros(rng: &mut ChaCha8Rng, sites: &[Point], links: &[Element]) -> Vec<Radio> {
    let golden_angle = PI * (3.0 - 5_f64.sqrt());
    let micro = |n: u32| {
        let radius_m = MICRO_DISC_M * ((f64::from(n) + 0.5) / f64::from(MICROS)).sqrt();
        let angle = f64::from(n) * golden_angle;
        let at = Point {
            east_m: radius_m * angle.cos() + between(rng, -60.0, 60.0),
            north_m: radius_m * angle.sin() + between(rng, -60.0, 60.0),
        };
        let (_, link) = sites.iter().zip(links).min_by(|a, b| at.to(*a.0).total_cmp(&at.to(*b.0)))?;
        let element = radio(rng, &format!("micro-{n:02}"), Class::MicroN78, at, link);
        Some(Radio { at, azimuth: None, reach_m: MICRO_REACH_M, element })
    };
    (0..MICROS).filter_map(micro).collect()
}

/// Every sample point of the disc (the resolution-10 cells of each resolution-8 cell) has one best macro sector, and
/// every small cell and n104 sector in reach; a radio cell serves the H3 cells of its sample points.
fn assign_places(radios: &mut [Radio]) {
    let centre = LatLng::new(CENTRE_LAT_DEG, CENTRE_LON_DEG).expect("the centre is a place on Earth");
    let disc: Vec<CellIndex> = centre.to_cell(Resolution::Eight).grid_disk(DISC_RINGS);
    for place in disc {
        for point in place.children(Resolution::Ten).map(Point::of_cell) {
            let macros = radios.iter_mut().filter(|radio| radio.element.class == Class::MacroN78);
            let best = macros.map(|radio| (radio.badness(point), radio)).min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, radio)) = best {
                radio.element.serves.push(H3Cell::from_index(place.into()));
            }
            for radio in radios.iter_mut().filter(|radio| radio.covers(point)) {
                radio.element.serves.push(H3Cell::from_index(place.into()));
            }
        }
    }
    for radio in radios {
        radio.element.serves.sort_unstable();
        radio.element.serves.dedup();
    }
}

impl Radio {
    /// Distance, made longer off the sector's azimuth: 1 times ahead, 3 times behind.
    fn badness(&self, point: Point) -> f64 {
        self.at.to(point) * (2.0 - self.off_axis(point).cos())
    }

    fn covers(&self, point: Point) -> bool {
        self.reach_m.is_finite() && self.at.to(point) <= self.reach_m && self.off_axis(point).cos() >= 0.5
    }

    /// The angle between where it points and where `point` is; 0 for a cell that serves all round.
    fn off_axis(&self, point: Point) -> f64 {
        let bearing = (point.north_m - self.at.north_m).atan2(point.east_m - self.at.east_m);
        self.azimuth.map_or(0.0, |azimuth| bearing - azimuth)
    }
}

impl Point {
    fn of_cell(cell: CellIndex) -> Self {
        let at = LatLng::from(cell);
        let north_m = (at.lat() - CENTRE_LAT_DEG) * METRES_PER_DEG;
        let east_m = (at.lng() - CENTRE_LON_DEG) * METRES_PER_DEG * CENTRE_LAT_DEG.to_radians().cos();
        Self { east_m, north_m }
    }

    fn degrees(self) -> (f64, f64) {
        let lat_deg = CENTRE_LAT_DEG + self.north_m / METRES_PER_DEG;
        let lon_deg = CENTRE_LON_DEG + self.east_m / METRES_PER_DEG / CENTRE_LAT_DEG.to_radians().cos();
        // Five digits are a metre: more would be invented.
        ((lat_deg * real(100_000)).round() / real(100_000), (lon_deg * real(100_000)).round() / real(100_000))
    }

    fn to(self, other: Self) -> f64 {
        (self.east_m - other.east_m).hypot(self.north_m - other.north_m)
    }
}
