//! Which satellite when: named in a path after it was found, since the engine knows capacity and no orbits.

use crate::app::App;
use crate::limits::SATELLITES_PER_LEG_MAX;
use crate::native::convert;
use crate::native::wire::{Leg, ResourceClass, Satellite, Window};
use crate::planning::{Planning, Served, Serving};
use crate::time;
use types::ResourceId;

/// Names the satellites of each leg that they carry, over the window that the path is held for.
pub(crate) fn name(app: &App, path: &mut [Leg], window: &Window) {
    let Some(planning) = app.planning.as_deref() else { return };
    let Some(window) = between(&window.from, &window.to) else { return };
    for leg in path.iter_mut().filter(|leg| leg.class == ResourceClass::SatelliteBeam) {
        let held = leg.from.as_deref().zip(leg.to.as_deref()).and_then(|(from, to)| between(from, to));
        // A leg that is held for a part of the time is held in whole slots.
        let part = held
            .map_or(Ok(window), |held| types::Window::new(held.from().max(window.from()), held.to().min(window.to())));
        if let Ok(part) = part {
            name_one(planning, leg, part);
        }
    }
}

fn between(from: &str, to: &str) -> Option<types::Window> {
    types::Window::new(time::parse(from)?, time::parse(to)?).ok()
}

fn name_one(planning: &dyn Planning, leg: &mut Leg, window: types::Window) {
    let resource = ResourceId::parse(&leg.resource).ok();
    let served = resource.and_then(|resource| planning.served(resource, window, SATELLITES_PER_LEG_MAX));
    let Some(Served { servings, until }) = served else { return };
    leg.satellites = servings.into_iter().map(satellite).collect();
    leg.satellites_until = (until < window.to()).then(|| time::text(until));
}

fn satellite(Serving { satellite, window }: Serving) -> Satellite {
    let Window { from, to } = convert::window(window);
    Satellite { name: satellite, from, to }
}
