//! Schemas that TM Forum APIs share.

use crate::camara::common::wire::present;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::collections::BTreeMap;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses, ToSchema};

/// An amount of something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Quantity {
    /// How much: of money in major units, 1.5 for 1.50 EUR.
    #[schema(value_type = f64)]
    pub amount: Number,
    /// A currency code, or the unit of a volume.
    pub units: String,
}

/// Something else, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TmfReference)]
pub(crate) struct Reference {
    /// Its id.
    pub id: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub href: Option<String>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// What it is in this.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub role: Option<String>,
    /// What it is.
    #[serde(rename = "@referredType", default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub referred_type: Option<String>,
}

/// A time from and to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimePeriod {
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub start_date_time: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub end_date_time: Option<String>,
}

/// A resource of a TM Forum API. Its members are those of TM Forum's own document; `fields` chooses among them.
#[derive(ToSchema)]
#[schema(as = TmfResource)]
#[expect(dead_code, reason = "the document alone reads it: resources are written as TM Forum's files say")]
pub(crate) struct Resource {
    /// Its id.
    id: Option<String>,
    /// Where it is.
    href: Option<String>,
    /// What it is.
    #[schema(rename = "@type")]
    kind: Option<String>,
}

/// A listener that wants to be told.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct EventSubscriptionInput {
    /// Where notifications go: https. One that ends with `/` is a base, below which `listener/…Event` is called as TM Forum's
    /// files say; any other is called as it is.
    pub callback: String,
    /// `eventType=…`: only these types, separated by commas.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub query: Option<String>,
}

/// A listener.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EventSubscription {
    /// Its id.
    pub id: String,
    /// Where its notifications go.
    pub callback: String,
    /// What it wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
}

/// The parameters of a list; others filter by an attribute.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the document alone reads it: `Query` reads the query")]
pub(crate) struct Listing {
    /// The attributes that are wanted, separated by commas; `id` and `href` always come.
    fields: Option<String>,
    /// How many are passed over.
    offset: Option<u64>,
    /// How many are shown at most; 50 by itself, never more than 200.
    #[param(minimum = 1)]
    limit: Option<u64>,
    /// The attributes that they are sorted by, separated by commas; `-` before one that descends.
    sort: Option<String>,
}

/// The parameters of one resource.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the document alone reads it: `Query` reads the query")]
pub(crate) struct Fields {
    /// The attributes that are wanted, separated by commas; `id` and `href` always come.
    fields: Option<String>,
}

/// The answers of a list.
pub(crate) struct Many;
/// The answers of one resource.
pub(crate) struct One;
/// The answers of what is made.
pub(crate) struct Made;
/// The errors, in the documentation of a route.
pub(crate) struct Errors;

impl IntoResponses for Many {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let schema = ArrayBuilder::new().items(Ref::from_schema_name("TmfResource"));
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let count = || {
            let number = ObjectBuilder::new().schema_type(Type::Integer).build();
            HeaderBuilder::new().schema(Some(number)).build()
        };
        let listed = |description: &str| {
            let answer = ResponseBuilder::new().description(description).content(JSON, content.clone());
            answer.header("X-Total-Count", count()).header("X-Result-Count", count()).build()
        };
        let mut all = Errors::responses();
        all.insert("200".to_owned(), listed("All there are.").into());
        all.insert("206".to_owned(), listed("A part of them.").into());
        all
    }
}

impl IntoResponses for One {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        with("200", "The resource.")
    }
}

impl IntoResponses for Made {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        with("201", "It is done: the resource.")
    }
}

impl IntoResponses for Errors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("TmfError"))).build();
        let error = ResponseBuilder::new().description("An error.").content(JSON, content).build();
        // Not `default`: a success that is not listed would pass for one.
        ["4XX", "5XX"].into_iter().map(|statuses| (statuses.to_owned(), error.clone().into())).collect()
    }
}

const JSON: &str = "application/json";

fn with(status: &str, description: &str) -> BTreeMap<String, RefOr<Response>> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("TmfResource"))).build();
    let answer = ResponseBuilder::new().description(description).content(JSON, content).build();
    let mut all = Errors::responses();
    all.insert(status.to_owned(), answer.into());
    all
}
