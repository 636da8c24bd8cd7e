//! The bytes of every event, frozen: what was journaled once is read for ever.
//!
//! `frozen.txt` has a line for each sample: its name and its bytes. An entry never changes; `UPDATE_GOLDEN=1` adds those
//! that are missing and nothing else. What is written in another form by now is still read.

use crate::golden;
use crate::samples;
use engine::Event;
use engine::state::PartyKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

const HEAD: &str =
    "# The bytes of events, one named sample a line. An entry never changes and never goes: journals have it.
# UPDATE_GOLDEN=1 cargo test -p engine frozen   adds samples that have no line yet, and touches no other.
";

/// Samples whose bytes are read and written no more: offerings from before prices were plans.
const FORMER: [&str; 8] = [
    "OfferingPublished",
    "OfferingPublished-bare",
    "OfferingPublished-graded",
    "OfferingPublished-arp",
    "Restored-Offering",
    "Restored-Offering-arp",
    "Restored-Offering-transferable",
    "Restored-Offering-graded",
];

#[test]
fn the_bytes_of_an_event_never_change() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/engine/frozen.txt");
    let file = std::fs::read_to_string(&path).unwrap_or_else(|_| HEAD.to_owned());
    let frozen: BTreeMap<&str, &str> =
        file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' ')).collect();
    let samples = samples::events();
    let mut added = String::new();
    for (name, event) in &samples {
        let bytes = hex(&minicbor::to_vec(event).expect("encodes"));
        match frozen.get(name.as_str()) {
            Some(_) if FORMER.contains(&name.as_str()) => {}
            Some(before) => assert_eq!(bytes, *before, "the bytes of {name} changed"),
            None => writeln!(added, "{name} {bytes}").expect("a text grows"),
        }
    }
    for (name, before) in frozen {
        let event: Event = minicbor::decode(&unhex(before)).expect(name);
        let sample = samples.iter().find(|(sample, _)| sample == name).map(|(_, event)| event);
        assert_eq!(sample, Some(&event), "{name} is read as it was written");
    }
    if golden::updating() && !added.is_empty() {
        std::fs::write(&path, file + &added).expect("the file can be written");
    } else {
        assert!(added.is_empty(), "samples without frozen bytes:\n{added}");
    }
}

/// The numbers of the variants are the outer array's first entry: all that are declared are there, each under one name.
#[test]
fn every_variant_has_a_sample() {
    let variant = |event: &Event| -> u32 {
        let bytes = minicbor::to_vec(event).expect("encodes");
        let mut decoder = minicbor::Decoder::new(&bytes);
        assert_eq!(decoder.array().expect("an array"), Some(2));
        decoder.u32().expect("a variant")
    };
    let samples = samples::events();
    let names: BTreeSet<_> = samples.iter().map(|(_, event)| (variant(event), event.name())).collect();
    let numbers: BTreeSet<_> = names.iter().map(|(number, _)| *number).collect();
    let source = include_str!("../../src/event.rs");
    let number = |line: &str| line.strip_prefix("    #[n(")?.strip_suffix(")]")?.parse::<u32>().ok();
    let declared: BTreeSet<_> = source.lines().filter_map(number).collect();
    assert_eq!(numbers, declared, "a variant was added without a sample: {names:?}");
    let rows = include_str!("../../src/state/row.rs").lines().filter(|line| line.starts_with("    #[n(")).count();
    let restored: BTreeSet<_> = samples.iter().filter_map(|(name, _)| name.strip_prefix("Restored-")).collect();
    assert!(restored.len() >= rows, "{rows} rows, samples: {restored:?}");
}

#[test]
fn an_event_without_the_fields_that_came_later_is_read() {
    // [4, [3, id, 1, 1]]: PartyRegistered before it had a subject.
    let mut old = unhex("8204840350");
    old.extend([0; 15]);
    old.extend([9, 1, 1]);
    let read: Event = minicbor::decode(&old).expect("an old form");
    let expected = Event::PartyRegistered {
        party: engine::state::PartyRef::from_index(3),
        id: types::PartyId::from_u128(9),
        tenant: types::TenantId(1),
        kind: PartyKind::Consumer,
        subject: None,
    };
    assert_eq!(read, expected);
    // [11, [5, 77]]: OfferingRetired of a later release, with a field this one does not know.
    let read: Event = minicbor::decode(&unhex("820b8205184d")).expect("a newer form");
    assert_eq!(read, Event::OfferingRetired(engine::state::OfferingRef::from_index(5)));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text grows");
        text
    })
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2).expect("two digits"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal")).collect()
}
