//! `/v1/parties/{id}/bills`.

use super::convert::{self, Payer};
use super::page;
use super::period::BillPeriod;
use super::wire::{Bill, Which};
use crate::app::App;
use crate::fault::Fault;
use crate::native::convert::{currency, currency_of, party_of};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Customer, Params, Segments};
use crate::native::finance::routes::{Held, account_of, report_before};
use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use engine::Rejection;
use engine::state::PartyRef;
use types::{Currency, PartyId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_bill))
}

/// What a party is charged in a period: a month as `2026-11`, or `2026-11-01T00:00:00Z--2026-12-01T00:00:00Z`. With
/// `.html` behind it, or to a client that would rather have `text/html`, a page to print.
#[utoipa::path(
    get, path = "/v1/parties/{id}/bills/{period}", tag = "finance", security(("bearer" = [])),
    params(("id" = String, Path), ("period" = String, Path, example = "2026-11"), Which),
    responses(
        (status = 200, description = "The bill.", content((Bill = "application/json"), (String = "text/html"))),
        Problems,
    ),
)]
async fn get_bill(
    State(app): State<App>,
    Customer(actor): Customer,
    Segments(id, period): Segments,
    Params(asked): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = PartyId::parse(&id).map_err(|error| Fault::malformed(error.to_string()))?;
    let (period, named_page) = period.strip_suffix(".html").map_or((period.as_str(), false), |period| (period, true));
    let as_page = named_page || prefers_page(&headers);
    let period = BillPeriod::asked(period, asked.zone.as_deref())?;
    let seen = app
        .read(|view| {
            let party = party_of(&view.state, actor, Some(&id.to_string()))?;
            let currency = billed_in(&view.state, party, asked.currency.as_deref())?;
            let wallet = account_of(&view.state, (party, currency), Held::Wallet)?;
            // Stamps never go back: once one is at its end or later, nothing more is dated into the period.
            Ok::<_, Fault>((Payer { party, currency, wallet }, view.at >= period.end(), view.next_seq))
        })
        .await;
    let (payer, is_final, next_seq) = seen?;
    let of = period.clone();
    let (sums, _) =
        report_before(&app, next_seq, move |postings| convert::collect(postings, payer.wallet, &of)).await?;
    let bill = app.read(|view| convert::bill(&view.state, payer, &period, &sums, is_final)).await;
    let mut response = if as_page { page::html(&bill)? } else { Json(bill).into_response() };
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept, authorization"));
    Ok(response)
}

/// Does the client name HTML, and JSON not before it?
fn prefers_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let place = |media: &str| accepted.find(media);
    place("text/html").is_some_and(|page| place("application/json").is_none_or(|json| page < json))
}

/// The currency that is named, or that of the only wallet.
fn billed_in(state: &engine::state::State, party: PartyRef, named: Option<&str>) -> Result<Currency, Fault> {
    if let Some(code) = named {
        return currency(code);
    }
    let held = state.party(party).map(|row| row.wallets.keys().filter_map(|asset| currency_of(state, *asset)));
    match held.into_iter().flatten().collect::<Vec<_>>().as_slice() {
        [] => Err(Rejection::UnknownWallet.into()),
        [only] => Ok(*only),
        _ => Err(Fault::invalid("currency: one of the party's wallets is expected")),
    }
}

impl IntoResponse for page::Page {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], self.0).into_response()
    }
}
