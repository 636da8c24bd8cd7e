//! The plan itself.

use crate::condition::Condition;
use crate::discount::Discount;
use crate::period::Period;
use crate::zone::Zone;
use minicbor::{Decode, Encode};
use types::{Duration, PPM, Unit};

/// What something costs, in one currency that whoever keeps the plan knows.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PricePlan {
    /// Of every amount in it.
    #[n(0)]
    pub tax: Tax,
    /// Where its hours are read and its months begin.
    #[n(1)]
    pub zone: Zone,
    /// What is paid, and for what; in the order of its lines.
    #[n(2)]
    pub components: Vec<Component>,
    /// What is taken off a fee, one after another, each from what remains.
    #[n(3)]
    pub discounts: Vec<Discount>,
    /// The least a purchase, and then each period, costs after discounts; in minor units, tax as [`Tax::mode`] says.
    #[n(4)]
    pub minimum_minor: u64,
}

/// How amounts are taxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Tax {
    /// On top of net: 210,000 is 21 %.
    #[n(0)]
    pub ppm: u32,
    /// Is it part of the amounts as they are written?
    #[n(1)]
    pub mode: TaxMode,
}

/// Is tax part of the amounts as they are written?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum TaxMode {
    /// Yes, they are gross: what people are shown.
    #[n(0)]
    Included,
    /// No, they are net: what companies are shown. Lines are gross all the same.
    #[n(1)]
    Added,
}

/// Something that is paid for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Component {
    /// What its lines are called.
    #[n(0)]
    pub name: String,
    /// When, and by what.
    #[n(1)]
    pub charge: Charge,
    /// How much: one rate for everything else, and any number that say when, where or at what grade they apply instead.
    #[n(2)]
    pub rates: Vec<Rate>,
}

/// When something is paid, and what its quantity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Charge {
    /// At purchase; the quantity is one.
    #[n(0)]
    Once,
    /// At the beginning of each started period of the window; the quantity is one.
    #[n(1)]
    Recurring(#[n(0)] Period),
    /// At purchase, for each started step of the window; the quantity is steps.
    #[n(2)]
    PerTime {
        /// Length of a step.
        #[n(0)]
        step: Duration,
    },
    /// As it is delivered; the quantity is units. Calls are units too.
    #[n(3)]
    PerUnit {
        /// What is metered.
        #[n(0)]
        unit: Unit,
        /// What this quantity costs is held at purchase; 0: each charge holds and captures at once.
        #[n(1)]
        held: u64,
    },
}

/// What a quantity costs where and when this applies.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Rate {
    /// Where and when.
    #[n(0)]
    pub condition: Condition,
    /// Amounts are for so many: 9.90 for 1,000,000. At least 1.
    #[n(1)]
    pub per: u64,
    /// How tiers go together.
    #[n(2)]
    pub tiering: Tiering,
    /// From the lowest quantity up; the last has no end.
    #[n(3)]
    pub tiers: Vec<Tier>,
}

/// How the tiers of a rate go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Tiering {
    /// Each tier prices the quantity inside it.
    #[n(0)]
    Graduated,
    /// The tier that the whole quantity is in prices all of it.
    #[n(1)]
    Volume,
    /// As graduated, in packages of [`Rate::per`]: each started one is paid whole.
    #[n(2)]
    Package,
}

/// A span of quantities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Tier {
    /// The last quantity in it; `None`: it has no end.
    #[n(0)]
    pub up_to: Option<u64>,
    /// Minor units for [`Rate::per`] of the quantity.
    #[n(1)]
    pub minor: u64,
    /// And so many once, as soon as the tier is reached.
    #[n(2)]
    pub flat_minor: u64,
}

impl PricePlan {
    /// Everything for nothing: a plan to start from.
    pub fn free() -> Self {
        Self {
            tax: Tax { ppm: 0, mode: TaxMode::Included },
            zone: Zone::utc(),
            components: Vec::new(),
            discounts: Vec::new(),
            minimum_minor: 0,
        }
    }

    /// Components whose amounts have this tax in them already.
    pub fn gross(tax_ppm: u32, components: Vec<Component>) -> Self {
        Self { tax: Tax { ppm: tax_ppm, mode: TaxMode::Included }, components, ..Self::free() }
    }

    /// The component at this place in the plan.
    pub fn component(&self, at: u8) -> Option<&Component> {
        self.components.get(usize::from(at))
    }

    /// The components with their places.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u8, &Component)> {
        (0_u8..).zip(&self.components)
    }

    /// How long a period of it is, where something recurs. A sound plan has one length only.
    pub fn period(&self) -> Option<Period> {
        self.components.iter().find_map(|component| match component.charge {
            Charge::Recurring(period) => Some(period),
            _ => None,
        })
    }

    /// The tax in an amount of this plan, tax included; rounded down.
    pub fn tax_in(&self, gross_minor: i64) -> i64 {
        let whole = PPM.saturating_add(u64::from(self.tax.ppm));
        part_of(gross_minor, u64::from(self.tax.ppm), whole)
    }

    /// The tax in `gross_minor` when so much was charged before: of the whole, less what was in that, so that many small
    /// amounts carry the tax of their sum.
    pub fn tax_beyond(&self, before_minor: i64, gross_minor: i64) -> i64 {
        self.tax_in(before_minor.saturating_add(gross_minor)).saturating_sub(self.tax_in(before_minor))
    }
}

impl Component {
    /// Paid once at purchase, whatever the window.
    pub fn once(name: &str, minor: u64) -> Self {
        Self { name: name.to_owned(), charge: Charge::Once, rates: vec![Rate::flat(minor, 1)] }
    }

    /// Paid for each started step.
    pub fn per_time(name: &str, minor: u64, step: Duration) -> Self {
        Self { name: name.to_owned(), charge: Charge::PerTime { step }, rates: vec![Rate::flat(minor, 1)] }
    }

    /// Paid at the beginning of each period.
    pub fn recurring(name: &str, minor: u64, period: Period) -> Self {
        Self { name: name.to_owned(), charge: Charge::Recurring(period), rates: vec![Rate::flat(minor, 1)] }
    }

    /// `minor` for `per` units as they are delivered.
    pub fn per_unit(name: &str, unit: Unit, (minor, per): (u64, u64), held: u64) -> Self {
        Self { name: name.to_owned(), charge: Charge::PerUnit { unit, held }, rates: vec![Rate::flat(minor, per)] }
    }
}

impl Rate {
    /// `minor` for `per`, always and everywhere.
    pub fn flat(minor: u64, per: u64) -> Self {
        Self::tiered(per, Tiering::Graduated, vec![Tier { up_to: None, minor, flat_minor: 0 }])
    }

    /// Tiers, always and everywhere.
    pub fn tiered(per: u64, tiering: Tiering, tiers: Vec<Tier>) -> Self {
        Self { condition: Condition::default(), per, tiering, tiers }
    }
}

/// `amount × part / whole`, rounded towards zero: in 64 bits where that is enough, for it is asked of every charge.
pub fn part_of(amount: i64, part: u64, whole: u64) -> i64 {
    let (part, whole) = (i64::try_from(part).unwrap_or(0), i64::try_from(whole).unwrap_or(i64::MAX));
    if let Some(minor) = amount.checked_mul(part).and_then(|scaled| scaled.checked_div(whole)) {
        return minor;
    }
    let wide = i128::from(amount).saturating_mul(i128::from(part)).checked_div(i128::from(whole));
    wide.and_then(|minor| i64::try_from(minor).ok()).unwrap_or(0)
}
