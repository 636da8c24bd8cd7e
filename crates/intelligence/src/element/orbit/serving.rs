//! Which satellite serves a place, when that changes, and when none is there.

use super::passes::Pass;
use types::{Instant, Window};

/// A satellite serving, from its acquisition to the handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serving {
    /// By its index.
    pub satellite: u32,
    /// While it serves; where the next begins at the end of this, that instant is a handover.
    pub window: Window,
}

/// Which of the satellites in sight takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The one that stays longest, at the start and whenever the serving one sets: the fewest handovers there can be.
    LongestRemaining,
    /// The one whose pass culminates highest, at the start and whenever the serving one sets: the best link for it.
    HighestPass,
}

/// Who serves in `window`, in order. `passes` are those over the place, by their rise. Of equals the lower index serves.
pub fn serving(passes: &[Pass], window: Window, choice: Choice) -> Vec<Serving> {
    let mut served = Vec::new();
    let mut at = window.from();
    // Passes that have risen and may still be up.
    let mut up: Vec<&Pass> = Vec::new();
    let mut coming = passes.iter().peekable();
    while at < window.to() {
        while let Some(pass) = coming.next_if(|pass| pass.window.from() <= at) {
            up.push(pass);
        }
        up.retain(|pass| pass.window.to() > at);
        let chosen = up.iter().max_by_key(|pass| (rank(pass, choice), std::cmp::Reverse(pass.satellite)));
        let Some(pass) = chosen else {
            match coming.peek() {
                Some(next) => at = next.window.from(),
                None => break,
            }
            continue;
        };
        let end = pass.window.to().min(window.to());
        if let Ok(window) = Window::new(at, end) {
            served.push(Serving { satellite: pass.satellite, window });
        }
        at = end;
    }
    served
}

/// When no satellite is above the mask in `window`. `passes` are those over the place, by their rise.
pub fn outages(passes: &[Pass], window: Window) -> Vec<Window> {
    let mut covered = window.from();
    let mut gaps = Vec::new();
    for pass in passes {
        gaps.extend(Window::new(covered, pass.window.from().min(window.to())).ok());
        covered = covered.max(pass.window.to());
    }
    gaps.extend(Window::new(covered, window.to()).ok());
    gaps
}

/// The instants at which one satellite takes over from another without a gap.
pub fn handovers(served: &[Serving]) -> Vec<Instant> {
    let meets = |pair: &[Serving]| (pair[0].window.to() == pair[1].window.from()).then(|| pair[1].window.from());
    served.windows(2).filter_map(meets).collect()
}

fn rank(pass: &Pass, choice: Choice) -> u64 {
    match choice {
        Choice::LongestRemaining => pass.window.to().as_ms(),
        Choice::HighestPass => u64::from(pass.elevation_mdeg_max),
    }
}
