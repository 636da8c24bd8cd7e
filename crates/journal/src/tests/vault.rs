//! Erased bytes are gone from the files.

use super::CELL;
use crate::{SqliteStore, Store, VaultEntry};
use std::fs;
use std::path::Path;

/// Does any file of the folder hold `needle`?
fn somewhere(folder: &Path, needle: &[u8]) -> bool {
    let files = fs::read_dir(folder).expect("lists").map(|entry| entry.expect("lists").path());
    let mut files = files.filter(|path| path.is_file()).map(|path| fs::read(path).expect("reads"));
    files.any(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
}

#[test]
fn an_erased_subject_s_bytes_are_in_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    let mut vault = store.vault().expect("opens");
    let entry = |n: u8| VaultEntry {
        subject: u128::from_be_bytes([b'A' + n; 16]),
        index_tag: [b'a' + n; 32],
        wrapped_key: format!("wrapped key of {n:03}").into_bytes(),
        // Long enough for pages of its own.
        sealed: format!("sealed data of {n:03} ").repeat(5_000).into_bytes(),
    };
    for n in 0..20 {
        vault.put_subject(&entry(n)).expect("puts");
    }
    vault.update_sealed(entry(3).subject, b"short secret of 003").expect("updates");
    let traces = |n: u8| {
        let VaultEntry { subject, index_tag, wrapped_key, sealed } = entry(n);
        [subject.to_be_bytes().to_vec(), index_tag.to_vec(), wrapped_key, sealed[..18].to_vec()]
            .map(|needle| somewhere(folder.path(), &needle))
    };
    assert_eq!((traces(3), traces(7)), ([true; 4], [true; 4]), "else the search finds nothing anyway");
    vault.erase(entry(3).subject).expect("erases");
    vault.erase(entry(7).subject).expect("erases");
    assert_eq!((traces(3), traces(7)), ([false; 4], [false; 4]));
    assert!(!somewhere(folder.path(), b"short secret of 003"));
    assert_eq!(traces(4), [true; 4]);
    assert_eq!(vault.get(entry(4).subject).expect("reads"), Some(entry(4)));
}
