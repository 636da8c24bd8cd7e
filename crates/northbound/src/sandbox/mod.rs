//! A sandbox: whoever comes signs an application up, tries it with numbers whose end fixes the outcome, and sees what it sent
//! and was answered. A cell is one by its configuration; nothing else of it is different.

pub(crate) mod curl;
mod key;
mod log;
mod record;
#[cfg(test)]
mod tests;

pub(crate) use key::{caller, key_of, party_of};
pub(crate) use log::{Entry, Log};
pub(crate) use record::around;

use crate::app::App;
use crate::fault::Fault;
use engine::Rejection;

/// How a sandbox welcomes an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sandbox {
    /// The money to play with, in minor units of every currency that something is sold in.
    pub balance_minor: i64,
}

/// A number whose end fixes what becomes of it, and what that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TestNumber {
    pub ends_with: &'static str,
    pub outcome: &'static str,
}

/// How a number ends that nothing is promised to.
const UNPROMISED: &str = "9914";

/// Every number whose end fixes an outcome; all others are promised what there is room for, and keep it.
pub(crate) const NUMBERS: [TestNumber; 5] = [
    TestNumber { ends_with: "9901 to 9909", outcome: "moves to another radio cell every 1 to 9 seconds" },
    TestNumber { ends_with: "9911", outcome: "the network refuses it: the session ends, nothing is paid" },
    TestNumber { ends_with: "9912", outcome: "the network answers three seconds late" },
    TestNumber { ends_with: "9913", outcome: "the promise is broken: every window is late, and paid back" },
    TestNumber { ends_with: UNPROMISED, outcome: "nothing can be promised: refused as `not-promisable`" },
];

/// In a sandbox nothing is promised to such a number.
pub(crate) fn check_promise(app: &App, device: Option<&str>) -> Result<(), Fault> {
    match device {
        Some(device) if app.sandbox.is_some() && device.ends_with(UNPROMISED) => Err(Rejection::NotPromisable.into()),
        _ => Ok(()),
    }
}
