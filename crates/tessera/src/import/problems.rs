//! What is wrong with what was brought: all of it is found before anything is said, and nothing is used.

use crate::limits::PROBLEMS_SHOWN_MAX;
use anyhow::bail;
use std::fmt::Display;

/// Wrong places, in the order they were found.
#[derive(Debug, Default)]
pub struct Problems {
    shown: Vec<String>,
    count: usize,
}

impl Problems {
    /// Something is wrong with a line of a file, counted from 1.
    pub fn at(&mut self, file: &str, line: u64, what: impl Display) {
        self.add(|| format!("{file}:{line}: {what}"));
    }

    /// Something is wrong with a file as a whole.
    pub fn of(&mut self, file: &str, what: impl Display) {
        self.add(|| format!("{file}: {what}"));
    }

    fn add(&mut self, text: impl FnOnce() -> String) {
        self.count += 1;
        if self.shown.len() < PROBLEMS_SHOWN_MAX {
            self.shown.push(text());
        }
    }

    /// An error that names them, when there are any.
    pub fn none(self) -> anyhow::Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        let rest = match self.count - self.shown.len() {
            0 => String::new(),
            rest => format!("\n  and {rest} more"),
        };
        bail!("nothing was done: {} to put right\n  {}{rest}", self.count, self.shown.join("\n  "))
    }
}
