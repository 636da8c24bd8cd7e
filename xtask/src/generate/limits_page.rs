//! The page of every named limit.

use crate::repo::Repo;

/// The page: a table for each crate that has a `limits.rs`.
pub fn page(repo: &Repo) -> String {
    let mut text = String::from(
        "<!-- Made by `cargo xtask gen` from the `limits.rs` of each crate; edit there. -->\n\
         # Limits\n\n\
         Everything is bounded, and each bound has a name. What an operator can set stands in\n\
         [configuration](configuration.md); what follows is built in.\n",
    );
    for file in repo.rust_files() {
        let Some(name) = file.path.strip_prefix("crates/").and_then(|path| path.strip_suffix("/src/limits.rs")) else {
            continue;
        };
        text += &format!("\n## `{name}`\n\n| limit | value | meaning |\n|---|---|---|\n");
        for limit in limits(&file.text) {
            text += &format!("| `{}` | `{}` | {} |\n", limit.name, limit.value, limit.meaning);
        }
    }
    text
}

/// One limit, as its file writes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Limit {
    /// The constant.
    pub name: String,
    /// Its value, as an expression.
    pub value: String,
    /// Its comment.
    pub meaning: String,
}

/// The public constants of a file, each with the comment before it.
pub fn limits(text: &str) -> Vec<Limit> {
    let mut found = Vec::new();
    let mut meaning = String::new();
    for line in text.lines() {
        if let Some(words) = line.strip_prefix("/// ") {
            meaning += if meaning.is_empty() { "" } else { " " };
            meaning += words;
        } else if let Some((name, value)) = line.strip_prefix("pub const ").and_then(constant) {
            found.push(Limit { name, value, meaning: std::mem::take(&mut meaning) });
        } else {
            meaning.clear();
        }
    }
    found
}

/// `NAME: Type = value;`
fn constant(line: &str) -> Option<(String, String)> {
    let (name, rest) = line.split_once(": ")?;
    let (_, value) = rest.trim_end_matches(';').split_once(" = ")?;
    Some((name.to_owned(), value.to_owned()))
}
