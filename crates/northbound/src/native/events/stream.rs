//! A stream of server-sent events (WHATWG HTML §9.2). Each carries its number as its `id`, and so does every heartbeat: a
//! client that comes back with the last one goes on where it was, however little there was for it to see.
//!
//! A task writes into a short buffer. When its client does not read for a while it ends, and the client may come back.

use crate::limits::{EVENT_BUFFER_FRAMES, EVENT_STREAM_AGE_MAX};
use crate::native::events::convert::{cloud_event, sees};
use crate::native::events::limit::Place;
use crate::telling::StreamPace;
use axum::body::{Body, Bytes};
use engine::Actor;
use futures_core::Stream;
use node::{Feed, FeedError, Happened, Page};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};

/// Sent first: how long a client waits before it comes back, in milliseconds.
const RETRY: &str = "retry: 1000\n\n";

/// What a stream follows, for whom.
pub(crate) struct Following {
    pub feed: Feed,
    pub actor: Actor,
    /// The next event to look at.
    pub cursor: u64,
    pub stop: watch::Receiver<bool>,
    pub pace: StreamPace,
    pub place: Place,
}

/// The frames of a stream, as a body.
struct Frames(mpsc::Receiver<Bytes>);

/// The client is gone or does not read.
struct Unheard;

impl Stream for Frames {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|frame| frame.map(Ok))
    }
}

impl Following {
    /// The events that the caller may see, a page of them. It blocks on storage when they are old.
    pub(crate) async fn page(&self) -> Result<Page, FeedError> {
        let (feed, actor, cursor) = (self.feed.clone(), self.actor, self.cursor);
        let read = tokio::task::spawn_blocking(move || feed.read(cursor, |view, event| sees(actor, event, view))).await;
        read.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Starts with a page that was read already, and goes on until the client, the server or its time is over.
    pub(crate) fn start(self, first: Page) -> Body {
        let (frames, received) = mpsc::channel(EVENT_BUFFER_FRAMES);
        tokio::spawn(self.run(first, frames));
        Body::from_stream(Frames(received))
    }

    async fn run(mut self, first: Page, frames: mpsc::Sender<Bytes>) {
        // Whoever does not read may come back.
        if let Err(Unheard) = self.tell(first, &frames).await {
            tracing::debug!("a stream of events ended early");
        }
        drop(self.place);
    }

    async fn tell(&mut self, first: Page, frames: &mpsc::Sender<Bytes>) -> Result<(), Unheard> {
        let over = Instant::now() + EVENT_STREAM_AGE_MAX;
        let mut durable = self.feed.gate().replica().subscribe();
        // The page was read before: what came between is looked for at once.
        durable.mark_changed();
        self.send(frames, RETRY.to_owned()).await?;
        let mut page = first;
        let mut told_at = Instant::now();
        loop {
            let more = page.next > self.cursor;
            for frame in self.frames_of(&page) {
                self.send(frames, frame).await?;
                told_at = Instant::now();
            }
            self.cursor = page.next.max(self.cursor);
            if *self.stop.borrow() || Instant::now() >= over {
                return Ok(());
            }
            if !more {
                tokio::select! {
                    () = async { drop(self.stop.wait_for(|stop| *stop).await) } => return Ok(()),
                    changed = durable.changed() => if changed.is_err() { return Ok(()) },
                    () = frames.closed() => return Err(Unheard),
                    () = tokio::time::sleep_until((told_at + self.pace.heartbeat).min(over)) => {}
                }
            }
            if told_at.elapsed() >= self.pace.heartbeat {
                self.send(frames, format!(":\nid: {}\n\n", self.cursor.saturating_sub(1))).await?;
                told_at = Instant::now();
            }
            durable.mark_unchanged();
            page = match self.page().await {
                Ok(page) => page,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a stream of events cannot go on");
                    return Ok(());
                }
            };
        }
    }

    fn frames_of(&self, page: &Page) -> Vec<String> {
        let view = self.feed.gate().replica().view();
        let told = page.events.iter().filter_map(|(seq, at, event)| {
            let cloud_event = cloud_event(Happened { seq: *seq, at: *at, event, view: &view })?;
            let data = serde_json::to_string(&cloud_event).ok()?;
            Some(format!("id: {seq}\nevent: {}\ndata: {data}\n\n", cloud_event.r#type))
        });
        told.collect()
    }

    async fn send(&self, frames: &mpsc::Sender<Bytes>, frame: String) -> Result<(), Unheard> {
        match timeout(self.pace.patience, frames.send(frame.into())).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Unheard),
        }
    }
}
