//! A cell on its threads, and its network on a scripted one.

mod attachments;
mod cell;
mod forecast;
mod network;
mod notify;
mod port;
mod postings;

use super::*;
use crate::sample::founding;
use engine::{Actor, Answer, Command};
use journal::Store;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use types::Duration;

/// The system's clock, and a way to be ahead of it.
#[derive(Clone, Default)]
struct Ahead(Arc<AtomicU64>);

impl Ahead {
    fn clock(&self) -> Clock {
        let ahead = Arc::clone(&self.0);
        Clock::new(move || wall_clock().after(Duration::from_ms(ahead.load(Ordering::Relaxed))))
    }

    fn skip(&self, by: Duration) {
        self.0.fetch_add(by.as_ms(), Ordering::Relaxed);
    }
}

async fn ask(gate: &Gate, command: Command) -> Answer {
    gate.submit(Actor::OPERATOR, command).await.expect("accepted")
}

/// A founded cell, with so much in Alice's wallet.
async fn founded(store: &Arc<dyn Store>, ahead: &Ahead, balance_minor: i64) -> Cell {
    let cell = Cell::start_with(store, ahead.clock()).expect("starts");
    for command in founding(balance_minor) {
        ask(cell.gate(), command).await;
    }
    cell
}

/// Waits until `seen` says yes, at most some seconds.
async fn until(what: &str, mut seen: impl AsyncFnMut() -> bool) {
    for _ in 0..1_000 {
        if seen().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("waited in vain until {what}");
}
