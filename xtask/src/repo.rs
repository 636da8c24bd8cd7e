//! The repository as the checks see it: its text files and its dependency graph, read once.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    graph::{self, Package},
    scan::{Masked, mask},
};

/// Folders of the root that hold no text of ours.
const SKIPPED_FOLDERS: &[&str] = &["target", "data", ".git"];
/// Endings of the files the checks read.
const TEXT_ENDINGS: &[&str] = &["rs", "toml", "md", "txt", "sh", "lock", "sql", "html", "css", "js", "yaml", "yml"];
/// Files without an ending that are read all the same.
const TEXT_NAMES: &[&str] = &[".ci/run"];

/// All that the checks look at. Tests build one by hand, with one thing wrong.
#[derive(Default)]
pub struct Repo {
    /// Where it is; joined to a file's path only to write generated files.
    pub root: PathBuf,
    /// Every text file, ordered by path.
    pub files: Vec<SourceFile>,
    /// Every workspace member with its direct dependencies.
    pub packages: Vec<Package>,
}

/// One text file.
pub struct SourceFile {
    /// Relative to the root, with `/` between folders.
    pub path: String,
    /// As it is on disk.
    pub text: String,
    /// Rust only: the code and the comments apart, each at its old place. Empty for other files.
    pub masked: Masked,
}

impl Repo {
    /// Reads the repository this task belongs to.
    pub fn load() -> Result<Self> {
        let root = root()?;
        let mut files = Vec::new();
        read_folder(&root, &root, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let packages = graph::load(&root)?;
        Ok(Self { root, files, packages })
    }

    /// The file at this path, if there is one.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Every Rust file of ours, ordered by path.
    pub fn rust_files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| file.is_rust())
    }

    /// Whether the product can be served. Until then, while crates are still being filled, an empty crate or a
    /// missing `ARCHITECTURE.md` is excused.
    pub fn is_whole(&self) -> bool {
        self.file("crates/tessera/src/serve.rs").is_some()
    }
}

impl SourceFile {
    /// A file with this path and text; Rust is taken apart into code and comments.
    pub fn new(path: &str, text: &str) -> Self {
        let masked = if has_ending(path, "rs") { mask(text) } else { Masked::default() };
        Self { path: path.to_owned(), text: text.to_owned(), masked }
    }

    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        has_ending(&self.path, "rs")
    }

    /// Whether it is test, bench or example code by its place: `tests.rs`, or below such a folder.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests.rs" | "tests" | "benches" | "examples"))
    }
}

/// The root of the repository: the parent of this crate's folder.
pub fn root() -> Result<PathBuf> {
    let manifest_folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&manifest_folder).parent().context("xtask lies below the root")?;
    Ok(root.to_owned())
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        if kind.is_dir() && !SKIPPED_FOLDERS.contains(&relative.as_str()) {
            read_folder(root, &path, files)?;
        }
        if kind.is_file() && is_text(&relative) {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {relative}"))?;
            files.push(SourceFile::new(&relative, &text));
        }
    }
    Ok(())
}

fn is_text(path: &str) -> bool {
    TEXT_NAMES.contains(&path) || TEXT_ENDINGS.iter().any(|ending| has_ending(path, ending))
}

fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == ending)
}
