//! Scopes: what an access token may be used for, and which operation asks for which.

use axum::http::Method;

macro_rules! scopes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)+) => {
        /// A scope.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Scope {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Scope {
            /// Every scope there is.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As OAuth writes it.
            pub(crate) const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What it allows, in one sentence.
            pub(crate) const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)+ }
            }
        }
    };
}

scopes! {
    /// Create QoS sessions.
    QodCreate = "quality-on-demand:sessions:create";
    /// Read QoS sessions.
    QodRead = "quality-on-demand:sessions:read";
    /// Extend QoS sessions.
    QodUpdate = "quality-on-demand:sessions:update";
    /// Delete QoS sessions.
    QodDelete = "quality-on-demand:sessions:delete";
    /// Find QoS sessions by their device.
    QodByDevice = "quality-on-demand:sessions:retrieve-by-device";
    /// Read QoS profiles.
    ProfilesRead = "qos-profiles:read";
    /// Read what is left of a device's data.
    DataVolumeRead = "device-data-volume:read";
    /// Look at offerings, ask what can be promised, read what is one's own.
    Read = "tessera:read";
    /// Ask for quotes, buy tokens and give them up.
    Purchase = "tessera:purchase";
    /// Share wallets, cap and top them up, move and pay out their money, give tokens away.
    Wallet = "tessera:wallet";
    /// Call tokens.
    Call = "tessera:call";
    /// Report usage.
    Meter = "tessera:meter";
    /// Charge as a function of the network.
    Nchf = "nchf-convergedcharging";
    /// Run the network and the shop.
    Operate = "tessera:operate";
}

impl Scope {
    /// The scope that a text names.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.text() == text)
    }
}

