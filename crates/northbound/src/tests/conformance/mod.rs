//! What CAMARA's documents ask for, and what of it is served: every answer that they list, and their own scenarios.

mod gherkin;
mod probes;
mod record;
mod steps;

use record::{Answer, Record};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

const PAGE: &str = "../../docs/reference/camara.md";
const HEAD: &str = "# CAMARA, answer by answer

Every status and error code that quality-on-demand 1.1.0, qos-profiles 1.1.0 and device-data-volume 0.1.0 list for each operation. *Received*: a test asks
for it over HTTP and gets it, in the published form. The others have their reason; there may only be fewer of them. A test holds
this page against the published documents and against what is really answered.

";

/// A list with a reason for each entry: `name: reason`, a line each.
fn reasons(text: &'static str) -> BTreeMap<&'static str, &'static str> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split_once(": ").expect("a name and its reason")).collect()
}

#[tokio::test]
async fn every_documented_answer_is_received_or_has_its_reason() {
    let mut record = Record::new();
    probes::run(&mut record).await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    let documented = record.documented().unwrap_or_else(|| answers_of(&before));
    let unknown: Vec<_> = record.received.difference(&documented).map(Answer::to_string).collect();
    assert!(unknown.is_empty(), "answers that no document lists: {unknown:?}");
    let gaps = reasons(include_str!("gaps.txt"));
    let missed: BTreeSet<_> = documented.difference(&record.received).map(Answer::to_string).collect();
    let listed: BTreeSet<_> = gaps.keys().map(|name| (*name).to_owned()).collect();
    let new: Vec<_> = missed.difference(&listed).collect();
    let closed: Vec<_> = listed.difference(&missed).collect();
    assert!(new.is_empty() && closed.is_empty(), "not received and not listed: {new:#?}; listed in vain: {closed:#?}");
    let page = page(&documented, &gaps);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, page).expect("the page can be written");
    } else {
        assert_eq!(before, page, "docs/reference/camara.md is stale: UPDATE_GOLDEN=1 rewrites it, then read the diff");
    }
}

fn page(documented: &BTreeSet<Answer>, gaps: &BTreeMap<&str, &str>) -> String {
    let mut page = HEAD.to_owned();
    let received = documented.len() - gaps.len();
    writeln!(page, "{received} of {} are received.\n", documented.len()).expect("a text grows");
    page.push_str("| operation | status | code | |\n|---|---|---|---|\n");
    for answer in documented {
        let Answer { operation, status, code } = answer;
        let code = if code.is_empty() { "–".to_owned() } else { format!("`{code}`") };
        let said = gaps.get(answer.to_string().as_str()).copied().unwrap_or("received");
        writeln!(page, "| {operation} | {status} | {code} | {said} |").expect("a text grows");
    }
    page
}

/// The answers that the page lists, for where the documents are not at hand.
fn answers_of(page: &str) -> BTreeSet<Answer> {
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let (operation, status, code) = (cells.next()?, cells.next()?.parse().ok()?, cells.next()?);
        let code = code.trim_matches('`').trim_matches('–').to_owned();
        Some(Answer { operation: operation.to_owned(), status, code })
    });
    rows.collect()
}

#[test]
fn the_page_says_what_was_documented() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = std::fs::read_to_string(file).expect("the page is there");
    let Some(documented) = Record::new().documented() else { return };
    assert_eq!(answers_of(&page), documented);
}
