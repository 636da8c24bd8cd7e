//! Files that say what is expected. `UPDATE_GOLDEN=1 cargo test -p engine` rewrites those that may be rewritten.

use std::path::Path;

/// Are files to be rewritten rather than compared?
pub fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// Fails with the first line that differs; rewrites the file instead when updating.
pub fn compare(path: &Path, expected: &str, actual: &str) {
    if expected == actual {
        return;
    }
    if updating() {
        std::fs::write(path, actual).expect("the file can be written");
        return;
    }
    let pairs = expected.lines().zip(actual.lines());
    let differs = (1..).zip(pairs).find(|(_, (expected, actual))| expected != actual);
    let (line, (expected, actual)) = differs.unwrap_or((0, ("its length", "another length")));
    let name = path.display();
    assert_eq!(
        actual, expected,
        "{name}:{line}: expected on the right; UPDATE_GOLDEN=1 rewrites it, then read the diff"
    );
}
