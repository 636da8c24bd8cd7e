//! Quotes and purchases, what becomes of tokens, and what happens by itself.

use super::promises::{Firmness, Promise, Promises};
use super::sums::{fee as plan_fee, tax_within, usage};
use super::token::Token;
use super::{Auditor, Finding, GRACE, QUOTE_TTL, Quote, REVOKED_MAX};
use crate::fact::{Said, Wish};
use crate::plan::Kind;
use crate::visible::{Account, SessionPhase, TokenPhase};
use std::collections::BTreeSet;
use types::{Instant, QuoteId, Window};

impl Auditor {
    /// What is due by `now` happens.
    pub(super) fn pass_time(&mut self, now: Instant) {
        let lapsed: Vec<QuoteId> =
            self.quotes.iter().filter(|(_, q)| q.open && q.expires_at <= now).map(|(id, _)| *id).collect();
        for id in lapsed {
            if let Some(quote) = self.quotes.get_mut(&id) {
                quote.open = false;
                if let Some(promise) = quote.promise.take() {
                    self.promises.give_back(&promise, Firmness::Short);
                }
            }
        }
        self.expire_leases(now);
        self.expire_reservations(now);
        for session in &mut self.sessions {
            if session.phase == SessionPhase::Active && session.ends_at.is_some_and(|at| at <= now) {
                session.phase = SessionPhase::Ending;
            }
        }
        for token in 0..self.tokens.len() {
            let row = &self.tokens[token];
            if row.is_live() && row.window.to().after(GRACE) <= now {
                if let Some(session) = row.session.and_then(|session| self.sessions.get_mut(session)) {
                    session.phase = SessionPhase::Ending;
                }
                self.close(token, TokenPhase::Expired, false, now);
            }
        }
    }

    pub(super) fn find(&self, wish: &Wish, firmness: Firmness, now: Instant) -> Option<Promise> {
        self.promises.find(&self.plan, wish, firmness, now)
    }

    /// What must be free in the wallet: the fee and what usage may cost.
    pub(super) fn price_of(&self, wish: &Wish, now: Instant) -> i64 {
        let offering = &self.plan.offerings[wish.offering];
        let promise = self.find_or_displace(wish, now).map(|(promise, _)| promise);
        let fee = self.moved_fee((wish.party, wish.offering), wish.window, promise.as_ref(), now);
        fee + offering.usage.map_or(0, |price| usage(offering, price.held))
    }

    pub(super) fn quoted(&mut self, wish: &Wish, said: Said, now: Instant) -> Result<(), Finding> {
        let Said::Quote(id) = said else { return Err("a quote was expected".to_owned()) };
        let promise = self.offer(wish, now)?;
        if self.quotes.values().filter(|quote| quote.open && quote.party == wish.party).count() >= 16 {
            return Err("a party has more than 16 open quotes".to_owned());
        }
        let fee = self.moved_fee((wish.party, wish.offering), wish.window, promise.as_ref(), now);
        let quote = Quote {
            fee,
            party: wish.party,
            offering: wish.offering,
            window: wish.window,
            places: wish.places.len(),
            promise,
            expires_at: now.after(QUOTE_TTL),
            open: true,
        };
        match self.quotes.insert(id, quote) {
            None => Ok(()),
            Some(_) => Err(format!("quote {id} was issued twice")),
        }
    }

    pub(super) fn bought(
        &mut self,
        buyer: (u32, Option<u32>),
        wish: &Wish,
        said: Said,
        now: Instant,
    ) -> Result<(), Finding> {
        let (promise, displaced) = self.sell(wish, now)?;
        let choices = promise.as_ref().and_then(|_| Promises::choices(&self.plan, wish, now)).unwrap_or_default();
        self.handed_over += u64::from(promise.as_ref().is_some_and(|promise| !choices.contains(promise)));
        self.displace(&displaced, now)?;
        let fee = self.moved_fee((buyer.0, wish.offering), wish.window, promise.as_ref(), now);
        self.issue(buyer, (wish.offering, wish.window, wish.places.len()), (promise, fee), (said, now))
    }

