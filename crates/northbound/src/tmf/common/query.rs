//! The query of a list (TMF630 §4): `fields`, `offset`, `limit`, `sort`, and filters by attributes.

use crate::app::App;
use crate::fault::Fault;
use crate::limits::{FILTERS_MAX, PAGE_DEFAULT, PAGE_MAX};
use crate::time;
use crate::tmf::common::error::Error;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What is always shown, whatever `fields` says.
const ALWAYS: [&str; 3] = ["id", "href", "@type"];

/// What a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// The attributes that are wanted; `None`: all.
    fields: Option<BTreeSet<String>>,
    /// How many are passed over.
    pub offset: usize,
    /// How many are shown at most.
    pub limit: usize,
    /// By which attributes they are sorted, and which of those descend.
    sort: Vec<(String, Order)>,
    filters: Vec<Filter>,
}

/// Which way a list is sorted by an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Ascending,
    Descending,
}

/// A condition on an attribute: one of the values fulfils it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Filter {
    attribute: String,
    operator: Operator,
    values: Vec<String>,
}

/// How an attribute is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Query {
    /// Reads the query of an address; parameters beside the named ones are filters.
    pub(crate) fn parse(query: &str) -> Result<Self, Fault> {
        let mut read = Self { limit: PAGE_DEFAULT, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "offset" => read.offset = number("offset", &value)?,
                "limit" => read.limit = number("limit", &value)?.min(PAGE_MAX),
                "fields" => read.fields = Some(words(&value).map(first_of).collect()),
                "sort" => read.sort = words(&value).map(order).collect(),
                _ => read.filters.push(filter(&name, &value)?),
            }
        }
        if read.limit == 0 {
            return Err(Fault::invalid("limit: at least 1 is expected"));
        }
        if read.filters.len() > FILTERS_MAX || read.sort.len() > FILTERS_MAX {
            return Err(Fault::invalid(format!("at most {FILTERS_MAX} filters are expected")));
        }
        Ok(read)
    }

    /// The one value that an attribute must be equal to, where there is such a filter.
    pub(crate) fn only(&self, attribute: &str) -> Option<&str> {
        let equal = |filter: &&Filter| filter.attribute == attribute && filter.operator == Operator::Equal;
        match self.filters.iter().find(equal)?.values.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Does a resource fulfil every condition?
    pub(crate) fn takes(&self, resource: &Value) -> bool {
        self.filters.iter().all(|filter| filter.takes(resource))
    }

    /// Sorts resources as asked; equal ones stay in their order.
    pub(crate) fn sort(&self, resources: &mut [Value]) {
        resources.sort_by(|one, other| {
            let by = |(attribute, order): &(String, Order)| {
                let (one, other) = (found(one, attribute), found(other, attribute));
                let ordered = compare_values(one.first().copied(), other.first().copied());
                if *order == Order::Descending { ordered.reverse() } else { ordered }
            };
            self.sort.iter().map(by).find(|ordered| ordered.is_ne()).unwrap_or(Ordering::Equal)
        });
    }

    /// A resource with the attributes that are wanted.
    pub(crate) fn select(&self, mut resource: Value) -> Value {
        if let (Some(fields), Some(members)) = (&self.fields, resource.as_object_mut()) {
            members.retain(|name, _| ALWAYS.contains(&name.as_str()) || fields.contains(name));
        }
        resource
    }
}

impl FromRequestParts<App> for Query {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default())?)
    }
}

impl Filter {
    fn takes(&self, resource: &Value) -> bool {
        let found = found(resource, &self.attribute);
        let one_is = |wanted: fn(Ordering) -> bool| {
            let fits = |value: &&Value| self.values.iter().any(|text| compare(value, text).is_some_and(wanted));
            found.iter().any(fits)
        };
        match self.operator {
            Operator::Equal => one_is(Ordering::is_eq),
            Operator::NotEqual => !one_is(Ordering::is_eq),
            Operator::Less => one_is(Ordering::is_lt),
            Operator::LessOrEqual => one_is(Ordering::is_le),
            Operator::Greater => one_is(Ordering::is_gt),
            Operator::GreaterOrEqual => one_is(Ordering::is_ge),
        }
    }
}

