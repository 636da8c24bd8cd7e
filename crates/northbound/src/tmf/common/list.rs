//! Lists and single resources, as a query wants them (TMF630 §4.2, §4.4).

use crate::tmf::common::query::Query;
use axum::Json;
use axum::http::header::{LINK, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");
const X_RESULT_COUNT: HeaderName = HeaderName::from_static("x-result-count");

/// The part of a list that is asked for: 200 when that is all there is, 206 when it is not.
pub(crate) fn page(path: &str, query: &Query, resources: Vec<Value>) -> Response {
    let mut taken: Vec<Value> = resources.into_iter().filter(|resource| query.takes(resource)).collect();
    query.sort(&mut taken);
    let total = taken.len();
    let shown: Vec<Value> =
        taken.into_iter().skip(query.offset).take(query.limit).map(|resource| query.select(resource)).collect();
    let (count, status) =
        (shown.len(), if shown.len() == total { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT });
    let mut response = (status, Json(shown)).into_response();
    let headers = response.headers_mut();
    headers.insert(X_TOTAL_COUNT, HeaderValue::from(total));
    headers.insert(X_RESULT_COUNT, HeaderValue::from(count));
    let link = HeaderValue::from_str(&links(path, query, total)).ok();
    headers.extend(link.map(|link| (LINK, link)));
    response
}

/// One resource, with the attributes that are wanted.
pub(crate) fn one(query: &Query, resource: Value) -> Response {
    Json(query.select(resource)).into_response()
}

/// A resource that was made, at its place.
pub(crate) fn created(resource: Value) -> Response {
    let place = resource["href"].as_str().and_then(|href| HeaderValue::from_str(href).ok());
    let mut response = (StatusCode::CREATED, Json(resource)).into_response();
    response.headers_mut().extend(place.map(|place| (LOCATION, place)));
    response
}

/// Where the pages around this one are (RFC 8288).
fn links(path: &str, query: &Query, total: usize) -> String {
    let limit = query.limit;
    let link = |rel: &str, offset: usize| format!("<{path}?offset={offset}&limit={limit}>; rel=\"{rel}\"");
    let mut links = vec![link("self", query.offset), link("first", 0)];
    if query.offset > 0 {
        links.push(link("prev", query.offset.saturating_sub(limit)));
    }
    let next = query.offset.saturating_add(limit);
    if next < total {
        links.push(link("next", next));
    }
    links.push(link("last", total.saturating_sub(1) / limit * limit));
    links.join(", ")
}
