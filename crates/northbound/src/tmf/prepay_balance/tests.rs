//! TMF654 over HTTP, each answer held to TM Forum's own file.

use crate::native::parties;
use crate::tests::spec::Spec;
use crate::tests::world::{ALICE, BOB, METER, OPERATOR, World, party};
use serde_json::{Value, json};
use types::Duration;

const BASE: &str = super::BASE;
const FILE: &str = "TMF654_Prepay_Balance_Management_API_v4.0.0_swagger.json";

fn wallet(number: u128) -> String {
    format!("{}-EUR", party(number))
}

#[expect(clippy::needless_pass_by_value, reason = "a body is written where it is sent")]
fn draft(number: u128, amount: Value) -> Value {
    json!({
        "amount": {"amount": amount, "units": "EUR"}, "usageType": "monetary", "bucket": {"id": wallet(number)},
        "partyAccount": {"id": party(number).to_string()},
    })
}

fn transfer(from: u128, to: u128, amount: Value) -> Value {
    let mut draft = draft(from, amount);
    let more = json!({
        "reason": "lunch", "channel": {"id": "app", "name": "the app"}, "logicalResource": [{"id": "+31612345678"}],
        "receiverLogicalResource": {"id": "+31687654321"}, "receiverBucket": {"id": wallet(to)}, "receiverBucketUsageType": "monetary",
    });
    draft.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    draft
}

async fn balance(world: &World, who: &str) -> (i64, i64) {
    let wallet = world.get(who, "/v1/wallets/EUR").await.expect(200);
    let minor = |name: &str| wallet[name]["minor"].as_i64().expect("an amount");
    (minor("balance"), minor("held"))
}

#[tokio::test]
async fn buckets_are_wallets_and_volumes() {
    let world = World::open().await;
    let all = world.get(ALICE, &format!("{BASE}/bucket")).await.expect(200);
    assert_eq!(all[0]["id"], wallet(2));
    assert_eq!(all[0]["remainingValue"], json!({"amount": 10.0, "units": "EUR"}));
    let one = world.get(ALICE, &format!("{BASE}/bucket/{}", wallet(2))).await.expect(200);
    assert_eq!(one, all[0]);
    let sums = world.get(ALICE, &format!("{BASE}/accumulatedBalance")).await.expect(200);
    assert_eq!(sums[0]["totalBalance"], json!({"amount": 10.0, "units": "EUR"}));
    let sum = world.get(ALICE, &format!("{BASE}/accumulatedBalance/{}", wallet(2))).await.expect(200);
    assert_eq!(sum, sums[0]);
    let few = world.get(ALICE, &format!("{BASE}/bucket?fields=status&usageType=monetary")).await.expect(200);
    assert_eq!(
        few,
        json!([{"id": wallet(2), "href": format!("{BASE}/bucket/{}", wallet(2)), "@type": "Bucket", "status": "active"}])
    );

    let everybodys = world.get(OPERATOR, &format!("{BASE}/bucket?sort=remainingValue.amount")).await.expect(200);
    let ids: Vec<_> = everybodys.as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(ids, [wallet(3), wallet(2)]);
    let named = world.get(OPERATOR, &format!("{BASE}/bucket?partyAccount.id={}", party(3))).await.expect(200);
    assert_eq!((named.as_array().map(Vec::len), &named[0]["id"]), (Some(1), &json!(wallet(3))));

    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_at("#/definitions/Bucket", &one);
    spec.assert_at("#/definitions/AccumulatedBalance", &sum);
}

