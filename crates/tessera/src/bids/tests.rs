//! Bid prices in words, tables of them, and rails in words.

use super::load::name_ids;
use super::rails::said;
use super::show::{Options, Row, table};
use super::table::{Head, body};
use clap::Parser;
use serde_json::{Value, json};

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    options: Options,
}

fn shown(rows: Value, arguments: &str) -> anyhow::Result<String> {
    let cli = Cli::try_parse_from(format!("show {arguments}").split_ascii_whitespace())?;
    let rows: Vec<Row> = serde_json::from_value(rows)?;
    table(&rows, &cli.options)
}

/// The night of the guide's match: 2.575 cents a unit and slot, then 2.008 twice.
fn night(currency: &str) -> Value {
    json!([{"resource": "res_1", "name": "macro-00-a", "step_s": 3_600, "currency": currency, "scale": 1_000,
        "window": {"from": "2026-12-01T20:00:00Z", "to": "2026-12-01T23:00:00Z"}, "values": [2_575, 2_008, 2_008],
        "expires_at": "2026-12-01T22:00:00Z"}])
}

#[test]
fn what_units_are_worth_is_said_for_each_span_of_one_price() {
    assert_eq!(
        shown(night("EUR"), "--units 10").expect("shown"),
        "from                   to                     10 units for an hour\n\
         macro-00-a (res_1), until 2026-12-01T22:00:00Z\n\
         2026-12-01T20:00:00Z   2026-12-01T21:00:00Z   3.09 EUR\n\
         2026-12-01T21:00:00Z   2026-12-01T23:00:00Z   2.4096 EUR\n"
    );
    let hour = shown(night("EUR"), "--resource macro --at 2026-12-01T20:59:59Z").expect("shown");
    assert!(hour.contains("0.309 EUR") && !hour.contains("0.24096"), "{hour}");
    let yen = shown(night("JPY"), "--at 2026-12-01T20:00:00Z").expect("shown");
    assert!(yen.ends_with(" 30.9 JPY\n"), "{yen}");
    assert!(shown(night("EUR"), "--resource micro").is_err(), "nothing counts for it");
    assert!(shown(json!([]), "").expect("shown").contains("no bid prices count now"));
}

#[test]
fn a_table_is_the_body_that_loads_it() {
    let text = "resource,from,value\nb,2026-12-01T21:00:00Z,4\na,2026-12-01T20:00:00Z,1\n\
                a,2026-12-01T21:00:00Z,2\nb, 2026-12-01T20:00:00Z, 3\n";
    let head = Head { currency: "EUR", scale: 1_000, expires_at: None };
    let expected = json!({
        "from": "2026-12-01T20:00:00Z", "step_s": 3_600, "currency": "EUR", "scale": 1_000,
        "expires_at": "2026-12-01T22:00:00Z",
        "resources": [{"id": "a", "values": [1, 2]}, {"id": "b", "values": [3, 4]}],
    });
    assert_eq!(body(text, &head).expect("a table"), expected);
    for (lines, said) in [
        ("", "at least one line"),
        ("a,2026-12-01T20:00:00Z,-1\n", "line 2: `resource,from,value`"),
        ("a,tonight,1\n", "line 2: from"),
        ("a,2026-12-01T20:00:00Z,1\na,2026-12-01T20:00:00Z,1\n", "line 3: a has a value"),
        ("a,2026-12-01T20:00:00Z,1\nb,2026-12-01T21:00:00Z,1\n", "one for each step"),
        ("a,2026-12-01T20:00:00Z,1\na,2026-12-01T21:30:00Z,1\n", "300 or of 3600"),
    ] {
        let error = body(&format!("resource,from,value\n{lines}"), &head).expect_err(lines);
        assert!(format!("{error:#}").contains(said), "`{said}` is missing in {error:#}");
    }
}

#[test]
fn resources_may_be_named() {
    let id = "res_01j5800000e0080000000000g1";
    let known = [
        json!({"id": id, "name": "macro-00-a"}),
        json!({"id": "res_2", "name": "twin"}),
        json!({"id": "res_3", "name": "twin"}),
    ];
    let with = |name: &str| json!({"resources": [{"id": name, "values": [1]}]});
    let mut named = with("macro-00-a");
    name_ids(&mut named, &known).expect("it is there");
    assert_eq!(named, with(id));
    for (name, said) in [("nowhere", "no resource is called `nowhere`"), ("twin", "one of res_2, res_3")] {
        let error = name_ids(&mut with(name), &known).expect_err(name).to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn rails_are_said_in_words() {
    let usual = json!({"classes": [{"kind": "public_service", "share_ppm": 0}], "exempt_level": 8});
    assert_eq!(
        said(&usual),
        "all offerings without rails of their own:\n  public_service pays 0 % of what bid prices add\n  \
         priority 1 to 8 pays nothing of what bid prices add\n"
    );
    let own = json!({"offering": "off_1", "floor": {"minor": 200}, "cap": {"plan_ppm": 2_125_000}, "step_ppm": 200_000,
        "classes": [{"grade": "hard", "share_ppm": 500_000}]});
    assert_eq!(
        said(&own),
        "off_1:\n  never below 200 minor units\n  never above 212.5 % of what the plan asks\n  rises by at most 20 % an hour\n  \
         everybody at grade hard pays 50 % of what bid prices add\n"
    );
    assert_eq!(said(&json!({"classes": []})).lines().nth(1), Some("  nothing holds prices back"));
}
