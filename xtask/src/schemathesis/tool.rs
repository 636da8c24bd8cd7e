//! Schemathesis itself, in a Python environment of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// What is installed. One version: another would draw other requests from the same seed.
pub const PACKAGE: &str = "schemathesis==4.32.5";

/// The program, installed in this folder when this version is not there.
pub fn provide(folder: &Path) -> Result<PathBuf> {
    let environment = folder.join("venv");
    let (program, stamp) = (environment.join("bin/schemathesis"), environment.join("installed"));
    if program.exists() && fs::read_to_string(&stamp).is_ok_and(|text| text == PACKAGE) {
        return Ok(program);
    }
    println!("installing {PACKAGE} in {}", environment.display());
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(&environment);
    finish(&mut make)
        .context("Python with its venv module is needed (on Debian or Ubuntu: apt-get install python3-venv)")?;
    let mut install = Command::new(environment.join("bin/pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", PACKAGE]);
    finish(&mut install)
        .with_context(|| format!("pip could not install {PACKAGE}: it needs to reach PyPI or a mirror of it"))?;
    fs::write(&stamp, PACKAGE).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(program)
}

fn finish(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("starting {program}"))?;
    ensure!(status.success(), "{program}: {status}");
    Ok(())
}
