//! Rows of postings to a bill. Nothing else goes into it: no clock, no name that can be erased.

use super::period::BillPeriod;
use super::wire::{Bill, BillLine, LinesBy, Payment, Span, TaxLine};
use crate::limits::BILL_LINES_MAX;
use crate::native::convert::money;
use crate::native::finance::convert::{Names, ReportError, what_of};
use crate::native::finance::period::{named, offering_id, party_id, token_id};
use crate::native::finance::wire::Cause;
use crate::native::plans::{PriceLine, lines};
use crate::time;
use engine::ledger::AccountRef;
use engine::rating::{Line, Source};
use engine::state::{Meter, OfferingRef, PartyRef, Token, TokenRef};
use engine::{counted_in, rating};
use node::hour_start;
use node::journal::{Posting, PostingColumn as By, PostingFilter, PostingSum, PostingValue, Postings};
use std::collections::BTreeMap;
use types::Currency;

/// The event of a period after the first that is paid for.
const RENEWED: &str = "TokenRenewed";

/// Whose wallet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payer {
    pub party: PartyRef,
    pub currency: Currency,
    pub wallet: AccountRef,
}

/// What the rows of a wallet and a period add up to.
#[derive(Debug)]
pub(crate) struct Sums {
    opening: i64,
    by: LinesBy,
    parts: BTreeMap<LineKey, Part>,
}

/// What one line is of: a token, its offering, who held it, and what for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LineKey {
    token: Option<u32>,
    offering: Option<u32>,
    holder: Option<u32>,
    event: String,
    /// Which of several prices, of usage.
    price: Option<u32>,
}

/// What was posted for it.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    /// Into the wallet.
    wallet: i64,
    tax: i64,
    overrun: i64,
    events: u64,
    quantity: u64,
    seq: u64,
    seq_last: u64,
}

/// Adds up what moved a wallet, with the tax that was posted beside it.
pub(crate) fn collect(
    postings: &mut dyn Postings,
    wallet: AccountRef,
    period: &BillPeriod,
) -> Result<Sums, ReportError> {
    let account = Some(wallet.index());
    let before = PostingFilter { account, ..period.hours().before() };
    let opening = postings.sums(&before, &[])?.first().map_or(0, |sum| sum.amount);
    let columns = [By::Token, By::Offering, By::Customer, By::Event, By::Price, By::Account, By::Kind];
    let filter = PostingFilter { beside: account, ..period.hours().filter() };
    // A purchase, usage and the like post on half a dozen accounts.
    let sums = postings.first_sums(&filter, &columns, BILL_LINES_MAX * 8 + 1)?;
    let parts = parts_of(&sums, wallet);
    if sums.len() <= BILL_LINES_MAX * 8 && parts.len() <= BILL_LINES_MAX {
        return Ok(Sums { opening, by: LinesBy::Token, parts });
    }
    let columns = [By::Offering, By::Event, By::Account, By::Kind];
    let sums = postings.sums(&filter, &columns)?;
    let widened = sums.into_iter().map(|sum| {
        let mut by = sum.by.into_iter();
        let offering = by.next().unwrap_or(PostingValue::None);
        let event = by.next().unwrap_or(PostingValue::None);
        let about = [PostingValue::None, offering, PostingValue::None, event, PostingValue::None];
        PostingSum { by: about.into_iter().chain(by).collect(), ..sum }
    });
    Ok(Sums { opening, by: LinesBy::Offering, parts: parts_of(&widened.collect::<Vec<_>>(), wallet) })
}

/// The sums by token, offering, holder, event, price, account and kind, put together to lines.
fn parts_of(sums: &[PostingSum], wallet: AccountRef) -> BTreeMap<LineKey, Part> {
    let mut parts: BTreeMap<LineKey, Part> = BTreeMap::new();
    for sum in sums {
        let [token, offering, holder, event, price, account, kind] = sum.by.as_slice() else { continue };
        let is_wallet = account.handle() == Some(wallet.index());
        if !is_wallet && !matches!(kind.text(), Some("tax" | "usage_overrun")) {
            continue;
        }
        let event = event.text().unwrap_or_default().to_owned();
        let (token, offering, holder, price) = (token.handle(), offering.handle(), holder.handle(), price.handle());
        let key = LineKey { token, offering, holder, event, price };
        let part = parts.entry(key).or_default();
        match kind.text() {
            Some("tax") => part.tax = part.tax.saturating_add(sum.amount),
            Some("usage_overrun") => part.overrun = part.overrun.saturating_sub(sum.amount),
            _ => {
                *part = Part {
                    wallet: sum.amount,
                    events: sum.events,
                    quantity: sum.quantity,
                    seq: sum.seq,
                    seq_last: sum.seq_last,
                    ..*part
                }
            }
        }
    }
    parts
}

