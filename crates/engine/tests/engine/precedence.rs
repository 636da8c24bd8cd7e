//! A command that breaks several rules is told of the first of them in the order of [`Rejection::ALL`].

use crate::parse::{self, Names};
use crate::world::{World, found};
use engine::Rejection;

/// What happened before; a command that breaks several rules; their codes.
const TABLE: &[(&str, &str, &[&str])] = &[
    (BOUGHT, "alice buy boost 10:00..20:00 A key=1", &["idempotency-key-reused", "insufficient-funds"]),
    (BOUGHT, "meter buy boost 10:00..11:30 A key=1", &["role-not-allowed", "unknown-wallet"]),
    ("", "alice found 7", &["already-founded", "role-not-allowed"]),
    ("", "alice register 2 consumer", &["role-not-allowed", "already-exists"]),
    ("", "alice top-up nobody EUR 0", &["role-not-allowed", "unknown-party", "quantity-out-of-range"]),
    ("", "operator top-up sat EUR 0", &["quantity-out-of-range", "unknown-wallet"]),
    ("", "operator top-up nobody EUR 0", &["unknown-party", "quantity-out-of-range", "unknown-wallet"]),
    ("", "operator credit sat EUR -1", &["quantity-out-of-range", "unknown-wallet"]),
    ("", "operator profile 9 99_999_999 1", &["unknown-profile", "share-out-of-range", "list-out-of-range"]),
    ("", "operator profile 0 99_999_999 1", &["share-out-of-range", "list-out-of-range"]),
    ("", "operator resource 1 - up=99 profile=9", &["unknown-resource", "unknown-profile", "already-exists"]),
    ("", "operator resource 1 - profile=9", &["unknown-profile", "already-exists", "text-out-of-range"]),
    ("", "operator resource 1 - nominal=0", &["already-exists", "text-out-of-range", "quantity-out-of-range"]),
    ("", "operator resource 9 - nominal=0 floor=1000001", &["text-out-of-range", "quantity-out-of-range"]),
    ("", "operator resource 9 x nominal=0 floor=1000001", &["quantity-out-of-range", "share-out-of-range"]),
    ("", "operator resource 9 x floor=1000001 covers=AA", &["share-out-of-range", "list-out-of-range"]),
    (DEEP, "operator resource 20 x up=11 floor=1000001", &["share-out-of-range", "list-out-of-range"]),
    ("", "alice available 99 9007199254740992", &["role-not-allowed", "unknown-resource"]),
    ("", "operator available 99 9007199254740992", &["unknown-resource", "quantity-out-of-range"]),
    ("", "alice forecast 99 00:00 1 quantile=0", &["role-not-allowed", "unknown-resource", "share-out-of-range"]),
    ("", "operator forecast 2,99 00:00 1 quantile=0", &["unknown-resource", "share-out-of-range"]),
    ("", "operator forecast 2 00:00 1 quantile=0 repeat=2017", &["share-out-of-range", "list-out-of-range"]),
    ("", "operator forecast 2 00:00 1 repeat=2017", &["list-out-of-range", "window-beyond-calendar"]),
    ("", "alice bids 99 00:00 1 currency=JPY", &["role-not-allowed", "unknown-resource", "currency-not-sold"]),
    ("", "operator bids 2,99 00:00 1 repeat=2017", &["unknown-resource", "list-out-of-range"]),
    ("", "operator bids 2 00:00 1 currency=JPY repeat=2017", &["list-out-of-range", "currency-not-sold"]),
    (BIDS, "operator bids 3 00:00 1 currency=JPY", &["mixed-currency", "currency-not-sold"]),
    ("at 10:00", "operator bids 3 08:00 1 currency=JPY", &["currency-not-sold", "window-in-past"]),
    ("at 10:00", "operator bids 3 08:00 1 until=+20d10:00", &["window-in-past", "window-beyond-calendar"]),
    ("", "alice rails o99 cap:plan:0 floor:plan:1", &["role-not-allowed", "unknown-offering", "guard-rails-unsound"]),
    ("", "operator rails o99 cap:plan:0 floor:plan:1", &["unknown-offering", "guard-rails-unsound"]),
    ("", "operator rails all share:all:1 share:all:1 cap:minor:1", &["list-out-of-range", "guard-rails-unsound"]),
    ("", "operator publish 1 x like=llm partner=99", &["unknown-party", "already-exists"]),
    ("", "operator publish 1 - price=dear", &["already-exists", "text-out-of-range", "quantity-out-of-range"]),
    ("", "operator publish 9 - price=dear tax=1000001", &["text-out-of-range", "quantity-out-of-range"]),
    ("", "operator publish 9 x price=dear tax=1000001", &["quantity-out-of-range", "share-out-of-range"]),
    ("", "operator publish 9 x tax=1000001 eligible=twice", &["share-out-of-range", "list-out-of-range"]),
    ("", "network quote boost 10:00..11:00 A for=nobody", &["role-not-allowed", "unknown-party"]),
    ("", "operator quote o99 10:00..11:00 A for=nobody", &["unknown-party", "unknown-offering"]),
    ("operator retire calls", "alice quote calls 10:00..11:00 A", &["offering-retired", "not-eligible"]),
    (RETIRED, "alice buy o4 10:00..11:00 A", &["offering-retired", "priority-not-authorised"]),
    (PRIORITY, "alice buy o4 08:00..+900d08:00 Z", &["priority-not-authorised", "window-too-long", "not-covered"]),
    (PRIORITY, "sat quote o4 10:00..11:00 A", &["priority-not-authorised", "unknown-wallet"]),
    ("", "meter of nobody EUR admit nobody", &["role-not-allowed", "unknown-party"]),
    ("", "alice of alice JPY transfer 0 alice", &["same-party", "quantity-out-of-range", "unknown-wallet"]),
    ("", "alice of alice JPY transfer 0 acme", &["quantity-out-of-range", "unknown-wallet"]),
    ("", "alice of alice JPY budget 65 -1 day", &["quantity-out-of-range", "unknown-wallet"]),
    ("", "alice of alice EUR budget 65 5 day member=acme", &["not-admitted", "too-many-rules"]),
    ("", "alice of alice EUR budget 65 -1 day on=o9", &["unknown-offering", "quantity-out-of-range"]),
    ("", "alice of alice EUR auto 0 1 1", &["text-out-of-range", "quantity-out-of-range"]),
    ("", "alice settle p0 approved", &["role-not-allowed", "unknown-payment"]),
    (CAPPED, "alice buy boost 10:00..11:00 A", &["budget-exceeded", "insufficient-funds"]),
    (BOUGHT, "alice give t0 alice", &["same-party", "not-transferable"]),
    (SUSPENDED, "alice give t0 acme", &["token-not-usable", "not-transferable"]),
    (CALLED, "alice give t0 acme", &["not-transferable", "session-conflict"]),
    ("", "alice authorise nobody 2", &["role-not-allowed", "unknown-party"]),
    (QUOTES, "alice quote calls 10:00..11:00 A", &["not-eligible", "too-many-quotes"]),
    (QUOTES, "alice quote boost 10:00..11:00 many", &["too-many-quotes", "list-out-of-range"]),
    ("at 10:00", "alice buy boost 08:00..+9d08:00 many", &["list-out-of-range", "window-in-past", "window-too-long"]),
    ("at 10:00", "alice buy boost 08:00..+9d08:00 Z", &["window-in-past", "window-too-long", "not-covered"]),
    ("", "alice buy boost 08:00..+900d08:00 Z", &["window-too-long", "window-beyond-calendar", "not-covered"]),
    (LONG, "alice buy o4 08:00..+900d08:00 Z", &["window-beyond-calendar", "not-covered"]),
    ("", "alice buy boost 08:00..10:00 ZC", &["not-covered", "not-promisable"]),
    (FULL, "alice buy boost 08:00..10:00 AC", &["not-promisable", "capacity-exhausted"]),
    ("", "sat buy boost 08:00..10:00 Z", &["not-covered", "unknown-wallet"]),
    (FULL, "sat buy boost 08:00..10:00 A", &["capacity-exhausted", "unknown-wallet"]),
    (FULL, "sat quote boost 08:00..10:00 A", &["capacity-exhausted", "quote-share-exhausted"]),
    (VAST, "sat buy o5 08:00..10:00 A", &["book-overflow", "unknown-wallet"]),
    (VAST, "alice buy o5 08:00..10:00 A", &["book-overflow", "insufficient-funds"]),
    (BOUGHT, "acme call t0 phone 0", &["unknown-token", "duration-out-of-range", "outside-token-window"]),
    (SUSPENDED, "alice call t0 phone 0", &["duration-out-of-range", "token-not-usable", "outside-token-window"]),
    (SUSPENDED, "alice call t0 phone 9", &["token-not-usable", "outside-token-window", "token-narrower-than-call"]),
    (BOUGHT, "alice call t0 phone 9", &["outside-token-window", "token-narrower-than-call"]),
    (CALLED, "alice call t0 phone 9", &["token-narrower-than-call", "session-conflict"]),
    (CALLED, "acme extend s0 0", &["unknown-session", "duration-out-of-range", "session-not-usable"]),
    (CALLED, "alice extend s0 0", &["duration-out-of-range", "session-not-usable"]),
    (CALLED, "alice suspend t0", &["role-not-allowed", "session-conflict"]),
    (CALLED, "alice record s9 confirmed", &["role-not-allowed", "unknown-session"]),
    (CALLED, "network measured s0 0 1 1 windows=0", &["quantity-out-of-range", "session-not-usable"]),
    (METERED, "alice charge t9 m9 1 0", &["role-not-allowed", "unknown-token", "unknown-source"]),
    (METERED, "meter charge t9 m9 1 0", &["unknown-token", "unknown-source", "quantity-out-of-range"]),
    (METERED, "operator charge t0 m0 0 0", &["unknown-source", "sequence-too-old", "quantity-out-of-range"]),
    (METERED, "meter charge t0 m0 0 0", &["sequence-too-old", "quantity-out-of-range", "token-not-usable"]),
    (METERED, "meter charge t0 m0 1 0", &["quantity-out-of-range", "token-not-usable", "outside-token-window"]),
    (METERED, "meter charge t0 m0 1 1", &["token-not-usable", "outside-token-window"]),
];

