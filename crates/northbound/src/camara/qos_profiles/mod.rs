//! CAMARA qos-profiles 1.1.0: what profiles there are, and what each promises.
//!
//! A profile is what the offerings with its name have in common. It is ACTIVE while one of them is on sale to the caller,
//! DEPRECATED while none is but the caller still holds a token of one (which is honoured), INACTIVE after that. Where
//! several are sold under one name, it promises what each of them keeps, for as long as the longest.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;

#[cfg(test)]
mod tests;
