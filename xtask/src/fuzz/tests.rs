use std::path::Path;

use super::{
    asked::Asked,
    report::{Outcome, Report, Run},
    targets,
};
use crate::terminal::Terminal;

const HELD: &str = "INFO: seed corpus: files: 4\n\
    #2\tINITED cov: 310 ft: 312 corp: 1/2b\n\
    #1048576\tpulse  cov: 1204 ft: 3120 corp: 88/1200b lim: 140 exec/s: 52428 rss: 80Mb\n\
    Done 1300000 runs in 61 second(s)\n\
    stat::number_of_executed_units: 1300000\n";
const FOUND: &str = "#7\tNEW    cov: 12 ft: 13 corp: 2/3b\n\
    thread '<unnamed>' panicked at crates/x.rs:1:1:\nboom\n\
    0x61,0x62,\nab\n\
    artifact_prefix='a/'; Test unit written to a/crash-da39\n";

fn asked(arguments: &[&str]) -> Result<Asked, String> {
    let known = ["journal", "token"].map(str::to_owned);
    let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
    Asked::read(&arguments, &known).map_err(|error| format!("{error:#}"))
}

#[test]
fn every_target_runs_for_a_minute_unless_something_else_is_said() {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(asked(&[]), Ok(Asked { seconds: 60, targets: names(&["journal", "token"]) }));
    assert_eq!(asked(&["token", "--seconds", "5"]), Ok(Asked { seconds: 5, targets: names(&["token"]) }));
}

#[test]
fn what_is_not_understood_is_refused_with_what_is() {
    assert_eq!(asked(&["tokn"]), Err("no target `tokn`; accepted: --seconds N, journal, token".to_owned()));
    for wrong in [&["--seconds"][..], &["--seconds", "0"], &["--seconds", "x"]] {
        assert_eq!(asked(wrong), Err("`--seconds` takes a whole number of at least 1".to_owned()));
    }
}

#[test]
fn a_log_becomes_a_line() {
    let mut report = Report::default();
    report.add("token".to_owned(), Run::of(HELD.to_owned(), true), Terminal::plain());
    assert!(report.table(Terminal::plain()).ends_with("token           1300000      1204      3120  held\n"));
    assert_eq!(report.found(Path::new("bin")), "");
}

#[test]
fn what_is_found_is_named_with_the_command_that_shows_it() {
    let mut report = Report::default();
    let run = Run::of(FOUND.to_owned(), false);
    assert!(run.log_end(10).contains("boom") && !run.log_end(10).contains("0x61"));
    report.add("token".to_owned(), run, Terminal::plain());
    assert_eq!(report.found(Path::new("bin")), "  bin/token a/crash-da39");
}

#[test]
fn a_target_that_tries_or_reaches_nothing_has_not_held() {
    for log in ["", "#2\tINITED cov: 0 ft: 0 corp: 1/1b\nstat::number_of_executed_units: 9\n"] {
        assert_eq!(Run::of(log.to_owned(), true).outcome, Outcome::Found);
    }
    assert_eq!(Run::of(HELD.to_owned(), false).outcome, Outcome::Found);
}

#[test]
fn every_target_has_seeds_and_a_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies below the root");
    let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).expect("fuzz/ is there");
    for target in targets(root).expect("targets") {
        let seeds = std::fs::read_dir(root.join(super::SEEDS).join(&target)).expect("a folder of seeds").count();
        assert!(seeds > 0, "{target} has no seeds");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target} is in no [[bin]]");
    }
}
