//! Rows of postings to reports.

use super::period::{Period, named, offering_id, party_id, token_id};
use super::wire::{
    AssetBalance, BalanceAt, By, Cause, KindBalance, Movement, PartnerLine, PartnerStatement, Revenue, RevenueLine,
    RollForward, Rolled, Statement,
};
use crate::fault::Fault;
use crate::limits::STATEMENT_MOVEMENTS_MAX;
use crate::native::books::convert::in_words;
use crate::native::convert::money;
use crate::time;
use engine::ledger::{AccountRef, Asset, AssetRef};
use engine::state::{PartyRef, State};
use node::journal::{JournalError, Posting, PostingColumn, PostingFilter, PostingSum, PostingValue, Postings};
use node::{asset_name, hour_start};
use std::collections::BTreeMap;
use types::Currency;

/// Names of what postings name by numbers.
pub(super) type Names<'a> = &'a State;

/// Why a report cannot be made.
#[derive(Debug)]
pub(super) enum ReportError {
    /// The storage failed.
    Storage(JournalError),
    /// It would be too long.
    TooLong,
}

impl From<JournalError> for ReportError {
    fn from(error: JournalError) -> Self {
        Self::Storage(error)
    }
}

impl From<ReportError> for Fault {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Storage(error) => Self::internal("read postings", &error),
            ReportError::TooLong => {
                Self::invalid(format!("from, to: a period of at most {STATEMENT_MOVEMENTS_MAX} movements is expected"))
            }
        }
    }
}

/// A trial balance of everything before an hour.
pub(super) fn balance(postings: &mut dyn Postings, to: Option<u64>) -> Result<Vec<PostingSum>, ReportError> {
    let filter = PostingFilter { to_hour: to, ..PostingFilter::default() };
    Ok(postings.sums(&filter, &[PostingColumn::Asset, PostingColumn::Kind])?)
}

/// The same for the wire.
pub(super) fn balance_shown(names: Names<'_>, sums: &[PostingSum], (to, next_seq): (Option<u64>, u64)) -> BalanceAt {
    let mut assets: BTreeMap<AssetRef, AssetBalance> = BTreeMap::new();
    for sum in sums {
        let Some((at, asset)) = asset_of(names, sum.by.first()) else { continue };
        let line =
            assets.entry(at).or_insert_with(|| AssetBalance { asset: asset_name(asset), accounts: Vec::new(), sum: 0 });
        line.sum = line.sum.saturating_add(sum.amount);
        let kind = sum.by.get(1).and_then(PostingValue::text).unwrap_or_default().to_owned();
        line.accounts.push(KindBalance { kind, posted: sum.amount, text: in_words(asset, i128::from(sum.amount)) });
    }
    let at = to.map(|hour| time::text(hour_start(hour)));
    BalanceAt { at, next_seq, assets: assets.into_values().collect() }
}

/// Sums of a period by asset, one more column, and kind of account.
pub(super) fn earned(
    postings: &mut dyn Postings,
    period: Period,
    by: PostingColumn,
) -> Result<Vec<PostingSum>, ReportError> {
    Ok(postings.sums(&period.filter(), &[PostingColumn::Asset, by, PostingColumn::Kind])?)
}

/// The column that revenue is added up by.
pub(super) const fn column(by: By) -> PostingColumn {
    match by {
        By::Capability => PostingColumn::Capability,
        By::Offering => PostingColumn::Offering,
        By::Customer => PostingColumn::Customer,
        By::Partner => PostingColumn::Party,
        By::Hour => PostingColumn::Hour,
        By::Day => PostingColumn::Day,
        By::Month => PostingColumn::Month,
    }
}

/// Revenue for the wire, line by line.
pub(super) fn revenue_shown(names: Names<'_>, sums: &[PostingSum], by: By, next_seq: u64) -> Revenue {
    let mut lines: BTreeMap<(AssetRef, PostingValue), RevenueLine> = BTreeMap::new();
    for sum in sums {
        let [asset, of, kind] = sum.by.as_slice() else { continue };
        let Some((at, Asset::Currency(currency))) = asset_of(names, Some(asset)) else { continue };
        let amount = sum.amount;
        let mut line = RevenueLine::default();
        match kind.text() {
            Some("revenue") => line.revenue_minor = amount,
            Some("breakage") => line.breakage_minor = amount,
            Some("partner_payable") => line.partners_minor = amount,
            Some("remedy_expense") => line.remedies_minor = amount.saturating_neg(),
            Some("usage_overrun") => line.overrun_minor = amount.saturating_neg(),
            _ => continue,
        }
        let kept = lines.entry((at, of.clone())).or_insert_with(|| RevenueLine {
            asset: currency.to_string(),
            of: of_shown(names, of, by),
            ..RevenueLine::default()
        });
        kept.revenue_minor = kept.revenue_minor.saturating_add(line.revenue_minor);
        kept.breakage_minor = kept.breakage_minor.saturating_add(line.breakage_minor);
        kept.partners_minor = kept.partners_minor.saturating_add(line.partners_minor);
        kept.remedies_minor = kept.remedies_minor.saturating_add(line.remedies_minor);
        kept.overrun_minor = kept.overrun_minor.saturating_add(line.overrun_minor);
    }
    Revenue { next_seq, lines: lines.into_values().collect() }
}

