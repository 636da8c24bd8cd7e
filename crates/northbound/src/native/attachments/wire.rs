//! Attachments as JSON.

use crate::native::wire::PlaceAsked;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A device is served from elsewhere.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attachment {
    /// The device, for example `tel:+31612345678`.
    pub device: String,
    /// Where it is: a point or one H3 cell.
    pub place: PlaceAsked,
    /// Where it will be next, the nearest first, as far as that is known: held for it ahead. Seven at most.
    #[serde(default)]
    pub ahead: Vec<PlaceAsked>,
}

/// What became of the promises that a device holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Followed {
    /// One for each active session of the device whose promise takes something of the network.
    pub sessions: Vec<FollowedSession>,
}

/// What became of one promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FollowedSession {
    /// `ses_…`
    pub session: String,
    /// `tok_…`
    pub token: String,
    /// Is it kept?
    pub promise: Follow,
}

/// Is a promise kept where its device is now?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Follow {
    /// What is held serves it there, too.
    Kept,
    /// Something else is held for it now.
    Moved,
    /// There is no room: it is broken and pays.
    Broken,
}
