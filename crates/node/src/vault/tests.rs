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
