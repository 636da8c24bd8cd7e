//! CAMARA's own scenarios, carried out. A scenario that does not apply is on a list with its reason; an unknown step fails.

use super::reasons;
use super::record::{Operation, Record};
use super::steps::Run;
use crate::tests::spec::published;
use gherkin::{Feature, GherkinEnv, Scenario, Step};
use std::collections::BTreeSet;

/// Operations whose requests name a device, for the templates of errors.
const WITH_DEVICE: [&str; 3] = ["createSession", "retrieveSessionsByDevice", "retrieveQoSProfiles"];
const FEATURES: [&str; 4] = [
    "qos-profiles-getQosProfile.feature",
    "qos-profiles-retrieveQoSProfiles.feature",
    "device-data-volume-retrieveDataVolume.feature",
    "device-data-volume-checkDataVolume.feature",
];
const TEMPLATES: [&str; 2] = ["_C01-device-errors.feature", "_C02-phoneNumber-errors.feature"];

/// A scenario with the steps that come before it, its examples filled in.
struct Case {
    tag: String,
    operation: Option<Operation>,
    steps: Vec<String>,
}

#[tokio::test]
async fn every_applicable_scenario_of_camara_passes() {
    let Some(cases) = cases() else { return };
    let skipped = reasons(include_str!("skipped.txt"));
    let known: BTreeSet<&str> = cases.iter().map(|case| case.tag.as_str()).collect();
    let vain: Vec<_> = skipped.keys().filter(|tag| !known.contains(*tag)).collect();
    assert!(vain.is_empty(), "skipped, and there is no such scenario: {vain:?}");
    let mut record = Record::new();
    let mut passed = 0;
    for case in cases.iter().filter(|case| !skipped.contains_key(case.tag.as_str())) {
        eprintln!("{}", case.tag);
        let mut run = Run::new(&mut record, case.operation).await;
        for step in &case.steps {
            eprintln!("  {step}");
            run.step(step).await;
        }
        assert!(run.has_checked(), "{} asserts nothing", case.tag);
        passed += 1;
    }
    assert!(passed > 40, "{passed} scenarios passed");
}

/// Every scenario; `None`, with a word, where they are not at hand.
fn cases() -> Option<Vec<Case>> {
    let mut cases = Vec::new();
    for file in FEATURES {
        let text = std::fs::read_to_string(published(&format!("tests/{file}"))?).expect("a published text");
        cases.extend(cases_of(&text, None));
    }
    for file in TEMPLATES {
        let text = std::fs::read_to_string(published(&format!("tests/{file}"))?).expect("a published text");
        for id in WITH_DEVICE {
            let text = text
                .replace("{feature_identifier}", id)
                .replace("{operationId}", id)
                .replace("{path_to_device}", "$.device")
                .replace("{path_to_phoneNumber}", "$.device.phoneNumber");
            cases.extend(cases_of(&text, Some(Operation::named(id))));
        }
    }
    Some(cases)
}

fn cases_of(text: &str, operation: Option<Operation>) -> Vec<Case> {
    let feature = Feature::parse(text, GherkinEnv::default()).expect("the published file is Gherkin");
    let before = feature.background.map(|background| background.steps).unwrap_or_default();
    feature.scenarios.iter().flat_map(|scenario| cases_in(scenario, &before, operation)).collect()
}

/// One for each row of its examples.
fn cases_in(scenario: &Scenario, before: &[Step], operation: Option<Operation>) -> Vec<Case> {
    let tag = scenario.tags.first().expect("every scenario has a tag").clone();
    let steps: Vec<_> = before.iter().chain(&scenario.steps).map(|step| step.value.trim().to_owned()).collect();
    let tables: Vec<_> = scenario.examples.iter().filter_map(|examples| examples.table.as_ref()).collect();
    if tables.is_empty() {
        return vec![Case { tag, operation, steps }];
    }
    let mut cases = Vec::new();
    for table in tables {
        let (names, rows) = table.rows.split_first().expect("a table has a head");
        for row in rows {
            let fill = |step: &String| {
                names
                    .iter()
                    .zip(row)
                    .fold(step.clone(), |step, (name, value)| step.replace(&format!("<{name}>"), value))
            };
            cases.push(Case { tag: tag.clone(), operation, steps: steps.iter().map(fill).collect() });
        }
    }
    cases
}
