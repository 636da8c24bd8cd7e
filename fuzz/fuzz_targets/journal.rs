//! What is read back from a data folder: batches, events and snapshots. Damage is answered, and what can be read is
//! written as the same bytes by whoever read it.
#![no_main]

use engine::Event;
use journal::{Batch, Hash, Memory, Snapshot};
use libfuzzer_sys::{Corpus, fuzz_target};
use node::{CellSecret, DeliveryKey, OperatorKey, View};
use types::CellId;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((how, rest)) = data.split_first() else { return Corpus::Reject };
    match how {
        b'b' => batch(rest),
        b'e' => event(rest),
        b's' => snapshot(rest),
        b'k' => keys(rest),
        _ => return Corpus::Reject,
    }
    Corpus::Keep
});

fn batch(payload: &[u8]) {
    let Ok(batch) = Batch::<Event>::decode(payload) else { return };
    assert_eq!(batch.recorded().count(), batch.events().len(), "every event has a tenant and a number");
    let written = batch.encode().expect("what was read can be written");
    assert_eq!(usize::try_from(written.count()).ok(), Some(batch.events().len()));
    let again = Batch::<Event>::decode(written.payload()).expect("what was written can be read");
    let printed = again.encode().expect("what was read can be written");
    assert_eq!(printed.payload(), written.payload(), "one batch has one form");
}

fn event(bytes: &[u8]) {
    let Ok(event) = minicbor::decode::<Event>(bytes) else { return };
    let written = minicbor::to_vec(&event).expect("to memory");
    let again: Event = minicbor::decode(&written).expect("what was written can be read");
    assert_eq!(again, event, "an event is what it was");
    assert_eq!(minicbor::to_vec(&again).expect("to memory"), written, "one event has one form");
}

/// A snapshot whose hash is wrong is refused before any of it is applied; one that names no rows is empty.
fn snapshot(bytes: &[u8]) {
    let snapshot = Snapshot { seq: 1, state_hash: Hash::from_bytes([7; 32]), bytes: bytes.to_vec() };
    assert!(View::from_snapshot(&snapshot, &mut Memory::new(CellId(1))).is_err(), "nothing has this hash");
}

fn keys(bytes: &[u8]) {
    if let Some(key) = DeliveryKey::from_bytes(bytes) {
        assert_eq!(key.to_bytes().as_slice(), bytes);
        assert_eq!(DeliveryKey::parse(&key.to_string()), Some(key));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(key) = DeliveryKey::parse(text) {
        assert_eq!(key.to_string(), text, "a key has one text");
    }
    let _ = OperatorKey::parse(text);
    let _ = CellSecret::read(text, None);
}
