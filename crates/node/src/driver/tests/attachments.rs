use super::network::World;
use super::*;
use crate::sample::{BOOST, CALLS, place, radio_cell};
use engine::state::{SessionRef, SessionState};
use types::H3Cell;

/// A place that no radio cell covers at first.
const THERE: H3Cell = H3Cell::from_index((8 << 52) | 0x99);

impl World {
    fn attach(&self, session: SessionRef, places: &[H3Cell]) {
        let id = self.id(session);
        self.port.script().attached.insert(id, places.to_vec());
    }

    /// The resources that a session's promise holds, by their number.
    fn holds(&self, session: SessionRef) -> Vec<u32> {
        let (view, token) = (self.gate().replica().view(), self.session(session).token);
        view.state.token(token).expect("it was sold").legs.iter().map(|leg| leg.resource.index()).collect()
    }

    fn next_seq(&self) -> u64 {
        self.gate().replica().view().next_seq
    }
}

#[tokio::test]
async fn where_a_device_is_becomes_a_command_until_its_promise_is_there() {
    let world = World::new().await;
    let here = place().cells()[0];
    let session = world.call(BOOST, 1).await;
    world.reaches(session, SessionState::Active).await;
    let before = world.next_seq();
    world.attach(session, &[here]);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!((world.holds(session), world.next_seq()), (vec![0], before), "what serves it is held: nothing happens");

    world.attach(session, &[THERE]);
    until("nothing serves it", async || world.session(session).windows_broken == 1).await;
    world.ahead.skip(Duration::from_secs(20));
    until("it is told again", async || world.session(session).windows_broken == 2).await;
    ask(world.gate(), radio_cell(2, THERE)).await;
    until("its promise is there", async || world.holds(session) == [1]).await;

    let world = world.crash().await;
    let (session, before) = (session, world.next_seq());
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!((world.holds(session), world.next_seq()), (vec![1], before), "told again, it changes nothing");
    world.attach(session, &[THERE, here]);
    until("it is held ahead", async || world.holds(session) == [1, 0]).await;
}

#[tokio::test]
async fn a_device_without_a_promise_is_not_heard_of() {
    let world = World::new().await;
    let session = world.call(CALLS, 1).await;
    world.reaches(session, SessionState::Active).await;
    let before = world.next_seq();
    world.attach(session, &[THERE]);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!((world.session(session).windows_broken, world.next_seq()), (0, before));
}
