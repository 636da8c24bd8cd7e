//! Clients: they buy, call, abandon, give up, send nonsense, repeat what was not answered, and remember every answer.

mod sharing;

use crate::draw::Draw;
use crate::fact::{
    Aside, Asked, Bids, By, Caller, Delivery, Fact, Lease, Letter, Market, ODDITIES, Odd, Rails, Said, Wish,
};
use crate::plan::Plan;
use crate::world::EMERGENCY;
use std::collections::BTreeMap;
use types::{Duration, H3Cell, Instant, QuoteId, Window};

/// How long a client waits before it asks again.
const PATIENCE: Duration = Duration::from_secs(20);
/// The party that the operator trusts with priority from the first.
const TRUSTED: u32 = 2;
/// Orders of the outbox are numbered from here.
pub const OUTBOX_ORDERS: u64 = 1 << 40;
/// And those about prices from here.
const MARKET_ORDERS: u64 = 1 << 39;
/// What tells the stream of those apart.
const MARKET: u64 = 0xb1d5;

/// All clients of a world, and what they know.
#[derive(Debug, Default)]
pub struct Clients {
    next_order: u64,
    next_market: u64,
    /// Not answered yet, with when it was last sent.
    open: BTreeMap<u64, (Instant, Letter)>,
    /// Orders of the operator that were accepted under their key.
    accepted: Vec<u64>,
    quotes: Vec<(u32, QuoteId)>,
    tokens: Vec<Held>,
    /// Owners and who may spend from their wallets, or could once.
    admitted: Vec<(u32, u32)>,
    /// What was set aside: whose, under which id.
    reserved: Vec<(u32, u128)>,
    sessions: Vec<(u32, u32)>,
    meter: Option<u32>,
    meter_sequence: u64,
    /// Charging sessions, with the number of their next invocation and for whom they are.
    chargings: Vec<(u128, u32, u32)>,
}

/// A token that somebody holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    number: u32,
    party: u32,
    offering: Option<usize>,
    device: Option<u128>,
}

impl Clients {
    /// What sets the world up, in order: nothing works before it.
    pub fn founding(&mut self, plan: &Plan) -> Vec<Letter> {
        let mut asked = vec![Asked::Found];
        asked.extend((0..plan.profiles.len()).map(Asked::Profile));
        asked.extend((0..plan.resources.len()).map(Asked::Resource));
        asked.extend((0..plan.parties.len()).map(Asked::Party));
        asked.extend((0..plan.offerings.len()).map(Asked::Publish));
        for (party, row) in (1_u32..).zip(&plan.parties) {
            asked.push(Asked::OpenWallet { party });
            if row.credit_minor > 0 {
                asked.push(Asked::CreditLimit { party, minor: row.credit_minor });
            }
            if row.funds_minor > 0 {
                asked.push(Asked::TopUp { party, minor: row.funds_minor });
            }
        }
        asked.push(Asked::Authorise { party: TRUSTED, level_min: Some(2) });
        let mut letters: Vec<Letter> = asked.into_iter().map(|asked| self.letter(Caller::Operator, asked)).collect();
        letters.push(self.letter(Caller::Meter, Asked::Meter { id: 77 }));
        letters
    }

    /// Is every order answered?
    pub fn is_content(&self) -> bool {
        self.open.is_empty()
    }

    /// Remembers that a letter is under way.
    pub fn sent(&mut self, letter: &Letter, now: Instant) {
        self.open.insert(letter.order, (now, letter.clone()));
    }

    /// What has waited too long for an answer.
    pub fn impatient(&mut self, now: Instant) -> Vec<Letter> {
        let late = self.open.values_mut().filter(|(sent, _)| now.since(*sent) >= PATIENCE);
        late.map(|(sent, letter)| {
            *sent = now;
            letter.clone()
        })
        .collect()
    }