/// What an offering was charged for: one kind of event at one tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub offering: Option<u32>,
    pub event: String,
    pub tax_ppm: u32,
    /// Gross; below nothing came back.
    pub gross_minor: i64,
    /// The tax in it.
    pub tax_minor: i64,
}

impl Sums {
    /// What was sold, as the lines of a bill say it, without the tokens it was sold as.
    pub(crate) fn costs(&self, names: Names<'_>) -> Vec<Cost> {
        let mut costs: BTreeMap<(Option<u32>, &str, u32), (i64, i64)> = BTreeMap::new();
        for (key, part) in self.parts.iter().filter(|(key, _)| key.offering.is_some()) {
            let sums = costs.entry((key.offering, &key.event, tax_ppm_of(names, key))).or_default();
            sums.0 = sums.0.saturating_add(part.charged());
            sums.1 = sums.1.saturating_add(part.tax_charged());
        }
        let cost = |((offering, event, tax_ppm), (gross_minor, tax_minor)): ((Option<u32>, &str, u32), (i64, i64))| {
            Cost { offering, event: event.to_owned(), tax_ppm, gross_minor, tax_minor }
        };
        costs.into_iter().map(cost).collect()
    }

    /// What is in the wallet when the period ends, or now: less than nothing is owed.
    pub(crate) fn closing_minor(&self) -> i64 {
        self.opening.saturating_add(sum_of(self.parts.values().map(|part| part.wallet)))
    }
}

impl Part {
    /// What the customer is charged.
    const fn charged(&self) -> i64 {
        self.wallet.saturating_neg()
    }

    /// The tax in it: of usage that the operator bore in part, in proportion, rounded down.
    fn tax_charged(&self) -> i64 {
        let gross = i128::from(self.charged()).saturating_add(i128::from(self.overrun));
        if self.overrun == 0 || gross == 0 {
            return self.tax;
        }
        i64::try_from(i128::from(self.tax).saturating_mul(i128::from(self.charged())) / gross).unwrap_or(0)
    }
}

/// The bill of it. `is_final`: nothing more is posted in the period.
pub(crate) fn bill(names: Names<'_>, payer: Payer, period: &BillPeriod, sums: &Sums, is_final: bool) -> Bill {
    let currency = payer.currency;
    let (sold, moved): (Vec<_>, Vec<_>) = sums.parts.iter().partition(|(key, _)| key.offering.is_some());
    let lines: Vec<BillLine> = sold.iter().map(|(key, part)| line(names, (payer, period), key, part)).collect();
    let charged = sum_of(sold.iter().map(|(_, part)| part.charged()));
    let paid = sum_of(moved.iter().map(|(_, part)| part.wallet));
    let party = party_id(names, payer.party.number()).map(|id| id.to_string()).unwrap_or_default();
    let known = sums.parts.values().filter(|part| part.seq_last > 0);
    Bill {
        number: number_of(currency, period, &party),
        party,
        currency: currency.to_string(),
        period: Span {
            name: period.name.clone(),
            from: time::text(hour_start(period.from)),
            to: time::text(hour_start(period.to)),
            zone: period.zone.clone(),
        },
        r#final: is_final,
        seq: known.clone().map(|part| part.seq).min(),
        seq_last: known.map(|part| part.seq_last).max(),
        opening: money(sums.opening, currency),
        by: sums.by,
        lines,
        charged: money(charged, currency),
        taxes: taxes(names, currency, &sold),
        payments: payments(currency, &moved),
        paid: money(paid, currency),
        closing: money(sums.opening.saturating_sub(charged).saturating_add(paid), currency),
    }
}

/// The same for the same bill: `EUR-2026-11-…`.
fn number_of(currency: Currency, period: &BillPeriod, party: &str) -> String {
    let slug = |text: &str| text.replace([' ', '/', ':'], "-");
    format!("{currency}-{}-{}", slug(&period.name), party.trim_start_matches("pty_"))
}

fn line(names: Names<'_>, (payer, period): (Payer, &BillPeriod), key: &LineKey, part: &Part) -> BillLine {
    let offering = key.offering.and_then(|number| names.offering(OfferingRef::from_index(number)));
    let what = what_of(&key.event);
    let usage = what == Cause::Usage;
    let (tax, amount) = (part.tax_charged(), part.charged());
    BillLine {
        what,
        token: named(key.token, |token| token_id(names, token)),
        offering: named(key.offering, |offering| offering_id(names, offering)),
        name: offering.map(|row| row.name.clone()),
        holder: named(key.holder.filter(|holder| *holder != payer.party.number()), |party| party_id(names, party)),
        charges: usage.then_some(part.events),
        quantity: usage.then_some(part.quantity),
        unit: key.token.filter(|_| usage).and_then(|token| unit_of(names, token, meter_of(key))),
        lines: price_lines(names, (payer.currency, period), key, part).unwrap_or_default(),
        net: money(amount.saturating_sub(tax), payer.currency),
        tax: money(tax, payer.currency),
        amount: money(amount, payer.currency),
        seq: part.seq,
        seq_last: part.seq_last,
    }
}