    pub(super) fn quote_bought(
        &mut self,
        (party, payer): (u32, Option<u32>),
        id: QuoteId,
        said: Said,
        now: Instant,
    ) -> Result<(), Finding> {
        let quote = self.quotes.get_mut(&id).ok_or_else(|| format!("quote {id} was never issued"))?;
        if quote.window.to() <= now {
            return Err(format!("a token was sold by quote {id} after its window"));
        }
        if !quote.open || quote.expires_at <= now || quote.party != party {
            return Err(format!("quote {id} of party {} was not open", quote.party));
        }
        quote.open = false;
        let Quote { offering, window, places, promise, fee, .. } = quote.clone();
        if let Some(promise) = &promise {
            self.promises.give_back(promise, Firmness::Short);
        }
        self.issue((party, payer), (offering, window, places), (promise, fee), (said, now))
    }

    /// What a purchase takes, and who makes room for it.
    fn sell(&self, wish: &Wish, now: Instant) -> Result<(Option<Promise>, Vec<usize>), Finding> {
        self.check_sale(wish, now)?;
        if self.plan.offerings[wish.offering].demand.is_empty() {
            return Ok((None, Vec::new()));
        }
        let (promise, displaced) = self.find_or_displace(wish, now).ok_or("more was promised than there is")?;
        Ok((Some(promise), displaced))
    }

    /// What a quote holds from now on; nobody makes room for one.
    fn offer(&mut self, wish: &Wish, now: Instant) -> Result<Option<Promise>, Finding> {
        self.check_sale(wish, now)?;
        if self.plan.offerings[wish.offering].demand.is_empty() {
            return Ok(None);
        }
        let promise = self.find(wish, Firmness::Short, now).ok_or("more was promised than there is")?;
        self.promises.take(&promise, Firmness::Short);
        Ok(Some(promise))
    }

    /// May it be sold at all?
    fn check_sale(&self, wish: &Wish, now: Instant) -> Result<(), Finding> {
        let offering = &self.plan.offerings[wish.offering];
        let buyer = self.plan.parties.get((wish.party as usize).wrapping_sub(1)).map(|party| party.kind);
        if self.retired.contains(&wish.offering) || (offering.enterprise_only && buyer != Some(Kind::Enterprise)) {
            return Err("an offering was sold to whom it is not for".to_owned());
        }
        if self.congestion.undelivered {
            return Err("something was sold that no driver delivers".to_owned());
        }
        if !self.may_buy(wish.party, offering.arp) {
            return Err("priority was sold to a party that is not authorised for it".to_owned());
        }
        if wish.window.to() <= now || wish.window.length() > offering.window_max {
            return Err("a window was sold that may not be".to_owned());
        }
        Ok(())
    }

    fn issue(
        &mut self,
        (party, payer): (u32, Option<u32>),
        (number, window, places): (usize, Window, usize),
        (promise, fee): (Option<Promise>, i64),
        (said, now): (Said, Instant),
    ) -> Result<(), Finding> {
        let payer = payer.unwrap_or(party);
        self.expect_number(said, self.tokens.len())?;
        let offering = &self.plan.offerings[number];
        let held_usage = offering.usage.map_or(0, |price| usage(offering, price.held));
        self.congestion.moved += u64::from(fee != plan_fee(offering, window));
        let available = self.books.available(payer);
        self.caps.check(payer, (party, number), fee + held_usage, now)?;
        if fee + held_usage > available.max(0) {
            return Err(format!("{} was sold to party {party} who had {available}", fee + held_usage));
        }
        let paid = if promise.is_none() { fee } else { 0 };
        let (tax, held) = (tax_within(paid, offering.tax_ppm), fee - paid + held_usage);
        let units = offering.volume.map(|volume| i64::try_from(volume).unwrap_or(0));
        let purse = self.books.purse(payer)?;
        purse.posted -= paid;
        purse.held += held;
        let spent = self.caps.spend(payer, (party, number), fee + held_usage, now);
        self.books.add(Account::Deferred, paid - tax);
        self.books.add(Account::Tax, tax);
        self.books.add(Account::UnitsIssued, -units.unwrap_or(0));
        if let Some(promise) = &promise {
            self.promises.take(promise, Firmness::Firm);
        }
        self.tokens.push(Token {
            party,
            offering: number,
            window,
            phase: TokenPhase::Issued,
            places,
            promise,
            fee,
            hold: (held > 0).then_some(held),
            units,
            session: None,
            confirmed: false,
            paid,
            earned: 0,
            refunded: 0,
            used: 0,
            usage: 0,
            overrun: 0,
            payer,
            spent: Some(spent),
            given: 0,
            revoked: BTreeSet::new(),
        });
        Ok(())
    }

