//! What the tests of every layer share.

use std::path::{Path, PathBuf};

/// The text of a shared data file; `None`, with a word, where it is not at hand.
pub fn shared(file: &str) -> Option<String> {
    let path = shared_path(file);
    if !path.exists() {
        eprintln!("skipped: {} is not here", path.display());
        return None;
    }
    Some(std::fs::read_to_string(path).expect("a text"))
}

/// Where a shared data file is, if it is at hand.
pub fn shared_path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(file)
}
