use super::{files, lines, package};
use crate::{
    repo::Repo,
    tidy::{adapters, pure, table::PURE},
};

const LINTS: &str = include_str!("../../../../crates/types/clippy.toml");
const DENY: &str = "#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::float_arithmetic)]\n";

fn check(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(lines(&pure::find(&files(&[(path, text)]))), expected);
}

#[test]
fn each_forbidden_word_fails_with_its_line() {
    for (code, word) in [
        ("let t = Instant::now();", "Instant::now"),
        ("struct S(SystemTime);", "SystemTime"),
        ("type M = HashMap<u8, u8>;", "HashMap"),
        ("type M = HashSet<u8>;", "HashSet"),
        ("let x: f32;", "f32"),
        ("fn f() -> f64 { 0 }", "f64"),
        ("async fn f() {}", "async"),
        ("use rand::Rng;", "rand"),
        ("use std::time::Duration;", "std::time"),
        ("std::fs::read(x);", "std::fs"),
        ("use std::net::TcpStream;", "std::net"),
        ("std::thread::spawn(f);", "std::thread"),
        ("use std::{fmt, fs};", "std::fs"),
        ("use std::sync::Mutex;", "std::sync"),
        ("use std::sync::{Arc, Mutex};", "std::sync"),
        ("println!(\"x\");", "println!"),
    ] {
        let expected = format!("crates/engine/src/order.rs:2: `{word}` in a pure crate");
        check("crates/engine/src/order.rs", &format!("//! Orders.\n{code}"), &[&expected]);
    }
}

#[test]
fn a_shared_value_may() {
    check("crates/engine/src/order.rs", "use std::sync::Arc;\nstruct S(Arc<u8>);", &[]);
}

#[test]
fn other_crates_may() {
    check("crates/node/src/clock.rs", "std::time::Instant::now();", &[]);
}

#[test]
fn comments_strings_longer_words_and_tests_may() {
    check("crates/ledger/src/lib.rs", "// no HashMap\nconst S: &str = \"HashMap\"; struct MyHashMap;", &[]);
    check("crates/ledger/src/tests.rs", "use std::collections::HashMap;", &[]);
    check("crates/ledger/src/lib.rs", "#[cfg(test)]\nmod t { use std::collections::HashSet; }", &[]);
    let model = [
        ("crates/ledger/src/book.rs", "#[cfg(test)]\nmod model;"),
        ("crates/ledger/src/book/model.rs", "use std::collections::HashMap;"),
    ];
    assert_eq!(lines(&pure::find(&files(&model))), Vec::<String>::new());
    assert_eq!(lines(&pure::find(&files(&model[1..]))).len(), 1, "without the mark it is product code");
}

fn core_with(clippy: &str, library: &str) -> Repo {
    let mut repo = files(&[]);
    for &name in PURE {
        let (clippy, library) = if name == "ledger" { (clippy, library) } else { (LINTS, DENY) };
        repo.files.extend(
            files(&[(&format!("crates/{name}/clippy.toml"), clippy), (&format!("crates/{name}/src/lib.rs"), library)])
                .files,
        );
    }
    repo
}

#[test]
fn the_core_denies_in_lib_and_bans_in_clippy_toml() {
    assert_eq!(lines(&pure::find_lints(&core_with(LINTS, DENY))), Vec::<String>::new());
    assert_eq!(
        lines(&pure::find_lints(&core_with(LINTS, &DENY.replace("clippy::indexing_slicing, ", "")))),
        ["crates/ledger/src/lib.rs: does not deny `clippy::indexing_slicing`",]
    );
    let allowed = DENY.replace("deny", "allow");
    assert_eq!(pure::find_lints(&core_with(LINTS, &allowed)).len(), 3, "allowing is not denying");
    assert_eq!(
        lines(&pure::find_lints(&core_with(&LINTS.replace("collections::HashSet", ""), DENY))),
        ["crates/ledger/clippy.toml: does not mention `std::collections::HashSet`",]
    );
}

#[test]
fn a_pure_crate_without_a_clippy_toml_fails() {
    let mut repo = core_with(LINTS, DENY);
    repo.files.retain(|file| file.path != "crates/engine/clippy.toml");
    assert_eq!(
        lines(&pure::find_lints(&repo)),
        ["crates/engine/clippy.toml: is missing: copy it from another pure crate",]
    );
}

#[test]
fn an_empty_crate_is_excused_only_until_the_product_serves() {
    let mut repo = core_with(LINTS, "//! (being built)\n");
    assert_eq!(pure::find_lints(&repo).len(), 0);
    repo.files.extend(files(&[("crates/tessera/src/serve.rs", "fn serve() {}")]).files);
    assert_eq!(pure::find_lints(&repo).len(), 3);
}

#[test]
fn only_the_driver_of_node_awaits() {
    let repo = files(&[
        ("crates/node/src/commit.rs", "pub fn commit() { x.await }"),
        ("crates/node/src/driver.rs", "pub async fn drive() { tokio::spawn(x).await }"),
        ("crates/node/src/tests.rs", "async fn f() {}"),
    ]);
    assert_eq!(lines(&adapters::find(&repo)), ["crates/node/src/commit.rs:1: only node's driver may use `await`"]);
}

#[test]
fn libraries_do_not_print() {
    let mut repo = files(&[
        ("crates/twin/src/lib.rs", "fn f() { println!(); }\n#[cfg(test)]\nmod t { fn g() { println!(); } }"),
        ("crates/tessera/src/main.rs", "fn f() { println!(); }"),
    ]);
    repo.packages = vec![package("twin", &[]), package("tessera", &[])];
    assert_eq!(lines(&adapters::find(&repo)), ["crates/twin/src/lib.rs:1: a library may not use `println!`"]);
}
