//! Whom a purchase displaces, against a reference that counts slot by slot and shares no rule with the engine.

use crate::audit;
use crate::dice::Dice;
use crate::world::{World, draft, eur, found, place, resource};
use capacity::{Book, Leg, ResourceRef, Slot, SlotRange};
use engine::limits::{PREEMPTION_CANDIDATES_MAX, PREEMPTIONS_PER_DECISION_MAX};
use engine::state::{
    Arp, ArpLevel, Grade, OfferingRef, PartyRef, PreemptionCapability, PreemptionVulnerability, ResourceClass, State,
    TokenRef,
};
use engine::{ActivationOutcome, Actor, Answer, Command, Event, OfferingDraft, Purchase, PurchaseBy, Rejection, Wish};
use types::{Area, Duration, Instant, OfferingId, SubjectId, Window};

const SEEDS: u64 = 60;
const PURCHASES: u64 = 120;

#[test]
fn exactly_those_are_displaced_whom_the_reference_names() {
    let (mut displaced, mut refused, mut several) = (0, 0, 0);
    for seed in 0..SEEDS {
        let mut dice = Dice(seed);
        let mut world = emergency_world(&mut dice);
        for _ in 0..PURCHASES {
            let wish = wish(&mut dice, &world);
            let expected = Reference::new(&world.state, &wish, world.now).victims();
            let before = world.state.clone();
            match (buy(&mut world, wish), expected) {
                (Ok(events), Some(expected)) => {
                    let victims = victims(&events);
                    assert_eq!(sorted(victims.clone()), sorted(expected), "seed {seed}");
                    check_events(&before, &events);
                    displaced += u32::from(!victims.is_empty());
                    several += u32::from(victims.len() > 1);
                    audit::check_admissions(&world.state, &events);
                    begin(&mut dice, &mut world);
                }
                (Err(Rejection::CapacityExhausted { .. }), None) => refused += 1,
                (outcome, expected) => unreachable!("seed {seed}: {outcome:?}, expected {expected:?}"),
            }
            audit::check_books(&world.state);
            world.pass_until(world.now.after(Duration::from_secs(dice.roll(120))));
        }
        audit::check_replay(&world);
    }
    assert!(
        displaced > 300 && several > 50 && refused > 1_000,
        "{displaced} {several} {refused}: the dice are too tame"
    );
}

#[test]
fn more_than_the_limit_are_not_displaced_by_one_decision() {
    for (tokens, displaces) in [(PREEMPTIONS_PER_DECISION_MAX, true), (PREEMPTIONS_PER_DECISION_MAX + 1, false)] {
        let units = u64::try_from(tokens).expect("few");
        let mut world = one_cell(units);
        for _ in 0..tokens {
            buy(&mut world, whole_hour(4)).expect("there is room");
        }
        let outcome = buy(&mut world, whole_hour(5));
        assert_eq!(outcome.is_ok(), displaces, "{tokens}: {outcome:?}");
        assert_eq!(outcome.map_or(0, |events| victims(&events).len()), if displaces { tokens } else { 0 });
        audit::check_books(&world.state);
    }
}

#[test]
fn so_many_are_looked_at_and_no_more() {
    let mut world = one_cell(2);
    buy(&mut world, whole_hour(4)).expect("there is room");
    // Sold later, so looked at earlier; none of them is in the way.
    for slot in 0..u64::try_from(PREEMPTION_CANDIDATES_MAX).expect("few") {
        let from = world.now.after(Duration::from_mins(60 + 5 * (slot / 2)));
        let window = Window::starting(from, Duration::from_mins(5)).expect("a window");
        buy(&mut world, Wish { window, ..whole_hour(4) }).expect("there is room");
        if slot == 10 {
            let mut early = world.clone();
            assert_eq!(buy(&mut early, whole_hour(5)).map_or(0, |events| victims(&events).len()), 1);
        }
    }
    assert!(matches!(buy(&mut world, whole_hour(5)), Err(Rejection::CapacityExhausted { .. })));
}

