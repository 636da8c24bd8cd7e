//! The schedule of signing keys as it was announced, and the texts that holders have: one verifies until the key of the time
//! its token was sold at is withdrawn, and is the same whenever it is read until then.

use super::Finding;
use types::Instant;

/// What is known of the keys.
#[derive(Debug)]
pub struct Keys {
    /// Numbers and the times from which they sign, in that order.
    schedule: Vec<(u32, Instant)>,
    newest: u32,
    held: Vec<Held>,
}

/// A text that somebody has.
#[derive(Debug)]
struct Held {
    token: u32,
    text: String,
    kid: u32,
}

impl Default for Keys {
    /// Of a new cell: its first key, and the one that signs access tokens and is not looked at here.
    fn default() -> Self {
        Self { schedule: vec![(1, Instant::EPOCH)], newest: 2, held: Vec::new() }
    }
}

impl Keys {
    /// A key was added.
    pub fn rotated(&mut self, kid: u32, from: Instant) -> Result<(), Finding> {
        let last = self.schedule.last().map_or(Instant::EPOCH, |(_, from)| *from);
        if kid <= self.newest || from <= last {
            return Err(format!("key {kid} from {} ms came after {:?}", from.as_ms(), self.schedule));
        }
        self.newest = kid;
        self.schedule.push((kid, from));
        Ok(())
    }

    /// The key to withdraw next, when another one can sign for it.
    pub fn oldest(&self) -> Option<u32> {
        self.schedule.first().filter(|_| self.schedule.len() > 1).map(|(kid, _)| *kid)
    }

    /// The oldest key was withdrawn: the one after it signs for its time.
    pub fn withdrawn(&mut self) {
        let (_, from) = self.schedule.remove(0);
        if let Some(successor) = self.schedule.first_mut() {
            successor.1 = from;
        }
    }

    /// Somebody has the text of a token that was sold at this time.
    pub fn read(&mut self, token: u32, text: String, sold_at: Instant) {
        let begun = self.schedule.iter().rev().find(|(_, from)| *from <= sold_at);
        if let Some((kid, _)) = begun.or(self.schedule.first()) {
            self.held.push(Held { token, text, kid: *kid });
        }
    }

    /// How many texts there are.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// The text with this number, and its token.
    pub fn text(&self, at: usize) -> Option<(u32, &str)> {
        self.held.get(at).map(|held| (held.token, held.text.as_str()))
    }

    /// What became of it: does it verify, and what is read instead of it now?
    pub fn judge(&self, at: usize, verifies: bool, again: Option<&str>) -> Result<(), Finding> {
        let Some(held) = self.held.get(at) else { return Ok(()) };
        let good = self.schedule.iter().any(|(kid, _)| *kid == held.kid);
        let same = again == Some(held.text.as_str());
        if (verifies, same) == (good, good) {
            return Ok(());
        }
        let Held { token, kid, .. } = held;
        Err(format!("a text of token {token} under key {kid}: verifies {verifies}, reads the same {same}, not {good}"))
    }
}
