//! One invocation: its rating groups are charged and granted one after another, each of them once.

use crate::app::App;
use crate::auth::Principal;
use crate::fault::Fault;
use crate::nchf::config::Nchf;
use crate::nchf::convert::{self, Group, Named, OneTime, Serving};
use crate::nchf::error::ProblemDetails;
use crate::nchf::wire::{ChargingDataRequest, ChargingDataResponse, MultipleUnitInformation, ResultCode};
use crate::time;
use axum::http::StatusCode;
use engine::state::Subscriber;
use engine::{Answer, Command, LeaseUse, NewCharging, Rejection};
use types::ChargingId;

/// One invocation of a charging session.
#[derive(Clone, Copy)]
struct Invocation<'a> {
    app: &'a App,
    config: &'a Nchf,
    caller: &'a Principal,
    charging: ChargingId,
    sequence: u32,
    one_time: Option<OneTime>,
}

/// Opens a charging session and answers its first invocation, or charges an event in one that is closed at once.
pub(crate) async fn create(
    app: &App,
    config: &Nchf,
    caller: &Principal,
    request: &ChargingDataRequest,
) -> Result<(ChargingId, ChargingDataResponse), ProblemDetails> {
    let (groups, one_time) = (convert::groups(request)?, convert::one_time(request)?);
    if one_time.is_some() && groups.is_empty() {
        return Err(ProblemDetails::missing("/multipleUnitUsage"));
    }
    let subscriber = subscriber(app, convert::named(request)?).await?;
    let sequence = request.invocation_sequence_number;
    let notify = request.notify_uri.clone();
    let open = Command::OpenCharging(Box::new(NewCharging { subscriber, notify, sequence }));
    let key = convert::key(&app.vault, caller, request);
    let Answer::Charging(charging) = app.submit_keyed(caller.actor, key, open).await? else {
        return Err(Fault::unexpected_answer("open a charging session").into());
    };
    let invocation = Invocation { app, config, caller, charging, sequence, one_time };
    let done = charge(invocation, &groups).await;
    let refused = done.as_ref().is_ok_and(|all| !all.is_empty() && all.iter().all(|one| !went(one.result_code)));
    if one_time.is_some() || refused || done.is_err() {
        close(invocation).await?;
    }
    let done = done?;
    match done.first().filter(|_| refused) {
        Some(first) => Err(denied(first.result_code)),
        None => Ok((charging, response(app, sequence, done))),
    }
}

/// Answers a further invocation.
pub(crate) async fn update(
    app: &App,
    config: &Nchf,
    (caller, charging): (&Principal, ChargingId),
    request: &ChargingDataRequest,
) -> Result<ChargingDataResponse, ProblemDetails> {
    let groups = convert::groups(request)?;
    let sequence = request.invocation_sequence_number;
    if groups.is_empty() {
        require_open(app, (caller, charging)).await?;
    }
    let done = charge(Invocation { app, config, caller, charging, sequence, one_time: None }, &groups).await?;
    Ok(response(app, sequence, done))
}

/// Charges what was used last, and closes a charging session.
pub(crate) async fn release(
    app: &App,
    config: &Nchf,
    (caller, charging): (&Principal, ChargingId),
    request: &ChargingDataRequest,
) -> Result<(), ProblemDetails> {
    let mut groups = convert::groups(request)?;
    for group in &mut groups {
        group.wanted = None;
    }
    let sequence = request.invocation_sequence_number;
    let invocation = Invocation { app, config, caller, charging, sequence, one_time: None };
    for one in charge_unless_closed(invocation, &groups).await? {
        if !went(one.result_code) {
            tracing::warn!(%charging, rating_group = one.rating_group, result = ?one.result_code, "usage was not charged");
        }
    }
    close(invocation).await
}

async fn charge(invocation: Invocation<'_>, groups: &[Group]) -> Result<Vec<MultipleUnitInformation>, ProblemDetails> {
    let mut done = Vec::with_capacity(groups.len());
    for group in groups {
        done.push(charge_group(invocation, group).await?);
    }
    Ok(done)
}

