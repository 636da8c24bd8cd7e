//! The auditor: recomputes everything from what was acknowledged, and shares no code with the engine.
//!
//! It is told every durable decision in order ([`Fact`]), every raw report that left the network, and the catalogue as
//! the world was drawn. From these it keeps its own two books with its own arithmetic, and compares them with what can
//! be seen of the cell ([`Visible`]) whenever nothing is under way. What it finds is a sentence, not a code.

mod books;
mod caps;
mod compare;
mod congestion;
mod gifts;
mod keys;
mod leases;
mod moves;
mod payments;
mod priority;
mod promises;
mod reservations;
mod sale;
mod service;
mod sums;
mod token;

use crate::fact::{Asked, By, Caller, Fact, Raw, Said};
use crate::plan::Plan;
use books::Books;
use caps::Caps;
use congestion::Congestion;
use keys::Keys;
use moves::Moves;
use payments::Payments;
use promises::{Promise, Promises};
use reservations::Reservations;
use std::collections::{BTreeMap, BTreeSet};
use token::Token;
use types::{Duration, Instant, QuoteId, SessionId, Window};

/// How long a quote holds.
const QUOTE_TTL: Duration = Duration::from_secs(120);
/// How long reports may come after a window.
const GRACE: Duration = Duration::from_secs(60);
/// Most blocks of a token whose texts can be out of use.
const REVOKED_MAX: usize = 16;

/// What is wrong.
pub type Finding = String;

/// The auditor of one cell.
#[derive(Debug)]
pub struct Auditor {
    plan: Plan,
    books: Books,
    promises: Promises,
    quotes: BTreeMap<QuoteId, Quote>,
    tokens: Vec<Token>,
    sessions: Vec<Session>,
    retired: BTreeSet<usize>,
    /// The highest priority that parties are trusted with.
    authorised: BTreeMap<u32, u8>,
    /// Accepted keyed orders, with what was said.
    answered: BTreeMap<u64, Said>,
    /// Charged (meter, sequence).
    charged: BTreeSet<(u32, u64)>,
    /// Raw reports by session and sequence.
    raw: BTreeMap<(SessionId, u64), Raw>,
    /// The network's name of each session.
    names: BTreeMap<u32, SessionId>,
    facts: u64,
    /// The schedule of signing keys, and the texts that were signed.
    pub keys: Keys,
    /// What became of moves.
    pub moves: Moves,
    /// Promises that one radio cell after the other keeps.
    pub handed_over: u64,
    /// Who shares wallets, and what may be spent from them.
    caps: Caps,
    /// What is on its way out of wallets, and payments of which it is known what became.
    payments: Payments,
    /// What moves prices.
    pub congestion: Congestion,
    /// Charging sessions.
    /// Money that is set aside on request.
    pub reservations: Reservations,
    chargings: BTreeMap<u128, leases::Charging>,
    /// Grants that were made, and those that were all there was.
    pub grants: u64,
    pub last_grants: u64,
    /// The month that was closed last.
    closed: Option<u8>,
    /// The last commit that was seen.
    commit: u64,
}

#[derive(Clone, Debug)]
struct Quote {
    party: u32,
    offering: usize,
    window: Window,
    /// How many places it is for.
    places: usize,
    promise: Option<Promise>,
    /// What it costs, whatever happens afterwards.
    fee: i64,
    expires_at: Instant,
    open: bool,
}

#[derive(Clone, Debug)]
struct Session {
    token: usize,
    duration: Duration,
    phase: crate::visible::SessionPhase,
    started_at: Option<Instant>,
    ends_at: Option<Instant>,
    activated: bool,
    network_ended: bool,
    next_window: u64,
    charged_bytes: u64,
}

impl Auditor {
    /// An auditor who has seen nothing of the world of `plan`.
    pub fn new(plan: &Plan) -> Self {
        Self {
            promises: Promises::new(plan),
            plan: plan.clone(),
            books: Books::default(),
            quotes: BTreeMap::new(),
            tokens: Vec::new(),
            sessions: Vec::new(),
            retired: BTreeSet::new(),
            authorised: BTreeMap::new(),
            answered: BTreeMap::new(),
            charged: BTreeSet::new(),
            raw: BTreeMap::new(),
            names: BTreeMap::new(),
            facts: 0,
            keys: Keys::default(),
            moves: Moves::default(),
            handed_over: 0,
            caps: Caps::default(),
            closed: None,
            payments: Payments::default(),
            reservations: Reservations::default(),
            congestion: Congestion::default(),
            chargings: BTreeMap::new(),
            grants: 0,
            last_grants: 0,
            commit: 0,
        }
    }

    /// Takes note of a raw report that left the network.
    pub fn report(&mut self, session: SessionId, sequence: u64, raw: Raw) {
        self.raw.entry((session, sequence)).or_insert(raw);
    }

    /// Takes note of the name under which the network was asked to carry a session.
    pub fn named(&mut self, session: u32, name: SessionId) -> Result<(), Finding> {
        match self.names.insert(session, name) {
            Some(known) if known != name => Err(format!("session {session} is {known} and {name} to the network")),
            _ => Ok(()),
        }
    }

