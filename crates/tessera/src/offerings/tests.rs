//! Files of offerings: the sample's catalogue as a page that a product manager can read, and what is said of bad files.

use super::publish::{read, said};
use super::shown::unsellable;
use crate::offering_file::{Written, ensure_of, offering, price};
use crate::sample::offerings::CATALOGUE;
use engine::OfferingDraft;
use engine::state::PartyKind;
use northbound::price_words;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use types::Duration;

const HEAD: &str = "# What the sample operator sells

The files of `crates/tessera/src/sample/catalogue`, as `tessera demo` loads them: each can be published at any cell with `tessera
offerings publish` ([guide](../guide/price-plans.md#offerings-as-files)). Prices are in the words that the API says them in
(`price_words`). What a promise takes of the city's radio cells is worked out from its terms.

<!-- Generated from the catalogue: UPDATE_GOLDEN=1 cargo test -p tessera --bin tessera offerings -->
";

fn catalogue() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sample/catalogue")
}

#[test]
fn the_page_of_the_catalogue_is_what_its_files_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/sample-catalogue.md");
    let mut page = HEAD.to_owned();
    for (name, text) in CATALOGUE {
        let Written { offering, .. } = offering(name, text).expect("it is an offering");
        page.push_str(&section(name, &offering));
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let stale = "docs/reference/sample-catalogue.md is stale: UPDATE_GOLDEN=1 rewrites it, then read the diff";
    assert!(written == page, "{stale}");
}

fn section(file: &str, offering: &OfferingDraft) -> String {
    let mut text = format!("\n## {}\n`{file}`, `{}`\n\n", offering.name, offering.id);
    for words in price_words(&offering.price, offering.currency) {
        writeln!(text, "- {words}").expect("a text grows");
    }
    for words in [promised(offering), Some(sold(offering)), volume(offering), repaid(offering)].into_iter().flatten() {
        writeln!(text, "- *{words}*").expect("a text grows");
    }
    text
}

fn promised(offering: &OfferingDraft) -> Option<String> {
    let terms = &offering.terms;
    (terms.latency_ms_max > 0).then(|| {
        format!(
            "At most {} ms for {} % of samples, {} Mbit/s down and {} up",
            terms.latency_ms_max,
            terms.percentile_ppm / 10_000,
            f64::from(terms.downlink_kbps_min) / 1e3,
            f64::from(terms.uplink_kbps_min) / 1e3
        )
    })
}

fn sold(offering: &OfferingDraft) -> String {
    let kind = |kind: &PartyKind| match kind {
        PartyKind::Operator => "operators",
        PartyKind::Consumer => "consumers",
        PartyKind::Enterprise => "enterprises",
        PartyKind::PublicService => "public services",
        PartyKind::Partner => "partners",
    };
    let kinds: Vec<_> = offering.eligible.iter().map(kind).collect();
    let whom = if kinds.is_empty() { "everyone".to_owned() } else { kinds.join(" and ") };
    let capabilities: Vec<_> = offering.also.iter().map(|also| format!(", {also:?}").to_lowercase()).collect();
    let capabilities = format!("{:?}{}", offering.capability, capabilities.concat());
    format!("{capabilities}, sold to {whom} for {} at most", length(offering.terms.window_length_max))
}

fn volume(offering: &OfferingDraft) -> Option<String> {
    let volume = offering.terms.volume?;
    let over = offering.terms.rollover_max.map_or(String::new(), |most| format!(", of which {most} at most come over"));
    Some(format!("{} of `{}` included{over}", volume.quantity, volume.unit.as_str()))
}

fn repaid(offering: &OfferingDraft) -> Option<String> {
    let share = offering.remedy.per_broken_window_ppm / 10_000;
    let window = length(offering.guarantee.assurance_window);
    (share > 0).then(|| format!("A window of {window} that breaks the promise pays back {share} % of the fee"))
}

fn length(time: Duration) -> String {
    let seconds = time.as_secs();
    let units = [(86_400, "day"), (3_600, "hour"), (1, "second")];
    let whole = units.into_iter().find(|(unit, _)| seconds.is_multiple_of(*unit));
    let (unit, name) = whole.expect("seconds are whole");
    if seconds == unit { format!("1 {name}") } else { format!("{} {name}s", seconds / unit) }
}

#[test]
fn every_file_of_the_folder_is_loaded() {
    let entries = std::fs::read_dir(catalogue()).expect("the folder can be listed");
    let there: BTreeSet<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    let listed: BTreeSet<String> = CATALOGUE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(there, listed);
}

#[test]
fn ids_and_names_of_the_catalogue_are_each_there_once() {
    let drafts: Vec<OfferingDraft> =
        CATALOGUE.iter().map(|(name, text)| offering(name, text).expect("an offering").offering).collect();
    assert_eq!(drafts.iter().map(|draft| draft.id).collect::<BTreeSet<_>>().len(), CATALOGUE.len());
    assert_eq!(drafts.iter().map(|draft| &draft.name).collect::<BTreeSet<_>>().len(), CATALOGUE.len());
    for (name, text) in CATALOGUE {
        let Written { body, .. } = offering(name, text).expect("an offering");
        assert!(body["id"].is_string(), "{name} would be another offering at each load");
        assert!(body["partners"].is_null(), "{name} has partners, which the sample does not register");
    }
}

#[test]
fn the_offering_of_the_guide_is_that_of_the_catalogue() {
    let page = include_str!("../../../../docs/guide/price-plans.md");
    let (_, rest) = page.split_once("```toml\n# ai-plan-10m.toml\n").expect("the guide has an offering");
    let (shown, _) = rest.split_once("```").expect("it ends");
    let (name, text) = CATALOGUE.iter().find(|(name, _)| *name == "ai-plan-10m.toml").expect("it is in the catalogue");
    let [shown, sold] = [shown, text].map(|text| offering(name, text).expect("an offering"));
    assert_eq!(shown.offering, sold.offering);
    let said = said(name, &sold);
    assert!(page.contains(&said), "the guide does not show what a dry run says: {said}");
    assert!(page.contains(&format!("such files: {} offerings", CATALOGUE.len())), "the guide counts otherwise");
    let readme = include_str!("../../../../README.md");
    let counted = format!("[{} offerings](docs/reference/sample-catalogue.md)", CATALOGUE.len());
    assert!(readme.contains(&counted), "the README does not say {counted}");
}

/// The gaming boost with one text in the place of another.
fn boost(old: &str, new: &str) -> String {
    let (_, text) = CATALOGUE.first().expect("there is one");
    assert!(text.contains(old), "`{old}` is not in it");
    text.replace(old, new)
}

#[test]
fn a_bad_file_is_said_by_its_name_line_and_what_would_be_accepted() {
    for (old, new, words) in [
        ("name = \"G", "nome = \"G", &["line 3", "unknown field `nome`", "`name`"][..]),
        ("\"experience\"", "\"experiences\"", &["line 4", "unknown variant `experiences`", "`experience`"]),
        ("latency_ms_max = 30", "latency_ms_max = \"30\"", &["line 9", "invalid type", "u32"]),
        ("latency_ms_max = 30\n", "", &["missing field `latency_ms_max`"]),
        ("\"0.49\"", "\"0.495\"", &["`Boost`: `0.495` is no amount of EUR", "`9.90`"]),
        ("step_s = 1_800", "period = \"1 month\"", &["`Boost`", "`per_time` has a `step_s`"]),
        ("step_s = 1_800", "step_s = 0", &["price:", "step_ms"]),
        ("off_01", "of_01", &["id:", "off_"]),
        ("[price_plan]", "[price_plan", &["line 23", "unclosed table, expected `]`"]),
    ] {
        let error = offering("boost.toml", &boost(old, new)).map(|_| ()).expect_err(new);
        let error = format!("{error:#}");
        assert!(error.starts_with("boost.toml is no "), "{error}");
        for word in words {
            assert!(error.contains(word), "`{word}` is missing in {error}");
        }
    }
}

#[test]
fn one_bad_file_among_good_ones_is_said_before_anything_is_published() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = catalogue().join("xr-session.toml");
    let bad = folder.path().join("bad.toml");
    std::fs::write(&bad, boost("name = \"G", "nome = \"G")).expect("it is written");
    let missing = folder.path().join("missing.toml");
    let said = read(&[good.clone(), bad, missing]).map(|_| ()).expect_err("two are wrong").to_string();
    assert!(said.starts_with("nothing was published:\n") && said.contains("bad.toml") && said.contains("missing.toml"));
    assert!(!said.contains("xr-session"), "{said}");
    assert_eq!(read(&[good]).map(|read| read.len()).ok(), Some(1));
}

