//! The core has no clock, I/O, randomness, floats, hash iteration; and its crates say so to the compiler as well.

use super::{Finding, table::PURE};
use crate::{
    repo::{Repo, SourceFile},
    scan::{closing_brace, find_words, line_at, test_regions},
};

/// Words that have no place in product code of a pure crate.
const FORBIDDEN: &[&str] = &[
    "Instant::now",
    "SystemTime",
    "HashMap",
    "HashSet",
    "RandomState",
    "f32",
    "f64",
    "async",
    "rand",
    "getrandom",
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "thread_local!",
    "static mut",
];
/// Modules of `std` that reach outside. `core` and `alloc` have none of them but `time`, which has no clock.
const FORBIDDEN_STD: &[&str] = &["time", "fs", "net", "thread", "process", "env", "io", "sync"];
/// Of these, what shares a value that nobody changes: no lock, no atomic that can be read, no order of events.
const ALLOWED_STD: &str = "sync::Arc;";
/// What the crate's `clippy.toml` must ban; clippy sees through renamed imports, the word search does not.
const BANNED_BY_CLIPPY: &[&str] = &[
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::time::Instant",
    "std::time::SystemTime",
    "allow-unwrap-in-tests",
    "allow-expect-in-tests",
    "allow-panic-in-tests",
];
/// What `lib.rs` must deny; a manifest cannot tighten inherited lints.
const DENIED_IN_LIB: &[&str] =
    &["clippy::arithmetic_side_effects", "clippy::indexing_slicing", "clippy::float_arithmetic"];

/// Forbidden words in the product code of the pure crates.
pub fn find(repo: &Repo) -> Vec<Finding> {
    let sources = PURE.iter().flat_map(|name| product_files(repo, &format!("crates/{name}/src/")));
    sources.flat_map(check_file).collect()
}

/// Pure crates without their `clippy.toml` or without the lints denied in `lib.rs`.
pub fn find_lints(repo: &Repo) -> Vec<Finding> {
    PURE.iter().flat_map(|name| check_lints(repo, name)).collect()
}

/// Files below `source_folder` that are compiled into the product: neither tests by their place nor named by a
/// `#[cfg(test)] mod x;`.
pub fn product_files<'a>(repo: &'a Repo, source_folder: &str) -> Vec<&'a SourceFile> {
    let all: Vec<_> = repo.rust_files().filter(|file| file.path.starts_with(source_folder)).collect();
    let test_modules: Vec<String> = all.iter().flat_map(|file| test_module_paths(file)).collect();
    let named_by_test =
        |path: &str| test_modules.iter().any(|at| path == format!("{at}.rs") || path.starts_with(&format!("{at}/")));
    all.into_iter().filter(|file| !file.is_test() && !named_by_test(&file.path)).collect()
}

fn test_module_paths(file: &SourceFile) -> Vec<String> {
    let stem = file.path.trim_end_matches(".rs");
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let folder = if matches!(name, "lib" | "main" | "mod") { folder } else { stem };
    let modules = test_regions(&file.masked.code).test_modules;
    modules.into_iter().map(|module| format!("{folder}/{module}")).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let code = test_regions(&file.masked.code).product_code;
    let finding = |at, what: &str| Finding::at(&file.path, line_at(&code, at), format!("`{what}` in a pure crate"));
    let words = FORBIDDEN.iter().flat_map(|word| find_words(&code, word).map(|at| finding(at, word)));
    let mut findings: Vec<_> = words.collect();
    for at in find_words(&code, "std::") {
        findings
            .extend(forbidden_modules(&code, at + "std::".len()).map(|module| finding(at, &format!("std::{module}"))));
    }
    findings
}

/// Forbidden modules in what follows `std::`, be it one name or a braced list.
fn forbidden_modules(code: &str, start: usize) -> impl Iterator<Item = &'static str> {
    let rest = &code[start..];
    let named = match rest {
        _ if rest.starts_with(ALLOWED_STD) => "",
        _ if rest.starts_with('{') => &code[start..closing_brace(code, start)],
        _ => first_word(rest),
    };
    FORBIDDEN_STD.iter().copied().filter(move |module| find_words(named, module).next().is_some())
}

fn first_word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or(text)
}

fn check_lints(repo: &Repo, name: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let config = format!("crates/{name}/clippy.toml");
    match repo.file(&config) {
        None => findings.push(Finding::new(&config, "is missing: copy it from another pure crate")),
        Some(file) => {
            let not_banned = BANNED_BY_CLIPPY.iter().filter(|item| !file.text.contains(**item));
            findings.extend(not_banned.map(|item| Finding::new(&config, format!("does not mention `{item}`"))));
        }
    }
    let library = format!("crates/{name}/src/lib.rs");
    let Some(file) = repo.file(&library) else { return findings };
    let code = file.masked.code.replace(char::is_whitespace, "");
    if code.is_empty() && !repo.is_whole() {
        return findings;
    }
    let denied = code.split("#![").filter(|part| part.starts_with("deny(") || part.starts_with("forbid("));
    let denied: String = denied.filter_map(|part| part.split(']').next()).collect();
    let missing = DENIED_IN_LIB.iter().filter(|lint| !denied.contains(**lint));
    findings.extend(missing.map(|lint| Finding::new(&library, format!("does not deny `{lint}`"))));
    findings
}
