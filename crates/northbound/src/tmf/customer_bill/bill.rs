//! What a month cost a wallet: the sums of the bills at `/v1/parties/{id}/bills`, a calendar month in UTC at a time.

use crate::app::App;
use crate::fault::Fault;
use crate::native::bills::convert::{Cost, Sums, collect};
use crate::native::bills::period::BillPeriod;
use crate::native::finance::convert::ReportError;
use crate::native::finance::routes::report_before;
use crate::tmf::prepay_balance::convert::Wallet;
use engine::ledger::AccountRef;
use node::journal::{PostingColumn, PostingFilter, Postings};
use types::Month;

/// A month of a wallet. Money is in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bill {
    /// The calendar month in UTC.
    pub month: Month,
    /// What it cost, line by line.
    pub lines: Vec<Cost>,
    /// What was in the wallet when it ended, or is now: less than nothing is owed.
    pub closing_minor: i64,
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
    made(app, wallet, None).await
}

/// The bill of a wallet for one month, where it paid for something in it.
pub(crate) async fn bill_of(app: &App, wallet: Wallet, month: Month) -> Result<Option<Bill>, Fault> {
    Ok(made(app, wallet, Some(month)).await?.pop())
}

async fn made(app: &App, wallet: Wallet, only: Option<Month>) -> Result<Vec<Bill>, Fault> {
    let found = app.read(|view| {
        engine::wallet_of(&view.state, wallet.party, wallet.currency).map(|account| (account, view.next_seq))
    });
    let Some((account, next_seq)) = found.await else { return Ok(Vec::new()) };
    let (sums, _) = report_before(app, next_seq, move |postings| {
        let months = only.map_or_else(|| months_of(postings, account), |month| Ok(vec![month]))?;
        months.into_iter().map(|month| Ok((month, collect(postings, account, &period_of(month))?))).collect()
    })
    .await?;
    let sums: Vec<(Month, Sums)> = sums;
    let bills = app.read(|view| {
        let bill = |(month, sums): &(Month, Sums)| Bill {
            month: *month,
            lines: sums.costs(&view.state),
            closing_minor: sums.closing_minor(),
        };
        sums.iter().map(bill).filter(|bill| !bill.lines.is_empty()).collect()
    });
    Ok(bills.await)
}

/// The months in which something moved a wallet.
fn months_of(postings: &mut dyn Postings, account: AccountRef) -> Result<Vec<Month>, ReportError> {
    let moved = PostingFilter { account: Some(account.index()), ..PostingFilter::default() };
    let sums = postings.sums(&moved, &[PostingColumn::Month])?;
    Ok(sums.iter().filter_map(|sum| Month::parse(sum.by.first()?.text()?).ok()).collect())
}

fn period_of(month: Month) -> BillPeriod {
    let hour = node::journal::Posting::hour_of;
    BillPeriod { name: month.to_string(), zone: None, from: hour(month.start()), to: hour(month.end()) }
}
