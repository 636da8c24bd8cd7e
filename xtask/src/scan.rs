//! Just enough of Rust's surface to look at code without its comments and strings.
//!
//! A real parser would cost everybody ten seconds of compile time for a handful of word searches. What is
//! understood: line and nested block comments, plain, byte and raw strings, characters against lifetimes,
//! matching braces.

mod functions;
mod lexer;
mod test_regions;

pub use functions::{Function, functions};
pub use lexer::{Masked, mask};
pub use test_regions::test_regions;

/// Places (byte offsets) where `phrase` stands in `text` as a whole word: not inside a longer identifier.
pub fn find_words<'a>(text: &'a str, phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(phrase).map(|(at, _)| at).filter(move |&at| {
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        let joins = |edge: Option<char>, other: Option<char>| edge.is_some_and(is_word) && other.is_some_and(is_word);
        !joins(phrase.chars().next(), before) && !joins(phrase.chars().next_back(), after)
    })
}

/// The line, counted from 1, on which a byte offset lies.
pub fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// The offset just behind the brace that closes the one at `open`; the end of the text if none does.
pub fn closing_brace(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests;
