//! Qualifications: an outcome to questions to the engine, its answers to wire.

use crate::fault::Fault;
use crate::limits::{NEAREST_HORIZON, QUALIFICATION_ANSWERS_MAX};
use crate::native::convert::{
    cells, confidence, currency_of, legs, money, party_of, place_asked, window, window_asked,
};
use crate::native::offerings::convert::terms;
use crate::native::qualifications::wire;
use engine::capacity::Terms;
use engine::state::{Grade, Offering, OfferingRef, State};
use engine::{Actor, Ask, Promise, Rejection, Wish, eligible, nearest, price, qualify};
use types::{Instant, Window};

/// Asks every offering that the caller may buy.
pub(crate) fn qualification(
    state: &State,
    actor: Actor,
    outcome: &wire::Outcome,
    now: Instant,
) -> Result<wire::Qualification, Fault> {
    let party = party_of(state, actor, outcome.party.as_deref())?;
    let wanted = window_asked(&outcome.window, now)?;
    let place = place_asked(&outcome.place, state)?;
    let grade_min = outcome.grade_min.map_or(Grade::Empirical, Into::into);
    let percentile_ppm = percentile_ppm(outcome.percentile)?;
    let numbered = (0_u32..).map(OfferingRef::from_index).zip(&state.offerings);
    let buyable = numbered.filter(|(offering, row)| {
        eligible(state, party, *offering).is_ok()
            && outcome.capability.is_none_or(|capability| row.capability == capability.into())
    });
    let (mut answers, mut alternatives) = (Vec::new(), Vec::new());
    for (offering, row) in buyable {
        let wish = Wish { party, offering, window: wanted, place: place.clone(), grade_min };
        let meets = meets(row, outcome, percentile_ppm);
        let list = if meets { &mut answers } else { &mut alternatives };
        if list.len() < QUALIFICATION_ANSWERS_MAX {
            list.extend(answer(state, row, &wish, now).filter(|answer| meets || answer.promised));
        }
    }
    let promised = answers.iter().any(|answer: &wire::Answer| answer.promised);
    Ok(wire::Qualification { promised, window: window(wanted), place: cells(&place), answers, alternatives })
}

/// Do the terms of an offering meet the outcome?
fn meets(row: &Offering, outcome: &wire::Outcome, percentile_ppm: u32) -> bool {
    let terms = &row.terms;
    let promises_delay = terms.latency_ms_max > 0 && terms.percentile_ppm >= percentile_ppm;
    outcome.latency_ms_max.is_none_or(|latency| promises_delay && terms.latency_ms_max <= latency)
        && outcome.downlink_kbps_min.is_none_or(|rate| terms.downlink_kbps_min >= rate)
        && outcome.uplink_kbps_min.is_none_or(|rate| terms.uplink_kbps_min >= rate)
}

fn answer(state: &State, row: &Offering, wish: &Wish, now: Instant) -> Option<wire::Answer> {
    let currency = currency_of(state, row.price.asset)?;
    let ask = Ask::of(wish, Terms::Firm);
    let promise = qualify(state, ask, now).and_then(|promise| Ok((price(row, wish)?, promise)));
    let mut answer = wire::Answer {
        offering: row.id.to_string(),
        name: row.name.clone(),
        terms: terms(&row.terms),
        promised: promise.is_ok(),
        price: None,
        usage_held: None,
        confidence: None,
        grade: None,
        path: Vec::new(),
        reason: None,
        nearest: None,
    };
    match promise {
        Ok((price, Promise { legs: held, epsilon_ppb, grade, .. })) => {
            answer.price = Some(money(price.fee_minor, currency));
            answer.usage_held = (price.usage_held_minor > 0).then(|| money(price.usage_held_minor, currency));
            answer.confidence = Some(confidence(epsilon_ppb));
            answer.grade = grade.map(Into::into);
            answer.path = legs(state, &held);
        }
        Err(rejection) => {
            answer.nearest = later(state, ask, now, rejection).map(window);
            answer.reason = Some(rejection.into());
        }
    }
    Some(answer)
}

/// A later window can only help where it is room that is missing.
fn later(state: &State, ask: Ask<'_>, now: Instant, rejection: Rejection) -> Option<Window> {
    let Rejection::CapacityExhausted { .. } = rejection else { return None };
    let horizon = Window::new(ask.window.from(), ask.window.to().after(NEAREST_HORIZON)).ok()?;
    nearest(state, ask, now, horizon)
}

fn percentile_ppm(percent: Option<f64>) -> Result<u32, Fault> {
    let ppm = (percent.unwrap_or(0.0) * 10_000.0).round();
    if !(0.0..=1e6).contains(&ppm) {
        return Err(Fault::invalid("percentile: 0 to 100 percent is expected"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 0 to 1,000,000")]
    Ok(ppm as u32)
}
