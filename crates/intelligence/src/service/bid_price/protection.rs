//! Protection levels of one resource whose classes differ in price alone: EMSR-b (Belobaba 1992).
//!
//! With prices for one resource and a normal forecast of each class's demand, no program has to be solved: units are kept
//! for the dearer classes together, at their mean price, until one more would earn less than the next class pays
//! (Littlewood's rule).

use super::limits::CLASSES_MAX;
use super::problem::BidPriceError;
use crate::number::{floor, real};

/// One price and what is wanted at it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// What one unit earns, in minor units.
    pub price_minor: u64,
    /// Units wanted, in the mean.
    pub mean: f64,
    /// Their standard deviation, in units.
    pub deviation: f64,
}

/// Units to keep from each class for the dearer ones, rounded to whole ones: one value a class, of which the first is 0.
/// The classes come dearest first.
pub fn protect(classes: &[Class]) -> Result<Vec<u64>, BidPriceError> {
    let is_sound = |class: &Class| {
        [class.mean, class.deviation].iter().all(|measure| (0.0..=real(super::limits::UNITS_MAX)).contains(measure))
    };
    let falls = classes.is_sorted_by(|dearer, class| dearer.price_minor > class.price_minor);
    if !(1..=CLASSES_MAX).contains(&classes.len()) || !classes.iter().all(is_sound) || !falls {
        return Err(BidPriceError::Classes);
    }
    let (mut mean, mut variance, mut earned) = (0.0, 0.0, 0.0);
    let mut kept = Vec::with_capacity(classes.len());
    for class in classes {
        let price = real(class.price_minor);
        kept.push(if mean > 0.0 { keep(mean, f64::sqrt(variance), price * mean / earned) } else { 0 });
        mean += class.mean;
        variance += class.deviation * class.deviation;
        earned += price * class.mean;
    }
    Ok(kept)
}

/// The units of which the last is wanted with a probability of `ratio`.
fn keep(mean: f64, deviation: f64, ratio: f64) -> u64 {
    floor(mean + deviation * quantile(1.0 - ratio) + 0.5)
}

/// Quantile of the standard normal distribution, by bisection of its distribution function.
fn quantile(probability: f64) -> f64 {
    let (mut below, mut above) = (-40.0, 40.0);
    for _ in 0..64 {
        let middle = f64::midpoint(below, above);
        if distribution(middle) < probability { below = middle } else { above = middle }
    }
    f64::midpoint(below, above)
}

/// Probability that a standard normal variable is at most `at`: Abramowitz and Stegun 26.2.17, off by at most 7.5e-8.
fn distribution(at: f64) -> f64 {
    let step = 1.0 / (1.0 + 0.231_641_9 * at.abs());
    let series = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530];
    let sum = series.iter().fold(0.0, |sum, factor| (sum + factor) * step);
    let tail = (-at * at / 2.0).exp() / std::f64::consts::TAU.sqrt() * sum;
    if at < 0.0 { tail } else { 1.0 - tail }
}
