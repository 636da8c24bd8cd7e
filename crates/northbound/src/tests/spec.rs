//! CAMARA's own document, where it lies beside the workspace: what an answer must look like by it.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// A published API description.
pub struct Spec(Value);

impl Spec {
    /// The description of quality-on-demand; `None`, with a word, where it is not at hand.
    pub fn quality_on_demand() -> Option<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/camara/quality-on-demand.yaml");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not here", path.display());
            return None;
        };
        Some(Self(serde_norway::from_str(&text).expect("the published file is YAML")))
    }

    /// Asserts that a value is what a schema says, with no member that it does not name.
    #[track_caller]
    pub fn assert_is(&self, schema: &str, value: &Value) {
        let schema = serde_json::json!({ "$ref": format!("#/components/schemas/{schema}") });
        let mut faults = Vec::new();
        self.check(&schema, value, "", &mut faults);
        self.unknown(&schema, value, "", &mut faults);
        assert!(faults.is_empty(), "{faults:?} in {value}");
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let Some(reference) = schema["$ref"].as_str() else { return schema };
        let target = self.0.pointer(reference.trim_start_matches('#')).expect("a reference resolves");
        self.resolve(target)
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let schema = self.resolve(schema);
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at, faults);
        }
        let typed = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            _ => true,
        };
        let listed = schema["enum"].as_array().is_none_or(|all| all.contains(value));
        if !typed || !listed {
            faults.push(format!("{at}: {value} is not of {}", schema["type"]));
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if value.get(name).is_none() {
                faults.push(format!("{at}/{name} is missing"));
            }
        }
        if let (Some(most), Some(members)) = (schema["maxProperties"].as_u64(), value.as_object())
            && members.len() as u64 > most
        {
            faults.push(format!("{at} has more than {most} members"));
        }
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                self.check(inner, value, &format!("{at}/{name}"), faults);
            }
        }
    }

    fn unknown(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let mut named = BTreeSet::new();
        self.names(schema, &mut named);
        for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
            if !named.contains(name.as_str()) {
                faults.push(format!("{at}/{name} is not in the schema"));
            }
        }
    }

    fn names<'a>(&'a self, schema: &'a Value, out: &mut BTreeSet<&'a str>) {
        let schema = self.resolve(schema);
        out.extend(schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()));
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.names(part, out);
        }
    }
}
