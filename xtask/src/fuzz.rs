//! Fuzzing: every parser that strangers reach, with coverage feedback, on the stable toolchain.
//!
//! `fuzz/` is a workspace of its own, so that the main build neither compiles nor resolves any of it. What is learned
//! is kept in `target/fuzz/corpus`; what is checked in is a handful of sound inputs to begin from.

mod asked;
mod build;
mod report;

use std::{
    fs,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::terminal::Terminal;
use asked::Asked;
use report::{Outcome, Report, Run};

/// Where the targets are, below the root.
const TARGETS: &str = "fuzz/fuzz_targets";
/// The sound inputs that are checked in, a folder for each target.
const SEEDS: &str = "fuzz/corpus";
/// Longest input: a whole entitlement fits.
const INPUT_BYTES_MAX: u32 = 8_192;
/// An input that takes this long has found something, too.
const INPUT_SECONDS_MAX: u32 = 10;
const MEMORY_MB_MAX: u32 = 2_048;
/// Lines of a failed target's log that are shown.
const LOG_LINES: usize = 40;

/// The folders of one run.
struct Places {
    root: PathBuf,
    /// Where everything that is made lies.
    made: PathBuf,
}

/// Builds every target, runs those that are asked for one after the other, and says what came of each.
pub fn run(root: PathBuf, arguments: &[String]) -> Result<()> {
    let places = Places { made: root.join("target/fuzz"), root };
    let asked = Asked::read(arguments, &targets(&places.root)?)?;
    let terminal = Terminal::detect();
    let programs = build::build(&places.root, &places.made, terminal)?;
    let mut report = Report::default();
    for target in asked.targets {
        println!("{}", terminal.bold(&format!("==> {target}: {} s", asked.seconds)));
        let run = run_one(&places, &programs.join(&target), &target, asked.seconds)?;
        if run.outcome != Outcome::Held {
            println!("{}", run.log_end(LOG_LINES));
        }
        println!("{}", report.add(target, run, terminal));
    }
    println!("\n{}", report.table(terminal));
    let found = report.found(&programs);
    if found.is_empty() { Ok(()) } else { bail!("found something; once more with:\n{found}") }
}

/// What `cargo xtask fuzz --help` adds.
pub fn describe() -> String {
    format!(
        "Builds `fuzz/` with coverage feedback and runs each target (default: all of {TARGETS}) for a while.\n\
         Seeds: {SEEDS}; what is learned: target/fuzz/corpus; what is found: target/fuzz/artifacts.\n\
         Needs a C++ compiler for libFuzzer."
    )
}

fn run_one(places: &Places, program: &Path, target: &str, seconds: u32) -> Result<Run> {
    let (corpus, artifacts) = (places.made.join("corpus").join(target), places.made.join("artifacts").join(target));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let log = places.made.join(format!("{target}.log"));
    let file = File::create(&log).with_context(|| format!("writing {}", log.display()))?;
    let status = Command::new(program)
        .args([&corpus, &places.root.join(SEEDS).join(target)])
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MB_MAX}"))
        .arg("-print_final_stats=1")
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .with_context(|| format!("starting {}", program.display()))?;
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    Ok(Run::of(text, status.success()))
}

/// The names of all targets, in order.
fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join(TARGETS);
    let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_stem().filter(|_| path.extension().is_some_and(|ending| ending == "rs"));
        names.extend(name.map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests;
