//! Does an answer contain what a scenario expects of it?
//!
//! Objects contain at least the members that are written; lists contain at least the entries, in this order. `null` is
//! a member that must not be there. Text that begins with `$` is taken when the name is new, and compared when it is
//! known. Text like `> 0`, `≥ 5` or `< $before` compares a number.

use serde_json::Value;
use std::collections::BTreeMap;

/// What was taken from answers, by name.
pub type Names = BTreeMap<String, Value>;

/// Adds to `names` what is taken; where and how the answer differs otherwise.
pub fn contains(expected: &Value, found: &Value, names: &mut Names) -> Result<(), String> {
    within(expected, found, "", names)
}

fn within(expected: &Value, found: &Value, at: &str, names: &mut Names) -> Result<(), String> {
    match (expected, found) {
        (Value::Object(members), Value::Object(_)) => members.iter().try_for_each(|(name, expected)| {
            let dot = if at.is_empty() { "" } else { "." };
            within(expected, &found[name.as_str()], &format!("{at}{dot}{name}"), names)
        }),
        (Value::Array(entries), Value::Array(rows)) => in_order(entries, rows, at, names),
        (Value::String(text), _) => compare(text, found, at, names),
        _ if expected == found => Ok(()),
        _ => Err(differs(at, &expected.to_string(), found)),
    }
}

fn in_order(entries: &[Value], rows: &[Value], at: &str, names: &mut Names) -> Result<(), String> {
    let mut rest = rows.iter();
    for entry in entries {
        let found = rest.by_ref().find_map(|row| {
            let mut taken = names.clone();
            within(entry, row, at, &mut taken).ok().map(|()| taken)
        });
        *names = found.ok_or_else(|| differs(at, &format!("an entry like {entry}"), &Value::from(rows)))?;
    }
    Ok(())
}

fn compare(text: &str, found: &Value, at: &str, names: &mut Names) -> Result<(), String> {
    let comparison = text.split_once(' ').filter(|(sign, _)| ["<", ">", "≤", "≥"].contains(sign));
    if let Some((sign, bound)) = comparison {
        let bound = number(bound, names).ok_or_else(|| format!("{at}: `{bound}` is no number"))?;
        let holds = found.as_i64().is_some_and(|found| match sign {
            "<" => found < bound,
            ">" => found > bound,
            "≤" => found <= bound,
            _ => found >= bound,
        });
        return if holds { Ok(()) } else { Err(differs(at, &format!("{sign} {bound}"), found)) };
    }
    let Some(name) = text.strip_prefix('$') else {
        return if found.as_str() == Some(text) { Ok(()) } else { Err(differs(at, &format!("\"{text}\""), found)) };
    };
    if found.is_null() {
        return Err(format!("{at}: something is expected, it is not there"));
    }
    let known = names.entry(name.to_owned()).or_insert_with(|| found.clone());
    if known == found { Ok(()) } else { Err(differs(at, &format!("{known} (${name})"), found)) }
}

/// A number, or a name that stands for one.
pub fn number(text: &str, names: &Names) -> Option<i64> {
    match text.strip_prefix('$') {
        Some(name) => names.get(name)?.as_i64(),
        None => text.parse().ok(),
    }
}

/// Does `$a + $b - 3 = $c` hold? What the sides are, when it does not.
pub fn holds(sentence: &str, names: &Names) -> Result<(), String> {
    let (left, right) = sentence.split_once(" = ").ok_or("a check is like `$before - $paid = $after`")?;
    let sides = (sum(left, names)?, sum(right, names)?);
    if sides.0 == sides.1 { Ok(()) } else { Err(format!("left is {}, right is {}", sides.0, sides.1)) }
}

fn sum(text: &str, names: &Names) -> Result<i64, String> {
    let mut total = 0;
    let mut sign = 1;
    for word in text.split_whitespace() {
        match word {
            "+" => sign = 1,
            "-" => sign = -1,
            _ => total += sign * number(word, names).ok_or_else(|| format!("`{word}` is no number"))?,
        }
    }
    Ok(total)
}

/// `text` with each `$name` replaced; the first one that is not known otherwise.
pub fn replace(text: &str, names: &Names) -> Result<String, String> {
    let mut pieces = text.split('$');
    let mut done = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        let value = names.get(name).ok_or_else(|| format!("${name} was never taken from an answer"))?;
        done.push_str(value.as_str().map_or_else(|| value.to_string(), str::to_owned).as_str());
        done.push_str(rest);
    }
    Ok(done)
}

fn differs(at: &str, expected: &str, found: &Value) -> String {
    let at = if at.is_empty() { "the answer" } else { at };
    format!("{at}: expected {expected}, came {found}")
}