/// Slot by slot: what is lacking on each path, who may go, who is taken, who is spared.
struct Reference<'a> {
    state: &'a State,
    arp: Arp,
    slots: SlotRange,
    paths: Vec<Vec<Leg>>,
}

impl<'a> Reference<'a> {
    fn new(state: &'a State, wish: &Wish, now: Instant) -> Self {
        let offering = state.offering(wish.offering).expect("on sale");
        let units = |class| offering.demand.get(&class).expect("in its demand").units;
        let leg = |(at, class)| Leg::throughout(ResourceRef::from_index(at), units(class));
        let path = |radio| {
            [radio, (1, ResourceClass::Transport), (0, ResourceClass::Core)].map(leg).into_iter().collect::<Vec<_>>()
        };
        let (a, b) = ((2, ResourceClass::RadioMacro), (3, ResourceClass::RadioMicro));
        let paths = if wish.place.cells().contains(&place('A')) { vec![path(a), path(b)] } else { vec![path(b)] };
        let slots = capacity::slots_for(wish.window, now).expect("near");
        Self { state, arp: offering.arp.unwrap_or_default(), slots, paths }
    }

    /// `None`: it cannot be sold.
    fn victims(&self) -> Option<Vec<TokenRef>> {
        let carried = |slot| self.paths.iter().any(|legs| fits(&self.state.capacity, legs, slot));
        if self.each_slot().all(carried) {
            return Some(Vec::new());
        }
        self.paths.iter().find_map(|legs| self.victims_on(legs))
    }

    fn each_slot(&self) -> impl Iterator<Item = SlotRange> {
        let slots = (self.slots.from().index()..self.slots.to().index()).map(Slot::from_index);
        slots.map(|slot| SlotRange::new(slot, slot.after(1)).expect("not empty"))
    }

    fn victims_on(&self, legs: &[Leg]) -> Option<Vec<TokenRef>> {
        let mut victims: Vec<TokenRef> = Vec::new();
        for token in self.candidates() {
            if fits(&self.without(&victims), legs, self.slots) {
                break;
            }
            if self.helps(&self.without(&victims), token, legs) {
                victims.push(token);
            }
        }
        if !fits(&self.without(&victims), legs, self.slots) {
            return None;
        }
        for token in victims.clone().into_iter().rev() {
            let fewer: Vec<_> = victims.iter().copied().filter(|other| *other != token).collect();
            if fits(&self.without(&fewer), legs, self.slots) {
                victims = fewer;
            }
        }
        (victims.len() <= PREEMPTIONS_PER_DECISION_MAX).then_some(victims)
    }

    /// Everybody of lower priority who can be made to go, lowest first, of one priority the latest.
    fn candidates(&self) -> Vec<TokenRef> {
        let level = |at: &TokenRef| arp_of(self.state, *at).level.number();
        let all = (0..self.state.tokens.len()).map(|at| TokenRef::from_index(u32::try_from(at).expect("few")));
        let mut all: Vec<_> = all
            .filter(|at| {
                let (row, other) = (self.state.token(*at).expect("sold"), arp_of(self.state, *at));
                self.arp.capability == PreemptionCapability::Enabled
                    && other.vulnerability == PreemptionVulnerability::Enabled
                    && other.level.number() > self.arp.level.number()
                    && row.is_live()
                    && row.booking.is_some()
            })
            .collect();
        all.sort_by_key(|at| (15 - level(at), std::cmp::Reverse(*at)));
        all
    }

    fn without(&self, victims: &[TokenRef]) -> Book {
        let mut book = self.state.capacity.clone();
        for token in victims {
            let booking = self.state.token(*token).and_then(|row| row.booking).expect("it holds something");
            book.release(booking, Slot::from_index(0));
        }
        book
    }

