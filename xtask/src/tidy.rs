//! The house rules that no compiler checks. `STYLE.md` explains each; [`CHECKS`] is the list.
//!
//! A check looks at a [`Repo`] and returns findings. Each is run by `cargo xtask tidy` and, one by one, by
//! `cargo test`; each is shown to fail on a repository built by hand with one thing wrong.

pub mod imports;
pub mod table;

mod adapters;
mod documents;
mod generated;
mod manifests;
mod pure;
mod sizes;
mod walkthrough;
mod words;

use anyhow::{Result, bail};

use crate::repo::Repo;

/// A named rule.
pub struct Check {
    /// Its name in findings and in `STYLE.md`.
    pub name: &'static str,
    /// What it holds, in one line.
    pub holds: &'static str,
    /// Finds what breaks it.
    pub find: fn(&Repo) -> Vec<Finding>,
}

/// Something that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, relative to the root, with a line if there is one.
    pub place: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Every check, in the order they run.
pub const CHECKS: &[Check] = &[
    Check { name: "imports", holds: "a crate imports only what its row of the table lists", find: imports::find },
    Check {
        name: "externals",
        holds: "tokio, HTTP, SQL and serde stop where they should",
        find: imports::find_externals,
    },
    Check { name: "manifests", holds: "versions and lints come from the workspace", find: manifests::find },
    Check { name: "pure", holds: "the core has no clock, I/O, randomness, floats, hashing", find: pure::find },
    Check { name: "pure-lints", holds: "the core's crates carry their stricter lints", find: pure::find_lints },
    Check { name: "adapters", holds: "only node's driver awaits; libraries do not print", find: adapters::find },
    Check { name: "file-sizes", holds: "median 150 lines, nine in ten 300, none over 600", find: sizes::find_files },
    Check {
        name: "function-sizes",
        holds: "nine in ten 35 lines; over 70 is a listed exception",
        find: sizes::find_functions,
    },
    Check { name: "words", holds: "no machine paths, loose ends or unexplained ignores", find: words::find },
    Check { name: "documents", holds: "each crate and each dependency says what it is for", find: documents::find },
    Check {
        name: "architecture",
        holds: "ARCHITECTURE.md is short and its walkthrough exists",
        find: walkthrough::find,
    },
    Check { name: "generated", holds: "generated files match what they are made from", find: generated::find },
];

impl Finding {
    /// A finding about a file as a whole.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: path.into(), message: message.into() }
    }

    /// A finding at a line, counted from 1.
    pub fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { place: format!("{path}:{line}"), message: message.into() }
    }
}

/// Runs every check, prints what is wrong, fails if anything is.
pub fn run(repo: &Repo) -> Result<()> {
    let mut count = 0;
    for check in CHECKS {
        for finding in (check.find)(repo) {
            println!("{}: [{}] {}", finding.place, check.name, finding.message);
            count += 1;
        }
    }
    if count > 0 {
        let noun = if count == 1 { "finding" } else { "findings" };
        bail!("{count} {noun}; STYLE.md says what each rule is for");
    }
    println!(
        "{} checks on {} files of {} crates; {}",
        CHECKS.len(),
        repo.files.len(),
        repo.packages.len(),
        sizes::summary(repo)
    );
    Ok(())
}

/// The list of checks, for `cargo xtask tidy --help`.
pub fn describe() -> String {
    let line = |check: &Check| format!("  {:<15} {}\n", check.name, check.holds);
    format!("The checks, all of them run by `cargo test` too:\n{}", CHECKS.iter().map(line).collect::<String>())
}

#[cfg(test)]
mod tests;