/// The same once more finds the session closed, and nothing to do.
async fn charge_unless_closed(
    invocation: Invocation<'_>,
    groups: &[Group],
) -> Result<Vec<MultipleUnitInformation>, ProblemDetails> {
    let Invocation { app, caller, charging, .. } = invocation;
    match require_open(app, (caller, charging)).await {
        Ok(()) => charge(invocation, groups).await,
        Err(Fault::Rejected(Rejection::ChargingClosed)) => Ok(Vec::new()),
        Err(fault) => Err(fault.into()),
    }
}

async fn charge_group(invocation: Invocation<'_>, group: &Group) -> Result<MultipleUnitInformation, ProblemDetails> {
    let Invocation { app, config, caller, charging, sequence, one_time } = invocation;
    let rating_group = group.number;
    let Some(Serving { offering, said, unit }) =
        app.read(|view| convert::serving(config, &view.state, rating_group)).await
    else {
        return Ok(convert::refused(rating_group, ResultCode::RatingFailed));
    };
    let (used, want) = convert::ask(config, group, unit, one_time);
    let ask = LeaseUse { charging, rating_group, sequence, offering, unit: said, used, want };
    let answer = match app.submit(caller.actor, Command::UseLease(Box::new(ask))).await {
        Ok(answer) => Ok(answer),
        Err(Fault::Rejected(rejection)) if !convert::ends_request(rejection) => Err(rejection),
        Err(fault) => return Err(fault.into()),
    };
    let now = app.gate.clock().now();
    Ok(convert::answered(config, (rating_group, unit), ((used, want), answer), now))
}

async fn close(invocation: Invocation<'_>) -> Result<(), ProblemDetails> {
    let Invocation { app, caller, charging, sequence, .. } = invocation;
    app.submit(caller.actor, Command::CloseCharging { charging, sequence }).await?;
    Ok(())
}

async fn require_open(app: &App, (caller, charging): (&Principal, ChargingId)) -> Result<(), Fault> {
    let look = |view: &node::View| {
        let row = view.state.charging(charging).filter(|row| row.owner == caller.actor.party);
        row.map(engine::state::Charging::is_open)
    };
    match app.read(look).await {
        None => Err(Rejection::UnknownCharging.into()),
        Some(false) => Err(Rejection::ChargingClosed.into()),
        Some(true) => Ok(()),
    }
}

/// The subscriber: the first of its devices that the vault knows, or its party.
async fn subscriber(app: &App, named: Named) -> Result<Subscriber, ProblemDetails> {
    let unknown = || ProblemDetails::from(Rejection::UnknownSubscriber);
    match named {
        Named::Party(id) => {
            let party = app.read(|view| view.state.party_by_id(id)).await;
            party.map(Subscriber::Party).ok_or_else(unknown)
        }
        Named::Devices(devices) => {
            for device in devices.into_iter().filter(|device| app.subscribers.serve(device)) {
                if let Some(subject) = app.vault(move |vault| vault.find(device.as_str())).await? {
                    return Ok(Subscriber::Device(subject));
                }
            }
            Err(unknown())
        }
    }
}

const fn went(code: ResultCode) -> bool {
    matches!(code, ResultCode::Success | ResultCode::QuotaManagementNotApplicable)
}

fn denied(code: ResultCode) -> ProblemDetails {
    let (status, cause, detail) = match code {
        ResultCode::QuotaLimitReached => (
            StatusCode::FORBIDDEN,
            "QUOTA_LIMIT_REACHED",
            "nothing is left to grant; top up the wallet or buy a volume",
        ),
        ResultCode::RatingFailed => (
            StatusCode::FORBIDDEN,
            "CHARGING_NOT_APPLICABLE",
            "it is not configured what the rating group is charged to",
        ),
        _ => (
            StatusCode::FORBIDDEN,
            "END_USER_REQUEST_DENIED",
            "the subscriber holds no token, in its window, of what the rating group is charged to",
        ),
    };
    ProblemDetails::new(status, cause, detail)
}

fn response(app: &App, sequence: u32, done: Vec<MultipleUnitInformation>) -> ChargingDataResponse {
    ChargingDataResponse {
        invocation_time_stamp: time::text(app.gate.clock().now()),
        invocation_sequence_number: sequence,
        multiple_unit_information: done,
    }
}
