//! The operator's payment service, over HTTP: one `POST` for each payment, repeated under one `Idempotency-Key` until it
//! says what became of it. [Payments](../../../docs/guide/wallets.md#the-payment-service) has the form.

mod convert;
mod service;
mod wire;

pub use service::PaymentService;

#[cfg(test)]
mod tests;
