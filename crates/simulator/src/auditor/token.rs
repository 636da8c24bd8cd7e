//! A token as the auditor keeps it, and how its fee is wound up.

use super::promises::Promise;
use super::sums::{ppm_of, share, tax_beyond, tax_within};
use crate::plan::OfferingPlan;
use crate::visible::{TokenLine, TokenPhase};
use std::collections::BTreeSet;
use types::{Instant, Window};

#[derive(Clone, Debug)]
pub struct Token {
    pub party: u32,
    pub offering: usize,
    pub window: Window,
    pub phase: TokenPhase,
    /// How many places it was sold for.
    pub places: usize,
    pub promise: Option<Promise>,
    pub fee: i64,
    /// Left of the money set aside; `None` when none ever was, or the token is over.
    pub hold: Option<i64>,
    pub units: Option<i64>,
    pub session: Option<usize>,
    pub confirmed: bool,
    pub paid: i64,
    pub earned: i64,
    pub refunded: i64,
    pub used: u64,
    pub usage: i64,
    pub overrun: i64,
    /// Whose wallet pays.
    pub payer: u32,
    /// What the purchase counts as, in the book of what was spent.
    pub spent: Option<usize>,
    /// What of its volume was given away.
    pub given: u64,
    /// Blocks whose texts are out of use.
    pub revoked: BTreeSet<u8>,
}

/// What partners are owed, by their numbers.
pub type Owed = Vec<(u32, i64)>;

/// How a fee is wound up.
#[derive(Clone, Copy, Debug)]
pub struct Winding {
    pub earned: i64,
    pub refund: i64,
    pub refund_tax: i64,
    pub breakage: i64,
}

impl Token {
    pub fn is_live(&self) -> bool {
        !matches!(self.phase, TokenPhase::Expired | TokenPhase::Revoked)
    }

    /// Net fee earned by `now`, when `used` is delivered: the share of the volume, or else of the window that is over.
    pub fn earned_by(&self, offering: &OfferingPlan, used: u64, now: Instant) -> i64 {
        if let Some(volume) = offering.volume {
            return share(self.paid - tax_within(self.paid, offering.tax_ppm), used.min(volume), volume);
        }
        let elapsed = now.since(self.window.from()).min(self.window.length());
        share(self.paid - tax_within(self.paid, offering.tax_ppm), elapsed.as_ms(), self.window.length().as_ms())
    }

    /// What each partner is owed of a further net amount: of all revenue so far and this, less what it was owed before.
    pub fn owed(&self, offering: &OfferingPlan, net: i64) -> Owed {
        let before = self.usage - tax_within(self.usage, offering.tax_ppm) + self.earned;
        let share = |&(party, ppm): &(u32, u32)| (party, ppm_of(before + net, ppm) - ppm_of(before, ppm));
        offering.partners.iter().map(share).collect()
    }

    /// What is earned and what goes back when the token ends now.
    pub fn winding(&self, offering: &OfferingPlan, gives_back: bool, now: Instant) -> Winding {
        let deferred = self.paid - tax_within(self.paid, offering.tax_ppm) - self.earned;
        let left = self.window.to().since(now.max(self.window.from()));
        let unused = match offering.volume {
            Some(volume) => share(self.paid, volume - (self.used + self.given).min(volume), volume),
            None => share(self.paid, left.as_ms(), self.window.length().as_ms()),
        };
        let refund = if gives_back { unused.min(self.paid - self.refunded) } else { 0 };
        let refund_tax = tax_beyond(self.refunded, refund, offering.tax_ppm);
        let refund_net = (refund - refund_tax).min(deferred).max(0);
        let kept = deferred - refund_net;
        // Of a volume that nobody gets money back for, what was not taken is breakage.
        let breakage = match offering.volume {
            Some(_) if !gives_back => kept - (self.earned_by(offering, self.used + self.given, now) - self.earned),
            _ => 0,
        };
        Winding { earned: kept - breakage, refund: refund_net + refund_tax, refund_tax, breakage }
    }

    pub fn line(&self) -> TokenLine {
        TokenLine {
            party: self.party,
            offering: self.offering,
            phase: self.phase,
            paid: self.paid,
            earned: self.earned,
            refunded: self.refunded,
            used: self.used,
            usage: self.usage,
            overrun: self.overrun,
            units: self.units,
        }
    }
}
