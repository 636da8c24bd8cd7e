use super::*;

fn key(byte: u8) -> OperatorKey {
    OperatorKey(Zeroizing::new([byte; 32]))
}

#[test]
fn a_secret_is_read_back_from_each_of_its_forms() {
    let secret = CellSecret::new([7; 32]);
    let same = |text: &str, key: Option<&OperatorKey>, as_it_was| {
        let (read, kept) = CellSecret::read(text, key).expect("it is read");
        assert_eq!((read.0, kept), (secret.0.clone(), as_it_was));
    };
    same(&"07".repeat(32), None, KeptAs::Bare);
    same(&secret.kept(None), Some(&key(1)), KeptAs::Plain);
    let sealed = secret.kept(Some(&key(1)));
    same(&format!("{}\n", *sealed), Some(&key(1)), KeptAs::Sealed);
    assert!(!sealed.contains("0707"), "{}", *sealed);
    assert_ne!(sealed, secret.kept(Some(&key(1))), "each sealing has a nonce of its own");
}

#[test]
fn a_sealed_secret_opens_under_its_own_key_and_as_it_was_written() {
    let sealed = CellSecret::new([7; 32]).kept(Some(&key(1)));
    let refused = |text: &str, key: Option<&OperatorKey>| CellSecret::read(text, key).expect_err("refused");
    assert_eq!(refused(&sealed, None), SecretError::KeyMissing);
    assert_eq!(refused(&sealed, Some(&key(2))), SecretError::KeyWrong);
    for at in SEALED.len()..sealed.len() {
        let mut changed = sealed.to_string();
        let other = if &changed[at..=at] == "0" { "1" } else { "0" };
        changed.replace_range(at..=at, other);
        assert_eq!(refused(&changed, Some(&key(1))), SecretError::KeyWrong, "digit {at}");
    }
    for text in ["", "07", "tessera-cell-key/2 plain 07", "tessera-cell-key/1 xchacha20poly1305 zz"] {
        assert_eq!(refused(text, Some(&key(1))), SecretError::Unreadable, "{text}");
    }
    assert!(OperatorKey::parse("12").is_err() && OperatorKey::parse(&" ab".repeat(32)).is_err());
    assert!(OperatorKey::parse(&format!("{}\n", "ab".repeat(32))).is_ok());
}
