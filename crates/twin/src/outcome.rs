//! Devices whose number fixes what becomes of them: what a developer tries an application with.

use types::Duration;

/// How the names of such devices end, before the digit that says which outcome.
const FIXED: &[u8] = b"991";
/// How late a slow network answers.
const LATE: Duration = Duration::from_secs(3);
/// What is added to every delay of a flow that is to break its promise: more than anything is promised for.
const WORSE_US: u32 = 2_000_000;

/// What the network does with every flow of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `9911`: refuses it.
    Refused,
    /// `9912`: enforces it, and answers late.
    Slow,
    /// `9913`: enforces it, and every sample is late.
    Late,
}

impl Outcome {
    /// That of a device; `None` for all others.
    pub fn of(device: [u8; 16]) -> Option<Self> {
        let end = device.iter().position(|byte| *byte == 0).unwrap_or(device.len());
        let (last, before) = device[..end].split_last()?;
        match last {
            _ if !before.ends_with(FIXED) => None,
            b'1' => Some(Self::Refused),
            b'2' => Some(Self::Slow),
            b'3' => Some(Self::Late),
            _ => None,
        }
    }

    /// How much later than others its network answers.
    pub(crate) const fn answers_after(self) -> Duration {
        match self {
            Self::Slow => LATE,
            Self::Refused | Self::Late => Duration::ZERO,
        }
    }

    /// What is added to each of its delays, in µs.
    pub(crate) const fn adds_us(self) -> u32 {
        match self {
            Self::Late => WORSE_US,
            Self::Refused | Self::Slow => 0,
        }
    }
}
