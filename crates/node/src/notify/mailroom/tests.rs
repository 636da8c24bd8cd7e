use super::*;
use crate::Reach;
use crate::limits::LANE_DELIVERIES_MAX;
use crate::notify::Sees;
use crate::view::View;
use engine::Event;
use engine::state::TokenRef;
use journal::{Memory, SqliteStore};
use std::sync::Arc;
use types::{CellId, PartyId};

const CELL: CellId = CellId(7);
const NOW: Instant = Instant::from_ms(1_000_000);
const HOOK: WebhookId = WebhookId::from_u128(1);
/// A sink of its own, as a session has it.
const SESSION: u128 = 9;

/// Tells every webhook, and one sink beside them, of every token that is suspended.
struct Plain;

impl Notices for Plain {
    fn concerns(&self, event: &Event, _: &[Webhook]) -> bool {
        matches!(event, Event::TokenSuspended { .. })
    }

    fn of(&self, happened: Happened<'_>, _: Option<&SessionRecord>, webhooks: &[Webhook]) -> Vec<Delivery> {
        let listening = webhooks.iter().filter(|webhook| webhook.listens(happened.seq));
        let sinks = listening.map(|webhook| (webhook.id.as_u128(), Sink::Webhook(webhook.id)));
        let address = Sink::Address { url: "https://sink.example/x".into(), bearer: None, bearer_until: None };
        let of = |(lane, to)| delivery(DeliveryKey { lane, seq: happened.seq, part: 0 }, to);
        sinks.chain([(SESSION, address)]).map(of).collect()
    }

    fn request(&self, delivery: &Delivery, webhook: Option<&Webhook>, _: Instant) -> Result<WebRequest, String> {
        let url = match (&delivery.to, webhook) {
            (Sink::Address { url, .. }, _) => url.clone(),
            (Sink::Webhook(_), webhook) => webhook.ok_or("it was removed")?.url.clone(),
        };
        Ok(WebRequest {
            method: "POST",
            url,
            headers: Vec::new(),
            body: delivery.body.clone().into_bytes(),
            reach: Reach::Internet,
        })
    }
}

fn delivery(key: DeliveryKey, to: Sink) -> Delivery {
    Delivery { key, to, kind: "token.suspended".into(), body: format!("{key}"), queued_at: NOW, party: None }
}

fn webhook(id: WebhookId, party: u128) -> Webhook {
    Webhook {
        id,
        party: PartyId::from_u128(party),
        sees: Sees::All,
        url: format!("https://hook-{}.example/in", id.as_u128()),
        types: Vec::new(),
        secret: b"a secret of some length".to_vec(),
        previous: None,
        from_seq: 0,
        created_at: NOW,
        gone_at: None,
        hub: None,
    }
}

fn open(store: &Arc<dyn Store>) -> Mailroom {
    Mailroom::open(&**store, &CellSecret::new([7; 32]), 5, Pace::default()).expect("opens")
}

/// Looks at one event after another, up to before `next`.
fn follow(room: &mut Mailroom, next: u64) {
    let (event, view) = (Event::TokenSuspended { token: TokenRef::from_index(0) }, View::default());
    let events: Vec<_> =
        (room.cursor()..next).map(|seq| Happened { seq, at: NOW, event: &event, view: &view }).collect();
    room.follow(&events, next, &BTreeMap::new(), &Plain).expect("is kept");
}

fn due(room: &mut Mailroom, now: Instant) -> Vec<(u128, u64)> {
    room.requests(&Plain, now).expect("reads").into_iter().map(|(key, _)| (key.lane, key.seq)).collect()
}

fn key(lane: u128, seq: u64) -> DeliveryKey {
    DeliveryKey { lane, seq, part: 0 }
}

fn each_store(check: impl Fn(&Arc<dyn Store>)) {
    let folder = tempfile::tempdir().expect("a folder");
    check(&(Arc::new(Memory::new(CELL)) as Arc<dyn Store>));
    check(&(Arc::new(SqliteStore::open(folder.path(), CELL).expect("opens")) as Arc<dyn Store>));
}

