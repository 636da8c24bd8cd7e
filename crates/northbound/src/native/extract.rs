//! What handlers take from a request; whatever is wrong with it becomes a problem.

use crate::admit::Priority;
use crate::app::App;
use crate::auth::challenge::Why;
use crate::auth::{Principal, authenticate};
use crate::call::Shown;
use crate::door::{read_json, read_json_bytes};
use crate::fault::{Door, Fault};
use crate::limits::BEARER_BYTES_MAX;
use crate::native::error::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::HeaderName;
use axum::http::request::Parts;
use engine::{Actor, Rejection, Role};
use serde::de::DeserializeOwned;
use types::{ChargingId, OfferingId, PartyId, PaymentId, QuoteId, ResourceId, SessionId, TenantId, TokenId, WebhookId};

/// Carries an entitlement instead of a bearer secret.
const TESSERA_ENTITLEMENT: HeaderName = HeaderName::from_static("tessera-entitlement");

/// The cell's own brand.
pub(crate) const HOST: TenantId = TenantId(1);
/// Carries the proof that the entitlement's holder presents it.
const ENTITLEMENT_PROOF: HeaderName = HeaderName::from_static("tessera-entitlement-proof");

/// Anyone with a credential.
pub(crate) struct Caller(pub Actor);
/// The operator.
pub(crate) struct Operator(pub Actor);
/// The operator of the cell's own brand: whose the network, the shop and the books are. Operators of other brands have
/// parties and tokens of their own, and nothing else.
pub(crate) struct Host(pub Actor);
/// A customer, or the operator for one.
pub(crate) struct Customer(pub Actor);
/// A customer or the operator, with who calls for it.
pub(crate) struct Subscriber(pub Principal);
/// A meter, or the operator as one.
pub(crate) struct Meter(pub Actor);
/// Whoever may call a token: its holder by bearer, or whoever presents an entitlement.
pub(crate) enum Holder {
    /// A customer or the operator.
    Bearer(Actor),
    /// An entitlement.
    Entitlement(Shown),
}
/// A JSON body.
pub(crate) struct Body<T>(pub T);
/// A JSON body and the bytes that it was.
pub(crate) struct ExactBody<T>(pub T, pub Bytes);
/// The query.
pub(crate) struct Params<T>(pub T);
/// The one variable of the path, as a typed id.
pub(crate) struct Id<T>(pub T);
/// The one variable of the path, as text.
pub(crate) struct Segment(pub String);

/// The two variable parts of a path.
pub(crate) struct Segments(pub String, pub String);

/// An id that can stand in a path.
pub(crate) trait VisibleId: Sized {
    fn read(text: &str) -> Result<Self, types::IdError>;
}

macro_rules! visible_ids {
    ($($id:ident),+) => {$(
        impl VisibleId for $id {
            fn read(text: &str) -> Result<Self, types::IdError> {
                Self::parse(text)
            }
        }
    )+};
}

visible_ids!(ChargingId, OfferingId, PartyId, PaymentId, QuoteId, ResourceId, SessionId, TokenId, WebhookId);

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Self(authenticate(app, parts).await?.actor))
    }
}

macro_rules! callers {
    ($($name:ident: $($role:ident)|+;)+) => {$(
        impl FromRequestParts<App> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let actor = authenticate(app, parts).await?.actor;
                match actor.role {
                    $(Role::$role)|+ => Ok(Self(actor)),
                    _ => Err(Rejection::RoleNotAllowed.into()),
                }
            }
        }
    )+};
}

callers! {
    Operator: Operator;
    Customer: Customer | Operator;
    Meter: Meter | Operator;
}

impl FromRequestParts<App> for Host {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Operator(actor) = Operator::from_request_parts(parts, app).await?;
        if actor.tenant == HOST { Ok(Self(actor)) } else { Err(Rejection::RoleNotAllowed.into()) }
    }
}

impl FromRequestParts<App> for Subscriber {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let principal = authenticate(app, parts).await?;
        match principal.actor.role {
            Role::Customer | Role::Operator => Ok(Self(principal)),
            Role::Meter | Role::Network => Err(Rejection::RoleNotAllowed.into()),
        }
    }
}

impl FromRequestParts<App> for Holder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if !parts.headers.contains_key(TESSERA_ENTITLEMENT) {
            let Customer(actor) = Customer::from_request_parts(parts, app).await?;
            return Ok(Self::Bearer(actor));
        }
        app.admission.stranger(&parts.extensions)?;
        app.admission.unless_loaded(&app.gate, Priority::Call, None)?;
        let refused = |why, door: Door| {
            app.metrics.turned_away(why);
            door
        };
        let text = single(parts, &TESSERA_ENTITLEMENT);
        let text = text.ok_or_else(|| refused(Why::InvalidEntitlement, Door::EntitlementInvalid))?;
        let shown = parts.headers.contains_key(ENTITLEMENT_PROOF).then(|| single(parts, &ENTITLEMENT_PROOF));
        let proof = shown.map(|proof| proof.ok_or_else(|| refused(Why::InvalidEntitlementProof, Door::ProofInvalid)));
        let proof = proof.transpose()?;
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        Ok(Self::Entitlement(Shown { text, proof, method: parts.method.to_string(), target }))
    }
}

/// The value of a header that is there once and not too long.
fn single(parts: &Parts, name: &HeaderName) -> Option<String> {
    let mut values = parts.headers.get_all(name).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    let text = value.to_str().ok().filter(|text| text.len() <= BEARER_BYTES_MAX)?;
    Some(text.trim().to_owned())
}

impl<T: DeserializeOwned> FromRequest<App> for ExactBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (read, bytes) = read_json_bytes(request, app).await?;
        Ok(Self(read, bytes))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        Ok(Self(read_json(request, app).await?))
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let query = Query::from_request_parts(parts, app).await;
        query.map(|Query(params)| Self(params)).map_err(|error| Fault::malformed(error.body_text()).into())
    }
}

impl FromRequestParts<App> for Segment {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        path.map(|Path(text)| Self(text)).map_err(|error| Fault::malformed(error.body_text()).into())
    }
}

impl FromRequestParts<App> for Segments {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, app).await;
        path.map(|Path((one, two))| Self(one, two)).map_err(|error| Fault::malformed(error.body_text()).into())
    }
}

impl<T: VisibleId> FromRequestParts<App> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Segment(text) = Segment::from_request_parts(parts, app).await?;
        T::read(&text).map(Self).map_err(|error| Fault::malformed(error.to_string()).into())
    }
}
