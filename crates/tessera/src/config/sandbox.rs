//! `[sandbox]` of the configuration: is the cell one to try things in?

use anyhow::ensure;
use northbound::Sandbox;
use serde::Deserialize;

/// Money to play with unless it is said, in minor units.
const BALANCE_MINOR: i64 = 10_000;
/// The most.
const BALANCE_MINOR_MAX: i64 = 1_000_000_000;

/// What the file says of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SandboxFile {
    enabled: bool,
    balance_minor: Option<i64>,
}

impl SandboxFile {
    /// How applications are welcomed; `None`: they are not.
    pub(super) fn parse(&self) -> anyhow::Result<Option<Sandbox>> {
        let balance_minor = self.balance_minor.unwrap_or(BALANCE_MINOR);
        let sound = (1..=BALANCE_MINOR_MAX).contains(&balance_minor);
        ensure!(sound, "`sandbox.balance_minor`: 1 to {BALANCE_MINOR_MAX} is expected");
        Ok(self.enabled.then_some(Sandbox { balance_minor }))
    }
}

#[cfg(test)]
mod tests {
    use super::SandboxFile;
    use northbound::Sandbox;

    #[test]
    fn a_cell_is_a_sandbox_only_where_it_is_said() {
        let parse =
            |text| toml::from_str::<SandboxFile>(text).expect("it is read").parse().map_err(|it| it.to_string());
        assert_eq!(parse(""), Ok(None));
        assert_eq!(parse("balance_minor = 5"), Ok(None));
        assert_eq!(parse("enabled = true"), Ok(Some(Sandbox { balance_minor: 10_000 })));
        assert_eq!(parse("enabled = true\nbalance_minor = 5"), Ok(Some(Sandbox { balance_minor: 5 })));
        let refused = parse("balance_minor = 0").expect_err("nothing to play with");
        assert!(refused.contains("`sandbox.balance_minor`: 1 to 1000000000"), "{refused}");
    }
}
