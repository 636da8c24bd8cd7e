//! What a plan says, for people. The words of a line say how its amount came about and stand beside it; these stand alone, so
//! that every amount is in them.

use crate::time;
use engine::rating::{Charge, Component, Discount, Off, Period, PricePlan, Rate, TaxMode, Tier, Tiering};
use engine::state::{Grade, PartyKind};
use types::{Currency, Money, Unit};

/// A sentence for each rate, each discount and the minimum.
pub(crate) fn terms_of(plan: &PricePlan, currency: Currency) -> Vec<String> {
    let words = Words { plan, currency };
    let rates = plan.components.iter().flat_map(|row| row.rates.iter().map(move |rate| (row, rate)));
    let rates = rates.map(|(row, rate)| words.of_rate(row, rate));
    let discounts = plan.discounts.iter().map(|discount| words.of_discount(discount));
    let each = if plan.period().is_some() { "a purchase, and each period after it, costs" } else { "a purchase costs" };
    let minimum =
        (plan.minimum_minor > 0).then(|| format!("At least {} is what {each}", words.money(plan.minimum_minor)));
    rates.chain(discounts).chain(minimum).collect()
}

struct Words<'a> {
    plan: &'a PricePlan,
    currency: Currency,
}

impl Words<'_> {
    fn money(&self, minor: u64) -> Money {
        Money::new(i64::try_from(minor).unwrap_or(i64::MAX), self.currency)
    }

    fn of_rate(&self, row: &Component, rate: &Rate) -> String {
        let priced = match row.charge {
            Charge::Once => self.tiers(rate, "purchases", " once"),
            Charge::Recurring(period) => self.tiers(rate, "periods", &format!(" each {}", of_period(period))),
            Charge::PerTime { step } => {
                let step = of_step(step.as_ms());
                self.tiers(rate, "steps", &format!(" for each started {step}"))
            }
            Charge::PerUnit { unit, .. } => {
                let (one, many) = of_unit(unit);
                let per = match (rate.per, rate.tiering) {
                    (1, _) => format!(" a {one}"),
                    (per, Tiering::Package) => format!(" for each started {} {many}", count(per)),
                    (per, _) => format!(" for {} {many}", count(per)),
                };
                self.tiers(rate, many, &per)
            }
        };
        let when = self.condition(rate).map_or(String::new(), |when| format!(" ({when})"));
        let tax = match self.plan.tax.mode {
            TaxMode::Added if self.plan.tax.ppm > 0 => format!(", and {} tax", percent(self.plan.tax.ppm)),
            TaxMode::Added | TaxMode::Included => String::new(),
        };
        format!("{}: {priced}{when}{tax}", row.name)
    }

    /// `9.90 EUR once`, or tier by tier.
    fn tiers(&self, rate: &Rate, many: &str, per: &str) -> String {
        let price = |tier: &Tier| match (tier.flat_minor, tier.minor) {
            (0, 0) => "nothing".to_owned(),
            (0, minor) => format!("{}{per}", self.money(minor)),
            (flat, 0) => format!("{}", self.money(flat)),
            (flat, minor) => format!("{} and {}{per}", self.money(flat), self.money(minor)),
        };
        if let [only] = rate.tiers.as_slice() {
            return price(only);
        }
        let all = if rate.tiering == Tiering::Volume { "all of it at what is reached: " } else { "" };
        let tier = |(at, tier): (usize, &Tier)| match tier.up_to {
            Some(up_to) if at == 0 => format!("{} for the first {} {many}", price(tier), count(up_to)),
            Some(up_to) => format!("{} up to {}", price(tier), count(up_to)),
            None => format!("{} beyond", price(tier)),
        };
        all.to_owned() + &rate.tiers.iter().enumerate().map(tier).collect::<Vec<_>>().join(", ")
    }

    fn condition(&self, rate: &Rate) -> Option<String> {
        let condition = &rate.condition;
        let hours = condition.hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        let hours = (!hours.is_empty()).then(|| format!("{hours} {}", self.plan.zone.name()));
        let within = condition.within.is_some().then(|| "in a part of the network".to_owned());
        let grade = condition.grade.map(|grade| match grade {
            Grade::Empirical => "a measured promise".to_owned(),
            Grade::Statistical => "a statistical promise".to_owned(),
            Grade::Hard => "a hard promise".to_owned(),
        });
        let parts: Vec<String> = [hours, within, grade].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// Its code is not said: who has it, was told it.
    fn of_discount(&self, row: &Discount) -> String {
        let off = match row.off {
            Off::Share(ppm) => percent(ppm),
            Off::Amount(minor) => self.money(minor).to_string(),
        };
        let named: Vec<&str> = row.of.iter().filter_map(|at| Some(self.plan.component(*at)?.name.as_str())).collect();
        let of = if named.is_empty() { String::new() } else { format!(" {}", named.join(" and ")) };
        let kinds = row.kinds.iter().map(|kind| of_kind(*kind)).collect::<Vec<_>>().join(" and ");
        let periods = row.periods.map(|periods| match periods {
            1 => ", in the first period".to_owned(),
            more => format!(", in the first {more} periods"),
        });
        let asked = [
            periods,
            row.from.map(|from| format!(", from {}", time::text(from))),
            row.until.map(|until| format!(", until {}", time::text(until))),
            row.code.as_ref().map(|_| ", with a code".to_owned()),
            (!kinds.is_empty()).then(|| format!(", for {kinds}")),
            row.newcomers.map(|_| ", for who never bought it before".to_owned()),
        ];
        format!("{}: {off} off{of}{}", row.name, asked.into_iter().flatten().collect::<String>())
    }
}

fn of_period(period: Period) -> String {
    match period {
        Period::Days(1) => "day".to_owned(),
        Period::Days(days) => format!("{days} days"),
        Period::Months(1) => "month".to_owned(),
        Period::Months(months) => format!("{months} months"),
    }
}

/// A length of time in the largest unit that it is a whole number of.
fn of_step(ms: u64) -> String {
    let units = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")];
    match units.iter().find(|(unit, _)| ms.is_multiple_of(*unit)) {
        Some((unit, name)) if ms == *unit => (*name).to_owned(),
        Some((unit, name)) => format!("{} {name}s", ms / unit),
        None => format!("{ms} ms"),
    }
}

const fn of_unit(unit: Unit) -> (&'static str, &'static str) {
    match unit {
        Unit::Second => ("second", "seconds"),
        Unit::Byte => ("byte", "bytes"),
        Unit::LlmToken => ("LLM token", "LLM tokens"),
        Unit::ComputeUnit => ("compute unit", "compute units"),
        Unit::Call => ("call", "calls"),
        Unit::Message => ("message", "messages"),
    }
}

const fn of_kind(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Operator => "operators",
        PartyKind::Consumer => "consumers",
        PartyKind::Enterprise => "enterprises",
        PartyKind::PublicService => "public services",
        PartyKind::Partner => "partners",
    }
}

fn percent(ppm: u32) -> String {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// `10,000,000`
fn count(quantity: u64) -> String {
    let digits = quantity.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
