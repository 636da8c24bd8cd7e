//! What the build needs from the machine besides cargo: found, or installed when we may, or named.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

/// Something the build needs.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// What it is, for people.
    pub what: &'static str,
    /// How to get it.
    pub source: Source,
    /// Whether it is there and works.
    pub is_present: fn() -> bool,
}

/// Where a need comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Debian's packages.
    Apt(&'static [&'static str]),
    /// The toolchain's components.
    Rustup(&'static str),
}

/// Who we are on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Means {
    /// We run as root.
    pub root: bool,
    /// `apt-get` is there.
    pub apt: bool,
    /// `rustup` is there.
    pub rustup: bool,
}

/// All the build needs. `SQLite` is compiled from C, and that is all: no `pkg-config`, no make, no libraries.
pub const NEEDS: &[Need] = &[
    Need {
        what: "a C compiler with the C library's headers",
        source: Source::Apt(&["gcc", "libc6-dev"]),
        is_present: c_compiler_works,
    },
    // For the runtime of the fuzz targets.
    Need { what: "a C++ compiler (c++)", source: Source::Apt(&["g++"]), is_present: || answers("c++", &["--version"]) },
    Need { what: "an archiver (ar)", source: Source::Apt(&["binutils"]), is_present: || answers("ar", &["--version"]) },
    Need { what: "rustfmt", source: Source::Rustup("rustfmt"), is_present: || answers("cargo", &["fmt", "--version"]) },
    Need {
        what: "clippy",
        source: Source::Rustup("clippy"),
        is_present: || answers("cargo", &["clippy", "--version"]),
    },
];

/// Sees to it that everything needed is there, or fails with the exact commands that would provide it.
pub fn provide() -> Result<()> {
    let missing: Vec<Need> = NEEDS.iter().filter(|need| !(need.is_present)()).copied().collect();
    if missing.is_empty() {
        println!("all there: {}", names(NEEDS));
        return Ok(());
    }
    println!("missing: {}", names(&missing));
    for command in plan(&missing, means())? {
        println!("$ {}", command.join(" "));
        let (program, arguments) = command.split_first().context("a command has a program")?;
        let status = Command::new(program).args(arguments).env("DEBIAN_FRONTEND", "noninteractive").status();
        ensure!(status.with_context(|| format!("starting {program}"))?.success(), "{program} failed");
    }
    let still: Vec<Need> = missing.into_iter().filter(|need| !(need.is_present)()).collect();
    ensure!(still.is_empty(), "still missing after installing: {}", names(&still));
    Ok(())
}

/// The commands that provide what is missing. Fails, naming them, if we may not or cannot run them.
pub fn plan(missing: &[Need], means: Means) -> Result<Vec<Vec<&'static str>>> {
    let packages: Vec<_> = missing.iter().filter_map(|need| need.source.packages()).flatten().copied().collect();
    let components: Vec<_> = missing.iter().filter_map(|need| need.source.component()).collect();
    let mut commands = Vec::new();
    if !packages.is_empty() {
        commands.push(vec!["apt-get", "update"]);
        commands.push([&["apt-get", "install", "-y", "--no-install-recommends"], &packages[..]].concat());
    }
    if !components.is_empty() {
        commands.push([&["rustup", "component", "add"], &components[..]].concat());
    }
    let apt_is_possible = packages.is_empty() || (means.root && means.apt);
    let rustup_is_possible = components.is_empty() || means.rustup;
    if apt_is_possible && rustup_is_possible {
        return Ok(commands);
    }
    let prefix = |command: &[&str]| if command[0] == "apt-get" && !means.root { "sudo " } else { "" };
    let lines: Vec<_> = commands.iter().map(|command| prefix(command).to_owned() + &command.join(" ")).collect();
    bail!("missing: {}. Install it, on Debian or Ubuntu with: {}", names(missing), lines.join(" && "))
}

impl Source {
    fn packages(self) -> Option<&'static [&'static str]> {
        if let Self::Apt(packages) = self { Some(packages) } else { None }
    }

    fn component(self) -> Option<&'static str> {
        if let Self::Rustup(component) = self { Some(component) } else { None }
    }
}

fn names(needs: &[Need]) -> String {
    needs.iter().map(|need| need.what).collect::<Vec<_>>().join(", ")
}

fn means() -> Means {
    let id = Command::new("id").arg("-u").output();
    Means {
        root: id.is_ok_and(|output| output.stdout.trim_ascii() == b"0"),
        apt: answers("apt-get", &["--version"]),
        rustup: answers("rustup", &["--version"]),
    }
}

fn answers(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Compiles a line of C against the C library; a compiler without headers would fail much later and less clearly.
fn c_compiler_works() -> bool {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let arguments = ["-x", "c", "-fsyntax-only", "-"];
    let child = Command::new(compiler).args(arguments).stdin(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return false };
    let source = b"#include <stdio.h>\nint main(void) { return 0; }\n";
    let written = child.stdin.take().is_some_and(|mut input| input.write_all(source).is_ok());
    let passed = child.wait().is_ok_and(|status| status.success());
    written && passed
}
