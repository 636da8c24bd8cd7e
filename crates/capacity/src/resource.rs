//! What a resource is, and what of it is not for sale.

use crate::forecast::Forecast;
use crate::refs::ProfileRef;
use crate::slot::Slot;
use crate::steps::Steps;
use minicbor::{Decode, Encode};
use types::{PPM, Ratio};

/// A resource of the network: a radio cell's downlink, a core, an edge site, a satellite beam.
///
/// Units are the operator's own, per slot; they are only ever compared with the units of legs on the same resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Resource {
    /// What was built, units a slot. It does not change.
    #[n(0)]
    pub nominal: u64,
    /// What works now, units a slot: less after a failure, more while something is borrowed.
    #[n(1)]
    pub available: u64,
    /// The share of nominal, in ppm, that is never sold as premium.
    #[n(2)]
    pub floor_ppm: u32,
    /// The least background load to reckon with, units a slot, whatever the forecast says.
    #[n(3)]
    pub background_min: u64,
    /// The weekly shape of its background load.
    #[n(4)]
    pub profile: ProfileRef,
    /// What that shape is multiplied by for this resource, in ppm.
    #[n(5)]
    pub profile_scale_ppm: u32,
}

/// A weekly profile of background load, shared by many resources: for every hour of the week the load, in ppm of
/// nominal, at the promised quantile. Hour 0 is Monday 00:00 to 01:00 UTC.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(transparent)]
pub struct Profile(#[n(0)] Vec<u32>);

/// A resource with what is taken of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    pub(crate) resource: Resource,
    /// [`Resource::floor`], which does not change.
    pub(crate) floor: u64,
    pub(crate) committed: Steps,
    pub(crate) short: Steps,
    pub(crate) forecast: Option<Forecast>,
}

impl Resource {
    /// Units a slot that are never sold as premium: `floor_ppm` of nominal, rounded up.
    pub fn floor(&self) -> u64 {
        Ratio::ppm(u64::from(self.floor_ppm)).of_ceil(self.nominal).unwrap_or(u64::MAX)
    }

    /// The background load that the profile has for `slot`, units a slot, rounded up.
    pub fn background(&self, profile: &Profile, slot: Slot) -> u64 {
        let share_ppm = u128::from(profile.ppm_in(slot)).saturating_mul(u128::from(self.profile_scale_ppm));
        // 64 + 32 + 32 bits: the product always fits.
        let load = share_ppm.saturating_mul(u128::from(self.nominal)).div_ceil(u128::from(PPM.saturating_mul(PPM)));
        u64::try_from(load).unwrap_or(u64::MAX).max(self.background_min)
    }
}

impl Profile {
    /// Hours in a week.
    pub const HOURS: usize = 168;

    /// From one value an hour, in ppm of nominal; `None` when there are not [`Profile::HOURS`].
    pub fn new(hourly_ppm: Vec<u32>) -> Option<Self> {
        (hourly_ppm.len() == Self::HOURS).then_some(Self(hourly_ppm))
    }

    /// The same load in every hour, in ppm of nominal.
    pub fn flat(ppm: u32) -> Self {
        Self(vec![ppm; Self::HOURS])
    }

    /// The hourly values, in ppm of nominal.
    pub fn hourly_ppm(&self) -> &[u32] {
        &self.0
    }

    /// The value for the hour that `slot` lies in.
    pub fn ppm_in(&self, slot: Slot) -> u32 {
        let hour = usize::try_from(slot.hour_of_week()).unwrap_or(usize::MAX);
        self.0.get(hour).copied().expect("a profile has a value for every hour of the week")
    }
}

impl<'b, C> Decode<'b, C> for Profile {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::new(Vec::decode(d, ctx)?).ok_or_else(|| minicbor::decode::Error::message("a profile is 168 values"))
    }
}
