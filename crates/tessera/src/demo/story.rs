//! The story, step by step; a step that does not hold ends it with an error.

use super::Stage;
use super::client::{Call, Client};
use crate::sample;
use anyhow::{Context, bail, ensure};
use node::wall_clock;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use tessera_token::{KeySet, Request, RevocationList, inspect, verify};
use types::SessionId;

/// How long a step may take that waits for the network or for samples.
const PATIENCE: Duration = Duration::from_secs(12);
/// The assurance window of the gaming boost.
const WINDOW: Duration = Duration::from_secs(2);
/// What is changed in the journal to see that the chain notices.
const TARGET: &[u8] = b"QOS_L";
/// The gamer's phone.
const PHONE: &str = "+31612345678";
/// Where the gamer sits: the middle of the sample city.
const PLACE: (f64, f64) = (52.37, 4.90);

/// Tells it.
pub fn tell(stage: &Stage) -> anyhow::Result<()> {
    let app = Client::new(&stage.base, "app", &stage.gamer);
    let operator = Client::new(&stage.admin, "operator", &stage.operator);
    let wish = can_it_be_promised(&app)?;
    let before = balance(&app)?;
    let token = buy(&app, &wish)?;
    verify_offline(&app, &token)?;
    let session = call_it(&app)?;
    charged_as_delivered(&app, &token)?;
    broken_and_refunded(stage, &app, &token, session)?;
    books(&operator)?;
    end(&app, session, &token, &before)?;
    chain(stage)
}

fn step(title: &str) {
    println!("\n— {title}");
}

fn can_it_be_promised(app: &Client) -> anyhow::Result<Value> {
    step("Can ≤ 30 ms (p95) and 5 Mbit/s be promised here for two hours?");
    let place = json!({"lat": PLACE.0, "lon": PLACE.1});
    let outcome = json!({
        "latency_ms_max": 30, "percentile": 95, "downlink_kbps_min": 5_000,
        "place": place, "window": {"duration_s": 7_200},
    });
    let answer = app.show(&Call::post("/v1/qualifications", outcome), 200)?;
    ensure!(answer["promised"] == true, "nothing can be promised: {answer}");
    let boost = sample::GAMING_BOOST.to_string();
    let answers = answer["answers"].as_array().context("a qualification has answers")?;
    let promised = answers.iter().find(|one| one["offering"] == boost.as_str() && one["promised"] == true);
    let promised = promised.context("the gaming boost cannot be promised")?;
    println!(
        "  promised: {} at {}, confidence {}",
        plain(&promised["name"]),
        plain(&promised["price"]["text"]),
        promised["confidence"]
    );
    Ok(json!({"offering": boost, "place": place, "window": {"duration_s": 7_200}}))
}

fn buy(app: &Client, wish: &Value) -> anyhow::Result<String> {
    step("Quoted: the capacity is held for two minutes, the price is honoured");
    let quote = app.show(&Call::post("/v1/quotes", wish.clone()), 201)?;
    step("Bought: both books are held, one decision");
    let order = json!({"quote": quote["id"]});
    let token = app.show(&Call::post("/v1/orders", order.clone()).keyed("story-1"), 201)?;
    let id = text(&token, "id")?;
    let (_, again) = app.call(&Call::post("/v1/orders", order).keyed("story-1"))?;
    ensure!(again["id"] == id.as_str(), "the same order under the same key bought something else: {again}");
    println!("  sent once more under the same key: the same token, nothing bought twice");
    Ok(id)
}

fn verify_offline(app: &Client, token: &str) -> anyhow::Result<()> {
    step("The signed token, verified offline with public keys alone");
    let path = format!("/v1/tokens/{token}");
    let (_, row) = app.call(&Call::get(&path))?;
    let signed = text(&row, "entitlement")?;
    println!("  {}… ({} characters)", &signed[..signed.len().min(64)], signed.len());
    for block in &inspect(&signed)?.blocks {
        block.statements.iter().for_each(|statement| println!("    {statement}"));
    }
    let (_, keys) = app.call(&Call::get("/v1/keys"))?;
    let keys = KeySet::parse(&keys.to_string())?;
    let cell = row["place"][0].as_str().and_then(|cell| u64::from_str_radix(cell, 16).ok());
    let request = Request {
        op: "activate".to_owned(),
        capability: "experience".to_owned(),
        qos: Some("QOS_L".to_owned()),
        cell,
        ..Request::default()
    };
    let began = Instant::now();
    let verified = verify(&signed, &keys, &request, wall_clock().as_ms(), &RevocationList::default())?;
    ensure!(verified.ent == token, "it entitles to something else");
    println!("  verified in {} µs: it entitles to this call", began.elapsed().as_micros());
    let wider = Request { qos: Some("QOS_XR".to_owned()), ..request };
    ensure!(
        verify(&signed, &keys, &wider, wall_clock().as_ms(), &RevocationList::default()).is_err(),
        "it entitles to more than was bought"
    );
    println!("  and not to QOS_XR");
    Ok(())
}

