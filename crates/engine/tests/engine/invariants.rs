//! Whatever is asked, in whatever order, the invariants hold: random commands over a small world, audited from outside.

use crate::dice::Dice;
use crate::world::{World, draft, found, offerings};
use crate::{audit, golden, plans};
use engine::state::{
    Arp, ArpLevel, EndReason, PreemptionCapability, PreemptionVulnerability, ResourceClass, SessionRef, SessionState,
};
use engine::{Actor, Command, OfferingDraft};
use std::collections::BTreeMap;
use types::{Duration, OfferingId};

/// Worlds drawn; `SEEDS=…` draws another number of them.
const SEEDS: u64 = 60;
const STEPS: u64 = 500;

#[test]
fn invariants_hold_whatever_is_asked() {
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    let mut happened: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..seeds {
        let mut world = World::new();
        found(&mut world);
        for command in [
            whole_cell(),
            daily(95, "boost", "day"),
            daily(96, "llm", "dear-day"),
            transferable(97, "boost"),
            transferable(98, "llm"),
        ] {
            world.submit(Actor::OPERATOR, command).expect("sound");
        }
        let mut dice = Dice(seed);
        for step in 0..STEPS {
            let now = world.now.after(dice.pause());
            if dice.roll(3) > 0 {
                world.pass_until(now);
            }
            let request = dice.request(&world);
            if let Ok((_, events)) = world.request(&request) {
                audit::check_admissions(&world.state, &events);
            }
            audit::check_books(&world.state);
            if step % 100 == 0 {
                audit::check_snapshot(&world.state);
            }
        }
        audit::check_replay(&world);
        wind_down(&mut world);
        audit::check_replay(&world);
        world.log.iter().for_each(|(_, event)| *happened.entry(event.name()).or_default() += 1);
    }
    if golden::updating() {
        eprintln!("{happened:#?}");
    }
    for name in EVENTS {
        assert!(happened.contains_key(name), "{name} never happened: the dice are too tame");
    }
}

/// An offering that is paid for day by day.
fn daily(id: u128, like: &str, price: &str) -> Command {
    let mut draft = offerings().into_iter().find(|draft| draft.name == like).expect("it is sold");
    draft.id = OfferingId::from_u128(id);
    draft.price = plans::named(price);
    draft.terms.window_length_max = Duration::from_days(9);
    draft.terms.rollover_max = draft.terms.volume.map(|_| 300);
    Command::PublishOffering(Box::new(draft))
}

/// An offering that takes all there is of a radio cell, from everybody of the lowest priorities.
fn whole_cell() -> Command {
    let mut draft = draft(99, "whole-cell");
    let level = ArpLevel::new(9).expect("a level");
    let (capability, vulnerability) = (PreemptionCapability::Enabled, PreemptionVulnerability::Enabled);
    draft.arp = Some(Arp { level, capability, vulnerability });
    for (class, demand) in &mut draft.demand {
        demand.units = if *class == ResourceClass::RadioMicro { 35 } else { 70 };
    }
    Command::PublishOffering(Box::new(draft))
}

/// One of the world's offerings, to be given away.
fn transferable(id: u128, like: &str) -> Command {
    let like = offerings().into_iter().find(|draft| draft.name == like).expect("of the world");
    Command::PublishOffering(Box::new(OfferingDraft { id: OfferingId::from_u128(id), transferable: true, ..like }))
}

/// Time passes until nothing is left to happen; the network ends what it still has.
fn wind_down(world: &mut World) {
    for _ in 0..3 {
        let live: Vec<(SessionRef, SessionState)> =
            world.state.live_sessions().map(|(session, row)| (session, row.state)).collect();
        for (session, state) in live {
            if state == SessionState::Ended {
                continue;
            }
            let reason = Some(EndReason::NetworkTerminated);
            world.submit(Actor::NETWORK, Command::RecordDeactivation { session, reason }).expect("it can end");
            audit::check_books(&world.state);
        }
        let later = world.now.after(Duration::from_days(1_000));
        world.pass_until(later);
        audit::check_books(&world.state);
    }
    audit::check_nothing_left(&world.state);
}

const EVENTS: &[&str] = &[
    "AvailableSet",
    "ResourceOvercommitted",
    "ForecastLoaded",
    "BidPricesLoaded",
    "GuardRailsSet",
    "OfferingPublished",
    "OfferingRetired",
    "PriceSet",
    "TokenRenewed",
    "TermPassed",
    "RenewalFailed",
    "DeliveryDeclared",
    "SourceRegistered",
    "QuoteIssued",
    "QuoteExpired",
    "QuoteForgotten",
    "TokenIssued",
    "PriorityAuthorised",
    "TokenPreempted",
    "TokenSuspended",
    "TokenResumed",
    "EntitlementRevoked",
    "ActivationRequested",
    "SessionActivated",
    "SessionExtended",
    "ActivationUncertain",
    "DeactivationRequested",
    "SessionEnded",
    "SessionForgotten",
    "UsageCharged",
    "ChargingOpened",
    "LeaseCharged",
    "LeaseGranted",
    "LeaseReturned",
    "ChargingClosed",
    "ChargingForgotten",
    "PeriodClosed",
    "WindowsUnmeasured",
    "PromiseBroken",
    "TokenClosed",
    "KeyBound",
    "KeyForgotten",
    "WalletRuleSet",
    "BudgetSet",
    "BalanceLow",
    "PaymentRequested",
    "PaymentSettled",
    "FundsTransferred",
    "BalanceActed",
    "TokenTransferred",
    "VolumeGifted",
];
