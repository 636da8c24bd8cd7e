//! Money that is set aside on request: it cannot be spent, and comes back on request or when its time is over.

use super::{Auditor, Finding};
use crate::fact::{Aside, Said};
use std::collections::BTreeMap;
use types::{Duration, Instant};

/// What is set aside, by the id it was given.
#[derive(Debug, Default)]
pub struct Reservations {
    standing: BTreeMap<u128, Standing>,
    /// How many came back on request, and by themselves.
    pub ended: (u64, u64),
}

#[derive(Clone, Copy, Debug)]
struct Standing {
    owner: u32,
    minor: i64,
    until: Instant,
}

impl Auditor {
    /// Money is set aside, or given back.
    pub(super) fn set_aside(&mut self, owner: u32, aside: Aside, (said, now): (Said, Instant)) -> Result<(), Finding> {
        match aside {
            Aside::For { minor, minutes } => self.reserved((owner, minor), minutes, (said, now)),
            Aside::Back { action } => self.unreserved(owner, action, said),
        }
    }

    /// Money that can be spent is set aside.
    fn reserved(
        &mut self,
        (owner, minor): (u32, i64),
        minutes: u64,
        (said, now): (Said, Instant),
    ) -> Result<(), Finding> {
        let Said::Acted(id) = said else { return Err("the id of a reservation was expected".to_owned()) };
        let available = self.books.available(owner);
        if minor <= 0 || minutes == 0 || available < minor {
            return Err(format!("{minor} of {available} are set aside for {minutes} minutes"));
        }
        self.books.purse(owner)?.held += minor;
        let standing = Standing { owner, minor, until: now.after(Duration::from_mins(minutes)) };
        match self.reservations.standing.insert(id, standing) {
            None => Ok(()),
            Some(_) => Err(format!("two reservations have the id {id:x}")),
        }
    }

    /// What stands is given back; what is over stays so.
    fn unreserved(&mut self, owner: u32, id: u128, said: Said) -> Result<(), Finding> {
        match (self.reservations.standing.remove(&id), said) {
            (Some(standing), Said::Acted(named)) if named == id && standing.owner == owner => {
                self.books.purse(owner)?.held -= standing.minor;
                self.reservations.ended.0 += 1;
                Ok(())
            }
            (None, Said::Repeated) => Ok(()),
            (standing, said) => Err(format!("{standing:?} was given back to party {owner} with {said:?}")),
        }
    }

    /// What is set aside comes back by itself.
    pub(super) fn expire_reservations(&mut self, now: Instant) {
        let standing = std::mem::take(&mut self.reservations.standing);
        let (due, standing): (BTreeMap<_, _>, _) = standing.into_iter().partition(|(_, of)| of.until <= now);
        self.reservations.standing = standing;
        for of in due.into_values() {
            self.reservations.ended.1 += 1;
            if let Some(purse) = self.books.purses.get_mut(&of.owner) {
                purse.held -= of.minor;
            }
        }
    }
}
