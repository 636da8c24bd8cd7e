//! Budgets against a model that keeps every purchase and every charge, and adds them up afresh.

use crate::dice::Dice;
use crate::world::{MONDAY, World, draft, eur, found, place};
use engine::state::{Budget, EndReason, Grade, OfferingRef, PartyRef, Period, SessionRef, SourceRef, TokenRef};
use engine::{
    ActivationOutcome, Actor, Charge, Command, Event, Measurement, Purchase, PurchaseBy, Role, WalletOrder, WalletWish,
    Wish, wallet_of,
};
use ledger::AccountRef;
use std::collections::BTreeMap;
use types::{Area, Duration, Instant, SourceId, SubjectId, Window};

const DAY: u64 = 86_400_000;
const OWNER: PartyRef = PartyRef::from_index(1);
const MEMBER: PartyRef = PartyRef::from_index(2);

/// Something that was spent: when, by whom, on what, and how much of it has not come back.
struct Spent {
    at: Instant,
    party: PartyRef,
    offering: OfferingRef,
    wallet: AccountRef,
    left: i64,
}

/// Purchases by token, charges in turn; where each budget began.
#[derive(Default)]
struct Model {
    spent: Vec<Spent>,
    /// The purchase that a token goes back to.
    purchase: BTreeMap<TokenRef, usize>,
    /// How much had been spent on when a budget began, by wallet and number.
    begun: BTreeMap<(AccountRef, u16), (Budget, usize)>,
}

#[test]
fn budgets_add_up_to_what_was_spent_and_never_overshoot() {
    let mut refused = 0;
    for seed in 0..40 {
        let mut world = World::new();
        found(&mut world);
        set_up(&mut world);
        let (mut model, mut dice) = (Model::default(), Dice(seed));
        for step in 0..400 {
            let now = world.now.after(pause(&mut dice));
            let before = world.clone();
            let due = world.pass_until(now);
            model.take(&before, &due, now);
            let (actor, command) = ask(&mut dice, &world);
            let before = world.clone();
            match world.submit(actor, command) {
                Ok((_, events)) => {
                    model.take(&before, &events, world.now);
                    model.check_limits(&world, &events, seed, step);
                }
                Err(engine::Rejection::BudgetExceeded { needed, available }) => {
                    assert!(needed > available && available >= 0);
                    refused += 1;
                }
                Err(_) => {}
            }
            model.check(&world, seed, step);
        }
    }
    assert!(refused > 500, "budgets were hardly ever short: {refused}");
}

impl Model {
    fn take(&mut self, before: &World, events: &[Event], at: Instant) {
        for event in events {
            match event {
                Event::TokenIssued { token, row, held_minor, paid_minor, .. } => {
                    let left = held_minor + paid_minor;
                    self.purchase.insert(*token, self.spent.len());
                    self.spent.push(Spent { at, party: row.party, offering: row.offering, wallet: row.wallet, left });
                }
                Event::TokenTransferred { token, to, .. } => {
                    let purchase = *self.purchase.get(token).expect("bought");
                    self.purchase.insert(*to, purchase);
                }
                Event::UsageCharged { token, paid_minor, .. } => {
                    let row = before.state.token(*token).expect("charged");
                    if row.hold.is_none() {
                        let (party, offering, wallet) = (row.party, row.offering, row.wallet);
                        self.spent.push(Spent { at, party, offering, wallet, left: *paid_minor });
                    }
                }
                Event::TokenClosed { token, refund_minor, .. } => {
                    let of_it = before.state.token(*token).and_then(|row| row.hold);
                    let held =
                        of_it.and_then(|hold| before.state.ledger.hold_at(hold)).map_or(0, |hold| hold.remaining);
                    self.give_back(*token, refund_minor + held);
                }
                Event::PromiseBroken { session, refund_minor, .. } => {
                    let token = before.state.session(*session).expect("a session").token;
                    self.give_back(token, *refund_minor);
                }
                Event::BudgetSet { wallet, number, budget, .. } => {
                    self.set(before, (*wallet, *number), budget.as_deref());
                }
                _ => {}
            }
        }
    }

