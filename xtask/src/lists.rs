//! Checked-in lists of exceptions that may only shrink.
//!
//! One entry a line: `name = number  # reason`, or `name  # reason` where there is nothing to count. A new
//! exception, an exception that grew, one without a reason and one that is no longer needed all fail; so whoever
//! touches the list has to say why in a diff that people read.

use std::collections::BTreeMap;

/// What is found to break a rule now: name → how far (lines, or 1 where there is nothing to count).
pub type Actual = BTreeMap<String, usize>;

/// Compares a list with what is there. Returns what is wrong, one sentence each; empty when the list fits exactly.
pub fn shrink_only(list: &str, actual: &Actual) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut listed = BTreeMap::new();
    for line in list.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        match parse(line) {
            Some((name, limit)) => drop(listed.insert(name, limit)),
            None => wrong.push(format!("entry without a reason or a readable number: `{line}`")),
        }
    }
    for (name, count) in actual {
        match listed.get(name.as_str()) {
            None => wrong.push(format!("`{name}` ({count}) is not on the list, and the list may only shrink")),
            Some(limit) if count > limit => wrong.push(format!("`{name}` grew from {limit} to {count}")),
            Some(limit) if count < limit => wrong.push(format!("`{name}` shrank to {count}: lower its {limit}")),
            Some(_) => {}
        }
    }
    let stale = listed.keys().filter(|name| !actual.contains_key(**name));
    wrong.extend(stale.map(|name| format!("`{name}` is no longer an exception: take it off the list")));
    wrong
}

fn parse(line: &str) -> Option<(&str, usize)> {
    let (entry, reason) = line.split_once('#')?;
    if reason.trim().is_empty() {
        return None;
    }
    match entry.split_once('=') {
        Some((name, number)) => Some((name.trim(), number.trim().parse().ok()?)),
        None => Some((entry.trim(), 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Actual, shrink_only};

    fn check(list: &str, actual: &[(&str, usize)], expected: &[&str]) {
        let actual: Actual = actual.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        assert_eq!(shrink_only(list, &actual), expected);
    }

    #[test]
    fn a_list_that_fits_exactly_passes() {
        check("# heading\na = 80  # one table\nb  # sandbox only\n", &[("a", 80), ("b", 1)], &[]);
    }

    #[test]
    fn a_new_exception_fails() {
        check("", &[("a", 80)], &["`a` (80) is not on the list, and the list may only shrink"]);
    }

    #[test]
    fn an_exception_may_not_grow_and_its_number_follows_it_down() {
        check("a = 80 # why", &[("a", 81)], &["`a` grew from 80 to 81"]);
        check("a = 80 # why", &[("a", 79)], &["`a` shrank to 79: lower its 80"]);
    }

    #[test]
    fn a_stale_exception_fails() {
        check("a = 80 # why", &[], &["`a` is no longer an exception: take it off the list"]);
    }

    #[test]
    fn a_reason_is_required() {
        check(
            "a = 80",
            &[("a", 80)],
            &[
                "entry without a reason or a readable number: `a = 80`",
                "`a` (80) is not on the list, and the list may only shrink",
            ],
        );
    }
}