#[test]
fn after_a_crash_what_was_not_delivered_is_sent_again_and_nothing_else() {
    each_store(|store| {
        let mut room = open(store);
        room.put_webhook(webhook(HOOK, 2), 9).expect("is kept");
        follow(&mut room, 7);
        assert_eq!(due(&mut room, NOW), [(1, 5), (SESSION, 5)]);
        room.done(key(1, 5), Outcome::Delivered, NOW, 0).expect("is kept");
        // Here the power fails: one was delivered, one is under way, two wait.
        drop(room);
        let mut room = open(store);
        assert_eq!(room.cursor(), 7);
        assert_eq!(due(&mut room, NOW), [(1, 6), (SESSION, 5)]);
        for done in [key(1, 6), key(SESSION, 5)] {
            room.done(done, Outcome::Delivered, NOW, 0).expect("is kept");
        }
        assert_eq!(due(&mut room, NOW), [(SESSION, 6)]);
        // What was looked at is not looked at again, though it is shown again.
        let (event, view) = (Event::TokenSuspended { token: TokenRef::from_index(0) }, View::default());
        let again: Vec<_> = (5..8).map(|seq| Happened { seq, at: NOW, event: &event, view: &view }).collect();
        room.follow(&again, 8, &BTreeMap::new(), &Plain).expect("is kept");
        assert_eq!(due(&mut room, NOW), [(1, 7)]);
    });
}

#[test]
fn a_dead_letter_survives_is_listed_and_is_sent_again_when_asked() {
    each_store(|store| {
        let mut room = open(store);
        follow(&mut room, 7);
        assert_eq!(due(&mut room, NOW), [(SESSION, 5)]);
        room.done(key(SESSION, 5), Outcome::Hopeless("the token ended".into()), NOW, 0).expect("is kept");
        drop(room);
        let mut room = open(store);
        assert_eq!(due(&mut room, NOW), [(SESSION, 6)], "it holds up nobody");
        let letters = room.dead_letters(None, 9).expect("reads");
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].delivery.key, letters[0].reason.as_str()), (key(SESSION, 5), "the token ended"));
        assert_eq!(room.dead_letters(Some(key(SESSION, 5)), 9).expect("reads").len(), 0);
        assert!(room.redrive(key(SESSION, 5), NOW).expect("is kept"));
        assert!(!room.redrive(key(SESSION, 5), NOW).expect("reads"), "it is no dead letter any more");
        room.done(key(SESSION, 6), Outcome::Delivered, NOW, 0).expect("is kept");
        assert_eq!(due(&mut room, NOW), [(SESSION, 5)]);
        drop(room);
        assert_eq!(due(&mut open(store), NOW), [(SESSION, 5)]);
    });
}

#[test]
fn whoever_is_gone_stays_gone() {
    each_store(|store| {
        let mut room = open(store);
        room.put_webhook(webhook(HOOK, 2), 9).expect("is kept");
        follow(&mut room, 7);
        due(&mut room, NOW);
        for lane in [1, SESSION] {
            room.done(key(lane, 5), Outcome::Gone, NOW, 0).expect("is kept");
        }
        assert_eq!(room.counts(), (0, 0));
        drop(room);
        let mut room = open(store);
        follow(&mut room, 9);
        assert_eq!((due(&mut room, NOW), room.counts()), (Vec::new(), (0, 0)));
        assert_eq!(room.webhooks()[0].gone_at, Some(NOW));
    });
}

#[test]
fn a_webhook_is_told_from_its_registration_on_and_takes_what_is_its_along() {
    each_store(|store| {
        let mut room = open(store);
        room.put_webhook(Webhook { from_seq: 6, ..webhook(HOOK, 2) }, 1).expect("is kept");
        let refused = room.put_webhook(webhook(WebhookId::from_u128(2), 2), 1);
        assert!(matches!(refused, Err(NotifyError::Full(1))));
        room.put_webhook(webhook(WebhookId::from_u128(3), 3), 1).expect("another party's is its own");
        room.put_webhook(Webhook { from_seq: 6, ..webhook(HOOK, 2) }, 1).expect("the same one may change");
        follow(&mut room, 7);
        assert_eq!(due(&mut room, NOW), [(1, 6), (3, 5), (SESSION, 5)]);
        room.done(key(1, 6), Outcome::Hopeless("no".into()), NOW, 0).expect("is kept");
        room.remove_webhook(WebhookId::from_u128(3)).expect("is kept");
        room.remove_webhook(HOOK).expect("is kept");
        assert_eq!(room.counts(), (2, 0));
        // Its request comes back to nobody.
        room.done(key(3, 5), Outcome::Delivered, NOW, 0).expect("is kept");
        drop(room);
        let room = open(store);
        assert_eq!((room.counts(), room.webhooks().len()), ((2, 0), 0));
    });
}

