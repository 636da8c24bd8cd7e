//! `ARCHITECTURE.md` is short, and the functions its walkthrough names exist.

use super::Finding;
use crate::{
    repo::Repo,
    scan::{find_words, line_at},
};

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const SECTION: &str = "One purchase, as a straight line";
/// Four pages.
const LINES_MAX: usize = 220;
/// A walkthrough with fewer steps walks nowhere.
const STEPS_MIN: usize = 5;

/// A missing or overlong `ARCHITECTURE.md`, a walkthrough too short, a function it names that is not there.
pub fn find(repo: &Repo) -> Vec<Finding> {
    let Some(file) = repo.file(ARCHITECTURE) else {
        let missing = Finding::new(ARCHITECTURE, "is missing");
        return if repo.is_whole() { vec![missing] } else { Vec::new() };
    };
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    if lines > LINES_MAX {
        findings.push(Finding::new(ARCHITECTURE, format!("{lines} lines; the limit is {LINES_MAX}, four pages")));
    }
    let steps = steps(&file.text);
    if steps.len() < STEPS_MIN {
        let message = format!("\"{SECTION}\" names {} functions as `path/file.rs::function`", steps.len());
        findings.push(Finding::new(ARCHITECTURE, message));
    }
    findings.extend(steps.iter().filter_map(|step| check_step(repo, step)));
    findings
}

struct Step<'a> {
    line: usize,
    path: &'a str,
    function: &'a str,
}

/// Every `path/file.rs::function` between backticks in the walkthrough's section.
fn steps(text: &str) -> Vec<Step<'_>> {
    let Some(start) = text.find(SECTION) else { return Vec::new() };
    let section = &text[start..];
    let section = section.find("\n## ").map_or(section, |end| &section[..end]);
    let mut steps = Vec::new();
    let mut offset = start;
    for (number, part) in section.split('`').enumerate() {
        if let Some((path, function)) = part.split_once(".rs::").filter(|_| number % 2 == 1) {
            let path = &part[..path.len() + ".rs".len()];
            steps.push(Step { line: line_at(text, offset), path, function });
        }
        offset += part.len() + 1;
    }
    steps
}

fn check_step(repo: &Repo, step: &Step<'_>) -> Option<Finding> {
    let Some(file) = candidates(step.path).iter().find_map(|path| repo.file(path)) else {
        return Some(Finding::at(ARCHITECTURE, step.line, format!("there is no `{}`", step.path)));
    };
    let name = step.function.rsplit("::").next().unwrap_or(step.function).trim_end_matches("()");
    let declaration = format!("fn {name}");
    let exists = find_words(&file.masked.code, &declaration).next().is_some();
    (!exists).then(|| Finding::at(ARCHITECTURE, step.line, format!("`{}` has no function `{name}`", file.path)))
}

/// `node/gate.rs` is short for `crates/node/src/gate.rs`.
fn candidates(path: &str) -> Vec<String> {
    let mut candidates = vec![path.to_owned()];
    if let Some((name, rest)) = path.split_once('/') {
        candidates.push(format!("crates/{name}/src/{rest}"));
        candidates.push(format!("lib/{name}/src/{rest}"));
    }
    candidates
}
