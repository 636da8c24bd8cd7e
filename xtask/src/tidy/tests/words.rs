use super::{files, lines};
use crate::tidy::words;

fn check(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(lines(&words::find(&files(&[(path, text)]))), expected);
}

/// Put together here so that this file passes the check it tests.
fn machine_path(folder: &str) -> String {
    format!("/{folder}/someone/tessera")
}

fn loose_end() -> String {
    ["TO", "DO"].concat()
}

#[test]
fn paths_of_one_machine_fail_in_code_strings_and_documents() {
    for folder in ["home", "root", "Users", "work", "workspace", "tmp"] {
        let path = machine_path(folder);
        check("README.md", &format!("line\nrun {path} now"), &["README.md:2: a path of one machine"]);
        check(
            "crates/types/src/a.rs",
            &format!("const P: &str = \"{path}\";"),
            &["crates/types/src/a.rs:1: a path of one machine"],
        );
    }
}

#[test]
fn addresses_and_relative_paths_pass() {
    let home = "home";
    let text = format!("https://example.org/{home}/x and crates/{home}/src and /v1/{home}/keys and ../{home}/x");
    check("README.md", &text, &[]);
    check("README.md", "the folders /home and /etc/tessera/cell.toml", &[]);
}

#[test]
fn loose_ends_fail_in_comments_and_prose_but_not_in_names() {
    let word = loose_end();
    let message = format!("`{word}`: do it or file it");
    check(
        "crates/types/src/a.rs",
        &format!("x();\n// {word}: later"),
        &[&format!("crates/types/src/a.rs:2: {message}")],
    );
    check("docs/a.md", &format!("{word}: write this"), &[&format!("docs/a.md:1: {message}")]);
    check("Cargo.toml", &format!("# {word} bump"), &[&format!("Cargo.toml:1: {message}")]);
    check("STYLE.md", &format!("No `{word}` without"), &[]);
    check("crates/types/src/a.rs", &format!("const {word}: u8 = 1;"), &[]);
}

#[test]
fn stubs_and_unexplained_ignores_fail() {
    check(
        "crates/types/src/a.rs",
        &format!("fn f() {{ {}!() }}", "todo"),
        &["crates/types/src/a.rs:1: `todo!` is a stub"],
    );
    check(
        "crates/types/src/a.rs",
        &format!("fn f() {{ {}!() }}", "unimplemented"),
        &["crates/types/src/a.rs:1: `unimplemented!` is a stub"],
    );
    check(
        "crates/types/src/tests.rs",
        "#[test]\n#[ignore]\nfn f() {}",
        &["crates/types/src/tests.rs:2: `#[ignore]` without a reason"],
    );
    check("crates/types/src/tests.rs", "#[ignore = \"needs a broker\"]\nfn f() {}", &[]);
}
