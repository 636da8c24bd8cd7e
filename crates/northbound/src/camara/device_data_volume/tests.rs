//! What is left to a device, to the byte where it matters.

use crate::tests::spec::Spec;
use crate::tests::world::{ALICE, BOB, METER, OPERATOR, PHONE, World, calls, here, offering, source};
use serde_json::{Value, json};

const RETRIEVE: &str = "/device-data-volume/v0.1/retrieve";
const CHECK: &str = "/device-data-volume/v0.1/check";
const MIB: u64 = 1 << 20;

fn device() -> Value {
    json!({"phoneNumber": "+31612345678"})
}

/// Alice buys so many bytes for a device, or for any.
async fn buy(world: &World, number: u128, bytes: u64, device: Option<&str>) -> Value {
    let mut draft = calls();
    draft["id"] = json!(offering(number).to_string());
    draft["capability"] = json!("connectivity");
    draft["terms"]["volume"] = json!({"unit": "byte", "quantity": bytes});
    draft["price"] = json!({"currency": "EUR", "once_minor": 1});
    world.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
    let mut order = json!({"offering": offering(number).to_string(), "window": {"duration_s": 3_600}, "place": here()});
    order.as_object_mut().expect("an object").extend(device.map(|device| ("device".to_owned(), json!(device))));
    let key = number.to_string();
    world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", &key)], Some(order)).await.expect(201)
}

async fn check(world: &World, who: &str, value: u64, unit: &str) -> Value {
    let body = json!({"device": device(), "volumeToCheck": {"value": value, "unit": unit}});
    world.post(who, CHECK, body).await.expect(200)
}

#[tokio::test]
async fn what_is_left_is_the_sum_of_what_serves_the_device() {
    let world = World::open().await;
    let bound = buy(&world, 7, 150 * MIB, Some("tel:+31612345678")).await;
    buy(&world, 8, 900 * MIB, Some("tel:+31687654321")).await;
    let shown = world.post(ALICE, RETRIEVE, json!({"device": device()})).await.expect(200);
    assert_eq!(shown, json!({"device": device(), "dataVolumeCategory": "<200MiB"}));
    buy(&world, 9, 100 * MIB, None).await;
    for (value, unit, exceeded) in [(249, "MiB", true), (250, "MiB", false), (0, "GiB", true), (1, "GiB", false)] {
        let answer = check(&world, ALICE, value, unit).await;
        assert_eq!(answer, json!({"device": device(), "thresholdExceeded": exceeded}), "{value} {unit}");
    }
    let charge = json!({"token": bound["id"], "source": source().to_string(), "sequence": 1, "quantity": 150 * MIB});
    world.post(METER, "/v1/usage", json!({"charges": [charge]})).await.expect(200);
    assert_eq!(check(&world, ALICE, 99, "MiB").await["thresholdExceeded"], json!(true));
    assert_eq!(check(&world, ALICE, 100, "MiB").await["thresholdExceeded"], json!(false));
    // With three legs the token names the device, and the answer does not.
    let phone = world.on_behalf(PHONE).await;
    let shown = world.post(&phone, RETRIEVE, json!({})).await.expect(200);
    assert_eq!(shown, json!({"dataVolumeCategory": "<200MiB"}));
    for (number, mib, category) in [(10, 924, "<5GiB"), (11, 4_096, ">=5GiB")] {
        buy(&world, number, mib * MIB, None).await;
        let shown = world.post(ALICE, RETRIEVE, json!({"device": device()})).await.expect(200);
        assert_eq!(shown["dataVolumeCategory"], json!(category));
    }
    let Some(spec) = Spec::open("device-data-volume") else { return };
    spec.assert_is("RetrieveDataVolumeResponse", &shown);
    spec.assert_is("CheckDataVolumeResponse", &check(&world, ALICE, 1, "MiB").await);
}

#[tokio::test]
async fn a_device_without_a_volume_of_bytes_is_not_one_that_it_applies_to() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", Some("tel:+31612345678")).await.expect(201);
    buy(&world, 8, MIB, Some("tel:+31687654321")).await;
    for who in [ALICE, BOB] {
        world.post(who, RETRIEVE, json!({"device": device()})).await.error_info(422, "SERVICE_NOT_APPLICABLE");
    }
    for value in [-1, 1_025] {
        let body = json!({"device": device(), "volumeToCheck": {"value": value, "unit": "MiB"}});
        world.post(ALICE, CHECK, body).await.error_info(400, "OUT_OF_RANGE");
    }
    for body in [
        json!({"device": device()}),
        json!({"device": device(), "volumeToCheck": {"value": 1}}),
        json!({"device": device(), "volumeToCheck": {"value": 1, "unit": "kB"}}),
        json!({"device": device(), "volumeToCheck": {"value": 1.5, "unit": "MiB"}}),
        json!({"device": device(), "volumeToCheck": {"value": 1, "unit": "MiB"}, "more": 1}),
        json!({"device": null, "volumeToCheck": {"value": 1, "unit": "MiB"}}),
    ] {
        world.post(ALICE, CHECK, body).await.error_info(400, "INVALID_ARGUMENT");
    }
}
