//! Lines for the wire.

use super::wire::PriceLine;
use crate::native::convert::money;
use engine::rating::{Line, PricePlan, explain};
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
