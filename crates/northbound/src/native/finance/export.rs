//! Every posting of a period as CSV (RFC 4180), page by page: whatever is asked for, a page of it is in memory.

use super::period::{Period, named, offering_id, party_id, token_id};
use crate::limits::{EXPORT_BUFFER_PAGES, EXPORT_PAGE_ROWS};
use crate::time;
use axum::body::{Body, Bytes};
use engine::ledger::AssetRef;
use engine::state::State;
use futures_core::Stream;
use node::journal::{Posting, PostingKey, Postings};
use node::{Gate, asset_name};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// The columns: an event's number and those of the last it sums, when, what; the account, whose it is; what it was about;
/// the amount in minor units or units of the asset.
const HEAD: [&str; 16] = [
    "seq",
    "seq_last",
    "events",
    "at",
    "period",
    "event",
    "account",
    "kind",
    "party",
    "asset",
    "amount",
    "customer",
    "offering",
    "capability",
    "token",
    "quantity",
];

type PageSent = io::Result<Bytes>;

/// The pages, as a body.
struct Pages(mpsc::Receiver<PageSent>);

impl Stream for Pages {
    type Item = PageSent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// The postings of a period. A body that cannot be ended well is broken off, never short.
pub(super) fn csv_of(gate: Gate, postings: Box<dyn Postings>, period: Period) -> Body {
    let (pages, received) = mpsc::channel(EXPORT_BUFFER_PAGES);
    tokio::task::spawn_blocking(move || write(&gate, postings, period, &pages));
    Body::from_stream(Pages(received))
}

fn write(gate: &Gate, mut postings: Box<dyn Postings>, period: Period, pages: &mpsc::Sender<PageSent>) {
    let mut after: Option<PostingKey> = None;
    loop {
        let page = postings.rows(&period.filter(), after, EXPORT_PAGE_ROWS).map_err(io::Error::other);
        let (sent, is_last) = match page {
            Ok(rows) => {
                let is_first = after.is_none();
                after = rows.last().map(Posting::key).or(after);
                let is_last = rows.len() < EXPORT_PAGE_ROWS;
                (page_of(&gate.replica().view().state, &rows, is_first.then_some(HEAD)), is_last)
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an export is broken off");
                (Err(error), true)
            }
        };
        // A client that went away wants no more.
        if pages.blocking_send(sent).is_err() || is_last {
            return;
        }
    }
}

/// Rows as CSV, after the head where there is one.
fn page_of(names: &State, rows: &[Posting], head: Option<[&str; 16]>) -> PageSent {
    let mut table = csv::Writer::from_writer(Vec::new());
    head.map_or(Ok(()), |head| table.write_record(head))?;
    for row in rows {
        table.write_record(fields(names, row))?;
    }
    Ok(table.into_inner().map_err(|error| io::Error::other(error.to_string()))?.into())
}

fn fields(names: &State, row: &Posting) -> [String; 16] {
    let at = time::text(row.at);
    let asset = names.ledger.asset(AssetRef::from_index(row.asset)).map(asset_name);
    [
        row.seq.to_string(),
        row.seq_last.to_string(),
        row.events.to_string(),
        at.clone(),
        at.get(..7).unwrap_or_default().to_owned(),
        row.event.clone().into_owned(),
        row.account.to_string(),
        row.kind.clone().into_owned(),
        named(row.party, |party| party_id(names, party)).unwrap_or_default(),
        asset.unwrap_or_default(),
        row.amount.to_string(),
        named(row.customer, |party| party_id(names, party)).unwrap_or_default(),
        named(row.offering, |offering| offering_id(names, offering)).unwrap_or_default(),
        row.capability.clone().unwrap_or_default().into_owned(),
        named(row.token, |token| token_id(names, token)).unwrap_or_default(),
        row.quantity.to_string(),
    ]
}