/// Why a line is what it is: of a fee what was on its quote, of every period that was paid for in the bill's; of usage the
/// price and how much of it.
fn price_lines(
    names: Names<'_>,
    (currency, period): (Currency, &BillPeriod),
    key: &LineKey,
    part: &Part,
) -> Option<Vec<PriceLine>> {
    let row = names.token(TokenRef::from_index(key.token?))?;
    let plan = &names.price_of(row)?.plan;
    let said = match what_of(&key.event) {
        Cause::Fee => fee_lines(row, period, &key.event),
        Cause::Usage => {
            let only = || rating::rates(plan, counted_in(names, row, None)?).next();
            let meter = meter_of(key).or_else(|| only().map(|at| Meter { component: at.component, rate: at.rate }))?;
            let source = Source::Component { component: meter.component, rate: meter.rate };
            vec![Line { source, quantity: part.quantity, amount_minor: part.charged() }]
        }
        _ => return None,
    };
    Some(lines((plan, currency), &said))
}

/// Of what is paid once that of the token; of what recurs each period that was paid for then.
fn fee_lines(row: &Token, period: &BillPeriod, event: &str) -> Vec<Line> {
    if row.term.is_none() {
        return row.lines.clone().unwrap_or_default();
    }
    let paid = row.fees.iter().flatten().enumerate();
    let then = paid.filter(|(number, fee)| {
        let hour = Posting::hour_of(fee.at);
        (*number > 0) == (event == RENEWED) && (period.from..period.to).contains(&hour)
    });
    then.flat_map(|(_, fee)| fee.lines.clone()).collect()
}

/// Which of its prices, where it has several.
fn meter_of(key: &LineKey) -> Option<Meter> {
    let [component, rate] = u16::try_from(key.price?).ok()?.to_be_bytes();
    Some(Meter { component, rate })
}

/// What the usage of a token counts, where that is one thing: of several units the quantities are not added up to one.
fn unit_of(names: Names<'_>, token: u32, meter: Option<Meter>) -> Option<String> {
    let row = names.token(TokenRef::from_index(token))?;
    if meter.is_some() {
        return counted_in(names, row, meter).map(|unit| unit.as_str().to_owned());
    }
    let counted = counted_in(names, row, None)?;
    let price = names.price_of(row)?;
    let others = rating::units(&price.plan).any(|unit| unit != counted);
    (!others).then(|| counted.as_str().to_owned())
}

/// The tax that was in it: of the price that the token was sold at; a line that is of no token is of the first price.
fn tax_ppm_of(names: Names<'_>, key: &LineKey) -> u32 {
    let token = key.token.and_then(|number| names.token(TokenRef::from_index(number)));
    let of_token = token.and_then(|row| names.price_of(row));
    let of_offering = || Some(names.offering(OfferingRef::from_index(key.offering?))?.pricing(0));
    of_token.or_else(of_offering).map_or(0, |price| price.plan.tax.ppm)
}

fn taxes(names: Names<'_>, currency: Currency, sold: &[(&LineKey, &Part)]) -> Vec<TaxLine> {
    let mut rates: BTreeMap<u32, (i64, i64)> = BTreeMap::new();
    for (key, part) in sold {
        let (tax, amount) = rates.entry(tax_ppm_of(names, key)).or_default();
        *tax = tax.saturating_add(part.tax_charged());
        *amount = amount.saturating_add(part.charged());
    }
    let shown = rates.into_iter().filter(|(_, sums)| *sums != (0, 0)).map(|(rate_ppm, (tax, amount))| TaxLine {
        rate_ppm,
        rate: percent(rate_ppm),
        net: money(amount.saturating_sub(tax), currency),
        tax: money(tax, currency),
        amount: money(amount, currency),
    });
    shown.collect()
}

/// `21 %`, `5.5 %`.
fn percent(ppm: u32) -> String {
    let (whole, part) = (ppm / 10_000, ppm % 10_000);
    let part = format!("{part:04}");
    let part = part.trim_end_matches('0');
    if part.is_empty() { format!("{whole} %") } else { format!("{whole}.{part} %") }
}

fn payments(currency: Currency, moved: &[(&LineKey, &Part)]) -> Vec<Payment> {
    let shown = moved.iter().filter(|(_, part)| part.wallet != 0).map(|(key, part)| Payment {
        what: what_of(&key.event),
        times: part.events,
        amount: money(part.wallet, currency),
        seq: part.seq,
        seq_last: part.seq_last,
    });
    shown.collect()
}

fn sum_of(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}
