//! `docs/reference/rejections.md` says what the code says.

use crate::golden;
use engine::Rejection;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = "# Rejections

Every way Tessera says no: one code, one section. A rejection changes nothing, so the command may be given again. When a
command breaks several rules, the caller is told of the first one in this list.

<!-- Generated from `crates/engine/src/rejection.rs`: UPDATE_GOLDEN=1 cargo test -p engine pages -->
";

#[test]
fn the_page_of_rejections_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/rejections.md");
    let mut page = HEAD.to_owned();
    for rejection in Rejection::ALL {
        let (code, class, meaning) = (rejection.code, rejection.class, rejection.meaning.trim());
        write!(page, "\n## {code}\n\n{meaning}\n\n- Class: {class:?}\n- Accepted instead: {}\n", rejection.accepted)
            .expect("a text grows");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    golden::compare(&path, &written, &page);
}

#[test]
fn every_code_is_one_anchor() {
    let mut codes = BTreeSet::new();
    for rejection in Rejection::ALL {
        assert!(codes.insert(rejection.code), "{} is there twice", rejection.code);
        assert!(rejection.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rejection.code);
        assert!(rejection.meaning.trim().ends_with('.') && rejection.accepted.ends_with('.'), "{}", rejection.code);
    }
}