    /// Hears an answer.
    pub fn hear(&mut self, fact: &Fact) {
        let Fact { letter, said, .. } = fact;
        if self.open.remove(&letter.order).is_none() {
            return;
        }
        match (&letter.asked, *said) {
            (Asked::TopUp { .. }, Said::Number(_)) => self.accepted.push(letter.order),
            (Asked::Open { party, sequence }, Said::Charging(charging)) => {
                self.chargings.push((charging, sequence + 1, *party));
            }
            (Asked::Meter { .. }, Said::Number(number)) => self.meter = Some(number),
            (Asked::Quote(wish), Said::Quote(quote)) => self.quotes.push((wish.party, quote)),
            (Asked::Buy { party, by, device, .. }, Said::Number(number)) => {
                let offering = if let By::Wish(wish) = by { Some(wish.offering) } else { None };
                self.tokens.push(Held { number, party: *party, offering, device: *device });
            }
            (&Asked::SetAside { owner, aside: Aside::For { .. } }, Said::Acted(action)) => {
                self.reserved.push((owner, action));
            }
            (&Asked::Admit { owner, member }, Said::Number(_)) => self.admitted.push((owner, member)),
            (Asked::Give { token, to } | Asked::Gift { token, to, .. }, Said::Number(number)) => {
                let offering = self.tokens.iter().find(|held| held.number == *token).and_then(|held| held.offering);
                self.tokens.push(Held { number, party: *to, offering, device: None });
            }
            (Asked::Activate { token, .. }, Said::Number(session)) => {
                let holder = self.tokens.iter().find(|held| held.number == *token).map_or(1, |held| held.party);
                self.sessions.push((holder, session));
            }
            _ => {}
        }
    }

