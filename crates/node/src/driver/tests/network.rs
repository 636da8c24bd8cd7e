use super::port::{Plan, Scripted};
use super::*;
use crate::driver::forgetting::Forgetting;
use crate::driver::network::Pace;
use crate::port::Report;
use crate::sample::{ALICE, BOOST, CELL, STREAM, alice, balanced, eur, money, purchase};
use crate::secret::CellSecret;
use crate::vault::{SessionRecord, Vault};
use engine::state::{Digest, EndReason, OfferingRef, Session, SessionRef, SessionState, TokenRef};
use journal::Memory;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::{Instant, SessionId, SubjectId};

const BALANCE: i64 = 1_000;

/// A cell with its network, that can be started again.
pub(super) struct World {
    store: Arc<dyn Store>,
    pub(super) ahead: Ahead,
    pub(super) port: Scripted,
    cell: Cell,
    running: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl World {
    pub(super) async fn new() -> Self {
        let (store, ahead): (Arc<dyn Store>, Ahead) = (Arc::new(Memory::new(CELL)), Ahead::default());
        founded(&store, &ahead, BALANCE).await.stop();
        Self::on(store, ahead, Scripted::default())
    }

    fn on(store: Arc<dyn Store>, ahead: Ahead, port: Scripted) -> Self {
        let cell = Cell::start_with(&store, ahead.clock()).expect("starts");
        let vault = Vault::open(&*store, &CellSecret::new([1; 32])).expect("opens");
        let record = SessionRecord { device: "tel:+1".to_owned(), ..SessionRecord::default() };
        for flow in 0..8 {
            vault.put_session(Digest([flow; 16]), &record).expect("kept");
        }
        let pace = Pace { telemetry_every: Duration::from_ms(10), call_timeout: Duration::from_ms(100) };
        let network = Network::new(cell.gate().clone(), vault, Arc::new(port.clone())).at_pace(pace);
        let (stop, stopped) = watch::channel(false);
        Self { store, ahead, port, running: tokio::spawn(network.run(stopped)), cell, stop }
    }

    /// The network's side is cut off without a word, then all of it starts again.
    pub(super) async fn crash(self) -> Self {
        self.running.abort();
        assert!(self.running.await.is_err_and(|error| error.is_cancelled()));
        drop(self.cell);
        Self::on(self.store, self.ahead, self.port)
    }

    pub(super) fn gate(&self) -> &Gate {
        self.cell.gate()
    }

    /// Buys an offering and calls it.
    pub(super) async fn call(&self, offering: OfferingRef, flow: u8) -> SessionRef {
        let now = self.gate().clock().now();
        let Answer::Token(token) = ask(self.gate(), purchase(offering, now)).await else { panic!("a token") };
        self.call_token(token, flow).await
    }

    async fn call_token(&self, token: TokenRef, flow: u8) -> SessionRef {
        let device = SubjectId::from_u128(u128::from(flow));
        let call =
            Command::RequestActivation { token, device, flow: Digest([flow; 16]), duration: Duration::from_mins(5) };
        let Ok(Answer::Session(session)) = self.gate().submit(alice(), call).await else { panic!("a session") };
        self.gate().read(|_| ()).await;
        session
    }

    pub(super) fn session(&self, session: SessionRef) -> Session {
        self.gate().replica().view().state.session(session).expect("it is not forgotten").clone()
    }

    pub(super) fn id(&self, session: SessionRef) -> SessionId {
        self.session(session).id
    }

    pub(super) async fn reaches(&self, session: SessionRef, state: SessionState) {
        until(&format!("{state:?}"), async || self.session(session).state == state).await;
    }

    fn money(&self) -> (i64, i64) {
        money(&self.gate().replica().view().state)
    }

    fn bookings(&self) -> usize {
        self.gate().replica().view().state.capacity.bookings().count()
    }

    /// Everything is given back, on the network and in both books.
    fn nothing_is_held(&self, spent: i64) {
        assert!(self.port.script().enforced.is_empty());
        assert_eq!(self.money(), (BALANCE - spent, 0));
        assert_eq!(self.bookings(), 0);
        assert!(balanced(&self.gate().replica().view().state));
    }

    async fn delete(&self, session: SessionRef) {
        let asked = self.gate().submit(alice(), Command::RequestDeactivation { session }).await;
        assert_eq!(asked, Ok(Answer::Done));
    }

    /// Lets the network report seconds that lie in the past of the session, all on time and all delivered.
    fn report(&self, session: SessionRef, numbers: impl IntoIterator<Item = u64>, latency_us: u32) {
        let row = self.session(session);
        let from = |n: u64| row.started_at.expect("it began").after(Duration::from_secs(n - 1));
        let reports = numbers.into_iter().map(|sequence| Report {
            session: row.id,
            sequence,
            from: from(sequence),
            to: from(sequence + 1),
            latency_us: vec![latency_us; 20],
            delivered_bytes: 1_000_000,
            offered_bytes: 1_000_000,
        });
        self.port.script().reports.entry(row.id).or_default().extend(reports);
    }
}

#[tokio::test]
async fn confirmed_is_active_and_paid_and_deleted_is_released() {
    let world = World::new().await;
    let session = world.call(BOOST, 1).await;
    world.reaches(session, SessionState::Active).await;
    assert_eq!(world.money(), (BALANCE - 60, 0));
    assert_eq!(world.port.script().devices, ["tel:+1"], "the private part comes out of the vault");
    world.delete(session).await;
    world.reaches(session, SessionState::Ended).await;
    assert_eq!(world.session(session).reason, Some(EndReason::DeleteRequested));
    assert!(world.port.script().enforced.is_empty());
    assert_eq!((world.port.calls("activate"), world.port.calls("release")), (1, 1), "each call once");
}

#[tokio::test]
async fn refused_releases_everything_and_is_not_asked_again() {
    let world = World::new().await;
    world.port.script().activate.extend([Plan::Refuse]);
    let session = world.call(BOOST, 1).await;
    world.reaches(session, SessionState::Ended).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(world.port.calls("activate"), 1);
    world.nothing_is_held(0);
}

#[tokio::test]
async fn unavailable_is_tried_again_and_then_refused() {
    let world = World::new().await;
    world.port.script().activate.extend([Plan::Unavailable; 2]);
    let session = world.call(BOOST, 1).await;
    world.reaches(session, SessionState::Active).await;
    assert_eq!(world.port.calls("activate"), 3);
    world.port.script().activate.extend([Plan::Unavailable; 3]);
    let other = world.call(BOOST, 2).await;
    world.reaches(other, SessionState::Ended).await;
    assert_eq!(world.money(), (BALANCE - 60, 0), "the other one's money is back");
    assert_eq!(world.bookings(), 1);
}

#[tokio::test]
async fn an_unknown_outcome_is_read_back_stopped_and_costs_nothing() {
    for plan in [Plan::Lost, Plan::Hang, Plan::Panic] {
        let world = World::new().await;
        world.port.script().activate.extend([plan]);
        let session = world.call(BOOST, 1).await;
        world.reaches(session, SessionState::Ended).await;
        assert_eq!(world.session(session).reason, Some(EndReason::NetworkTerminated), "{plan:?}");
        assert_eq!(world.port.calls("release"), 1, "{plan:?}: it had taken effect");
        world.nothing_is_held(0);
    }
}

#[tokio::test]
async fn a_delete_while_the_activation_is_under_way_ends_on_the_network_too() {
    let world = World::new().await;
    world.port.script().activate.extend([Plan::Hang]);
    let session = world.call(BOOST, 1).await;
    until("it is under way", async || world.port.calls("activate") == 1).await;
    world.delete(session).await;
    world.reaches(session, SessionState::Ended).await;
    assert!(world.port.script().enforced.is_empty());
    assert_eq!(world.money(), (BALANCE - 60, 60), "the token can still be called; its money is held");
}

#[tokio::test]
async fn a_release_that_fails_is_tried_until_it_succeeds() {
    let world = World::new().await;
    let session = world.call(BOOST, 1).await;
    world.reaches(session, SessionState::Active).await;
    world.port.script().release.extend([Plan::Unavailable, Plan::Lost, Plan::Panic]);
    world.delete(session).await;
    world.reaches(session, SessionState::Ended).await;
    assert_eq!(world.port.calls("release"), 4);
    assert!(world.port.script().enforced.is_empty());
}

#[tokio::test]
async fn a_network_that_forgets_a_session_ends_it_and_pays_back_what_is_left() {
    let world = World::new().await;
    let session = world.call(BOOST, 1).await;
    world.reaches(session, SessionState::Active).await;
    world.ahead.skip(Duration::from_secs(200));
    world.port.script().enforced.clear();
    world.reaches(session, SessionState::Ended).await;
    assert_eq!(world.session(session).reason, Some(EndReason::NetworkTerminated));
    // 200 of 3,600 seconds of 60 are used up.
    let (left, held) = world.money();
    assert!((BALANCE - 4..BALANCE).contains(&left) && held == 0, "{left} {held}");
    // 20 windows without a sample are found to be unmeasured before the session ends.
    assert_eq!(world.session(session).windows_unmeasured, 20);
    assert_eq!(world.bookings(), 0);
}

#[tokio::test]
async fn reports_that_come_twice_and_out_of_order_charge_once() {
    let world = World::new().await;
    let session = world.call(STREAM, 1).await;
    world.reaches(session, SessionState::Active).await;
    assert_eq!(world.money(), (BALANCE - 160, 100));
    world.report(session, [3, 1, 2, 2, 1], 1);
    let used = |world: &World| world.gate().replica().view().state.token(TokenRef::from_index(0)).expect("sold").used;
    until("all is charged", async || used(&world) >= 3_000_000).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(used(&world), 3_000_000);
    // 3,000 minor units were delivered; 100 were held, the operator bears the rest.
    assert_eq!(world.money(), (BALANCE - 160, 0));
    assert!(balanced(&world.gate().replica().view().state));
}

#[tokio::test]
async fn late_windows_pay_a_remedy_once_also_across_a_restart() {
    let world = World::new().await;
    let session = world.call(BOOST, 1).await;
    world.reaches(session, SessionState::Active).await;
    world.report(session, 1..=11, 99_000);
    until("the first window is broken", async || world.session(session).windows_broken == 1).await;
    let paid = world.money();
    assert_eq!(paid, (BALANCE - 60 + 15, 0));
    until("everything is acknowledged", async || {
        let row = world.session(session);
        world.gate().replica().view().state.source(row.source).is_some_and(|source| source.high == 11)
    })
    .await;
    let world = world.crash().await;
    // The second window goes on where it was: samples from 11 on, the rest of it on time.
    world.report(session, 12..=21, 1);
    world.ahead.skip(Duration::from_secs(25));
    world.delete(session).await;
    world.reaches(session, SessionState::Ended).await;
    let row = world.session(session);
    assert_eq!((row.windows_broken, world.money()), (1, paid));
}

#[tokio::test]
async fn a_crash_between_any_two_steps_makes_the_same_calls_and_the_books_agree() {
    for (activate, release) in
        [(Plan::Hang, Plan::Hang), (Plan::Unavailable, Plan::Unavailable), (Plan::Lost, Plan::Lost)]
    {
        let world = World::new().await;
        world.port.script().activate.extend([activate]);
        let session = world.call(BOOST, 1).await;
        until("it is under way", async || world.port.calls("activate") == 1).await;
        let world = world.crash().await;
        // Recorded as unknown or not, it ends up enforced and paid, or ended and paid back; never between.
        until("it is settled", async || {
            matches!(world.session(session).state, SessionState::Active | SessionState::Ended)
        })
        .await;
        if world.session(session).state == SessionState::Active {
            assert_eq!(world.money(), (BALANCE - 60, 0));
            let world = world.crash().await;
            assert!(world.port.script().enforced.contains(&world.id(session)));
            world.port.script().release.extend([release]);
            world.delete(session).await;
            let world = world.crash().await;
            world.reaches(session, SessionState::Ended).await;
            assert!(world.port.script().enforced.is_empty());
        } else {
            world.nothing_is_held(0);
        }
    }
}

#[tokio::test]
async fn one_session_that_hangs_holds_up_no_other() {
    let world = World::new().await;
    let deaf = world.call(BOOST, 1).await;
    world.reaches(deaf, SessionState::Active).await;
    let id = world.id(deaf);
    world.port.script().deaf.insert(id);
    let began = std::time::Instant::now();
    for flow in 2..6 {
        let other = world.call(BOOST, flow).await;
        world.reaches(other, SessionState::Active).await;
    }
    assert!(began.elapsed().as_millis() < 1_000, "{:?}", began.elapsed());
    world.delete(deaf).await;
    world.reaches(deaf, SessionState::Ended).await;
}

#[tokio::test]
async fn it_ends_at_once_when_told_and_when_the_cell_stops() {
    let world = World::new().await;
    world.port.script().activate.extend([Plan::Hang]);
    world.call(BOOST, 1).await;
    until("it is under way", async || world.port.calls("activate") == 1).await;
    let began = std::time::Instant::now();
    world.stop.send(true).expect("it is running");
    world.running.await.expect("ends");
    assert!(began.elapsed().as_millis() < 50, "{:?}", began.elapsed());

    let world = World::new().await;
    let session = world.call(BOOST, 1).await;
    world.reaches(session, SessionState::Active).await;
    world.report(session, 1..3, 1);
    world.cell.stop();
    world.ahead.skip(Duration::from_secs(1));
    tokio::time::timeout(std::time::Duration::from_secs(2), world.running).await.expect("ends").expect("no panic");
}

#[tokio::test]
async fn nothing_is_enforced_for_a_device_that_cannot_be_read() {
    let (store, ahead): (Arc<dyn Store>, Ahead) = (Arc::new(Memory::new(CELL)), Ahead::default());
    founded(&store, &ahead, BALANCE).await.stop();
    let other = Vault::open(&*store, &CellSecret::new([9; 32])).expect("opens");
    other.put_session(Digest([1; 16]), &SessionRecord::default()).expect("kept");
    let cell = Cell::start_with(&store, ahead.clock()).expect("starts");
    let port = Scripted::default();
    let vault = Vault::open(&*store, &CellSecret::new([1; 32])).expect("opens");
    let (_stop, stopped) = watch::channel(false);
    tokio::spawn(Network::new(cell.gate().clone(), vault, Arc::new(port.clone())).run(stopped));
    let top_up = Command::TopUp { party: ALICE, currency: eur(), amount_minor: 1 };
    ask(cell.gate(), top_up).await;
    let Answer::Token(token) = ask(cell.gate(), purchase(BOOST, wall_clock())).await else { panic!("a token") };
    let device = SubjectId::from_u128(1);
    let request = Command::RequestActivation { token, device, flow: Digest([1; 16]), duration: Duration::from_mins(5) };
    ask(cell.gate(), request).await;
    let state = || cell.gate().replica().view().state.session(SessionRef::from_index(0)).map(|row| row.state);
    until("it is given up", async || state() == Some(SessionState::Ended)).await;
    assert_eq!(port.calls("activate"), 0);
}

#[tokio::test]
async fn nothing_is_enforced_for_a_person_who_was_erased() {
    let world = World::new().await;
    Vault::open(&*world.store, &CellSecret::new([1; 32]))
        .and_then(|vault| vault.erase_session(Digest([1; 16]), Instant::MAX))
        .expect("erased");
    let session = world.call(BOOST, 1).await;
    world.reaches(session, SessionState::Ended).await;
    assert_eq!(world.port.calls("activate"), 0);
}

#[tokio::test]
async fn what_the_cell_forgets_is_named_once_and_only_when_no_newer_session_needs_it() {
    let world = World::new().await;
    let vault = Vault::open(&*world.store, &CellSecret::new([1; 32])).expect("opens");
    let first = world.call(BOOST, 1).await;
    world.reaches(first, SessionState::Active).await;
    let mut forgetting = Forgetting::new(world.cell.gate().clone(), vault);
    assert_eq!(forgetting.forgotten(), [], "it is still there");
    world.delete(first).await;
    world.reaches(first, SessionState::Ended).await;
    ask(world.gate(), Command::ForgetSession { session: first }).await;
    world.gate().read(|view| assert!(view.state.session(first).is_none())).await;
    assert_eq!(forgetting.forgotten(), [Digest([1; 16])]);
    assert_eq!(forgetting.forgotten(), [], "once");
}
