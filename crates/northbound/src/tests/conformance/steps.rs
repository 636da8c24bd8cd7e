//! What the steps of CAMARA's scenarios mean here.

use super::probes;
use super::record::{Operation, Record, Request};
use crate::tests::world::{self, ALICE, Reply, World};
use serde_json::{Value, json};
use types::Duration;

/// The correlator that is sent.
const CORRELATOR: &str = "b4333c46-49c0-4f62-80d7-f0ef930f1c46";
/// The device that Alice's token is bound to, another one of the operator's, and one of another operator.
const PHONE: &str = "+31612345678";
const OTHER_PHONE: &str = "+31687654321";
const FOREIGN_PHONE: &str = "+4917612345678";

/// A scenario under way.
pub struct Run<'a> {
    record: &'a mut Record,
    world: World,
    operation: Option<Operation>,
    who: String,
    name: String,
    content_type: Option<String>,
    correlator: Option<String>,
    body: Option<Value>,
    reply: Option<Reply>,
    checked: usize,
}

impl<'a> Run<'a> {
    /// In a world where Alice has bought a token for one device, with a sound request of an operation where it is known.
    pub async fn new(record: &'a mut Record, operation: Option<Operation>) -> Self {
        let world = World::open().await;
        world.buy_boost(ALICE, "one", Some(&format!("tel:{PHONE}"))).await.expect(201);
        world.buy_data(PHONE).await;
        let mut run = Self {
            record,
            world,
            operation: None,
            who: ALICE.to_owned(),
            name: "QOS_L".to_owned(),
            content_type: None,
            correlator: None,
            body: None,
            reply: None,
            checked: 0,
        };
        if let Some(operation) = operation {
            run.operation = Some(operation);
            run.content_type = Some("application/json".to_owned());
            run.body = sound(operation);
        }
        run
    }

    /// Was anything asserted?
    pub const fn has_checked(&self) -> bool {
        self.checked > 0
    }

    /// Carries out one step; one that is not known fails.
    pub async fn step(&mut self, step: &str) {
        let (words, quoted) = split(step);
        let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
        let known = self.given_before(&words, &quoted)
            || self.given_caller(&words).await
            || self.given_body(&words, &quoted)
            || self.given_device(&words, &quoted)
            || self.when(&words, &quoted).await
            || self.then(&words, &quoted)
            || self.then_list(&words, &quoted);
        assert!(known, "an unknown step: {step}");
    }

    fn given_before(&mut self, words: &str, quoted: &[&str]) -> bool {
        match (words, quoted) {
            ("an environment at _", ["apiRoot"])
            | (
                "an existing QoS profile"
                | "that some types of device identifiers are not supported by the implementation"
                | "that the service is not available for all devices commercialized by the operator"
                | "that the service is not available for all phone numbers commercialized by the operator"
                | "that the service is not available for all devices commercialized by the API provider"
                | "a valid testing device supported by the service is provided in the request body",
                [],
            ) => {}
            ("the resource _", [resource]) => {
                self.operation = Some(Operation::at(&resource.replace("{sessionId}", "")));
            }
            ("the header _ is set to _", ["Content-Type", value]) => self.content_type = Some((*value).to_owned()),
            ("the header _ complies with the schema at _", ["x-correlator", schema]) => {
                self.expect_sound(schema, &json!(CORRELATOR));
                self.correlator = Some(CORRELATOR.to_owned());
            }
            (
                "the path param _ is set by default to an existing QoS profile name"
                | "the path parameter _ is set to the value for that QoS profile",
                ["name"],
            ) => self.name = "QOS_L".to_owned(),
            ("path parameter _ does not match the regular expression _", ["name", _]) => self.name = "a%20b".to_owned(),
            ("path parameter _ has a length not between 3 and 256", ["name"]) => self.name = "x".repeat(257),
            ("the path parameter _ is set to a random string compliant with the pattern", ["name"]) => {
                self.name = "QOS_9f3a.b-7".to_owned();
            }
            _ => return false,
        }
        true
    }

    async fn given_caller(&mut self, words: &str) -> bool {
        let rest = words.strip_prefix("the header _ is ").or_else(|| words.strip_prefix("header _ "));
        let Some(rest) = rest else { return false };
        self.who = match rest {
            "set to a valid access token"
            | "set to a valid access token which does not identify a single device"
            | "set to a valid access token which does not identify a single phone number" => ALICE.to_owned(),
            "set to a valid access token identifying a device"
            | "set to a valid access token identifying a phone number" => self.world.on_behalf(world::PHONE).await,
            "set to an access token that does not include scope qos-profiles:read"
            | "set to an access token not including scope _" => self.world.bare().await,
            "set to an expired access token" => {
                let token = self.world.on_behalf(world::PHONE).await;
                self.world.skip(Duration::from_mins(30));
                token
            }
            "set to an invalid access token" | "set to a malformed token" => self.world.bare().await + "x",
            "not sent" | "removed" => String::new(),
            _ => return false,
        };
        true
    }

