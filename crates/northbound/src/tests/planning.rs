//! What planning shows and takes: which satellite when, in what is answered and in what was bought; and measured loads.

use super::world::*;
use crate::native::wire::{Leg, ResourceClass};
use crate::native::{self, satellites};
use crate::{Measured, Planning, PlanningCounts, Served, Serving, Taken};
use serde_json::{Value, json};
use std::sync::Arc;
use types::{Duration, Instant, ResourceId, Window};

const BEAM: ResourceId = ResourceId::from_u128(77);
/// Each satellite serves so long, without a gap, up to a day from the epoch of the test.
const EACH: Duration = Duration::from_mins(4);

/// One satellite after another from `since` until `until`.
struct Sky {
    since: Instant,
    until: Instant,
}

impl Planning for Sky {
    fn served(&self, resource: ResourceId, window: Window, most: usize) -> Option<Served> {
        let servings = (0_u64..).map(|number| {
            let from = self.since.after(Duration::from_ms(EACH.as_ms() * number));
            (number, Window::new(from, from.after(EACH)).expect("a window"))
        });
        let within = servings.take_while(|(_, one)| one.from() < window.to().min(self.until)).take(most);
        let servings: Vec<_> =
            within.map(|(number, window)| Serving { satellite: format!("leo {number}"), window }).collect();
        let until = servings.last().map_or(self.since, |last| last.window.to()).min(window.to());
        (resource == BEAM).then_some(Served { servings, until })
    }

    fn observe(&self, measured: Vec<Measured>) -> Taken {
        let taken = measured.iter().map(|one| one.load.units).sum();
        Taken { taken, passed_over: measured.len() as u64, left_out: measured.first().map_or(0, |one| one.nominal) }
    }

    fn counts(&self) -> PlanningCounts {
        PlanningCounts { forecasts: 3, failures: 2, resources: 7, took_us: 1_500_000 }
    }
}

/// A world whose boost is carried by a satellite where no radio cell is.
async fn world(reach: Duration) -> World {
    let world = World::open().await;
    let cell = h3o::LatLng::new(ELSEWHERE.0, ELSEWHERE.1).expect("a place").to_cell(h3o::Resolution::Two);
    let beam = json!({"id": BEAM.to_string(), "name": "leo part", "class": "satellite_beam", "covers": [cell.to_string()],
                      "nominal": 100_000, "floor_ppm": 0, "profile": 0});
    world.post(OPERATOR, "/v1/resources", beam).await.expect(201);
    let mut boost = boost();
    boost["demand"] = json!({"satellite_beam": {"units": 1_000, "epsilon_ppb": 1_000, "version": 1}});
    boost["name"] = json!("Boost from space");
    boost["id"] = json!(types::OfferingId::from_u128(900).to_string());
    world.post(OPERATOR, "/v1/offerings", boost).await.expect(201);
    let since = node::wall_clock();
    let sky = Sky { since, until: since.after(reach) };
    world.with_app(|app| app.with_planning(Some(Arc::new(sky))))
}

fn asked(seconds: u64) -> Value {
    json!({"place": {"lat": ELSEWHERE.0, "lon": ELSEWHERE.1}, "window": {"duration_s": seconds}})
}

async fn beam_leg(world: &World, seconds: u64) -> Value {
    let answer = world.post(ALICE, "/v1/qualifications", asked(seconds)).await.expect(200);
    let from_space = |one: &&Value| one["name"] == "Boost from space" && one["promised"] == true;
    let promised = answer["answers"].as_array().expect("answers").iter().find(from_space).cloned();
    promised.unwrap_or_else(|| panic!("{answer}"))["path"][0].clone()
}