    /// Takes note of a durable decision.
    pub fn note(&mut self, fact: &Fact) -> Result<(), Finding> {
        self.facts += 1;
        self.begin(fact.commit, fact.at);
        let letter = &fact.letter;
        if let Said::No(code) = fact.said {
            return self.refused(fact, code);
        }
        if letter.keyed {
            match self.answered.get(&letter.order) {
                Some(said) if *said == fact.said => return Ok(()),
                Some(said) => return Err(format!("order {} was answered {said:?}, now {:?}", letter.order, fact.said)),
                None => drop(self.answered.insert(letter.order, fact.said)),
            }
        }
        self.accepted(fact).map_err(|finding| format!("{finding}, in {letter:?} answered {:?}", fact.said))?;
        self.books.check_limits()?;
        match self.promises.beyond_nominal(&self.plan) {
            None => Ok(()),
            Some((resource, slot)) => Err(format!("resource {resource} is promised beyond nominal in slot {slot}")),
        }
    }

    /// What is due happens at the start of a commit; what becomes due during it waits for the next.
    fn begin(&mut self, commit: u64, at: Instant) {
        if commit > self.commit {
            self.commit = commit;
            self.pass_time(at);
        }
    }

    fn accepted(&mut self, fact: &Fact) -> Result<(), Finding> {
        let Fact { letter, said, at, .. } = fact;
        self.check_caller(letter.caller, &letter.asked)?;
        match &letter.asked {
            Asked::Found
            | Asked::TopUpBelow { .. }
            | Asked::Profile(_)
            | Asked::Resource(_)
            | Asked::Publish(_)
            | Asked::Meter { .. }
            | Asked::WatchBalance { .. }
            | Asked::Forget { .. } => Ok(()),
            Asked::Party(at) => self.expect_number(*said, at + 1),
            &Asked::OpenWallet { party } => {
                self.books.open(party);
                Ok(())
            }
            &Asked::TopUp { party, minor } | &Asked::Fund { party, minor, .. } => self.books.top_up(party, minor),
            &Asked::CreditLimit { party, minor } => self.books.set_limit(party, minor),
            &Asked::Authorise { party, level_min } => {
                self.authorise(party, level_min);
                Ok(())
            }
            &Asked::SetAvailable { resource, available } => {
                self.promises.set_available(resource, available);
                Ok(())
            }
            Asked::Forecast { resource, from, loads } => {
                self.promises.set_forecast(*resource, *from, loads);
                Ok(())
            }
            Asked::Market(market) => self.market_changed(market, *at),
            &Asked::Retire { offering } => {
                self.retired.insert(offering);
                Ok(())
            }
            Asked::Quote(wish) => self.quoted(wish, *said, *at),
            Asked::Buy { party, by: By::Wish(wish), payer, .. } => self.bought((*party, *payer), wish, *said, *at),
            &Asked::Buy { party, by: By::Quote(quote), payer, .. } => {
                self.quote_bought((party, payer), quote, *said, *at)
            }
            &Asked::Admit { owner, member } => self.caps.admit(owner, member),
            &Asked::Dismiss { owner, member } => self.caps.dismiss(owner, member),
            &Asked::Cap { owner, number, cap } => self.caps.set(owner, number, cap),
            &Asked::Transfer { from, to, minor } => self.transferred(from, to, minor),
            &Asked::SetAside { owner, aside } => self.set_aside(owner, aside, (*said, *at)),
            &Asked::PayOut { owner, minor } => self.paid_out(owner, minor),
            &Asked::Settle { payment, party, minor, out, approved } => {
                self.settled(payment, (party, minor), (out, approved))
            }
            it @ (Asked::Give { .. } | Asked::Gift { .. } | Asked::Release { .. }) => self.passed_on(it, *said, *at),
            it @ (Asked::Revoke { .. } | Asked::Suspend { .. } | Asked::Resume { .. }) => self.held_back(it, *said),
            &Asked::Activate { token, duration, .. } => self.requested(token as usize, duration, *said, *at),
            &Asked::Heard { session, heard } => self.heard(session as usize, heard, *said, *at),
            &Asked::Deactivate { session } => self.deactivating(session as usize),
            &Asked::Extend { session, more } => self.extended(session as usize, more),
            &Asked::Stopped { session, by_itself } => self.stopped(session as usize, by_itself, *said, *at),
            Asked::Move { session, places } => self.moved(*session, places, *said, *at),
            Asked::Charge(delivery) => self.charge(*delivery, fact),
            Asked::Charges(_) => Err("many charges were answered as one".to_owned()),
            Asked::Counted(counts) => self.counted(counts, *said),
            &Asked::Open { party, sequence } => self.opened(party, sequence, *said),
            Asked::Lease(lease) => self.leased(lease, fact),
            &Asked::Close { charging, sequence } => self.charging_closed(charging, sequence, *said),
            &Asked::ClosePeriod { month } => self.closed(month, *at),
            Asked::Odd(_) => Err("what must always be refused was accepted".to_owned()),
        }
    }

