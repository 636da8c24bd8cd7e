//! Every way a request ends without doing what it asked, before it is put into the words of an API.

use axum::http::StatusCode;
use engine::Rejection;
use node::{EntitlementError, GateError, KeyringError, LoadError, NotifyError, Refused, VaultError};
use std::error::Error;
use tessera_token::TokenError;

/// Why a request was not done. Each adapter has its own wire form of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The engine rejected it.
    Rejected(Rejection),
    /// It did not get as far as the engine.
    Door(Door, String),
    /// It may come again after so many seconds.
    Later(Door, u64),
}

macro_rules! doors {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:ident, $accepted:literal;)+) => {
        /// Why a request did not get as far as the engine.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Door {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Door {
            /// Its problem code.
            pub(crate) const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Its HTTP status.
            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// What it means, in one sentence.
            pub(crate) const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)+ }
            }

            /// What would be accepted instead.
            pub(crate) const fn accepted(self) -> &'static str {
                match self { $(Self::$name => $accepted,)+ }
            }
        }

        /// Every problem that ends a request before the engine decides: what the documentation lists beside
        /// [`engine::Rejection::ALL`].
        pub const DOOR_PAGES: &[DoorPage] = &[
            $(DoorPage {
                code: $code,
                status: StatusCode::$status,
                meaning: concat!($($doc),+),
                accepted: $accepted,
            },)+
        ];
    };
}

/// The documentation of one problem.
#[derive(Clone, Copy, Debug)]
pub struct DoorPage {
    /// Problem code.
    pub code: &'static str,
    /// HTTP status.
    pub status: StatusCode,
    /// What it means.
    pub meaning: &'static str,
    /// What would be accepted instead.
    pub accepted: &'static str,
}