fn call_it(app: &Client) -> anyhow::Result<SessionId> {
    step("Called through CAMARA quality-on-demand: AVAILABLE when the network confirms");
    let asked = json!({
        "device": {"phoneNumber": PHONE},
        "applicationServer": {"ipv4Address": "198.51.100.7"},
        "applicationServerPorts": {"ports": [3074]},
        "qosProfile": "QOS_L",
        "duration": 3_600,
    });
    let session = app.show(&Call::post("/quality-on-demand/v1/sessions", asked), 201)?;
    let id = text(&session, "sessionId")?;
    let path = format!("/quality-on-demand/v1/sessions/{id}");
    let began = Instant::now();
    until("the session is AVAILABLE", || {
        let (_, session) = app.call(&Call::get(&path))?;
        ensure!(session["qosStatus"] != "UNAVAILABLE", "the network refused: {session}");
        Ok((session["qosStatus"] == "AVAILABLE").then_some(()))
    })?;
    app.show(&Call::get(&path), 200)?;
    println!("  AVAILABLE {} ms after it was asked for", began.elapsed().as_millis());
    let bits = u128::from_str_radix(&id.replace('-', ""), 16).context("a session id is a UUID")?;
    Ok(SessionId::from_u128(bits))
}

fn charged_as_delivered(app: &Client, token: &str) -> anyhow::Result<()> {
    step("Charged as it is delivered: the fee when the network confirmed, usage as it is reported");
    let charged = until("usage is charged", || {
        let events = events_of(app, token, "usage_charged")?;
        Ok(events.iter().any(|event| event["paid"]["minor"].as_i64() > Some(0)).then_some(events))
    })?;
    let path = format!("/v1/tokens/{token}");
    let (_, row) = app.call(&Call::get(&path))?;
    ensure!(row["paid"]["minor"] == row["price"]["minor"], "the fee was not paid when the network confirmed: {row}");
    println!(
        "  fee {} paid, {} bytes delivered in {} reports, usage {}",
        plain(&row["paid"]["text"]),
        row["used"],
        charged.len(),
        plain(&row["usage"]["text"])
    );
    Ok(())
}

fn broken_and_refunded(stage: &Stage, app: &Client, token: &str, session: SessionId) -> anyhow::Result<()> {
    step("Two assurance windows go by, and are kept");
    std::thread::sleep(2 * WINDOW);
    ensure!(events_of(app, token, "promise_broken")?.is_empty(), "a promise was broken before anything was wrong");
    println!("  nothing is journaled of a window that was kept");
    step("The radio cell is congested on purpose");
    let before = balance(app)?;
    println!("  {} is congested; the wallet holds {}", stage.congest(session)?, plain(&before["text"]));
    let broken = until("the promise is found broken from raw samples", || {
        let broken = events_of(app, token, "promise_broken")?;
        Ok(broken.first().cloned())
    })?;
    println!(
        "  window {}: {} of {} samples were late. The refund posted by itself: {}",
        broken["window"],
        broken["samples_late"],
        broken["samples"],
        plain(&broken["refund"]["text"])
    );
    let refund = broken["refund"]["minor"].as_i64().unwrap_or(0);
    ensure!(refund > 0, "a broken promise paid nothing back");
    stage.clear();
    let path = format!("/v1/tokens/{token}");
    let (_, row) = app.call(&Call::get(&path))?;
    println!("  refunded so far: {}", plain(&row["refunded"]["text"]));
    Ok(())
}

