//! Volumes of tokens to what CAMARA says of a device.

use super::wire::{DataVolumeCategory, VolumeToCheck, VolumeUnit};
use crate::camara::common::convert::Devices;
use crate::camara::common::error::ErrorInfo;
use engine::Actor;
use engine::state::{State, Token};
use types::Unit;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
/// The most of a unit that can be asked for.
const VALUE_MAX: u64 = 1_024;

/// Bytes left to a device of the caller's; `None`: it has no volume of bytes.
pub(super) fn left(state: &State, actor: Actor, devices: Devices) -> Option<u64> {
    let live = state.tokens_of(actor.party).map(|(_, token)| token).filter(|token| is_open(token));
    let serving = live.filter(|token| token.device.is_none_or(|bound| devices.have(bound)));
    let volumes = serving.filter_map(|token| bytes_left(state, token));
    volumes.fold(None, |sum, left| Some(sum.unwrap_or(0_u64).saturating_add(left)))
}

/// What is used up is left with nothing, until its window is over.
fn is_open(token: &Token) -> bool {
    token.is_live()
}

fn bytes_left(state: &State, token: &Token) -> Option<u64> {
    let volume = state.offering(token.offering)?.terms.volume?;
    let left = state.ledger.available(token.units.filter(|_| volume.unit == Unit::Byte)?)?;
    Some(u64::try_from(left).unwrap_or(0))
}

/// What is left, roughly.
pub(super) const fn category(left: u64) -> DataVolumeCategory {
    match left {
        left if left < 200 * MIB => DataVolumeCategory::Below200MiB,
        left if left < GIB => DataVolumeCategory::Below1GiB,
        left if left < 5 * GIB => DataVolumeCategory::Below5GiB,
        _ => DataVolumeCategory::AtLeast5GiB,
    }
}

/// A threshold in bytes.
pub(super) fn bytes(asked: VolumeToCheck) -> Result<u64, ErrorInfo> {
    let unit = match asked.unit {
        VolumeUnit::MiB => MIB,
        VolumeUnit::GiB => GIB,
    };
    let value = u64::try_from(asked.value).ok().filter(|value| *value <= VALUE_MAX);
    let value = value.ok_or_else(|| ErrorInfo::out_of_range(format!("volumeToCheck.value: 0 to {VALUE_MAX}")))?;
    Ok(value * unit)
}