doors! {
    /// The credential is missing or not known.
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "`Authorization: Bearer` with a credential of this cell.";
    /// The entitlement that was presented is not one of this cell, is altered, revoked or out of its time.
    EntitlementInvalid = "entitlement-invalid", UNAUTHORIZED, "The text of a live entitlement, as it was issued or narrowed.";
    /// Only the holder of a key may use the entitlement, and the proof of it is missing, wrong or was used before.
    ProofInvalid = "entitlement-proof-invalid", UNAUTHORIZED, "`Tessera-Entitlement-Proof`, made anew for each request with the key of the entitlement's last holder.";
    /// There is no signing key with this number.
    UnknownKey = "unknown-signing-key", NOT_FOUND, "A `kid` from the list of signing keys.";
    /// The signing keys cannot be changed this way now.
    KeysConflict = "signing-keys-conflict", CONFLICT, "What the detail names: rotate before you withdraw, withdraw before you rotate again, or a later time.";
    /// The credential's party is not registered in this cell.
    PartyNotRegistered = "party-not-registered", FORBIDDEN, "Have the operator register the party of this credential.";
    /// The cell is no sandbox.
    NoSandbox = "no-sandbox", NOT_FOUND, "A cell that is configured as a sandbox; here, a client that the operator registers.";
    /// The access token was not granted the scope of this operation.
    ScopeMissing = "scope-missing", FORBIDDEN, "An access token with the scope that `/openapi.json` names for this operation.";
    /// The keys of whoever issued the access token cannot be fetched now.
    IssuerUnreachable = "issuer-unreachable", SERVICE_UNAVAILABLE, "The same request a minute later; the operator's log has the cause.";
    /// There is nothing at this address.
    NoSuchRoute = "no-such-route", NOT_FOUND, "An address that `/openapi.json` lists.";
    /// This address does not take this method.
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "A method that `/openapi.json` lists for this address.";
    /// The body is not of a type that is understood.
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "`Content-Type: application/json`, or another type that `/openapi.json` lists for the operation.";
    /// The body is larger than its limit.
    BodyTooLarge = "body-too-large", PAYLOAD_TOO_LARGE, "A body within 64 KiB; a batch of usage within 4 MiB.";
    /// The request is not of the form that is documented.
    MalformedRequest = "malformed-request", BAD_REQUEST, "The form in `/openapi.json`, with no unknown members.";
    /// A value in the request cannot be meant.
    InvalidValue = "invalid-value", UNPROCESSABLE_ENTITY, "A value within the range that the detail names.";
    /// The window does not end later than it starts.
    WindowInverted = "window-inverted", UNPROCESSABLE_ENTITY, "A `to` that is later than `from` (now, when it is absent), or a `duration_s` of at least 1.";
    /// A position is not on the Earth.
    PositionInvalid = "position-invalid", UNPROCESSABLE_ENTITY, "Degrees within ±90 north and ±180 east; in `polygon` and `route` east comes first, as in GeoJSON.";
    /// A polygon or a route is not one.
    ShapeInvalid = "shape-invalid", UNPROCESSABLE_ENTITY, "A polygon of 3 to 256 points with an area, whose sides do not cross; a route of 2 to 256 points.";
    /// A place is larger than a country, goes across the antimeridian, or is nothing.
    PlaceSize = "place-size-out-of-range", UNPROCESSABLE_ENTITY, "A `radius_m` of 1 to 500,000; at most 3,000 km across; on one side of the antimeridian: ask for each side by itself.";
    /// H3 cells do not make a place.
    CellsInvalid = "h3-cells-invalid", UNPROCESSABLE_ENTITY, "1 to 1,024 H3 cell indexes in hexadecimal, all of one resolution.";
    /// A delay, a rate or a percentile is one that nothing can be measured by.
    OutcomeOutOfRange = "outcome-out-of-range", UNPROCESSABLE_ENTITY, "A delay of 1 to 4,294,967,295 ms, rates of 1 to 4,294,967,295 kbit/s, a percentile of 0 to 100; leave out what does not matter.";
    /// A device is not written as one.
    DeviceInvalid = "device-invalid", UNPROCESSABLE_ENTITY, "`tel:+…`, `ipv4:ADDRESS:PORT`, `ipv4:PUBLIC/PRIVATE` or `ipv6:ADDRESS`.";
    /// No promise follows this device.
    UnknownDevice = "unknown-device", NOT_FOUND, "A device with an active session whose promise takes something of the network, named as it was when the session was called.";
    /// A purchase or top-up came without a key that makes repeating it safe.
    KeyMissing = "idempotency-key-missing", BAD_REQUEST, "`Idempotency-Key` with 1 to 255 visible ASCII characters.";
    /// The personal data is needed by a session that is running.
    PersonalDataInUse = "personal-data-in-use", CONFLICT, "End the party's sessions first, then erase.";
    /// This caller has made as many requests as it may for now.
    RateLimited = "rate-limited", TOO_MANY_REQUESTS, "The same request after the time in `Retry-After`; `RateLimit` says what is left.";
    /// This party or device has asked for as many quotes or purchases as it may for now.
    QuotaReached = "quota-reached", TOO_MANY_REQUESTS, "The same request after the time in `Retry-After`.";
    /// The events asked for went to the archive.
    EventsArchived = "events-archived", GONE, "A later event, or the archive: the operator has it.";
    /// The caller has as many streams of events open as it may.
    TooManyStreams = "too-many-streams", TOO_MANY_REQUESTS, "The same request after another stream of yours has ended.";
    /// The books of this month are not closed.
    UnknownPeriod = "unknown-period", NOT_FOUND, "A month that `GET /v1/finance/periods` lists.";
    /// There is no such webhook of yours.
    UnknownWebhook = "unknown-webhook", NOT_FOUND, "The id of a webhook that `GET /v1/webhooks` lists.";
    /// The party has as many webhooks as it may.
    TooManyWebhooks = "too-many-webhooks", CONFLICT, "The same request after another webhook of yours was removed.";
    /// There is no such dead letter.
    UnknownDelivery = "unknown-delivery", NOT_FOUND, "The id of a dead letter that `GET /v1/dead-letters` lists.";
    /// The receiver has as much waiting for it as there may be.
    ReceiverFull = "receiver-full", CONFLICT, "The same request after what waits for the receiver was delivered.";
    /// The address is not one that this cell calls.
    AddressForbidden = "address-forbidden", UNPROCESSABLE_ENTITY, "An https address of the public internet, its host written as a name or in the usual form of an address.";
    /// The cell has as many commands waiting as it takes.
    Busy = "busy", SERVICE_UNAVAILABLE, "The same request after the time in `Retry-After`.";
    /// The books of finance have not come as far as what was answered yet.
    PostingsBehind = "postings-behind", SERVICE_UNAVAILABLE, "The same request after the time in `Retry-After`.";
    /// The cell has stopped, or this request came as it did.
    Stopped = "stopped", SERVICE_UNAVAILABLE, "The same request, with the same key, when the cell is back.";
    /// The answer took too long; what became of the request is not known.
    TimedOut = "timed-out", GATEWAY_TIMEOUT, "The same request with the same key: it is done once.";
    /// Something failed on our side.
    Internal = "internal", INTERNAL_SERVER_ERROR, "The same request later; the operator's log has the cause.";
}

