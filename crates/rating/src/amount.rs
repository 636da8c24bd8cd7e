//! What a quantity costs at a rate: exact, then rounded up once.

use crate::limits::LINE_MINOR_MAX;
use crate::plan::{Rate, Tax, TaxMode, Tier, Tiering};
use crate::usage::Delivered;
use types::PPM;

/// Gross minor units for this quantity, rounded up; `None` when they cannot be counted.
pub(crate) fn gross(rate: &Rate, tax: Tax, quantity: u64) -> Option<i64> {
    let scaled = match rate.tiering {
        Tiering::Graduated => graduated(rate, quantity)?,
        Tiering::Volume => volume(rate, quantity)?,
        Tiering::Package => graduated(rate, quantity.div_ceil(rate.per).checked_mul(rate.per)?)?,
    };
    taxed(scaled, u128::from(rate.per), tax)
}

/// The most that a further quantity can cost, gross, rounded up. A rate of one price costs no more than the quantity
/// alone, for it is rounded over the whole; tiers cost no more than all of it in the dearest, with every tier reached.
pub(crate) fn most(rate: &Rate, tax: Tax, before: Delivered, quantity: u64) -> Option<i64> {
    if let ([Tier { flat_minor: 0, .. }], Tiering::Graduated | Tiering::Volume) = (rate.tiers.as_slice(), rate.tiering)
    {
        return gross(rate, tax, quantity);
    }
    if quantity == 0 {
        return Some(0);
    }
    let dearest = u128::from(rate.tiers.iter().map(|tier| tier.minor).max().unwrap_or(0));
    let flat = rate.tiers.iter().map(|tier| u128::from(tier.flat_minor)).sum::<u128>();
    let (per, flat) = (u128::from(rate.per), flat.checked_mul(u128::from(rate.per))?);
    let alone = |quantity: u64, flat: u128| {
        let scaled = u128::from(quantity).checked_mul(dearest)?.checked_add(flat)?;
        taxed(scaled, per, tax)
    };
    match rate.tiering {
        Tiering::Graduated => alone(quantity, flat),
        // A package that is begun is paid whole.
        Tiering::Package => alone(quantity.div_ceil(rate.per).checked_mul(rate.per)?, flat),
        // A tier that prices all of it prices what was charged before once more.
        Tiering::Volume => {
            let again = alone(before.quantity, flat)?.saturating_sub(before.minor).max(0);
            alone(quantity, 0)?.checked_add(again)
        }
    }
}

/// `scaled / per` net or gross minor units as gross ones, rounded up.
pub(crate) fn taxed(scaled: u128, per: u128, tax: Tax) -> Option<i64> {
    let minor = match tax.mode {
        TaxMode::Included => scaled.div_ceil(per),
        TaxMode::Added => {
            let whole = u128::from(PPM);
            let gross = scaled.checked_mul(whole.checked_add(u128::from(tax.ppm))?)?;
            gross.div_ceil(per.checked_mul(whole)?)
        }
    };
    i64::try_from(minor).ok().filter(|minor| *minor <= LINE_MINOR_MAX)
}

/// Minor units times [`Rate::per`]: each tier prices the quantity inside it.
fn graduated(rate: &Rate, quantity: u64) -> Option<u128> {
    let (mut sum, mut below) = (0_u128, 0_u64);
    for tier in &rate.tiers {
        if quantity <= below {
            break;
        }
        let upper = tier.up_to.map_or(quantity, |up_to| up_to.min(quantity));
        sum = sum.checked_add(priced(rate, tier, upper.saturating_sub(below))?)?;
        below = upper;
    }
    Some(sum)
}

/// The same: the tier that the quantity is in prices all of it.
fn volume(rate: &Rate, quantity: u64) -> Option<u128> {
    if quantity == 0 {
        return Some(0);
    }
    let tier = rate.tiers.iter().find(|tier| tier.up_to.is_none_or(|up_to| quantity <= up_to))?;
    priced(rate, tier, quantity)
}

fn priced(rate: &Rate, tier: &Tier, quantity: u64) -> Option<u128> {
    let flat = u128::from(tier.flat_minor).checked_mul(u128::from(rate.per))?;
    u128::from(quantity).checked_mul(u128::from(tier.minor))?.checked_add(flat)
}
