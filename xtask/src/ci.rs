//! The gate: every step a change must pass to land, in order, stopping at the first that fails.

mod report;
mod system;

use std::{env, process::Command, time::Instant};

use anyhow::{Context, Result, bail};

use crate::{generate, repo::Repo, terminal::Terminal, tidy};
use report::{Outcome, Report};

struct Step {
    name: &'static str,
    action: Action,
}

enum Action {
    /// Something of our own.
    Here(fn() -> Result<()>),
    /// Cargo with these arguments.
    Cargo(&'static [&'static str]),
}

/// The steps, cheapest first where order is free. Build, test and documentation are held to the lock file.
const STEPS: &[Step] = &[
    Step { name: "system packages", action: Action::Here(system::provide) },
    Step { name: "format", action: Action::Cargo(&["fmt", "--all", "--check"]) },
    Step { name: "tidy", action: Action::Here(|| tidy::run(&Repo::load()?)) },
    Step { name: "generated files", action: Action::Here(|| generate::check(&Repo::load()?)) },
    Step { name: "clippy", action: Action::Cargo(CLIPPY) },
    Step { name: "fuzz targets", action: Action::Cargo(FUZZ) },
    Step { name: "build", action: Action::Cargo(&["build", "--workspace", "--locked"]) },
    Step { name: "test", action: Action::Cargo(&["test", "--workspace", "--locked"]) },
    Step { name: "documentation", action: Action::Cargo(&["doc", "--workspace", "--no-deps", "--locked"]) },
];

/// They are outside the workspace: what is changed under them shows here, and so does a lock file of theirs that is stale.
const FUZZ: &[&str] = &["check", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--target-dir", "target/fuzz-check"];

/// With what the fuzz targets call, so that it is linted too.
const CLIPPY: &[&str] = &[
    "clippy",
    "--workspace",
    "--all-targets",
    "--features",
    "northbound/fuzzing,southbound/fuzzing",
    "--locked",
    "--",
    "-D",
    "warnings",
];

/// Runs every step with its output streamed, then prints a table of what took how long.
pub fn run() -> Result<()> {
    let terminal = Terminal::detect();
    let mut report = Report::default();
    let mut failure = None;
    for step in STEPS {
        if failure.is_some() {
            report.add(step.name, Outcome::NotRun);
            continue;
        }
        println!("{}", terminal.bold(&format!("==> {}{}", step.name, command_line(&step.action))));
        let started = Instant::now();
        let result = perform(&step.action, terminal);
        let outcome = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
        report.add(step.name, outcome(started.elapsed()));
        println!("{}", report.last_line(terminal));
        failure = result.err().map(|error| (step.name, error));
    }
    println!("\n{}", report.table(terminal));
    match failure {
        None => Ok(()),
        Some((name, error)) => Err(error.context(format!("`{name}` failed"))),
    }
}

/// The list of steps, for `cargo xtask ci --help`.
pub fn describe() -> String {
    let line = |step: &Step| format!("  {}{}\n", step.name, command_line(&step.action));
    format!("The steps; a failing one stops the run:\n{}", STEPS.iter().map(line).collect::<String>())
}

fn command_line(action: &Action) -> String {
    match action {
        Action::Here(_) => String::new(),
        Action::Cargo(arguments) => format!(": cargo {}", arguments.join(" ")),
    }
}

fn perform(action: &Action, terminal: Terminal) -> Result<()> {
    match action {
        Action::Here(task) => task(),
        Action::Cargo(arguments) => {
            let status = cargo(terminal).args(*arguments).status().context("starting cargo")?;
            if !status.success() {
                bail!("cargo {}: {status}", arguments.join(" "));
            }
            Ok(())
        }
    }
}

/// Cargo as the person would have called it: what `cargo xtask` set for us is not passed on, lest crates that look
/// at it be rebuilt.
pub fn cargo(terminal: Terminal) -> Command {
    let mut command = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    let ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for name in env::vars().map(|(name, _)| name).filter(|name| ours(name)) {
        command.env_remove(name);
    }
    command.env("CARGO_TERM_COLOR", terminal.cargo_colour()).env("RUSTDOCFLAGS", "-D warnings");
    if terminal.cargo_colour() == "never" {
        // rustfmt and the test harness do not listen to cargo, but they know what a dumb terminal cannot show.
        command.env("TERM", "dumb");
    }
    // A fresh checkout is built once: what incremental builds would keep for a second one only fills the disk.
    if env::var("CI").is_ok_and(|value| value == "true") {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

#[cfg(test)]
mod tests;
