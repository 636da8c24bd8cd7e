//! The page that shows which crate may import which.

use crate::tidy::table::{FENCES, PURE, PURE_EXTERNALS, ROWS, Row, TEST_EXTERNALS};

/// The page: the table, a picture of its layers, and where outside crates stop.
pub fn page() -> String {
    let mut text = String::from(
        "<!-- Made by `cargo xtask gen` from xtask/src/tidy/table.rs; edit there. -->\n\
         # Which crate may import which\n\n\
         `cargo test` fails on an edge, or a crate, that this table does not list. Tests are held to the same table.\n\n\
         | crate | what it is | may import |\n|---|---|---|\n",
    );
    for row in ROWS {
        text += &format!("| `{}`{} | {} | {} |\n", row.name, purity(row), row.is, names(row.imports));
    }
    text += "\n## As layers\n\nEach line imports only from lines below it.\n\n```\n";
    text += &picture();
    text += "```\n\n## Where outside crates stop\n\n| crate of theirs | only in |\n|---|---|\n";
    for fence in FENCES {
        text += &format!("| `{}` | {} |\n", fence.external, names(fence.crates));
    }
    text += &format!(
        "\nPure crates use nothing from outside but {}. In tests every crate may also use {}.\n",
        names(PURE_EXTERNALS),
        names(TEST_EXTERNALS)
    );
    text
}

/// One line a layer, the binary on top.
fn picture() -> String {
    let highest = ROWS.iter().map(layer).max().unwrap_or(0);
    let line = |number| {
        let members = ROWS.iter().filter(|row| layer(row) == number).map(|row| row.name);
        format!("{number}  {}\n", members.collect::<Vec<_>>().join("   "))
    };
    (0..=highest).rev().map(line).collect()
}

/// How many imports deep a crate stands. A row may only name rows above it, so this ends.
fn layer(row: &Row) -> usize {
    let imported = ROWS.iter().filter(|other| row.imports.contains(&other.name));
    imported.map(|other| layer(other) + 1).max().unwrap_or(0)
}

fn purity(row: &Row) -> &'static str {
    if PURE.contains(&row.name) { " (pure)" } else { "" }
}

fn names(names: &[&str]) -> String {
    if names.is_empty() {
        "–".to_owned()
    } else {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}
