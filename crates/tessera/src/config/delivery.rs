//! `[delivery]` of the configuration: which capabilities systems of the operator deliver that are no drivers of the cell.

use clap::ValueEnum;
use serde::Deserialize;
use types::{Capabilities, Capability};

/// What the file says of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DeliveryFile {
    by_others: Vec<CapabilityName>,
}

/// A capability as the API writes it.
#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum CapabilityName {
    /// Plain connectivity
    Connectivity,
    /// A guaranteed experience
    Experience,
    /// A network slice
    Slice,
    /// Coverage from space
    Satellite,
    /// Edge compute
    Compute,
    /// AI inference
    Inference,
    /// Security
    Security,
}

impl DeliveryFile {
    /// Each that is named, on the command line or else here.
    pub(super) fn with(self, flags: Option<Vec<CapabilityName>>) -> Capabilities {
        flags.unwrap_or(self.by_others).into_iter().map(Capability::from).collect()
    }
}

impl From<CapabilityName> for Capability {
    fn from(name: CapabilityName) -> Self {
        match name {
            CapabilityName::Connectivity => Self::Connectivity,
            CapabilityName::Experience => Self::Experience,
            CapabilityName::Slice => Self::Slice,
            CapabilityName::Satellite => Self::Satellite,
            CapabilityName::Compute => Self::Compute,
            CapabilityName::Inference => Self::Inference,
            CapabilityName::Security => Self::Security,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DeliveryFile;
    use types::{Capabilities, Capability};

    #[test]
    fn capabilities_are_read_by_name_and_others_are_refused_by_what_would_do() {
        let parse =
            |text| toml::from_str::<DeliveryFile>(text).map(|file| file.with(None)).map_err(|error| error.to_string());
        assert_eq!(parse(""), Ok(Capabilities::NONE));
        let expected = Capabilities::NONE.with(Capability::Inference).with(Capability::Compute);
        assert_eq!(parse(r#"by_others = ["inference", "compute"]"#), Ok(expected));
        assert!(parse(r#"by_others = ["llm"]"#).expect_err("there is none").contains("`inference`"));
    }
}
