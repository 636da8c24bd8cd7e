//! Files and functions stay small enough to read.

use super::Finding;
use crate::{
    lists::{Actual, shrink_only},
    repo::{Repo, SourceFile},
    scan::{Function, functions},
};

const FILE_LINES_MEDIAN: usize = 150;
const FILE_LINES_NINE_IN_TEN: usize = 300;
const FILE_LINES_MAX: usize = 600;
/// Journals are read by what stands here: one enum, in one file. It may shrink, and grow no further.
const LONGER_FILES: &[(&str, usize)] = &[("crates/engine/src/event.rs", 691)];
const FUNCTION_LINES_NINE_IN_TEN: usize = 35;
const FUNCTION_LINES_MAX: usize = 70;
/// Functions over the limit, each with its length and the reason.
const LONG_FUNCTIONS: &str = "xtask/lists/long-functions.txt";
/// Fewer than this have no median worth the name.
const SAMPLE_MIN: usize = 10;

/// Files over the hard limit, and sizes that have drifted as a whole.
pub fn find_files(repo: &Repo) -> Vec<Finding> {
    let limit = |file: &SourceFile| {
        let listed = LONGER_FILES.iter().find(|(path, _)| *path == file.path.as_str());
        listed.map_or(FILE_LINES_MAX, |(_, lines)| *lines)
    };
    let over = repo.rust_files().filter(|file| line_count(file) > limit(file));
    let mut findings: Vec<_> = over
        .map(|file| Finding::new(&file.path, format!("{} lines; the limit is {}", line_count(file), limit(file))))
        .collect();
    let lines = file_lines(repo);
    findings.extend(drift("median file", quantile(&lines, 5), FILE_LINES_MEDIAN, lines.len()));
    findings.extend(drift("nine files in ten", quantile(&lines, 9), FILE_LINES_NINE_IN_TEN, lines.len()));
    findings
}

/// Functions over the limit that are not listed, list entries that no longer hold, sizes drifting as a whole.
pub fn find_functions(repo: &Repo) -> Vec<Finding> {
    let all: Vec<_> = all_functions(repo).collect();
    let mut actual = Actual::new();
    for (path, function) in all.iter().filter(|(_, function)| function.lines > FUNCTION_LINES_MAX) {
        // Two of one name in a file (`new` of two types) share an entry: the longer counts.
        let longest = actual.entry(format!("{path}::{}", function.name)).or_default();
        *longest = function.lines.max(*longest);
    }
    let list = repo.file(LONG_FUNCTIONS).map_or("", |file| file.text.as_str());
    let wrong = shrink_only(list, &actual).into_iter().map(|message| Finding::new(LONG_FUNCTIONS, message));
    let lines = function_lines(&all);
    let ninth = quantile(&lines, 9);
    wrong.chain(drift("nine functions in ten", ninth, FUNCTION_LINES_NINE_IN_TEN, lines.len())).collect()
}

/// The figures the limits are about, in one line.
pub fn summary(repo: &Repo) -> String {
    let files = file_lines(repo);
    let all: Vec<_> = all_functions(repo).collect();
    let functions = function_lines(&all);
    format!(
        "Rust files: {}, median {} lines, nine in ten ≤ {}; functions: {}, nine in ten ≤ {} lines",
        files.len(),
        quantile(&files, 5),
        quantile(&files, 9),
        functions.len(),
        quantile(&functions, 9),
    )
}

fn drift(what: &str, lines: usize, limit: usize, sample: usize) -> Option<Finding> {
    let message = format!("{what}: {lines} lines over the whole repository; the limit is {limit}");
    (sample >= SAMPLE_MIN && lines > limit).then(|| Finding::new("repository", message))
}

fn all_functions(repo: &Repo) -> impl Iterator<Item = (&str, Function)> {
    repo.rust_files().flat_map(|file| functions(&file.masked.code).into_iter().map(|found| (file.path.as_str(), found)))
}

fn function_lines(all: &[(&str, Function)]) -> Vec<usize> {
    let mut lines: Vec<_> = all.iter().map(|(_, function)| function.lines).collect();
    lines.sort_unstable();
    lines
}

fn file_lines(repo: &Repo) -> Vec<usize> {
    let mut lines: Vec<_> = repo.rust_files().map(line_count).collect();
    lines.sort_unstable();
    lines
}

/// The value that `tenths` in ten do not exceed; zero for no values.
fn quantile(sorted: &[usize], tenths: usize) -> usize {
    let place = (sorted.len() * tenths).div_ceil(10).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(0)
}

fn line_count(file: &SourceFile) -> usize {
    file.text.lines().count()
}