    fn give_back(&mut self, token: TokenRef, amount: i64) {
        let purchase = *self.purchase.get(&token).expect("bought");
        self.spent.get_mut(purchase).expect("kept").left -= amount;
    }

    fn set(&mut self, before: &World, at: (AccountRef, u16), budget: Option<&Budget>) {
        let Some(budget) = budget else {
            self.begun.remove(&at);
            return;
        };
        let known = before.state.wallets.get(&at.0).and_then(|rules| rules.budgets.get(&at.1));
        let goes_on = known.is_some_and(|known| known.scope == budget.scope);
        let begun = self.begun.get(&at).filter(|_| goes_on).map_or(self.spent.len(), |(_, begun)| *begun);
        self.begun.insert(at, (*budget, begun));
    }

    /// What was spent in the period of `now` since the budget began.
    fn spent(&self, (wallet, budget, begun): (AccountRef, &Budget, usize), now: Instant) -> i64 {
        let counted = self.spent.iter().skip(begun).filter(|spent| {
            spent.wallet == wallet
                && budget.scope.member.is_none_or(|member| member == spent.party)
                && budget.scope.offering.is_none_or(|offering| offering == spent.offering)
                && period(budget, spent.at) == period(budget, now)
        });
        counted.map(|spent| spent.left).sum()
    }

    fn check(&self, world: &World, seed: u64, step: u32) {
        let budgets =
            world.state.wallets.iter().flat_map(|(at, rules)| rules.budgets.iter().map(move |row| (*at, row)));
        for (wallet, (number, budget)) in budgets {
            let (_, begun) = self.begun.get(&(wallet, *number)).expect("set");
            let spent = self.spent((wallet, budget, *begun), world.now);
            assert_eq!(budget.spent_at(world.now), spent, "seed {seed} step {step} budget {number}");
        }
    }

    /// Whatever was just let through fits every budget that counts it.
    fn check_limits(&self, world: &World, events: &[Event], seed: u64, step: u32) {
        let spends = |event: &&Event| match event {
            Event::TokenIssued { .. } => true,
            Event::UsageCharged { paid_minor, .. } => *paid_minor > 0,
            _ => false,
        };
        let Some(_) = events.iter().find(spends) else { return };
        let Some(last) = self.spent.last() else { return };
        let Some(rules) = world.state.wallets.get(&last.wallet).filter(|_| last.left > 0) else { return };
        for (number, budget) in rules.budgets.iter().filter(|(_, row)| row.scope.counts(last.party, last.offering)) {
            let (_, begun) = self.begun.get(&(last.wallet, *number)).expect("set");
            let spent = self.spent((last.wallet, budget, *begun), world.now);
            assert!(spent <= budget.limit_minor, "seed {seed} step {step}: {spent} of {}", budget.limit_minor);
        }
    }
}

/// The number of the period, found by counting months from January 2026.
fn period(budget: &Budget, at: Instant) -> u64 {
    let minutes = i64::from(budget.scope.utc_offset.minutes());
    let local = at.as_ms().cast_signed() + minutes * 60_000;
    let day = local.cast_unsigned() / DAY;
    match budget.scope.period {
        Period::Day => day,
        Period::Ever => 0,
        Period::Month => {
            let first_of_2026 = MONDAY / DAY - 4;
            let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().cycle();
            let mut left = (day - first_of_2026).cast_signed();
            let began = lengths.take_while(|length: &i64| {
                left -= length;
                left >= 0
            });
            began.count() as u64
        }
    }
}

fn pause(dice: &mut Dice) -> Duration {
    match dice.roll(40) {
        0 => Duration::from_days(dice.roll(20)),
        1..=4 => Duration::from_hours(dice.roll(20)),
        5..=20 => Duration::from_mins(dice.roll(20)),
        _ => Duration::ZERO,
    }
}

