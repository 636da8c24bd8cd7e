//! Guard rails: within what a price may move away from its plan.

use crate::state::{ArpLevel, Grade, PartyKind};
use minicbor::{Decode, Encode};
use types::{PPM, Ratio};

/// Within what a price may move, and who takes part in it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct GuardRails {
    /// Never below.
    #[n(0)]
    pub floor: Option<PriceBound>,
    /// Never above, whatever else is said.
    #[n(1)]
    pub cap: Option<PriceBound>,
    /// The most it may rise within an hour, as a share of the price an hour before, in parts per million.
    #[n(2)]
    pub step_ppm: Option<u32>,
    /// Who pays how much of what bid prices add; all of it where none applies, the least where several do.
    #[n(3)]
    pub classes: Vec<ClassShare>,
    /// Offerings of this priority or a higher one pay nothing of it.
    #[n(4)]
    pub exempt_level: Option<ArpLevel>,
}

/// A bound of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum PriceBound {
    /// So many minor units, tax included.
    #[n(0)]
    Minor(#[n(0)] i64),
    /// So many parts per million of what the plan asks, rounded down.
    #[n(1)]
    Plan(#[n(0)] u32),
}

/// How much of what bid prices add some pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ClassShare {
    /// Buyers of this kind; `None`: of any.
    #[n(0)]
    pub kind: Option<PartyKind>,
    /// For a promise of this grade; `None`: of any.
    #[n(1)]
    pub grade: Option<Grade>,
    /// So many parts per million of it; nothing: they are exempt.
    #[n(2)]
    pub share_ppm: u32,
}

impl Default for GuardRails {
    /// Where an operator sets none: prices are free to move, and public services and emergencies pay as if nothing did.
    fn default() -> Self {
        let public = ClassShare { kind: Some(PartyKind::PublicService), grade: None, share_ppm: 0 };
        let exempt_level = Some(ArpLevel::LOWEST_AUTHORISED);
        Self { floor: None, cap: None, step_ppm: None, classes: vec![public], exempt_level }
    }
}

impl GuardRails {
    /// How much of what bid prices add this buyer pays for a promise of this grade and priority, in parts per million.
    pub fn share_ppm(&self, kind: PartyKind, grade: Option<Grade>, level: ArpLevel) -> u32 {
        if self.exempt_level.is_some_and(|exempt| level <= exempt) {
            return 0;
        }
        let applies = |class: &&ClassShare| {
            class.kind.is_none_or(|own| own == kind) && class.grade.is_none_or(|own| Some(own) == grade)
        };
        let least = self.classes.iter().filter(applies).map(|class| class.share_ppm).min();
        least.unwrap_or(u32::try_from(PPM).unwrap_or(u32::MAX))
    }
}

impl PriceBound {
    /// In minor units, where the plan asks for so much.
    pub fn minor(self, plan_minor: i64) -> i64 {
        match self {
            Self::Minor(minor) => minor,
            Self::Plan(ppm) => share(plan_minor, ppm),
        }
    }
}

/// A share of an amount that is not negative, in parts per million, rounded down, saturating.
pub(crate) fn share(minor: i64, ppm: u32) -> i64 {
    let of = Ratio::ppm(u64::from(ppm)).of_floor(u64::try_from(minor).unwrap_or(0));
    of.and_then(|minor| i64::try_from(minor).ok()).unwrap_or(i64::MAX)
}
