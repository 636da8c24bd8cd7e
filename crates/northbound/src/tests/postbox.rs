//! The web outside: takes what is sent to it, and answers as a script says.

use node::{Web, WebAnswer, WebCalling, WebError, WebRequest};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Every receiver there is.
pub struct Postbox {
    inside: Mutex<Inside>,
    /// Counts what was sent.
    sent: watch::Sender<usize>,
}

#[derive(Default)]
struct Inside {
    letters: Vec<Letter>,
    statuses: VecDeque<u16>,
}

/// A request, with its body read.
#[derive(Clone)]
pub struct Letter {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub text: String,
    pub body: Value,
}

impl Letter {
    /// The value of a header.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.as_str())
            .expect("the header is sent")
    }
}

impl Default for Postbox {
    fn default() -> Self {
        Self { inside: Mutex::default(), sent: watch::Sender::new(0) }
    }
}

impl Postbox {
    /// The statuses of the next answers; 204 after them.
    pub fn answers(&self, statuses: &[u16]) {
        self.inside().statuses = statuses.iter().copied().collect();
    }

    /// Waits for so many letters in all, and gives them.
    pub async fn letters(&self, count: usize) -> Vec<Letter> {
        let mut sent = self.sent.subscribe();
        let waited = tokio::time::timeout(std::time::Duration::from_secs(20), sent.wait_for(|sent| *sent >= count));
        drop(waited.await.expect("they are sent").expect("the postbox is here"));
        self.inside().letters.clone()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Web for Postbox {
    fn send(&self, request: WebRequest) -> WebCalling<'_> {
        Box::pin(async move {
            self.check(&request.url)?;
            let mut inside = self.inside();
            let text = String::from_utf8(request.body).map_err(|error| WebError::NoAnswer(error.to_string()))?;
            let body = serde_json::from_str(&text).unwrap_or(Value::Null);
            inside.letters.push(Letter { url: request.url, headers: request.headers, text, body });
            let status = inside.statuses.pop_front().unwrap_or(204);
            let sent = inside.letters.len();
            drop(inside);
            self.sent.send_replace(sent);
            Ok(WebAnswer { status, retry_after_s: None, body: Vec::new() })
        })
    }
}
