//! `/v1/exports/{table}`.

use super::body::{Sink, body};
use super::csv::CsvTable;
use super::parquet::ParquetTable;
use super::table::{Column, TableError, TableWriter};
use super::tables;
use super::wire::{Export, Format, TableName};
use crate::app::App;
use crate::fault::Fault;
use crate::native::bills::period::BillPeriod;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Host, Params, Segment};
use crate::native::finance::period::Period;
use crate::native::finance::routes::postings_of;
use crate::native::finance::wire::By;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use node::Gate;
use node::journal::Postings;
use std::io;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export))
}

/// A table of the books, from one time until another. One that breaks off is not whole.
#[utoipa::path(
    get, path = "/v1/exports/{table}", tag = "finance", security(("bearer" = [])),
    params(("table" = TableName, Path), Export),
    responses(
        (status = 200, description = "The table.", content((String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet"))),
        Problems,
    ),
)]
async fn export(
    State(app): State<App>,
    _host: Host,
    Segment(name): Segment,
    Params(asked): Params<Export>,
) -> Result<Response, Problem> {
    let wanted = Wanted::asked(&name, &asked)?;
    let media = match asked.format {
        Format::Csv => "text/csv; charset=utf-8; header=present",
        Format::Parquet => "application/vnd.apache.parquet",
    };
    let (gate, postings) = (app.gate.clone(), postings_of(&app).await?);
    let (body, sink) = body();
    tokio::task::spawn_blocking(move || write(&gate, postings, &wanted, (asked.format, sink)));
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(media))], body).into_response())
}

/// What is exported.
enum Wanted {
    Postings(Period),
    Balance(Option<u64>),
    Revenue(Period, By),
    Bills(BillPeriod),
}

impl Wanted {
    fn asked(name: &str, asked: &Export) -> Result<Self, Fault> {
        let tables = "table: one of postings, trial-balance, revenue, bills is expected";
        let table = TableName::parse(name).ok_or_else(|| Fault::malformed(tables))?;
        let period = Period::asked(asked.from.as_deref(), asked.to.as_deref())?;
        if asked.by.is_some() && table != TableName::Revenue {
            return Err(Fault::malformed("by: it belongs to revenue"));
        }
        Ok(match table {
            TableName::Postings => Self::Postings(period),
            TableName::TrialBalance if period.from.is_some() => {
                return Err(Fault::malformed("from: a balance is of one time, `to`"));
            }
            TableName::TrialBalance => Self::Balance(period.to),
            TableName::Revenue => Self::Revenue(period, asked.by.unwrap_or(By::Capability)),
            TableName::Bills => {
                let span = asked.from.as_deref().zip(asked.to.as_deref());
                let (from, to) = span.ok_or_else(|| Fault::malformed("from, to: bills are of a span"))?;
                Self::Bills(BillPeriod::asked(&format!("{from}--{to}"), None)?)
            }
        })
    }

    const fn columns(&self) -> &'static [Column] {
        match self {
            Self::Postings(_) => tables::POSTINGS,
            Self::Balance(_) => tables::BALANCE,
            Self::Revenue(..) => tables::REVENUE,
            Self::Bills(_) => tables::BILLS,
        }
    }

    fn write(&self, of: (&Gate, &mut dyn Postings), table: &mut dyn TableWriter) -> Result<(), TableError> {
        match self {
            Self::Postings(period) => tables::write_postings(of, *period, table).map(drop),
            Self::Balance(to) => tables::write_balance(of, *to, table),
            Self::Revenue(period, by) => tables::write_revenue(of, (*period, *by), table),
            Self::Bills(period) => tables::write_bills(of, period, table),
        }
    }
}

/// Writes it; what goes wrong on the way breaks the body off, so that nobody takes it for whole.
fn write(gate: &Gate, mut postings: Box<dyn Postings>, wanted: &Wanted, (format, sink): (Format, Sink)) {
    let breaker = sink.breaker();
    let of: (&Gate, &mut dyn Postings) = (gate, &mut *postings);
    let written = match format {
        Format::Csv => CsvTable::new(wanted.columns(), sink).and_then(|mut table| wanted.write(of, &mut table)),
        Format::Parquet => ParquetTable::new(wanted.columns(), sink).and_then(|mut table| wanted.write(of, &mut table)),
    };
    let Err(error) = written else { return };
    // A client that went away has broken it off itself.
    if breaker.blocking_send(Err(io::Error::other("the export is broken off"))).is_ok() {
        tracing::error!(error = &error as &dyn std::error::Error, "an export is broken off");
    }
}
