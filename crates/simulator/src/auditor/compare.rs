//! The auditor's books against what can be seen of the cell.

use super::{Auditor, Finding};
use crate::visible::{Carried, Purse, SessionPhase, Visible};
use std::fmt::Debug;

impl Auditor {
    /// Compares everything that can be seen after `commit`, as it is after the last fact and what was due by then.
    pub fn compare(&mut self, seen: &Visible, commit: u64) -> Result<(), Finding> {
        self.begin(commit, seen.at);
        if let Some(sum) = seen.sums.iter().find(|sum| **sum != 0) {
            return Err(format!("an asset adds up to {sum}, not to zero"));
        }
        same("number of tokens", &seen.tokens.len(), &self.tokens.len())?;
        for (number, (line, token)) in seen.tokens.iter().zip(&self.tokens).enumerate() {
            same(&format!("token {number}"), line, &token.line())?;
        }
        for (party, purse) in &seen.purses {
            same(&format!("wallet of party {party}"), purse, &self.purse(*party))?;
        }
        same("number of wallets", &seen.purses.len(), &self.books.purses.len())?;
        for (party, owed) in &seen.payable {
            same(&format!("owed to partner {party}"), owed, &self.books.payable.get(party).copied().unwrap_or(0))?;
        }
        for (account, posted) in &seen.accounts {
            let own = self.books.accounts.get(account).copied().unwrap_or(0);
            same(&format!("the operator's {account:?}"), posted, &own)?;
        }
        for (number, phase) in &seen.sessions {
            let own = self.sessions.get(*number as usize).map(|session| session.phase);
            same(&format!("session {number}"), &Some(*phase), &own)?;
        }
        if seen.taken == *self.promises.taken() {
            return Ok(());
        }
        let differs = seen.taken.iter().find(|(key, taken)| self.promises.taken().get(key) != Some(taken));
        Err(format!("capacity that is taken differs from what was promised, first {differs:?}"))
    }

    /// At the end, when everything is over: nothing is held, nothing runs, nothing was carried or charged for nothing.
    pub fn finish(&mut self, seen: &Visible, carried: &[Carried], commit: u64) -> Result<(), Finding> {
        self.compare(seen, commit)?;
        let held = seen.purses.values().any(|purse| purse.held != 0);
        if seen.holds > 0 || seen.bookings > 0 || held {
            return Err(format!("{} holds and {} bookings are left at the end", seen.holds, seen.bookings));
        }
        let running = self.sessions.iter().position(|session| session.phase != SessionPhase::Ended);
        if let Some(session) = running {
            return Err(format!("session {session} never ended"));
        }
        for flow in carried {
            self.check_flow(flow)?;
        }
        for (number, session) in self.sessions.iter().enumerate().filter(|(_, session)| session.activated) {
            let token = &self.tokens[session.token];
            if token.paid != token.fee {
                return Err(format!("session {number} was carried, {} of its fee {} is paid", token.paid, token.fee));
            }
        }
        Ok(())
    }

    fn check_flow(&self, flow: &Carried) -> Result<(), Finding> {
        let known = self.names.iter().find(|(_, name)| **name == flow.session);
        let (number, _) = known.ok_or_else(|| format!("the network carried {}, which nobody called", flow.session))?;
        let session = self.sessions.get(*number as usize);
        let session = session.ok_or_else(|| format!("the network carried session {number}, which nobody called"))?;
        if !flow.ended {
            return Err(format!("the network still carries session {number}"));
        }
        // What needs no promise was paid when it was sold.
        let token = &self.tokens[session.token];
        let promised = !self.plan.offerings[token.offering].demand.is_empty();
        if promised && !token.confirmed && session.charged_bytes > 0 {
            return Err(format!("session {number} was charged and its token was never paid"));
        }
        Ok(())
    }

    /// Bytes charged for all sessions are no more than the network delivered for them.
    pub fn check_bytes(&self, carried: &[Carried]) -> Result<(), Finding> {
        for (number, name) in &self.names {
            let flows = carried.iter().filter(|flow| flow.session == *name);
            let delivered: u64 = flows.map(|flow| flow.delivered_bytes).sum();
            let charged = self.sessions.get(*number as usize).map_or(0, |session| session.charged_bytes);
            if charged > delivered {
                return Err(format!("session {number}: {charged} bytes charged, {delivered} delivered"));
            }
        }
        Ok(())
    }

    fn purse(&self, party: u32) -> Purse {
        self.books.purses.get(&party).copied().unwrap_or_default()
    }
}

fn same<T: PartialEq + Debug>(what: &str, seen: &T, own: &T) -> Result<(), Finding> {
    if seen == own { Ok(()) } else { Err(format!("{what}: the cell says {seen:?}, the acknowledgements {own:?}")) }
}
