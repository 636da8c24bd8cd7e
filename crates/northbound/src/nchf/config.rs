//! How quotas are sized, and which rating group is charged to which offering.

use crate::limits::{RATING_GROUPS_CONFIGURED_MAX, SINK_BYTES_MAX};
use engine::limits::{LEASE_TIME_MAX, QUANTITY_MAX};
use std::collections::BTreeMap;
use types::{Duration, OfferingId, PPM, Unit};

/// How charging functions are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nchf {
    /// What serves a rating group.
    pub rating_groups: BTreeMap<u32, RatingGroup>,
    /// How much is granted where the consumer leaves it to us.
    pub quota: NchfSizes,
    /// For how long a quota is good.
    pub validity: Duration,
    /// A consumer asks again when this share of a quota is left, in parts per million.
    pub threshold_ppm: u32,
    /// How long a consumer keeps a quota of which nothing is used; `None`: as long as it is good.
    pub holding: Option<Duration>,
    /// What a consumer does when the last quota is used up.
    pub final_unit: FinalUnit,
    /// What the addresses of charging sessions begin with, for example `https://chf.example.org`; `None`: they have no host.
    pub api_root: Option<String>,
}

/// What a rating group is charged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RatingGroup {
    /// The offering whose tokens serve it.
    pub offering: OfferingId,
    /// What is counted; `None`: the token's volume, or else what its price meters first.
    pub unit: Option<Unit>,
}

/// Quantities of each kind of unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NchfSizes {
    /// Bytes.
    pub volume: u64,
    /// Seconds.
    pub time_s: u64,
    /// Tokens, calls, compute units.
    pub units: u64,
}

/// What is done with a subscriber's traffic when the last quota is used up (TS 32.291 `FinalUnitAction`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FinalUnit {
    /// It ends.
    #[default]
    Terminate,
    /// It goes to this address.
    Redirect(String),
    /// Only what these filters of the user plane let through goes on.
    Restrict(Vec<String>),
}

/// Why quotas cannot be granted like that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NchfError {
    /// A number is out of its range.
    #[error("{name} must be 1 to {max}")]
    Range {
        /// Which.
        name: &'static str,
        /// The most.
        max: u64,
    },
    /// A text is empty or too long.
    #[error("{name} must have 1 to {SINK_BYTES_MAX} bytes")]
    Text {
        /// Which.
        name: &'static str,
    },
    /// There are more rating groups than are looked through.
    #[error("at most {RATING_GROUPS_CONFIGURED_MAX} rating groups can be configured")]
    TooManyGroups,
}

impl Default for Nchf {
    fn default() -> Self {
        Self {
            rating_groups: BTreeMap::new(),
            quota: NchfSizes { volume: 10_000_000, time_s: 600, units: 100 },
            validity: Duration::from_secs(3_600),
            threshold_ppm: 200_000,
            holding: None,
            final_unit: FinalUnit::Terminate,
            api_root: None,
        }
    }
}

impl Nchf {
    /// The same, if it can be used.
    ///
    /// # Errors
    /// Names the first value that cannot be meant.
    pub fn checked(self) -> Result<Self, NchfError> {
        let within = |name, value: u64, max: u64| {
            if (1..=max).contains(&value) { Ok(()) } else { Err(NchfError::Range { name, max }) }
        };
        within("quota_bytes", self.quota.volume, QUANTITY_MAX)?;
        within("quota_s", self.quota.time_s, u32::MAX.into())?;
        within("quota_units", self.quota.units, QUANTITY_MAX)?;
        within("validity_s", self.validity.as_secs(), LEASE_TIME_MAX.as_secs())?;
        // All of it left: a consumer would ask again at once, for ever.
        within("threshold_ppm", u64::from(self.threshold_ppm).saturating_add(1), PPM)?;
        if let Some(holding) = self.holding {
            within("holding_s", holding.as_secs(), LEASE_TIME_MAX.as_secs())?;
        }
        if self.rating_groups.len() > RATING_GROUPS_CONFIGURED_MAX {
            return Err(NchfError::TooManyGroups);
        }
        let texts = match &self.final_unit {
            FinalUnit::Terminate => Vec::new(),
            FinalUnit::Redirect(to) => vec![("redirect_to", to)],
            FinalUnit::Restrict(filters) => filters.iter().map(|filter| ("filters", filter)).collect(),
        };
        let texts = texts.into_iter().chain(self.api_root.iter().map(|root| ("api_root", root)));
        let sound = |text: &str| (1..=SINK_BYTES_MAX).contains(&text.len());
        match texts.into_iter().find(|(_, text)| !sound(text)) {
            Some((name, _)) => Err(NchfError::Text { name }),
            None if self.final_unit == FinalUnit::Restrict(Vec::new()) => Err(NchfError::Text { name: "filters" }),
            None => Ok(self),
        }
    }

    /// How much of a unit is granted where the consumer leaves it to us.
    pub(crate) const fn size_of(&self, unit: Unit) -> u64 {
        match unit {
            Unit::Byte => self.quota.volume,
            Unit::Second => self.quota.time_s,
            Unit::LlmToken | Unit::ComputeUnit | Unit::Call | Unit::Message => self.quota.units,
        }
    }
}
