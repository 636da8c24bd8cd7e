//! Words that do not belong in the repository: paths of one machine, loose ends, ignored tests without a reason.

use super::Finding;
use crate::{
    repo::{Repo, SourceFile},
    scan::{find_words, line_at},
};

/// First folders of paths that exist on one machine only.
const MACHINE_FOLDERS: &[&str] = &["home", "root", "Users", "work", "workspace", "tmp", "mnt"];
/// Written in two halves so that this file passes its own check.
const LOOSE_ENDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];
const STUBS: &[&str] = &["todo!", "unimplemented!"];

/// Each such word, with its line.
pub fn find(repo: &Repo) -> Vec<Finding> {
    repo.files.iter().filter(|file| file.path != "Cargo.lock").flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let mut findings = machine_paths(file);
    findings.extend(loose_ends(file));
    if file.is_rust() {
        findings.extend(stubs(file));
    }
    findings
}

fn machine_paths(file: &SourceFile) -> Vec<Finding> {
    let found = file.text.match_indices('/').filter(|(at, _)| {
        let before = file.text[..*at].chars().next_back();
        let starts_path = before.is_none_or(|letter| letter.is_whitespace() || "\"'`(=,<:[".contains(letter));
        let (folder, below) = file.text[at + 1..].split_once('/').unwrap_or_default();
        starts_path && MACHINE_FOLDERS.contains(&folder) && below.starts_with(char::is_alphanumeric)
    });
    found.map(|(at, _)| Finding::at(&file.path, line_at(&file.text, at), "a path of one machine")).collect()
}

/// In Rust they count in comments, in Markdown outside of code, elsewhere everywhere.
fn loose_ends(file: &SourceFile) -> Vec<Finding> {
    let text = if file.is_rust() { file.masked.comments.clone() } else { without_inline_code(&file.text) };
    let found = LOOSE_ENDS.iter().flat_map(|word| find_words(&text, word).map(|at| (at, *word)));
    found.map(|(at, word)| Finding::at(&file.path, line_at(&text, at), format!("`{word}`: do it or file it"))).collect()
}

fn stubs(file: &SourceFile) -> Vec<Finding> {
    let code = &file.masked.code;
    let stubs = STUBS.iter().flat_map(|word| find_words(code, word).map(move |at| (at, format!("`{word}` is a stub"))));
    let ignores = code.match_indices("#[ignore]").map(|(at, _)| (at, "`#[ignore]` without a reason".to_owned()));
    stubs.chain(ignores).map(|(at, message)| Finding::at(&file.path, line_at(code, at), message)).collect()
}

/// Blanks what stands between backticks on one line.
fn without_inline_code(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        for (number, part) in line.split('`').enumerate() {
            let keep = if number % 2 == 0 { part } else { " " };
            plain.push_str(keep);
        }
        if line.ends_with('\n') && !plain.ends_with('\n') {
            plain.push('\n');
        }
    }
    plain
}
