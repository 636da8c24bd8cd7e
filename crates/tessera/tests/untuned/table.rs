//! The tables of a Markdown file: what is asked, and what has to be measured.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// The scenario.
pub fn scenario() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/untuned.md");
    std::fs::read_to_string(path).expect("the scenario can be read")
}

/// The rows under `header` in the section `## section`, cell by cell.
pub fn rows(text: &str, section: &str, header: &[&str]) -> Vec<Vec<String>> {
    let heading = format!("## {section}");
    let below = text.lines().skip_while(|line| *line != heading).skip(1).take_while(|line| !line.starts_with("## "));
    let wanted: Vec<String> = header.iter().map(|title| (*title).to_owned()).collect();
    let mut table = below.skip_while(|line| cells(line) != wanted);
    assert!(table.next().is_some(), "scenarios/untuned.md has no table {header:?} in its section {section:?}");
    let rows: Vec<_> = table.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect();
    assert!(rows.iter().all(|row| row.len() == header.len()), "a row of {header:?} has another number of cells");
    rows
}

/// A table of two columns, by its first.
pub fn settings(text: &str, section: &str, header: [&str; 2]) -> BTreeMap<String, String> {
    rows(text, section, &header).into_iter().map(|mut row| (row.remove(0), row.remove(0))).collect()
}

/// The numbers in a cell: its words that are numbers, without the marks of thousands.
pub fn numbers(cell: &str) -> Vec<f64> {
    cell.split_whitespace().filter_map(|word| word.trim_matches(',').replace(',', "").parse().ok()).collect()
}

/// The first of them.
pub fn number(cell: &str) -> f64 {
    *numbers(cell).first().unwrap_or_else(|| unreachable!("scenarios/untuned.md: there is no number in {cell:?}"))
}

/// Does `at least 99`, `at most 99` or `98 to 100` allow a value?
pub fn allows(expected: &str, value: f64) -> bool {
    let bounds = numbers(expected);
    match (expected.split_once(' ').map(|(first, _)| first), bounds.as_slice()) {
        (Some("at"), [least]) if expected.starts_with("at least") => value >= *least,
        (Some("at"), [most]) if expected.starts_with("at most") => value <= *most,
        (_, [least, most]) if least <= most => (*least..=*most).contains(&value),
        _ => unreachable!("scenarios/untuned.md: {expected:?} is none of: at least 1, at most 1, 1 to 2"),
    }
}

/// Prints a table past the capture of test output: who runs this wants to see it, passed or not.
pub fn print(title: &str, header: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([header[column].chars().count()]).max().unwrap_or(0)
    };
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().enumerate().map(|(column, cell)| format!(" {cell:<0$} ", width(column)));
        format!("|{}|", padded.collect::<Vec<_>>().join("|"))
    };
    let rule =
        format!("|{}|", (0..header.len()).map(|column| "-".repeat(width(column) + 2)).collect::<Vec<_>>().join("|"));
    let rows = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    let lines: Vec<String> = [format!("\n{title}\n"), line(header.to_vec()), rule].into_iter().chain(rows).collect();
    writeln!(std::io::stderr(), "{}\n", lines.join("\n")).expect("a table can be printed");
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().to_owned()).collect()
}
