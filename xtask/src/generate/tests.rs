use super::{GENERATORS, check, import_table};
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
        assert_eq!(error, "stale: docs/reference/imports.md; run `cargo xtask gen`");
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
