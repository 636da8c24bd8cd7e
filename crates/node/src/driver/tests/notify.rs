//! Who begins to listen while events are read is told of them too.

use super::*;
use crate::notify::{Delivery, DeliveryKey, Happened, Mailroom, Notices, Pace, Sees, Sink, Webhook};
use crate::sample::CELL;
use crate::web::{Reach, Web, WebAnswer, WebCalling, WebError, WebRequest};
use crate::{CellSecret, SessionRecord, Vault};
use engine::Event;
use journal::Memory;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use tokio::sync::watch;
use types::{Instant, PartyId, WebhookId};

const HOOK: WebhookId = WebhookId::from_u128(1);

/// Registers a webhook at the very moment when an event is first looked at, for nobody listens yet.
#[derive(Default)]
struct Meanwhile {
    notifier: OnceLock<Notifier>,
    registered: AtomicBool,
}

impl Notices for Meanwhile {
    fn concerns(&self, _: &Event, webhooks: &[Webhook]) -> bool {
        if !self.registered.swap(true, Ordering::SeqCst) {
            let notifier = self.notifier.get().expect("it is set").clone();
            let put = notifier.mailroom(|room| room.put_webhook(webhook(), 16));
            tokio::runtime::Handle::current().block_on(put).expect("there is room");
        }
        !webhooks.is_empty()
    }

    fn of(&self, happened: Happened<'_>, _: Option<&SessionRecord>, webhooks: &[Webhook]) -> Vec<Delivery> {
        let key = DeliveryKey { lane: HOOK.as_u128(), seq: happened.seq, part: 0 };
        let (kind, to) = ("told".into(), Sink::Webhook(HOOK));
        let delivery = Delivery { key, to, kind, body: String::new(), queued_at: happened.at, party: None };
        webhooks.iter().map(|_| delivery.clone()).collect()
    }

    fn request(&self, _: &Delivery, _: Option<&Webhook>, _: Instant) -> Result<WebRequest, String> {
        let url = "https://hook.example/in".to_owned();
        Ok(WebRequest { method: "POST", url, headers: Vec::new(), body: Vec::new(), reach: Reach::Internet })
    }
}

fn webhook() -> Webhook {
    Webhook {
        id: HOOK,
        party: PartyId::from_u128(1),
        sees: Sees::All,
        url: "https://hook.example/in".to_owned(),
        types: Vec::new(),
        secret: b"a secret of some length".to_vec(),
        previous: None,
        from_seq: 0,
        created_at: Instant::EPOCH,
        gone_at: None,
        hub: None,
    }
}

/// Counts what is sent.
#[derive(Default)]
struct Counting(AtomicU64);

impl Web for Counting {
    fn check(&self, _: &str) -> Result<(), WebError> {
        Ok(())
    }

    fn send(&self, _: WebRequest) -> WebCalling<'_> {
        Box::pin(async {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(WebAnswer { status: 204, retry_after_s: None, body: Vec::new() })
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_begins_to_listen_while_events_are_read_is_told_of_them() {
    let store: Arc<dyn Store> = Arc::new(Memory::new(CELL));
    let cell = founded(&store, &Ahead::default(), 1_000).await;
    let secret = CellSecret::new([7; 32]);
    let vault = Vault::open(&*store, &secret).expect("opens");
    let mailroom = Mailroom::open(&*store, &secret, 1, Pace::default()).expect("opens");
    let (web, notices) = (Arc::new(Counting::default()), Arc::new(Meanwhile::default()));
    let feed = Feed::new(cell.gate().clone(), Arc::clone(&store));
    let (of_web, of_notices): (Arc<Counting>, Arc<Meanwhile>) = (Arc::clone(&web), Arc::clone(&notices));
    let notifier = Notifier::new(feed, vault, mailroom, of_web, of_notices);
    assert!(notices.notifier.set(notifier.clone()).is_ok());
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(notifier.run(stopped));
    until("something is told", async || web.0.load(Ordering::SeqCst) > 0).await;
    stop.send_replace(true);
    running.await.expect("it ends");
    cell.stop();
}