const BIDS: &str = "operator bids 2 00:00 1";
const CAPPED: &str = "alice of alice EUR budget 1 5 day";
const PRIORITY: &str = "operator publish 9 emergency arp=2!*";
const RETIRED: &str = "operator publish 9 emergency arp=2!*\noperator retire o4";
const BOUGHT: &str = "operator top-up alice EUR 500\nalice buy boost 10:00..11:00 A device=tablet key=1";
const SUSPENDED: &str =
    "operator top-up alice EUR 500\nalice buy boost 10:00..11:00 A device=tablet\noperator suspend t0";
const CALLED: &str =
    "operator top-up alice EUR 500\nalice buy boost 00:00..01:00 A device=tablet\nalice call t0 tablet 9";
const METERED: &str = "operator top-up alice EUR 500\nalice buy boost 10:00..11:00 A\nmeter source 5";
const LONG: &str = "operator publish 9 long days=1000";
const DEEP: &str = "operator resource 7 a up=2\noperator resource 8 b up=6\noperator resource 9 c up=7\n\
    operator resource 10 d up=8\noperator resource 11 e up=9\noperator resource 12 f up=10";
const QUOTES: &str = "repeat 16 alice quote llm 10:00..10:05 A";
const FULL: &str = "operator top-up alice EUR 90000\nrepeat 7 alice buy boost 08:00..10:00 A\n\
    alice buy boost 08:00..10:00 B";
