//! Batches of usage records: `CloudEvents` in, a result for each in order, answered when all of it is durable.

use crate::app::App;
use crate::fault::Fault;
use crate::limits::CHARGES_MAX;
use crate::native::error::Problem;
use crate::native::usage::record::{self, Record, Said};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::state::{SourceRef, State};
use engine::{Actor, Answer, Charge, Rejection};
use std::fmt::Write;
use types::{SourceId, TokenId, Unit};

/// The type of media that a batch of `CloudEvents` is.
pub(crate) const MEDIA: &str = "application/cloudevents-batch+json";
/// The one type of event that is a usage record.
pub(crate) const KIND: &str = "usage.reported";

/// Records that are looked up under one hold of the view.
const LOOKED_UP_AT_ONCE: usize = 1_024;
/// Room for a result that is not a problem, in bytes.
const RESULT_BYTES: usize = 48;

/// Charges what can be charged, and says what became of each record.
pub(crate) async fn charge(app: &App, actor: Actor, bytes: &[u8]) -> Result<Response, Fault> {
    let records = read(bytes)?;
    let understood = understand(app, &records).await;
    let charges: Vec<Charge> = understood.iter().flatten().copied().collect();
    let answers = if charges.is_empty() { Vec::new() } else { app.gate.charge_all(actor, charges).await? };
    if answers.len() != understood.iter().flatten().count() {
        return Err(Fault::unexpected_answer("charge a batch"));
    }
    let body = written(understood, answers);
    let media = HeaderValue::from_static("application/json");
    Ok((StatusCode::OK, [(CONTENT_TYPE, media)], body).into_response())
}

/// The records of a batch; what is not a list of 1 to [`CHARGES_MAX`] is no batch.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Record<'_>>, Fault> {
    // What nobody reads of a record is JSON too (RFC 8259 §8.1).
    std::str::from_utf8(bytes).map_err(|error| Fault::malformed(format!("UTF-8 is expected: {error}")))?;
    let records = record::read(bytes, CHARGES_MAX).map_err(|error| Fault::malformed(error.to_string()))?;
    let records = records.filter(|records| !records.is_empty());
    records.ok_or_else(|| Fault::invalid(format!("1 to {CHARGES_MAX} records are expected")))
}

/// Each record as a charge. What is durable already is seen without waiting; only for what is not there the newest is read.
async fn understand(app: &App, records: &[Record<'_>]) -> Vec<Result<Charge, Fault>> {
    let mut all = Vec::with_capacity(records.len());
    for part in records.chunks(LOOKED_UP_AT_ONCE) {
        let view = app.gate.replica().view();
        let mut known = Known::default();
        all.extend(part.iter().map(|record| charge_of(&view.state, &mut known, record)));
    }
    let missing = |one: &Result<Charge, Fault>| matches!(one, Err(Fault::Rejected(_)));
    if all.iter().any(missing) {
        app.read(|view| {
            let mut known = Known::default();
            for (one, record) in all.iter_mut().zip(records).filter(|(one, _)| missing(one)) {
                *one = charge_of(&view.state, &mut known, record);
            }
        })
        .await;
    }
    all
}

/// The meter of the record before: records of one come together.
#[derive(Debug, Default)]
pub(crate) struct Known {
    source: Option<(String, SourceRef)>,
}

/// A record in the engine's words.
pub(crate) fn charge_of(state: &State, known: &mut Known, record: &Record<'_>) -> Result<Charge, Fault> {
    check_envelope(record)?;
    let sequence = sequence_of(record)?;
    let source = source_of(state, known, record)?;
    let text = record.subject.text().ok_or_else(|| Fault::malformed("subject: the id of a token is expected"))?;
    let id = TokenId::parse(text).map_err(|error| Fault::invalid(format!("subject: {error}")))?;
    let token = state.token_by_id(id).ok_or(Rejection::UnknownToken)?;
    let quantity = match record.data.quantity {
        Said::Number(quantity) => quantity,
        Said::Nothing => return Err(Fault::malformed("data.quantity is expected")),
        Said::Text(_) | Said::Other => return Err(Fault::invalid("data.quantity: a whole number above 0 is expected")),
    };
    let unit = unit_of(&record.data.unit)?;
    Ok(Charge { token, source, sequence, quantity, unit })
}

fn check_envelope(record: &Record<'_>) -> Result<(), Fault> {
    if record.unreadable {
        return Err(Fault::malformed("a CloudEvent is expected: an object of JSON"));
    }
    if record.specversion.text() != Some("1.0") {
        return Err(Fault::malformed("specversion: `1.0` is expected"));
    }
    if record.kind.text() != Some(KIND) {
        return Err(Fault::invalid(format!("type: `{KIND}` is expected")));
    }
    match &record.datacontenttype {
        Said::Nothing => Ok(()),
        Said::Text(media) if media.eq_ignore_ascii_case("application/json") => Ok(()),
        _ => Err(Fault::invalid("datacontenttype: `application/json` is expected")),
    }
}

/// The id of a record is the meter's own count, so that a number is enough to know it again.
fn sequence_of(record: &Record<'_>) -> Result<u64, Fault> {
    let expected = || Fault::invalid("id: the meter's sequence is expected, a decimal number from 1");
    let text = record.id.text().ok_or_else(expected)?;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain).ok_or_else(expected)
}