    /// Does it hold something, in a slot, of which there is not enough there?
    fn helps(&self, book: &Book, token: TokenRef, legs: &[Leg]) -> bool {
        let booking = self.state.token(token).and_then(|row| row.booking).expect("it holds something");
        let booking = book.booking(booking).expect("live");
        self.each_slot().any(|slot| {
            let short = |leg: &Leg| book.free(leg.resource, slot.from()).expect("defined").free < leg.units;
            let is_held = |held: &Leg| held.slots.is_none_or(|own| own.contains(slot.from()));
            let holds = |leg: &Leg| booking.legs.iter().any(|held| held.resource == leg.resource && is_held(held));
            booking.slots.contains(slot.from()) && legs.iter().any(|leg| holds(leg) && short(leg))
        })
    }
}

fn fits(book: &Book, legs: &[Leg], slots: SlotRange) -> bool {
    let slots = slots.from().index()..slots.to().index();
    let free = |leg: &Leg, slot| book.free(leg.resource, Slot::from_index(slot)).expect("defined").free;
    slots.into_iter().all(|slot| legs.iter().all(|leg| free(leg, slot) >= leg.units))
}

/// What is said of each victim is true: by whom, with which authority, and that it is over and paid.
fn check_events(before: &State, events: &[Event]) {
    let Some(Event::TokenIssued { token: new, row, .. }) = events.last() else { unreachable!("{events:?}") };
    let arp = before.offering(row.offering).and_then(|offering| offering.arp);
    for event in events {
        let &Event::TokenPreempted { token, by, authority, level, refund_minor, .. } = event else { continue };
        assert_eq!((by, authority, Some(level)), (*new, row.party, arp.map(|arp| arp.level)));
        let other = arp_of(before, token);
        assert!(arp.is_some_and(|arp| arp.may_displace(other)) && level < other.level);
        let closed = events.iter().find_map(|event| match event {
            Event::TokenClosed { token: closed, refund_minor, .. } if *closed == token => Some(*refund_minor),
            _ => None,
        });
        let victim = before.token(token).expect("sold");
        let paid_back = closed.expect("it is over") + refund_minor + victim.refunded_minor;
        assert!((0..=victim.fee_paid_minor).contains(&paid_back), "{paid_back} of {}", victim.fee_paid_minor);
        let stops = events.iter().any(
            |event| matches!(event, Event::DeactivationRequested { session, .. } if Some(*session) == victim.session),
        );
        assert_eq!(stops, victim.session.is_some(), "what runs is stopped");
    }
}

fn victims(events: &[Event]) -> Vec<TokenRef> {
    let victim = |event: &Event| match event {
        Event::TokenPreempted { token, .. } => Some(*token),
        _ => None,
    };
    events.iter().filter_map(victim).collect()
}

fn sorted(mut tokens: Vec<TokenRef>) -> Vec<TokenRef> {
    tokens.sort_unstable();
    tokens
}

fn arp_of(state: &State, token: TokenRef) -> Arp {
    let offering = state.token(token).and_then(|row| state.offering(row.offering)).expect("sold");
    offering.arp.unwrap_or_default()
}

/// Parties with money and priority, and offerings of all priorities and sizes.
fn emergency_world(dice: &mut Dice) -> World {
    let mut world = World::new();
    found(&mut world);
    for party in [1, 2].map(PartyRef::from_index) {
        for command in [
            Command::TopUp { party, currency: eur(), amount_minor: 10_000_000 },
            Command::AuthorisePriority { party, level_min: Some(ArpLevel::HIGHEST) },
        ] {
            world.submit(Actor::OPERATOR, command).expect("sound");
        }
    }
    for id in 0..10 {
        let mut draft = draft(100 + id, "drawn");
        draft.arp = (dice.roll(4) > 0).then(|| dice.arp());
        draft.refund_unused = dice.roll(2) == 0;
        let units = dice.pick(&[5, 10, 18, 30]);
        draft.demand.values_mut().for_each(|demand| demand.units = units);
        world.submit(Actor::OPERATOR, Command::PublishOffering(Box::new(draft))).expect("sound");
    }
    world
}

