//! A price plan as its product manager writes it, in TOML or as JSON.

use crate::native::wire::{Grade, Money, PartyKind, Unit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What something costs, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PricePlan)]
pub struct PlanDraft {
    /// ISO 4217.
    pub(crate) currency: String,
    /// IANA name of the zone in which its hours are read and its months begin; UTC when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<String>,
    /// Nothing when it is absent.
    #[serde(default)]
    pub(crate) tax: Tax,
    /// The least that a purchase, and then each period, costs: `"5.00"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) minimum: Option<String>,
    /// What is paid, and for what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) components: Vec<Component>,
    /// What is taken off, one after another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) discounts: Vec<Discount>,
}

/// How amounts are taxed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceTax)]
pub(crate) struct Tax {
    /// In parts per million, on top of net: 210,000 is 21 %.
    #[serde(default)]
    pub(crate) rate_ppm: u32,
    /// Is it part of the amounts as they are written, or added to them?
    #[serde(default)]
    pub(crate) mode: TaxMode,
}

/// Is tax part of the amounts as they are written?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PriceTaxMode)]
pub(crate) enum TaxMode {
    /// They are gross.
    #[default]
    Included,
    /// They are net.
    Added,
}

/// Something that is paid for. Its own `amount` or `tiers` is the rate for everything that `rates` leave out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceComponent)]
pub(crate) struct Component {
    /// What its lines are called.
    pub(crate) name: String,
    /// When it is paid.
    pub(crate) charge: Charge,
    /// `"1 month"`, `"30 days"`: for what recurs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) period: Option<String>,
    /// Length of a step in seconds: for what is paid by time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) step_s: Option<u64>,
    /// What is metered: for what is paid by the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<Unit>,
    /// What this quantity costs is held at purchase: for what is paid by the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) held: Option<u64>,
    /// For each `per` of the quantity: `"9.90"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<String>,
    /// Amounts are for so many; 1 when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) per: Option<u64>,
    /// How tiers go together; graduated when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tiering: Option<Tiering>,
    /// Instead of `amount`: from the lowest quantity up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tiers: Vec<Tier>,
    /// Other rates, where and when they apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rates: Vec<Rate>,
}

/// When something is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PriceCharge)]
pub(crate) enum Charge {
    /// At purchase.
    Once,
    /// At the beginning of each period.
    Recurring,
    /// At purchase, for each started step of the window.
    PerTime,
    /// As it is delivered.
    PerUnit,
}

/// How tiers go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PriceTiering)]
pub(crate) enum Tiering {
    /// Each prices the quantity inside it.
    Graduated,
    /// The one that is reached prices all of it.
    Volume,
    /// As graduated, in whole packages of `per`.
    Package,
}

/// A span of quantities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceTier)]
pub(crate) struct Tier {
    /// The last quantity in it; the last tier has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) up_to: Option<u64>,
    /// For each `per`.
    pub(crate) amount: String,
    /// Once, as soon as it is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) flat: Option<String>,
}

/// A rate that applies somewhere, at some hours, or at a grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceRate)]
pub(crate) struct Rate {
    /// `"Mon-Fri 18:00-24:00"`, `"Sat, Sun 00:00-06:00"`, `"every day 22:00-06:00"`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) hours: Vec<String>,
    /// H3 indexes, hexadecimal, all of one resolution: wholly inside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) within: Vec<String>,
    /// Where the promise rests on this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) grade: Option<Grade>,
    /// As in the component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<String>,
    /// As in the component, whose own stands when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) per: Option<u64>,
    /// As in the component, whose own stands when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tiering: Option<Tiering>,
    /// As in the component.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tiers: Vec<Tier>,
}

/// Something taken off a fee, where everything it asks for is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceDiscount)]
pub(crate) struct Discount {
    /// What its line is called.
    pub(crate) name: String,
    /// A share in parts per million …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) share_ppm: Option<u32>,
    /// … or an amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<String>,
    /// Of these components, by their names; of all when it is absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) of: Vec<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<String>,
    /// Asked for with this code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// In the first so many periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) periods: Option<u32>,
    /// For these; for everyone when it is absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) kinds: Vec<PartyKind>,
    /// Only for who never bought the offering before.
    #[serde(default)]
    pub(crate) newcomers_only: bool,
}

/// A line of an amount: what for, how much of it, and what that costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PriceLine {
    /// For people: what for, and how its amount came about.
    pub text: String,
    /// How much of it: steps, periods or units.
    pub quantity: u64,
    /// Gross; negative where it is taken off.
    pub amount: Money,
}
