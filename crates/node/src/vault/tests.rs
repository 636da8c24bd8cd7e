use super::*;
use journal::Memory;
use types::CellId;

fn vault(store: &Memory, secret: u8) -> Vault {
    Vault::open(store, &CellSecret::new([secret; 32])).expect("opens")
}

#[test]
fn a_subject_is_found_again_and_says_nothing_after_it_is_erased() {
    let store = Memory::new(CellId(1));
    let vault = vault(&store, 7);
    let alice = vault.subject_for("tel:+31612345678").expect("made");
    assert_eq!(vault.subject_for("tel:+31612345678").expect("found"), alice);
    assert_ne!(vault.subject_for("tel:+31612345679").expect("made"), alice);
    vault.put(alice, b"{\"name\":\"Alice\"}").expect("kept");
    assert_eq!(vault.get(alice).expect("read").as_deref(), Some(&b"{\"name\":\"Alice\"}"[..]));

    vault.erase(alice).expect("erased");
    assert_eq!(vault.get(alice).expect("read"), None);
    assert_eq!(vault.find("tel:+31612345678").expect("read"), None);
    assert_ne!(vault.subject_for("tel:+31612345678").expect("made"), alice, "a new life under a new id");
}

#[test]
fn a_client_knows_a_subject_by_a_name_of_its_own() {
    let store = Memory::new(CellId(1));
    let vault = vault(&store, 7);
    let alice = vault.subject_for("tel:+31612345678").expect("made");
    let name = vault.pairwise(alice, "app");
    assert_eq!((vault.pairwise(alice, "app"), vault.of_pairwise(&name, "app")), (name.clone(), Some(alice)));
    assert_ne!(vault.pairwise(alice, "other"), name);
    assert_eq!(vault.of_pairwise(&name, "other"), None);
    let altered = format!("{}{}", if name.starts_with('0') { '1' } else { '0' }, &name[1..]);
    for bad in [altered.as_str(), "", "0", "zz", "é", &name[2..], &name.to_uppercase(), &format!("{name}00")] {
        assert_eq!(vault.of_pairwise(bad, "app"), None, "{bad}");
    }
    let other = Vault::open(&store, &CellSecret::new([8; 32])).expect("opens");
    assert_eq!(other.of_pairwise(&name, "app"), None);
}

#[test]
fn another_secret_opens_nothing() {
    let store = Memory::new(CellId(1));
    let alice = vault(&store, 7).subject_for("tel:+31612345678").expect("made");
    let other = vault(&store, 8);
    assert_eq!(other.find("tel:+31612345678").expect("read"), None);
    assert!(matches!(other.get(alice), Err(VaultError::Sealed { .. })));
    assert_ne!(other.digest("flow", &[b"a"]), vault(&store, 7).digest("flow", &[b"a"]));
}

#[test]
fn parts_cannot_be_shifted_into_each_other() {
    let store = Memory::new(CellId(1));
    let vault = vault(&store, 7);
    assert_ne!(vault.digest("flow", &[b"ab", b"c"]), vault.digest("flow", &[b"a", b"bc"]));
    assert_ne!(vault.digest("flow", &[b"ab"]), vault.digest("flowa", &[b"b"]));
}

#[test]
fn a_record_larger_than_the_limit_is_refused() {
    let store = Memory::new(CellId(1));
    let vault = vault(&store, 7);
    let alice = vault.subject_for("tel:+31612345678").expect("made");
    assert!(matches!(vault.put(alice, &vec![0; VAULT_RECORD_BYTES_MAX + 1]), Err(VaultError::TooLarge)));
}

#[test]
fn callers_at_once_get_one_subject_and_whole_records() {
    let store = Memory::new(CellId(1));
    let vault = vault(&store, 7);
    let subjects: Vec<SubjectId> = std::thread::scope(|threads| {
        let callers: Vec<_> = (0..8_u8)
            .map(|caller| {
                let vault = vault.clone();
                threads.spawn(move || {
                    let subject = vault.subject_for("tel:+31612345678").expect("made or found");
                    for round in 0..50 {
                        vault.put(subject, &[caller; 100]).expect("kept");
                        let own = vault.subject_for(&format!("tel:{caller}-{round}")).expect("made");
                        vault.erase(own).expect("erased");
                        let seen = vault.get(subject).expect("opens").expect("it is there");
                        assert!(seen.len() == 100 && seen.iter().all(|byte| *byte == seen[0]), "one caller's record");
                    }
                    subject
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().expect("no panic")).collect()
    });
    assert!(subjects.iter().all(|subject| *subject == subjects[0]));
}

#[test]
fn an_erased_subject_leaves_no_byte_in_the_data_folder() {
    const NUMBER: &[u8] = b"tel:+31612345678";
    const RECORD: &[u8] = b"Alice lives at the canal";
    let folder = tempfile::tempdir().expect("a folder");
    let store = journal::SqliteStore::open(folder.path(), CellId(1)).expect("opens");
    let vault = Vault::open(&store, &CellSecret::new([7; 32])).expect("opens");
    let alice = vault.subject_for("tel:+31612345678").expect("made");
    vault.put(alice, RECORD).expect("kept");
    let entry = store.vault().expect("opens").get(alice.as_u128()).expect("reads").expect("there");
    let in_folder = |needle: &[u8]| {
        let files = std::fs::read_dir(folder.path()).expect("a folder").map(|file| file.expect("a file").path());
        files
            .filter(|path| path.is_file())
            .any(|path| std::fs::read(path).expect("readable").windows(needle.len()).any(|bytes| bytes == needle))
    };
    assert!(in_folder(&entry.sealed) && in_folder(&entry.wrapped_key) && in_folder(&entry.index_tag), "it is found");
    assert!(!in_folder(NUMBER) && !in_folder(RECORD), "never in the clear");

    vault.erase(alice).expect("erased");
    for secret in [&entry.sealed[..], &entry.wrapped_key, &entry.index_tag] {
        assert!(!in_folder(secret), "erased bytes leave the file, its log included");
    }
}

#[test]
fn a_session_s_private_part_goes_unless_a_newer_one_was_kept() {
    let store = Memory::new(CellId(1));
    let vault = vault(&store, 7);
    let flow = vault.digest("flow", &[b"a"]);
    let kept_at = |ms| SessionRecord { kept_at: Instant::from_ms(ms), ..SessionRecord::default() };
    vault.put_session(flow, &kept_at(5_000)).expect("kept");
    vault.erase_session(flow, Instant::from_ms(5_000)).expect("looked");
    assert_eq!(vault.session(flow).expect("read"), Some(kept_at(5_000)), "kept for a session that is being decided");
    vault.erase_session(flow, Instant::from_ms(5_001)).expect("erased");
    assert_eq!(vault.session(flow).expect("read"), None);
    vault.erase_session(flow, Instant::from_ms(5_001)).expect("nothing to erase is no error");
}