fn wish(dice: &mut Dice, world: &World) -> Wish {
    let from = world.now.after(Duration::from_mins(dice.roll(120)));
    let window = Window::starting(from, Duration::from_mins(dice.roll(90) + 1)).expect("a window");
    let offering = OfferingRef::from_index(4 + u32::try_from(dice.roll(10)).expect("few"));
    let cells = vec![place(dice.pick(&['A', 'A', 'B']))];
    let party = PartyRef::from_index(dice.pick(&[1, 2]));
    Wish {
        party,
        offering,
        window,
        place: Area::new(cells).expect("an area"),
        stages: Vec::new(),
        grade_min: Grade::Empirical,
        promotion: None,
    }
}

/// Some of what was sold is called, so that there is something to stop and to pay back.
fn begin(dice: &mut Dice, world: &mut World) {
    let now = world.now;
    let token = TokenRef::from_index(u32::try_from(dice.roll(world.state.tokens.len() as u64)).expect("few"));
    let Some(row) = world.state.token(token).filter(|row| row.window.contains(now)) else { return };
    let (duration, device) = (row.window.to().since(now), SubjectId::from_u128(token.number().into()));
    let flow = engine::state::Digest([1; 16]);
    let call = Command::RequestActivation { token, device, flow, duration };
    if let Ok((Answer::Session(session), _)) = world.submit(Actor::OPERATOR, call) {
        let outcome = ActivationOutcome::Confirmed;
        world.submit(Actor::NETWORK, Command::RecordActivation { session, outcome }).expect("it can be confirmed");
    }
}

fn buy(world: &mut World, wish: Wish) -> Result<Vec<Event>, Rejection> {
    let purchase = Purchase { party: wish.party, by: PurchaseBy::Wish(wish), device: None, holder: None, payer: None };
    world.submit(Actor::OPERATOR, Command::PurchaseToken(Box::new(purchase))).map(|(_, events)| events)
}

/// One cell of so many units at Z, without floor or background; offering 4 takes one of them, 5 all, from anybody.
fn one_cell(units: u64) -> World {
    let mut world = World::new();
    found(&mut world);
    let party = PartyRef::from_index(1);
    let (info, mut calendar) = resource(50, "lonely", (ResourceClass::Edge, None), "Z", units);
    (calendar.floor_ppm, calendar.background_min, calendar.profile_scale_ppm) = (0, 0, 0);
    let emergency = Arp {
        level: ArpLevel::HIGHEST,
        capability: PreemptionCapability::Enabled,
        vulnerability: PreemptionVulnerability::Disabled,
    };
    let offer = |id, units, arp| {
        let demand = engine::state::Demand { units, epsilon_ppb: 0, version: 1, grade: None, graded: None };
        let demand = std::collections::BTreeMap::from([(ResourceClass::Edge, demand)]);
        let window_length_max = Duration::from_days(2);
        let mut draft = OfferingDraft { id: OfferingId::from_u128(id), demand, arp, ..draft(id, "lonely") };
        draft.terms.window_length_max = window_length_max;
        Command::PublishOffering(Box::new(draft))
    };
    for command in [
        Command::DefineResource(Box::new((info, calendar))),
        offer(50, 1, None),
        offer(51, units, Some(emergency)),
        Command::TopUp { party, currency: eur(), amount_minor: 10_000_000 },
        Command::AuthorisePriority { party, level_min: Some(ArpLevel::HIGHEST) },
    ] {
        world.submit(Actor::OPERATOR, command).expect("sound");
    }
    world
}

fn whole_hour(offering: u32) -> Wish {
    let window = Window::starting(World::new().now, Duration::from_hours(1)).expect("a window");
    let place = Area::new(vec![place('Z')]).expect("an area");
    Wish {
        party: PartyRef::from_index(1),
        offering: OfferingRef::from_index(offering),
        window,
        place,
        stages: Vec::new(),
        grade_min: Grade::Empirical,
        promotion: None,
    }
}
