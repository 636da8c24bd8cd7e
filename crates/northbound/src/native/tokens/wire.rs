//! Tokens as JSON.

use crate::native::plans::PriceLine;
use crate::native::wire::{EndReason, Grade, Leg, Money, TokenState, Window};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A token: the right that was bought.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Token {
    /// `tok_…`
    pub id: String,
    /// `ord_…`
    pub order: String,
    /// Who holds it: `pty_…`
    pub party: String,
    /// `off_…`
    pub offering: String,
    /// The QoS profile that calls it.
    pub qos_profile: String,
    /// Where it stands.
    pub state: TokenState,
    /// When it may be called.
    pub window: Window,
    /// Where: H3 indexes.
    pub place: Vec<String>,
    /// Is it bound to one device?
    pub device_bound: bool,
    /// Its session, while it is being called: `ses_…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The fee, gross; of the period that runs where it is paid for again and again, as are the sums below.
    pub price: Money,
    /// Why it is what it is: the lines add up to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<PriceLine>,
    /// What of it is paid: nothing before the network confirms.
    pub paid: Money,
    /// What remedies have paid back.
    pub refunded: Money,
    /// What usage has cost, what the operator bore included.
    pub usage: Money,
    /// What was delivered at which price, and what that cost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub usage_lines: Vec<PriceLine>,
    /// The period that runs, where it is paid for again and again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<Term>,
    /// Quantity delivered.
    pub used: u64,
    /// What is left of its volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_left: Option<i64>,
    /// Probability that the promise is kept, as it was sold.
    pub confidence: f64,
    /// What it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Whose wallet pays, where it is not its holder's own: `pty_…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// What carries it.
    pub path: Vec<Leg>,
    /// The signed entitlement, for its holder; in lists it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitlement: Option<String>,
}

/// The period of a token that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Term {
    /// Which: 0 began with the token's window.
    pub number: u32,
    /// When.
    pub window: Window,
    /// When the next one is due; it is the last when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renews_at: Option<String>,
    /// Since when the next one could not be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpaid_since: Option<String>,
}

/// To whom a token goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenTransfer {
    /// `pty_…`
    pub to: String,
}

/// What of a volume goes to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VolumeGift {
    /// `pty_…`
    pub to: String,
    /// How much, at least 1.
    pub quantity: u64,
}

/// What was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Given {
    /// The receiver's token: `tok_…`
    pub token: String,
    /// Whose it is: `pty_…`
    pub to: String,
}

/// What to revoke: one of both, or neither for every text of the token.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevocationDraft {
    /// The revocation id of a block, 128 hexadecimal digits, as `tessera token inspect` shows it: that text and all made
    /// of it.
    pub block: Option<String>,
    /// A text: it and all made of it.
    pub entitlement: Option<String>,
}

/// What is revoked now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Revocation {
    /// `tok_…`
    pub token: String,
    /// The digest of the block, as the list of revocations has it; absent when every text is revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    /// RFC 3339: until then the list has it.
    pub until: String,
}

/// How much of a timeline.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Last {
    /// Entries at most: 1 to 200, 50 when absent.
    pub limit: Option<usize>,
}

/// What happened to a token lately, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Timeline {
    /// The entries.
    pub items: Vec<Entry>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Entry {
    /// Its place in the journal.
    pub seq: u64,
    /// RFC 3339.
    pub at: String,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum What {
    /// It was sold.
    TokenIssued {
        /// The fee, gross.
        price: Money,
        /// Held in the wallet.
        held: Money,
    },
    /// Another period began and is paid for.
    TokenRenewed {
        /// The fee, gross.
        price: Money,
        /// When the period ends.
        until: String,
    },
    /// Another period began, and nothing is due for it.
    TermPassed {
        /// When the period ends.
        until: String,
    },
    /// Another period could not be paid: it is held back.
    RenewalFailed {
        /// What is needed.
        needed: Money,
        /// When it is tried again.
        retry_at: String,
    },
    /// It was given to another party, and goes on as another token.
    TokenTransferred,
    /// A part of its volume was given to another party.
    VolumeGifted {
        /// How much.
        quantity: u64,
    },
    /// The operator holds it back.
    TokenSuspended,
    /// It may be called again.
    TokenResumed,
    /// Signed texts of it are no longer honoured.
    EntitlementRevoked {
        /// Those with this block, by the digest of its id; all of them when it is absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        block: Option<String>,
    },
    /// It is called: the network is asked.
    SessionRequested {
        /// `ses_…`
        session: String,
    },
    /// The network confirmed: the fee is paid.
    SessionActivated {
        /// `ses_…`
        session: String,
        /// Paid, gross.
        paid: Money,
        /// When it will end.
        ends_at: String,
    },
    /// It runs longer.
    SessionExtended {
        /// `ses_…`
        session: String,
        /// When it will end.
        ends_at: String,
    },
    /// What the network did is not known yet.
    SessionUncertain {
        /// `ses_…`
        session: String,
    },
    /// The network is asked to stop.
    SessionEnding {
        /// `ses_…`
        session: String,
        /// Why.
        reason: EndReason,
    },
    /// The network has stopped.
    SessionEnded {
        /// `ses_…`
        session: String,
        /// Why.
        reason: EndReason,
    },
    /// Delivered quantity was charged.
    UsageCharged {
        /// How much.
        quantity: u64,
        /// From the wallet, gross.
        paid: Money,
        /// Borne by the operator, gross.
        overrun: Money,
    },
    /// Windows with too few samples for a verdict.
    WindowsUnmeasured {
        /// `ses_…`
        session: String,
        /// First window.
        window: u64,
        /// How many.
        windows: u64,
    },
    /// The promise was not kept in a window: the remedy is paid.
    PromiseBroken {
        /// `ses_…`
        session: String,
        /// Which window.
        window: u64,
        /// Samples taken.
        samples: u32,
        /// Samples later than promised.
        samples_late: u32,
        /// Samples with less than was promised.
        samples_starved: u32,
        /// Paid back, gross.
        refund: Money,
    },
    /// Its promise followed its device.
    TokenRebooked {
        /// Probability that the promise is kept there.
        confidence: f64,
    },
    /// It had to make room for one of higher priority.
    TokenPreempted {
        /// The priority of that one.
        level: u8,
        /// Paid as compensation, gross.
        refund: Money,
    },
    /// It is over.
    TokenClosed {
        /// How it ended.
        state: TokenState,
        /// Fee paid back, gross.
        refund: Money,
    },
}
