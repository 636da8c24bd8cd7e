//! Passes against brute force, and the index against passes.

use super::{Y2000, kuiper};
use crate::element::orbit::index::SLOT;
use crate::element::orbit::{
    Choice, Height, Index, Pass, PassesError, Phasing, Place, Satellite, Shell, handovers, outages, passes, serving,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use types::{Duration, H3Cell, Instant, Window};

const CELL: H3Cell = H3Cell::from_index(0x08_5283_473f_ffff);

fn hours(hours: u64) -> Window {
    Window::starting(Y2000, Duration::from_hours(hours)).expect("a window")
}

/// A number from `low` to `high`.
fn draw(rng: &mut ChaCha8Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * f64::from(rng.next_u32()) / f64::from(u32::MAX)
}

fn drawn(rng: &mut ChaCha8Rng) -> (Vec<Satellite>, Place, f64) {
    let shell = Shell {
        name: "S".into(),
        height: Height::AltitudeKm(draw(rng, 400.0, 2_000.0)),
        inclination_deg: draw(rng, 20.0, 100.0),
        planes: 2,
        satellites_per_plane: 2,
        phasing: Phasing::Walker(1),
        node_spread_deg: draw(rng, 90.0, 360.0),
        epoch: Y2000,
    };
    let place = Place::new(draw(rng, -70.0, 70.0), draw(rng, -180.0, 180.0), draw(rng, 0.0, 3_000.0));
    (shell.satellites().expect("a shell"), place.expect("a place"), draw(rng, 5.0, 40.0))
}

/// Every second at which each satellite is above the mask, as spans of whole seconds.
fn stepped(satellites: &[Satellite], place: Place, mask_deg: f64, window: Window) -> Vec<(u32, Instant, Instant)> {
    let mut spans = Vec::new();
    for (index, satellite) in (0..).zip(satellites) {
        let mut rise = None;
        for second in 0..=window.length().as_secs() {
            let at = window.from().after(Duration::from_secs(second));
            let look = place.site().look(satellite.position(at).expect("in orbit"));
            let above = look.elevation_deg >= mask_deg && at < window.to();
            match (above, rise) {
                (true, None) => rise = Some(at),
                (false, Some(risen)) => {
                    spans.push((index, risen, at));
                    rise = None;
                }
                _ => (),
            }
        }
    }
    spans.sort_by_key(|(index, rise, _)| (*rise, *index));
    spans
}

#[test]
fn passes_are_those_that_stepping_finds() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut compared = 0;
    for _ in 0..8 {
        let (satellites, place, mask_deg) = drawn(&mut rng);
        let window = hours(8);
        let found = passes(&place.site(), mask_deg, &satellites, window).expect("passes");
        // Shorter ones can fall between two seconds of either.
        let long: Vec<&Pass> = found.iter().filter(|pass| pass.window.length().as_ms() > 2_000).collect();
        for pass in &long {
            assert!(f64::from(pass.elevation_mdeg_max) + 1.0 >= mask_deg * 1e3, "{pass:?}");
        }
        let expected = stepped(&satellites, place, mask_deg, window);
        let expected: Vec<_> = expected.iter().filter(|(_, rise, set)| set.since(*rise).as_ms() > 2_000).collect();
        let mut ordered: Vec<_> =
            long.iter().map(|pass| (pass.satellite, pass.window.from(), pass.window.to())).collect();
        ordered.sort_by_key(|(index, rise, _)| (rise.as_ms().div_ceil(1_000), *index));
        assert_eq!(ordered.len(), expected.len());
        for ((index, rise, set), (expected_index, first, last)) in ordered.into_iter().zip(expected) {
            assert_eq!(index, *expected_index);
            assert!(first.since(rise).as_ms() < 1_000 && rise <= *first, "{rise:?} {first:?}");
            assert!(last.since(set).as_ms() < 1_000 && set <= *last, "{set:?} {last:?}");
            compared += 1;
        }
    }
    println!("{compared} passes compared");
    assert!(compared > 50);
}

/// Two passes of satellites 0 and 1 that overlap, and one of 2 after a gap; seconds and thousandths of a degree.
fn three() -> Vec<Pass> {
    let pass = |satellite, (from, to): (u64, u64), elevation_mdeg_max| Pass {
        window: Window::new(Instant::from_ms(from * 1_000), Instant::from_ms(to * 1_000)).expect("a window"),
        satellite,
        elevation_mdeg_max,
    };
    vec![pass(0, (0, 100), 80_000), pass(1, (50, 200), 30_000), pass(2, (90, 150), 60_000), pass(3, (300, 400), 40_000)]
}