#[test]
fn a_dry_run_says_the_price_in_words() {
    let (name, text) = CATALOGUE.first().expect("there is one");
    let written = offering(name, text).expect("it is an offering");
    assert_eq!(
        said(name, &written),
        "gaming-boost.toml: Gaming boost (off_01j5800000e0080000000000g1)\n  \
         Boost: 0.49 EUR for each started 30 minutes\n  Data: 0.01 EUR for 5,000,000 bytes\n"
    );
    let nameless = offering("x", &boost("id = \"off_01j5800000e0080000000000g1\"\n", "")).expect("an id is not needed");
    assert!(said("x", &nameless).contains("the cell will give it an id"));
}

#[test]
fn what_nobody_delivers_is_said_to_be_unsellable() {
    let why = json!({"not_sellable": "no driver delivers inference"});
    assert_eq!(unsellable(&why), " (not sellable: no driver delivers inference)");
    assert_eq!(unsellable(&json!({})), "");
}

#[test]
fn a_price_is_a_plan_or_what_an_offerings_file_has() {
    let (name, text) = CATALOGUE.first().expect("there is one");
    let whole = price(name, text).expect("an offering has a price");
    assert_eq!(whole.of.as_deref(), Some("off_01j5800000e0080000000000g1"));
    ensure_of(&whole, "off_01j5800000e0080000000000g1").expect("it is its own");
    ensure_of(&whole, "off_01j5800000e0080000000000g2").expect_err("it is another's");
    let plan = "currency = \"EUR\"\ncomponents = [{ name = \"Fee\", charge = \"once\", amount = \"4.90\" }]";
    let alone = price("plan.toml", plan).expect("a plan");
    assert_eq!((&alone.of, &alone.body["price_plan"]["currency"]), (&None, &json!("EUR")));
    let short = price("short.toml", "[price]\ncurrency = \"EUR\"\nonce_minor = 490").expect("a short price");
    assert_eq!(short.plan, alone.plan);
    assert_eq!(short.body, json!({"price": {"currency": "EUR", "once_minor": 490}}));
    for wrong in ["", "currency = \"EU\"", "[price]\nonce = 1\ncurrency = \"EUR\""] {
        let error = price("wrong.toml", wrong).map(|_| ()).expect_err(wrong);
        assert!(format!("{error:#}").starts_with("wrong.toml is no "), "{error:#}");
    }
}
