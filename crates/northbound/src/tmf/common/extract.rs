//! What handlers take from a request; whatever is wrong with it becomes TM Forum's `Error`.

use crate::app::App;
use crate::auth::authenticate;
use crate::camara::common::extract::Object;
use crate::door::read_as;
use crate::fault::{Door, Fault};
use crate::native::extract::HOST;
use crate::tmf::common::error::Error;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use engine::{Actor, Rejection, Role};
use serde::de::DeserializeOwned;

/// A customer, or the operator.
pub(crate) struct Caller(pub Actor);
/// A meter, or the operator as one.
pub(crate) struct Meter(pub Actor);
/// The operator.
pub(crate) struct Operator(pub Actor);
/// The operator of the cell's own brand: whose the network and the catalogue are.
pub(crate) struct Host(pub Actor);
/// A JSON object.
pub(crate) struct Body<T>(pub T);
/// The id in the path.
pub(crate) struct Id(pub String);

macro_rules! callers {
    ($($name:ident: $($role:ident)|+;)+) => {$(
        impl FromRequestParts<App> for $name {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
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
    Caller: Customer | Operator;
    Meter: Meter | Operator;
    Operator: Operator;
}

impl FromRequestParts<App> for Host {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Operator(actor) = Operator::from_request_parts(parts, app).await?;
        if actor.tenant == HOST { Ok(Self(actor)) } else { Err(Rejection::RoleNotAllowed.into()) }
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let bytes = read_as(request, app, &["application/json", "application/merge-patch+json"]).await?;
        let read = serde_json::from_slice(&bytes).map_err(|error| Fault::malformed(error.to_string()))?;
        let Object(body) = read;
        Ok(Self(body))
    }
}

impl FromRequestParts<App> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        let Path(text) = path.map_err(|error| Fault::Door(Door::MalformedRequest, error.body_text()))?;
        Ok(Self(text))
    }
}