fn spans(window: Window) -> (u64, u64) {
    (window.from().as_ms() / 1_000, window.to().as_ms() / 1_000)
}

#[test]
fn serving_follows_its_rule_and_outages_are_what_is_left() {
    let window = Window::new(Instant::from_ms(10_000), Instant::from_ms(450_000)).expect("a window");
    let served = |choice| -> Vec<_> {
        let served = serving(&three(), window, choice);
        served.iter().map(|served| (served.satellite, spans(served.window))).collect()
    };
    assert_eq!(served(Choice::LongestRemaining), [(0, (10, 100)), (1, (100, 200)), (3, (300, 400))]);
    assert_eq!(served(Choice::HighestPass), [(0, (10, 100)), (2, (100, 150)), (1, (150, 200)), (3, (300, 400))]);
    let changes = handovers(&serving(&three(), window, Choice::LongestRemaining));
    assert_eq!(changes, [Instant::from_ms(100_000)]);
    let gaps: Vec<_> = outages(&three(), window).into_iter().map(spans).collect();
    assert_eq!(gaps, [(200, 300), (400, 450)]);
    assert_eq!(outages(&[], window), [window]);
}

#[test]
fn the_index_answers_what_the_passes_say() {
    let satellites: Vec<Satellite> = kuiper().satellites().expect("a shell").into_iter().step_by(40).collect();
    let (place, mask_deg) = (Place::new(48.0, 11.0, 500.0).expect("a place"), 5.0);
    let all = passes(&place.site(), mask_deg, &satellites, hours(24)).expect("passes");
    let mut index = Index::new(hours(24));
    index.insert(CELL, place, mask_deg, &satellites).expect("room");
    let (mut full, mut partial) = (0, 0);
    for number in 0..24 * 60 {
        let slot = Window::starting(Y2000.after(Duration::from_mins(number)), SLOT).expect("a slot");
        let up: Vec<u32> = all.iter().filter(|pass| pass.window.covers(slot)).map(|pass| pass.satellite).collect();
        assert_eq!(index.throughout(CELL, slot.from().after(Duration::from_secs(17))), up);
        let some: Vec<&Pass> = all.iter().filter(|pass| pass.window.overlaps(slot)).collect();
        assert_eq!(index.passes(CELL, slot).collect::<Vec<_>>(), some);
        (full, partial) = (full + up.len(), partial + some.len());
        let out = index.outages(CELL).iter().any(|gap| gap.contains(slot.from()));
        assert_eq!(index.serving(CELL, slot.from()).is_none(), out);
    }
    assert!(full > 0 && partial > full, "{full} {partial}");
    let elsewhere = H3Cell::from_index(1);
    assert!(index.throughout(elsewhere, Y2000).is_empty() && index.serving(elsewhere, Y2000).is_none());
    assert!(index.throughout(CELL, hours(24).to()).is_empty());
}

#[test]
fn a_geostationary_satellite_never_sets() {
    let shell = Shell {
        name: "GEO".into(),
        height: Height::RevolutionsPerDay(1.002_738),
        inclination_deg: 0.05,
        planes: 1,
        satellites_per_plane: 4,
        phasing: Phasing::Walker(0),
        node_spread_deg: 360.0,
        epoch: Y2000,
    };
    let satellites = shell.satellites().expect("a shell");
    // The first is over its sidereal angle, 99.97° west of where Greenwich is at the epoch.
    let place = Place::new(0.0, -99.97, 0.0).expect("a place");
    let [pass] = passes(&place.site(), 20.0, &satellites, hours(24)).expect("passes")[..] else { panic!("one pass") };
    assert_eq!((pass.window, pass.satellite), (hours(24), 0));
    assert!(pass.elevation_mdeg_max > 89_000, "{pass:?}");
    let range_m = place.site().look(satellites[0].position(Y2000).expect("in orbit")).range_m;
    assert!((range_m - 35_786_000.0).abs() < 20_000.0, "{range_m}");
}

#[test]
fn what_is_asked_for_is_bounded() {
    let site = Place::new(0.0, 0.0, 0.0).expect("a place").site();
    assert_eq!(passes(&site, 91.0, &[], hours(1)), Err(PassesError::Mask));
    assert_eq!(passes(&site, 10.0, &[], hours(24 * 32)), Err(PassesError::WindowTooLong));
}
