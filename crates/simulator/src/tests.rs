//! The simulator as the gate runs it: a fixed set of seeds passes, reaches every problem code, and is the same each time;
//! every sabotage is noticed.

use super::*;
use std::collections::BTreeSet;

/// Seeds that have to pass.
const SEEDS: u64 = 120;
/// Seeds within which a sabotage has to be noticed; most are by the first.
const SABOTAGED_SEEDS: u64 = 40;

fn expect(seed: u64) -> Report {
    simulate(seed, STEPS, &Options::default()).unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn seeds_pass_and_reach_every_problem_code() {
    let mut summary = Summary::default();
    (0..SEEDS).for_each(|seed| summary.add(&expect(seed)));
    println!("{summary}");
    let reached = summary.codes();
    let excused: BTreeSet<&str> = UNREACHED.iter().map(|(code, _)| *code).collect();
    let missing = engine::Rejection::ALL.iter().map(|page| page.code).filter(|code| !reached.contains(code));
    assert_eq!(missing.collect::<BTreeSet<_>>(), excused, "the list of codes that cannot be reached may only shrink");
    assert!(summary.total.crashes > SEEDS, "crashes happen");
    assert!(summary.total.answers_lost > SEEDS, "crashes fall between append and answer");
    let (added, withdrawn) = (summary.total.rotations, summary.total.withdrawals);
    assert!(added > SEEDS && withdrawn > SEEDS, "keys turn while the cell runs: {added} added, {withdrawn} withdrawn");
    let Report { moves_followed, moves_broken, moves_unmoved, .. } = summary.total;
    let enough = moves_followed > SEEDS * 2 / 3 && moves_broken > SEEDS / 6 && moves_unmoved > SEEDS;
    assert!(enough, "devices move: {moves_followed} followed, {moves_broken} broken, {moves_unmoved} without effect");
    assert!(
        summary.total.prices_moved > SEEDS,
        "{} sales at another price than the plan's",
        summary.total.prices_moved
    );
    assert!(summary.total.handed_over > 0, "a promise is handed over where one radio cell alone cannot keep it");
    let (released, expired) = (summary.total.reservations_released, summary.total.reservations_expired);
    assert!(
        released > SEEDS / 6 && expired > SEEDS / 3,
        "reserved money comes back: {released} released, {expired} expired"
    );
    assert!(summary.total.stops > 0, "the cell stops by itself when an append fails or its clock jumps");
}

#[test]
fn the_same_seed_is_the_same_run() {
    for seed in [0, 7, 41] {
        assert_eq!(expect(seed), expect(seed));
    }
    assert_ne!(expect(1).state_hash, expect(2).state_hash);
}

#[test]
fn every_sabotage_is_noticed() {
    for sabotage in Sabotage::ALL {
        let options = Options { sabotage: Some(sabotage) };
        let found = (0..SABOTAGED_SEEDS).find_map(|seed| simulate(seed, STEPS, &options).err());
        let failure = found.unwrap_or_else(|| panic!("{sabotage} was not noticed in {SABOTAGED_SEEDS} seeds"));
        println!("{sabotage}: {failure}");
        assert!(!failure.what.is_empty() && failure.to_string().contains("tessera simulate --seeds 1"));
    }
}
