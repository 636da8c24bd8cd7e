//! Each crate says what it is for; each dependency says why it is here.

use super::Finding;
use crate::{
    graph::{Owner, Package},
    repo::Repo,
};

const DEPENDENCIES: &str = "docs/dependencies.md";
/// What a dependency's entry answers, in this order.
const ANSWERS: &[&str] = &["- What for: ", "- Why not ourselves: ", "- What it weighs: "];
const CRATE_DOC_LINES_MIN: usize = 3;

/// Crates with too little of a `//!` doc; dependencies without a complete entry; entries without a dependency.
pub fn find(repo: &Repo) -> Vec<Finding> {
    let mut findings: Vec<_> = repo.packages.iter().filter_map(|package| check_crate_doc(repo, package)).collect();
    findings.extend(check_dependencies(repo));
    findings
}

fn check_crate_doc(repo: &Repo, package: &Package) -> Option<Finding> {
    let roots = ["lib.rs", "main.rs"].map(|name| format!("{}/src/{name}", package.folder));
    let root = roots.iter().find_map(|path| repo.file(path))?;
    let is_empty =
        root.masked.code.trim().is_empty() || root.masked.code.split_whitespace().eq("fn main() {}".split(' '));
    if is_empty && !repo.is_whole() {
        return None;
    }
    let lines = root.text.lines().take_while(|line| line.starts_with("//!"));
    let lines = lines.filter(|line| line.trim().len() > "//!".len()).count();
    let message =
        format!("{lines} lines of crate doc; give its purpose and invariants in {CRATE_DOC_LINES_MIN} or more");
    (lines < CRATE_DOC_LINES_MIN).then(|| Finding::new(&root.path, message))
}

fn check_dependencies(repo: &Repo) -> Vec<Finding> {
    let text = repo.file(DEPENDENCIES).map_or("", |file| file.text.as_str());
    let declared = declared_dependencies(repo);
    let mut findings = Vec::new();
    for name in &declared {
        match entry(text, name) {
            None => findings.push(Finding::new(DEPENDENCIES, format!("no entry `### {name}`"))),
            Some(entry) => findings.extend(missing_answers(name, entry)),
        }
    }
    let headings = text.lines().filter_map(|line| line.strip_prefix("### "));
    let stale = headings.filter(|name| !declared.iter().any(|known| known == name));
    findings.extend(stale.map(|name| Finding::new(DEPENDENCIES, format!("`{name}` is no dependency any more"))));
    findings
}

fn missing_answers(name: &str, entry: &str) -> Vec<Finding> {
    let answered = |start: &str| entry.lines().any(|line| line.strip_prefix(start).is_some_and(|rest| rest.len() > 3));
    let missing = ANSWERS.iter().filter(|start| !answered(start));
    missing.map(|start| Finding::new(DEPENDENCIES, format!("`{name}` does not answer `{}`", start.trim()))).collect()
}

/// The lines below `### name`, up to the next heading.
fn entry<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let heading = format!("### {name}\n");
    let start = text.find(&heading)? + heading.len();
    let body = &text[start..];
    Some(body.find("\n#").map_or(body, |end| &body[..end]))
}

/// Names in `[workspace.dependencies]` that are not crates of ours, and any other outside crate a member names.
fn declared_dependencies(repo: &Repo) -> Vec<String> {
    let manifest = repo.file("Cargo.toml").map_or("", |file| file.text.as_str());
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap_or("");
    let section = section.split("\n[").next().unwrap_or("");
    let lines = section.lines().filter(|line| !line.starts_with('#') && !line.contains("path = "));
    let mut names: Vec<String> = lines.filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())).collect();
    let edges = repo.packages.iter().flat_map(|package| &package.dependencies);
    names.extend(edges.filter(|edge| edge.owner == Owner::Theirs).map(|edge| edge.name.clone()));
    names.sort();
    names.dedup();
    names
}
