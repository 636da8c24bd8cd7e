//! Every file of `scenarios/`, carried out over HTTP against a real cell: once in memory, once in a data folder.

#[path = "../src/config/mod.rs"]
#[expect(dead_code, reason = "a scenario's cell is configured by the scenario")]
mod config;
#[path = "../src/folder.rs"]
#[expect(dead_code, reason = "a scenario's cell is given its secrets")]
mod folder;
#[path = "../src/offering_file.rs"]
#[expect(dead_code, reason = "a scenario reprices over HTTP")]
mod offering_file;
#[path = "../src/running.rs"]
#[expect(dead_code, reason = "a scenario's cell is stopped by the scenario")]
mod running;
#[path = "../src/sample/mod.rs"]
#[expect(dead_code, reason = "a scenario needs no summary of what was loaded")]
mod sample;
mod scenario;
#[path = "../src/telling.rs"]
mod telling;
#[path = "../src/time.rs"]
#[expect(dead_code, reason = "scenarios write times and read none")]
mod time;

use scenario::crowd::post_at_once;
use scenario::expect::replace;
use scenario::world::{Kept, World};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// One test for each file and journal.
macro_rules! scenarios {
    ($($name:ident)+) => {
        const FILES: &[&str] = &[$(stringify!($name)),+];

        $(mod $name {
            use super::{Kept, carry_out};

            #[test]
            fn in_memory() {
                carry_out(stringify!($name), Kept::Memory);
            }

            #[test]
            fn in_a_data_folder() {
                carry_out(stringify!($name), Kept::Sqlite);
            }
        })+
    };
}

scenarios! {
    broken_promise
    emergency
    empty_wallet
    enterprise_only
    family_wallet
    ferry
    full_cell
    gamer
    gift
    give_back
    late_quote
    low_balance
    metered_volume
    moving_device
    moving_into_a_full_cell
    narrower_token
    network_refuses
    one_session_a_device
    partners_and_a_bill
    restart
    storm_forecast
}

fn folder_of_scenarios() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"))
}

fn carry_out(name: &str, kept: Kept) {
    let file = format!("{}.md", name.replace('_', "-"));
    let text = std::fs::read_to_string(folder_of_scenarios().join(&file)).expect("the scenario can be read");
    let wrong = scenario::run(&file, &text, kept).err();
    assert!(wrong.is_none(), "\n{}", wrong.unwrap_or_default());
}

#[test]
fn a_step_that_does_not_hold_is_named_with_what_came() {
    let text = "# Wrong\n\n```http\nGET /v1/wallets/EUR\nas: milan\n\n→ 200\n{\"balance\": {\"minor\": 36}}\n```\n";
    let wrong = scenario::run("wrong.md", text, Kept::Memory).expect_err("Milan has 35 cents");
    for part in ["scenarios/wrong.md:7: GET /v1/wallets/EUR", "balance.minor: expected 36, came 35", "came 200 {"] {
        assert!(wrong.contains(part), "{part} is missing in: {wrong}");
    }
    for (text, part) in [
        ("```http\nGET /healthz\n→ 404\n```", "wrong.md:3: GET /healthz: another status"),
        ("```wait\nGET /healthz\nwithin: 0 s\n→ 404\n```", "wrong.md:4: waited 0 s in vain"),
        ("```check\n1 + 1 = 3\n```", "wrong.md:2: 1 + 1 = 3: left is 2, right is 3"),
        ("```network\nsing\n```", "wrong.md:2: sing: the network does not know how"),
        ("```http\nGET /v1/tokens/$token\n→ 200\n```", "wrong.md:2: $token was never taken"),
        ("prose\n```yaml\n```", "wrong.md:2: a block is one of"),
        ("prose only", "wrong.md:1: the scenario has no steps"),
    ] {
        let wrong = scenario::run("wrong.md", text, Kept::Memory).expect_err("it does not hold");
        assert!(wrong.contains(part), "{part} is missing in: {wrong}");
    }
}

/// A call at 30 cents, for Milan who has 35.
const ONE_CALL: &str = r#"
```http
POST /v1/offerings
as: operator

{"name": "Calls", "capability": "inference", "qos_profile": "QOS_CALLS",
 "terms": {"latency_ms_max": 0, "percentile_ppm": 0, "downlink_kbps_min": 0, "uplink_kbps_min": 0, "window_length_max_s": 86400},
 "price": {"currency": "EUR", "usage": {"unit": "call", "rate_minor": 30, "per_quantity": 1}},
 "guarantee": {"assurance_window_s": 60, "samples_min": 1}, "remedy": {"per_broken_window_ppm": 0, "cap_ppm": 0}}
→ 201
{"id": "$calls"}
```
```http
POST /v1/orders
as: milan
idempotency-key: calls

{"offering": "$calls", "place": {"lat": 52.37, "lon": 4.90}, "window": {"duration_s": 3600}}
→ 201
{"id": "$token"}
```
```http
POST /v1/meters
as: meter

{}
→ 201
{"id": "$meter"}
```
"#;

const ONE_WAS_PAID: &str = r#"
```http
GET /v1/wallets/EUR
as: milan
→ 200
{"balance": {"minor": 5}, "held": {"minor": 0}}
```
```http
GET /v1/tokens/$token
as: milan
→ 200
{"used": 1, "usage": {"minor": 30}}
```
"#;

#[test]
fn of_a_thousand_charges_at_once_against_a_balance_for_one_exactly_one_is_paid() {
    let mut world = World::start(Kept::Sqlite).expect("the cell starts");
    let mut names = world.names().expect("the sample has names");
    scenario::tell(&mut world, &mut names, ONE_CALL).expect("the offering is bought");
    let body = |sequence: u32| {
        let body = format!(r#"{{"token": "$token", "source": "$meter", "sequence": {sequence}, "quantity": 1}}"#);
        replace(&body, &names).expect("both were taken")
    };
    let bodies: Vec<String> = (1..=1_000).map(body).collect();
    // Fewer connections than charges: a process may have some thousand files open.
    let statuses = post_at_once(&world.base(), "/v1/usage", "meter", &bodies, 4).expect("every charge is answered");
    let count = |status| statuses.iter().filter(|found| **found == status).count();
    assert_eq!((count(200), count(402), statuses.len()), (1, 999, 1_000));
    scenario::tell(&mut world, &mut names, ONE_WAS_PAID).expect("one was paid");
    world.stop().expect("the cell stops");
}

#[test]
fn every_file_is_carried_out() {
    let listed: BTreeSet<String> = FILES.iter().map(|name| format!("{}.md", name.replace('_', "-"))).collect();
    let entries = std::fs::read_dir(folder_of_scenarios()).expect("the folder can be listed");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let elsewhere = ["README.md", "untuned.md"];
    let there: BTreeSet<String> = names.filter(|name| !elsewhere.contains(&name.as_str())).collect();
    assert_eq!(there, listed);
}
