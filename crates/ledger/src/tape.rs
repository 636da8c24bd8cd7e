//! What was posted, for whoever listens: no part of the book.

use crate::{Ledger, Leg};

/// The legs that were posted since they were last taken, while somebody listens.
///
/// It is not compared, and a copy of the book is not listened to: equal books are equal whoever hears of them.
#[derive(Debug, Default)]
pub(crate) struct Tape(Option<Vec<Leg>>);

impl Tape {
    /// Notes legs that are posted.
    pub fn note(&mut self, legs: &[Leg]) {
        if let Some(noted) = &mut self.0 {
            noted.extend_from_slice(legs);
        }
    }
}

impl Clone for Tape {
    fn clone(&self) -> Self {
        Self(None)
    }
}

impl PartialEq for Tape {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Tape {}

impl Ledger {
    /// Notes every leg from now on, until [`Ledger::stop_listening`]: whoever asks for it takes them in time.
    pub fn listen(&mut self) {
        self.tape.0.get_or_insert_default();
    }

    /// Notes nothing more, and drops what was noted.
    pub fn stop_listening(&mut self) {
        self.tape.0 = None;
    }

    /// Moves the legs noted since the last time to the end of `into`, in the order they were posted.
    pub fn take_posted(&mut self, into: &mut Vec<Leg>) {
        if let Some(noted) = &mut self.tape.0 {
            into.append(noted);
        }
    }
}
