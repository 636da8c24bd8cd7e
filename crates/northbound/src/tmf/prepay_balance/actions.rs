//! Doing something with a balance, and finding what was done.

use crate::app::App;
use crate::fault::Fault;
use crate::idempotency::key_if_any;
use crate::limits::{LISTED_PARTIES_MAX, NOTES_BYTES_MAX};
use crate::tmf::common::convert::{may_see, parties};
use crate::tmf::common::error::Error;
use crate::tmf::common::list::{created, page};
use crate::tmf::common::query::Query;
use crate::tmf::prepay_balance::check::{self, Kind};
use crate::tmf::prepay_balance::wire::{BalanceDraft, Notes};
use crate::tmf::prepay_balance::{BASE, convert, notes};
use axum::http::HeaderMap;
use axum::response::Response;
use engine::state::{ActionKind, BalanceAction, State};
use engine::{Actor, Answer, Command};
use serde_json::Value;
use types::BalanceActionId;

/// Which actions are looked for, and as which resource they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// All of them, as the history.
    History,
    /// Those of one kind.
    Only(Kind),
}

impl Found {
    const fn resource(self) -> &'static str {
        match self {
            Self::History => "balanceActionHistory",
            Self::Only(Kind::TopUp) => "topupBalance",
            Self::Only(Kind::Adjust) => "adjustBalance",
            Self::Only(Kind::Transfer) => "transferBalance",
            Self::Only(Kind::Reserve) => "reserveBalance",
        }
    }

    fn has(self, kind: ActionKind) -> bool {
        self == Self::History || self.resource() == convert::resource_of(kind)
    }

    fn shown(self, state: &State, row: &BalanceAction, notes: Notes) -> Option<Value> {
        match self {
            Self::History => convert::history(state, row, notes),
            Self::Only(_) => convert::action(state, row, notes),
        }
    }
}

/// Does what a draft says; under the key of its headers once, however often it is sent.
pub(crate) async fn act(
    app: &App,
    actor: Actor,
    (kind, draft): (Kind, BalanceDraft),
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let found = Found::Only(kind);
    let key = key_if_any(&app.vault, headers, found.resource(), &draft)?;
    let now = app.gate.clock().now();
    let order = app.read(|view| check::order(&view.state, actor, (kind, &draft), now)).await?;
    let command = Command::ActOnBalance(Box::new(order));
    let answer = match key {
        Some(key) => app.submit_keyed(actor, key, command).await?,
        None => app.submit(actor, command).await?,
    };
    let Answer::Acted(id) = answer else { return Err(Fault::unexpected_answer("act on a balance").into()) };
    notes::keep(app, id, &draft.notes).await?;
    Ok(created(find(app, actor, found, &id.to_string()).await?))
}

/// One action of the caller's.
pub(crate) async fn find(app: &App, actor: Actor, found: Found, id: &str) -> Result<Value, Error> {
    let id = own(app, actor, found, id).await?;
    let notes = notes::of(app, vec![id]).await?.remove(&id).unwrap_or_default();
    let shown = app.read(|view| found.shown(&view.state, view.state.actions.get(&id)?, notes)).await;
    shown.ok_or_else(Error::not_found)
}

/// The actions of the caller's wallets, the latest first.
pub(crate) async fn list(app: &App, actor: Actor, found: Found, query: &Query) -> Result<Response, Error> {
    let rows = app.read(|view| {
        let parties = parties(&view.state, actor, query, LISTED_PARTIES_MAX)?;
        let wallets =
            parties.into_iter().filter_map(|party| view.state.party(party)).flat_map(|row| row.wallets.values());
        let rows = wallets.flat_map(|wallet| view.state.actions_of(*wallet)).filter(|row| found.has(row.kind));
        let mut rows: Vec<BalanceAction> = rows.cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.id));
        Ok::<_, Error>(rows)
    });
    let rows = rows.await?;
    let mut notes = notes::of(app, rows.iter().map(|row| row.id).collect()).await?;
    let shown = app.read(|view| {
        let shown = rows.iter().filter_map(|row| {
            let notes = notes.remove(&row.id).unwrap_or_default();
            found.shown(&view.state, row, notes)
        });
        shown.collect()
    });
    Ok(page(&format!("{BASE}/{}", found.resource()), query, shown.await))
}

/// Gives a reservation back, with the reason why, and shows it.
pub(crate) async fn release(app: &App, actor: Actor, id: &str, reason: Option<String>) -> Result<Value, Error> {
    if reason.as_ref().is_some_and(|reason| reason.len() > NOTES_BYTES_MAX) {
        return Err(Error::invalid(format!("reason: at most {NOTES_BYTES_MAX} bytes are expected")));
    }
    let found = Found::Only(Kind::Reserve);
    let action = own(app, actor, found, id).await?;
    app.submit(actor, Command::ReleaseReservation { action }).await?;
    if reason.is_some() {
        let notes = notes::of(app, vec![action]).await?.remove(&action).unwrap_or_default();
        notes::keep(app, action, &Notes { reason, ..notes }).await?;
    }
    find(app, actor, found, id).await
}

/// An action of the caller's; another's is as if it did not exist.
async fn own(app: &App, actor: Actor, found: Found, id: &str) -> Result<BalanceActionId, Error> {
    let id = BalanceActionId::parse(id).map_err(|_| Error::not_found())?;
    let is_own = app.read(|view| {
        let row = view.state.actions.get(&id).filter(|row| found.has(row.kind));
        row.is_some_and(|row| may_see(&view.state, actor, row.owner))
    });
    if is_own.await { Ok(id) } else { Err(Error::not_found()) }
}
