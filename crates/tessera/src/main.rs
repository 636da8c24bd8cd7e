//! The one binary: everything an operator, a developer or an auditor does from a shell.
//!
//! `serve` runs a cell for real use, `demo` tells the story of one token over HTTP, `token` and `audit` verify what
//! others were given, `simulate` looks for the seed that breaks an invariant, `bench` measures this machine.

mod audit;
mod bench;
mod config;
mod credential;
mod demo;
mod folder;
mod running;
mod sample;
mod serve;
mod simulate;
mod token;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Sells a network's capabilities as tokens: promised, priced, called on demand.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Do,
}

#[derive(Subcommand)]
enum Do {
    /// Run a cell: empty until it is configured
    Serve(config::Flags),
    /// Tell the story of one token over HTTP, then serve on
    Demo(demo::Options),
    /// Make a bearer secret, and the lines of configuration that let it in
    Credential(credential::New),
    /// Look into an entitlement, or verify it offline
    #[command(subcommand)]
    Token(token::Do),
    /// Verify a data folder
    #[command(subcommand)]
    Audit(audit::Do),
    /// Run seeded worlds with faults, and audit them
    Simulate(simulate::Options),
    /// Measure this machine
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Do::Serve(flags) => serve::run(flags),
        Do::Demo(options) => demo::run(&options),
        Do::Credential(new) => credential::run(&new),
        Do::Token(what) => token::run(what),
        Do::Audit(what) => audit::run(&what),
        Do::Simulate(options) => simulate::run(&options),
        Do::Bench(options) => bench::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
