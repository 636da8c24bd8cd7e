use super::*;
use crate::sample::{ALICE, BOOST, CALLS, CELL, charge, founding, purchase, wish};
use engine::Command;
use engine::state::TokenRef;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::BTreeSet;

const START: u64 = 1_767_571_200_000;

fn at(ms: u64) -> Instant {
    Instant::from_ms(START + ms)
}

fn reading(ms: u64) -> Reading {
    Reading { wall: at(ms), uptime: Duration::from_ms(ms), entropy: u128::from(ms) << 40 }
}

fn operator(command: Command) -> Work {
    Work::One(Request { actor: Actor::OPERATOR, key: None, command })
}

fn submit(node: &mut Node<u32>, reply: u32, work: Work) {
    node.submit(Submission { work, reply }).expect("there is room");
}

/// A founded cell with one token of calls, all of it durable.
fn node() -> Node<u32> {
    let mut node = Node::new(CELL, State::default(), 1, Instant::EPOCH);
    for command in founding(1_000).into_iter().chain([purchase(CALLS, at(0))]) {
        submit(&mut node, 0, operator(command));
    }
    let batch = node.commit(reading(0)).expect("something happened");
    node.appended(batch.first_seq() + batch.events().len() as u64);
    let answers = node.answers();
    for answered in &answers {
        assert!(matches!(answered.outcome, Outcome::One(Ok(_))), "{answered:?}");
    }
    node
}

fn end_of(batch: &Batch<Event>) -> u64 {
    batch.first_seq() + batch.events().len() as u64
}

fn replies(node: &mut Node<u32>) -> Vec<u32> {
    node.answers().into_iter().map(|answered| answered.reply).collect()
}

fn one_charge(sequence: u64) -> Work {
    operator(Command::ChargeUsage(charge(TokenRef::from_index(0), sequence, 1)))
}

#[test]
fn rejections_and_repeats_wait_for_everything_before_them() {
    let mut node = node();
    submit(&mut node, 1, one_charge(1));
    let first = node.commit(reading(1)).expect("a charge");
    submit(&mut node, 2, one_charge(1));
    submit(&mut node, 3, operator(Command::ResumeToken { token: TokenRef::from_index(9) }));
    assert!(node.commit(reading(2)).is_none(), "a repeat and a rejection change nothing");
    assert_eq!(replies(&mut node), [0; 0], "the first charge is not durable yet");
    assert!(!node.is_idle());
    node.appended(end_of(&first));
    assert_eq!(replies(&mut node), [1, 2, 3]);
    assert!(node.is_idle());
}

#[test]
fn no_more_batches_are_under_way_than_the_limit_and_each_answer_waits_for_its_own() {
    let mut node = node();
    let mut batches = Vec::new();
    for number in (1_u32..).take(BATCHES_IN_FLIGHT_MAX) {
        submit(&mut node, number, one_charge(u64::from(number)));
        batches.push(node.commit(reading(1)).expect("a charge"));
    }
    submit(&mut node, 99, one_charge(99));
    assert!(!node.may_commit());
    assert!(node.commit(reading(2)).is_none());
    assert_eq!(node.queued_commands(), 1, "it waits in the queue");
    for (batch, number) in batches.iter().zip(1_u32..) {
        assert_eq!(replies(&mut node), [0; 0]);
        node.appended(end_of(batch));
        assert_eq!(replies(&mut node), [number]);
    }
    assert!(node.commit(reading(3)).is_some());
}

#[test]
fn empty_too_large_and_too_many_are_given_back() {
    let mut node = node();
    let many = |count: usize| {
        let charges = (1..=count as u64).map(|sequence| charge(TokenRef::from_index(0), sequence, 1)).collect();
        Submission { work: Work::Charges(Actor::OPERATOR, charges), reply: 5 }
    };
    for (count, why) in [(0, Refused::TooLarge), (SUBMISSION_COMMANDS_MAX + 1, Refused::TooLarge)] {
        let (refused, back) = node.submit(many(count)).expect_err("refused");
        assert_eq!((refused, back.reply, back.work.commands()), (why, 5, count));
    }
    while node.queued_commands() + SUBMISSION_COMMANDS_MAX <= QUEUE_COMMANDS_MAX {
        node.submit(many(SUBMISSION_COMMANDS_MAX)).expect("there is room");
    }
    assert_eq!(node.submit(many(SUBMISSION_COMMANDS_MAX)).expect_err("full").0, Refused::Busy);
}