#[tokio::test]
async fn a_top_up_is_done_once_under_its_key_and_can_be_paid_back() {
    let world = World::open().await;
    let mut body = draft(2, json!(5.25));
    body["paymentMethod"] = json!({"id": "card-7"});
    body["description"] = json!("at the counter");
    let path = format!("{BASE}/topupBalance");
    let first = world.send(OPERATOR, "POST", &path, &[("idempotency-key", "a")], Some(body.clone())).await;
    let place = first.headers["location"].to_str().expect("a text").to_owned();
    let first = first.expect(201);
    assert_eq!((&first["status"], &first["amount"]), (&json!("completed"), &json!({"amount": 5.25, "units": "EUR"})));
    assert_eq!(first["description"], "at the counter");
    let again = world.send(OPERATOR, "POST", &path, &[("idempotency-key", "a")], Some(body.clone())).await.expect(201);
    assert_eq!(again, first);
    assert_eq!(balance(&world, ALICE).await, (1_525, 0));
    // Without a key of its own the correlator names the request; without that each is its own.
    for expected in [2_050, 2_050] {
        world.send(OPERATOR, "POST", &path, &[("x-correlator", "c-1")], Some(body.clone())).await.expect(201);
        assert_eq!(balance(&world, ALICE).await.0, expected);
    }
    world.post(OPERATOR, &path, body.clone()).await.expect(201);
    assert_eq!(balance(&world, ALICE).await.0, 2_575);
    body["amount"]["amount"] = json!(6);
    let reused = world.send(OPERATOR, "POST", &path, &[("idempotency-key", "a")], Some(body)).await;
    reused.tmf_error(409, "idempotency-key-reused");

    assert_eq!(world.get(ALICE, &place).await.expect(200), first);
    let listed = world.get(ALICE, &path).await.expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(3));
    assert_eq!(listed[2], first, "the latest comes first");
    world.get(BOB, &place).await.tmf_error(404, "not-found");
    assert_eq!(world.get(BOB, &path).await.expect(200), json!([]));
    let rules = world.get(ALICE, "/v1/wallets/EUR/rules").await.expect(200);
    assert_eq!(rules["refundable"]["minor"], 1_575);
    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_at("#/definitions/TopupBalance", &first);
}

#[tokio::test]
async fn an_adjustment_is_the_operators_present() {
    let world = World::open().await;
    let mut body = draft(2, json!(2));
    body["adjustType"] = json!("oneTime");
    let path = format!("{BASE}/adjustBalance");
    let given = world.post(OPERATOR, &path, body.clone()).await.expect(201);
    assert_eq!(balance(&world, ALICE).await, (1_200, 0));
    let rules = world.get(ALICE, "/v1/wallets/EUR/rules").await.expect(200);
    assert_eq!(rules["refundable"]["minor"], 0);
    for who in [ALICE, METER] {
        world.post(who, &path, body.clone()).await.tmf_error(403, "role-not-allowed");
    }
    body["adjustType"] = json!("recurring");
    world.post(OPERATOR, &path, body.clone()).await.tmf_error(400, "invalid-value");
    body["adjustType"] = json!("oneTime");
    body["amount"]["amount"] = json!(-2);
    world.post(OPERATOR, &path, body).await.tmf_error(400, "invalid-value");
    assert_eq!(balance(&world, ALICE).await, (1_200, 0));
    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_at("#/definitions/AdjustBalance", &given);
}

#[tokio::test]
async fn a_transfer_moves_what_is_there() {
    let world = World::open().await;
    let path = format!("{BASE}/transferBalance");
    let moved = world.post(ALICE, &path, transfer(2, 3, json!(4))).await.expect(201);
    assert_eq!((balance(&world, ALICE).await.0, balance(&world, BOB).await.0), (600, 500));
    assert_eq!((&moved["reason"], &moved["receiver"]["id"]), (&json!("lunch"), &json!(party(3).to_string())));
    world.post(ALICE, &path, transfer(2, 3, json!(6.01))).await.tmf_error(409, "insufficient-funds");
    world.post(ALICE, &path, transfer(3, 2, json!(1))).await.tmf_error(400, "invalid-value");
    assert_eq!((balance(&world, ALICE).await.0, balance(&world, BOB).await.0), (600, 500));
    let history = world.get(ALICE, &format!("{BASE}/balanceActionHistory")).await.expect(200);
    assert_eq!((history.as_array().map(Vec::len), &history[0]["id"]), (Some(1), &moved["id"]));
    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_at("#/definitions/TransferBalance", &moved);
    spec.assert_at("#/definitions/BalanceActionHistory", &history[0]);
}

