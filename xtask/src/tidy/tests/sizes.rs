use super::{files, lines};
use crate::{repo::Repo, tidy::sizes};

/// So many files, each of so many lines.
fn files_of(sizes: &[(usize, usize)]) -> Repo {
    let mut repo = Repo::default();
    for (count, line_count) in sizes {
        for number in 0..*count {
            let path = format!("crates/types/src/f{line_count}_{number}.rs");
            repo.files.extend(files(&[(&path, &"//\n".repeat(*line_count))]).files);
        }
    }
    repo
}

fn function_of(lines: usize) -> String {
    format!("fn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
}

#[test]
fn the_median_and_the_ninth_tenth_are_held() {
    assert_eq!(lines(&sizes::find_files(&files_of(&[(5, 150), (4, 300), (1, 600)]))), Vec::<String>::new());
    assert_eq!(
        lines(&sizes::find_files(&files_of(&[(4, 150), (6, 151)]))),
        ["repository: median file: 151 lines over the whole repository; the limit is 150",]
    );
    assert_eq!(
        lines(&sizes::find_files(&files_of(&[(8, 100), (2, 301)]))),
        ["repository: nine files in ten: 301 lines over the whole repository; the limit is 300",]
    );
}

#[test]
fn no_file_passes_the_hard_limit() {
    assert_eq!(
        lines(&sizes::find_files(&files_of(&[(1, 601)]))),
        ["crates/types/src/f601_0.rs: 601 lines; the limit is 600",]
    );
}

#[test]
fn a_long_function_needs_its_place_on_the_list() {
    let check = |list: &str, function_lines: usize, expected: &[&str]| {
        let source = function_of(function_lines);
        let repo = files(&[("crates/types/src/a.rs", &source), ("xtask/lists/long-functions.txt", list)]);
        assert_eq!(lines(&sizes::find_functions(&repo)), expected);
    };
    check("", 70, &[]);
    check(
        "",
        71,
        &[
            "xtask/lists/long-functions.txt: `crates/types/src/a.rs::long` (71) is not on the list, and the list may only shrink",
        ],
    );
    check("crates/types/src/a.rs::long = 71  # one table", 71, &[]);
    check(
        "crates/types/src/a.rs::long = 71  # one table",
        72,
        &["xtask/lists/long-functions.txt: `crates/types/src/a.rs::long` grew from 71 to 72"],
    );
    check(
        "crates/types/src/a.rs::long = 71  # one table",
        20,
        &[
            "xtask/lists/long-functions.txt: `crates/types/src/a.rs::long` is no longer an exception: take it off the list",
        ],
    );
}

#[test]
fn functions_may_not_drift_as_a_whole() {
    let drifted = [("crates/types/src/a.rs", &*function_of(36).repeat(10))];
    assert_eq!(
        lines(&sizes::find_functions(&files(&drifted))),
        ["repository: nine functions in ten: 36 lines over the whole repository; the limit is 35",]
    );
    let small = [("crates/types/src/a.rs", &*function_of(35).repeat(10))];
    assert_eq!(lines(&sizes::find_functions(&files(&small))), Vec::<String>::new());
}
