//! Functions and how long they are.

use super::{closing_brace, find_words, is_word, line_at};

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name, without its type or module.
    pub name: String,
    /// The line of its `fn`, counted from 1.
    pub line: usize,
    /// Lines from `fn` to its closing brace, both included.
    pub lines: usize,
}

/// Every function with a body in masked code, nested ones too, in the order of their `fn`.
pub fn functions(code: &str) -> Vec<Function> {
    find_words(code, "fn").filter_map(|at| function_at(code, at)).collect()
}

/// None for function pointer types, macro fragments and trait methods without a body.
fn function_at(code: &str, at: usize) -> Option<Function> {
    let after = &code[at + "fn".len()..];
    let name: String = after.trim_start().chars().take_while(|letter| is_word(*letter)).collect();
    if name.is_empty() {
        return None;
    }
    let open = body_start(code, at)?;
    let line = line_at(code, at);
    let lines = line_at(code, closing_brace(code, open)) - line + 1;
    Some(Function { name, line, lines })
}

/// The brace that opens the body; none if a semicolon comes first.
fn body_start(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (place, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(place),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
