//! The story end to end: the real binary, over HTTP. Each thing left out makes it fail at its own step.

use std::process::{Command, Output};

fn demo(without: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.args(["demo", "--once", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    command.args(without.into_iter().flat_map(|what| ["--without", what]));
    command.output().expect("the binary runs")
}

fn fails_at(without: &str, reason: &str) {
    let output = demo(Some(without));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "without {without} the story must not hold");
    assert!(said.contains(reason), "without {without} it failed for another reason: {said}");
}

#[test]
fn the_story_holds() {
    let output = demo(None);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    for step in ["nothing bought twice", "AVAILABLE", "The refund posted by itself", "chain verified", "The story held"]
    {
        assert!(told.contains(step), "{step} is missing in:\n{told}");
    }
}

#[test]
fn without_congestion_no_promise_is_broken() {
    fails_at("congestion", "in vain until the promise is found broken");
}

#[test]
fn without_a_remedy_nothing_is_paid_back() {
    fails_at("refund", "a broken promise paid nothing back");
}

#[test]
fn a_changed_byte_breaks_the_chain() {
    fails_at("chain", "the chain is broken");
}
