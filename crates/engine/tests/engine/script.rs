//! Table scripts: commands in lines of words, each followed by what it leads to, indented.
//!
//! ```text
//! at 10:00                                  moves the clock; what falls due is listed (`clock` lets nothing happen)
//! alice buy boost 10:00..12:00 A            who, what, its words, then options as name=value
//!   TokenIssued t0 held=221
//! alice buy boost 10:00..12:00 Z
//!   ! not-covered
//! ```
//! `repeat 3 …` gives a command three times, with `%` as the number of the time, and lists what the last leads to.
//! An answer without an event is shown as `= Repeated`. `show` prints balances, `#` begins a comment. A script that has
//! to change is rewritten with `UPDATE_GOLDEN=1`: read what it changed before you believe it.

use crate::parse::{self, Names};
use crate::render;
use crate::world::{World, found};
use crate::{audit, golden};
use engine::{Answer, Rejection, Request};
use std::collections::BTreeSet;
use std::path::Path;

/// Runs a script of `scripts/`, fails when something else happens than it says, and returns the codes of its rejections.
pub fn check(name: &str) -> BTreeSet<&'static str> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engine/scripts").join(name).with_extension("txt");
    let script = std::fs::read_to_string(&path).expect("the script is there");
    let mut reached = BTreeSet::new();
    let mut actual = String::new();
    for part in script.split_inclusive("\n\n") {
        actual.push_str(&run(part, &mut reached));
    }
    golden::compare(&path, &script, &actual);
    reached
}

/// Runs one part, a world of its own, and gives the text as it should have been.
fn run(part: &str, reached: &mut BTreeSet<&'static str>) -> String {
    let mut names = Names::default();
    let mut world = World::new();
    let mut actual = String::new();
    if !part.lines().any(|line| line.ends_with("found 7")) {
        found(&mut world);
    }
    for line in part.lines().filter(|line| !line.starts_with("  ")) {
        actual.push_str(line);
        actual.push('\n');
        let words = line.split_once('#').map_or(line, |(words, _)| words);
        for said in step(&mut world, &mut names, &words.split_whitespace().collect::<Vec<_>>(), reached) {
            actual.push_str("  ");
            actual.push_str(&said);
            actual.push('\n');
        }
        audit::check_books(&world.state);
    }
    audit::check_replay(&world);
    actual
}

fn step(world: &mut World, names: &mut Names, words: &[&str], reached: &mut BTreeSet<&'static str>) -> Vec<String> {
    match words {
        [] => Vec::new(),
        ["at", time] => world.pass_until(parse::time(time)).iter().map(render::event).collect(),
        ["clock", time] => {
            world.now = parse::time(time);
            Vec::new()
        }
        ["show", what @ ..] => what.iter().map(|what| render::show(&world.state, what)).collect(),
        ["repeat", times, words @ ..] => {
            let times: usize = times.parse().expect("a number");
            let numbered = |n: usize| words.iter().map(|word| word.replace('%', &n.to_string())).collect::<Vec<_>>();
            let mut said = (0..times).map(|n| {
                let words = numbered(n);
                step(world, names, &words.iter().map(String::as_str).collect::<Vec<_>>(), reached)
            });
            said.by_ref().take(times - 1).for_each(drop);
            said.next().unwrap_or_default()
        }
        [actor, words @ ..] => {
            let request = parse::request(names, world, actor, words);
            said(world, names, &request, reached)
        }
    }
}

fn said(world: &mut World, names: &mut Names, request: &Request, reached: &mut BTreeSet<&'static str>) -> Vec<String> {
    match world.request(request) {
        Ok((answer, events)) => {
            audit::check_admissions(&world.state, &events);
            if let Answer::Quote(quote) = answer {
                names.quotes.push(quote);
            }
            if let Answer::Charging(charging) = answer
                && !names.chargings.contains(&charging)
            {
                names.chargings.push(charging);
            }
            let mut said: Vec<_> = events.iter().map(render::event).collect();
            if said.is_empty() {
                said.push(format!("= {}", render::answer(answer)));
            }
            said
        }
        Err(refused) => {
            reached.insert(refused.code());
            vec![refusal(refused)]
        }
    }
}

fn refusal(refused: Rejection) -> String {
    match refused {
        Rejection::InsufficientFunds { needed, available } => {
            format!("! insufficient-funds needed={needed} available={available}")
        }
        Rejection::BudgetExceeded { needed, available } => {
            format!("! budget-exceeded needed={needed} available={available}")
        }
        Rejection::PayoutExceeded { needed, available } => {
            format!("! payout-exceeded needed={needed} available={available}")
        }
        Rejection::VolumeExhausted { wanted, left } => format!("! volume-exhausted wanted={wanted} left={left}"),
        Rejection::CapacityExhausted { slot_at, wanted, free } => {
            format!("! capacity-exhausted at={} wanted={wanted} free={free}", render::time(slot_at))
        }
        Rejection::TokenNotUsable { state } => format!("! token-not-usable {state:?}"),
        Rejection::SessionNotUsable { state } => format!("! session-not-usable {state:?}"),
        Rejection::PriorityNotAuthorised { level_min } => format!("! priority-not-authorised from={level_min}"),
        Rejection::TooManyRevocations { revocations_max } => format!("! too-many-revocations max={revocations_max}"),
        Rejection::InvocationOutOfOrder { last } => format!("! invocation-out-of-order last={last}"),
        Rejection::SequenceTooOld { oldest } => format!("! sequence-too-old oldest={oldest}"),
        Rejection::DurationOutOfRange { duration_max } => {
            format!("! duration-out-of-range max={}s", duration_max.as_secs())
        }
        Rejection::QuoteExpired { expired_at } => format!("! quote-expired at={}", render::time(expired_at)),
        other => format!("! {}", other.code()),
    }
}