#[tokio::test]
async fn what_is_reserved_comes_back_on_request_or_by_itself() {
    let world = World::open().await;
    let path = format!("{BASE}/reserveBalance");
    let reserved = world.post(ALICE, &path, draft(2, json!(4))).await.expect(201);
    assert_eq!((&reserved["status"], balance(&world, ALICE).await), (&json!("created"), (1_000, 400)));
    world
        .post(ALICE, &format!("{BASE}/transferBalance"), transfer(2, 3, json!(6.01)))
        .await
        .tmf_error(409, "insufficient-funds");
    let bucket = world.get(ALICE, &format!("{BASE}/bucket/{}", wallet(2))).await.expect(200);
    assert_eq!(bucket["reservedValue"], json!({"amount": 4.0, "units": "EUR"}));

    let one = format!("{path}/{}", reserved["id"].as_str().expect("an id"));
    world.delete(BOB, &one).await.tmf_error(404, "not-found");
    let wrong = json!({"status": "completed", "reason": "delivered"});
    world.send(ALICE, "PATCH", &one, &[], Some(wrong)).await.tmf_error(400, "invalid-value");
    assert_eq!(balance(&world, ALICE).await, (1_000, 400));
    let wish = json!({"status": "cancelled", "reason": "changed my mind"}).to_string();
    let media = [("content-type", "application/merge-patch+json")];
    let cancelled = world.raw(ALICE, "PATCH", &one, &media, wish).await.expect(200);
    assert_eq!((&cancelled["status"], &cancelled["reason"]), (&json!("cancelled"), &json!("changed my mind")));
    assert_eq!(balance(&world, ALICE).await, (1_000, 0));
    world.delete(ALICE, &one).await.expect(204);

    let until = crate::time::text(world.app.gate.clock().now().after(Duration::from_mins(5)));
    let mut body = draft(2, json!(10));
    body["validFor"] = json!({"endDateTime": until});
    let standing = world.post(ALICE, &path, body.clone()).await.expect(201);
    world.skip(Duration::from_mins(6));
    // The tick of any batch lets it go.
    world.post(ALICE, &format!("{BASE}/transferBalance"), transfer(2, 3, json!(9))).await.expect(201);
    let over = world.get(ALICE, &format!("{path}/{}", standing["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!((&over["status"], balance(&world, ALICE).await), (&json!("completed"), (100, 0)));
    world.post(ALICE, &path, body).await.tmf_error(400, "invalid-value");
    let Some(spec) = Spec::tmf(FILE) else { return };
    for answer in [&reserved, &cancelled, &over] {
        spec.assert_at("#/definitions/ReserveBalance", answer);
    }
}

#[tokio::test]
async fn whatever_is_wrong_gets_the_forums_error_and_changes_nothing() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let without = |name: &str| {
        let mut body = draft(2, json!(1));
        body.as_object_mut().expect("an object").remove(name);
        body
    };
    let with = |name: &str, value: Value| {
        let mut body = draft(2, json!(1));
        body[name] = value;
        body
    };
    let table = [
        (without("amount"), "malformed-request"),
        (without("bucket"), "malformed-request"),
        (without("usageType"), "malformed-request"),
        (without("partyAccount"), "malformed-request"),
        (json!([]), "malformed-request"),
        (json!(7), "malformed-request"),
        (with("amount", json!(1)), "malformed-request"),
        (with("amount", Value::Null), "malformed-request"),
        (with("amount", json!({"amount": "1", "units": "EUR"})), "malformed-request"),
        (with("amount", json!({"amount": 1, "units": "USD"})), "invalid-value"),
        (with("amount", json!({"amount": 0.005, "units": "EUR"})), "invalid-value"),
        (with("amount", json!({"amount": 1e300, "units": "EUR"})), "invalid-value"),
        (with("usageType", json!("data")), "invalid-value"),
        (with("usageType", json!("gold")), "malformed-request"),
        (with("bucket", json!({"id": wallet(3)})), "invalid-value"),
        (with("bucket", json!({"id": format!("{}-USD", party(2))})), "invalid-value"),
        (with("bucket", json!({"id": "x"})), "invalid-value"),
        (with("partyAccount", json!({"id": party(3).to_string()})), "invalid-value"),
        (with("voucher", json!("1234")), "invalid-value"),
        (with("isAutoTopup", json!(true)), "invalid-value"),
        (with("description", json!("x".repeat(9_000))), "invalid-value"),
        (with("validFor", json!({"endDateTime": "2020-01-01T00:00:00Z"})), "invalid-value"),
        (with("validFor", json!({"endDateTime": "soon"})), "invalid-value"),
        (with("validFor", json!({"endDateTime": "2999-01-01T00:00:00Z"})), "duration-out-of-range"),
    ];
    for (body, code) in table {
        let error = world.post(ALICE, &format!("{BASE}/reserveBalance"), body).await.tmf_error(400, code);
        if let Some(spec) = Spec::tmf(FILE) {
            spec.assert_at("#/definitions/Error", &error);
        }
    }
    let media = [("content-type", "text/plain")];
    world
        .raw(ALICE, "POST", &format!("{BASE}/reserveBalance"), &media, "{}")
        .await
        .tmf_error(415, "unsupported-media-type");
    world.get(ALICE, &format!("{BASE}/bucket?limit=0")).await.tmf_error(400, "invalid-value");
    world.get("", &format!("{BASE}/bucket")).await.tmf_error(401, "unauthenticated");
    world.get(METER, &format!("{BASE}/bucket")).await.tmf_error(403, "role-not-allowed");
    world.get(ALICE, &format!("{BASE}/nothing")).await.tmf_error(404, "no-such-route");
    world.send(ALICE, "PUT", &format!("{BASE}/bucket"), &[], None).await.tmf_error(405, "method-not-allowed");
    for path in [
        "bucket/x",
        "bucket/tok_0000000000000000000000000z",
        "accumulatedBalance/x-EUR",
        "topupBalance/x",
        "balanceActionHistory/x",
    ] {
        world.get(ALICE, &format!("{BASE}/{path}")).await.tmf_error(404, "not-found");
    }
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn a_listener_is_told_of_its_partys_actions_in_the_forums_form() {
    let world = World::open().await;
    let hub = format!("{BASE}/hub");
    let asked = json!({"callback": "https://bss.example/tmf/", "query": "eventType=TopupBalanceCreateEvent,ReserveBalanceCancelEvent"});
    let made = world.post(ALICE, &hub, asked.clone()).await.expect(201);
    assert_eq!(made["callback"], asked["callback"]);
    world.post(BOB, &hub, json!({"callback": "https://bob.example/told"})).await.expect(201);
    let path = format!("{BASE}/reserveBalance");
    let reserved = world.post(ALICE, &path, draft(2, json!(4))).await.expect(201);
    world.delete(ALICE, &format!("{path}/{}", reserved["id"].as_str().expect("an id"))).await.expect(204);
    let mut body = draft(2, json!(5));
    body["description"] = json!("private");
    let added = world.post(OPERATOR, &format!("{BASE}/topupBalance"), body).await.expect(201);
    let letters = world.postbox.letters(2).await;
    let types: Vec<_> = letters.iter().map(|letter| letter.body["eventType"].clone()).collect();
    assert_eq!(types, ["ReserveBalanceCancelEvent", "TopupBalanceCreateEvent"]);
    assert_eq!(letters[0].url, "https://bss.example/tmf/listener/reserveBalanceCancelEvent");
    assert_eq!(letters[1].body["event"]["topupBalance"]["id"], added["id"]);
    assert!(!letters[1].text.contains("private"));

    assert_eq!(world.get(ALICE, "/v1/webhooks").await.expect(200)["items"], json!([]), "hubs have their own list");
    let one = format!("{hub}/{}", made["id"].as_str().expect("an id"));
    world.delete(BOB, &one).await.tmf_error(404, "not-found");
    world.delete(ALICE, &one).await.expect(204);
    world.delete(ALICE, &one).await.tmf_error(404, "not-found");
    for wrong in [
        json!({}),
        json!({"callback": "ftp://x/"}),
        json!({"callback": "https://x.example/", "query": "eventType=Nothing"}),
        json!({"callback": "https://x.example/", "query": "status=1"}),
    ] {
        assert_eq!(world.post(ALICE, &hub, wrong.clone()).await.status.as_u16(), 400, "{wrong}");
    }
    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_at("#/definitions/EventSubscription", &made);
    spec.assert_at("#/definitions/ReserveBalanceCancelEvent", &letters[0].body);
    spec.assert_at("#/definitions/TopupBalanceCreateEvent", &letters[1].body);
}

#[tokio::test]
async fn what_was_said_of_an_action_is_erased_with_its_party() {
    let world = World::open().await;
    let mut body = draft(2, json!(5));
    body["description"] = json!("for Alice Example");
    let added = world.post(OPERATOR, &format!("{BASE}/topupBalance"), body).await.expect(201);
    let subjects = world.app.read(|view| {
        let alice = view.state.party_by_id(party(2)).expect("Alice");
        parties::convert::subjects_of(&view.state, alice).expect("no session is live")
    });
    assert!(subjects.await.len() >= 2);
    world.delete(OPERATOR, &format!("/v1/parties/{}/personal-data", party(2))).await.expect(204);
    let path = format!("{BASE}/topupBalance/{}", added["id"].as_str().expect("an id"));
    let left = world.get(OPERATOR, &path).await.expect(200);
    assert_eq!((&left["amount"], left.get("description")), (&added["amount"], None));
}
