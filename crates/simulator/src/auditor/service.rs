//! Sessions, charges and verdicts: what the network did, and what follows from it.

use super::sums::{ppm_of, tax_beyond, tax_within, usage};
use super::token::Owed;
use super::{Auditor, Finding, GRACE, Session};
use crate::fact::{Caller, Counts, Delivery, Fact, Heard, Said};
use crate::visible::{Account, SessionPhase, TokenPhase};
use types::{Duration, Instant, SessionId};

/// One charge as it is claimed.
struct Claim {
    token: usize,
    quantity: u64,
    by_network: bool,
}

/// What a charge comes to.
pub(super) struct Rated {
    pub gross: i64,
    pub paid: i64,
    pub from_hold: bool,
    pub tax: i64,
    pub earned: i64,
    pub owed: Owed,
    pub units: i64,
}

impl Auditor {
    pub(super) fn requested(
        &mut self,
        token: usize,
        duration: Duration,
        said: Said,
        now: Instant,
    ) -> Result<(), Finding> {
        self.expect_number(said, self.sessions.len())?;
        let row = self.live(token)?;
        if row.session.is_some() || !row.window.contains(now) {
            return Err(format!("token {token} was called twice at once or outside its window"));
        }
        self.tokens[token].session = Some(self.sessions.len());
        self.sessions.push(Session {
            token,
            duration,
            phase: SessionPhase::Requested,
            started_at: None,
            ends_at: None,
            activated: false,
            network_ended: false,
            next_window: 0,
            charged_bytes: 0,
        });
        Ok(())
    }

    /// The network confirmed, refused or kept silent.
    pub(super) fn heard(&mut self, at: usize, heard: Heard, said: Said, now: Instant) -> Result<(), Finding> {
        let session = self.sessions.get_mut(at).ok_or("a session that was never requested")?;
        if said == Said::Repeated {
            return Ok(());
        }
        if session.phase != SessionPhase::Requested {
            return Err(format!("session {at} is {:?}, not requested", session.phase));
        }
        match heard {
            // Too late to be of use: nothing is paid, the network is asked to stop.
            Heard::Confirmed if self.tokens[session.token].window.to() <= now => {
                session.phase = SessionPhase::Uncertain;
                Ok(())
            }
            Heard::Confirmed => self.activated(at, now),
            Heard::Refused => {
                self.end(at, true, now);
                Ok(())
            }
            Heard::Unknown => {
                session.phase = SessionPhase::Uncertain;
                Ok(())
            }
        }
    }

    fn activated(&mut self, at: usize, now: Instant) -> Result<(), Finding> {
        let session = &mut self.sessions[at];
        let token = &mut self.tokens[session.token];
        session.phase = SessionPhase::Active;
        session.activated = true;
        session.started_at = Some(now);
        session.ends_at = Some(now.after(session.duration).min(token.window.to()));
        if token.phase == TokenPhase::Issued {
            token.phase = TokenPhase::Active;
        }
        token.confirmed = true;
        let due = token.fee - token.paid;
        let tax = tax_within(due, self.plan.offerings[token.offering].tax_ppm);
        token.paid = token.fee;
        if due > 0 {
            let hold = token.hold.as_mut().ok_or("a fee is due that was never set aside")?;
            *hold -= due;
            let purse = self.books.purse(token.payer)?;
            purse.held -= due;
            purse.posted -= due;
        }
        self.books.add(Account::Deferred, due - tax);
        self.books.add(Account::Tax, tax);
        Ok(())
    }

    pub(super) fn deactivating(&mut self, at: usize) -> Result<(), Finding> {
        let session = self.sessions.get_mut(at).ok_or("a session that was never requested")?;
        if session.phase == SessionPhase::Ended {
            return Err(format!("session {at} is over already"));
        }
        session.phase = SessionPhase::Ending;
        Ok(())
    }

    /// A session runs on, as long as its token lives and no longer.
    pub(super) fn extended(&mut self, at: usize, more: Duration) -> Result<(), Finding> {
        let session = self.sessions.get_mut(at).ok_or("a session that was never requested")?;
        let (SessionPhase::Active, Some(ends_at)) = (session.phase, session.ends_at) else {
            return Err(format!("session {at} is {:?} and was extended", session.phase));
        };
        session.ends_at = Some(ends_at.after(more).min(self.tokens[session.token].window.to()).max(ends_at));
        Ok(())
    }

    pub(super) fn stopped(&mut self, at: usize, by_itself: bool, said: Said, now: Instant) -> Result<(), Finding> {
        let session = self.sessions.get(at).ok_or("a session that was never requested")?;
        if said == Said::Repeated {
            return Ok(());
        }
        let failed = match session.phase {
            SessionPhase::Uncertain => true,
            SessionPhase::Requested | SessionPhase::Active => by_itself,
            SessionPhase::Ending => false,
            SessionPhase::Ended => return Err(format!("session {at} ended twice")),
        };
        self.end(at, failed, now);
        Ok(())
    }

