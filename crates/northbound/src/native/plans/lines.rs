//! Lines for the wire.

use super::wire::PriceLine;
use crate::native::convert::money;
use engine::rating::{Charge, Line, PricePlan, Source, explain};
use types::Currency;

/// Lines of an amount, with their words.
pub(crate) fn lines<'a>(
    (plan, currency): (&PricePlan, Currency),
    lines: impl IntoIterator<Item = &'a Line>,
) -> Vec<PriceLine> {
    let shown = lines.into_iter().map(|line| PriceLine {
        text: explain(plan, currency, line),
        quantity: line.quantity,
        amount: money(line.amount_minor, currency),
    });
    shown.collect()
}

/// What a plan says, for people: a sentence for each of its rates.
pub(crate) fn terms_of(plan: &PricePlan, currency: Currency) -> Vec<String> {
    let numbered = (0_u8..).zip(&plan.components);
    let rates = numbered
        .flat_map(|(component, row)| (0_u8..).zip(&row.rates).map(move |(rate, at)| (component, rate, row, at)));
    let priced = rates.map(|(component, rate, row, at)| {
        // Tiers are said as far as a quantity reaches: all of them.
        let quantity = match row.charge {
            Charge::PerUnit { .. } => {
                at.tiers.iter().filter_map(|tier| tier.up_to).max().map_or(at.per, |last| last + 1)
            }
            Charge::Once | Charge::Recurring(_) | Charge::PerTime { .. } => 1,
        };
        explain(plan, currency, &Line { source: Source::Component { component, rate }, quantity, amount_minor: 0 })
    });
    let off = (0_u8..)
        .zip(&plan.discounts)
        .map(|(at, _)| explain(plan, currency, &Line { source: Source::Discount(at), quantity: 1, amount_minor: 0 }));
    let minimum = (plan.minimum_minor > 0)
        .then(|| explain(plan, currency, &Line { source: Source::Minimum, quantity: 1, amount_minor: 0 }));
    priced.chain(off).chain(minimum).collect()
}
