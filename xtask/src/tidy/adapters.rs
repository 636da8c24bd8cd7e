//! What the crates around the core may not do: await outside node's driver, print from a library.

use super::{Finding, pure::product_files};
use crate::{
    repo::{Repo, SourceFile},
    scan::{find_words, line_at, test_regions},
};

/// Crates whose job it is to write to a terminal.
const PRINTING: &[&str] = &["tessera", "xtask"];
const PRINTS: &[&str] = &["println!", "print!", "eprintln!", "eprint!"];
const AWAITS: &[&str] = &["async", "await", "tokio"];

/// `async`, `await` or `tokio` in `node` outside `driver.rs` and `driver/`; printing in a library.
pub fn find(repo: &Repo) -> Vec<Finding> {
    let node = product_files(repo, "crates/node/src/");
    let stepped = node.into_iter().filter(|file| !file.path.starts_with("crates/node/src/driver"));
    // lib.rs names the driver's module and may re-export it; a path there starts with `driver`.
    let awaiting = stepped.flat_map(|file| check(file, AWAITS, "only node's driver may use"));
    let libraries = repo.packages.iter().filter(|package| !PRINTING.contains(&package.name.as_str()));
    let sources = libraries.flat_map(|package| product_files(repo, &format!("{}/src/", package.folder)));
    let printing = sources.flat_map(|file| check(file, PRINTS, "a library may not use"));
    awaiting.chain(printing).collect()
}

fn check(file: &SourceFile, words: &[&str], why: &str) -> Vec<Finding> {
    let code = test_regions(&file.masked.code).product_code;
    let found = words.iter().flat_map(|word| find_words(&code, word).map(|at| (at, *word)));
    found.map(|(at, word)| Finding::at(&file.path, line_at(&code, at), format!("{why} `{word}`"))).collect()
}
