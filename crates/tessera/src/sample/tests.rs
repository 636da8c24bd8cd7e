use super::*;
use capacity::Terms;
use engine::state::Grade;
use engine::{Ask, qualify};
use journal::{Memory, Store};
use node::{Cell, wall_clock};
use std::sync::Arc;
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
        let ask = Ask { offering, window, place: &place, stages: &[], grade_min: Grade::Empirical, terms: Terms::Firm };
        let promise = cell.gate().read(|view| qualify(&view.state, ask, from)).await;
        assert!(promise.is_ok_and(|promise| promise.legs.len() == 3), "{hour} hours from now");
    }
}
