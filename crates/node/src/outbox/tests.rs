use super::*;
use crate::sample::{BOOST, founding, purchase};
use engine::state::{Digest, TokenRef};
use engine::{Actor, Request, Stamp, apply, decide};
use types::{SessionId, SubjectId};

const ONE: SessionRef = SessionRef::from_index(0);

fn at(ms: u64) -> Instant {
    Instant::from_ms(1_767_571_200_000 + ms)
}

fn act(state: &mut State, actor: Actor, command: Command, ms: u64) {
    let mut events = Vec::new();
    let stamp = Stamp { now: at(ms), entropy: u128::from(ms) << 64 };
    decide(state, &Request { actor, key: None, command }, stamp, &mut events).expect("accepted");
    for event in &events {
        apply(state, event, at(ms));
    }
}

fn request(state: &mut State, token: u32, ms: u64) {
    act(state, Actor::OPERATOR, purchase(BOOST, at(ms)), ms);
    let (token, device) = (TokenRef::from_index(token), SubjectId::from_u128(u128::from(token)));
    let call = Command::RequestActivation { token, device, flow: Digest([1; 16]), duration: Duration::from_mins(5) };
    act(state, Actor::OPERATOR, call, ms);
}

/// A cell with one session requested.
fn requested() -> State {
    let mut state = State::default();
    for command in founding(10_000) {
        act(&mut state, Actor::OPERATOR, command, 0);
    }
    request(&mut state, 0, 1);
    state
}

fn error(fault: Fault, retryable: bool) -> CallError {
    CallError { attempted: "try", session: SessionId::from_u128(1), reason: String::new(), fault, retryable }
}

fn outcome(command: Option<&Command>) -> Option<ActivationOutcome> {
    match command {
        Some(Command::RecordActivation { outcome, .. }) => Some(*outcome),
        _ => None,
    }
}

#[test]
fn a_session_has_one_call_at_a_time_until_its_result_is_told() {
    let mut state = requested();
    let mut outbox = Outbox::default();
    assert_eq!(outbox.next(&state, at(1)), Some((ONE, Call::Activate)));
    assert_eq!(outbox.next(&state, at(1)), None, "it is under way");
    let command = outbox.done(ONE, Ok(()), at(2)).expect("confirmed");
    outbox.telling(ONE);
    assert_eq!(outbox.next(&state, at(2)), None, "the state does not show it yet");
    act(&mut state, Actor::NETWORK, command, 2);
    outbox.told(ONE);
    assert_eq!(outbox.next(&state, at(2)), None);
    act(&mut state, Actor::OPERATOR, Command::RequestDeactivation { session: ONE }, 3);
    assert_eq!(outbox.next(&state, at(3)), Some((ONE, Call::Release)));
}

#[test]
fn what_the_network_says_decides_what_is_recorded() {
    let cases = [
        (error(Fault::Network, false), Some(ActivationOutcome::Refused)),
        (error(Fault::Ours, false), Some(ActivationOutcome::Refused)),
        (error(Fault::Unknown, true), Some(ActivationOutcome::Unknown)),
        (error(Fault::Unknown, false), Some(ActivationOutcome::Unknown)),
        (error(Fault::Network, true), None),
        (error(Fault::Ours, true), None),
    ];
    for (error, recorded) in cases {
        let state = requested();
        let mut outbox = Outbox::default();
        outbox.next(&state, at(1)).expect("to be called");
        assert_eq!(outcome(outbox.done(ONE, Err(&error), at(1)).as_ref()), recorded, "{error:?}");
    }
}

#[test]
fn an_activation_is_repeated_with_growing_pauses_and_then_given_up() {
    let state = requested();
    let mut outbox = Outbox::default();
    let (mut now, mut pauses) = (1, Vec::new());
    let recorded = loop {
        assert_eq!(outbox.next(&state, at(now)), Some((ONE, Call::Activate)));
        if let Some(command) = outbox.done(ONE, Err(&error(Fault::Network, true)), at(now)) {
            break command;
        }
        let retry = outbox.next_retry().expect("it is tried again");
        assert_eq!(outbox.next(&state, retry.before(Duration::from_ms(1))), None, "not before its time");
        pauses.push(retry.since(at(now)).as_ms());
        now = retry.since(at(0)).as_ms();
    };
    assert_eq!(pauses, [100, 200]);
    assert_eq!(outcome(Some(&recorded)), Some(ActivationOutcome::Refused));
    assert_eq!(outbox.next_retry(), None);
}

#[test]
fn a_release_is_repeated_until_it_succeeds_with_a_longest_pause() {
    let mut state = requested();
    act(&mut state, Actor::OPERATOR, Command::RequestDeactivation { session: ONE }, 2);
    let mut outbox = Outbox::default();
    let mut now = at(2);
    for _ in 0..40 {
        assert_eq!(outbox.next(&state, now), Some((ONE, Call::Release)));
        assert_eq!(outbox.done(ONE, Err(&error(Fault::Unknown, false)), now), None);
        let retry = outbox.next_retry().expect("it is tried again");
        assert!(retry.since(now) <= CALL_BACKOFF_MAX);
        now = retry;
    }
    outbox.next(&state, now).expect("again");
    assert_eq!(outbox.done(ONE, Ok(()), now), Some(Command::RecordDeactivation { session: ONE, reason: None }));
    assert_eq!(outbox.next_retry(), None);
}

#[test]
fn failures_of_a_call_that_is_no_longer_wanted_are_forgotten() {
    let mut state = requested();
    let mut outbox = Outbox::default();
    outbox.next(&state, at(1)).expect("to be called");
    outbox.done(ONE, Err(&error(Fault::Network, true)), at(1));
    act(&mut state, Actor::OPERATOR, Command::RequestDeactivation { session: ONE }, 2);
    assert_eq!(outbox.next(&state, at(2)), Some((ONE, Call::Release)), "the pause was the activation's");
    assert_eq!((outbox.next_retry(), outbox.failed.len()), (None, 0));
}

#[test]
fn no_more_calls_are_under_way_than_the_limit() {
    let mut state = requested();
    act(
        &mut state,
        Actor::OPERATOR,
        Command::TopUp { party: crate::sample::ALICE, currency: crate::sample::eur(), amount_minor: 100_000 },
        1,
    );
    let available = Command::SetAvailable { resource: minicbor::decode(&[0]).expect("the first"), available: 1_000 };
    act(&mut state, Actor::OPERATOR, available, 1);
    for token in 1..10 {
        request(&mut state, token, 1);
    }
    let mut outbox = Outbox::default();
    outbox.running.extend((1_000..).take(CALLS_MAX - 5).map(|n| (SessionRef::from_index(n), Call::Release)));
    let mut started = 0;
    while outbox.next(&state, at(2)).is_some() {
        started += 1;
    }
    assert_eq!(started, 5);
    // Level-triggered: another outbox, as after a crash, asks for the same again.
    assert_eq!(Outbox::default().next(&state, at(2)), Some((ONE, Call::Activate)));
}