const VAST: &str = "operator publish 9 vast like=llm once=0 volume=9007199254740991\n\
    operator publish 10 dear like=llm once=9 volume=9007199254740991\nrepeat 512 alice buy o4 08:00..10:00 A";

#[test]
fn the_first_rule_that_is_broken_is_named() {
    let place = |code: &str| Rejection::ALL.iter().position(|page| page.code == code).expect("a code");
    for (before, command, codes) in TABLE {
        assert!(codes.is_sorted_by_key(|code| place(code)), "{command}: the order of the list");
        let first = codes.first().expect("a code");
        let mut world = World::new();
        found(&mut world);
        before.lines().for_each(|line| run(&mut world, line));
        let words: Vec<_> = command.split_whitespace().collect();
        let (actor, words) = words.split_first().expect("who");
        let request = parse::request(&Names::default(), &world, actor, words);
        let refused = world.request(&request).expect_err(command);
        assert_eq!(refused.code(), *first, "{command}");
    }
}

fn run(world: &mut World, line: &str) {
    let words: Vec<_> = line.split_whitespace().collect();
    match words.as_slice() {
        ["at", time] => drop(world.pass_until(parse::time(time))),
        ["repeat", times, words @ ..] => {
            (0..times.parse().expect("a number")).for_each(|_: u32| run(world, &words.join(" ")));
        }
        [actor, words @ ..] => {
            let request = parse::request(&Names::default(), world, actor, words);
            world.request(&request).expect(line);
        }
        [] => {}
    }
}