/// Which operation asks for which scope; one that is not here asks for none and is for everyone.
pub(crate) const OPERATIONS: &[(&str, &str, Scope)] = &[
    ("POST", "/quality-on-demand/v1/sessions", Scope::QodCreate),
    ("GET", "/quality-on-demand/v1/sessions/{sessionId}", Scope::QodRead),
    ("DELETE", "/quality-on-demand/v1/sessions/{sessionId}", Scope::QodDelete),
    ("POST", "/quality-on-demand/v1/sessions/{sessionId}/extend", Scope::QodUpdate),
    ("POST", "/quality-on-demand/v1/retrieve-sessions", Scope::QodByDevice),
    ("POST", "/qos-profiles/v1/retrieve-qos-profiles", Scope::ProfilesRead),
    ("GET", "/qos-profiles/v1/qos-profiles/{name}", Scope::ProfilesRead),
    ("POST", "/device-data-volume/v0.1/retrieve", Scope::DataVolumeRead),
    ("POST", "/device-data-volume/v0.1/check", Scope::DataVolumeRead),
    ("POST", "/v1/parties", Scope::Operate),
    ("GET", "/v1/parties", Scope::Operate),
    ("GET", "/v1/parties/{id}", Scope::Operate),
    ("DELETE", "/v1/parties/{id}/personal-data", Scope::Operate),
    ("POST", "/v1/parties/{id}/wallets", Scope::Operate),
    ("POST", "/v1/parties/{id}/top-ups", Scope::Operate),
    ("PUT", "/v1/parties/{id}/credit-limit", Scope::Operate),
    ("PUT", "/v1/parties/{id}/priority", Scope::Operate),
    ("GET", "/v1/wallets", Scope::Read),
    ("GET", "/v1/wallets/{currency}", Scope::Read),
    ("GET", "/v1/wallets/{currency}/rules", Scope::Read),
    ("PUT", "/v1/wallets/{currency}/members/{party}", Scope::Wallet),
    ("DELETE", "/v1/wallets/{currency}/members/{party}", Scope::Wallet),
    ("PUT", "/v1/wallets/{currency}/budgets/{number}", Scope::Wallet),
    ("DELETE", "/v1/wallets/{currency}/budgets/{number}", Scope::Wallet),
    ("PUT", "/v1/wallets/{currency}/low-balance", Scope::Wallet),
    ("PUT", "/v1/wallets/{currency}/auto-top-up", Scope::Wallet),
    ("DELETE", "/v1/wallets/{currency}/auto-top-up", Scope::Wallet),
    ("POST", "/v1/wallets/{currency}/transfers", Scope::Wallet),
    ("POST", "/v1/wallets/{currency}/payouts", Scope::Wallet),
    ("GET", "/v1/shared-wallets", Scope::Read),
    ("POST", "/v1/payments/{id}/outcome", Scope::Operate),
    ("GET", "/v1/wallets/{currency}/statement", Scope::Read),
    ("GET", "/v1/parties/{id}/bills/{period}", Scope::Read),
    ("GET", "/v1/partners/{id}/statement", Scope::Read),
    ("POST", "/v1/partners/{id}/payouts", Scope::Operate),
    ("POST", "/v1/orders", Scope::Purchase),
    ("POST", "/v1/quotes", Scope::Purchase),
    ("GET", "/v1/quotes/{id}", Scope::Read),
    ("POST", "/v1/usage", Scope::Meter),
    ("POST", "/v1/meters", Scope::Meter),
    ("POST", "/v1/offerings", Scope::Operate),
    ("GET", "/v1/offerings", Scope::Read),
    ("GET", "/v1/offerings/{id}", Scope::Read),
    ("PUT", "/v1/offerings/{id}/price", Scope::Operate),
    ("DELETE", "/v1/offerings/{id}", Scope::Operate),
    ("POST", "/v1/sessions", Scope::Call),
    ("GET", "/v1/sessions/{id}", Scope::Read),
    ("DELETE", "/v1/sessions/{id}", Scope::Call),
    ("POST", "/v1/qualifications", Scope::Read),
    ("POST", "/v1/resources", Scope::Operate),
    ("GET", "/v1/resources", Scope::Operate),
    ("GET", "/v1/resources/{id}", Scope::Operate),
    ("PUT", "/v1/resources/{id}/available", Scope::Operate),
    ("GET", "/v1/resources/{id}/calendar", Scope::Operate),
    ("GET", "/v1/resources/{id}/affected", Scope::Operate),
    ("PUT", "/v1/profiles/{number}", Scope::Operate),
    ("PUT", "/v1/forecasts", Scope::Operate),
    ("PUT", "/v1/loads", Scope::Operate),
    ("GET", "/v1/congestion/prices", Scope::Operate),
    ("POST", "/v1/congestion/prices", Scope::Operate),
    ("GET", "/v1/congestion/rails", Scope::Operate),
    ("PUT", "/v1/congestion/rails", Scope::Operate),
    ("DELETE", "/v1/congestion/rails", Scope::Operate),
    ("GET", "/v1/tokens", Scope::Read),
    ("GET", "/v1/tokens/{id}", Scope::Read),
    ("DELETE", "/v1/tokens/{id}", Scope::Purchase),
    ("POST", "/v1/tokens/{id}/transfer", Scope::Wallet),
    ("POST", "/v1/tokens/{id}/gift", Scope::Wallet),
    ("POST", "/v1/tokens/{id}/suspend", Scope::Operate),
    ("POST", "/v1/tokens/{id}/resume", Scope::Operate),
    ("GET", "/v1/tokens/{id}/events", Scope::Read),
    ("POST", "/v1/tokens/{id}/revocations", Scope::Purchase),
    ("GET", "/v1/signing-keys", Scope::Operate),
    ("POST", "/v1/signing-keys", Scope::Operate),
    ("DELETE", "/v1/signing-keys/{kid}", Scope::Operate),
    ("GET", "/v1/books", Scope::Operate),
    ("GET", "/v1/trial-balance", Scope::Operate),
    ("GET", "/v1/revenue", Scope::Operate),
    ("GET", "/v1/deferred-revenue", Scope::Operate),
    ("GET", "/v1/exports/{table}", Scope::Operate),
    ("GET", "/v1/finance/periods", Scope::Operate),
    ("GET", "/v1/finance/periods/{period}", Scope::Operate),
    ("POST", "/v1/finance/periods/{period}/close", Scope::Operate),
    ("GET", "/v1/floor", Scope::Operate),
    ("POST", "/v1/attachments", Scope::Operate),
    ("GET", "/v1/preemptions", Scope::Operate),
    ("GET", "/v1/leases", Scope::Operate),
    ("POST", "/v1/leases/{id}/reauthorisation", Scope::Operate),
    ("GET", "/v1/events", Scope::Read),
    ("POST", "/v1/webhooks", Scope::Read),
    ("GET", "/v1/webhooks", Scope::Read),
    ("DELETE", "/v1/webhooks/{id}", Scope::Read),
    ("POST", "/v1/webhooks/{id}/test", Scope::Read),
    ("POST", "/v1/webhooks/{id}/secret", Scope::Read),
    ("GET", "/v1/sandbox/requests", Scope::Read),
    ("GET", "/v1/dead-letters", Scope::Operate),
    ("POST", "/v1/dead-letters/{id}/redrive", Scope::Operate),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/bucket", Scope::Read),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/bucket/{id}", Scope::Read),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/accumulatedBalance", Scope::Read),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/accumulatedBalance/{id}", Scope::Read),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/balanceActionHistory", Scope::Read),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/balanceActionHistory/{id}", Scope::Read),
    ("POST", "/tmf-api/prepayBalanceManagement/v4/topupBalance", Scope::Operate),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/topupBalance", Scope::Read),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/topupBalance/{id}", Scope::Read),
    ("POST", "/tmf-api/prepayBalanceManagement/v4/adjustBalance", Scope::Operate),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/adjustBalance", Scope::Read),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/adjustBalance/{id}", Scope::Read),
    ("POST", "/tmf-api/prepayBalanceManagement/v4/transferBalance", Scope::Wallet),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/transferBalance", Scope::Read),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/transferBalance/{id}", Scope::Read),
    ("POST", "/tmf-api/prepayBalanceManagement/v4/reserveBalance", Scope::Wallet),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/reserveBalance", Scope::Read),
    ("GET", "/tmf-api/prepayBalanceManagement/v4/reserveBalance/{id}", Scope::Read),
    ("PATCH", "/tmf-api/prepayBalanceManagement/v4/reserveBalance/{id}", Scope::Wallet),
    ("DELETE", "/tmf-api/prepayBalanceManagement/v4/reserveBalance/{id}", Scope::Wallet),
    ("POST", "/tmf-api/prepayBalanceManagement/v4/hub", Scope::Read),
    ("DELETE", "/tmf-api/prepayBalanceManagement/v4/hub/{id}", Scope::Read),
    ("POST", "/tmf-api/usageManagement/v4/usage", Scope::Meter),
    ("GET", "/tmf-api/usageManagement/v4/usage", Scope::Read),
    ("GET", "/tmf-api/usageManagement/v4/usage/{id}", Scope::Read),
    ("GET", "/tmf-api/usageManagement/v4/usageSpecification", Scope::Read),
    ("GET", "/tmf-api/usageManagement/v4/usageSpecification/{id}", Scope::Read),
    ("POST", "/tmf-api/usageManagement/v4/hub", Scope::Read),
    ("DELETE", "/tmf-api/usageManagement/v4/hub/{id}", Scope::Read),
    ("POST", "/tmf-api/usageConsumption/v5/queryUsageConsumption", Scope::Read),
    ("GET", "/tmf-api/usageConsumption/v5/queryUsageConsumption/{id}", Scope::Read),
    ("GET", "/tmf-api/usageConsumption/v5/usageConsumptionReport", Scope::Read),
    ("GET", "/tmf-api/usageConsumption/v5/usageConsumptionReport/{id}", Scope::Read),
    ("GET", "/tmf-api/customerBillManagement/v5/customerBill", Scope::Read),
    ("GET", "/tmf-api/customerBillManagement/v5/customerBill/{id}", Scope::Read),
    ("GET", "/tmf-api/customerBillManagement/v5/appliedCustomerBillingRate", Scope::Read),
    ("GET", "/tmf-api/customerBillManagement/v5/appliedCustomerBillingRate/{id}", Scope::Read),
    ("POST", "/tmf-api/customerBillManagement/v5/customerBillOnDemand", Scope::Read),
    ("GET", "/tmf-api/customerBillManagement/v5/customerBillOnDemand/{id}", Scope::Read),
    ("GET", "/tmf-api/customerBillManagement/v5/billCycle", Scope::Read),
    ("GET", "/tmf-api/customerBillManagement/v5/billCycle/{id}", Scope::Read),
    ("GET", "/tmf-api/productCatalogManagement/v5/category", Scope::Read),
    ("GET", "/tmf-api/productCatalogManagement/v5/category/{id}", Scope::Read),
    ("GET", "/tmf-api/productCatalogManagement/v5/productSpecification", Scope::Read),
    ("GET", "/tmf-api/productCatalogManagement/v5/productSpecification/{id}", Scope::Read),
    ("POST", "/tmf-api/productCatalogManagement/v5/productOffering", Scope::Operate),
    ("PATCH", "/tmf-api/productCatalogManagement/v5/productOffering/{id}", Scope::Operate),
    ("GET", "/tmf-api/productCatalogManagement/v5/productOffering", Scope::Read),
    ("GET", "/tmf-api/productCatalogManagement/v5/productOffering/{id}", Scope::Read),
    ("GET", "/tmf-api/productCatalogManagement/v5/productOfferingPrice", Scope::Read),
    ("GET", "/tmf-api/productCatalogManagement/v5/productOfferingPrice/{id}", Scope::Read),
];

/// The same of operations that other documents than ours describe.
const FOREIGN: &[(&str, &str, Scope)] = &[
    ("POST", "/nchf-convergedcharging/v3/chargingdata", Scope::Nchf),
    ("POST", "/nchf-convergedcharging/v3/chargingdata/{ChargingDataRef}/update", Scope::Nchf),
    ("POST", "/nchf-convergedcharging/v3/chargingdata/{ChargingDataRef}/release", Scope::Nchf),
];

/// The scope that an operation asks for. `path` is the pattern of its route. `HEAD` asks for what `GET` does, as it is
/// answered by the same handler.
pub(crate) fn needed(method: &Method, path: &str) -> Option<Scope> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    OPERATIONS.iter().chain(FOREIGN).find(|(name, of, _)| method == *name && path == *of).map(|(.., scope)| *scope)
}
