//! Places for connections. When all are taken and somebody new comes, those that have been idle for longest give theirs up.
//!
//! A limit for each address would not do: a city's customers come through a few translated addresses, and an operator's
//! through one proxy. Idle is whoever has no request under way: a connection that was never used, one that is kept for
//! later, one that drips the head of a request. A stream is under way until its end, however quiet it is.

use crate::metrics::Connections;
use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::response::Response;
use futures_core::Stream;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// How long to wait for a place before the idle are looked for again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// One in so many places is cleared at once, so that looking for the idle is not done for every newcomer.
const CLEARED_SHARE: usize = 64;

/// The places of one listener.
pub(crate) struct Seats {
    room: Arc<Semaphore>,
    places: usize,
    opened: Instant,
    next: AtomicU64,
    taken: Mutex<BTreeMap<u64, Arc<Seat>>>,
    connections: Arc<Connections>,
}

/// What a connection is doing.
#[derive(Debug)]
pub(crate) struct Seat {
    under_way: AtomicUsize,
    /// When it was taken, or last answered something; milliseconds since the listener was opened.
    moved_ms: AtomicU64,
    wanted: Notify,
    opened: Instant,
    connections: Arc<Connections>,
}

/// A place that is taken until this is dropped.
pub(crate) struct Taken {
    seats: Arc<Seats>,
    number: u64,
    /// What is done on it.
    pub seat: Arc<Seat>,
    _place: OwnedSemaphorePermit,
}

/// A request under way until this is dropped.
pub(crate) struct UnderWay(Arc<Seat>);

/// A body whose request is under way until it is dropped, which is when it has ended or its connection has.
struct Lasting {
    data: BodyDataStream,
    _under_way: UnderWay,
}

impl Seats {
    /// So many places.
    pub(crate) fn new(places: usize, connections: Arc<Connections>) -> Arc<Self> {
        Arc::new(Self {
            room: Arc::new(Semaphore::new(places)),
            places,
            opened: Instant::now(),
            next: AtomicU64::new(0),
            taken: Mutex::default(),
            connections,
        })
    }

    /// A place; somebody idle gives it up when there is none. Where everyone is busy it waits.
    pub(crate) async fn take(self: &Arc<Self>) -> Taken {
        let place = loop {
            if let Ok(place) = Arc::clone(&self.room).try_acquire_owned() {
                break place;
            }
            self.clear();
            let free = Arc::clone(&self.room).acquire_owned();
            if let Ok(Ok(place)) = tokio::time::timeout(LOOK_AGAIN, free).await {
                break place;
            }
        };
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let seat = Arc::new(Seat {
            under_way: AtomicUsize::new(0),
            moved_ms: AtomicU64::new(0),
            wanted: Notify::new(),
            opened: self.opened,
            connections: Arc::clone(&self.connections),
        });
        seat.moved();
        self.taken().insert(number, Arc::clone(&seat));
        self.connections.accepted.fetch_add(1, Ordering::Relaxed);
        self.connections.open.fetch_add(1, Ordering::Relaxed);
        Taken { seats: Arc::clone(self), number, seat, _place: place }
    }

    /// Asks those who have been idle for longest to leave.
    fn clear(&self) {
        let taken = self.taken();
        let idle = taken.values().filter(|seat| seat.is_idle());
        let mut idle: Vec<_> = idle.map(|seat| (seat.moved_ms.load(Ordering::Relaxed), seat)).collect();
        idle.sort_by_key(|(moved_ms, _)| *moved_ms);
        for (_, seat) in idle.into_iter().take((self.places / CLEARED_SHARE).max(1)) {
            seat.wanted.notify_one();
        }
    }

    fn taken(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Seat>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Counts a request.
    pub(crate) fn under_way(self: &Arc<Self>) -> UnderWay {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(self))
    }

    /// Has it no request under way?
    pub(crate) fn is_idle(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) == 0
    }

    /// Something was answered.
    pub(crate) fn moved(&self) {
        let elapsed_ms = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved_ms.store(elapsed_ms, Ordering::Relaxed);
    }

    /// It was idle, and leaves for somebody else.
    pub(crate) fn cleared(&self) {
        self.connections.cleared.fetch_add(1, Ordering::Relaxed);
    }

    /// Its handshake was not finished.
    pub(crate) fn handshake_failed(&self) {
        self.connections.handshakes_failed.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns when its place is wanted by somebody else.
    pub(crate) async fn is_wanted(&self) {
        self.wanted.notified().await;
    }
}

impl UnderWay {
    /// The request was answered with this head. It is over, unless what follows is a stream: of a length that nobody knows.
    pub(crate) fn answered(self, response: Response) -> Response {
        if response.body().size_hint().exact().is_some() {
            return response;
        }
        response.map(|body| Body::from_stream(Lasting { data: body.into_data_stream(), _under_way: self }))
    }
}

impl Stream for Lasting {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.data).poll_next(cx)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.seats.taken().remove(&self.number);
        self.seats.connections.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.moved();
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
