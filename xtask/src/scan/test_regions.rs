//! What of a source is compiled for tests alone.

use super::{closing_brace, is_word};

const MARK: &str = "#[cfg(test)]";

/// A source without its test code.
#[derive(Debug)]
pub struct TestRegions {
    /// The code with every `#[cfg(test)]` item blank; lines stay where they were.
    pub product_code: String,
    /// Names `x` of `#[cfg(test)] mod x;`: their files are test code as well.
    pub test_modules: Vec<String>,
}

/// Finds the items under `#[cfg(test)]` in masked code.
pub fn test_regions(code: &str) -> TestRegions {
    let mut product_code = String::with_capacity(code.len());
    let mut test_modules = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        let item = &rest[start + MARK.len()..];
        let length = item_length(item);
        test_modules.extend(module_name(&item[..length]));
        product_code.push_str(&rest[..start]);
        let end = start + MARK.len() + length;
        product_code.extend(rest[start..end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        rest = &rest[end..];
    }
    product_code.push_str(rest);
    TestRegions { product_code, test_modules }
}

/// Up to the semicolon or the closing brace of the item.
fn item_length(item: &str) -> usize {
    match item.find([';', '{']) {
        Some(at) if item[at..].starts_with('{') => closing_brace(item, at),
        Some(at) => at + 1,
        None => item.len(),
    }
}

fn module_name(item: &str) -> Option<String> {
    let declaration = item.trim().strip_suffix(';')?;
    let (_, name) = declaration.rsplit_once("mod ")?;
    name.chars().all(is_word).then(|| name.to_owned())
}
