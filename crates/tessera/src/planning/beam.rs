//! What a constellation carries for a part of the earth, slot by slot, and which of its satellites serves when.

use crate::import::sky::Constellation;
use engine::capacity::SlotRange;
use h3o::{CellIndex, LatLng};
use intelligence::element::orbit::budget::SPHERE_M;
use intelligence::element::orbit::index::SLOT as MINUTE;
use intelligence::element::orbit::{Index, Place, Serving};
use types::{H3Cell, Window};

/// A part of the earth under a constellation, for some slots.
#[derive(Debug)]
pub struct Beam {
    /// Which slots.
    pub slots: SlotRange,
    /// What is carried in each of the slots, in kbit/s: by the satellites that see all of the part, at the worst minute of the
    /// slot, so that it holds through every handover. Nothing in an outage.
    pub carried_kbps: Vec<u64>,
    /// Who serves, one after another.
    pub served: Vec<Serving>,
    /// When no satellite sees all of it.
    pub outages: Vec<Window>,
}

impl Beam {
    /// Worked out for `slots`: a search for every pass over the part.
    pub fn of(constellation: &Constellation, cell: CellIndex, slots: SlotRange) -> anyhow::Result<Self> {
        let window = slots.window();
        let Some(mask_deg) = mask_over_all(constellation, cell) else {
            let carried_kbps = (0..slots.slots()).map(|_| 0).collect();
            return Ok(Self { slots, carried_kbps, served: Vec::new(), outages: vec![window] });
        };
        let centre = LatLng::from(cell);
        let place = Place::new(centre.lat(), centre.lng(), 0.0)?;
        let mut index = Index::new(window);
        let key = H3Cell::from_index(cell.into());
        index.insert(key, place, mask_deg, &constellation.satellites)?;
        let area_km2 = cell.area_km2();
        let shares: Vec<u64> =
            constellation.satellites.iter().map(|satellite| constellation.share_kbps(satellite, area_km2)).collect();
        let share = |satellite: &u32| shares.get(*satellite as usize).copied().unwrap_or(0);
        let in_minute = |at| index.throughout(key, at).iter().map(share).sum::<u64>();
        let slot = |ahead| {
            let slot = SlotRange::new(slots.from().after(ahead), slots.from().after(ahead + 1))?.window();
            let minutes = std::iter::successors(Some(slot.from()), |at| Some(at.after(MINUTE)));
            minutes.take_while(|at| *at < slot.to()).map(in_minute).min()
        };
        let carried_kbps = (0..slots.slots()).map(|ahead| slot(ahead).unwrap_or(0)).collect();
        Ok(Self { slots, carried_kbps, served: index.served(key).to_vec(), outages: index.outages(key).to_vec() })
    }

    /// What is carried in the best of its slots.
    pub fn best_kbps(&self) -> u64 {
        self.carried_kbps.iter().copied().max().unwrap_or(0)
    }

    /// What is carried in the worst of its first `slots`.
    pub fn worst_kbps(&self, slots: u32) -> u64 {
        let first = usize::try_from(slots).unwrap_or(usize::MAX);
        self.carried_kbps.iter().copied().take(first).min().unwrap_or(0)
    }
}

/// What is not for sale of a beam of `nominal`, in a slot in which `carried_kbps` are carried of which others use
/// `others_ppm`: in kbit/s, all of `nominal` in an outage.
pub fn background_kbps(nominal: u64, carried_kbps: u64, others_ppm: u32) -> u64 {
    let left = types::Ratio::ppm(types::PPM.saturating_sub(u64::from(others_ppm)));
    nominal.saturating_sub(left.of_floor(carried_kbps).unwrap_or(0))
}

/// How high a satellite has to stand over the middle of a cell so that it is over the mask in all of it; `None` where none
/// can. By the lowest satellite, for which it is the highest.
fn mask_over_all(constellation: &Constellation, cell: CellIndex) -> Option<f64> {
    let centre = LatLng::from(cell);
    let farthest_m = cell.boundary().iter().map(|corner| corner.distance_m(centre)).fold(0.0, f64::max);
    let ratio = SPHERE_M / (SPHERE_M + constellation.lowest_m());
    let mask = constellation.mask_deg.to_radians();
    let reach = (ratio * mask.cos()).acos() - mask - farthest_m / SPHERE_M;
    (reach > 0.0).then(|| (reach.cos() - ratio).atan2(reach.sin()).to_degrees())
}
