//! What handlers take from a request; whatever is wrong with it becomes an `ErrorInfo`.

use crate::app::App;
use crate::auth::{Principal, authenticate};
use crate::camara::common::error::ErrorInfo;
use crate::door::read_json;
use crate::fault::{Door, Fault};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use engine::Role;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// An API client; with a token of three legs it names its device by it.
pub(crate) struct Client(pub Principal);
/// A JSON body.
pub(crate) struct Body<T>(pub T);
/// The one variable of the path, as text.
pub(crate) struct Segment(pub String);
/// The one variable of the path: a UUID.
pub(crate) struct Uuid(pub u128);

impl FromRequestParts<App> for Client {
    type Rejection = ErrorInfo;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ErrorInfo> {
        let principal = authenticate(app, parts).await?;
        match principal.actor.role {
            Role::Customer | Role::Operator => Ok(Self(principal)),
            Role::Meter | Role::Network => Err(ErrorInfo::permission_denied()),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ErrorInfo;

    async fn from_request(request: Request, app: &App) -> Result<Self, ErrorInfo> {
        let Object(body) = read_json(request, app).await?;
        Ok(Self(body))
    }
}

/// What is written as a JSON object: by itself, serde takes a list of a structure's members too.
pub(crate) struct Object<T>(pub T);

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Object)
    }
}

impl FromRequestParts<App> for Segment {
    type Rejection = ErrorInfo;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ErrorInfo> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        let Path(text) = path.map_err(|error| Fault::Door(Door::MalformedRequest, error.body_text()))?;
        Ok(Self(text))
    }
}

impl FromRequestParts<App> for Uuid {
    type Rejection = ErrorInfo;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ErrorInfo> {
        let Segment(text) = Segment::from_request_parts(parts, app).await?;
        let bits = parse_uuid(&text).ok_or_else(|| ErrorInfo::invalid_argument("sessionId: a UUID is expected"))?;
        Ok(Self(bits))
    }
}

/// RFC 9562 §4: 8-4-4-4-12 hexadecimal digits.
pub(crate) fn parse_uuid(text: &str) -> Option<u128> {
    let dashes = [8, 13, 18, 23];
    let sound = text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if dashes.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() });
    sound.then(|| u128::from_str_radix(&text.replace('-', ""), 16).ok()).flatten()
}

/// As it is written in answers.
pub(crate) fn uuid_text(bits: u128) -> String {
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
