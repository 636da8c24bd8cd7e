mod documents;
mod imports;
mod pure;
mod sizes;
mod words;

use super::{CHECKS, Finding};
use crate::{
    graph::{Dependency, Owner, Package, Purpose},
    repo::{Repo, SourceFile},
};

/// A repository of these files and no crates.
fn files(files: &[(&str, &str)]) -> Repo {
    let files = files.iter().map(|(path, text)| SourceFile::new(path, text)).collect();
    Repo { files, ..Repo::default() }
}

/// A crate below `crates/` with these dependencies.
fn package(name: &str, dependencies: &[Dependency]) -> Package {
    Package { name: name.to_owned(), folder: format!("crates/{name}"), dependencies: dependencies.to_vec() }
}

fn ours(name: &str) -> Dependency {
    Dependency { name: name.to_owned(), owner: Owner::Ours, purpose: Purpose::Product }
}

fn theirs(name: &str, purpose: Purpose) -> Dependency {
    Dependency { name: name.to_owned(), owner: Owner::Theirs, purpose }
}

/// `place: message` of each finding.
fn lines(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{}: {}", finding.place, finding.message)).collect()
}

/// Runs one check on this repository; a test for each, so that a failure is called by its rule.
fn holds(name: &str) {
    let repo = Repo::load().expect("the repository can be read");
    let check = CHECKS.iter().find(|check| check.name == name).expect("a known check");
    let wrong = lines(&(check.find)(&repo));
    assert!(wrong.is_empty(), "`{name}`: {}:\n{}", check.holds, wrong.join("\n"));
}

macro_rules! this_repository_holds {
    ($($test:ident => $name:literal),+ $(,)?) => {
        $(#[test] fn $test() { holds($name); })+

        #[test]
        fn every_check_is_run_here_and_explained_in_the_style_guide() {
            let names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
            assert_eq!(names, [$($name),+]);
            let repo = Repo::load().expect("the repository can be read");
            let style = &repo.file("STYLE.md").expect("STYLE.md").text;
            let unexplained: Vec<_> = names.iter().filter(|name| !style.contains(&format!("`{name}`"))).collect();
            assert!(unexplained.is_empty(), "not in STYLE.md: {unexplained:?}");
        }
    };
}

this_repository_holds! {
    imports_hold => "imports",
    externals_hold => "externals",
    manifests_hold => "manifests",
    pure_holds => "pure",
    pure_lints_hold => "pure-lints",
    adapters_hold => "adapters",
    file_sizes_hold => "file-sizes",
    function_sizes_hold => "function-sizes",
    words_hold => "words",
    documents_hold => "documents",
    architecture_holds => "architecture",
    generated_holds => "generated",
}
