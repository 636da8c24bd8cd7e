//! The embedded issuer: OAuth 2.0 as CAMARA's Security and Interoperability Profile (ICM 0.5) narrows it.
//!
//! Two grants: client credentials, for a client by itself, and JWT bearer, for a client on behalf of the person behind a
//! telephone number. Clients sign what they say (`private_key_jwt`); a shared secret is for development alone. There are no
//! refresh tokens, no logins and no registration here: whoever needs those has an identity provider, whose tokens are taken
//! as well.

mod assertion;
pub(crate) mod convert;
mod error;
mod grant;
mod routes;
mod wire;

pub(crate) use routes::routes;
