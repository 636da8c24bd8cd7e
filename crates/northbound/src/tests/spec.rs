//! CAMARA's own documents, where they lie beside the workspace: what an answer must look like by them.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A published API description.
pub struct Spec(Value);

/// Where CAMARA's documents lie; `None`, with a word, where they are not at hand.
pub fn published(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/camara").join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not here", path.display());
    None
}

impl Spec {
    /// The description of an API; `None`, with a word, where it is not at hand.
    pub fn open(api: &str) -> Option<Self> {
        let text = std::fs::read_to_string(published(&format!("{api}.yaml"))?).expect("the published file is a text");
        Some(Self(serde_norway::from_str(&text).expect("the published file is YAML")))
    }

    /// A description of TM Forum's; `None`, with a word, where it is not at hand.
    pub fn tmf(file: &str) -> Option<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/tmf").join(file);
        let text = std::fs::read_to_string(&path);
        let text = text.inspect_err(|_| eprintln!("skipped: {} is not here", path.display())).ok()?;
        let mut document = serde_norway::from_str(&text).expect("the published file is JSON or YAML");
        relative(&mut document);
        told_apart(&mut document);
        Some(Self(document))
    }

    /// The description of quality-on-demand.
    pub fn quality_on_demand() -> Option<Self> {
        Self::open("quality-on-demand")
    }

    /// A description of 3GPP's with what it takes of the common data; what it takes of others may be anything. `None`,
    /// with a word, where they are not at hand.
    pub fn tgpp(name: &str) -> Option<Self> {
        let read = |name: &str| {
            let path =
                Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/3gpp").join(format!("{name}.yaml"));
            let text = std::fs::read_to_string(&path);
            let text = text.inspect_err(|_| eprintln!("skipped: {} is not here", path.display())).ok()?;
            Some(serde_norway::from_str::<Value>(&text).expect("the published file is YAML"))
        };
        let (mut document, common) = (read(name)?, read(COMMON)?);
        let schemas = document["components"]["schemas"].as_object_mut().expect("schemas");
        for (name, schema) in common["components"]["schemas"].as_object().expect("schemas") {
            schemas.entry(name).or_insert(schema.clone());
        }
        within_one_document(&mut document);
        Some(Self(document))
    }

    /// The whole document.
    pub fn document(&self) -> &Value {
        &self.0
    }

    /// Asserts that a value is what a schema says, with no member that it does not name.
    #[track_caller]
    pub fn assert_is(&self, schema: &str, value: &Value) {
        self.assert_at(&format!("#/components/schemas/{schema}"), value);
    }

    /// Asserts that a value is what the schema at a place of the document says, with no member that it does not name.
    #[track_caller]
    pub fn assert_at(&self, place: &str, value: &Value) {
        let faults = self.faults(place, value);
        assert!(faults.is_empty(), "{faults:?} in {value}");
    }

    /// What is wrong with a value by the schema at a place of the document.
    pub fn faults(&self, place: &str, value: &Value) -> Vec<String> {
        let validator = self.validator(place);
        let mut faults: Vec<_> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        self.unknown(&json!({ "$ref": place }), value, "", &mut faults);
        faults
    }

    fn validator(&self, place: &str) -> Validator {
        let wanted = self.resolve(self.0.pointer(place.trim_start_matches('#')).expect("a schema at this place"));
        let mut schema = json!({ "allOf": [wanted], "components": self.0["components"] });
        if let Some(definitions) = self.0.get("definitions") {
            schema["definitions"] = definitions.clone();
        }
        let built = jsonschema::options().should_validate_formats(true).build(&schema);
        built.expect("the published schemas are sound")
    }

    /// What a reference leads to.
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let Some(reference) = schema["$ref"].as_str() else { return schema };
        let target = self.0.pointer(reference.trim_start_matches('#')).expect("a reference resolves");
        self.resolve(target)
    }

    fn unknown(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let schema = self.resolve(schema);
        let kind = value["@type"].as_str().unwrap_or_default();
        // A kind that a mapping leaves out is the schema of its name (OpenAPI 3.0 §4.7.25).
        let of = schema.get("x-of").and_then(|of| of.get(kind).or(self.0["components"]["schemas"].get(kind)));
        let schema = of.map_or(schema, |of| self.resolve(of));
        if is_free(schema) {
            return;
        }
        if let Some(items) = value.as_array() {
            for (number, item) in items.iter().enumerate() {
                self.unknown(&schema["items"], item, &format!("{at}/{number}"), faults);
            }
        }
        let Some(members) = value.as_object() else { return };
        for (name, inner) in members {
            match self.member(schema, name) {
                Some(schema) => self.unknown(schema, inner, &format!("{at}/{name}"), faults),
                None => faults.push(format!("{at}/{name} is not in the schema")),
            }
        }
    }

    /// The schema of a member; the last part that names it is the most exact one.
    fn member<'a>(&'a self, schema: &'a Value, name: &str) -> Option<&'a Value> {
        let schema = self.resolve(schema);
        let parts = schema["allOf"].as_array().into_iter().flatten().rev();
        let inherited = parts.filter_map(|part| self.member(part, name));
        schema["properties"].get(name).into_iter().chain(inherited).next()
    }
}

