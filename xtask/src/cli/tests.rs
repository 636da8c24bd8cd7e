use super::{COMMANDS, help, run};

fn error_of(arguments: &[&str]) -> String {
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    format!("{:#}", run(&arguments).expect_err("refused"))
}

#[test]
fn an_unknown_command_is_refused_with_the_list_of_known_ones() {
    assert_eq!(error_of(&["cj"]), "unknown command `cj`; accepted: ci, tidy, gen, schemathesis, fuzz");
}

#[test]
fn no_command_shows_the_help() {
    assert!(error_of(&[]).contains("Usage: cargo xtask COMMAND"));
}

#[test]
fn an_unknown_option_is_refused_before_anything_runs() {
    assert_eq!(error_of(&["gen", "--chekc"]), "`gen` does not take `--chekc`; accepted: --check, --help");
    assert_eq!(error_of(&["schemathesis", "--seed"]), "`--seed` is followed by a value");
    assert_eq!(error_of(&["ci", "--fast"]), "`ci` does not take `--fast`; accepted: --help");
}

#[test]
fn the_help_names_every_command_and_each_command_has_its_own() {
    for command in COMMANDS {
        assert!(help().contains(command.summary));
        assert!((command.details)().lines().count() > 1, "{}", command.name);
        run(&[command.name.into(), "--help".into()]).expect("prints its help and does nothing else");
    }
}
