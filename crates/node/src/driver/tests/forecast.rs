//! A forecast is kept before it is named, and only what is accepted is.

use super::*;
use crate::limits::SNAPSHOT_EVERY_BLOBS;
use crate::sample::{ALICE, BOOST, CELL, purchase};
use crate::step::{Refused, StopReason};
use crate::view::View;
use engine::capacity::{BidHead, BidTable, ForecastStep, ForecastTable, Resource, ResourceRef, Slot};
use engine::state::{Blob, BlobHash, ResourceInfo};
use engine::{Event, Rejection};
use journal::{Batch, Hash, SqliteStore};
use sha2::{Digest, Sha256};

fn first_resource(view: &View) -> (ResourceInfo, Resource) {
    let first = ResourceRef::from_index(0);
    let calendar = *view.state.capacity.resource(first).expect("is defined");
    (view.state.resource(first).expect("is defined").clone(), calendar)
}

fn table(load: u32, steps: usize) -> ForecastTable {
    table_of(0, load, steps)
}

fn table_of(resource: u32, load: u32, steps: usize) -> ForecastTable {
    let from = Slot::containing(wall_clock()).expect("a slot");
    let rows = vec![(ResourceRef::from_index(resource), vec![load; steps])];
    ForecastTable::new(from, ForecastStep::Hour, 950_000, rows).expect("is sound")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forecast_stops_sales_and_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), CELL).expect("opens"));
    let cell = founded(&store, &Ahead::default(), 1_000).await;
    ask(cell.gate(), purchase(BOOST, wall_clock())).await;
    let name = cell.gate().load_forecast(Actor::OPERATOR, table(901, 3)).await.expect("is loaded");
    let said = cell.gate().read(|view| view.timeline.back().map(|(.., event)| event.clone())).await;
    assert!(matches!(said, Some(Event::ResourceOvercommitted { .. })), "{said:?}");
    cell.stop();
    let cell = Cell::start(&store).expect("starts again");
    let kept = cell.gate().read(|view| view.state.forecasts.iter().map(Blob::hash).collect::<Vec<_>>()).await;
    assert_eq!(kept, [name]);
    let refused = cell.gate().submit(Actor::OPERATOR, purchase(BOOST, wall_clock())).await.expect_err("is full");
    assert!(matches!(refused, GateError::Rejected(Rejection::CapacityExhausted { .. })), "{refused}");
    cell.gate().load_forecast(Actor::OPERATOR, table(100, 3)).await.expect("is loaded");
    ask(cell.gate(), purchase(BOOST, wall_clock())).await;
    cell.stop();
    store.verify().expect("is intact");
}

