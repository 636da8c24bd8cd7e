//! The page of security says what is tested, and no more.

use std::path::Path;

/// Every function of the sources below a folder, as they are written.
fn sources(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, into);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            into.push_str(&std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

#[test]
fn every_line_of_the_page_names_a_test_or_says_why_there_is_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/reference/security.md")).expect("the page is there");
    let mut all = String::new();
    for folder in ["crates", "lib"] {
        sources(&root.join(folder), &mut all);
    }
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows: Vec<_> = rows.filter_map(|row| row.rsplit_once(" | ")).filter(|(line, _)| *line != "line").collect();
    for (line, held) in &rows {
        if held.starts_with("not yet: ") || held.starts_with("not here: ") {
            assert!(held.len() > 40, "{line}: a reason is more than a word");
            continue;
        }
        for name in held.split(", ") {
            let name = name.strip_prefix('`').and_then(|name| name.strip_suffix('`')).unwrap_or_default();
            let written = format!("fn {name}() {{");
            assert_eq!(all.matches(&written).count(), 1, "{line}: there is no one test `{name}`");
        }
    }
    assert!(rows.len() > 40, "{}", rows.len());
}
