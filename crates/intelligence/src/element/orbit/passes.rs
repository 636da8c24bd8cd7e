//! When satellites pass over a place: found by search, not by stepping.
//!
//! A line of sight can only turn as fast as the satellite flies (see [`Reach::steady`]), so from any instant the search
//! jumps to the first at which the mask could be crossed; crossings are then halved down to the millisecond. No pass
//! longer than [`STEP_MIN`] is missed.

use super::frame::sidereal_rad;
use super::limits::PASSES_DAYS_MAX;
use super::place::{Look, Site};
use super::reach::Reach;
use super::satellite::Satellite;
use crate::number::floor_u32;
use types::{Duration, Instant, Window};

/// The shortest jump: where a satellite grazes the mask, what is shorter may go unseen.
pub const STEP_MIN: Duration = Duration::from_secs(1);

/// How often a pass is looked at for its highest point, before that is narrowed down.
const CULMINATION_STEP: Duration = Duration::from_secs(30);

/// One satellite above the mask, without a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pass {
    /// From the first millisecond above the mask to the first below, cut to the window that was asked for.
    pub window: Window,
    /// Which satellite, by its index.
    pub satellite: u32,
    /// Its highest elevation in the window, in thousandths of a degree.
    pub elevation_mdeg_max: u32,
}

/// Why no passes are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassesError {
    /// The window is too long.
    #[error("passes are found for at most {PASSES_DAYS_MAX} days at once")]
    WindowTooLong,
    /// The mask is no elevation.
    #[error("an elevation mask is 0 to 90 degrees")]
    Mask,
}

/// One satellite as one site sees it.
struct View<'a> {
    satellite: &'a Satellite,
    site: &'a Site,
    mask: Reach,
}

/// Every pass of every satellite over `site` above `mask_deg`, by the time it rises.
pub fn passes(site: &Site, mask_deg: f64, satellites: &[Satellite], window: Window) -> Result<Vec<Pass>, PassesError> {
    if !(0.0..=90.0).contains(&mask_deg) {
        return Err(PassesError::Mask);
    }
    if window.length() > Duration::from_days(PASSES_DAYS_MAX) {
        return Err(PassesError::WindowTooLong);
    }
    let mut found = Vec::new();
    for (index, satellite) in (0..).zip(satellites) {
        let view = View { satellite, site, mask: Reach::ElevationDeg(mask_deg) };
        view.passes(window, |window, elevation_mdeg_max| {
            found.push(Pass { window, satellite: index, elevation_mdeg_max });
        });
    }
    found.sort_unstable();
    Ok(found)
}

impl View<'_> {
    /// Calls `found` with each pass and its highest elevation. A satellite that comes down has passed for good.
    fn passes(&self, window: Window, mut found: impl FnMut(Window, u32)) {
        let (mut at, mut before, mut rise) = (window.from(), window.from(), None);
        while at < window.to() {
            let Some(look) = self.look(at) else { break };
            let above = self.mask.holds(&look);
            match (above, rise) {
                (true, None) => rise = Some(self.crossing(before, at, above)),
                (false, Some(risen)) => {
                    self.close(risen, self.crossing(before, at, above), &mut found);
                    rise = None;
                }
                _ => (),
            }
            before = at;
            at = at.after(self.mask.steady(&look, self.satellite.speed_m_s_max()).max(STEP_MIN));
        }
        if let Some(risen) = rise {
            // The window's end, or the last instant it was seen in orbit.
            let end = if at < window.to() { before } else { self.last_above(before, window.to()) };
            self.close(risen, end, &mut found);
        }
    }

    fn look(&self, at: Instant) -> Option<Look> {
        Some(self.site.look(self.satellite.position_turned(at, sidereal_rad(at))?))
    }

    fn above(&self, at: Instant) -> bool {
        self.look(at).is_some_and(|look| self.mask.holds(&look))
    }

    /// The first millisecond after `before` that is like `at`, which is the other side of the mask; `at` where both are
    /// one.
    fn crossing(&self, before: Instant, at: Instant, above: bool) -> Instant {
        let (mut low, mut high) = (before.as_ms(), at.as_ms());
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.above(Instant::from_ms(middle)) == above {
                high = middle;
            } else {
                low = middle;
            }
        }
        Instant::from_ms(high)
    }

    /// The end of a pass that was still on at `before` and is cut at `end`.
    fn last_above(&self, before: Instant, end: Instant) -> Instant {
        if self.above(end) { end } else { self.crossing(before, end, false) }
    }

    fn close(&self, rise: Instant, set: Instant, found: &mut impl FnMut(Window, u32)) {
        if let Ok(window) = Window::new(rise, set) {
            found(window, floor_u32(self.highest_deg(window) * 1e3));
        }
    }

    /// The highest elevation in a window: the best of a few looks, then thirds around it.
    fn highest_deg(&self, window: Window) -> f64 {
        let elevation = |ms: u64| self.look(Instant::from_ms(ms)).map_or(-90.0, |look| look.elevation_deg);
        let (from, last) = (window.from().as_ms(), window.to().as_ms() - 1);
        let step = CULMINATION_STEP.as_ms();
        let mut best = (elevation(last), last);
        for at in (from..last).step_by(usize::try_from(step).unwrap_or(usize::MAX)) {
            let here = elevation(at);
            if here > best.0 {
                best = (here, at);
            }
        }
        let (mut low, mut high) = (best.1.saturating_sub(step).max(from), best.1.saturating_add(step).min(last));
        while high - low > 100 {
            let third = (high - low) / 3;
            if elevation(low + third) < elevation(high - third) {
                low += third;
            } else {
                high -= third;
            }
        }
        elevation(low + (high - low) / 2).max(best.0)
    }
}