fn end(app: &Client, session: SessionId, token: &str, before: &Value) -> anyhow::Result<()> {
    step("Over: the session is deleted, the token given up, what was held goes back");
    let id = uuid(session);
    app.show(&Call::delete(&format!("/quality-on-demand/v1/sessions/{id}")), 204)?;
    let path = format!("/v1/tokens/{token}");
    until("the network has stopped", || Ok((!events_of(app, token, "session_ended")?.is_empty()).then_some(())))?;
    let row = app.show(&Call::delete(&path), 200)?;
    let after = balance(app)?;
    let [paid, refunded] = ["paid", "refunded"].map(|field| plain(&row[field]["text"]));
    println!(
        "  wallet before {}, after {}; paid {paid}, refunded {refunded}",
        plain(&before["text"]),
        plain(&after["text"])
    );
    let minor = |money: &Value| money["minor"].as_i64().unwrap_or(0);
    let spent = minor(&row["paid"]) + minor(&row["usage"]) - minor(&row["refunded"]);
    ensure!(minor(before) - minor(&after) == spent, "the wallet does not tell the same story as the token");
    Ok(())
}

fn books(operator: &Client) -> anyhow::Result<()> {
    step("Both books while the token is live, shown and summed");
    let (status, books) = operator.call(&Call::get("/v1/books"))?;
    ensure!(status == 200, "the books were answered with {status}: {books}");
    for asset in rows(&books, "ledger")? {
        println!("  {:<18} {:>14} {:>12}", format!("{} in", plain(&asset["asset"])), "balance", "held");
        for account in rows(&asset, "accounts")? {
            let shown = if account["text"].is_string() { plain(&account["text"]) } else { plain(&account["posted"]) };
            println!("    {:<16} {shown:>14} {:>12}", plain(&account["kind"]), plain(&account["held"]));
        }
        println!("    {:<16} {:>14}", "sum", plain(&asset["sum"]));
        ensure!(asset["sum"] == 0, "the ledger does not sum to zero");
    }
    println!(
        "  {:<18} {:>12} {:>12} {:>10} {:>10} {:>12}",
        "kbit/s now", "built", "background", "floor", "committed", "free"
    );
    let capacity = rows(&books, "capacity")?;
    for class in &capacity {
        let name = if class["class"].is_string() { plain(&class["class"]) } else { "sum".to_owned() };
        let [built, background, floor, committed, free] =
            ["nominal", "background", "floor", "committed", "free"].map(|field| plain(&class[field]));
        println!("    {name:<16} {built:>12} {background:>12} {floor:>10} {committed:>10} {free:>12}");
    }
    ensure!(
        capacity.iter().any(|class| class["committed"].as_u64() > Some(0)),
        "the token holds nothing on the network"
    );
    Ok(())
}

fn chain(stage: &Stage) -> anyhow::Result<()> {
    step("The journal's chain, verified, and replayed");
    println!("  {}", stage.verify()?.replace('\n', "\n  "));
    Ok(())
}

fn rows(value: &Value, field: &str) -> anyhow::Result<Vec<Value>> {
    value[field].as_array().cloned().with_context(|| format!("{field} is missing in {value}"))
}

/// Text without its quotes, anything else as it is.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Changes a byte of the journal behind the cell's back: in the database and in every copy that its log still has.
pub fn tamper(data: &Path) -> anyhow::Result<()> {
    let mut changed = 0;
    for name in ["journal.db", "journal.db-wal"] {
        let file = data.join(name);
        let Ok(mut bytes) = std::fs::read(&file) else { continue };
        for at in 0..bytes.len() {
            if bytes[at..].starts_with(TARGET) {
                bytes[at] ^= 1;
                changed += 1;
            }
        }
        std::fs::write(&file, bytes).with_context(|| format!("could not change {}", file.display()))?;
    }
    ensure!(changed > 0, "the journal does not hold the offering");
    Ok(())
}

fn balance(app: &Client) -> anyhow::Result<Value> {
    let (status, wallet) = app.call(&Call::get("/v1/wallets/EUR"))?;
    ensure!(status == 200, "the wallet was answered with {status}: {wallet}");
    Ok(wallet["balance"].clone())
}

fn events_of(app: &Client, token: &str, kind: &str) -> anyhow::Result<Vec<Value>> {
    let path = format!("/v1/tokens/{token}/events?limit=200");
    let (_, timeline) = app.call(&Call::get(&path))?;
    let items = timeline["items"].as_array().context("a timeline has items")?;
    Ok(items.iter().filter(|item| item["type"] == kind).cloned().collect())
}

fn until<T>(what: &str, mut look: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(found) = look()? {
            return Ok(found);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("waited {} s in vain until {what}", PATIENCE.as_secs())
}

fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    value[field].as_str().map(str::to_owned).with_context(|| format!("{field} is missing in {value}"))
}

fn uuid(session: SessionId) -> String {
    let hex = format!("{:032x}", session.as_u128());
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
