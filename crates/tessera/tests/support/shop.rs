//! A small shop, configured by its operator over HTTP.

use super::{Caller, text};
use serde_json::{Value, json};

/// A customer, and what is sold to it.
pub struct Shop {
    /// Its id.
    pub customer: String,
    /// Metered calls at 2 cents each.
    pub offering: String,
}

/// One customer with 100 EUR, one offering that needs nothing of the network.
pub fn open(operator: &Caller) -> Shop {
    let party = json!({"kind": "consumer", "personal": {"name": "Ada", "contact": "ada@example.org"}});
    let customer = text(&operator.post("/v1/parties", &party, 201), "id");
    let of = |what: &str| format!("/v1/parties/{customer}/{what}");
    operator.post(&of("wallets"), &json!({"currency": "EUR"}), 201);
    operator.post_keyed(&of("top-ups"), "first", &json!({"currency": "EUR", "amount_minor": 10_000}), 201);
    let offering = text(&operator.post("/v1/offerings", &calls(), 201), "id");
    Shop { customer, offering }
}

/// Metered calls at 2 cents each.
pub fn calls() -> Value {
    json!({
        "name": "Calls", "capability": "inference", "qos_profile": "QOS_CALLS",
        "terms": {"latency_ms_max": 0, "percentile_ppm": 0, "downlink_kbps_min": 0, "uplink_kbps_min": 0,
                  "window_length_max_s": 86_400},
        "price": {"currency": "EUR", "usage": {"unit": "call", "rate_minor": 2, "per_quantity": 1}},
        "guarantee": {"assurance_window_s": 60, "samples_min": 1},
        "remedy": {"per_broken_window_ppm": 0, "cap_ppm": 0},
    })
}

impl Shop {
    /// An order for an hour of it.
    pub fn order(&self) -> Value {
        json!({
            "party": self.customer, "offering": self.offering,
            "place": {"lat": 52.37, "lon": 4.90}, "window": {"duration_s": 3_600},
        })
    }
}
