//! The writes behind the arms of [`apply`](super::apply).

mod gifts;
mod keys;
mod leases;
mod market;
mod pricing;
mod quotes;
mod sessions;
mod tokens;
mod wallets;

pub(super) use gifts::give;
pub(super) use keys::{bind_key, forget_key};
pub(super) use leases::{lease, open_charging};
pub(super) use market::{
    authorise, define, found, index_resource, load_forecast, offering, open_account, pay_out, publish, register,
    register_source, rule, set_profile, set_rails,
};
pub(super) use pricing::price;
pub(super) use quotes::{expire_quote, forget_quote, index_quote, issue_quote};
pub(super) use sessions::{
    activate, broken, end, ending, extend, forget_session, index_session, request, uncertain, unmeasured,
};
pub(super) use tokens::{charge, close, compensate, hold_back, index_token, issue_token, rebook, revoke};
pub(super) use wallets::{change_wallet, keep_payment, restore_rules};
