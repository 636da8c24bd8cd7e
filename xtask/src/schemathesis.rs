//! Schemathesis against every document that is served: the real binary, callers of every role, requests drawn by a seed.

mod cell;
mod sample;
mod tool;

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::{repo, terminal::Terminal};
use cell::{Cell, Role};

/// How many requests are drawn for an operation, in each phase, unless it is said.
const EXAMPLES: u32 = 25;
/// What they are drawn from, unless it is said.
const SEED: u32 = 1;

/// What every answer is held to. Two checks are left out. `positive_data_acceptance`: a request may be of the documented
/// form and still be refused, for want of money, capacity or a row with that id; no schema can say so.
/// `object_level_authorization`: it wants two callers who see the same resources, and here nobody sees another's; our own
/// tests ask for foreign ids of every kind.
const CHECKS: &[&str] = &[
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
];

/// The streams: they have no end, and each request for one would wait for it. Our own tests read them.
const ENDLESS: &[&str] = &["/v1/events"];

/// Which document is tested, and as whom.
const RUNS: &[(&str, Role)] = &[
    ("public side, as nobody", Role::Nobody),
    ("public side, as a customer", Role::Customer),
    ("public side, as a meter", Role::Meter),
    ("operator's side, as the operator", Role::Operator),
];

/// Runs all of them against one cell, and fails if an answer broke a check.
pub fn run(options: &[String]) -> Result<()> {
    let (examples, seed) = (number_of(options, "--examples", EXAMPLES)?, number_of(options, "--seed", SEED)?);
    let folder = repo::root()?.join("target/schemathesis");
    let program = tool::provide(&folder)?;
    let cell = Cell::start(&folder.join("cell"))?;
    let config = folder.join("schemathesis.toml");
    fs::write(&config, sample::make(&cell)?).with_context(|| format!("writing {}", config.display()))?;
    let terminal = Terminal::detect();
    let mut failed = Vec::new();
    for (name, role) in RUNS {
        println!("{}", terminal.bold(&format!("==> {name}")));
        let mut command = command(&program, &config, &cell, *role);
        command.args(["--max-examples", &examples.to_string(), "--seed", &seed.to_string()]);
        if terminal.cargo_colour() == "never" {
            command.arg("--no-color");
        }
        if !command.current_dir(&folder).status().context("starting schemathesis")?.success() {
            failed.push(*name);
        }
    }
    cell.stop()?;
    if !failed.is_empty() {
        bail!("not as documented: {}", failed.join("; "));
    }
    Ok(())
}

/// What it does, for `cargo xtask schemathesis --help`.
pub fn describe() -> String {
    let runs: Vec<_> = RUNS.iter().map(|(name, _)| *name).collect();
    format!(
        "Needs python3 with venv, and once the network: {} goes to target/schemathesis.\nThe runs:\n  {}\nChecks: {}\n",
        tool::PACKAGE,
        runs.join("\n  "),
        CHECKS.join(", ")
    )
}

fn command(program: &Path, config: &Path, cell: &Cell, role: Role) -> Command {
    let mut command = Command::new(program);
    command.arg("--config-file").arg(config).arg("run").arg(format!("{}/openapi.json", cell.base(role)));
    if let Some(secret) = cell.secret(role) {
        command.args(["--header", &format!("Authorization: Bearer {secret}")]);
    }
    for path in ENDLESS {
        command.args(["--exclude-path", path]);
    }
    // Nothing remembered from the run before: one seed, one set of requests.
    command.args(["--generation-database", "none", "--continue-on-failure", "--checks", &CHECKS.join(",")]);
    command
}

/// The number given for an option.
fn number_of(options: &[String], name: &str, otherwise: u32) -> Result<u32> {
    let mut pairs = options.iter().zip(options.iter().skip(1));
    let Some((_, value)) = pairs.find(|(option, _)| *option == name) else { return Ok(otherwise) };
    value.parse().with_context(|| format!("`{name} {value}`: a number is expected"))
}

#[cfg(test)]
mod tests;