/// `attr=a,b`, `attr.gt=5`, `attr>=5`, `attr>5`: the last three forms have their operator at the end of the name, where an
/// address splits them.
fn filter(name: &str, value: &str) -> Result<Filter, Fault> {
    let with = |attribute: &str, operator, values: &str| Filter {
        attribute: attribute.to_owned(),
        operator,
        values: values.split(',').map(str::to_owned).collect(),
    };
    let (stem, suffix) = name.rsplit_once('.').unwrap_or((name, ""));
    let read = match suffix {
        "eq" => with(stem, Operator::Equal, value),
        "ne" => with(stem, Operator::NotEqual, value),
        "lt" => with(stem, Operator::Less, value),
        "lte" => with(stem, Operator::LessOrEqual, value),
        "gt" => with(stem, Operator::Greater, value),
        "gte" => with(stem, Operator::GreaterOrEqual, value),
        "regex" => return Err(Fault::invalid(format!("{name:.60}: filters by pattern are not taken"))),
        _ => match (name.split_once('>'), name.split_once('<')) {
            (Some((stem, "")), _) => with(stem, Operator::GreaterOrEqual, value),
            (_, Some((stem, ""))) => with(stem, Operator::LessOrEqual, value),
            (Some((stem, bound)), _) => with(stem, Operator::Greater, bound),
            (_, Some((stem, bound))) => with(stem, Operator::Less, bound),
            (None, None) => with(name, Operator::Equal, value),
        },
    };
    if read.attribute.is_empty() {
        return Err(Fault::malformed("a filter names an attribute"));
    }
    Ok(read)
}

/// Every value of an attribute, `a.b` inside of `a`; of a list, those of all its entries.
fn found<'a>(value: &'a Value, attribute: &str) -> Vec<&'a Value> {
    let mut reached = vec![value];
    for name in attribute.split('.') {
        reached = reached.into_iter().flat_map(entries).filter_map(|value| value.get(name)).collect();
    }
    reached.into_iter().flat_map(entries).collect()
}

fn entries(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(entries) => entries.iter().collect(),
        value => vec![value],
    }
}

/// A value beside a text: as numbers, as times, or as texts.
fn compare(value: &Value, text: &str) -> Option<Ordering> {
    match value {
        Value::Number(number) => number.as_f64()?.partial_cmp(&text.parse().ok()?),
        Value::Bool(flag) => Some(flag.to_string().as_str().cmp(text)),
        Value::String(own) => Some(match (time::parse(own), time::parse(text)) {
            (Some(own), Some(other)) => own.cmp(&other),
            _ => own.as_str().cmp(text),
        }),
        _ => None,
    }
}

fn compare_values(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one, other) {
        (Some(one), Some(Value::String(other))) => compare(one, other).unwrap_or(Ordering::Equal),
        (Some(one), Some(other)) => compare(one, &other.to_string()).unwrap_or(Ordering::Equal),
        // What has none comes last.
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|word| !word.is_empty())
}

/// Of a path the attribute of the resource: what is inside comes with it.
fn first_of(word: &str) -> String {
    word.split('.').next().unwrap_or(word).to_owned()
}

fn order(word: &str) -> (String, Order) {
    match word.strip_prefix('-') {
        Some(attribute) => (attribute.to_owned(), Order::Descending),
        None => (word.trim_start_matches('+').to_owned(), Order::Ascending),
    }
}

/// As its schema has it: of 64 bits with a sign.
fn number(name: &str, value: &str) -> Result<usize, Fault> {
    let read = value.parse::<i64>().ok().and_then(|number| usize::try_from(number).ok());
    read.ok_or_else(|| Fault::invalid(format!("{name}: a whole number is expected")))
}
