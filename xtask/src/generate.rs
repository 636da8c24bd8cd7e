//! Files that are generated and checked in: a registry, and two things to do with it.

mod import_table;
mod limits_page;

use std::fs;

use anyhow::{Context, Result, bail};

use crate::repo::Repo;

/// Makes one checked-in file from what is in the repository, the same bytes every time.
pub struct Generator {
    /// The file it makes, relative to the root.
    pub path: &'static str,
    /// What it is made from, in a few words.
    pub source: &'static str,
    /// Makes its text.
    pub make: fn(&Repo) -> String,
}

/// Every generated file.
pub const GENERATORS: &[Generator] = &[
    Generator {
        path: "docs/reference/imports.md",
        source: "the import table in xtask/src/tidy/table.rs",
        make: |_| import_table::page(),
    },
    Generator { path: "docs/reference/limits.md", source: "the limits.rs of each crate", make: limits_page::page },
];

impl Generator {
    /// Whether the file is there and is what would be made now.
    pub fn is_fresh(&self, repo: &Repo) -> bool {
        repo.file(self.path).is_some_and(|file| file.text == (self.make)(repo))
    }
}

/// Writes what is stale.
pub fn write(repo: &Repo) -> Result<()> {
    for generator in GENERATORS {
        if generator.is_fresh(repo) {
            println!("{}: up to date", generator.path);
            continue;
        }
        let path = repo.root.join(generator.path);
        let folder = path.parent().context("a generated file lies in a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(&path, (generator.make)(repo)).with_context(|| format!("writing {}", generator.path))?;
        println!("{}: written", generator.path);
    }
    Ok(())
}

/// Fails, naming each stale file.
pub fn check(repo: &Repo) -> Result<()> {
    let stale: Vec<_> = GENERATORS.iter().filter(|generator| !generator.is_fresh(repo)).map(|g| g.path).collect();
    if !stale.is_empty() {
        bail!("stale: {}; run `cargo xtask gen`", stale.join(", "));
    }
    println!("{} generated files are up to date", GENERATORS.len());
    Ok(())
}

/// The list of generated files, for `cargo xtask gen --help`.
pub fn describe() -> String {
    let line = |generator: &Generator| format!("  {}: from {}\n", generator.path, generator.source);
    format!("The generated files:\n{}", GENERATORS.iter().map(line).collect::<String>())
}

#[cfg(test)]
mod tests;
