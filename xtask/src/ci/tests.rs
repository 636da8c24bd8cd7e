use std::time::Duration;

use super::{
    STEPS,
    report::{Outcome, Report},
    system::{Means, NEEDS, Need, plan},
};
use crate::terminal::Terminal;

fn need(what: &str) -> Need {
    *NEEDS.iter().find(|need| need.what.contains(what)).expect("a known need")
}

#[test]
fn root_installs_after_one_update() {
    let means = Means { root: true, apt: true, rustup: true };
    let commands = plan(&[need("C compiler"), need("archiver"), need("clippy")], means).expect("possible");
    let lines: Vec<_> = commands.iter().map(|command| command.join(" ")).collect();
    assert_eq!(
        lines,
        [
            "apt-get update",
            "apt-get install -y --no-install-recommends gcc libc6-dev binutils",
            "rustup component add clippy",
        ]
    );
}

#[test]
fn nothing_is_updated_for_a_toolchain_component_alone() {
    let means = Means { root: false, apt: true, rustup: true };
    let commands = plan(&[need("rustfmt")], means).expect("needs no root");
    assert_eq!(commands, [["rustup", "component", "add", "rustfmt"]]);
}

#[test]
fn without_root_the_exact_command_is_named() {
    let means = Means { root: false, apt: true, rustup: true };
    let error = plan(&[need("C compiler")], means).expect_err("may not install").to_string();
    let command = "sudo apt-get update && sudo apt-get install -y --no-install-recommends gcc libc6-dev";
    assert!(error.ends_with(command), "{error}");
    assert!(error.starts_with("missing: a C compiler with the C library's headers"), "{error}");
}

#[test]
fn the_table_shows_each_step_and_the_sum() {
    let mut report = Report::default();
    report.add("format", Outcome::Passed(Duration::from_millis(400)));
    report.add("clippy", Outcome::Failed(Duration::from_secs(61)));
    report.add("test", Outcome::NotRun);
    let lines: Vec<String> = report.table(Terminal::plain()).lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "format            passed          0.4 s",
            "clippy            FAILED     1 min 01 s",
            "test              not run",
            "total                        1 min 01 s",
        ]
    );
}

#[test]
fn the_gate_runs_every_test_and_denies_warnings() {
    let text = super::describe();
    assert!(text.contains("cargo test --workspace --locked"), "{text}");
    assert!(text.contains("cargo clippy --workspace --all-targets --features "), "{text}");
    assert!(text.contains(" --locked -- -D warnings"), "{text}");
    assert!(text.contains("cargo check --locked --manifest-path fuzz/Cargo.toml"), "{text}");
    assert_eq!(STEPS.len(), 9);
}