#[test]
fn a_batch_has_at_most_so_many_commands() {
    let mut node = node();
    let mut sequence = 0;
    for (size, reply) in [BATCH_COMMANDS_MAX - 1, 2, 1, BATCH_COMMANDS_MAX].into_iter().zip(1..) {
        let charges = (0..size as u64).map(|next| charge(TokenRef::from_index(0), sequence + next + 1, 1)).collect();
        sequence += size as u64;
        submit(&mut node, reply, Work::Charges(Actor::OPERATOR, charges));
    }
    let mut answered = Vec::new();
    let mut before = node.queued_commands();
    while node.queued_commands() > 0 {
        let batch = node.commit(reading(1));
        assert!(before - node.queued_commands() <= BATCH_COMMANDS_MAX);
        before = node.queued_commands();
        if let Some(batch) = batch {
            node.appended(end_of(&batch));
        }
        answered.push(replies(&mut node));
    }
    assert_eq!(answered, [vec![1], vec![2, 3], vec![4]]);
}

#[test]
fn the_tick_comes_first_and_expires_no_more_than_the_limit() {
    let mut node = node();
    let quotes = 16;
    for reply in 0..quotes {
        submit(&mut node, reply, operator(Command::IssueQuote(Box::new(wish(BOOST, at(0))))));
    }
    let batch = node.commit(reading(1)).expect("quotes");
    node.appended(end_of(&batch));
    node.answers();
    let open = node.state().quotes.len();
    assert!(open > 1, "there is something to expire");
    assert!(!node.has_work(at(100_000)));
    assert!(node.has_work(at(200_000)));

    submit(&mut node, 7, one_charge(1));
    let batch = node.commit(reading(200_000)).expect("expiries and a charge");
    let expired = batch.events().iter().take_while(|event| matches!(event, Event::QuoteExpired { .. })).count();
    assert_eq!(expired, open.min(EXPIRIES_PER_TICK_MAX));
    assert!(matches!(batch.events()[expired], Event::UsageCharged { .. }));
}

#[test]
fn more_that_is_due_than_one_tick_takes_is_left_for_the_next() {
    let mut node = node();
    for number in (0_u32..).take(EXPIRIES_PER_TICK_MAX + 10) {
        let key = |byte: u32| engine::state::Digest(u128::from(byte).to_be_bytes());
        let key = Some(engine::Key { key: key(number), request: key(0) });
        let command = Command::TopUp { party: ALICE, currency: crate::sample::eur(), amount_minor: 1 };
        submit(&mut node, number, Work::One(Request { actor: Actor::OPERATOR, key, command }));
    }
    let batch = node.commit(reading(1)).expect("top ups");
    node.appended(end_of(&batch));
    node.answers();
    // Across days of being switched off, not by a clock that jumps.
    let days = engine::limits::KEY_MEMORY.as_ms() + 10;
    let state = node.state().clone();
    let mut node: Node<u32> = Node::new(CELL, state, node.next_seq(), at(1));
    let forgotten =
        |batch: Batch<Event>| batch.events().iter().filter(|event| matches!(event, Event::KeyForgotten(..))).count();
    let total_before = node.state().keys.len();
    let first = node.commit(reading(days)).expect("a full tick");
    assert!(first.events().len() <= EXPIRIES_PER_TICK_MAX * 2, "{}", first.events().len());
    let mut total = forgotten(first);
    assert!(total <= EXPIRIES_PER_TICK_MAX && node.has_work(at(days)));
    node.appended(node.next_seq());
    total += node.commit(reading(days)).map_or(0, forgotten);
    assert_eq!(total, total_before);
}

