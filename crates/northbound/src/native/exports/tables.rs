//! The tables that there are, out of rows of postings. The form of the first two is [`FORM`]: closed months are sealed by it.

use super::table::{Cell, Column, Rows, TableError, TableWriter, number, text};
use crate::limits::EXPORT_PAGE_ROWS;
use crate::native::bills::convert::{self as bills, Payer};
use crate::native::bills::period::BillPeriod;
use crate::native::bills::wire::Bill;
use crate::native::convert::currency_of;
use crate::native::finance::convert::{balance, balance_shown, column, earned, revenue_shown};
use crate::native::finance::period::{Period, named, offering_id, party_id, token_id};
use crate::native::finance::wire::By;
use crate::time;
use engine::ledger::AssetRef;
use engine::state::{PartyRef, State, TokenRef};
use node::journal::{Posting, PostingKey, Postings};
use node::{Gate, asset_name};

/// The form of postings and of the trial balance. A change to a column, a row or their order is another form: what was
/// sealed by this one is then no longer verified.
pub(crate) const FORM: u32 = 2;

/// An event's number and that of the last it sums, when, what; the account, whose it is; what it was about; the amount in
/// minor units or units of the asset.
pub(crate) const POSTINGS: &[Column] = &[
    number("seq"),
    number("seq_last"),
    number("events"),
    text("at"),
    text("period"),
    text("event"),
    number("account"),
    text("kind"),
    text("party"),
    text("asset"),
    number("amount"),
    text("customer"),
    text("offering"),
    text("capability"),
    text("token"),
    text("price"),
    number("quantity"),
];

/// What every kind of account held.
pub(crate) const BALANCE: &[Column] = &[text("asset"), text("kind"), number("posted")];

/// What of each line's sales is whose, in minor units.
pub(crate) const REVENUE: &[Column] = &[
    text("asset"),
    text("of"),
    number("revenue_minor"),
    number("breakage_minor"),
    number("partners_minor"),
    number("remedies_minor"),
    number("overrun_minor"),
];

/// Lines of bills, in minor units: what was charged is positive.
pub(crate) const BILLS: &[Column] = &[
    text("bill"),
    text("party"),
    text("currency"),
    text("what"),
    text("token"),
    text("offering"),
    text("name"),
    text("holder"),
    number("charges"),
    number("quantity"),
    text("unit"),
    number("net_minor"),
    number("tax_minor"),
    number("amount_minor"),
    number("seq"),
    number("seq_last"),
];

/// Every posting of a period; how many there were.
pub(crate) fn write_postings(
    (gate, postings): (&Gate, &mut dyn Postings),
    period: Period,
    table: &mut dyn TableWriter,
) -> Result<u64, TableError> {
    let mut after: Option<PostingKey> = None;
    let mut count = 0;
    loop {
        let rows = postings.rows(&period.filter(), after, EXPORT_PAGE_ROWS)?;
        after = rows.last().map(Posting::key).or(after);
        count += rows.len() as u64;
        let page: Rows = {
            let view = gate.replica().view();
            rows.iter().map(|row| posting(&view.state, row)).collect()
        };
        table.page(&page)?;
        if rows.len() < EXPORT_PAGE_ROWS {
            table.finish()?;
            return Ok(count);
        }
    }
}

/// What the price of a posting is called in its plan.
fn price_name(names: &State, row: &Posting) -> Option<String> {
    let token = names.token(TokenRef::from_index(row.token?))?;
    Some(names.price_of(token)?.plan.component(row.price?.0)?.name.clone())
}

