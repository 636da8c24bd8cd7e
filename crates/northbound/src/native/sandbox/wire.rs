//! The sandbox as JSON.

use crate::native::wire::{Money, PartyKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// An application that signs up.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplicationDraft {
    /// What it is called: 1 to 256 bytes.
    pub name: String,
    /// As whom it buys: `consumer` or `enterprise`; `consumer` when it is absent.
    pub kind: Option<PartyKind>,
}

/// An application. Its key is shown here and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Application {
    /// The party it buys as: `pty_…`.
    pub party: String,
    /// Its bearer secret.
    pub key: String,
    /// Money to play with.
    pub wallets: Vec<Money>,
    /// Numbers whose end fixes what becomes of them.
    pub numbers: Vec<TestNumber>,
    /// A first call, for a shell.
    pub try_it: String,
}

/// What becomes of numbers that end so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TestNumber {
    /// The last digits.
    pub ends_with: String,
    /// What happens.
    pub outcome: String,
}

/// How many requests.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Latest {
    /// The last so many: 1 to 100, 20 when absent.
    pub limit: Option<usize>,
}

/// A request and its answer, exactly as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LoggedRequest {
    /// RFC 3339: when it was answered.
    pub at: String,
    /// The method.
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// Its headers, without those that carry secrets.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: String,
    /// The status of the answer.
    pub status: u16,
    /// Headers of the answer.
    pub answer_headers: BTreeMap<String, String>,
    /// The body of the answer; of what is long or does not end, how long it is.
    pub answer: String,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// The same request for a shell, with `TESSERA_URL` and `TESSERA_KEY` set.
    pub curl: String,
}
