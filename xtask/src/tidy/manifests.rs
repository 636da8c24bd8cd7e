//! Versions and lints come from the workspace.

use super::Finding;
use crate::repo::{Repo, SourceFile};

/// Registries from which a dependency may come.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Dependencies with a version of their own, members without the workspace's lints, sources other than crates.io.
pub fn find(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &repo.packages {
        let path = format!("{}/Cargo.toml", package.folder);
        if let Some(manifest) = repo.file(&path) {
            findings.extend(check_member(manifest));
        }
    }
    findings.extend(repo.file("Cargo.lock").into_iter().flat_map(check_lock));
    findings
}

fn check_member(manifest: &SourceFile) -> Vec<Finding> {
    let (mut section, mut inherits_lints) = ("", false);
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(manifest.text.lines().map(str::trim)) {
        if line.starts_with('[') {
            section = line;
        }
        inherits_lints |= section == "[lints]" && line == "workspace = true";
        let is_entry = section.ends_with("dependencies]") && line.starts_with(|first: char| first.is_alphanumeric());
        if is_entry && line.contains('=') && !line.contains("workspace = true") {
            let message = format!("`{line}`: name the version in [workspace.dependencies] and use `workspace = true`");
            findings.push(Finding::at(&manifest.path, number, message));
        }
    }
    if !inherits_lints {
        findings.push(Finding::new(&manifest.path, "add `[lints] workspace = true`"));
    }
    findings
}

fn check_lock(lock: &SourceFile) -> Vec<Finding> {
    let lines = (1..).zip(lock.text.lines());
    let foreign = lines.filter(|(_, line)| line.starts_with("source = ") && !line.contains(REGISTRY));
    foreign.map(|(number, line)| Finding::at(&lock.path, number, format!("not from crates.io: {line}"))).collect()
}
