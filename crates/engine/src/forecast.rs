//! Forecasts: what is expected on resources, made outside the core and loaded into it as a table.

use crate::actor::Actor;
use crate::limits::{FORECAST_AHEAD_MAX, FORECAST_STEPS_MAX, FORECAST_VALUES_MAX, FORECASTS_MAX, OVERCOMMITTED_MAX};
use crate::party::require_operator;
use crate::state::{Blob, BlobHash, State};
use crate::{Answer, Event, Rejection};
use capacity::{ForecastTable, Slot};
use std::sync::Arc;
use types::{Instant, PPM};

/// Loads a forecast: for each of its resources it takes the place of the one before. Where it leaves more promised than
/// works, sales stop and it is said so.
pub(crate) fn decide_load(
    state: &State,
    actor: Actor,
    (hash, table): (BlobHash, &Arc<ForecastTable>),
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    state.capacity.check_load_forecast(table).map_err(|_| Rejection::UnknownResource)?;
    if !(1..=PPM).contains(&u64::from(table.quantile_ppm())) {
        return Err(Rejection::ShareOutOfRange);
    }
    check_size(state, hash, table)?;
    let from = Slot::containing(now).ok_or(Rejection::WindowBeyondCalendar)?;
    if table.range().to() <= from {
        return Err(Rejection::WindowInPast);
    }
    if table.range().to().start() > now.after(FORECAST_AHEAD_MAX) {
        return Err(Rejection::WindowBeyondCalendar);
    }
    out.push(Event::ForecastLoaded(Blob::new(hash, Arc::clone(table))));
    let over = state.capacity.overcommitted_under(table, from).take(OVERCOMMITTED_MAX);
    out.extend(over.map(|(resource, slot)| Event::ResourceOvercommitted { resource, slot }));
    Ok(Answer::Done)
}

fn check_size(state: &State, hash: BlobHash, table: &ForecastTable) -> Result<(), Rejection> {
    if table.values() > FORECAST_VALUES_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 20_000_000 });
    }
    if table.steps() > FORECAST_STEPS_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: FORECAST_STEPS_MAX });
    }
    // Only when there are that many is it looked at which of them would stay.
    let stays = |blob: &&Blob| blob.hash() != hash && blob.table().is_some_and(|old| is_kept(state, old, table));
    if state.forecasts.len() >= FORECASTS_MAX && state.forecasts.iter().filter(stays).count() >= FORECASTS_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 1_024 });
    }
    Ok(())
}

/// Is `old` still the forecast of a resource that `new` does not speak of?
fn is_kept(state: &State, old: &Arc<ForecastTable>, new: &ForecastTable) -> bool {
    let others = old.resources().iter().filter(|resource| new.resources().binary_search(resource).is_err());
    others.into_iter().any(|resource| state.capacity.forecast(*resource).is_some_and(|table| Arc::ptr_eq(table, old)))
}
