//! The workspace's members and their direct dependencies, as `cargo metadata` tells them.

use std::{env, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// A member of the workspace.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name in the manifest.
    pub name: String,
    /// Its folder, relative to the root.
    pub folder: String,
    /// What its manifest names.
    pub dependencies: Vec<Dependency>,
}

/// One line of a manifest's dependencies.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The package's own name, whatever it is renamed to.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// What it is needed for.
    pub purpose: Purpose,
}

/// Whose a dependency is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A member of this workspace.
    Ours,
    /// From a registry.
    Theirs,
}

/// What a dependency is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The crate itself, or its build script.
    Product,
    /// Its tests, benches and examples alone.
    Tests,
}

/// Asks cargo. Nothing is resolved or downloaded.
pub fn load(root: &Path) -> Result<Vec<Package>> {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root)
        .output()
        .context("running cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    parse(&output.stdout).context("reading what cargo metadata printed")
}

fn parse(json: &[u8]) -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_slice(json)?;
    let root = text(&metadata, "workspace_root")?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    packages.iter().map(|package| parse_package(package, root)).collect()
}

fn parse_package(package: &Value, root: &str) -> Result<Package> {
    let manifest = Path::new(text(package, "manifest_path")?);
    let folder = manifest.parent().context("a manifest lies in a folder")?.strip_prefix(root)?;
    let dependencies = package["dependencies"].as_array().context("no dependencies")?;
    Ok(Package {
        name: text(package, "name")?.to_owned(),
        folder: folder.to_string_lossy().replace('\\', "/"),
        dependencies: dependencies.iter().map(parse_dependency).collect::<Result<_>>()?,
    })
}

fn parse_dependency(dependency: &Value) -> Result<Dependency> {
    Ok(Dependency {
        name: text(dependency, "name")?.to_owned(),
        owner: if dependency["path"].is_string() { Owner::Ours } else { Owner::Theirs },
        purpose: if dependency["kind"] == "dev" { Purpose::Tests } else { Purpose::Product },
    })
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("no `{key}`"))
}
