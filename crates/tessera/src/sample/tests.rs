use super::offerings::is_carried;
use super::*;
use engine::state::{Grade, ResourceClass};
use engine::{Ask, qualify};
use journal::{Memory, Store};
use node::{Cell, wall_clock};
use std::sync::Arc;
use twin::{PACKET_BYTES, theory};
use types::{Area, Duration, H3Cell, Window};

/// The H3 cell of the story's place, 52.37 N 4.90 E.
const PLACE: u64 = 0x0881_969c_9b3f_ffff;

#[tokio::test]
async fn the_story_can_be_told_at_every_hour_of_the_week() {
    let store: Arc<dyn Store> = Arc::new(Memory::new(CellId(1)));
    let cell = Cell::start(&store).expect("starts");
    load(cell.gate(), CellId(1), &City::sample(1), Remedies::AsWritten).await.expect("loads");
    let place = Area::new(vec![H3Cell::from_index(PLACE)]).expect("one place");
    let now = wall_clock();
    let offering = cell.gate().read(|view| view.state.offering_by_id(GAMING_BOOST)).await.expect("it is on sale");
    for hour in 0..168 {
        let from = now.after(Duration::from_hours(hour));
        let window = Window::starting(from, Duration::from_hours(2)).expect("a window");
        let ask = Ask {
            offering,
            window,
            place: &place,
            stages: &[],
            grade_min: Grade::Empirical,
            terms: capacity::Terms::Firm,
        };
        let promise = cell.gate().read(|view| qualify(&view.state, ask, from)).await;
        assert!(promise.is_ok_and(|promise| promise.legs.len() == 3), "{hour} hours from now");
    }
}

/// What the city's radio cells carry.
fn carried(city: &City) -> Vec<engine::OfferingDraft> {
    let all = offerings(city).expect("every one can be promised");
    all.into_iter().filter(|draft| is_carried(draft.capability)).collect()
}

/// The twin's own law, which shares no code with the grades, at the units that the offerings take.
#[test]
fn the_twins_queue_keeps_what_the_tables_say() {
    let city = City::sample(1);
    for draft in carried(&city) {
        let engine::state::Terms { latency_ms_max, percentile_ppm, downlink_kbps_min, uplink_kbps_min, .. } =
            draft.terms;
        let planned_ppm =
            theory::planning_percentile_ppm(u64::from(percentile_ppm), draft.guarantee.samples_min, 1_000_000);
        let offered_kbps = u64::from(downlink_kbps_min.max(uplink_kbps_min));
        for radio in city.radio_cells() {
            let row = draft.demand[&network::class_of(radio.class)].clone();
            assert_eq!((row.grade, row.version), (Some(Grade::Statistical), 1));
            let unloaded_us = radio.radio_cell.and_then(|cell| city.base_delay_us(cell, None)).expect("a path");
            let queued_us = theory::delay_percentile_us(row.units, offered_kbps, PACKET_BYTES, planned_ppm);
            let whole_us = u64::from(unloaded_us) + queued_us.expect("a stable queue");
            assert!(whole_us <= u64::from(latency_ms_max) * 1_000, "{} on {}: {whole_us} µs", draft.name, radio.name);
            // A plan that is dearer than it has to be would leave more than paths of one class differ by.
            assert!(whole_us >= u64::from(latency_ms_max) * 1_000 - 1_000, "{} on {}", draft.name, radio.name);
        }
    }
}

#[test]
fn what_may_go_wrong_along_a_path_is_what_was_allowed() {
    let city = City::sample(1);
    let behind = [ResourceClass::Transport, ResourceClass::Core, ResourceClass::Edge];
    for draft in carried(&city) {
        let most = draft.demand.values().map(|row| row.units).max();
        assert!(behind.iter().all(|class| Some(draft.demand[class].units) == most), "one rate all along: {draft:?}");
        for radio in [ResourceClass::RadioMacro, ResourceClass::RadioMicro, ResourceClass::RadioU6] {
            for end in [ResourceClass::Core, ResourceClass::Edge] {
                let path = [radio, ResourceClass::Transport, end];
                let epsilon_ppb: u32 = path.iter().map(|class| draft.demand[class].epsilon_ppb).sum();
                assert_eq!(epsilon_ppb, 1_000_000, "{} over {path:?}", draft.name);
            }
        }
    }
}