/// Where a thing is may be said relative to where it was asked for (RFC 3986 §4.2), as our other APIs do.
fn relative(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(relative),
        Value::Object(members) => {
            if members.get("format").is_some_and(|format| format == "uri") {
                members.insert("format".to_owned(), json!("uri-reference"));
            }
            members.values_mut().for_each(relative);
        }
        _ => {}
    }
}

/// An object of which nothing is said may have any member.
fn is_free(schema: &Value) -> bool {
    let said = ["properties", "allOf", "oneOf", "anyOf", "x-of"].into_iter().any(|part| schema.get(part).is_some());
    schema["type"] == "object" && !said
}

/// What an object is by its discriminator is checked, and nothing else that it could be (OpenAPI 3.0 §4.7.25).
fn told_apart(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(told_apart),
        Value::Object(members) => {
            members.values_mut().for_each(told_apart);
            let mapping = members.get("discriminator").and_then(|of| of["mapping"].as_object()).cloned();
            let Some(mapping) = mapping else { return };
            let of = mapping.iter().map(|(kind, place)| (kind.clone(), json!({"$ref": place})));
            members.insert("x-of".to_owned(), Value::Object(of.collect()));
            if members.remove("oneOf").is_some() {
                let is = |(kind, place): (&String, &Value)| json!({"if": {"properties": {"@type": {"const": kind}}}, "then": {"$ref": place}});
                let kinds: Vec<&String> = mapping.keys().collect();
                members.insert("properties".to_owned(), json!({"@type": {"enum": kinds}}));
                members.insert("required".to_owned(), json!(["@type"]));
                members.insert("allOf".to_owned(), mapping.iter().map(is).collect());
            }
        }
        _ => {}
    }
}

/// The file that all of 3GPP's descriptions take their common types from.
const COMMON: &str = "TS29571_CommonData";

/// References to the common data are of this document; what others lead to may be anything.
fn within_one_document(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(within_one_document),
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str).map(str::to_owned);
            match reference.as_deref().and_then(|reference| reference.split_once('#')) {
                Some((file, place)) if file.is_empty() || file.starts_with(COMMON) => {
                    members.insert("$ref".to_owned(), json!(format!("#{place}")));
                }
                Some(_) => *schema = json!({}),
                None => members.values_mut().for_each(within_one_document),
            }
        }
        _ => {}
    }
}

#[test]
fn what_does_not_fit_a_schema_is_found() {
    let Some(spec) = Spec::quality_on_demand() else { return };
    let sound = json!({"sessionId": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "duration": 1, "qosStatus": "REQUESTED", "qosProfile": "QOS_L", "applicationServer": {"ipv4Address": "198.51.100.7"}});
    spec.assert_is("SessionInfo", &sound);
    let broken = [
        ("sessionId", json!("ses_1")),
        ("duration", json!(0)),
        ("duration", json!("1")),
        ("qosStatus", json!("GONE")),
        ("startedAt", json!("yesterday")),
        ("sink", json!("http://plain.example/")),
        ("qosProfile", json!("a b")),
        ("applicationServer", json!({})),
        ("applicationServer", json!({"ipv4Address": "198.51.100.7", "name": "x"})),
        ("device", json!({"phoneNumber": "+31612345678", "ipv6Address": "2001:db8::1"})),
        ("devicePorts", json!({"ports": [65_536]})),
        ("unknown", json!(1)),
    ];
    for (name, value) in broken {
        let mut session = sound.clone();
        session[name] = value;
        assert!(!spec.faults("#/components/schemas/SessionInfo", &session).is_empty(), "{session}");
    }
}
