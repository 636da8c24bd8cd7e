//! The import table and the fences, held against what the manifests name.

use super::{
    Finding,
    table::{FENCES, PURE, PURE_EXTERNALS, ROWS, Row, TEST_EXTERNALS},
};
use crate::{
    graph::{Dependency, Owner, Package, Purpose},
    repo::Repo,
};

/// Crates without a row, edges that no row lists, folders not named like their crate.
pub fn find(repo: &Repo) -> Vec<Finding> {
    repo.packages.iter().flat_map(check_crate).collect()
}

/// Dependencies of theirs in crates where they have no business.
pub fn find_externals(repo: &Repo) -> Vec<Finding> {
    let edges = repo.packages.iter().flat_map(|package| package.dependencies.iter().map(move |to| (package, to)));
    edges
        .filter(|(_, dependency)| dependency.owner == Owner::Theirs)
        .filter_map(|(package, dependency)| Some(Finding::new(manifest(package), refusal(package, dependency)?)))
        .collect()
}

fn check_crate(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    if package.folder.rsplit('/').next() != Some(&package.name) {
        findings.push(Finding::new(manifest(package), format!("`{}` lies in a folder of another name", package.name)));
    }
    let Some(row) = row(&package.name) else {
        let message = format!("`{}` has no row in xtask/src/tidy/table.rs: say what it may import", package.name);
        findings.push(Finding::new(manifest(package), message));
        return findings;
    };
    let ours = package.dependencies.iter().filter(|dependency| dependency.owner == Owner::Ours);
    // A crate may name itself in its own tests (to switch a feature on).
    let forbidden = ours.filter(|to| to.name != row.name && !row.imports.contains(&to.name.as_str()));
    findings.extend(forbidden.map(|to| {
        let message = format!("`{}` may not import `{}`; its row lists: {}", row.name, to.name, list(row.imports));
        Finding::new(manifest(package), message)
    }));
    findings
}

/// Why this crate may not name this dependency; none if it may.
fn refusal(package: &Package, dependency: &Dependency) -> Option<String> {
    let (name, external) = (package.name.as_str(), dependency.name.as_str());
    if dependency.purpose == Purpose::Tests && TEST_EXTERNALS.contains(&external) {
        return None;
    }
    if PURE.contains(&name) && !PURE_EXTERNALS.contains(&external) {
        return Some(format!("`{name}` is pure and may not use `{external}`; it may: {}", list(PURE_EXTERNALS)));
    }
    let fence = FENCES.iter().find(|fence| fence.external == external)?;
    let allowed = fence.crates.contains(&name);
    (!allowed).then(|| format!("`{name}` may not use `{external}`; only: {}", list(fence.crates)))
}

fn row(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

fn manifest(package: &Package) -> String {
    format!("{}/Cargo.toml", package.folder)
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
