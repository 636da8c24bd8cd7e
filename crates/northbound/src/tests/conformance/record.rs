//! Asking, and recording what was answered: every answer must be one that the documents list, in the form they give it.

use crate::tests::spec::Spec;
use crate::tests::world::{Reply, World};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// An operation of CAMARA's documents.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The API's name.
    pub api: &'static str,
    /// `operationId`.
    pub id: &'static str,
    method: &'static str,
    path: &'static str,
}

/// The operations that are served.
pub const OPERATIONS: [Operation; 9] = [
    operation("quality-on-demand", "createSession", "POST", "/sessions"),
    operation("quality-on-demand", "getSession", "GET", "/sessions/{sessionId}"),
    operation("quality-on-demand", "deleteSession", "DELETE", "/sessions/{sessionId}"),
    operation("quality-on-demand", "extendQosSessionDuration", "POST", "/sessions/{sessionId}/extend"),
    operation("quality-on-demand", "retrieveSessionsByDevice", "POST", "/retrieve-sessions"),
    operation("qos-profiles", "retrieveQoSProfiles", "POST", "/retrieve-qos-profiles"),
    operation("qos-profiles", "getQosProfile", "GET", "/qos-profiles/{name}"),
    operation("device-data-volume", "retrieveDataVolume", "POST", "/retrieve"),
    operation("device-data-volume", "checkDataVolume", "POST", "/check"),
];

const fn operation(api: &'static str, id: &'static str, method: &'static str, path: &'static str) -> Operation {
    Operation { api, id, method, path }
}

/// An answer that the documents list; a success has no code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    pub operation: String,
    pub status: u16,
    pub code: String,
}

/// A request, beside its operation.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The bearer secret; empty for none.
    pub who: String,
    /// What stands for the variable of the path.
    pub variable: String,
    pub correlator: Option<String>,
    pub content_type: Option<String>,
    pub body: Option<String>,
}

/// What was answered so far.
pub struct Record {
    pub received: BTreeSet<Answer>,
    specs: Vec<(&'static str, Spec)>,
}

impl Operation {
    /// The one with this id.
    pub fn named(id: &str) -> Self {
        let found = OPERATIONS.into_iter().find(|operation| operation.id == id);
        found.unwrap_or_else(|| unreachable!("no such operation: {id}"))
    }

    /// The one that these documents' tests call by the whole path of their resource.
    pub fn at(resource: &str) -> Self {
        let found = OPERATIONS.into_iter().find(|of| of.resource() == resource);
        found.unwrap_or_else(|| unreachable!("no such resource: {resource}"))
    }

    /// Where it is served.
    fn resource(self) -> String {
        let version = if self.api == "device-data-volume" { "v0.1" } else { "v1" };
        format!("/{}/{version}{}", self.api, self.path)
    }

    /// What the documents list for it.
    pub fn answers(self, spec: &Spec) -> Vec<Answer> {
        let item = &spec.document()["paths"][self.path][self.method.to_lowercase()];
        assert_eq!(item["operationId"], self.id);
        let responses = item["responses"].as_object().expect("an operation has responses");
        let each = responses.iter().flat_map(|(status, response)| {
            let codes = codes(spec, spec.resolve(response));
            let status = status.parse().expect("a status");
            codes.into_iter().map(move |code| Answer { operation: self.id.to_owned(), status, code })
        });
        each.collect()
    }

    /// Where the schema of an answer stands; `None` for one without a body.
    fn schema(self, spec: &Spec, status: u16) -> Option<String> {
        let escaped = self.path.replace('/', "~1");
        let place = format!("#/paths/{escaped}/{}/responses/{status}", self.method.to_lowercase());
        let response = spec.document().pointer(&place[1..]);
        let response = response.unwrap_or_else(|| unreachable!("{} does not list {status}", self.id));
        let place = response["$ref"].as_str().map_or(place, str::to_owned);
        let typed = "content/application~1json/schema";
        spec.document().pointer(&format!("{}/{typed}", &place[1..])).map(|_| format!("{place}/{typed}"))
    }
}

/// The codes of an error; one without a name for a success.
fn codes(spec: &Spec, response: &Value) -> Vec<String> {
    let parts = response["content"]["application/json"]["schema"]["allOf"].as_array();
    let listed =
        parts.into_iter().flatten().find_map(|part| spec.resolve(part)["properties"]["code"]["enum"].as_array());
    let Some(listed) = listed else { return vec![String::new()] };
    listed.iter().map(|code| code.as_str().expect("a code").to_owned()).collect()
}

impl Record {
    /// With the documents, where they are at hand.
    pub fn new() -> Self {
        let apis = ["quality-on-demand", "qos-profiles", "device-data-volume"];
        let specs = apis.into_iter().filter_map(|api| Some((api, Spec::open(api)?))).collect();
        Self { received: BTreeSet::new(), specs }
    }

    /// The document of an API, where it is at hand.
    pub fn spec(&self, api: &str) -> Option<&Spec> {
        self.specs.iter().find(|(name, _)| *name == api).map(|(_, spec)| spec)
    }

    /// Every answer that the documents list; `None` where they are not at hand.
    pub fn documented(&self) -> Option<BTreeSet<Answer>> {
        let answers = |operation: Operation| Some(operation.answers(self.spec(operation.api)?));
        let all: Option<Vec<_>> = OPERATIONS.into_iter().map(answers).collect();
        Some(all?.into_iter().flatten().collect())
    }

    /// Asks, and records the answer.
    pub async fn ask(&mut self, world: &World, operation: Operation, request: &Request) -> Reply {
        let path = operation.resource().replace("{sessionId}", &request.variable).replace("{name}", &request.variable);
        let mut headers = Vec::new();
        headers.extend(request.correlator.as_deref().map(|value| ("x-correlator", value)));
        headers.extend(request.content_type.as_deref().map(|value| ("content-type", value)));
        let body = request.body.clone().unwrap_or_default();
        let reply = world.raw(&request.who, operation.method, &path, &headers, body).await;
        if let Some(correlator) = &request.correlator {
            assert_eq!(reply.headers["x-correlator"], correlator.as_str(), "{}", reply.body);
        }
        self.note(operation, &reply);
        reply
    }

    #[track_caller]
    fn note(&mut self, operation: Operation, reply: &Reply) {
        let (id, status) = (operation.id, reply.status.as_u16());
        let code = if status < 400 { "" } else { reply.body["code"].as_str().unwrap_or("none") };
        let answer = Answer { operation: id.to_owned(), status, code: code.to_owned() };
        if let Some(spec) = self.spec(operation.api) {
            match operation.schema(spec, status) {
                Some(schema) => {
                    assert_eq!(reply.headers["content-type"], "application/json");
                    let faults = spec.faults(&schema, &reply.body);
                    assert!(faults.is_empty(), "{answer}: {faults:?} in {}", reply.body);
                }
                None => assert_eq!(reply.body, "", "{answer} has no body"),
            }
        }
        self.received.insert(answer);
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, status, code } = self;
        if code.is_empty() { write!(f, "{operation} {status}") } else { write!(f, "{operation} {status} {code}") }
    }
}
