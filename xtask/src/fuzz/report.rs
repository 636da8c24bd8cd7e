//! What libFuzzer's log says of each target.

use std::path::Path;

use crate::terminal::Terminal;

/// How a target ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was found in its time.
    Held,
    /// An input broke something.
    Found,
}

/// One target's run.
#[derive(Debug)]
pub struct Run {
    /// How it ended.
    pub outcome: Outcome,
    /// Inputs that were tried.
    runs: u64,
    /// Code that was reached, and how often or with which operands it was.
    coverage: u64,
    features: u64,
    /// The input that broke it.
    reproducer: Option<String>,
    log: String,
}

/// All of them.
#[derive(Default)]
pub struct Report(Vec<(String, Run)>);

impl Run {
    /// Reads a log. A target that ends badly has found something, whether or not it wrote it down; so has one that
    /// tried nothing, or reached nothing: that would be no check.
    pub fn of(log: String, ended_well: bool) -> Self {
        let last = |name: &str| log.lines().rev().find_map(|line| number_after(line, name));
        let stated = last("stat::number_of_executed_units:").or_else(|| last("#"));
        let (runs, coverage) = (stated.unwrap_or(0), last("cov:").unwrap_or(0));
        let features = last("ft:").unwrap_or(0);
        let written = |line: &str| line.split_once("Test unit written to ").map(|(_, path)| path.trim().to_owned());
        let reproducer = log.lines().find_map(written);
        let held = ended_well && runs > 0 && coverage > 0;
        Self { outcome: if held { Outcome::Held } else { Outcome::Found }, runs, coverage, features, reproducer, log }
    }

    /// The last lines of its log, without the bytes of the input.
    pub fn log_end(&self, lines: usize) -> String {
        let kept: Vec<_> = self.log.lines().filter(|line| !line.starts_with("0x")).collect();
        kept[kept.len().saturating_sub(lines)..].join("\n")
    }
}

impl Report {
    /// Adds a target that just ended; its line.
    pub fn add(&mut self, target: String, run: Run, terminal: Terminal) -> String {
        let line = line(&target, &run, terminal);
        self.0.push((target, run));
        line
    }

    /// One line a target.
    pub fn table(&self, terminal: Terminal) -> String {
        let head = format!("{:<10} {:>12} {:>9} {:>9}  {}\n", "target", "runs", "coverage", "features", "result");
        head + &self.0.iter().map(|(target, run)| line(target, run, terminal) + "\n").collect::<String>()
    }

    /// The commands that show again what was found; empty when nothing was.
    pub fn found(&self, programs: &Path) -> String {
        let found = self.0.iter().filter(|(_, run)| run.outcome == Outcome::Found);
        let lines = found.map(|(target, run)| {
            let input = run.reproducer.as_deref().unwrap_or("(its log names no input)");
            format!("  {} {input}", programs.join(target).display())
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn line(target: &str, run: &Run, terminal: Terminal) -> String {
    let result = match run.outcome {
        Outcome::Held => terminal.green("held"),
        Outcome::Found => terminal.red("FOUND"),
    };
    format!("{target:<10} {:>12} {:>9} {:>9}  {result}", run.runs, run.coverage, run.features)
}

/// The number that follows a name, wherever in a line it stands.
fn number_after(line: &str, name: &str) -> Option<u64> {
    let (_, rest) = line.split_once(name)?;
    rest.split_whitespace().next()?.parse().ok()
}
