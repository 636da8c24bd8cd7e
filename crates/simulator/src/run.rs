//! One simulation: time, faults, and every step of the way between a command and its answer.

mod keys;

use crate::auditor::Auditor;
use crate::cashier::Cashier;
use crate::clients::{Clients, OUTBOX_ORDERS};
use crate::clock::Clock;
use crate::draw::Draw;
use crate::extract::{carried, visible};
use crate::fact::{Fact, Letter, Said};
use crate::machine::Machine;
use crate::outbox::{Outbox, Reach};
use crate::plan::Plan;
use crate::report::Report;
use crate::signing::Signing;
use crate::{Options, Sabotage, faults, world};
use twin::{Config, Scope, Twin};
use types::{Duration, Instant};

/// Rounds that everything gets to come to an end.
const ROUNDS_MAX: u32 = 4_000;

/// Everything there is.
pub struct Run {
    plan: Plan,
    draw: Draw,
    now: Instant,
    clock: Clock,
    machine: Machine,
    clients: Clients,
    outbox: Outbox,
    twin: Twin,
    auditor: Auditor,
    signing: Signing,
    /// Draws of their own, so that the rest of a world does not depend on them.
    turns: Draw,
    cashier: Cashier,
    mail: Vec<(Instant, Letter)>,
    options: Options,
    pub report: Report,
}

type Outcome = Result<(), String>;

impl Run {
    /// Draws the world of `seed`.
    pub fn new(seed: u64, steps: u64, options: Options) -> Result<Self, String> {
        let mut draw = Draw::new(seed);
        let plan = world::plan(&mut draw);
        let config = Config { sample_interval: Duration::from_ms(500), report_interval: Duration::from_secs(5) };
        Ok(Self {
            machine: Machine::new(&plan, plan.start, options.sabotage)?,
            twin: Twin::new(world::city().clone(), plan.start, config),
            auditor: Auditor::new(&plan),
            signing: Signing::new(options.sabotage).map_err(|error| error.to_string())?,
            turns: Draw::new(!seed),
            cashier: Cashier::new(seed),
            now: plan.start,
            clock: Clock::default(),
            clients: Clients::default(),
            outbox: Outbox::default(),
            mail: Vec::new(),
            report: Report { seed, steps, ..Report::default() },
            options,
            plan,
            draw,
        })
    }

    /// Sets the world up: one letter after another, without faults. The first comes too early.
    pub fn found(&mut self) -> Outcome {
        let letters = self.clients.founding(&self.plan);
        let early = letters.last().cloned();
        for letter in early.into_iter().chain(letters) {
            self.clients.sent(&letter, self.now);
            self.mail.push((self.now, letter));
            self.settle_once()?;
        }
        Ok(())
    }

    /// One step: time passes, something fails perhaps, everyone acts perhaps.
    pub fn step(&mut self) -> Outcome {
        let ms = if self.draw.happens(30) { self.draw.between(60_000, 400_000) } else { self.draw.below(7_000) };
        self.pass(Duration::from_ms(ms));
        faults::disturb(&mut self.draw, &mut self.twin, &mut self.clock);
        self.deliver();
        self.act(true)?;
        for stage in 0..4 {
            if self.draw.happens(5) {
                self.crash()?;
            }
            if self.draw.happens(700) {
                self.stage(stage, true)?;
            }
        }
        if self.machine.is_stopped() && self.draw.happens(500) {
            self.report.stops += 1;
            self.clock.set_right();
            self.crash()?;
        }
        if self.draw.happens(15) {
            let archive = self.draw.happens(500);
            self.machine.snapshot(archive)?;
        }
        self.turn_keys()
    }

    /// Everything comes to an end: faults cease, what is open is answered, what is due happens. Then the last audit.
    pub fn finish(&mut self) -> Outcome {
        *self.twin.faults_mut() = twin::Faults::default();
        self.twin.clear(Scope::All);
        self.clock.set_right();
        self.crash()?;
        for round in 0..ROUNDS_MAX {
            let is_calm = self.machine.is_idle() && self.clients.is_content() && self.outbox.is_quiet();
            self.pass(if is_calm { Duration::from_mins(10) } else { Duration::from_secs(5) });
            for _ in 0..20 {
                self.settle_once()?;
                if self.outbox.is_quiet() {
                    break;
                }
            }
            if round > 20 && self.is_over() {
                break;
            }
        }
        if !self.is_over() {
            return Err(format!("not everything came to an end: {}", self.left()));
        }
        self.machine.check_replay()?;
        let view = self.machine.view();
        let seen = visible(&view.state, view.at);
        self.report.events = view.next_seq - 1;
        self.report.state_hash = view.state_hash().to_string();
        self.report.simulated_ms = self.now.since(self.plan.start).as_ms();
        let moves = self.auditor.moves;
        (self.report.moves_followed, self.report.moves_broken) = (moves.followed, moves.broken);
        self.report.moves_unmoved = moves.unmoved;
        self.report.handed_over = self.auditor.handed_over;
        let (released, expired) = self.auditor.reservations.ended;
        (self.report.reservations_released, self.report.reservations_expired) = (released, expired);
        self.report.prices_moved = self.auditor.congestion.moved;
        let flows = carried(&self.twin);
        self.auditor.finish(&seen, &flows, self.machine.durable_commit())?;
        (0..self.auditor.keys.held()).try_for_each(|which| self.check_text(which))?;
        self.auditor.check_bytes(&flows)?;
        let bytes = self.draw.index(4);
        self.machine.check_rot(bytes)
    }

