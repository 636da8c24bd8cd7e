//! Takes a Rust source apart into code and comments, each byte staying where it was.

/// A source in two layers of equal length; what belongs to the other layer, or to a string, is blank.
#[derive(Debug, Default)]
pub struct Masked {
    /// Everything but comments and the contents of strings and characters.
    pub code: String,
    /// Comments alone, with their slashes.
    pub comments: String,
}

/// Splits a source into its layers. Line breaks stay in both.
pub fn mask(source: &str) -> Masked {
    let bytes = source.as_bytes();
    let (mut code, mut comments) = (blank(bytes), blank(bytes));
    let mut at = 0;
    while at < bytes.len() {
        let (piece, end) = piece_at(bytes, at);
        match piece {
            Piece::Code => code[at..end].copy_from_slice(&bytes[at..end]),
            Piece::Comment => comments[at..end].copy_from_slice(&bytes[at..end]),
            Piece::Literal => {}
        }
        at = end;
    }
    Masked { code: text(code), comments: text(comments) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Code,
    Comment,
    Literal,
}

/// What starts at `at`, and where it ends.
fn piece_at(bytes: &[u8], at: usize) -> (Piece, usize) {
    let rest = &bytes[at..];
    if rest.starts_with(b"//") {
        return (Piece::Comment, at + line_length(rest));
    }
    if rest.starts_with(b"/*") {
        return (Piece::Comment, at + block_comment_length(rest));
    }
    if let Some(length) = raw_string_length(bytes, at) {
        return (Piece::Literal, at + length);
    }
    match rest[0] {
        b'"' => (Piece::Literal, at + quoted_length(rest, b'"')),
        b'\'' if is_character(rest) => (Piece::Literal, at + quoted_length(rest, b'\'')),
        _ => (Piece::Code, at + 1),
    }
}

fn line_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

fn block_comment_length(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length of `r"…"` or `r#"…"#` at `at`. A `b` or `c` before the `r` was code already, which does no harm.
fn raw_string_length(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    let prefix = bytes[..at].iter().rev().take_while(|byte| is_word(**byte));
    let starts_word = prefix.take(2).all(|byte| matches!(byte, b'b' | b'c'));
    if rest[0] != b'r' || !starts_word {
        return None;
    }
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let mut end = vec![b'"'];
    end.resize(hashes + 1, b'#');
    let body = &rest[hashes + 2..];
    let length = body.windows(end.len()).position(|window| window == end).unwrap_or(body.len());
    Some((hashes + 2 + length + end.len()).min(rest.len()))
}

/// `'a'`, `'é'`, `'\n'` are characters; `'a` and `'static` are lifetimes.
fn is_character(rest: &[u8]) -> bool {
    let Some(first) = rest.get(1) else { return false };
    let width = match first {
        b'\\' => return true,
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    rest.get(1 + width) == Some(&b'\'')
}

fn quoted_length(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn blank(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }).collect()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("pieces begin and end at ASCII, so no character is cut")
}
