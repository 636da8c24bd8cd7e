//! Qualifications: an outcome to questions to the engine, its answers to wire.

use crate::fault::{Door, Fault};
use crate::limits::{NEARBY_RINGS, NEAREST_HORIZON, QUALIFICATION_ANSWERS_MAX};
use crate::native::convert::{cells, confidence, currency_of, legs, money, party_of, way_asked, window, window_asked};
use crate::native::offerings::convert::terms;
use crate::native::plans::lines;
use crate::native::qualifications::wire;
use engine::capacity::Terms;
use engine::state::{Grade, Offering, OfferingRef, State};
use engine::{Actor, Ask, Promise, Rejection, Wish, eligible, nearest, price, qualify};
use h3o::{CellIndex, LatLng};
use types::{Area, H3Cell, Instant, Window};

/// An outcome in numbers that the terms of an offering can be held against.
struct Target {
    latency_ms_max: Option<u32>,
    percentile_ppm: u32,
    downlink_kbps_min: Option<u32>,
    uplink_kbps_min: Option<u32>,
}

/// Asks every offering that the caller may buy.
pub(crate) fn qualification(
    state: &State,
    actor: Actor,
    outcome: &wire::Outcome,
    now: Instant,
) -> Result<wire::Qualification, Fault> {
    let party = party_of(state, actor, outcome.party.as_deref())?;
    let wanted = window_asked(&outcome.window, now)?;
    let (place, stages) = way_asked(&outcome.place, wanted, state)?;
    let grade_min = outcome.grade_min.map_or(Grade::Empirical, Into::into);
    let target = Target::of(outcome)?;
    let numbered = (0_u32..).map(OfferingRef::from_index).zip(&state.offerings);
    let buyable = numbered.filter(|(offering, row)| {
        eligible(state, party, *offering).is_ok()
            && outcome.capability.is_none_or(|capability| row.capabilities().contains(capability.into()))
    });
    let (mut answers, mut looser) = (Vec::new(), Vec::new());
    let mut unmet = Vec::new();
    for (offering, row) in buyable {
        let (place, stages) = (place.clone(), stages.clone());
        let wish = Wish { party, offering, window: wanted, place, stages, grade_min, promotion: None };
        if !meets(row, &target) {
            if looser.len() < QUALIFICATION_ANSWERS_MAX {
                looser.extend(
                    answer(state, row, &wish, now).filter(|answer| answer.promised).map(|answer| (row, answer)),
                );
            }
        } else if answers.len() < QUALIFICATION_ANSWERS_MAX {
            answers.extend(answer(state, row, &wish, now));
            unmet.push((row, wish));
        }
    }
    let promised = answers.iter().any(|answer: &wire::Answer| answer.promised);
    looser.sort_by_key(|(row, _)| looseness(row, &target));
    let mut alternatives: Vec<_> = looser.into_iter().map(|(_, answer)| answer).collect();
    if !promised {
        // Nearer to what was asked than other terms: the same, a little further on.
        let near = unmet.iter().filter_map(|(row, wish)| nearby(state, row, wish, now));
        alternatives.splice(0..0, near.collect::<Vec<_>>());
    }
    alternatives.truncate(QUALIFICATION_ANSWERS_MAX);
    Ok(wire::Qualification { promised, window: window(wanted), place: cells(&place), answers, alternatives })
}

/// How far the terms of an offering are from what was asked: the worst of its delay and its rates, in ppm of what was
/// asked. Orders alternatives; nothing is promised by it.
fn looseness(row: &Offering, target: &Target) -> u64 {
    let excess =
        |offered: u32, asked: u32| u64::from(offered.saturating_sub(asked)) * types::PPM / u64::from(asked.max(1));
    let terms = &row.terms;
    let delay = match (terms.latency_ms_max, target.latency_ms_max) {
        (0, Some(_)) => u64::MAX,
        (offered, Some(asked)) => excess(offered, asked),
        (_, None) => 0,
    };
    let short = |offered: u32, asked: Option<u32>| asked.map_or(0, |asked| excess(asked, offered.max(1)));
    let downlink = short(terms.downlink_kbps_min, target.downlink_kbps_min);
    delay.max(downlink).max(short(terms.uplink_kbps_min, target.uplink_kbps_min))
}

