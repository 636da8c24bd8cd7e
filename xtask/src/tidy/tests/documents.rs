use super::{files, lines, package, theirs};
use crate::{
    graph::Purpose,
    repo::{Repo, SourceFile},
    tidy::{documents, walkthrough},
};

const MANIFEST: &str =
    "[workspace.dependencies]\n# ours\ntypes = { path = \"crates/types\" }\nserde = \"1\"\n\n[lints]\nx = 1\n";
const ENTRY: &str =
    "### serde\n- What for: JSON.\n- Why not ourselves: everybody has it.\n- What it weighs: 2 crates.\n";

fn check_dependencies(text: &str, expected: &[&str]) {
    let repo = files(&[("Cargo.toml", MANIFEST), ("docs/dependencies.md", text)]);
    assert_eq!(lines(&documents::find(&repo)), expected);
}

#[test]
fn each_dependency_answers_three_questions() {
    check_dependencies(ENTRY, &[]);
    check_dependencies("", &["docs/dependencies.md: no entry `### serde`"]);
    check_dependencies(
        &ENTRY.replace("- Why not ourselves: everybody has it.\n", ""),
        &["docs/dependencies.md: `serde` does not answer `- Why not ourselves:`"],
    );
    check_dependencies(
        &ENTRY.replace("2 crates.", ""),
        &["docs/dependencies.md: `serde` does not answer `- What it weighs:`"],
    );
}

#[test]
fn an_answer_of_the_next_entry_does_not_count() {
    let repo = files(&[
        ("Cargo.toml", "[workspace.dependencies]\nanyhow = \"1\"\nserde = \"1\"\n"),
        ("docs/dependencies.md", &format!("### anyhow\n\n{ENTRY}")),
    ]);
    assert_eq!(documents::find(&repo).len(), 3);
}

#[test]
fn a_dependency_that_left_leaves_the_page() {
    check_dependencies(&format!("{ENTRY}### rand\n"), &["docs/dependencies.md: `rand` is no dependency any more"]);
}

#[test]
fn a_dependency_outside_the_workspace_table_needs_an_entry_too() {
    let mut repo = files(&[("docs/dependencies.md", "")]);
    repo.packages.push(package("twin", &[theirs("rand", Purpose::Tests)]));
    assert_eq!(lines(&documents::find(&repo)), ["docs/dependencies.md: no entry `### rand`"]);
}

#[test]
fn each_crate_says_what_it_is_for() {
    let check = |root: &str, text: &str, expected: &[&str]| {
        let mut repo = files(&[(root, text)]);
        repo.packages.push(package("twin", &[]));
        assert_eq!(lines(&documents::find(&repo)), expected);
    };
    check("crates/twin/src/lib.rs", "//! One.\n//!\n//! Two.\n//! Three.\nmod a;", &[]);
    let message = "2 lines of crate doc; give its purpose and invariants in 3 or more";
    check(
        "crates/twin/src/lib.rs",
        "//! One.\n//!\n//! Two.\nmod a;",
        &[&format!("crates/twin/src/lib.rs: {message}")],
    );
    check(
        "crates/twin/src/main.rs",
        "//! One.\n//! Two.\nfn main() { a(); }",
        &[&format!("crates/twin/src/main.rs: {message}")],
    );
    check("crates/twin/src/lib.rs", "//! (being built)\n", &[]);
}

#[test]
fn an_empty_crate_is_excused_only_until_the_product_serves() {
    let mut repo = files(&[("crates/twin/src/lib.rs", "//! (being built)\n"), ("crates/tessera/src/serve.rs", "")]);
    repo.packages.push(package("twin", &[]));
    assert_eq!(documents::find(&repo).len(), 1);
}

const GATE: (&str, &str) = ("crates/node/src/gate.rs", "pub fn submit() {}\n// fn refuse() {}");

fn architecture(steps: &str) -> Repo {
    let known = "- `node/gate.rs::submit` in\n".repeat(5);
    let text =
        format!("# Architecture\n\n## One purchase, as a straight line\n{known}{steps}\n## Next\n`a/b.rs::no`\n");
    let mut repo = files(&[GATE]);
    repo.files.push(SourceFile::new("ARCHITECTURE.md", &text));
    repo
}

#[test]
fn the_walkthrough_names_functions_that_exist() {
    assert_eq!(
        lines(&walkthrough::find(&architecture("- `crates/node/src/gate.rs::Gate::submit()` out"))),
        Vec::<String>::new()
    );
    assert_eq!(
        lines(&walkthrough::find(&architecture("- `node/gate.rs::refuse` out"))),
        ["ARCHITECTURE.md:9: `crates/node/src/gate.rs` has no function `refuse`",]
    );
    assert_eq!(
        lines(&walkthrough::find(&architecture("- `node/door.rs::submit` out"))),
        ["ARCHITECTURE.md:9: there is no `node/door.rs`",]
    );
}

#[test]
fn the_architecture_stays_four_pages_and_walks_somewhere() {
    assert_eq!(
        lines(&walkthrough::find(&architecture(&"\n".repeat(220)))),
        ["ARCHITECTURE.md: 231 lines; the limit is 220, four pages",]
    );
    assert_eq!(
        lines(&walkthrough::find(&files(&[("ARCHITECTURE.md", "# Architecture\n")]))),
        ["ARCHITECTURE.md: \"One purchase, as a straight line\" names 0 functions as `path/file.rs::function`",]
    );
}

#[test]
fn the_architecture_may_be_missing_only_until_the_product_serves() {
    assert_eq!(lines(&walkthrough::find(&Repo::default())), Vec::<String>::new());
    let whole = files(&[("crates/tessera/src/serve.rs", "fn serve() {}")]);
    assert_eq!(lines(&walkthrough::find(&whole)), ["ARCHITECTURE.md: is missing"]);
}
