//! Colours where a person looks, plain text everywhere else.

use std::{env, io::IsTerminal, time::Duration};

/// How to write to the person or the log that reads us.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    colour: bool,
}

impl Terminal {
    /// Colours only on a terminal, and never with `CI` (other than `false`) or `NO_COLOR` set.
    pub fn detect() -> Self {
        let set = |name| env::var(name).is_ok_and(|value| !value.is_empty() && value != "false");
        Self { colour: std::io::stdout().is_terminal() && !set("CI") && !set("NO_COLOR") }
    }

    /// Never colours.
    #[cfg(test)]
    pub fn plain() -> Self {
        Self { colour: false }
    }

    /// What to tell cargo and its children: `always` or `never`.
    pub fn cargo_colour(self) -> &'static str {
        if self.colour { "always" } else { "never" }
    }

    /// For what failed.
    pub fn red(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// For what passed.
    pub fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// For headings.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// `0.4 s`, `12.3 s`, `2 min 05 s`.
pub fn duration_text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        return format!("{seconds}.{} s", duration.subsec_millis() / 100);
    }
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::duration_text;
    use std::time::Duration;

    #[test]
    fn durations_read_like_a_clock() {
        assert_eq!(duration_text(Duration::from_millis(470)), "0.4 s");
        assert_eq!(duration_text(Duration::from_millis(59_990)), "59.9 s");
        assert_eq!(duration_text(Duration::from_secs(125)), "2 min 05 s");
    }
}
