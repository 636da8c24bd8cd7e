//! The commands: one declaration feeds the parser, the help and the errors.

use anyhow::{Result, bail};

use crate::{
    ci, fuzz, generate,
    repo::{self, Repo},
    schemathesis, tidy,
};

/// One subcommand of `cargo xtask`.
pub struct Command {
    /// What the person types.
    pub name: &'static str,
    /// One line for the list of commands.
    pub summary: &'static str,
    /// What `--help` of this command adds.
    pub details: fn() -> String,
    /// The options it takes, each with its one-line explanation; `--name N` is followed by a value.
    pub options: &'static [(&'static str, &'static str)],
    /// Who looks at what is given to it.
    pub arguments: Arguments,
    /// Does it; gets what was given.
    pub run: fn(&[String]) -> Result<()>,
}

/// Who checks the arguments of a command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Arguments {
    /// The parser: they are options out of its list.
    Options,
    /// The command itself: there are names and values among them.
    Own,
}

/// Every subcommand, in the order the help shows them.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "ci",
        summary: "everything a change must pass to land; stops at the first failure",
        details: ci::describe,
        options: &[],
        arguments: Arguments::Options,
        run: |_| ci::run(),
    },
    Command {
        name: "tidy",
        summary: "the house rules that no compiler checks: imports, purity, sizes, words, documents",
        details: tidy::describe,
        options: &[],
        arguments: Arguments::Options,
        run: |_| tidy::run(&Repo::load()?),
    },
    Command {
        name: "gen",
        summary: "write the files that are generated and checked in",
        details: generate::describe,
        options: &[("--check", "write nothing; fail if a checked-in file is stale")],
        arguments: Arguments::Options,
        run: |options| {
            let repo = Repo::load()?;
            if options.is_empty() { generate::write(&repo) } else { generate::check(&repo) }
        },
    },
    Command {
        name: "schemathesis",
        summary: "requests of every kind against the documents that are served: all answers must be as documented",
        details: schemathesis::describe,
        options: &[
            ("--examples N", "requests drawn for each operation in each phase; 25 when absent"),
            ("--seed N", "what they are drawn from; 1 when absent"),
        ],
        arguments: Arguments::Options,
        run: schemathesis::run,
    },
    Command {
        name: "fuzz",
        summary: "run every fuzz target, or those named, for a minute each; needs its own long build the first time",
        details: fuzz::describe,
        options: &[("--seconds N", "how long each target runs; 60 when nothing is said"), ("TARGET…", "which ones")],
        arguments: Arguments::Own,
        run: |arguments| fuzz::run(repo::root()?, arguments),
    },
];

/// Runs what the arguments after `cargo xtask` ask for. Errors name what would have been accepted.
pub fn run(arguments: &[String]) -> Result<()> {
    let Some((name, options)) = arguments.split_first() else {
        bail!("no command given\n\n{}", help());
    };
    if matches!(name.as_str(), "--help" | "-h" | "help") {
        println!("{}", help());
        return Ok(());
    }
    let command = find(name)?;
    if options.iter().any(|option| option == "--help" || option == "-h") {
        println!("{}", help_of(command));
        return Ok(());
    }
    if command.arguments == Arguments::Options {
        check_options(command, options)?;
    }
    (command.run)(options)
}

/// The help of `cargo xtask` itself.
pub fn help() -> String {
    let mut text = String::from("Usage: cargo xtask COMMAND [OPTIONS]\n\nCommands:\n");
    for command in COMMANDS {
        text += &format!("  {:<12} {}\n", command.name, command.summary);
    }
    text + "\n`cargo xtask COMMAND --help` says more. CI=true or NO_COLOR=1 turns colours off."
}

fn help_of(command: &Command) -> String {
    let mut text = format!("cargo xtask {}: {}\n\n{}", command.name, command.summary, (command.details)());
    if !command.options.is_empty() {
        text += "\nOptions:\n";
    }
    for (option, meaning) in command.options {
        text += &format!("  {option:<12} {meaning}\n");
    }
    text
}

fn find(name: &str) -> Result<&'static Command> {
    if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
        return Ok(command);
    }
    let known: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
    bail!("unknown command `{name}`; accepted: {}", known.join(", "))
}

fn check_options(command: &Command, options: &[String]) -> Result<()> {
    let known: Vec<_> = command.options.iter().map(|(option, _)| *option).chain(["--help"]).collect();
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        let takes_value = known.iter().any(|known| known.strip_suffix(" N") == Some(option));
        if takes_value && rest.next().is_none() {
            bail!("`{option}` is followed by a value");
        }
        if !takes_value && !known.contains(&option.as_str()) {
            bail!("`{}` does not take `{option}`; accepted: {}", command.name, known.join(", "));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