/// Deferred revenue before a period, and what was posted in it by asset, event and kind.
pub(super) fn deferred(
    postings: &mut dyn Postings,
    period: Period,
) -> Result<(Vec<PostingSum>, Vec<PostingSum>), ReportError> {
    let before = PostingFilter { kind: Some("deferred_revenue"), ..period.before() };
    let opening = postings.sums(&before, &[PostingColumn::Asset])?;
    let columns = [PostingColumn::Asset, PostingColumn::Event, PostingColumn::Kind];
    Ok((opening, postings.sums(&period.filter(), &columns)?))
}

/// The roll-forward for the wire: what of a closing was neither earned nor breakage went back.
pub(super) fn rolled(
    names: Names<'_>,
    (opening, moved): &(Vec<PostingSum>, Vec<PostingSum>),
    next_seq: u64,
) -> RollForward {
    let mut assets: BTreeMap<AssetRef, Rolled> = BTreeMap::new();
    let mut of = |asset: Option<&PostingValue>, change: &mut dyn FnMut(&mut Rolled)| {
        if let Some((at, Asset::Currency(currency))) = asset_of(names, asset) {
            let new = || Rolled { asset: currency.to_string(), ..Rolled::default() };
            change(assets.entry(at).or_insert_with(new));
        }
    };
    for sum in opening {
        of(sum.by.first(), &mut |line| {
            line.opening_minor = sum.amount;
            line.closing_minor = line.closing_minor.saturating_add(sum.amount);
        });
    }
    for sum in moved {
        let event = sum.by.get(1).and_then(PostingValue::text).unwrap_or_default();
        let kind = sum.by.get(2).and_then(PostingValue::text).unwrap_or_default();
        of(sum.by.first(), &mut |line| match (kind, event) {
            ("deferred_revenue", event) => {
                line.closing_minor = line.closing_minor.saturating_add(sum.amount);
                match event {
                    "UsageCharged" | "LeaseCharged" => line.earned_minor = line.earned_minor.saturating_sub(sum.amount),
                    "TokenClosed" => line.refunded_minor = line.refunded_minor.saturating_sub(sum.amount),
                    _ => line.sold_minor = line.sold_minor.saturating_add(sum.amount),
                }
            }
            ("revenue" | "partner_payable", "TokenClosed") => {
                line.earned_minor = line.earned_minor.saturating_add(sum.amount);
                line.refunded_minor = line.refunded_minor.saturating_sub(sum.amount);
            }
            // The fee of the period that begins, and what was earned of the one before, are in one row.
            ("revenue" | "partner_payable", "TokenRenewed") => {
                line.earned_minor = line.earned_minor.saturating_add(sum.amount);
                line.sold_minor = line.sold_minor.saturating_add(sum.amount);
            }
            ("breakage", "TokenRenewed") => {
                line.breakage_minor = line.breakage_minor.saturating_add(sum.amount);
                line.sold_minor = line.sold_minor.saturating_add(sum.amount);
            }
            ("breakage", _) => {
                line.breakage_minor = line.breakage_minor.saturating_add(sum.amount);
                line.refunded_minor = line.refunded_minor.saturating_sub(sum.amount);
            }
            _ => {}
        });
    }
    RollForward { next_seq, assets: assets.into_values().collect() }
}

/// An account's balance before a period, and its rows in it.
pub(super) fn moved(
    postings: &mut dyn Postings,
    account: AccountRef,
    period: Period,
) -> Result<(i64, Vec<Posting>), ReportError> {
    let account = Some(account.index());
    let before = PostingFilter { account, ..period.before() };
    let opening = postings.sums(&before, &[])?.first().map_or(0, |sum| sum.amount);
    let filter = PostingFilter { account, ..period.filter() };
    let rows = postings.rows(&filter, None, STATEMENT_MOVEMENTS_MAX + 1)?;
    if rows.len() > STATEMENT_MOVEMENTS_MAX { Err(ReportError::TooLong) } else { Ok((opening, rows)) }
}