fn set_up(world: &mut World) {
    let mut gifts = draft(9, "gifts");
    gifts.transferable = true;
    let admit = |party, other| {
        let wish = WalletWish::Admit(other);
        Command::OrderWallet(Box::new(WalletOrder { party, currency: eur(), wish }))
    };
    let commands = [
        Command::PublishOffering(Box::new(gifts)),
        Command::TopUp { party: OWNER, currency: eur(), amount_minor: 100_000_000 },
        Command::TopUp { party: MEMBER, currency: eur(), amount_minor: 100_000_000 },
        admit(OWNER, MEMBER),
        admit(MEMBER, OWNER),
    ];
    for command in commands {
        world.submit(Actor::OPERATOR, command).expect("sound");
    }
    let meter = Actor { role: Role::Meter, ..Actor::customer(PartyRef::from_index(3)) };
    world.submit(meter, Command::RegisterSource { id: SourceId::from_u128(1) }).expect("sound");
}

fn ask(dice: &mut Dice, world: &World) -> (Actor, Command) {
    let party = dice.pick(&[OWNER, MEMBER]);
    let live: Vec<TokenRef> = (0..)
        .zip(&world.state.tokens)
        .filter(|(_, row)| row.is_live())
        .map(|(at, _)| TokenRef::from_index(at))
        .collect();
    let token = if live.is_empty() { TokenRef::from_index(0) } else { dice.pick(&live) };
    let session = world.state.token(token).and_then(|row| row.session).unwrap_or(SessionRef::from_index(0));
    let meter = Actor { role: Role::Meter, ..Actor::customer(PartyRef::from_index(3)) };
    match dice.roll(20) {
        0..=2 => {
            let limit = dice.roll(900).cast_signed();
            let wish = WalletWish::Budget(u16::try_from(1 + dice.roll(3)).expect("few"), dice.budget(limit));
            (Actor::OPERATOR, Command::OrderWallet(Box::new(WalletOrder { party, currency: eur(), wish })))
        }
        3..=9 => (Actor::OPERATOR, buy(dice, world, party)),
        10 => (Actor::OPERATOR, Command::ReleaseToken { token }),
        11 => (Actor::OPERATOR, Command::TransferToken { token, to: party }),
        12..=13 => {
            let (device, flow) = (SubjectId::from_u128(1), engine::state::Digest([1; 16]));
            let call = Command::RequestActivation { token, device, flow, duration: Duration::from_mins(5) };
            (Actor::OPERATOR, call)
        }
        14 => {
            let outcome =
                dice.pick(&[ActivationOutcome::Confirmed, ActivationOutcome::Confirmed, ActivationOutcome::Refused]);
            (Actor::NETWORK, Command::RecordActivation { session, outcome })
        }
        15 => {
            let reason = Some(EndReason::NetworkTerminated);
            (Actor::NETWORK, Command::RecordDeactivation { session, reason })
        }
        16 => {
            let window = world.state.session(session).map_or(0, |row| row.next_window);
            let (samples, samples_late) = (100, 90);
            let measured = Measurement { session, window, windows: 1, samples, samples_late, samples_starved: 0 };
            (Actor::NETWORK, Command::RecordWindow(measured))
        }
        _ => {
            let source = SourceRef::from_index(0);
            let sequence = world.state.source(source).map_or(1, |row| row.high + 1);
            (meter, Command::ChargeUsage(Charge { token, source, sequence, quantity: 1 + dice.roll(60), unit: None }))
        }
    }
}

fn buy(dice: &mut Dice, world: &World, party: PartyRef) -> Command {
    let offering = OfferingRef::from_index(u32::try_from(dice.roll(5)).expect("few"));
    let from = world.now.after(Duration::from_mins(dice.roll(30)));
    let window = Window::starting(from, Duration::from_mins(1 + dice.roll(100))).expect("a window");
    let place = Area::new(vec![place('A')]).expect("an area");
    let wish =
        Wish { party, offering, window, place, stages: Vec::new(), grade_min: Grade::Empirical, promotion: None };
    let payer = (dice.roll(2) == 0).then_some(OWNER);
    debug_assert!(wallet_of(&world.state, party, eur()).is_some());
    Command::PurchaseToken(Box::new(Purchase { party, by: PurchaseBy::Wish(wish), device: None, holder: None, payer }))
}
