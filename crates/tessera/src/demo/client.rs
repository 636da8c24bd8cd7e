//! A caller of the API that shows what it does: the call, the answer, and how long it took.

use anyhow::{Context, bail};
use serde_json::Value;
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::Request;

/// Answers are cut to so many characters when they are shown.
const SHOWN_MAX: usize = 220;

/// A bearer of one secret.
pub struct Client {
    agent: Agent,
    base: String,
    secret: String,
    /// Who is calling, for people.
    who: &'static str,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The method.
    pub method: &'a str,
    /// The path.
    pub path: &'a str,
    /// The body.
    pub body: Option<Value>,
    /// The idempotency key.
    pub key: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// Reads.
    pub fn get(path: &'a str) -> Self {
        Self { method: "GET", path, body: None, key: None }
    }

    /// Sends a body.
    pub fn post(path: &'a str, body: Value) -> Self {
        Self { method: "POST", path, body: Some(body), key: None }
    }

    /// Puts a body in the place of what is there.
    pub fn put(path: &'a str, body: Value) -> Self {
        Self { method: "PUT", path, body: Some(body), key: None }
    }

    /// Removes.
    pub fn delete(path: &'a str) -> Self {
        Self { method: "DELETE", path, body: None, key: None }
    }

    /// Under an idempotency key.
    pub fn keyed(self, key: &'a str) -> Self {
        Self { key: Some(key), ..self }
    }
}

impl Client {
    /// Calls `base` as `who`.
    pub fn new(base: &str, who: &'static str, secret: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            .build()
            .new_agent();
        Self { agent, base: base.to_owned(), secret: secret.to_owned(), who }
    }

    /// Makes a call and shows it; an error unless it is answered with `status`.
    pub fn show(&self, call: &Call<'_>, status: u16) -> anyhow::Result<Value> {
        let body = call.body.as_ref().map(|body| format!(" {body}")).unwrap_or_default();
        println!("  {} → {} {}{}", self.who, call.method, call.path, cut(&body));
        let began = Instant::now();
        let (found, answer) = self.call(call)?;
        println!("  ← {found} in {:.1} ms {}", began.elapsed().as_secs_f64() * 1_000.0, cut(&answer.to_string()));
        if found != status {
            bail!("{} {} was answered with {found}, not {status}: {answer}", call.method, call.path);
        }
        Ok(answer)
    }

    /// Makes a call quietly.
    pub fn call(&self, call: &Call<'_>) -> anyhow::Result<(u16, Value)> {
        let mut request = Request::builder()
            .method(call.method)
            .uri(format!("{}{}", self.base, call.path))
            .header("authorization", format!("Bearer {}", self.secret));
        if let Some(key) = call.key {
            request = request.header("idempotency-key", key);
        }
        let answered = match &call.body {
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body.to_string())?;
                self.agent.run(request)
            }
            None => self.agent.run(request.body(())?),
        };
        let mut answer = answered.with_context(|| format!("{} {} was not answered", call.method, call.path))?;
        let text = answer.body_mut().read_to_string()?;
        let value =
            if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        Ok((answer.status().as_u16(), value))
    }
}

fn cut(text: &str) -> String {
    if text == "null" {
        return String::new();
    }
    match text.char_indices().nth(SHOWN_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
