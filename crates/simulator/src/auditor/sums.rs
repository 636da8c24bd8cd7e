//! The auditor's own arithmetic: prices, tax, shares, each rounded where the catalogue says.

use crate::plan::OfferingPlan;
use types::Window;

const MILLION: i128 = 1_000_000;

/// `amount × part / whole`, rounded down; nothing when there is no whole.
pub fn share(amount: i64, part: u64, whole: u64) -> i64 {
    let scaled = i128::from(amount) * i128::from(part);
    if whole == 0 { 0 } else { small(scaled.div_euclid(i128::from(whole))) }
}

/// The tax that a gross amount contains, rounded down.
pub fn tax_within(gross: i64, tax_ppm: u32) -> i64 {
    small((i128::from(gross) * i128::from(tax_ppm)).div_euclid(MILLION + i128::from(tax_ppm)))
}

/// The tax in a further gross amount: of the whole, less what was in what came before.
pub fn tax_beyond(before: i64, more: i64, tax_ppm: u32) -> i64 {
    tax_within(before + more, tax_ppm) - tax_within(before, tax_ppm)
}

/// Parts per million of an amount, rounded down.
pub fn ppm_of(amount: i64, ppm: u32) -> i64 {
    small((i128::from(amount) * i128::from(ppm)).div_euclid(MILLION))
}

/// The fee of a window: once, and every started step.
pub fn fee(offering: &OfferingPlan, window: Window) -> i64 {
    let (length, step) = (window.length().as_ms(), offering.step.as_ms());
    let started = length / step + u64::from(length % step != 0);
    small(i128::from(offering.once_minor) + i128::from(offering.step_minor) * i128::from(started))
}

/// The price of so much usage, rounded up once.
pub fn usage(offering: &OfferingPlan, quantity: u64) -> i64 {
    let Some(price) = offering.usage else { return 0 };
    let exact = i128::from(quantity) * i128::from(price.num);
    let (whole, rest) = (exact / i128::from(price.den), exact % i128::from(price.den));
    small(whole + i128::from(rest != 0))
}

fn small(amount: i128) -> i64 {
    i64::try_from(amount).expect("a world's amounts are small")
}