    /// A session is over, and when the network failed its token too.
    fn end(&mut self, at: usize, failed: bool, now: Instant) {
        let session = &mut self.sessions[at];
        session.phase = SessionPhase::Ended;
        session.network_ended = failed;
        let token = session.token;
        let row = &mut self.tokens[token];
        row.session = None;
        if row.phase == TokenPhase::Active {
            row.phase = TokenPhase::Issued;
        }
        if failed && row.is_live() {
            self.close(token, TokenPhase::Revoked, true, now);
        }
    }

    /// Delivered quantity was charged: once, for what was delivered, at the price of the catalogue.
    pub(super) fn charge(&mut self, delivery: Delivery, fact: &Fact) -> Result<(), Finding> {
        let Delivery { token, source, sequence, quantity, session } = delivery;
        let known = self.charged.contains(&(source, sequence));
        match fact.said {
            Said::Repeated if known => return Ok(()),
            Said::Repeated => return Err("a first charge was taken for a repeat".to_owned()),
            Said::Charged { .. } if known => return Err("it was charged twice".to_owned()),
            _ => drop(self.charged.insert((source, sequence))),
        }
        if let Some(session) = session {
            self.check_delivered(session, sequence, quantity)?;
        }
        let by_network = fact.letter.caller == Caller::Network;
        let claim = Claim { token: token as usize, quantity, by_network };
        let rated = self.rate(&claim, fact.at)?;
        self.book(&claim, &rated, fact.at)?;
        let charged = Said::Charged { paid: rated.paid, overrun: rated.gross - rated.paid };
        if fact.said == charged { Ok(()) } else { Err(format!("{charged:?} was expected")) }
    }

    fn check_delivered(&mut self, at: u32, sequence: u64, quantity: u64) -> Result<(), Finding> {
        let name = self.names.get(&at).ok_or("a session that the network does not know was charged")?;
        let raw = self.raw.get(&(*name, sequence)).ok_or("a report that the network never made was charged")?;
        if raw.bytes != quantity {
            return Err(format!("{} bytes were delivered", raw.bytes));
        }
        self.sessions.get_mut(at as usize).ok_or("a session that was never requested")?.charged_bytes += quantity;
        Ok(())
    }

    /// What the claim costs by the catalogue.
    fn rate(&self, claim: &Claim, now: Instant) -> Result<Rated, Finding> {
        let row = self.live(claim.token)?;
        let offering = &self.plan.offerings[row.offering];
        // What the network delivers beyond a volume is booked; nobody else may charge a token that is used up.
        let used_up = row.phase == TokenPhase::Exhausted && claim.by_network;
        let usable = used_up || matches!(row.phase, TokenPhase::Issued | TokenPhase::Active);
        let promised = !offering.demand.is_empty();
        let in_time = row.window.from() <= now && now < row.window.to().after(GRACE);
        if !usable || (promised && !row.confirmed) || !in_time {
            return Err(format!("token {} may not be charged now", claim.token));
        }
        let gross = if offering.usage.is_some() { usage(offering, row.used + claim.quantity) - row.usage } else { 0 };
        let from_hold = offering.usage.is_some_and(|price| price.held > 0) && row.hold.is_some();
        let room = self.caps.room_for_charge(row.payer, (row.party, row.offering), now);
        let paid = match row.hold {
            Some(hold) if from_hold => gross.min(hold - (row.fee - row.paid) - self.leased_of_hold(claim.token)),
            _ if claim.by_network => gross.min(self.books.available(row.payer).max(0)).min(room.unwrap_or(i64::MAX)),
            _ if room.is_some_and(|room| gross > room) => {
                return Err(format!("{room:?} is left of the caps, and {gross} was charged"));
            }
            _ => gross,
        };
        let tax = tax_beyond(row.usage, gross, offering.tax_ppm);
        let earned = if row.paid == 0 {
            0
        } else {
            (row.earned_by(offering, row.used + row.given + claim.quantity, now) - row.earned).max(0)
        };
        let net = gross - tax + earned;
        let owed = row.owed(offering, net);
        let wanted = i64::try_from(claim.quantity).map_err(|_| "a quantity that cannot be counted was charged")?;
        let left = row.units.map(|units| units - self.leased_units(claim.token));
        if !claim.by_network && left.is_some_and(|left| wanted > left) {
            return Err("more volume was taken than is left".to_owned());
        }
        let units = left.map_or(0, |left| wanted.min(left));
        Ok(Rated { gross, paid, from_hold, tax, earned, owed, units })
    }

