//! What a month cost a wallet: the one place that knows where bills come from.

use crate::app::App;
use crate::fault::{Door, Fault};
use crate::tmf::prepay_balance::convert::Wallet;
use engine::ledger::{AccountRef, Asset, AssetRef};
use node::RecordsError;
use node::journal::{JournalError, PostingColumn, PostingFilter, PostingSum, PostingValue, Postings};
use std::collections::BTreeMap;

/// A month of a wallet. Money is in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bill {
    /// The calendar month in UTC, `2026-11`.
    pub month: String,
    /// What it cost, line by line.
    pub lines: Vec<Line>,
    /// What was in the wallet when it ended, or is now: less than nothing is owed.
    pub closing_minor: i64,
}

/// What one offering cost, for one kind of event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The offering.
    pub offering: Option<u32>,
    /// The kind of event.
    pub event: String,
    /// What it cost, gross; below nothing came back.
    pub gross_minor: i64,
    /// The tax in it.
    pub tax_minor: i64,
}

impl Bill {
    /// What it cost altogether, gross.
    pub(crate) fn gross_minor(&self) -> i64 {
        self.lines.iter().fold(0, |sum, line| sum.saturating_add(line.gross_minor))
    }

    /// The tax in all of it.
    pub(crate) fn tax_minor(&self) -> i64 {
        self.lines.iter().fold(0, |sum, line| sum.saturating_add(line.tax_minor))
    }
}

/// The bills of a wallet, month by month: those of months in which it paid for something.
pub(crate) async fn bills_of(app: &App, wallet: Wallet) -> Result<Vec<Bill>, Fault> {
    let found = app.read(|view| {
        let account = engine::wallet_of(&view.state, wallet.party, wallet.currency)?;
        Some((account, view.state.ledger.asset_ref(Asset::Currency(wallet.currency))?))
    });
    let Some((account, asset)) = found.await else { return Ok(Vec::new()) };
    let customer = wallet.party.number();
    let mut postings = app.gate.postings().await.map_err(|error| match error {
        RecordsError::Behind { .. } => Fault::Door(Door::PostingsBehind, error.to_string()),
        RecordsError::Journal(error) => Fault::internal("open the postings", &error),
    })?;
    let made = tokio::task::spawn_blocking(move || made(&mut *postings, (account, asset), customer)).await;
    let made = made.map_err(|error| Fault::internal("make bills", &error))?;
    made.map_err(|error| Fault::internal("read postings", &error))
}

/// The bill of a wallet for one month, where it paid for something in it.
pub(crate) async fn bill_of(app: &App, wallet: Wallet, month: &str) -> Result<Option<Bill>, Fault> {
    Ok(bills_of(app, wallet).await?.into_iter().find(|bill| bill.month == month))
}

fn made(
    postings: &mut dyn Postings,
    (account, asset): (AccountRef, AssetRef),
    customer: u32,
) -> Result<Vec<Bill>, JournalError> {
    let columns = [PostingColumn::Month, PostingColumn::Offering, PostingColumn::Event];
    let moved = PostingFilter { account: Some(account.index()), ..PostingFilter::default() };
    let taxed = PostingFilter {
        asset: Some(asset.index()),
        kind: Some("tax"),
        customer: Some(customer),
        ..PostingFilter::default()
    };
    let (moved, taxed) = (postings.sums(&moved, &columns)?, postings.sums(&taxed, &columns)?);
    let tax_by: BTreeMap<_, i64> = taxed.iter().map(|sum| (sum.by.as_slice(), sum.amount)).collect();
    let mut bills: BTreeMap<String, Bill> = BTreeMap::new();
    let mut balance = 0_i64;
    for sum in &moved {
        let [month, offering, event] = sum.by.as_slice() else { continue };
        let month = month.text().unwrap_or_default().to_owned();
        balance = balance.saturating_add(sum.amount);
        let bill = bills.entry(month.clone()).or_insert_with(|| Bill { month, ..Bill::default() });
        bill.closing_minor = balance;
        bill.lines.extend(line(sum, (offering, event), tax_by.get(sum.by.as_slice()).copied().unwrap_or(0)));
    }
    Ok(bills.into_values().filter(|bill| !bill.lines.is_empty()).collect())
}

/// A line, where it is of something that was sold: money that comes and goes by itself is no cost.
fn line(sum: &PostingSum, (offering, event): (&PostingValue, &PostingValue), tax_minor: i64) -> Option<Line> {
    let offering = offering.handle();
    offering.is_some().then(|| Line {
        offering,
        event: event.text().unwrap_or_default().to_owned(),
        gross_minor: sum.amount.saturating_neg(),
        tax_minor,
    })
}
