//! Building the targets so that libFuzzer sees which code an input reaches.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{ci::cargo, terminal::Terminal};

/// What `cargo fuzz` passes for code without sanitizers. All of it is stable; a target triple keeps it off build
/// scripts and procedural macros.
const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    // The pass sees a unit of code at a time, and each unit must be linked.
    "-Ccodegen-units=1",
    "--cfg",
    "fuzzing",
];

/// Builds every target; the folder of its programs.
pub fn build(root: &Path, made: &Path, terminal: Terminal) -> Result<PathBuf> {
    ensure!(
        answers("c++"),
        "no C++ compiler, which libFuzzer needs. On Debian or Ubuntu: sudo apt-get update && sudo apt-get install -y g++"
    );
    let host = host()?;
    println!("{}", terminal.bold("==> build: fuzz/, instrumented"));
    let status = cargo(terminal)
        .args(["build", "--release", "--locked", "--bins", "--manifest-path"])
        .arg(root.join("fuzz/Cargo.toml"))
        .args(["--target", &host, "--target-dir"])
        .arg(made)
        .env("RUSTFLAGS", FLAGS.join(" "))
        .status()
        .context("starting cargo")?;
    ensure!(status.success(), "building fuzz/: {status}");
    Ok(made.join(host).join("release"))
}

/// The platform that this compiler builds for.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("asking rustc for its platform")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

fn answers(program: &str) -> bool {
    let status = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
