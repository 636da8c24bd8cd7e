use super::{
    GENERATORS, check, import_table,
    limits_page::{self, Limit, limits},
};
use crate::{
    repo::{Repo, SourceFile},
    tidy::table::ROWS,
};

fn repo_with_generated(change: fn(String) -> String) -> Repo {
    let mut repo = Repo::default();
    for generator in GENERATORS {
        let text = change((generator.make)(&repo));
        repo.files.push(SourceFile::new(generator.path, &text));
    }
    repo
}

#[test]
fn fresh_files_pass() {
    check(&repo_with_generated(|text| text)).expect("fresh");
}

#[test]
fn a_stale_file_and_a_missing_one_fail_by_name() {
    for repo in [repo_with_generated(|text| text + "edited by hand\n"), Repo::default()] {
        let error = check(&repo).expect_err("stale").to_string();
        assert_eq!(error, "stale: docs/reference/imports.md, docs/reference/limits.md; run `cargo xtask gen`");
    }
}

#[test]
fn the_page_shows_every_crate_in_table_and_picture() {
    let page = import_table::page();
    let (table, picture) = page.split_once("## As layers").expect("both parts");
    for row in ROWS {
        assert!(table.contains(&format!("| `{}`", row.name)), "{}", row.name);
        assert!(picture.contains(row.name), "{}", row.name);
    }
    assert!(picture.contains("\n0  types   tessera-token\n"), "{picture}");
}

#[test]
fn the_page_of_limits_shows_every_constant_with_its_meaning() {
    let text = "//! Limits.\n\nuse std::time::Duration;\n\n/// Most of\n/// them.\npub const A_MAX: usize = 1 << 4;\n\
                /// How long.\npub const WAIT: Duration = Duration::from_secs(1);\n/// Not one.\nconst HIDDEN: u8 = 1;\n";
    let limit = |name: &str, value: &str, meaning: &str| Limit {
        name: name.to_owned(),
        value: value.to_owned(),
        meaning: meaning.to_owned(),
    };
    assert_eq!(
        limits(text),
        [limit("A_MAX", "1 << 4", "Most of them."), limit("WAIT", "Duration::from_secs(1)", "How long.")]
    );
    let mut repo = Repo::default();
    repo.files.push(SourceFile::new("crates/node/src/limits.rs", text));
    let page = limits_page::page(&repo);
    assert!(page.contains("## `node`") && page.contains("| `A_MAX` | `1 << 4` | Most of them. |"), "{page}");
}