fn posting(names: &State, row: &Posting) -> Vec<Cell> {
    let at = time::text(row.at);
    let asset = names.ledger.asset(AssetRef::from_index(row.asset)).map(asset_name);
    let month = at.get(..7).unwrap_or_default().to_owned();
    vec![
        row.seq.into(),
        row.seq_last.into(),
        row.events.into(),
        at.into(),
        month.into(),
        row.event.clone().into_owned().into(),
        i64::from(row.account).into(),
        row.kind.clone().into_owned().into(),
        named(row.party, |party| party_id(names, party)).into(),
        asset.into(),
        row.amount.into(),
        named(row.customer, |party| party_id(names, party)).into(),
        named(row.offering, |offering| offering_id(names, offering)).into(),
        row.capability.clone().map(std::borrow::Cow::into_owned).into(),
        named(row.token, |token| token_id(names, token)).into(),
        price_name(names, row).into(),
        row.quantity.into(),
    ]
}

/// What every kind of account held before an hour.
pub(crate) fn write_balance(
    (gate, postings): (&Gate, &mut dyn Postings),
    to: Option<u64>,
    table: &mut dyn TableWriter,
) -> Result<(), TableError> {
    let sums = balance(postings, to)?;
    let shown = balance_shown(&gate.replica().view().state, &sums, (to, 0));
    let rows = shown.assets.into_iter().flat_map(|asset| {
        let name = asset.asset;
        asset.accounts.into_iter().map(move |line| vec![name.clone().into(), line.kind.into(), line.posted.into()])
    });
    table.page(&rows.collect())?;
    table.finish()
}

/// Revenue of a period, line by line.
pub(crate) fn write_revenue(
    (gate, postings): (&Gate, &mut dyn Postings),
    (period, by): (Period, By),
    table: &mut dyn TableWriter,
) -> Result<(), TableError> {
    let sums = earned(postings, period, column(by))?;
    let shown = revenue_shown(&gate.replica().view().state, &sums, by, 0);
    let row = |line: crate::native::finance::wire::RevenueLine| -> Vec<Cell> {
        vec![
            line.asset.into(),
            line.of.into(),
            line.revenue_minor.into(),
            line.breakage_minor.into(),
            line.partners_minor.into(),
            line.remedies_minor.into(),
            line.overrun_minor.into(),
        ]
    };
    table.page(&shown.lines.into_iter().map(row).collect())?;
    table.finish()
}

/// The lines of the bills of a period, wallet by wallet.
pub(crate) fn write_bills(
    (gate, postings): (&Gate, &mut dyn Postings),
    period: &BillPeriod,
    table: &mut dyn TableWriter,
) -> Result<(), TableError> {
    let parties = gate.replica().view().state.parties.len();
    for number in 0..u32::try_from(parties).unwrap_or(u32::MAX) {
        for payer in payers(&gate.replica().view().state, PartyRef::from_index(number)) {
            let sums = bills::collect(postings, payer.wallet, period)?;
            let bill = bills::bill(&gate.replica().view().state, payer, period, &sums, true);
            table.page(&bill_rows(&bill))?;
        }
    }
    table.finish()
}

/// Every wallet of a party.
fn payers(names: &State, party: PartyRef) -> Vec<Payer> {
    let wallets = names.party(party).into_iter().flat_map(|row| row.wallets.iter());
    let payer = |(asset, wallet): (&AssetRef, &_)| {
        Some(Payer { party, currency: currency_of(names, *asset)?, wallet: *wallet })
    };
    wallets.filter_map(payer).collect()
}

fn bill_rows(bill: &Bill) -> Rows {
    let row = |line: &crate::native::bills::wire::BillLine| -> Vec<Cell> {
        vec![
            bill.number.clone().into(),
            bill.party.clone().into(),
            bill.currency.clone().into(),
            line.what.word().to_owned().into(),
            line.token.clone().into(),
            line.offering.clone().into(),
            line.name.clone().into(),
            line.holder.clone().into(),
            line.charges.into(),
            line.quantity.into(),
            line.unit.clone().into(),
            line.net.minor.into(),
            line.tax.minor.into(),
            line.amount.minor.into(),
            line.seq.into(),
            line.seq_last.into(),
        ]
    };
    bill.lines.iter().map(row).collect()
}
