//! The tasks of this repository: `cargo xtask ci`, `cargo xtask tidy`, `cargo xtask gen`,
//! `cargo xtask schemathesis`, `cargo xtask fuzz`.
//!
//! `ci` is the gate every change passes; `tidy` holds the house rules that no compiler checks (the import table,
//! purity of the core, sizes, words, documents); `gen` writes what is generated and checked in; `schemathesis` holds what
//! is served against its documents; `fuzz` runs `fuzz/`.
//!
//! Invariants: one declaration ([`cli::COMMANDS`]) feeds the parser, the help and the error for an unknown name;
//! every rule of `tidy` is also a test of this crate, so `cargo test` fails where `cargo xtask tidy` does; nothing
//! here is imported by another crate.
#![expect(clippy::format_push_string, reason = "pages and help are built once; `write!` would add a Result to ignore")]

mod ci;
mod cli;
mod fuzz;
mod generate;
mod graph;
mod lists;
mod repo;
mod scan;
mod schemathesis;
mod terminal;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match cli::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{} {error:#}", terminal::Terminal::detect().red("error:"));
            ExitCode::FAILURE
        }
    }
}