    pub(super) fn released(&mut self, token: usize, now: Instant) -> Result<(), Finding> {
        let row = self.live(token)?;
        if row.session.is_some() {
            return Err(format!("token {token} was given up while it is called"));
        }
        let refunds = self.plan.offerings[row.offering].refund_unused && row.given == 0;
        self.close(token, TokenPhase::Revoked, refunds, now);
        Ok(())
    }

    /// Each block counts once, up to the most there may be.
    pub(super) fn revoked(&mut self, token: usize, block: u8, said: Said) -> Result<(), Finding> {
        self.live(token)?;
        let new = self.tokens[token].revoked.insert(block);
        if (said == Said::Done) != new || self.tokens[token].revoked.len() > REVOKED_MAX {
            return Err(format!("revoking block {block} of token {token} was answered with {said:?}"));
        }
        Ok(())
    }

    pub(super) fn suspended(&mut self, token: usize, said: Said) -> Result<(), Finding> {
        if self.live(token)?.session.is_some() {
            return Err(format!("token {token} was suspended while it is called"));
        }
        if said == Said::Done {
            self.call_in(token);
            self.tokens[token].phase = TokenPhase::Suspended;
        }
        Ok(())
    }

    pub(super) fn resumed(&mut self, token: usize, said: Said) -> Result<(), Finding> {
        self.live(token)?;
        if said == Said::Done {
            self.tokens[token].phase = TokenPhase::Issued;
        }
        Ok(())
    }

    pub(super) fn live(&self, token: usize) -> Result<&Token, Finding> {
        let row = self.tokens.get(token).ok_or_else(|| format!("token {token} was never sold"))?;
        if row.is_live() { Ok(row) } else { Err(format!("token {token} is over")) }
    }

    /// A token is over: both holds go back, its fee is earned or paid back.
    pub(super) fn close(&mut self, token: usize, phase: TokenPhase, gives_back: bool, now: Instant) {
        self.call_in(token);
        let row = &mut self.tokens[token];
        let offering = &self.plan.offerings[row.offering];
        let winding = row.winding(offering, gives_back, now);
        let unheld = row.hold.take().unwrap_or(0);
        self.caps.give_back(row.spent, unheld + winding.refund);
        if let Some(purse) = self.books.purses.get_mut(&row.payer) {
            purse.held -= unheld;
            purse.posted += winding.refund;
        }
        if let Some(promise) = row.promise.take() {
            self.promises.give_back(&promise, Firmness::Firm);
        }
        let owed = row.owed(offering, winding.earned);
        let unused = row.units.unwrap_or(0);
        row.units = row.units.map(|_| 0);
        row.phase = phase;
        row.earned += winding.earned + winding.breakage;
        row.refunded += winding.refund;
        self.books.add(Account::UnitsIssued, unused);
        self.books.add(Account::Tax, -winding.refund_tax);
        self.books.add(Account::Deferred, winding.refund_tax - winding.refund - winding.earned - winding.breakage);
        self.books.add(Account::Breakage, winding.breakage);
        self.books.earn(winding.earned, &owed);
    }
}