    /// Books what was rated.
    fn book(&mut self, claim: &Claim, rated: &Rated, now: Instant) -> Result<(), Finding> {
        self.book_amounts((claim.token, claim.quantity), rated, now)
    }

    /// The same, whoever delivered it.
    pub(super) fn book_amounts(
        &mut self,
        (token, quantity): (usize, u64),
        rated: &Rated,
        now: Instant,
    ) -> Result<(), Finding> {
        let &Rated { gross, paid, from_hold, tax, earned, ref owed, units } = rated;
        let row = &mut self.tokens[token];
        row.used += quantity;
        row.usage += gross;
        row.overrun += gross - paid;
        row.earned += earned;
        row.units = row.units.map(|left| left - units);
        if row.units == Some(0) && row.phase != TokenPhase::Suspended {
            row.phase = TokenPhase::Exhausted;
        }
        let purse = self.books.purse(row.payer)?;
        purse.posted -= paid;
        if from_hold {
            purse.held -= paid;
            row.hold = row.hold.map(|hold| hold - paid);
        } else {
            self.caps.spend(row.payer, (row.party, row.offering), paid, now);
        }
        let legs = [
            (Account::Overrun, paid - gross),
            (Account::Tax, tax),
            (Account::Deferred, -earned),
            (Account::UnitsDelivered, units),
        ];
        for (account, minor) in legs {
            self.books.add(account, minor);
        }
        self.books.earn(gross - tax + earned, owed);
        Ok(())
    }

    /// Counts of an assurance window: they must be those of the raw samples, and a broken window pays.
    pub(super) fn counted(&mut self, counts: &Counts, said: Said) -> Result<(), Finding> {
        let at = counts.session as usize;
        let session = self.sessions.get(at).ok_or("a session that was never requested")?;
        if counts.window < session.next_window {
            return if said == Said::Repeated { Ok(()) } else { Err("a window was judged twice".to_owned()) };
        }
        if said != Said::Done || !session.activated || session.phase == SessionPhase::Ended {
            return Err("a window of a session that is not running was judged".to_owned());
        }
        let offering = self.plan.offerings[self.tokens[session.token].offering].clone();
        let name = *self.names.get(&counts.session).ok_or("the network does not know the session")?;
        let (samples, late, starved) = self.samples_in(name, counts.window, &offering);
        if counts.windows == 1 && (counts.samples, counts.late, counts.starved) != (samples, late, starved) {
            return Err(format!("the raw samples say {samples} samples, {late} late, {starved} starved"));
        }
        let session = &mut self.sessions[at];
        if counts.windows > 1 || samples == 0 || samples < offering.samples_min {
            session.next_window = counts.window + counts.windows;
            return Ok(());
        }
        let tolerated = u64::from(samples) * u64::from(1_000_000 - offering.percentile_ppm);
        if u64::from(late.max(starved)) * 1_000_000 <= tolerated {
            return Ok(());
        }
        session.next_window = counts.window + 1;
        let token = session.token;
        self.remedy(token)
    }

    /// A broken window pays its share of the fee, up to the cap.
    pub(super) fn remedy(&mut self, token: usize) -> Result<(), Finding> {
        let row = &mut self.tokens[token];
        let offering = &self.plan.offerings[row.offering];
        let left = (ppm_of(row.paid, offering.cap_ppm) - row.refunded).max(0);
        let refund = ppm_of(row.paid, offering.per_window_ppm).min(left);
        let tax = tax_beyond(row.refunded, refund, offering.tax_ppm);
        row.refunded += refund;
        self.caps.give_back(row.spent, refund);
        self.books.purse(row.payer)?.posted += refund;
        self.books.add(Account::Tax, -tax);
        self.books.add(Account::Remedy, tax - refund);
        Ok(())
    }

    /// Samples, late ones and starved ones of one window, out of the raw reports. Windows count from the first report.
    fn samples_in(&self, name: SessionId, window: u64, offering: &crate::plan::OfferingPlan) -> (u32, u32, u32) {
        let reports = || self.raw.range((name, 0)..=(name, u64::MAX)).map(|(_, raw)| raw);
        let Some(origin) = reports().map(|raw| raw.from).min() else { return (0, 0, 0) };
        let length = offering.assurance.as_ms();
        let inside = reports().filter(|raw| raw.from.since(origin).as_ms() / length == window);
        let promised = u64::from(offering.downlink_kbps_min).min(offering.offered_kbps);
        inside.fold((0, 0, 0), |(samples, late, starved), raw| {
            let count = u32::try_from(raw.latency_us.len()).unwrap_or(0);
            let slow = raw.latency_us.iter().filter(|us| **us > offering.latency_ms_max * 1_000).count();
            let short = if raw.kbps * 100 < promised * 99 { count } else { 0 };
            (samples + count, late + u32::try_from(slow).unwrap_or(0), starved + short)
        })
    }
}