    /// What somebody thinks of asking next. Functions of the network draw for themselves: what they do moves nobody else's dice.
    pub fn think(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> Vec<Letter> {
        if draw.happens(70) {
            return sharing::ask(self, draw, plan).into_iter().collect();
        }
        let mut letters = self.clients_think(draw, plan, now);
        let world = plan.offerings.first().map_or(0, |offering| offering.id.as_u128());
        let seed = u64::try_from(world & u128::from(u64::MAX)).unwrap_or(0) ^ self.next_order;
        let mut own = Draw::new(seed);
        if own.happens(50) {
            letters.extend(self.function(&mut own, plan));
        } else if own.happens(15) {
            letters.push(sharing::set_aside(self, &mut own, plan));
        }
        let mut own = Draw::new(seed ^ MARKET);
        if own.happens(25) {
            letters.push(self.market(&mut own, plan, now));
            if self.next_market.is_multiple_of(6) {
                letters.extend(self.outage(&mut own, plan, now));
            }
        }
        letters
    }

    fn clients_think(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> Vec<Letter> {
        let letter = match draw.below(100) {
            0..16 => Some(self.buy(draw, plan, now)),
            16..26 => Some(self.quote(draw, plan, now)),
            26..34 => self.accept(draw),
            34..55 => self.call(draw),
            55 => self.move_device(draw, plan),
            57..64 => self.meter(draw, plan),
            64..68 => self.give_up(draw),
            68..73 => self.stop(draw),
            73..79 => self.care(draw, plan, now),
            79..85 => Some(self.pay(draw, plan)),
            85..93 => self.nonsense(draw),
            93..96 => self.foreign(draw, plan, now),
            96 => return self.burst(draw, plan, now),
            97 => return self.revoke(draw),
            _ => Some(self.far(draw, plan, now)),
        };
        letter.into_iter().collect()
    }

    /// What makes prices says what capacity is worth, or the operator sets its rails. Their orders are numbered apart, so that
    /// nobody else's change.
    fn market(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> Letter {
        self.next_market += 1;
        let asked = if draw.happens(750) { bids(draw, plan, now) } else { rails(draw, plan) };
        Letter { order: MARKET_ORDERS + self.next_market, keyed: false, caller: Caller::Operator, asked }
    }

    /// No driver delivers what is sold; somebody asks for it; then one does again.
    fn outage(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> [Letter; 3] {
        let wish = Self::wish(draw, plan, now);
        let (lost, back) = (Asked::Market(Market::Delivers(false)), Asked::Market(Market::Delivers(true)));
        let asked =
            [(Caller::Operator, lost), (Caller::Customer(wish.party), Asked::Quote(wish)), (Caller::Operator, back)];
        asked.map(|(caller, asked)| {
            self.next_market += 1;
            Letter { order: MARKET_ORDERS + self.next_market, keyed: false, caller, asked }
        })
    }

    fn letter(&mut self, caller: Caller, asked: Asked) -> Letter {
        self.next_order += 1;
        let keyed = !matches!(
            asked,
            Asked::SetAvailable { .. }
                | Asked::Forecast { .. }
                | Asked::Charge(_)
                | Asked::Lease(_)
                | Asked::Close { .. }
                | Asked::Found
                | Asked::Move { .. }
                | Asked::Odd(_)
        );
        Letter { order: self.next_order, keyed, caller, asked }
    }

    fn own(&mut self, party: u32, asked: Asked) -> Letter {
        self.letter(Caller::Customer(party), asked)
    }

    fn wish(draw: &mut Draw, plan: &Plan, now: Instant) -> Wish {
        let offering = draw.index(plan.offerings.len() - 1);
        let from = match draw.below(4) {
            0 => now.after(Duration::from_secs(draw.below(900))),
            1 => now.before(Duration::from_secs(draw.below(200))),
            _ => now,
        };
        let longest = if draw.happens(150) { 7_200 } else { 1_500 };
        let length = Duration::from_secs(draw.between(30, longest));
        let window = Window::starting(from, length).expect("a window lasts");
        let place = *draw.pick(&plan.places).expect("a world has places");
        let places = if draw.happens(150) { plan.places.clone() } else { vec![place] };
        let is_way = places.len() > 1 && draw.happens(400);
        Wish { party: party(draw, plan), offering, window, places, is_way }
    }

    fn buy(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> Letter {
        let mut wish = Self::wish(draw, plan, now);
        if draw.happens(250) {
            (wish.party, wish.offering) = (TRUSTED, EMERGENCY);
        }
        let device = draw.happens(300).then(|| device(draw));
        let payer = sharing::payer(&self.admitted, draw, wish.party);
        self.own(wish.party, Asked::Buy { party: wish.party, by: By::Wish(wish), device, payer })
    }

    fn quote(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> Letter {
        let wish = Self::wish(draw, plan, now);
        self.own(wish.party, Asked::Quote(wish))
    }

    /// Accepts a quote: fresh, stale or accepted before.
    fn accept(&mut self, draw: &mut Draw) -> Option<Letter> {
        let recent = self.quotes.len().saturating_sub(3);
        let from = if draw.happens(750) { recent } else { 0 };
        let (party, quote) = *draw.pick(&self.quotes[from..])?;
        Some(self.own(party, Asked::Buy { party, by: By::Quote(quote), device: None, payer: None }))
    }

    fn recent(&self, draw: &mut Draw) -> Option<Held> {
        let from = if draw.happens(800) { self.tokens.len().saturating_sub(6) } else { 0 };
        draw.pick(&self.tokens[from..]).copied()
    }

    fn call(&mut self, draw: &mut Draw) -> Option<Letter> {
        let held = self.recent(draw)?;
        let device = held.device.filter(|_| draw.happens(800)).unwrap_or_else(|| device(draw));
        let duration = Duration::from_secs(draw.between(10, 90));
        Some(
            self.own(
                held.party,
                Asked::Activate { token: held.number, device, flow: u128::from(draw.below(3)), duration },
            ),
        )
    }

    /// Somebody says where a device is, whatever its session has come to: the network, or who has no say in it.
    fn move_device(&mut self, draw: &mut Draw, plan: &Plan) -> Option<Letter> {
        let (party, session) = *draw.pick(&self.sessions)?;
        let caller = if draw.happens(100) { Caller::Customer(party) } else { Caller::Network };
        Some(self.letter(caller, Asked::Move { session, places: whereabouts(draw, plan) }))
    }

    /// A meter charges: the next number, an old one again, one from long ago, or far ahead.
    fn meter(&mut self, draw: &mut Draw, plan: &Plan) -> Option<Letter> {
        let source = self.meter?;
        let held = self.recent(draw)?;
        let sequence = match draw.below(20) {
            0 => self.meter_sequence + 1_500,
            1 => self.meter_sequence.saturating_sub(1_400),
            2 | 3 => self.meter_sequence.saturating_sub(draw.below(4)),
            _ => self.meter_sequence + 1,
        };
        self.meter_sequence = self.meter_sequence.max(sequence);
        let volume = held.offering.and_then(|offering| plan.offerings[offering].volume);
        let quantity = match volume {
            Some(volume) if draw.happens(250) => volume,
            _ => draw.between(1, if held.offering.is_some() { 900 } else { 90_000 }),
        };
        let delivery = Delivery { token: held.number, source, sequence, quantity, session: None };
        Some(self.letter(Caller::Meter, Asked::Charge(delivery)))
    }

    /// A function of the network charges: it opens, asks, reports, repeats itself, comes late, closes, asks for too much.
    fn function(&mut self, draw: &mut Draw, plan: &Plan) -> Vec<Letter> {
        if draw.happens(250) || self.chargings.is_empty() {
            let party = self.recent(draw).map_or_else(|| party(draw, plan), |held| held.party);
            return vec![self.letter(Caller::Meter, Asked::Open { party, sequence: 1 })];
        }
        let at = self.chargings.len() - 1 - draw.index(self.chargings.len().min(4));
        let (charging, next, party) = self.chargings[at];
        if draw.happens(120) {
            return vec![self.letter(Caller::Meter, Asked::Close { charging, sequence: next })];
        }
        self.chargings[at].1 += 1;
        if draw.happens(100) {
            return self.too_many_groups(draw, plan, (charging, next, party));
        }
        (0..draw.between(1, 4)).map(|_| self.lease(draw, plan, (charging, next, party))).collect()
    }

    /// What a party bought last.
    fn held_by(&self, party: u32) -> Option<usize> {
        self.tokens.iter().rev().filter(|held| held.party == party).find_map(|held| held.offering)
    }

    /// One more rating group than there may be.
    fn too_many_groups(
        &mut self,
        draw: &mut Draw,
        plan: &Plan,
        (charging, sequence, party): (u128, u32, u32),
    ) -> Vec<Letter> {
        let offering = self.held_by(party).unwrap_or_else(|| draw.index(plan.offerings.len()));
        let of = |group| Lease { charging, group, sequence, offering, used: 1, want: None, debit: false };
        (0..65).map(|group| self.letter(Caller::Meter, Asked::Lease(of(group)))).collect()
    }

    fn lease(&mut self, draw: &mut Draw, plan: &Plan, (charging, next, party): (u128, u32, u32)) -> Letter {
        let offering = match self.held_by(party) {
            Some(offering) if draw.happens(900) => offering,
            _ => draw.index(plan.offerings.len()),
        };
        let group = u32::try_from(draw.below(4)).unwrap_or(0);
        let sequence = if draw.happens(60) { next.saturating_sub(2) } else { next };
        // Mostly little, so that there is something left for the others.
        let most = if draw.happens(15) { 10_000_000 } else { *draw.pick(&[3, 20, 90]).unwrap_or(&3) };
        let used = if draw.happens(400) { draw.between(1, most) } else { 0 };
        let debit = used > 0 && draw.happens(200);
        let want = (!debit).then(|| (draw.between(1, most), Duration::from_secs(draw.between(1, 60))));
        let charging = if draw.happens(20) { 7 } else { charging };
        self.letter(Caller::Meter, Asked::Lease(Lease { charging, group, sequence, offering, used, want, debit }))
    }

    fn give_up(&mut self, draw: &mut Draw) -> Option<Letter> {
        let held = self.recent(draw)?;
        Some(self.own(held.party, Asked::Release { token: held.number }))
    }

    fn stop(&mut self, draw: &mut Draw) -> Option<Letter> {
        let (party, session) = *draw.pick(&self.sessions)?;
        let asked = match draw.below(10) {
            0..4 => Asked::Forget { session },
            4..6 => Asked::Extend { session, more: Duration::from_secs(draw.between(1, 7_200)) },
            _ => Asked::Deactivate { session },
        };
        Some(self.own(party, asked))
    }

    /// The operator looks after its network and its tokens.
    fn care(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> Option<Letter> {
        let asked = match draw.below(8) {
            0..3 => {
                let resource = draw.index(plan.resources.len());
                let nominal = plan.resources[resource].nominal;
                Asked::SetAvailable { resource, available: draw.between(nominal / 2, nominal + nominal / 4) }
            }
            3 if draw.happens(600) => forecast(draw, plan, now),
            3..5 => Asked::Suspend { token: self.recent(draw)?.number },
            5..7 => Asked::Resume { token: self.recent(draw)?.number },
            _ if draw.happens(300) => {
                let level_min = draw.pick(&[None, Some(1), Some(2), Some(8)]).copied().flatten();
                Asked::Authorise { party: party(draw, plan), level_min }
            }
            _ if draw.happens(300) => Asked::Retire { offering: plan.offerings.len() - 2 },
            _ => Asked::OpenWallet { party: party(draw, plan) },
        };
        Some(self.letter(Caller::Operator, asked))
    }

    fn pay(&mut self, draw: &mut Draw, plan: &Plan) -> Letter {
        let party = party(draw, plan);
        let minor = i64::try_from(draw.between(1, 3_000)).unwrap_or(1);
        let asked = if draw.happens(200) {
            Asked::CreditLimit { party, minor: minor - 1 }
        } else {
            Asked::TopUp { party, minor }
        };
        self.letter(Caller::Operator, asked)
    }

    fn nonsense(&mut self, draw: &mut Draw) -> Option<Letter> {
        let odd = match (draw.below(6), self.accepted.last(), self.tokens.last()) {
            (0, Some(order), _) => Odd::ReuseKey { order: *order },
            (1, _, Some(held)) => Odd::ActivateForNoTime { token: held.number },
            _ => self.varied(*draw.pick(&ODDITIES)?),
        };
        // Without a draw of its own: everything else is drawn as before.
        let is_spare = matches!(odd, Odd::PublishShare | Odd::FoundAgain | Odd::BuyUnknownQuote);
        if is_spare && !self.next_order.is_multiple_of(3) {
            let month = u8::try_from(self.next_order % 4).unwrap_or(0);
            return Some(self.letter(Caller::Operator, Asked::ClosePeriod { month }));
        }
        let caller = match odd {
            Odd::CustomerTopsUp | Odd::ChargeByCustomer => Caller::Customer(1),
            _ => Caller::Operator,
        };
        Some(self.letter(caller, Asked::Odd(odd)))
    }

    /// Of a few odd things there are many kinds, which take turns: no dice are thrown for them.
    fn varied(&self, odd: Odd) -> Odd {
        let turn = self.next_order;
        match odd {
            Odd::PublishNameless | Odd::ProfileGap | Odd::ProfileShort if !turn.is_multiple_of(7) => {
                Odd::PublishPrice { number: u8::try_from(turn % u64::from(Odd::PRICES)).unwrap_or(0) }
            }
            Odd::BuyNothing if turn.is_multiple_of(2) => Odd::BuyCode,
            odd => odd,
        }
    }

    /// Somebody acts on what is another's.
    fn foreign(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> Option<Letter> {
        let thief = party(draw, plan);
        let others = |held: &&Held| held.party != thief;
        let asked = match draw.below(4) {
            0 => Asked::Release { token: self.tokens.iter().rfind(others)?.number },
            1 => Asked::Deactivate { session: self.sessions.iter().rfind(|(holder, _)| *holder != thief)?.1 },
            2 => {
                let (_, quote) = *self.quotes.iter().rfind(|(holder, _)| *holder != thief)?;
                Asked::Buy { party: thief, by: By::Quote(quote), device: None, payer: None }
            }
            _ => {
                let wish = Self::wish(draw, plan, now);
                let buy = Asked::Buy { party: wish.party, by: By::Wish(wish), device: None, payer: None };
                return Some(self.letter(Caller::Stranger(thief), buy));
            }
        };
        Some(self.letter(Caller::Customer(thief), asked))
    }

    /// Hoards quotes.
    fn burst(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> Vec<Letter> {
        let mut wish = Self::wish(draw, plan, now);
        let free = plan.offerings.iter().position(|offering| offering.demand.is_empty());
        wish.offering = free.unwrap_or(wish.offering);
        wish.window = Window::starting(now, Duration::from_secs(60)).expect("a window lasts");
        let quotes = std::iter::repeat_n(wish, 18);
        quotes.map(|wish| self.own(wish.party, Asked::Quote(wish))).collect()
    }

    /// Takes more texts of a token out of use than may be, some of them twice.
    fn revoke(&mut self, draw: &mut Draw) -> Vec<Letter> {
        let Some(held) = self.recent(draw) else { return Vec::new() };
        let blocks = (0..18).chain([0, 7]);
        blocks.map(|block| self.own(held.party, Asked::Revoke { token: held.number, block })).collect()
    }

    /// Buys ahead of time: a token that cannot be called yet.
    fn far(&mut self, draw: &mut Draw, plan: &Plan, now: Instant) -> Letter {
        let mut wish = Self::wish(draw, plan, now);
        let from = now.after(Duration::from_hours(draw.between(1, 20)));
        wish.window = Window::starting(from, Duration::from_mins(draw.between(5, 60))).expect("a window lasts");
        self.own(wish.party, Asked::Buy { party: wish.party, by: By::Wish(wish), device: None, payer: None })
    }
}

/// Where a device is, and sometimes where it will be: mostly where it is covered, now and then in more places than may be.
pub fn whereabouts(draw: &mut Draw, plan: &Plan) -> Vec<H3Cell> {
    let count = match draw.below(20) {
        0 => 0,
        1 => 9,
        2..7 => 2,
        _ => 1,
    };
    let place = |draw: &mut Draw| match draw.below(8) {
        0 => plan.nowhere,
        _ => *draw.pick(&plan.places).expect("a world has places"),
    };
    (0..count).map(|_| place(draw)).collect()
}

fn party(draw: &mut Draw, plan: &Plan) -> u32 {
    u32::try_from(1 + draw.index(plan.parties.len())).unwrap_or(1)
}

fn device(draw: &mut Draw) -> u128 {
    u128::from(1 + draw.below(6))
}

/// Some hours of load on a resource, from about now on: mostly little, now and then more than what is left.
fn forecast(draw: &mut Draw, plan: &Plan, now: Instant) -> Asked {
    let resource = draw.index(plan.resources.len());
    let nominal = plan.resources[resource].nominal;
    let load = |draw: &mut Draw| {
        let most = if draw.happens(250) { nominal } else { nominal / 3 };
        u32::try_from(draw.below(most + 1)).unwrap_or(u32::MAX)
    };
    let loads = (0..=draw.below(4)).map(|_| load(draw)).collect();
    let slot = u32::try_from(now.as_ms() / 300_000).unwrap_or(u32::MAX);
    let ahead = u32::try_from(draw.below(6)).unwrap_or(0);
    Asked::Forecast { resource, from: slot.saturating_sub(3).saturating_add(ahead), loads }
}

/// What some hours of a resource are worth, from about now on: mostly little, now and then much, rarely in other money.
fn bids(draw: &mut Draw, plan: &Plan, now: Instant) -> Asked {
    let resource = draw.index(plan.resources.len());
    let values = (0..=draw.below(4)).map(|_| *draw.pick(&[0, 20, 100, 400, 2_500]).unwrap_or(&0)).collect();
    let slot = u32::try_from(now.as_ms() / 300_000).unwrap_or(u32::MAX);
    let from = slot.saturating_sub(3).saturating_add(u32::try_from(draw.below(6)).unwrap_or(0));
    let until = now.after(Duration::from_mins(draw.below(300)));
    Asked::Market(Market::Bids(resource, Bids { from, values, until, foreign: draw.happens(150) }))
}

/// Rails of an offering or of all, sometimes ones that cross, or none any more.
fn rails(draw: &mut Draw, plan: &Plan) -> Asked {
    let offering = draw.happens(700).then(|| draw.index(plan.offerings.len()));
    let maybe = |draw: &mut Draw, from: &[u32]| if draw.happens(500) { draw.pick(from).copied() } else { None };
    let rails = Rails {
        floor_ppm: maybe(draw, &[900_000, 1_100_000, 2_000_000]),
        cap_ppm: maybe(draw, &[1_000_000, 1_500_000, 4_000_000]),
        step_ppm: maybe(draw, &[0, 200_000, 1_000_000]),
        consumers_ppm: *draw.pick(&[0, 300_000, 1_000_000]).unwrap_or(&0),
    };
    Asked::Market(Market::Rails(offering, draw.happens(800).then_some(rails)))
}
