//! A request as a line for a shell.

use super::Entry;

/// The line; the key stands in a variable, so that it is in no history.
pub(crate) fn line(entry: &Entry) -> String {
    let mut words = vec!["curl".to_owned()];
    if entry.method != "GET" {
        words.extend(["-X".to_owned(), entry.method.clone()]);
    }
    words.push(format!("\"$TESSERA_URL\"{}", quoted(&entry.target)));
    words.push("-H \"Authorization: Bearer $TESSERA_KEY\"".to_owned());
    words.extend(entry.headers.iter().map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))));
    if !entry.body.is_empty() {
        words.push(format!("--data-raw {}", quoted(&entry.body)));
    }
    words.join(" ")
}

/// Within single quotes nothing means anything to a shell but the quote that ends them.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
