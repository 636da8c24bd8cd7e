//! The calls.

use super::convert::{body, outcome};
use node::{Paying, PaymentAsked, PaymentError, Payments, Reach, Web, WebRequest};
use std::sync::Arc;

/// A payment service at one address.
pub struct PaymentService {
    web: Arc<dyn Web>,
    url: String,
    bearer: Option<String>,
}

impl PaymentService {
    /// The service at `url`, called through `web` with this bearer secret.
    pub fn new(web: Arc<dyn Web>, url: String, bearer: Option<String>) -> Self {
        Self { web, url, bearer }
    }

    async fn ask(&self, asked: &PaymentAsked) -> Result<engine::state::PaymentOutcome, String> {
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("accept", "application/json".to_owned()),
            ("idempotency-key", asked.id.to_string()),
        ];
        headers.extend(self.bearer.as_ref().map(|bearer| ("authorization", format!("Bearer {bearer}"))));
        let request =
            WebRequest { method: "POST", url: self.url.clone(), headers, body: body(asked)?, reach: Reach::Internet };
        outcome(&self.web.send(request).await.map_err(|error| error.to_string())?)
    }
}

impl Payments for PaymentService {
    fn pay<'a>(&'a self, asked: &'a PaymentAsked) -> Paying<'a> {
        Box::pin(async move { self.ask(asked).await.map_err(|reason| PaymentError { payment: asked.id, reason }) })
    }
}

impl std::fmt::Debug for PaymentService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PaymentService").field("url", &self.url).finish_non_exhaustive()
    }
}
