//! What a person asks of `cargo xtask fuzz`.

use anyhow::{Context, Result, ensure};

/// How long a target runs when nothing is said.
const SECONDS_DEFAULT: u32 = 60;

/// Which targets, and for how long each.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    /// Seconds for each target.
    pub seconds: u32,
    /// Their names; all of them when none is named.
    pub targets: Vec<String>,
}

impl Asked {
    /// Reads the arguments; an error names what would have been accepted.
    pub fn read(arguments: &[String], known: &[String]) -> Result<Self> {
        let mut asked = Self { seconds: SECONDS_DEFAULT, targets: Vec::new() };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            if argument == "--seconds" {
                let number = arguments.next().and_then(|text| text.parse().ok()).filter(|seconds| *seconds > 0);
                asked.seconds = number.context("`--seconds` takes a whole number of at least 1")?;
                continue;
            }
            let accepted = known.join(", ");
            ensure!(known.contains(argument), "no target `{argument}`; accepted: --seconds N, {accepted}");
            asked.targets.push(argument.clone());
        }
        if asked.targets.is_empty() {
            asked.targets = known.to_vec();
        }
        Ok(asked)
    }
}
