//! The one binary: everything an operator, a developer or an auditor does from a shell.
//!
//! `serve` runs a cell for real use, `import` fills one with an operator's network (`draw` makes one up, `coverage` says whom
//! it serves), `demo` tells the story of one token over HTTP, `token` and `audit` verify what
//! others were given, `simulate` looks for the seed that breaks an invariant, `price` explains, `offerings` and `bids` sell,
//! `bill`, `export` and `period` serve finance, `bench` measures this machine.

mod audit;
mod bench;
mod bids;
mod books;
mod client;
mod config;
mod congestion;
mod coverage;
mod credential;
mod demand;
mod demo;
mod draw;
mod folder;
mod import;
mod limits;
mod logging;
mod network;
mod offering_file;
mod offerings;
mod planning;
mod price;
mod running;
mod sample;
mod serve;
mod simulate;
mod telemetry;
mod telling;
mod time;
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
    /// Make a key for a client, or sign with it to ask for an access token
    #[command(subcommand)]
    Client(client::Do),
    /// Look into an entitlement, verify it, pass it on, revoke it; and the keys that sign
    #[command(subcommand)]
    Token(token::Do),
    /// Work out what an offering takes of each class of resource, and at which grade
    Demand(demand::Options),
    /// Say what a price plan costs, and why
    #[command(subcommand)]
    Price(price::Do),
    /// Put offerings on sale from files, show them, change their price, retire them
    #[command(subcommand)]
    Offerings(offerings::Do),
    /// What units of the network are worth unsold, and within what prices move because of it
    #[command(subcommand)]
    Bids(bids::Do),
    /// Fetch what a party is charged in a period
    Bill(books::Bill),
    /// Write a table of the books: postings, the trial balance, revenue, the lines of bills
    Export(books::Export),
    /// Close the books of a month, and verify closed ones
    #[command(subcommand)]
    Period(books::Period),
    /// Verify a data folder
    #[command(subcommand)]
    Audit(audit::Do),
    /// Run seeded worlds with faults, and audit them
    Simulate(simulate::Options),
    /// Write a plausible country as the files that `import` reads
    Draw(draw::Options),
    /// Say who can be served at an offering's terms: by the ground alone, with relays in the air, with satellites
    Coverage(coverage::Options),
    /// Import an operator's own network into the data folder of a cell that is not running
    Import(import::Options),
    /// Measure this machine
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Do::Serve(flags) => serve::run(flags),
        Do::Demo(options) => demo::run(&options),
        Do::Credential(new) => credential::run(&new),
        Do::Client(what) => client::run(what),
        Do::Token(what) => token::run(what),
        Do::Demand(options) => demand::run(&options),
        Do::Price(what) => price::run(&what),
        Do::Offerings(what) => offerings::run(&what),
        Do::Bids(what) => bids::run(&what),
        Do::Bill(asked) => books::bill(&asked),
        Do::Export(asked) => books::export(&asked),
        Do::Period(what) => books::period(&what),
        Do::Audit(what) => audit::run(&what),
        Do::Simulate(options) => simulate::run(&options),
        Do::Draw(options) => draw::run(&options),
        Do::Coverage(options) => coverage::run(&options),
        Do::Import(options) => import::run(&options),
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

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    /// Every option of `serve` stands on the page of configuration with its variable, and every command has words of help.
    #[test]
    fn every_option_is_documented() {
        let page = include_str!("../../../docs/reference/configuration.md");
        let mut cli = Cli::command();
        cli.build();
        let serve = cli.find_subcommand("serve").expect("there is `serve`");
        let options = serve.get_arguments().filter_map(|option| Some((option.get_long()?, option.get_env())));
        let missing: Vec<_> = options
            .filter(|(long, _)| *long != "help")
            .map(|(long, env)| (format!("| `--{long}` |"), env.map(|env| format!("| `{}` |", env.to_string_lossy()))))
            .filter(|(flag, env)| !page.contains(flag) || !env.as_ref().is_some_and(|env| page.contains(env)))
            .collect();
        assert_eq!(missing, []);
        for command in cli.get_subcommands() {
            assert!(command.get_about().is_some(), "`{}` has no help", command.get_name());
        }
    }
}