    fn given_body(&mut self, words: &str, quoted: &[&str]) -> bool {
        match (words, quoted) {
            (
                "the request body is set by default to a request body compliant with the schema at _"
                | "the request body is set by default to a request body compliant with the schema _"
                | "a request body compliant with the schema at _",
                [schema],
            ) => {
                self.content_type.get_or_insert_with(|| "application/json".to_owned());
                self.body = self.operation.and_then(sound);
                let body = self.body.clone().expect("an operation with a body");
                self.expect_sound(schema, &body);
            }
            ("the request body is set to a valid request body", []) => self.body = self.operation.and_then(sound),
            ("the request body is not included", []) => self.body = None,
            ("the request body is set to any value which is not compliant with the schema at _", [schema]) => {
                let broken = json!({"name": 7, "status": "SOME"});
                self.expect_broken(schema, &broken);
                self.body = Some(broken);
            }
            ("the request body property _ is set to an existing QoS profile name", ["$.name"]) => {
                self.set("$.name", json!("QOS_L"));
            }
            ("the request body properties _ and _ are not included", [one, two]) => {
                self.remove(one);
                self.remove(two);
            }
            ("the request body property _ is not included", [path]) => self.remove(path),
            ("the request body property _ is set to: {}", [path]) => self.set(path, json!({})),
            (set, [path]) if set.starts_with("the request body property _ is set to the value ") => {
                let value = set.rsplit(' ').next().expect("a value");
                self.set(path, json!(value));
            }
            ("the request body property _ does not comply with the OAS schema at _", [path, schema]) => {
                let broken = broken(schema);
                self.expect_broken(schema, &broken);
                self.set(path, broken);
            }
            _ => return false,
        }
        true
    }

    fn given_device(&mut self, words: &str, quoted: &[&str]) -> bool {
        let phone = match (words, quoted) {
            (
                "the request body property _ is compliant with the schema but does not identify a valid device"
                | "the request body property _ is compliant with the schema but does not identify a valid phone number"
                | "the request body property _ is compliant with the schema, but does not identify a device whose connectivity is managed by the API provider",
                [_],
            ) => FOREIGN_PHONE,
            (
                "the request body property _ is set to a valid device"
                | "the request body property _ is set to a valid phone number"
                | "the request body property _ is set to a valid device, which may or may not be the same device that is identified by the access token",
                [_],
            ) => PHONE,
            (
                "a valid device, identified by the token or provided in the request body, for which the service is not applicable"
                | "a valid phone number, identified by the token or provided in the request body, for which the service is not applicable"
                | "a valid device, provided in the request body, for which the service is not applicable",
                [],
            ) => OTHER_PHONE,
            (
                "the request body property _ only includes device identifiers not supported by the implementation",
                [path],
            ) => {
                self.set(path, json!({"networkAccessIdentifier": "123456789@domain.com"}));
                return true;
            }
            _ => return false,
        };
        self.set("$.device", json!({ "phoneNumber": phone }));
        true
    }

    async fn when(&mut self, words: &str, quoted: &[&str]) -> bool {
        let operation = self.operation.expect("a resource was named");
        match (words, quoted) {
            ("the request _ is sent", [id]) => assert_eq!(*id, operation.id),
            ("the HTTP _ request is sent", ["POST"]) => {}
            _ => return false,
        }
        let request = Request {
            who: self.who.clone(),
            variable: self.name.clone(),
            correlator: self.correlator.clone(),
            content_type: self.content_type.clone(),
            body: self.body.as_ref().map(Value::to_string),
        };
        self.reply = Some(self.record.ask(&self.world, operation, &request).await);
        true
    }

    fn then(&mut self, words: &str, quoted: &[&str]) -> bool {
        let Some(reply) = &self.reply else { return false };
        match (words, quoted) {
            (status, [])
                if status.starts_with("the response status code is ")
                    || status.starts_with("the response code is ") =>
            {
                assert!(status.ends_with(&format!(" {}", reply.status.as_u16())), "{status}: {}", reply.body);
            }
            ("the response header _ is _", ["Content-Type", value]) => assert_eq!(reply.headers["content-type"], value),
            ("the response header _ has same value as the request header _", ["x-correlator", "x-correlator"]) => {
                assert_eq!(reply.headers["x-correlator"], self.correlator.as_deref().expect("one was sent"));
            }
            ("the response property _ is _", ["$.code", code]) => assert_eq!(reply.body["code"], *code),
            (status, ["$.status"]) if status.starts_with("the response property _ is ") => {
                assert!(status.ends_with(&format!(" {}", reply.body["status"])), "{status}: {}", reply.body);
            }
            (
                "the response property _ contains a user friendly text"
                | "the response property _ contains a user-friendly text",
                ["$.message"],
            ) => assert!(reply.body["message"].as_str().is_some_and(|text| text.len() > 10), "{}", reply.body),
            ("the response body complies with the OAS schema at _", [schema]) => self.expect_sound(schema, &reply.body),
            (has, [path, values @ ..]) if has.starts_with("the response body property _ is present and has value ") => {
                let value = &reply.body[path.trim_start_matches("$.")];
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                assert!(values.contains(&text.as_str()), "{path} is {text}, not of {values:?}");
            }
            // There are 500 MiB.
            ("the remaining data volume is above the requested threshold", []) => {
                let asked = self.body.as_ref().and_then(|asked| asked["volumeToCheck"]["value"].as_u64());
                assert!(asked.is_some_and(|mebibytes| mebibytes < 500), "{asked:?}");
            }
            ("the response property _ value is equal to path param _", ["$.name", "name"]) => {
                assert_eq!(reply.body["name"], self.name.as_str());
            }
            _ => return false,
        }
        self.checked += 1;
        true
    }

