//! Lists, filters, amounts: what TMF630 says of every API.

use super::convert::{minor, money};
use super::list::page;
use super::query::Query;
use super::wire::Quantity;
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::{Number, Value, json};
use types::Currency;

fn stock() -> Vec<Value> {
    let one = |id: &str, amount: f64, at: &str, parties: &[&str]| {
        let parties: Vec<Value> = parties.iter().map(|id| json!({"id": id, "role": "owner"})).collect();
        json!({"id": id, "href": format!("/x/{id}"), "@type": "X", "status": if id == "b" { "active" } else { "over" },
               "amount": {"amount": amount, "units": "EUR"}, "at": at, "shared": id == "c", "relatedParty": parties})
    };
    vec![
        one("a", 1.5, "2026-01-01T00:00:00Z", &["p1"]),
        one("b", 10.0, "2026-01-02T00:00:00Z", &["p1", "p2"]),
        one("c", 9.25, "2026-01-01T23:00:00-02:00", &[]),
    ]
}

async fn shown(response: Response) -> (u16, [String; 3], Value) {
    let (parts, body) = response.into_parts();
    let header = |name: &str| parts.headers[name].to_str().expect("a text").to_owned();
    let headers = [header("x-total-count"), header("x-result-count"), header("link")];
    let bytes = body.collect().await.expect("a body").to_bytes();
    (parts.status.as_u16(), headers, serde_json::from_slice(&bytes).expect("JSON"))
}

async fn ids(query: &str) -> String {
    let query = Query::parse(query).expect(query);
    let (_, _, list) = shown(page("/x", &query, stock())).await;
    list.as_array().expect("a list").iter().map(|one| one["id"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn a_filter_takes_what_fulfils_it() {
    let table = [
        ("", "abc"),
        ("status=active", "b"),
        ("status=active,over", "abc"),
        ("status.eq=over", "ac"),
        ("status.ne=over", "b"),
        ("status=over&shared=true", "c"),
        ("amount.amount.gt=9.25", "b"),
        ("amount.amount.gte=9.25", "bc"),
        ("amount.amount.lt=9.25", "a"),
        ("amount.amount.lte=9.25", "ac"),
        ("amount.amount=10", "b"),
        ("amount.amount%3E=9.25", "bc"),
        ("amount.amount%3E9.25", "b"),
        ("amount.amount%3C=9.25", "ac"),
        ("amount.amount%3C9.25", "a"),
        // An hour before midnight, two hours west, is after the second midnight.
        ("at.gt=2026-01-02T00:00:00Z", "c"),
        ("at=2026-01-02T01:00:00Z", "c"),
        ("relatedParty.id=p2", "b"),
        ("relatedParty.id=p1", "ab"),
        ("relatedParty.id.ne=p1", "c"),
        ("nothing=1", ""),
        ("nothing.ne=1", "abc"),
        ("amount=10", ""),
        ("sort=amount.amount", "acb"),
        ("sort=-amount.amount", "bca"),
        ("sort=status,-at", "bca"),
        ("sort=nothing", "abc"),
        ("offset=1", "bc"),
        ("limit=2", "ab"),
        ("offset=2&limit=2", "c"),
        ("offset=9", ""),
    ];
    for (query, expected) in table {
        assert_eq!(ids(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_part_of_a_list_says_so_and_where_the_rest_is() {
    let query = Query::parse("limit=1&offset=1").expect("sound");
    let (status, [total, count, link], list) = shown(page("/x", &query, stock())).await;
    assert_eq!((status, total.as_str(), count.as_str(), list[0]["id"].as_str()), (206, "3", "1", Some("b")));
    for rel in [
        "</x?offset=1&limit=1>; rel=\"self\"",
        "</x?offset=0&limit=1>; rel=\"prev\"",
        "</x?offset=2&limit=1>; rel=\"next\"",
        "</x?offset=2&limit=1>; rel=\"last\"",
    ] {
        assert!(link.contains(rel), "{rel}: {link}");
    }
    let (status, [total, count, link], _) = shown(page("/x", &Query::parse("").expect("none"), stock())).await;
    assert_eq!((status, total.as_str(), count.as_str()), (200, "3", "3"));
    assert!(!link.contains("next") && !link.contains("prev"), "{link}");
    let (_, [total, ..], _) = shown(page("/x", &Query::parse("status=active").expect("one"), stock())).await;
    assert_eq!(total, "1", "what a filter leaves out does not count");
}

#[test]
fn fields_choose_and_what_names_a_resource_always_comes() {
    let selected = |query: &str| {
        let selected = Query::parse(query).expect(query).select(stock().remove(0));
        selected.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(selected("fields=status"), "@type href id status");
    assert_eq!(selected("fields=status,amount.units"), "@type amount href id status");
    assert_eq!(selected("fields=none"), "@type href id");
    assert_eq!(selected(""), "@type amount at href id relatedParty shared status");
}

#[test]
fn a_query_that_means_nothing_is_refused() {
    for query in [
        "offset=-1",
        "offset=9223372036854775808",
        "limit=9223372036854775808",
        "offset=x",
        "limit=0",
        "limit=1.5",
        "name.regex=.*",
        ".eq=1",
        "=1",
    ] {
        assert!(Query::parse(query).is_err(), "{query}");
    }
    let many: Vec<String> = (0..40).map(|number| format!("a{number}=1")).collect();
    let many = many.join("&");
    assert!(Query::parse(&many).is_err());
    assert_eq!(Query::parse("limit=100000").expect("cut off").limit, crate::limits::PAGE_MAX);
}

#[test]
fn money_is_exact_both_ways() {
    let eur = Currency::parse("EUR").expect("a currency");
    let asked = |amount: &str, units: &str| Quantity {
        amount: amount.parse::<Number>().expect(amount),
        units: units.to_owned(),
    };
    for (text, expected) in [
        ("0.01", 1),
        ("10", 1_000),
        ("10.5", 1_050),
        ("10.50", 1_050),
        ("1e2", 10_000),
        ("9999999999999.99", 999_999_999_999_999),
    ] {
        assert_eq!(minor("amount", &asked(text, "EUR"), eur).ok(), Some(expected), "{text}");
    }
    for text in ["0", "0.0", "-1", "0.001", "1.005", "10000000000000", "1e300", "18446744073709551616"] {
        assert!(minor("amount", &asked(text, "EUR"), eur).is_err(), "{text}");
    }
    assert!(minor("amount", &asked("1", "USD"), eur).is_err());
    let jpy = Currency::parse("JPY").expect("a currency");
    assert_eq!(minor("amount", &asked("5", "JPY"), jpy).ok(), Some(5));
    assert!(minor("amount", &asked("0.5", "JPY"), jpy).is_err());
    assert_eq!(money(1_050, eur), json!({"amount": 10.5, "units": "EUR"}));
    assert_eq!(money(-5, eur), json!({"amount": -0.05, "units": "EUR"}));
    assert_eq!(money(5, jpy), json!({"amount": 5, "units": "JPY"}));
}
