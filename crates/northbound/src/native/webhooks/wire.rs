//! Webhooks as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A wish to be told.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookDraft {
    /// Where to send: https, on the public internet.
    #[schema(example = "https://shop.example.org/tessera")]
    pub url: String,
    /// The types of event that are wanted; all that the caller may see when it is absent or empty.
    #[serde(default)]
    #[schema(example = json!(["token.issued", "promise.broken"]))]
    pub types: Vec<String>,
}

/// A webhook, without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Webhook {
    /// `whk_…`
    pub id: String,
    /// Whose it is: `pty_…`
    pub party: String,
    /// Where its deliveries go.
    pub url: String,
    /// The types of event that are wanted; all of them when it is empty.
    pub types: Vec<String>,
    /// When it was registered.
    pub created_at: String,
    /// Since when its receiver answers 410: nothing is sent any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<String>,
}

/// A webhook with its secret, which is shown this once.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct NewWebhook {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What its deliveries are signed with (Standard Webhooks). It is not shown again.
    #[schema(example = "whsec_…")]
    pub secret: String,
}

/// A page of webhooks.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Webhooks {
    /// All of the caller's, oldest first.
    pub items: Vec<Webhook>,
}

/// A delivery that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct TestDelivery {
    /// What it carries as `webhook-id`: `dlv_…`
    pub delivery: String,
}
