//! Keys, the log, and lines for a shell.

use super::{Entry, Log, curl};
use crate::limits::{APPLICATIONS_LOGGED_MAX, REQUESTS_LOGGED_MAX};
use std::time::Duration;
use types::{Instant, PartyId};

fn entry(target: &str) -> Entry {
    Entry {
        at: Instant::from_ms(1),
        method: "POST".to_owned(),
        target: target.to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: "{\"name\":\"it's\"}".to_owned(),
        status: 201,
        answer_headers: Vec::new(),
        answer: "{}".to_owned(),
        took: Duration::from_millis(2),
    }
}

#[test]
fn a_line_for_a_shell_says_the_same_whatever_is_in_it() {
    let line = curl::line(&entry("/v1/orders?a=b&c='"));
    assert!(line.starts_with("curl -X POST \"$TESSERA_URL\"'/v1/orders?a=b&c='\\'''"), "{line}");
    let shell = format!("printf '%s' {}", curl::quoted("a'b \"$HOME\" `id`\n;"));
    let said = std::process::Command::new("sh").args(["-c", &shell]).output().expect("there is a shell");
    assert_eq!(String::from_utf8_lossy(&said.stdout), "a'b \"$HOME\" `id`\n;");
}

#[test]
fn the_last_requests_are_kept_of_the_last_applications() {
    let log = Log::default();
    let party = PartyId::from_u128;
    for number in 0..=REQUESTS_LOGGED_MAX {
        log.keep(party(1), entry(&format!("/{number}")));
    }
    let kept = log.of(party(1));
    assert_eq!((kept.len(), kept[0].target.as_str()), (REQUESTS_LOGGED_MAX, "/100"));
    for number in 2..=APPLICATIONS_LOGGED_MAX as u128 {
        log.keep(party(number), entry("/"));
    }
    assert_eq!(log.of(party(1)).len(), REQUESTS_LOGGED_MAX);
    log.keep(party(2), entry("/again"));
    log.keep(party(5_000), entry("/"));
    assert!(log.of(party(1)).is_empty(), "who was silent the longest is forgotten");
    assert_eq!(log.of(party(2)).len(), 2);
}