#[tokio::test]
async fn a_leg_names_its_satellites_with_their_times() {
    let world = world(Duration::from_hours(48)).await;
    let leg = beam_leg(&world, 600).await;
    let satellites = leg["satellites"].as_array().expect("they are named");
    assert_eq!(satellites.len(), 3, "{leg}");
    assert_eq!((&satellites[0]["name"], &satellites[2]["name"]), (&json!("leo 0"), &json!("leo 2")));
    assert_eq!(satellites[0]["to"], satellites[1]["from"], "a handover");
    assert_eq!(leg["satellites_until"], Value::Null, "nothing is left out");

    let wish = json!({"offering": types::OfferingId::from_u128(900).to_string(), "place": asked(600)["place"],
                      "window": {"duration_s": 600}});
    let quote = world.post(ALICE, "/v1/quotes", wish).await.expect(201);
    assert_eq!(quote["path"][0]["satellites"].as_array().map(Vec::len), Some(3), "{quote}");
    let again = world.get(ALICE, &format!("/v1/quotes/{}", quote["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(again["path"], quote["path"]);

    let order = json!({"quote": quote["id"]});
    let bought = world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", "k")], Some(order)).await.expect(201);
    assert_eq!(bought["path"], quote["path"]);
    let token = world.get(ALICE, &format!("/v1/tokens/{}", bought["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(token["path"], quote["path"], "as long as the ephemeris reaches");
}

#[tokio::test]
async fn a_list_says_where_it_is_cut_and_where_nothing_more_is_known() {
    let long = world(Duration::from_hours(48)).await;
    let leg = beam_leg(&long, 6 * 3_600).await;
    let satellites = leg["satellites"].as_array().expect("they are named");
    assert_eq!(satellites.len(), crate::limits::SATELLITES_PER_LEG_MAX);
    assert_eq!(leg["satellites_until"], satellites[satellites.len() - 1]["to"]);

    let short = world(Duration::from_mins(8)).await;
    let leg = beam_leg(&short, 3_600).await;
    assert_eq!(leg["satellites"].as_array().map(Vec::len), Some(2));
    assert_eq!(leg["satellites_until"], leg["satellites"][1]["to"], "the ephemeris ends there");
}

#[tokio::test]
async fn a_leg_for_a_part_of_the_time_names_those_of_its_part() {
    let world = world(Duration::from_hours(48)).await;
    let now = node::wall_clock();
    let at = |minutes| crate::time::text(now.after(Duration::from_mins(minutes)));
    let leg = |from: Option<u64>, to: Option<u64>| Leg {
        resource: BEAM.to_string(),
        name: String::new(),
        class: ResourceClass::SatelliteBeam,
        units: 1,
        from: from.map(at),
        to: to.map(at),
        satellites: Vec::new(),
        satellites_until: None,
    };
    // It may begin before the window and end after it, as it is held in whole slots.
    let mut path = vec![leg(None, None), leg(Some(10), Some(40)), leg(Some(90), Some(95))];
    satellites::name(&world.app, &mut path, &native::wire::Window { from: at(5), to: at(20) });
    assert_eq!(path[0].satellites, path[1].satellites, "both end with the window");
    assert!(!path[0].satellites.is_empty() && path[2].satellites.is_empty());
    let mut path = vec![leg(Some(5), Some(10))];
    satellites::name(&world.app, &mut path, &native::wire::Window { from: at(5), to: at(20) });
    assert!(path[0].satellites.len() < 4, "{:?}", path[0].satellites);
}

#[tokio::test]
async fn what_planning_did_is_counted() {
    let world = world(Duration::from_hours(1)).await;
    let text = world.get(OPERATOR, "/metrics").await.body.as_str().expect("a text").to_owned();
    for line in ["forecasts_total 3", "failures_total 2", "resources 7", "seconds_total 1.500000"] {
        assert!(text.contains(&format!("tessera_planning_{line}")), "{line} in {text}");
    }
    let plain = World::open().await;
    let text = plain.get(OPERATOR, "/metrics").await.body.as_str().expect("a text").to_owned();
    assert!(text.contains("tessera_planning_failures_total 0"), "{text}");
}

#[tokio::test]
async fn what_a_collector_measured_is_handed_on_and_nonsense_is_not() {
    let world = world(Duration::from_hours(1)).await;
    let now_ms = node::wall_clock().as_ms();
    let start = |slots_ago: u64| crate::time::text(Instant::from_ms(now_ms - now_ms % 300_000 - slots_ago * 300_000));
    let of = |from: String, id: ResourceId, units: Value| json!({"from": from, "resources": [{"id": id.to_string(), "units": units}]});
    let radio = resource(2);
    let taken = world.put(OPERATOR, "/v1/loads", of(start(3), radio, json!([5, null, 7]))).await.expect(200);
    assert_eq!(taken, json!({"taken": 12, "passed_over": 2, "left_out": 100}), "two loads of one of 100");
    for (draft, why) in [
        (of(start(2), radio, json!([1, 2, 3])), "slots that are over are expected"),
        (of(start(2), radio, json!([1_u64 << 53])), "0 to 9007199254740991 is expected"),
        (of(start(2), BEAM, json!([1])), "is carried by satellites"),
        (of(crate::time::text(Instant::from_ms(1)), radio, json!([1])), "the start of a slot"),
    ] {
        let problem = world.put(OPERATOR, "/v1/loads", draft).await.problem(422, "invalid-value");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(why)), "{problem}");
    }
    let unknown = of(start(2), ResourceId::from_u128(999), json!([1]));
    world.put(OPERATOR, "/v1/loads", unknown).await.problem(404, "unknown-resource");
    let unplanned = World::open().await;
    let refused = unplanned.put(OPERATOR, "/v1/loads", of(start(2), radio, json!([1]))).await;
    refused.problem(422, "invalid-value");
}