/// The same offering in the same window at the nearest place around a place where it can be promised.
fn nearby(state: &State, row: &Offering, wish: &Wish, now: Instant) -> Option<wire::Answer> {
    let ([here], []) = (wish.place.cells(), wish.stages.as_slice()) else { return None };
    let here = CellIndex::try_from(here.index()).ok()?;
    let around = (1..=NEARBY_RINGS).flat_map(|ring| here.grid_ring::<Vec<_>>(ring));
    let candidates = around.filter_map(|cell| {
        let place = Area::new(vec![H3Cell::from_index(cell.into())]).ok()?;
        Some((cell, Wish { place, ..wish.clone() }))
    });
    let (cell, wish) = { candidates }.find(|(_, wish)| qualify(state, Ask::of(wish, Terms::Firm), now).is_ok())?;
    let mut answer = answer(state, row, &wish, now)?;
    answer.place = cells(&wish.place);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some kilometres, in metres")]
    let metres = LatLng::from(cell).distance_m(LatLng::from(here)) as u32;
    answer.distance_m = Some(metres);
    Some(answer)
}

/// Do the terms of an offering meet the outcome?
fn meets(row: &Offering, target: &Target) -> bool {
    let terms = &row.terms;
    let promises_delay = terms.latency_ms_max > 0 && terms.percentile_ppm >= target.percentile_ppm;
    target.latency_ms_max.is_none_or(|latency| promises_delay && terms.latency_ms_max <= latency)
        && target.downlink_kbps_min.is_none_or(|rate| terms.downlink_kbps_min >= rate)
        && target.uplink_kbps_min.is_none_or(|rate| terms.uplink_kbps_min >= rate)
}

fn answer(state: &State, row: &Offering, wish: &Wish, now: Instant) -> Option<wire::Answer> {
    let currency = currency_of(state, row.price.asset)?;
    let ask = Ask::of(wish, Terms::Firm);
    let promise = qualify(state, ask, now).and_then(|promise| Ok((price(state, wish, &promise, now)?, promise)));
    let mut answer = wire::Answer {
        offering: row.id.to_string(),
        name: row.name.clone(),
        terms: terms(&row.terms),
        promised: promise.is_ok(),
        price: None,
        lines: Vec::new(),
        usage_held: None,
        confidence: None,
        grade: None,
        tier: None,
        place: Vec::new(),
        distance_m: None,
        path: Vec::new(),
        reason: None,
        nearest: None,
    };
    match promise {
        Ok((price, Promise { legs: held, epsilon_ppb, grade, .. })) => {
            answer.price = Some(money(price.fee.minor, currency));
            answer.lines = lines((&row.price.plan, currency), &price.fee.lines);
            answer.usage_held = (price.usage_held_minor > 0).then(|| money(price.usage_held_minor, currency));
            answer.confidence = Some(confidence(epsilon_ppb));
            answer.grade = grade.map(Into::into);
            let tiers = held.iter().filter_map(|leg| Some(state.resource(leg.resource)?.class.tier()));
            answer.tier = tiers.max().map(Into::into);
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

impl Target {
    fn of(outcome: &wire::Outcome) -> Result<Self, Fault> {
        Ok(Self {
            latency_ms_max: measure(("latency_ms_max", "ms"), outcome.latency_ms_max)?,
            percentile_ppm: percentile_ppm(outcome.percentile)?,
            downlink_kbps_min: measure(("downlink_kbps_min", "kbit/s"), outcome.downlink_kbps_min)?,
            uplink_kbps_min: measure(("uplink_kbps_min", "kbit/s"), outcome.uplink_kbps_min)?,
        })
    }
}

/// A delay or a rate: none at all is no outcome.
fn measure((name, unit): (&str, &str), asked: Option<u64>) -> Result<Option<u32>, Fault> {
    let counted = |asked| u32::try_from(asked).ok().filter(|asked| *asked > 0);
    let most = u32::MAX;
    asked
        .map(|asked| counted(asked).ok_or_else(|| out_of_range(format!("{name}: 1 to {most} {unit} is expected"))))
        .transpose()
}

fn out_of_range(detail: String) -> Fault {
    Fault::Door(Door::OutcomeOutOfRange, detail)
}

fn percentile_ppm(percent: Option<f64>) -> Result<u32, Fault> {
    let ppm = (percent.unwrap_or(0.0) * 10_000.0).round();
    if !(0.0..=1e6).contains(&ppm) {
        return Err(out_of_range("percentile: 0 to 100 percent is expected".to_owned()));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 0 to 1,000,000")]
    Ok(ppm as u32)
}
