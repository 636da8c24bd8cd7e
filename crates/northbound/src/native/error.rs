//! Problems by RFC 9457: one code each, with what would be accepted and how far off the request was.

use crate::docs;
use crate::fault::{Door, Fault};
use crate::native::convert::numbers_of;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Class, Rejection};
use node::limits::RETRY_AFTER as RETRY_AFTER_TIME;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// A problem (RFC 9457). Members beyond those listed are the numbers of the one problem, for example `needed`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Its page of documentation.
    #[schema(example = "/docs/rejections#insufficient-funds")]
    r#type: String,
    /// What it means, in one sentence.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What was wrong with this very request.
    detail: String,
    /// Its code: one problem, one code.
    #[schema(example = "insufficient-funds")]
    code: &'static str,
    /// What would be accepted instead.
    accepted: &'static str,
    /// When to come back.
    #[serde(skip)]
    retry_after_s: u64,
    /// Its own numbers.
    #[serde(flatten)]
    numbers: Option<Box<Map<String, Value>>>,
}

impl Problem {
    /// What was wrong with this very request.
    pub(crate) fn into_detail(self) -> String {
        self.detail
    }

    /// Its HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Rejected(rejection) => rejection.into(),
            Fault::Later(door, retry_after_s) => Self { retry_after_s, ..door.into() },
            Fault::Door(door, detail) => Self {
                r#type: page_of(docs::PROBLEMS, door.code()),
                title: door.meaning().trim(),
                status: door.status().as_u16(),
                detail,
                code: door.code(),
                accepted: door.accepted(),
                retry_after_s: RETRY_AFTER_TIME.as_secs(),
                numbers: None,
            },
        }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let numbers = numbers_of(rejection);
        Self {
            r#type: page_of(docs::REJECTIONS, rejection.code()),
            title: rejection.meaning().trim(),
            status: status_of(rejection.class()).as_u16(),
            detail: detail_of(rejection, &numbers),
            code: rejection.code(),
            accepted: rejection.accepted(),
            retry_after_s: RETRY_AFTER_TIME.as_secs(),
            numbers: (!numbers.is_empty()).then(|| Box::new(numbers)),
        }
    }
}

impl From<Door> for Problem {
    fn from(door: Door) -> Self {
        Fault::from(door).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let media = HeaderValue::from_static("application/problem+json");
        let mut response = (status, [(CONTENT_TYPE, media)], body).into_response();
        let headers = response.headers_mut();
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tessera\""));
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(RETRY_AFTER, HeaderValue::from(self.retry_after_s));
            }
            _ => {}
        }
        response
    }
}

/// The status of each kind of "no". What cannot be meant and what cannot be promised are both 422: the request was
/// understood, and the same request would not be accepted later either way without a change to it.
pub(crate) const fn status_of(class: Class) -> StatusCode {
    match class {
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::Malformed | Class::Unpromisable => StatusCode::UNPROCESSABLE_ENTITY,
        Class::Conflict => StatusCode::CONFLICT,
        Class::Gone => StatusCode::GONE,
        Class::Unpayable => StatusCode::PAYMENT_REQUIRED,
        Class::Limited => StatusCode::TOO_MANY_REQUESTS,
    }
}

fn page_of(page: &str, code: &str) -> String {
    format!("{page}#{code}")
}

fn detail_of(rejection: Rejection, numbers: &Map<String, Value>) -> String {
    let meaning = rejection.meaning().trim().trim_end_matches('.');
    if numbers.is_empty() {
        return format!("{meaning}.");
    }
    let numbers: Vec<String> = numbers.iter().map(|(name, value)| format!("{name} {value}")).collect();
    format!("{meaning}: {}.", numbers.join(", "))
}

/// Any problem, in the documentation of a route.
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let problem =
            ResponseBuilder::new().description("A problem.").content("application/problem+json", content).build();
        // Not `default`: a success that is not listed would pass for one.
        ["4XX", "5XX"].into_iter().map(|statuses| (statuses.to_owned(), problem.clone().into())).collect()
    }
}
