//! TM Forum's files as a whole: every operation of theirs is served, or listed as not served with the reason.

use super::spec::Spec;
use crate::auth::scope::OPERATIONS;
use serde_json::Value;
use std::collections::BTreeSet;

const LIST: &str = include_str!("../tmf/not-implemented.txt");
/// As many as there are. Take it down with each that goes; it never goes up.
const LISTED_MAX: usize = 47;

/// Each file with where its API is.
const FILES: &[(&str, &str)] = &[
    ("TMF654_Prepay_Balance_Management_API_v4.0.0_swagger.json", "/tmf-api/prepayBalanceManagement/v4"),
    ("TMF635_Usage_Management_API_v4.0.0_swagger.json", "/tmf-api/usageManagement/v4"),
    ("TMF678-CustomerBill-v5.0.0.oas.yaml", "/tmf-api/customerBillManagement/v5"),
    ("TMF620-Product_Catalog_Management-v5.0.0.oas.yaml", "/tmf-api/productCatalogManagement/v5"),
    ("TMF677-Usage_Consumption-v5.1.0.oas.yaml", "/tmf-api/usageConsumption/v5"),
];

fn listed() -> BTreeSet<(String, String)> {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    let entry = |line: &str| {
        let (operation, reason) = line.split_once("  # ").unwrap_or_else(|| panic!("a reason is expected: {line}"));
        assert!(reason.len() > 10, "a reason is expected: {line}");
        let (method, path) = operation.split_once(' ').unwrap_or_else(|| panic!("METHOD PATH is expected: {line}"));
        (method.to_owned(), path.to_owned())
    };
    lines.map(entry).collect()
}

fn served() -> BTreeSet<(String, String)> {
    let of_forum = OPERATIONS.iter().filter(|(_, path, _)| path.starts_with("/tmf-api/"));
    of_forum.map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect()
}

#[test]
fn the_list_of_what_is_not_served_only_shrinks_and_names_nothing_that_is() {
    let (listed, served) = (listed(), served());
    assert!(listed.len() <= LISTED_MAX, "the list grew to {}", listed.len());
    let both: Vec<_> = listed.intersection(&served).collect();
    assert!(both.is_empty(), "served, and listed as not served: {both:?}");
}

#[test]
fn every_operation_of_the_forums_files_is_served_or_listed() {
    let (listed, served) = (listed(), served());
    for (file, base) in FILES {
        let Some(spec) = Spec::tmf(file) else { return };
        let paths = spec.document()["paths"].as_object().expect("paths");
        // What a listener serves is the subscriber's.
        let own = paths.iter().filter(|(path, _)| !path.starts_with("/listener/"));
        let theirs: BTreeSet<(String, String)> = own.flat_map(|(path, item)| methods(base, path, item)).collect();
        assert!(theirs.len() > 5, "{file}");
        let ours = |all: &BTreeSet<(String, String)>| -> BTreeSet<(String, String)> {
            all.iter().filter(|(_, path)| path.starts_with(&format!("{base}/"))).cloned().collect()
        };
        let known: BTreeSet<_> = ours(&listed).union(&ours(&served)).cloned().collect();
        assert_eq!(known, theirs, "{file}");
    }
}

fn methods(base: &str, path: &str, item: &Value) -> Vec<(String, String)> {
    let methods = ["get", "post", "patch", "delete"].into_iter().filter(|method| item.get(method).is_some());
    methods.map(|method| (method.to_uppercase(), format!("{base}{path}"))).collect()
}