    fn then_list(&mut self, words: &str, quoted: &[&str]) -> bool {
        let Some(body) = self.reply.as_ref().map(|reply| reply.body.clone()) else { return false };
        // The scenarios of one profile speak of a list of one.
        let items = body.as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
        match (words, quoted) {
            (
                "each item of the response array complies with the OAS schema at _"
                | "each item of the response array, if any, complies with the OAS schema at _",
                [schema],
            ) => self.expect_all_sound(schema, &items),
            ("the response array has only one item which complies with the OAS schema at _", [schema]) => {
                assert_eq!(items.len(), 1, "{body}");
                self.expect_all_sound(schema, &items);
            }
            ("the response property _ value is equal to the request body property _", ["$[0].name", "$.name"]) => {
                let asked = self.body.as_ref().map(|asked| &asked["name"]);
                assert_eq!(Some(&body[0]["name"]), asked);
            }
            (equal, ["$[*].status"]) if equal.contains("has property _ equal to ") => {
                let status = equal.rsplit(' ').next().expect("a status");
                assert!(items.iter().all(|item| item["status"] == status), "{equal}: {body}");
            }
            _ => return false,
        }
        self.checked += 1;
        true
    }

    fn set(&mut self, path: &str, value: Value) {
        let body = self.body.get_or_insert_with(|| json!({}));
        let place = path.split('.').skip(1).fold(body, |place, name| &mut place[name]);
        *place = value;
    }

    fn remove(&mut self, path: &str) {
        let name = path.strip_prefix("$.").expect("a member of the body");
        self.body.as_mut().and_then(Value::as_object_mut).expect("a body").remove(name);
    }

    #[track_caller]
    fn expect_all_sound(&self, schema: &str, items: &[Value]) {
        for item in items {
            self.expect_sound(schema, item);
        }
    }

    #[track_caller]
    fn expect_sound(&self, schema: &str, value: &Value) {
        let faults = self.faults(schema, value);
        assert!(faults.is_empty(), "{faults:?} in {value}");
    }

    #[track_caller]
    fn expect_broken(&self, schema: &str, value: &Value) {
        assert!(!self.faults(schema, value).is_empty(), "{value} is sound by {schema}");
    }

    fn faults(&self, schema: &str, value: &Value) -> Vec<String> {
        let api = self.operation.expect("a resource was named").api;
        let spec = self.record.spec(api).expect("the documents lie beside their scenarios");
        spec.faults(&format!("#{}", schema.trim_start_matches('#')), value)
    }
}

/// A step with `_` for each quoted text, and these.
fn split(step: &str) -> (String, Vec<String>) {
    let mut words = String::new();
    let mut quoted = Vec::new();
    for (number, part) in step.split('"').enumerate() {
        if number % 2 == 0 {
            words.push_str(part);
        } else {
            words.push('_');
            quoted.push(part.to_owned());
        }
    }
    (words, quoted)
}

/// A request that is in order.
fn sound(operation: Operation) -> Option<Value> {
    let device = json!({ "phoneNumber": PHONE });
    match operation.id {
        "createSession" => Some(probes::session()),
        "retrieveSessionsByDevice" | "retrieveDataVolume" => Some(json!({ "device": device })),

        "checkDataVolume" => Some(json!({ "device": device, "volumeToCheck": {"value": 100, "unit": "MiB"} })),
        "retrieveQoSProfiles" => Some(json!({ "device": device, "name": "QOS_L", "status": "ACTIVE" })),
        _ => None,
    }
}

/// A value that a schema refuses.
fn broken(schema: &str) -> Value {
    match schema.rsplit('/').next() {
        Some("PhoneNumber") => json!("0612345678"),
        Some("DeviceIpv4Addr") => json!({"publicAddress": "203.0.113.7"}),
        Some("DeviceIpv6Address") => json!("2001:db8::/64"),
        _ => json!(7),
    }
}
