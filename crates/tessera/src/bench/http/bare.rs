//! Bare axum: what the same requests cost where nothing is decided and nothing is kept.

use super::served::threads;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A server that reads a body and answers with one of the same size as the cell's.
pub struct Bare {
    routes: Router,
}

/// A server that is running; it ends when this is dropped.
pub struct Serving {
    /// Where.
    pub address: SocketAddr,
    _threads: Runtime,
}

/// What every request is answered with.
#[derive(Clone)]
struct Answer {
    status: StatusCode,
    body: Body,
}

/// One body for all answers, written anew for each.
#[derive(Clone)]
struct Body(Arc<Value>);

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Bare {
    /// Without any route.
    pub fn new() -> Self {
        Self { routes: Router::new() }
    }

    /// A route that reads a `T` and writes this.
    pub fn route<T: DeserializeOwned + Send + Sync + 'static>(
        self,
        path: &'static str,
        status: StatusCode,
        body: Value,
    ) -> Self {
        let answer = Answer { status, body: Body(Arc::new(body)) };
        Self { routes: self.routes.merge(Router::new().route(path, post(exchange::<T>)).with_state(answer)) }
    }

    /// Serves on a loopback port.
    pub fn serve(self) -> anyhow::Result<Serving> {
        let threads = threads("bench-bare")?;
        let listener = threads.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        // Where it cannot be set, it is slower.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        threads.spawn(axum::serve(listener, self.routes).into_future());
        Ok(Serving { address, _threads: threads })
    }
}

async fn exchange<T>(State(answer): State<Answer>, Json(_read): Json<T>) -> (StatusCode, Json<Body>) {
    (answer.status, Json(answer.body))
}