/// The same for the wire.
pub(super) fn statement_shown(
    names: Names<'_>,
    (party, currency): (PartyRef, Currency),
    (opening, rows): &(i64, Vec<Posting>),
    next_seq: u64,
) -> Statement {
    let mut balance = *opening;
    let mut movements = Vec::with_capacity(rows.len());
    // What moves nothing says nothing.
    for row in rows.iter().filter(|row| row.amount != 0) {
        balance = balance.saturating_add(row.amount);
        let usage = row.slot < 0;
        movements.push(Movement {
            at: time::text(row.at),
            seq: row.seq,
            what: what_of(&row.event),
            token: named(row.token, |token| token_id(names, token)),
            offering: named(row.offering, |offering| offering_id(names, offering)),
            charges: usage.then_some(row.events),
            quantity: usage.then_some(row.quantity),
            amount: money(row.amount, currency),
            balance: money(balance, currency),
        });
    }
    Statement {
        party: party_id(names, party.number()).map(|id| id.to_string()).unwrap_or_default(),
        next_seq,
        opening: money(*opening, currency),
        movements,
        closing: money(balance, currency),
    }
}

/// What was owed on an account before a period, and what changed it by day, offering and event.
pub(super) fn owed(
    postings: &mut dyn Postings,
    account: AccountRef,
    period: Period,
) -> Result<(i64, Vec<PostingSum>), ReportError> {
    let account = Some(account.index());
    let before = PostingFilter { account, ..period.before() };
    let opening = postings.sums(&before, &[])?.first().map_or(0, |sum| sum.amount);
    let filter = PostingFilter { account, ..period.filter() };
    Ok((opening, postings.sums(&filter, &[PostingColumn::Day, PostingColumn::Offering, PostingColumn::Event])?))
}

/// The same for the wire.
pub(super) fn owed_shown(
    names: Names<'_>,
    (party, currency): (PartyRef, Currency),
    (opening, sums): &(i64, Vec<PostingSum>),
    next_seq: u64,
) -> PartnerStatement {
    let lines = sums.iter().map(|sum| PartnerLine {
        day: sum.by.first().and_then(|day| of_shown(names, day, By::Day)).unwrap_or_default(),
        offering: sum.by.get(1).and_then(|of| of_shown(names, of, By::Offering)),
        what: what_of(sum.by.get(2).and_then(PostingValue::text).unwrap_or_default()),
        deliveries: sum.events,
        amount: money(sum.amount, currency),
    });
    let closing = sums.iter().fold(*opening, |owed, sum| owed.saturating_add(sum.amount));
    PartnerStatement {
        party: party_id(names, party.number()).map(|id| id.to_string()).unwrap_or_default(),
        next_seq,
        opening: money(*opening, currency),
        lines: lines.collect(),
        closing: money(closing, currency),
    }
}

fn what_of(event: &str) -> Cause {
    match event {
        "FundsAdded" => Cause::TopUp,
        "PartnerPaid" | "PaymentRequested" | "PaymentSettled" => Cause::Payout,
        "FundsTransferred" => Cause::Transfer,
        "TokenIssued" | "SessionActivated" | "TokenRenewed" => Cause::Fee,
        "UsageCharged" | "LeaseCharged" => Cause::Usage,
        "PromiseBroken" => Cause::Remedy,
        "TokenPreempted" => Cause::Compensation,
        "TokenClosed" => Cause::Closing,
        _ => Cause::Other,
    }
}

fn of_shown(names: Names<'_>, of: &PostingValue, by: By) -> Option<String> {
    let hours = |per: i64| of.number().and_then(|number| u64::try_from(number.checked_mul(per)?).ok());
    match by {
        By::Capability | By::Month => of.text().map(str::to_owned),
        By::Offering => named(of.handle(), |offering| offering_id(names, offering)),
        By::Customer | By::Partner => named(of.handle(), |party| party_id(names, party)),
        By::Hour => hours(1).map(|hour| time::text(hour_start(hour))),
        By::Day => hours(24).map(|hour| time::text(hour_start(hour))),
    }
}

fn asset_of(names: Names<'_>, value: Option<&PostingValue>) -> Option<(AssetRef, Asset)> {
    let number = u16::try_from(value?.number()?).ok()?;
    let at = AssetRef::from_index(number);
    Some((at, names.ledger.asset(at)?))
}
