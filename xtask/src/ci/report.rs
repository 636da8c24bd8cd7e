//! What each step came to and how long it took.

use std::time::Duration;

use crate::terminal::{Terminal, duration_text};

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It held, in this time.
    Passed(Duration),
    /// It did not, after this time.
    Failed(Duration),
    /// An earlier one failed.
    NotRun,
}

/// The steps so far.
#[derive(Default)]
pub struct Report {
    lines: Vec<(&'static str, Outcome)>,
}

impl Report {
    /// Adds the step that just ended.
    pub fn add(&mut self, name: &'static str, outcome: Outcome) {
        self.lines.push((name, outcome));
    }

    /// The step that just ended, for the log.
    pub fn last_line(&self, terminal: Terminal) -> String {
        self.lines.last().map_or_else(String::new, |(name, outcome)| line(name, *outcome, terminal))
    }

    /// One line a step, and the sum.
    pub fn table(&self, terminal: Terminal) -> String {
        let lines = self.lines.iter().map(|(name, outcome)| line(name, *outcome, terminal) + "\n");
        let total: Duration = self.lines.iter().map(|(_, outcome)| outcome.duration()).sum();
        lines.collect::<String>() + &format!("{:<17} {:<8} {:>12}", "total", "", duration_text(total))
    }
}

impl Outcome {
    fn duration(self) -> Duration {
        match self {
            Self::Passed(duration) | Self::Failed(duration) => duration,
            Self::NotRun => Duration::ZERO,
        }
    }
}

fn line(name: &str, outcome: Outcome, terminal: Terminal) -> String {
    // Padded before it is painted: colour codes have no width.
    let word = match outcome {
        Outcome::Passed(_) => terminal.green(&format!("{:<8}", "passed")),
        Outcome::Failed(_) => terminal.red(&format!("{:<8}", "FAILED")),
        Outcome::NotRun => format!("{:<8}", "not run"),
    };
    let time = if outcome == Outcome::NotRun { String::new() } else { duration_text(outcome.duration()) };
    format!("{name:<17} {word} {time:>12}").trim_end().to_owned()
}
