//! Every problem has a page, and the page says what the code says.

use super::world::{ALICE, World};
use crate::DOOR_PAGES;
use crate::metrics::table::{ALL, Metric};
use serde_json::json;
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = "# Problems

Every problem that is not the cell's own no: one code, one section. After a status of 500 or 504, or a 503 other than
`busy`, the outcome may not be known: repeat a purchase with the same key. What the cell itself refuses is in
[rejections](rejections.md).

<!-- Generated from `crates/northbound/src/fault.rs`: UPDATE_GOLDEN=1 cargo test -p northbound docs -->
";

#[test]
fn the_page_of_problems_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/problems.md");
    let mut page = HEAD.to_owned();
    for one in DOOR_PAGES {
        let (code, status, meaning) = (one.code, one.status.as_u16(), one.meaning.trim());
        write!(page, "\n## {code}\n\n{meaning}\n\n- Status: {status}\n- Accepted instead: {}\n", one.accepted)
            .expect("a text grows");
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/reference/problems.md is stale: UPDATE_GOLDEN=1 rewrites it, then read the diff");
}

const METRICS_HEAD: &str = "# Metrics

Every number that `/metrics` on the operator's side tells, in the text form that Prometheus reads. Counters start at zero
with the process.

<!-- Generated from `crates/northbound/src/metrics/table.rs`: UPDATE_GOLDEN=1 cargo test -p northbound docs -->

| name | kind | labels | what it says |
|---|---|---|---|
";

#[tokio::test]
async fn the_page_of_metrics_is_what_the_route_says() {
    let world = World::open().await;
    let told = world.get("", "/metrics").await.expect(200).as_str().expect("a text").to_owned();
    let mut page = METRICS_HEAD.to_owned();
    for Metric { name, kind, labels, help } in ALL {
        let (kind, help) = (kind.text(), help.trim());
        assert_eq!(told.matches(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name}")).count(), 1, "{name}");
        let labels: Vec<_> = labels.iter().map(|label| format!("`{label}`")).collect();
        writeln!(page, "| `{name}` | {kind} | {} | {help} |", labels.join(", ")).expect("a text grows");
    }
    assert_eq!(told.matches("# TYPE ").count(), ALL.len(), "one that is told is not in the table");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/metrics.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/reference/metrics.md is stale: UPDATE_GOLDEN=1 rewrites it, then read the diff");
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_section() {
    let world = World::open().await;
    let replies = [
        world.get("", "/v1/tokens").await,
        world.get(ALICE, "/v1/nothing").await,
        world.get(ALICE, "/v1/tokens/tok_0000000000000000000000000z").await,
        world.post(ALICE, "/v1/parties", json!({})).await,
        world.post(ALICE, "/v1/orders", json!({})).await,
    ];
    for reply in replies {
        let page = reply.body["type"].as_str().expect("a problem has a type").to_owned();
        let (path, code) = page.split_once('#').expect("a page and a section");
        let text = world.get("", path).await.expect(200).as_str().expect("a page").to_owned();
        assert_eq!(text.matches(&format!("<h2 id=\"{code}\">")).count(), 1, "{page}");
    }
}

#[tokio::test]
async fn the_served_pages_have_every_code_once() {
    let world = World::empty().await;
    let rejections = engine::Rejection::ALL.iter().map(|one| ("/docs/rejections", one.code));
    let problems = DOOR_PAGES.iter().map(|one| ("/docs/problems", one.code));
    for (path, code) in rejections.chain(problems) {
        let reply = world.get("", path).await;
        assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8");
        let text = reply.expect(200);
        assert_eq!(text.as_str().expect("a page").matches(&format!("id=\"{code}\"")).count(), 1, "{path}#{code}");
    }
}