    fn passed_on(&mut self, asked: &Asked, said: Said, at: Instant) -> Result<(), Finding> {
        match *asked {
            Asked::Give { token, to } => self.given(token as usize, to, said, at),
            Asked::Gift { token, quantity, to } => self.gifted(token as usize, (quantity, to), said, at),
            Asked::Release { token } => self.released(token as usize, at),
            _ => Ok(()),
        }
    }

    fn held_back(&mut self, asked: &Asked, said: Said) -> Result<(), Finding> {
        match *asked {
            Asked::Revoke { token, block } => self.revoked(token as usize, block, said),
            Asked::Suspend { token } => self.suspended(token as usize, said),
            Asked::Resume { token } => self.resumed(token as usize, said),
            _ => Ok(()),
        }
    }

    /// One month after the other, each once it is over.
    fn closed(&mut self, month: u8, at: Instant) -> Result<(), Finding> {
        const YEAR_2026: Instant = Instant::from_ms(1_767_225_600_000);
        if month > 2 || at < YEAR_2026 {
            return Err(format!("month {month} was closed at {at:?}, before it was over"));
        }
        match self.closed.replace(month) {
            Some(last) if last + 1 != month => Err(format!("month {month} was closed after month {last}")),
            _ => Ok(()),
        }
    }

    fn authorise(&mut self, party: u32, level_min: Option<u8>) {
        match level_min {
            Some(level_min) => drop(self.authorised.insert(party, level_min)),
            None => drop(self.authorised.remove(&party)),
        }
    }

    /// Nobody acts on what is another's.
    fn check_caller(&self, caller: Caller, asked: &Asked) -> Result<(), Finding> {
        let owner = match asked {
            Asked::Quote(wish) => Some(wish.party),
            Asked::Buy { party, .. } => Some(*party),
            Asked::Admit { owner, .. }
            | Asked::Dismiss { owner, .. }
            | Asked::Cap { owner, .. }
            | Asked::WatchBalance { owner, .. }
            | Asked::TopUpBelow { owner, .. }
            | Asked::PayOut { owner, .. }
            | Asked::SetAside { owner, .. }
            | Asked::Transfer { from: owner, .. } => Some(*owner),
            Asked::Release { token }
            | Asked::Revoke { token, .. }
            | Asked::Give { token, .. }
            | Asked::Gift { token, .. }
            | Asked::Activate { token, .. } => self.tokens.get(*token as usize).map(|t| t.party),
            Asked::Deactivate { session } | Asked::Extend { session, .. } | Asked::Forget { session } => {
                self.sessions.get(*session as usize).and_then(|s| self.tokens.get(s.token)).map(|t| t.party)
            }
            _ => None,
        };
        match (caller, owner) {
            (Caller::Operator, _) | (Caller::Meter | Caller::Network, None) => Ok(()),
            (Caller::Customer(party), Some(owner)) if party == owner => Ok(()),
            _ => Err(format!("{caller:?} was let act on what is of {owner:?}")),
        }
    }

    /// A refusal changes nothing; some can be checked.
    fn refused(&self, fact: &Fact, code: &str) -> Result<(), Finding> {
        if let Asked::Move { session, places } = &fact.letter.asked {
            return self.move_refused(fact, (*session, places), code);
        }
        if let (Asked::Lease(lease), "insufficient-funds" | "volume-exhausted" | "nothing-serves") =
            (&fact.letter.asked, code)
        {
            return self.lease_refused(lease, fact.at);
        }
        let Asked::Buy { party, by: By::Wish(wish), payer, .. } = &fact.letter.asked else { return Ok(()) };
        let payer = payer.unwrap_or(*party);
        match code {
            "priority-not-authorised" if self.may_buy(*party, self.plan.offerings[wish.offering].arp) => {
                Err(format!("{:?} was refused for priority that its party is trusted with", fact.letter))
            }
            "capacity-exhausted" if self.find_or_displace(wish, fact.at).is_some() => {
                Err(format!("{:?} was refused for capacity, yet it fits", fact.letter))
            }
            "insufficient-funds" => {
                let needed = self.price_of(wish, fact.at);
                let available = self.books.available(payer);
                if needed <= available {
                    Err(format!("party {payer} has {available} and may not buy for {needed}"))
                } else {
                    Ok(())
                }
            }
            "budget-exceeded" => {
                let (needed, room) =
                    (self.price_of(wish, fact.at), self.caps.room(payer, (*party, wish.offering), fact.at));
                if room.is_none_or(|room| needed <= room) {
                    return Err(format!("{room:?} is left of the caps of party {payer}, and {needed} was refused"));
                }
                Ok(())
            }
            "not-admitted" if self.caps.may_spend(payer, *party) => {
                Err(format!("party {party} was refused the wallet of party {payer}, which it shares"))
            }
            _ => Ok(()),
        }
    }

    fn expect_number(&self, said: Said, expected: usize) -> Result<(), Finding> {
        match said {
            Said::Number(number) if number as usize == expected => Ok(()),
            _ => Err(format!("number {expected} was expected after {} facts", self.facts)),
        }
    }
}
