use super::*;
use crate::limits::{QUEUE_COMMANDS_MAX, SUBMISSION_COMMANDS_MAX};
use crate::sample::{BOOST, CALLS, CELL, balanced, charge, money, purchase, wish};
use crate::step::{Refused, StopReason, Work};
use engine::state::{Period, QuoteState, Scope, TokenRef, UtcOffset};
use engine::{BudgetDraft, Rejection, WalletOrder, WalletWish};
use journal::{Fault, FaultyMemory, Memory, SqliteStore};
use std::time::Instant as Uptime;

const TOKEN: TokenRef = TokenRef::from_index(0);

fn memory() -> Arc<dyn Store> {
    Arc::new(Memory::new(CELL))
}

/// A cell with a token of calls.
async fn selling(store: &Arc<dyn Store>, balance_minor: i64) -> Cell {
    let cell = founded(store, &Ahead::default(), balance_minor).await;
    ask(cell.gate(), purchase(CALLS, wall_clock())).await;
    cell
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_thousand_parallel_charges_against_a_balance_for_one_exactly_one_succeeds() {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), CELL).expect("opens"));
    for store in [memory(), sqlite] {
        let cell = selling(&store, 1).await;
        let charges = (1..=1_000).map(|sequence| {
            let gate = cell.gate().clone();
            tokio::spawn(async move {
                let answer = gate.submit(Actor::OPERATOR, Command::ChargeUsage(charge(TOKEN, sequence, 1))).await;
                // Read your writes: whoever is answered sees it.
                let seen = gate.read(|view| money(&view.state).0).await;
                assert!(answer.is_err() || seen == 0);
                answer
            })
        });
        let mut successes = 0;
        for answer in charges.collect::<Vec<_>>() {
            match answer.await.expect("no panic") {
                Ok(answer) => {
                    assert_eq!(answer, Answer::Charged { paid_minor: 1, overrun_minor: 0 });
                    successes += 1;
                }
                Err(error) => {
                    assert_eq!(error, Rejection::InsufficientFunds { needed: 1, available: 0 }.into());
                }
            }
        }
        assert_eq!(successes, 1);
        assert!(cell.gate().read(|view| balanced(&view.state)).await);
        assert_eq!(cell.gate().queued(), 0);
        cell.stop();
        assert_eq!(
            store.verify().expect("intact").events,
            Cell::start(&store).expect("again").gate().replica().view().next_seq - 1
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_parallel_charges_and_purchases_against_a_budget_for_one_never_overshoot_it() {
    let scope = Scope { member: None, offering: None, period: Period::Day, utc_offset: UtcOffset::default() };
    for (limit_minor, offering, price) in [(1, CALLS, 1), (119, BOOST, 60)] {
        let cell = selling(&memory(), 1_000_000).await;
        let wish = WalletWish::Budget(1, Some(BudgetDraft { scope, limit_minor }));
        let order = WalletOrder { party: crate::sample::ALICE, currency: crate::sample::eur(), wish };
        ask(cell.gate(), Command::OrderWallet(Box::new(order))).await;
        let (now, before) = (wall_clock(), cell.gate().read(|view| money(&view.state).0).await);
        let asked = (1..=1_000).map(|sequence| {
            let gate = cell.gate().clone();
            tokio::spawn(async move {
                let command = match offering {
                    CALLS => Command::ChargeUsage(charge(TOKEN, sequence, 1)),
                    _ => purchase(offering, now),
                };
                gate.submit(Actor::OPERATOR, command).await
            })
        });
        let mut successes = 0;
        for answer in asked.collect::<Vec<_>>() {
            match answer.await.expect("no panic") {
                Ok(_) => successes += 1,
                Err(error) => {
                    let refused = Rejection::BudgetExceeded { needed: price, available: limit_minor - price };
                    assert_eq!(error, refused.into());
                }
            }
        }
        assert_eq!(successes, 1, "overshoot 0");
        let after = cell.gate().read(|view| money(&view.state).0).await;
        assert_eq!(before - after, price);
        cell.stop();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_answers_what_was_asked_and_ends_though_callers_go_on() {
    let store = memory();
    let cell = selling(&store, 1_000_000).await;
    let gate = cell.gate().clone();
    let pending: Vec<_> = (1..=100)
        .map(|sequence| gate.send(Work::Charges(Actor::OPERATOR, vec![charge(TOKEN, sequence, 1)])).expect("queued"))
        .collect();
    let restless = tokio::spawn(async move {
        for sequence in 1_000.. {
            match gate.charge_all(Actor::OPERATOR, vec![charge(TOKEN, sequence, 1); 500]).await {
                Ok(_) | Err(GateError::Refused(Refused::Busy)) => {}
                Err(error) => return (error, gate),
            }
        }
        unreachable!("it only ends with the cell")
    });
    tokio::task::spawn_blocking(move || cell.stop()).await.expect("stops");
    for pending in pending {
        assert!(pending.await.is_ok(), "it was asked before the stop");
    }
    let (error, gate) = restless.await.expect("no panic");
    assert_eq!(error, Refused::Stopped.into());
    assert_eq!(gate.queued(), 0);
    for _ in 0..20 {
        let full = vec![charge(TOKEN, 1, 1); SUBMISSION_COMMANDS_MAX];
        assert_eq!(gate.charge_all(Actor::OPERATOR, full).await, Err(Refused::Stopped.into()), "stopped, never busy");
    }
    assert_eq!(gate.queued(), 0);
}

#[tokio::test]
async fn nothing_that_is_asked_after_the_stop_is_done() {
    let store = memory();
    let cell = selling(&store, 1_000).await;
    let gate = cell.gate().clone();
    let before = gate.send(Work::Charges(Actor::OPERATOR, vec![charge(TOKEN, 1, 1); 5_000])).expect("queued");
    gate.inbox.send(gate::Message::Stop).expect("it runs");
    let after: Vec<_> =
        (2..100).map(|sequence| gate.send(Work::Charges(Actor::OPERATOR, vec![charge(TOKEN, sequence, 1)]))).collect();
    assert!(before.await.is_ok());
    for sent in after {
        match sent {
            Ok(pending) => assert!(pending.await.is_err(), "dropped"),
            Err(refused) => assert_eq!(refused, Refused::Stopped),
        }
    }
    drop(cell);
    assert_eq!((gate.queued(), gate.read(|view| money(&view.state).0).await), (0, 999));
}

#[tokio::test]
async fn what_is_empty_or_too_large_is_said_to_be_so() {
    let store = memory();
    let cell = selling(&store, 10).await;
    for count in [0, SUBMISSION_COMMANDS_MAX + 1] {
        let asked = cell.gate().charge_all(Actor::OPERATOR, vec![charge(TOKEN, 1, 1); count]).await;
        assert_eq!(asked, Err(Refused::TooLarge.into()));
    }
    assert_eq!(cell.gate().queued(), 0);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let store = memory();
    let cell = selling(&store, 10).await;
    let full = || Work::Charges(Actor::OPERATOR, vec![charge(TOKEN, 1, 1); SUBMISSION_COMMANDS_MAX]);
    // The writer cannot decide while nobody lets its view of the clock pass; so fill faster than it empties.
    let mut pending = Vec::new();
    let began = Uptime::now();
    let refused = loop {
        match cell.gate().send(full()) {
            Ok(answer) => pending.push(answer),
            Err(refused) => break refused,
        }
        assert!(began.elapsed().as_secs() < 20, "it never fills");
    };
    assert_eq!(refused, Refused::Busy);
    assert!(cell.gate().queued() <= QUEUE_COMMANDS_MAX);
    for answer in pending {
        answer.await.expect("what was queued is answered");
    }
    assert_eq!(cell.gate().queued(), 0);
}

#[tokio::test]
async fn a_failed_append_stops_the_cell_and_the_next_one_goes_on_from_what_is_durable() {
    for fault in [Fault::Fails, Fault::FailsStored, Fault::FailsTorn { payload_bytes: 7 }] {
        let faulty = FaultyMemory::new(CELL);
        let store: Arc<dyn Store> = Arc::new(faulty.clone());
        let cell = selling(&store, 100).await;
        let charge_one = |sequence| Command::ChargeUsage(charge(TOKEN, sequence, 1));
        ask(cell.gate(), charge_one(1)).await;
        faulty.script(faulty.appends(), fault);
        let lost = cell.gate().submit(Actor::OPERATOR, charge_one(2)).await;
        assert_eq!(lost, Err(Refused::Stopped.into()));
        let gate = cell.gate().clone();
        until("the writer is gone", async || cell.stop_reason() == Some(StopReason::AppendFailed)).await;
        assert_eq!(gate.submit(Actor::OPERATOR, charge_one(3)).await, Err(Refused::Stopped.into()));
        assert_eq!(gate.read(|view| money(&view.state).0).await, 99, "reads see what is durable");
        drop(cell);

        faulty.crash();
        let cell = Cell::start(&store).expect("starts again");
        for sequence in 1..=3 {
            ask(cell.gate(), charge_one(sequence)).await;
        }
        assert_eq!(cell.gate().read(|view| money(&view.state).0).await, 97, "{fault:?}: each charged once");
        cell.stop();
        store.verify().expect("intact");
    }
}

#[tokio::test]
async fn a_second_writer_on_the_same_store_is_fenced() {
    let store = memory();
    let first = selling(&store, 100).await;
    let second = Cell::start(&store).expect("starts");
    ask(first.gate(), Command::ChargeUsage(charge(TOKEN, 1, 1))).await;
    let refused = second.gate().submit(Actor::OPERATOR, Command::ChargeUsage(charge(TOKEN, 2, 1))).await;
    assert_eq!(refused, Err(Refused::Stopped.into()));
    ask(first.gate(), Command::ChargeUsage(charge(TOKEN, 3, 1))).await;
}

#[tokio::test]
async fn a_quote_expires_by_itself_and_a_jump_of_the_clock_stops_the_cell() {
    let store = memory();
    let ahead = Ahead::default();
    let cell = founded(&store, &ahead, 100).await;
    ask(cell.gate(), Command::IssueQuote(Box::new(wish(BOOST, wall_clock())))).await;
    let open =
        || cell.gate().replica().view().state.quotes.values().filter(|quote| quote.state == QuoteState::Open).count();
    cell.gate().read(|_| ()).await;
    assert_eq!(open(), 1);
    ahead.skip(Duration::from_secs(121));
    until("the quote has expired, without a command", async || open() == 0).await;
    ahead.skip(Duration::from_hours(2));
    let refused = cell.gate().submit(Actor::OPERATOR, Command::Pass).await;
    assert_eq!(refused, Err(Refused::Stopped.into()));
    until("the writer is gone", async || matches!(cell.stop_reason(), Some(StopReason::ClockJumped { .. }))).await;
}

#[tokio::test]
async fn a_stop_leaves_a_snapshot_that_the_next_start_uses() {
    let store = memory();
    let cell = selling(&store, 100).await;
    let before = cell.gate().read(|view| (view.next_seq, view.state_hash())).await;
    cell.stop();
    let snapshot = store.followers().expect("opens").latest_snapshot().expect("reads").expect("there is one");
    assert_eq!((snapshot.seq, snapshot.state_hash), before);
    // Nothing before it is needed.
    store.archive_before(snapshot.seq).expect("archived").expect("something");
    let cell = Cell::start(&store).expect("starts from the snapshot");
    ask(cell.gate(), Command::ChargeUsage(charge(TOKEN, 1, 1))).await;
    cell.stop();
    store.verify().expect("intact");
}