impl Fault {
    /// A request of the wrong form.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::Door(Door::MalformedRequest, detail.into())
    }

    /// A value that cannot be meant.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::Door(Door::InvalidValue, detail.into())
    }

    /// A failure of ours: logged here with its causes, not shown.
    pub(crate) fn internal(attempted: &'static str, error: &(dyn Error + 'static)) -> Self {
        tracing::error!(error, attempted, "a request could not be served");
        Self::from(Door::Internal)
    }
}

impl Fault {
    /// The engine answered a command with the answer of another one: a bug.
    pub(crate) fn unexpected_answer(attempted: &'static str) -> Self {
        tracing::error!(attempted, "the engine gave the answer of another command");
        Self::from(Door::Internal)
    }
}

impl From<Door> for Fault {
    fn from(door: Door) -> Self {
        Self::Door(door, door.meaning().trim().to_owned())
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<LoadError> for Fault {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Gate(error) => error.into(),
            LoadError::Store(error) => Self::internal("keep a table", &error),
        }
    }
}

impl From<GateError> for Fault {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Rejected(rejection) => Self::Rejected(rejection),
            GateError::Refused(refused) => {
                let door = match refused {
                    Refused::Busy => Door::Busy,
                    Refused::Stopped => Door::Stopped,
                    Refused::TooLarge => Door::BodyTooLarge,
                };
                Self::Door(door, refused.to_string())
            }
        }
    }
}

impl From<VaultError> for Fault {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::TooLarge => Self::Door(Door::BodyTooLarge, error.to_string()),
            _ => Self::internal("use the vault", &error),
        }
    }
}

impl From<NotifyError> for Fault {
    fn from(error: NotifyError) -> Self {
        match error {
            NotifyError::Full(_) => Self::Door(Door::ReceiverFull, error.to_string()),
            _ => Self::internal("use the mailroom", &error),
        }
    }
}

impl From<EntitlementError> for Fault {
    fn from(error: EntitlementError) -> Self {
        match error {
            EntitlementError::UnknownToken => Rejection::UnknownToken.into(),
            EntitlementError::Token(TokenError::TooNarrow { what }) => {
                tracing::debug!(what, "an entitlement is narrower than its call");
                Rejection::TokenNarrower.into()
            }
            EntitlementError::NotUsable(state) => Rejection::TokenNotUsable { state }.into(),
            EntitlementError::Busy => Door::Busy.into(),
            EntitlementError::Keys(error) => error.into(),
            EntitlementError::Token(error @ (TokenError::ProofMissing { .. } | TokenError::ProofWrong { .. })) => {
                Self::Door(Door::ProofInvalid, error.to_string())
            }
            EntitlementError::Token(TokenError::Inexpressible(_)) => Self::internal("sign an entitlement", &error),
            EntitlementError::Token(error) => Self::Door(Door::EntitlementInvalid, error.to_string()),
        }
    }
}

impl From<KeyringError> for Fault {
    fn from(error: KeyringError) -> Self {
        let door = match error {
            KeyringError::Unknown { .. } => Door::UnknownKey,
            KeyringError::NoSuccessor { .. } | KeyringError::TooEarly { .. } | KeyringError::TooMany { .. } => {
                Door::KeysConflict
            }
            _ => return Self::internal("change the signing keys", &error),
        };
        Self::Door(door, error.to_string())
    }
}