fn bids(value: u32) -> BidTable {
    let head = BidHead {
        from: Slot::containing(wall_clock()).expect("a slot"),
        step: ForecastStep::Hour,
        currency: types::Currency::parse("EUR").expect("a code"),
        scale: 1,
        expires_at: wall_clock().after(types::Duration::from_hours(2)),
    };
    BidTable::new(head, vec![(ResourceRef::from_index(0), vec![value; 3])]).expect("is sound")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bid_prices_are_kept_by_their_name_and_are_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), CELL).expect("opens"));
    let cell = founded(&store, &Ahead::default(), 1).await;
    cell.gate().load_bid_prices(Actor::OPERATOR, bids(3)).await.expect("is loaded");
    let name = cell.gate().load_bid_prices(Actor::OPERATOR, bids(5)).await.expect("is loaded");
    let refused = cell.gate().load_bid_prices(Actor::customer(ALICE), bids(7)).await.expect_err("is rejected");
    assert!(matches!(refused, LoadError::Gate(GateError::Rejected(Rejection::RoleNotAllowed))), "{refused}");
    cell.stop();
    let cell = Cell::start(&store).expect("starts again");
    let found = cell.gate().read(|view| {
        let last = view.state.bids.loaded().last().map(|(_, blob)| blob.hash());
        let counts = view.state.bids.in_force(wall_clock()).next().map(|(_, table, row)| table.row(row).to_vec());
        (view.state.bids.loaded().count(), last, counts)
    });
    assert_eq!(found.await, (2, Some(name), Some(vec![5; 3])), "what it took the place of is remembered too");
    cell.stop();
    assert_eq!(store.blobs().expect("opens").list().expect("lists").len(), 2);
    store.verify().expect("is intact");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_rejected_is_not_kept() {
    let store: Arc<dyn Store> = Arc::new(journal::Memory::new(CELL));
    let cell = founded(&store, &Ahead::default(), 1).await;
    for (actor, table, why) in [
        (Actor::customer(ALICE), table(1, 3), Rejection::RoleNotAllowed),
        (Actor::OPERATOR, table(1, 400), Rejection::WindowBeyondCalendar),
    ] {
        let name = Hash::from_bytes(Sha256::digest(table.to_bytes()).into());
        let refused = cell.gate().load_forecast(actor, table).await.expect_err("is rejected");
        assert!(matches!(refused, LoadError::Gate(GateError::Rejected(found)) if found == why), "{refused}");
        assert!(!store.blobs().expect("opens").has(name).expect("looks"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_names_what_is_not_kept_is_never_appended() {
    let store: Arc<dyn Store> = Arc::new(journal::Memory::new(CELL));
    let cell = founded(&store, &Ahead::default(), 1).await;
    let before = store.verify().expect("is intact").events;
    let command = Command::LoadForecast { hash: BlobHash([1; 32]), table: Arc::new(table(1, 3)) };
    let answer = cell.gate().submit(Actor::OPERATOR, command).await;
    assert_eq!(answer, Err(GateError::Refused(Refused::Stopped)));
    until("it has stopped", async || cell.stop_reason() == Some(StopReason::AppendFailed)).await;
    assert_eq!(store.verify().expect("is intact").events, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forecasts_that_nothing_names_any_more_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), CELL).expect("opens"));
    let cell = founded(&store, &Ahead::default(), 1).await;
    let kept = || store.blobs().expect("opens").list().expect("lists").len();
    // One that is put and never named, as after a crash between the two.
    store.blobs().expect("opens").put(b"nobody's").expect("keeps");
    let archived = || store.segments().expect("lists").len();
    let (mut info, calendar) = cell.gate().read(first_resource).await;
    (info.id, info.covers) = (types::ResourceId::from_u128(99), Vec::new());
    ask(cell.gate(), Command::DefineResource(Box::new((info, calendar)))).await;
    let other = table_of(1, 7, 3);
    let followed = cell.gate().load_forecast(Actor::OPERATOR, other).await.expect("is loaded");
    let nobodys = Hash::from_bytes(Sha256::digest(b"nobody's").into());
    let is_gone = || archived() > 3 && !store.blobs().expect("opens").has(nobodys).expect("looks");
    for loaded in 1..=20 * u32::try_from(SNAPSHOT_EVERY_BLOBS).expect("few") {
        cell.gate().load_forecast(Actor::OPERATOR, table(loaded, 3)).await.expect("is loaded");
        if is_gone() {
            break;
        }
    }
    assert!(is_gone() && kept() < 4 * SNAPSHOT_EVERY_BLOBS, "{} segments, {} kept", archived(), kept());
    cell.stop();
    store.verify().expect("is intact");
    let (mut reader, mut blobs) = (store.reader().expect("opens"), store.blobs().expect("opens"));
    let from = store.segments().expect("lists").last().expect("archived").last.next_seq;
    let sealed = reader.read(from, usize::MAX).expect("reads");
    let batches = sealed.iter().map(|sealed| Batch::<Event>::decode(sealed.payload()).expect("decodes"));
    let named: Vec<_> =
        batches.flat_map(|batch| batch.events().iter().filter_map(Event::blob).collect::<Vec<_>>()).collect();
    assert!(named.len() >= SNAPSHOT_EVERY_BLOBS);
    assert!(named.iter().all(|name| blobs.has(Hash::from_bytes(name.0)).expect("looks")), "replay needs them");
    let cell = Cell::start(&store).expect("everything that is named is there");
    let followed_now = cell.gate().read(|view| view.state.forecasts.iter().map(Blob::hash).collect::<Vec<_>>()).await;
    assert!(followed_now.len() == 2 && followed_now.contains(&followed), "the old one that is still followed");
    cell.stop();
}