    /// Is a session under way?
    fn is_carried(&self) -> bool {
        let mut sessions = self.machine.view().state.live_sessions();
        !self.outbox.is_quiet() || sessions.any(|(_, session)| session.is_live())
    }

    fn is_over(&self) -> bool {
        let state = &self.machine.view().state;
        let live = state.tokens.iter().any(engine::state::Token::is_live);
        let open = state.capacity.bookings().next().is_some();
        let waiting = !self.machine.is_idle() || !self.clients.is_content() || self.is_carried();
        !(live || open || waiting)
    }

    /// What is not over.
    fn left(&self) -> String {
        let state = &self.machine.view().state;
        let tokens = state.tokens.iter().filter(|token| token.is_live()).count();
        let sessions: Vec<_> = state.live_sessions().filter(|(_, session)| session.is_live()).collect();
        let sessions: Vec<_> = sessions.iter().map(|(at, session)| (at.number(), session.state)).collect();
        let idle = (self.machine.is_idle(), self.clients.is_content(), self.outbox.is_quiet());
        format!("{tokens} tokens, sessions {sessions:?}, (machine, clients, outbox) idle: {idle:?}")
    }

    /// One round without faults.
    fn settle_once(&mut self) -> Outcome {
        self.deliver();
        self.act(false)?;
        (0..4).try_for_each(|stage| self.stage(stage, false))
    }

    fn pass(&mut self, by: Duration) {
        self.now = self.now.after(by);
        self.twin.advance_to(self.now);
    }

    /// Letters arrive, in the order of their time, some of them twice.
    fn deliver(&mut self) {
        self.mail.sort_by_key(|(at, _)| *at);
        let due = self.mail.partition_point(|(at, _)| *at <= self.now);
        for (_, letter) in self.mail.drain(..due).collect::<Vec<_>>() {
            self.report.commands += 1;
            self.machine.submit(letter, self.now);
        }
    }

    /// Clients and the outbox do something.
    fn act(&mut self, with_faults: bool) -> Outcome {
        let mut letters = self.clients.impatient(self.now);
        let fresh = with_faults && self.draw.happens(800);
        if fresh {
            let wall = self.clock.wall(self.now);
            for letter in self.clients.think(&mut self.draw, &self.plan, wall) {
                self.clients.sent(&letter, self.now);
                letters.push(letter);
            }
        }
        for letter in letters {
            let copies = if with_faults && self.draw.happens(60) { 2 } else { 1 };
            for _ in 0..copies {
                let delay = if with_faults && self.draw.happens(200) { self.draw.below(30_000) } else { 0 };
                self.mail.push((self.now.after(Duration::from_ms(delay)), letter.clone()));
            }
        }
        if with_faults && self.draw.happens(300) {
            return Ok(());
        }
        let mut reach = Reach {
            twin: &mut self.twin,
            auditor: &mut self.auditor,
            plan: &self.plan,
            draw: &mut self.draw,
            now: self.now,
        };
        let sent = self.outbox.follow(self.machine.followed(), &mut reach)?;
        let told = self.cashier.follow(self.machine.followed());
        self.mail.extend(told.into_iter().map(|letter| (self.now, letter)));
        for (at, letter) in sent {
            if with_faults && self.draw.happens(60) {
                let again = self.now.after(Duration::from_ms(self.draw.below(20_000)));
                self.mail.push((again, letter.clone()));
            }
            self.mail.push((at, letter));
        }
        Ok(())
    }

    /// Decide, start to append, finish to append, answer.
    fn stage(&mut self, stage: u32, with_faults: bool) -> Outcome {
        match stage {
            0 => {
                let entropy = self.draw.wide();
                self.machine.commit(self.now, self.clock.wall(self.now), entropy);
                Ok(())
            }
            1 => {
                let lies = self.options.sabotage == Some(Sabotage::DiskLies);
                let fault = if with_faults { faults::append(&mut self.draw, lies) } else { None };
                self.machine.append(fault)
            }
            2 => {
                self.machine.appended();
                Ok(())
            }
            _ => {
                let facts = self.machine.answers();
                facts.iter().try_for_each(|fact| self.answer(fact, true))
            }
        }
    }

    fn answer(&mut self, fact: &Fact, is_heard: bool) -> Outcome {
        if let Said::No(code) = fact.said {
            *self.report.rejections.entry(code).or_default() += 1;
        }
        self.auditor.note(fact)?;
        if !is_heard {
            self.report.answers_lost += 1;
            return Ok(());
        }
        self.report.acks += 1;
        if fact.letter.order > OUTBOX_ORDERS {
            self.outbox.hear(fact);
        } else {
            self.clients.hear(fact);
        }
        Ok(())
    }

    /// The power fails: what was not durable is gone, what was durable is audited.
    fn crash(&mut self) -> Outcome {
        self.report.crashes += 1;
        let lost = self.machine.crash(self.now)?;
        self.signing.crash().map_err(|error| error.to_string())?;
        lost.iter().try_for_each(|fact| self.answer(fact, false))?;
        self.outbox.forget();
        self.mail.retain(|(_, letter)| letter.order < OUTBOX_ORDERS);
        let view = self.machine.view();
        self.auditor.compare(&visible(&view.state, view.at), self.machine.durable_commit())?;
        self.machine.check_replay()
    }
}
