//! A cell that tops a wallet up through a payment service on a socket that answers, declines, keeps silent and repeats.

use super::PaymentService;
use crate::web::{Config, WebClient};
use engine::state::{AutoTopUp, PartyKind, PartyRef, Progress, UtcOffset};
use engine::{Actor, Command, WalletOrder, WalletWish};
use node::journal::{Memory, Store};
use node::{Cashier, Cell, Clock, wall_clock};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::{CellId, Currency, Duration, PartyId, TenantId};

const ALICE: PartyRef = PartyRef::from_index(1);

/// What the service does with a request.
#[derive(Clone, Copy, Debug)]
enum Act {
    Approve,
    Decline,
    /// Moves the money, and closes the connection without a word.
    MoveAndHangUp,
    /// Moves the money, and never answers.
    MoveAndWait,
    /// Says the same twice on one connection.
    ApproveTwice,
    /// Something is broken.
    Fail,
    /// It will be known later.
    Pending,
    /// Something that is no answer.
    Babble,
}

/// A service that moves money once for each key, and what it heard.
#[derive(Default)]
struct House {
    moved: BTreeMap<String, i64>,
    heard: Vec<(String, serde_json::Value)>,
}

struct Service {
    port: u16,
    house: Arc<Mutex<House>>,
}

impl Service {
    async fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let house = Arc::new(Mutex::new(House::default()));
        let kept = Arc::clone(&house);
        tokio::spawn(async move {
            let mut acts = acts.into_iter();
            while let Ok((stream, _)) = listener.accept().await {
                let act = acts.next().unwrap_or(Act::Fail);
                tokio::spawn(serve(stream, act, Arc::clone(&kept)));
            }
        });
        Self { port, house }
    }

    fn with<T>(&self, look: impl FnOnce(&House) -> T) -> T {
        look(&self.house.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn driver(&self) -> PaymentService {
        let config = Config { allow_loopback: true, ..Config::default() };
        let web = WebClient::new(&config).expect("a client");
        PaymentService::new(Arc::new(web), format!("http://127.0.0.1:{}/payments", self.port), Some("s3".to_owned()))
    }
}

async fn serve(mut stream: TcpStream, act: Act, house: Arc<Mutex<House>>) {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    while !text.ends_with('}') {
        match stream.read(&mut bytes).await {
            Ok(read @ 1..) => text.push_str(&String::from_utf8_lossy(&bytes[..read])),
            _ => return,
        }
    }
    let head = text.to_ascii_lowercase();
    assert!(head.contains("authorization: bearer s3"), "{text}");
    let key = head.lines().find_map(|line| line.strip_prefix("idempotency-key: ")).expect("a key").to_owned();
    let body: serde_json::Value =
        serde_json::from_str(text.split_once("\r\n\r\n").expect("a body").1).expect("a body in JSON");
    let moves = matches!(act, Act::Approve | Act::ApproveTwice | Act::MoveAndHangUp | Act::MoveAndWait);
    {
        let mut house = house.lock().unwrap_or_else(PoisonError::into_inner);
        if moves {
            house.moved.entry(key.clone()).or_insert(body["amount_minor"].as_i64().expect("an amount"));
        }
        house.heard.push((key, body));
    }
    let said = match act {
        Act::Approve | Act::ApproveTwice => answer(200, "{\"outcome\":\"approved\",\"charge\":\"ch_1\"}"),
        Act::Decline => answer(402, "no"),
        Act::Fail => answer(500, "{}"),
        Act::Pending => answer(202, "{\"outcome\":\"pending\"}"),
        Act::Babble => answer(200, "<html>"),
        Act::MoveAndHangUp => return,
        Act::MoveAndWait => return std::future::pending().await,
    };
    let times = if matches!(act, Act::ApproveTwice) { 2 } else { 1 };
    // A client that has seen enough may be gone.
    let _ = stream.write_all(said.repeat(times).as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn answer(status: u16, body: &str) -> String {
    format!("HTTP/1.1 {status} Said\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// A cell whose wallet of Alice's is topped up by itself, and its cashier.
struct World {
    store: Arc<dyn Store>,
    ahead: Arc<AtomicU64>,
    cell: Cell,
    running: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl World {
    async fn new(service: &Service) -> Self {
        let store: Arc<dyn Store> = Arc::new(Memory::new(CellId(1)));
        let world = Self::on(store, Arc::default(), service);
        let currency = eur();
        for command in [
            Command::FoundCell { cell: CellId(1), operator: PartyId::from_u128(1) },
            Command::RegisterParty {
                id: PartyId::from_u128(2),
                tenant: TenantId(1),
                kind: PartyKind::Consumer,
                subject: None,
            },
            Command::OpenWallet { party: ALICE, currency },
        ] {
            world.ask(command).await;
        }
        world
    }

    fn on(store: Arc<dyn Store>, ahead: Arc<AtomicU64>, service: &Service) -> Self {
        let moved = Arc::clone(&ahead);
        let clock = Clock::new(move || wall_clock().after(Duration::from_ms(moved.load(Ordering::SeqCst))));
        let cell = Cell::start_with(&store, clock).expect("starts");
        let cashier = Cashier::new(cell.gate().clone(), Arc::new(service.driver()));
        let (stop, stopped) = watch::channel(false);
        Self { store, ahead, running: tokio::spawn(cashier.run(stopped)), cell, stop }
    }

    /// The cashier is cut off without a word, then all of it starts again.
    async fn crash(self, service: &Service) -> Self {
        self.running.abort();
        assert!(self.running.await.is_err_and(|error| error.is_cancelled()));
        drop(self.cell);
        Self::on(self.store, self.ahead, service)
    }

    async fn ask(&self, command: Command) {
        self.cell.gate().submit(Actor::OPERATOR, command).await.expect("accepted");
    }

    async fn order(&self, wish: WalletWish) {
        self.ask(Command::OrderWallet(Box::new(WalletOrder { party: ALICE, currency: eur(), wish }))).await;
    }

    async fn balance(&self) -> i64 {
        let posted = |view: &node::View| {
            let wallet = engine::wallet_of(&view.state, ALICE, eur()).expect("she has one");
            view.state.ledger.account(wallet).expect("it is open").posted
        };
        self.cell.gate().read(posted).await
    }

    async fn rule(&self) -> AutoTopUp {
        let rule = |view: &node::View| view.state.wallets.values().find_map(|rules| rules.auto_top_up.clone());
        self.cell.gate().read(rule).await.expect("a rule")
    }

    async fn until(&self, what: &str, mut seen: impl AsyncFnMut(&Self) -> bool) {
        for _ in 0..4_000 {
            if seen(self).await {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("waited in vain until {what}");
    }

    async fn end(self) {
        self.stop.send_replace(true);
        self.running.await.expect("no panic");
    }
}

fn eur() -> Currency {
    Currency::parse("EUR").expect("a code")
}

fn rule() -> WalletWish {
    WalletWish::AutoTopUp(Some(AutoTopUp {
        below_minor: 500,
        amount_minor: 300,
        reference: "mandate-7".to_owned(),
        day_max_minor: 3_000,
        utc_offset: UtcOffset::default(),
        progress: Progress::default(),
    }))
}

#[tokio::test]
async fn whatever_the_service_says_or_does_not_say_money_moves_once() {
    let acts = [Act::MoveAndHangUp, Act::Babble, Act::ApproveTwice, Act::Fail, Act::Pending, Act::Approve];
    let service = Service::start(acts.to_vec()).await;
    let world = World::new(&service).await;
    world.order(rule()).await;
    world.until("it has enough", async |world| world.balance().await == 600).await;
    world.until("nothing is open", async |world| world.rule().await.progress.pending.is_none()).await;
    let keys: Vec<String> = service.with(|house| house.heard.iter().map(|(key, _)| key.clone()).collect());
    assert_eq!((keys.len(), &keys[0], &keys[1], &keys[3], &keys[4]), (6, &keys[2], &keys[2], &keys[5], &keys[5]));
    assert_ne!(keys[0], keys[5]);
    assert_eq!(service.with(|house| house.moved.values().copied().collect::<Vec<_>>()), [300, 300]);
    let (key, body) = service.with(|house| house.heard[0].clone());
    assert_eq!(body["payment"], key, "the key is the payment's id");
    let told = (&body["kind"], &body["reference"], &body["currency"], &body["party"]);
    let alice = serde_json::json!(PartyId::from_u128(2).to_string());
    assert_eq!(told, (&"top_up".into(), &"mandate-7".into(), &"EUR".into(), &alice));
    world.end().await;
}

#[tokio::test]
async fn a_crash_asks_again_and_doubles_nothing() {
    let service = Service::start(vec![Act::MoveAndWait, Act::Approve, Act::MoveAndWait, Act::Approve]).await;
    let mut world = World::new(&service).await;
    world.order(rule()).await;
    for asked in [1, 3] {
        world.until("it is asked", async |_| service.with(|house| house.heard.len()) == asked).await;
        world = world.crash(&service).await;
    }
    world.until("it has enough", async |world| world.balance().await == 600).await;
    assert_eq!(service.with(|house| house.moved.values().sum::<i64>()), 600);
    world.end().await;
}

#[tokio::test]
async fn after_three_declines_it_is_paused_until_it_is_set_again() {
    let service = Service::start(vec![Act::Decline, Act::Decline, Act::Decline, Act::Approve, Act::Approve]).await;
    let world = World::new(&service).await;
    world.order(rule()).await;
    for declines in 1..=3 {
        world.until("it is declined", async |world| world.rule().await.progress.declines == declines).await;
        world.ahead.fetch_add(Duration::from_mins(11).as_ms(), Ordering::SeqCst);
        world.ask(Command::TopUp { party: ALICE, currency: eur(), amount_minor: 1 }).await;
    }
    assert!(world.rule().await.is_paused() && world.rule().await.progress.pending.is_none());
    assert_eq!((world.balance().await, service.with(|house| house.moved.len())), (3, 0));
    world.order(rule()).await;
    world.until("it has enough", async |world| world.balance().await == 603).await;
    world.end().await;
}

#[tokio::test]
async fn money_goes_back_where_it_came_from_or_stays() {
    let service = Service::start(vec![Act::Decline, Act::Fail, Act::Approve]).await;
    let world = World::new(&service).await;
    let origin = engine::state::Origin::Payment("ch_9".to_owned());
    let receipt = engine::Receipt { party: ALICE, currency: eur(), amount_minor: 500, origin };
    world.ask(Command::ReceivePayment(Box::new(receipt))).await;
    world.order(WalletWish::PayOut(None)).await;
    world.until("it is declined", async |world| world.balance().await == 500).await;
    world.order(WalletWish::PayOut(Some(200))).await;
    let open = async |world: &World| world.cell.gate().read(|view| view.state.payments.len()).await;
    world.until("it is paid", async |world| open(world).await == 0).await;
    assert_eq!(world.balance().await, 300);
    let bodies = service.with(|house| house.heard.iter().map(|(_, body)| body.clone()).collect::<Vec<_>>());
    assert!(bodies.iter().all(|body| body["kind"] == "payout" && body["reference"] == "ch_9"));
    assert_eq!(service.with(|house| house.moved.values().copied().collect::<Vec<_>>()), [200]);
    world.end().await;
}