/// A source is a meter's id, alone or as the last part of a URI.
fn source_of(state: &State, known: &mut Known, record: &Record<'_>) -> Result<SourceRef, Fault> {
    let text = record.source.text().ok_or_else(|| Fault::malformed("source: the id of a meter is expected"))?;
    if let Some((_, source)) = known.source.as_ref().filter(|(before, _)| before == text) {
        return Ok(*source);
    }
    let last = text.rsplit('/').next().unwrap_or(text);
    let id = SourceId::parse(last).map_err(|error| Fault::invalid(format!("source: {error}")))?;
    let source = state.source_by_id(id).ok_or(Rejection::UnknownSource)?;
    known.source = Some((text.to_owned(), source));
    Ok(source)
}

/// A unit need not be said; whether the token is counted in one that is, the engine says.
fn unit_of(said: &Said<'_>) -> Result<Option<Unit>, Fault> {
    if *said == Said::Nothing {
        return Ok(None);
    }
    let known = said.text().and_then(Unit::parse).ok_or_else(|| {
        let units: Vec<&str> = Unit::ALL.into_iter().map(Unit::as_str).collect();
        Fault::invalid(format!("data.unit: one of `{}` is expected", units.join("`, `")))
    })?;
    Ok(Some(known))
}

/// What became of all records, and of each.
fn written(records: Vec<Result<Charge, Fault>>, answers: Vec<Result<Answer, Rejection>>) -> String {
    let (mut accepted, mut duplicates, mut rejected) = (0_usize, 0_usize, 0_usize);
    let mut results = String::with_capacity(records.len() * RESULT_BYTES);
    let mut answers = answers.into_iter();
    for record in records {
        let became = match record {
            Ok(_) => answers.next().unwrap_or(Err(Rejection::UnknownToken)).map_err(Fault::from),
            Err(fault) => Err(fault),
        };
        if !results.is_empty() {
            results.push(',');
        }
        match became {
            Ok(Answer::Charged { paid_minor, overrun_minor }) => {
                accepted += 1;
                // Writing to a text cannot fail.
                let _ = write!(
                    results,
                    r#"{{"status":"accepted","paid_minor":{paid_minor},"overrun_minor":{overrun_minor}}}"#
                );
            }
            Ok(_) => {
                duplicates += 1;
                results.push_str(r#"{"status":"duplicate"}"#);
            }
            Err(fault) => {
                rejected += 1;
                let problem = serde_json::to_string(&Problem::from(fault)).unwrap_or_else(|_| "null".to_owned());
                let _ = write!(results, r#"{{"status":"rejected","problem":{problem}}}"#);
            }
        }
    }
    format!(r#"{{"accepted":{accepted},"duplicates":{duplicates},"rejected":{rejected},"results":[{results}]}}"#)
}