#[test]
fn time_never_goes_back_and_a_clock_that_is_put_right_has_not_jumped() {
    let hours = |hours: u64| Duration::from_hours(hours).as_ms();
    let mut node = node();
    let mut commit = |wall: u64, uptime: u64| {
        let command = Command::TopUp { party: ALICE, currency: crate::sample::eur(), amount_minor: 1 };
        node.submit(Submission { work: operator(command), reply: 0 }).ok()?;
        let reading = Reading { wall: at(wall), uptime: Duration::from_ms(uptime), entropy: 0 };
        let batch = node.commit(reading)?;
        node.appended(end_of(&batch));
        Some(batch.at())
    };
    assert_eq!(commit(1_000, 1_000), Some(at(1_000)));
    assert_eq!(commit(hours(1) + 900, 1_900), Some(at(hours(1) + 900)), "less than the limit: it is believed");
    assert_eq!(commit(hours(2) + 900, 1_950), Some(at(hours(2) + 900)), "and again");
    assert_eq!(commit(2_000, 2_000), Some(at(hours(2) + 900)), "set back: time stands still");
    assert_eq!(commit(hours(2) + 1_000, 3_000), Some(at(hours(2) + 1_000)), "put right again: more than the limit");
    // A long time by the uptime is no jump.
    assert_eq!(commit(hours(50), hours(49)), Some(at(hours(50))));
    assert_eq!(commit(hours(53) + 1_000, hours(50) - 1), None);
    // Since the furthest it was ahead: two hours less 1,050 ms.
    let by = Duration::from_ms(hours(1) + 2_051);
    assert_eq!(node.stopped(), Some(StopReason::ClockJumped { by }));
    assert!(matches!(node.submit(Submission { work: one_charge(9), reply: 0 }), Err((Refused::Stopped, _))));
}

#[test]
fn after_a_failed_append_nothing_is_answered_or_decided_and_everything_is_given_back() {
    let mut node = node();
    for reply in [1, 2] {
        submit(&mut node, reply, one_charge(u64::from(reply)));
        node.commit(reading(1)).expect("a charge");
    }
    submit(&mut node, 3, one_charge(3));
    node.append_failed();
    assert_eq!(replies(&mut node), [0; 0]);
    assert!(node.commit(reading(2)).is_none());
    assert_eq!(node.abandon(), [1, 2, 3]);
    assert_eq!(node.queued_commands(), 0);
}

#[test]
fn every_command_has_bits_of_its_own() {
    let mut node = node();
    let mut ids = BTreeSet::new();
    let mut issued = 0;
    for batch in 0..3_u64 {
        for reply in 0..4 {
            submit(&mut node, reply, operator(purchase(CALLS, at(0))));
            issued += 1;
        }
        let reading = Reading { entropy: u128::from(batch) << 100, ..reading(batch) };
        let batch = node.commit(reading).expect("tokens");
        for event in batch.events() {
            if let Event::TokenIssued { row, .. } = event {
                ids.extend([row.id.as_u128(), row.order.as_u128()]);
            }
        }
        node.appended(end_of(&batch));
    }
    // The stamp of a batch is in its ids, so only ids of one batch can meet.
    assert_eq!(ids.len(), issued * 2);
}

/// Random submissions, commits and appends: answers come in order, each once, none before it is durable.
#[test]
fn any_script_answers_in_order_and_never_early() {
    for seed in 0..50 {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut node = node();
        let mut under_way: VecDeque<u64> = VecDeque::new();
        let (mut next, mut answered, mut durable) = (1_u32, 0_u32, node.next_seq());
        for ms in 0..300 {
            match dice.next_u32() % 4 {
                0 | 1 => {
                    let sequence = u64::from(dice.next_u32() % 40) + 1;
                    submit(&mut node, next, one_charge(sequence));
                    next += 1;
                }
                2 => under_way.extend(node.commit(reading(ms)).as_ref().map(end_of)),
                _ => {
                    if let Some(seq) = under_way.pop_front() {
                        durable = seq;
                        node.appended(seq);
                    }
                }
            }
            assert!(under_way.len() <= BATCHES_IN_FLIGHT_MAX);
            for Answered { reply, seq, .. } in node.answers() {
                assert!(seq <= durable, "seed {seed}: answered before it is durable");
                answered += 1;
                assert_eq!(reply, answered, "seed {seed}: in order, each once");
            }
        }
        while !node.is_idle() {
            under_way.extend(node.commit(reading(1_000)).as_ref().map(end_of));
            if let Some(seq) = under_way.pop_front() {
                node.appended(seq);
            }
            for _ in node.answers() {
                answered += 1;
            }
        }
        assert_eq!(answered + 1, next, "seed {seed}");
    }
}