#[test]
fn what_waits_for_the_sessions_of_a_party_is_forgotten_with_it() {
    each_store(|store| {
        let mut room = open(store);
        let of = |lane, seq, party: u128| {
            let sink = Sink::Address { url: "https://sink.example/".into(), bearer: None, bearer_until: None };
            Delivery { party: Some(PartyId::from_u128(party)), ..delivery(key(lane, seq), sink) }
        };
        for (lane, seq, party) in [(11, 1, 1), (11, 2, 1), (12, 3, 1), (13, 4, 2)] {
            room.send(of(lane, seq, party)).expect("is kept");
        }
        follow(&mut room, 6);
        assert_eq!(due(&mut room, NOW).len(), 4);
        room.done(key(12, 3), Outcome::Hopeless("no".into()), NOW, 0).expect("is kept");
        room.done(key(13, 4), Outcome::Hopeless("no".into()), NOW, 0).expect("is kept");
        assert_eq!(room.counts(), (3, 2));
        room.remove_sessions_of(PartyId::from_u128(1)).expect("is kept");
        assert_eq!(room.counts(), (1, 1), "another's and what is nobody's stay");
        // Its request comes back to nobody.
        room.done(key(11, 1), Outcome::Delivered, NOW, 0).expect("is kept");
        drop(room);
        let mut room = open(store);
        assert_eq!((room.counts(), due(&mut room, NOW)), ((1, 1), vec![(SESSION, 5)]));
    });
}

#[test]
fn what_finds_no_room_is_a_dead_letter_at_once_and_those_are_bounded_too() {
    let store: Arc<dyn Store> = Arc::new(Memory::new(CELL));
    let mut room = open(&store);
    let full = 5 + LANE_DELIVERIES_MAX as u64;
    follow(&mut room, full + 3);
    assert_eq!(room.counts(), (LANE_DELIVERIES_MAX, 3));
    assert_eq!(room.dead_letters(None, 1).expect("reads")[0].delivery.key, key(SESSION, full));
    assert!(matches!(room.redrive(key(SESSION, full), NOW), Err(NotifyError::Full(_))));
    follow(&mut room, full + DEAD_LETTERS_MAX as u64 + 3);
    assert_eq!(room.counts(), (LANE_DELIVERIES_MAX, DEAD_LETTERS_MAX));
    drop(room);
    assert_eq!(open(&store).counts(), (LANE_DELIVERIES_MAX, DEAD_LETTERS_MAX));
}

#[test]
fn nothing_that_is_kept_can_be_read_without_the_secret_or_in_another_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), CELL).expect("opens"));
    let mut room = open(&store);
    room.put_webhook(webhook(HOOK, 2), 9).expect("is kept");
    let to =
        Sink::Address { url: "https://sink.example/".into(), bearer: Some("bearer-text".into()), bearer_until: None };
    room.send(delivery(key(SESSION, 5), to)).expect("is kept");
    drop(room);
    for entry in std::fs::read_dir(folder.path()).expect("lists").map(|entry| entry.expect("lists").path()) {
        let bytes = if entry.is_file() { std::fs::read(&entry).expect("reads") } else { Vec::new() };
        for clear in ["sink.example", "bearer-text", "hook-1.example", "a secret of some length"] {
            let found = bytes.windows(clear.len()).any(|window| window == clear.as_bytes());
            assert!(!found, "{clear} is in {}", entry.display());
        }
    }
    let other = Mailroom::open(&*store, &CellSecret::new([8; 32]), 5, Pace::default());
    assert!(matches!(other, Err(NotifyError::Sealed(_))));
    let mut followers = store.followers().expect("opens");
    let mut moved = followers.records(DELIVERIES, &[], 1).expect("reads").remove(0);
    moved.key[0] = 1;
    followers.change(&[Change::Put(DELIVERIES, moved)], None).expect("changes");
    let opened = Mailroom::open(&*store, &CellSecret::new([7; 32]), 5, Pace::default());
    assert!(matches!(opened, Err(NotifyError::Sealed(_))));
}

#[test]
fn of_too_many_that_are_gone_the_oldest_is_forgotten() {
    let store: Arc<dyn Store> = Arc::new(Memory::new(CELL));
    let mut room = open(&store);
    // Ids begin with their time.
    room.gone.extend((0..GONE_RECEIVERS_MAX as u128).map(|older| older + SESSION + 1));
    let (oldest, next) = (SESSION + 1, SESSION + 2);
    let lane = SESSION + 1 + GONE_RECEIVERS_MAX as u128;
    room.send(delivery(
        key(lane, 5),
        Sink::Address { url: "https://a.example/".into(), bearer: None, bearer_until: None },
    ))
    .expect("is kept");
    assert_eq!(due(&mut room, NOW), [(lane, 5)]);
    room.done(key(lane, 5), Outcome::Gone, NOW, 0).expect("is kept");
    assert_eq!(room.gone.len(), GONE_RECEIVERS_MAX);
    assert!(room.gone.contains(&lane) && room.gone.contains(&next) && !room.gone.contains(&oldest));
}
