//! One machine that runs a cell: the writer, its storage, what is durable of it. Every step between a command and its
//! answer is a call of its own, so that a crash falls between any two.

use crate::fact::{Asked, Fact, Letter};
use crate::plan::Plan;
use crate::postings::Rows;
use crate::sabotage::Sabotage;
use crate::translate::{CELL, said, work};
use engine::Event;
use journal::{Batch, Fault, FaultyMemory, Journal, Store, seal};
use node::{Answered, Node, Outcome, Reading, Submission, View, Work};
use std::collections::{BTreeSet, VecDeque};
use types::Instant;

/// What went wrong in the machine itself.
pub type Trouble = String;

/// A running cell, and its storage that outlives it.
pub struct Machine {
    plan: Plan,
    sabotage: Option<Sabotage>,
    store: FaultyMemory,
    journal: Box<dyn Journal>,
    node: Node<Letter>,
    /// Follows what is durable, from the first event on, through every crash.
    view: View,
    /// What finance reads of it.
    rows: Rows,
    /// How many submissions each commit took, and its time.
    decided: VecDeque<(usize, Instant, u64)>,
    queued: usize,
    /// Decided, not on its way to storage.
    ready: VecDeque<(u64, Batch<Event>)>,
    /// On its way to storage, not known to be there.
    appending: VecDeque<(u64, Batch<Event>)>,
    /// The last batch that became durable.
    last: Option<Batch<Event>>,
    /// Commits so far, and the one whose batch is the last that became durable.
    commits: u64,
    durable_commit: u64,
    stamp: Instant,
    started_at: Instant,
    /// Orders and charges that were submitted before.
    known: BTreeSet<(u64, u64)>,
}

impl Machine {
    /// An empty cell, switched on at `now`.
    pub fn new(plan: &Plan, now: Instant, sabotage: Option<Sabotage>) -> Result<Self, Trouble> {
        let store = FaultyMemory::new(CELL);
        let view = View::recover(&store).map_err(|error| error.to_string())?;
        Ok(Self {
            plan: plan.clone(),
            sabotage,
            journal: store.journal().map_err(|error| error.to_string())?,
            node: Node::new(CELL, view.state.clone(), view.next_seq, view.at),
            store,
            view,
            rows: Rows::default(),
            decided: VecDeque::new(),
            queued: 0,
            ready: VecDeque::new(),
            appending: VecDeque::new(),
            last: None,
            commits: 0,
            durable_commit: 0,
            stamp: Instant::EPOCH,
            started_at: now,
            known: BTreeSet::new(),
        })
    }

    /// What followers see.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The latest time that anything was decided at.
    pub fn stamp(&self) -> Instant {
        self.stamp
    }

    /// The commit that the followers have come to.
    pub fn durable_commit(&self) -> u64 {
        self.durable_commit
    }

    /// What the outbox sees.
    pub fn followed(&self) -> &engine::state::State {
        if self.sabotage == Some(Sabotage::ReadsUndurable) { self.node.state() } else { &self.view.state }
    }

    /// Has it stopped by itself?
    pub fn is_stopped(&self) -> bool {
        self.node.stopped().is_some()
    }

    /// Is nothing queued, decided or waiting?
    pub fn is_idle(&self) -> bool {
        self.node.is_idle() && self.ready.is_empty() && self.appending.is_empty()
    }

    /// Submits a letter; what is refused is lost.
    pub fn submit(&mut self, letter: Letter, now: Instant) {
        let mut asked = work(&self.plan, &letter, now);
        match &mut asked {
            Work::One(request) => {
                let again = !self.known.insert((0, letter.order));
                self.distort(request, again);
            }
            Work::Charges(_, charges) => charges.iter_mut().for_each(|charge| self.distort_charge(charge)),
        }
        self.keep(&mut asked);
        if self.node.submit(Submission { work: asked, reply: letter }).is_ok() {
            self.queued += 1;
        }
    }

    /// Keeps what a command names, and names it.
    fn keep(&self, work: &mut Work) {
        let Work::One(engine::Request { command, .. }) = work else { return };
        let (hash, bytes) = match command {
            engine::Command::LoadForecast { hash, table } => (hash, table.to_bytes()),
            engine::Command::LoadBidPrices { hash, table } => (hash, table.to_bytes()),
            _ => return,
        };
        let kept = if self.sabotage == Some(Sabotage::LosesForecasts) { b"lost".to_vec() } else { bytes };
        let name = self.store.blobs().and_then(|mut blobs| blobs.put(&kept)).expect("memory keeps what it is given");
        hash.0 = *name.as_bytes();
    }

    /// What a sabotage makes of a request.
    fn distort(&mut self, request: &mut engine::Request, again: bool) {
        match (self.sabotage, &mut request.command) {
            (_, engine::Command::ChargeUsage(charge)) => self.distort_charge(charge),
            (Some(Sabotage::HidesLateness), engine::Command::RecordWindow(counts)) => counts.samples_late /= 2,
            (Some(Sabotage::DisplacesAnybody), engine::Command::PublishOffering(draft)) => {
                if let Some(arp) = draft.arp.as_mut() {
                    arp.vulnerability = engine::state::PreemptionVulnerability::Enabled;
                }
            }
            (Some(Sabotage::StrandsDevices), engine::Command::MoveSession { places, .. }) => {
                places.iter_mut().take(1).for_each(|here| *here = self.plan.nowhere);
            }
            (Some(Sabotage::DropsKeys), _) if again => request.key = None,
            _ => {}
        }
    }

    fn distort_charge(&mut self, charge: &mut engine::Charge) {
        let again = !self.known.insert((u64::from(charge.source.number()) + (1 << 60), charge.sequence));
        if again && self.sabotage == Some(Sabotage::ChargesAgain) {
            charge.sequence += 500;
        }
    }

    /// Decides what is queued and due.
    pub fn commit(&mut self, now: Instant, wall: Instant, entropy: u128) {
        if !self.node.may_commit() || !self.node.has_work(wall) {
            return;
        }
        let reading = Reading { wall, uptime: now.since(self.started_at), entropy };
        let batch = self.node.commit(reading);
        if self.node.stopped().is_some() {
            return;
        }
        self.stamp = self.stamp.max(wall);
        self.commits += 1;
        self.decided.push_back((std::mem::take(&mut self.queued), self.stamp, self.commits));
        if let Some(batch) = batch {
            if self.sabotage == Some(Sabotage::AnswersEarly) {
                self.node.appended(end_of(&batch));
            }
            self.ready.push_back((self.commits, batch));
        }
    }

    /// Starts an append; it may fail at once, which stops the cell.
    pub fn append(&mut self, fault: Option<Fault>) -> Result<(), Trouble> {
        let Some((commit, batch)) = self.ready.pop_front() else { return Ok(()) };
        let batch = self.sabotage.map_or_else(|| batch.clone(), |sabotage| sabotage.tamper(batch.clone()));
        if let Some(fault) = fault {
            self.store.script(self.store.appends(), fault);
        }
        let head = self.journal.head();
        let sealed = seal(head.hash, batch.encode().map_err(|error| error.to_string())?);
        let failed = self.journal.append(&head, sealed).is_err();
        self.appending.push_back((commit, batch));
        if failed {
            self.node.append_failed();
        } else if fault.is_none_or(|fault| !is_failure(fault)) {
            return Ok(());
        }
        if failed { Ok(()) } else { Err("an append that should fail did not".to_owned()) }
    }

    /// Storage says that the oldest append is durable.
    pub fn appended(&mut self) {
        if self.is_stopped() {
            return;
        }
        let Some((commit, batch)) = self.appending.pop_front() else { return };
        if self.sabotage != Some(Sabotage::DiskLies) {
            self.store.sync();
        }
        if self.sabotage != Some(Sabotage::AnswersEarly) {
            self.node.appended(end_of(&batch));
        }
        self.became_durable(commit, batch);
    }

    /// The answers that may go out.
    pub fn answers(&mut self) -> Vec<Fact> {
        let answered = self.node.answers();
        answered.into_iter().flat_map(|Answered { reply, outcome, .. }| self.facts(reply, outcome)).collect()
    }

    /// Keeps a snapshot of what is durable, and archives what it covers.
    pub fn snapshot(&mut self, archive: bool) -> Result<(), Trouble> {
        let snapshot = self.view.to_snapshot();
        let written = self.store.followers().and_then(|mut followers| followers.put_snapshot(&snapshot));
        written.map_err(|error| error.to_string())?;
        if archive {
            self.store.archive_before(snapshot.seq).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// The power fails, and comes back. Gives the answers that were durable and never given: clients do not hear them.
    pub fn crash(&mut self, now: Instant) -> Result<Vec<Fact>, Trouble> {
        self.store.crash();
        let head = self.store.reader().and_then(|mut reader| reader.head()).map_err(|error| error.to_string())?;
        let mut lost = self.answers();
        for (commit, batch) in std::mem::take(&mut self.appending) {
            if end_of(&batch) <= head.next_seq {
                self.node.appended(end_of(&batch));
                lost.extend(self.answers());
                self.became_durable(commit, batch);
            }
        }
        self.start(now)?;
        Ok(lost)
    }

    /// Does a fresh recovery see what the follower saw, to the byte, and is the chain intact?
    pub fn check_replay(&self) -> Result<(), Trouble> {
        self.store.verify().map_err(|error| error.to_string())?;
        let recovered = View::recover(&self.store).map_err(|error| error.to_string())?;
        let same = recovered.state_hash() == self.view.state_hash() && recovered.state == self.view.state;
        if !same || recovered.next_seq != self.view.next_seq {
            return Err("recovering gives another state than following".to_owned());
        }
        if self.is_idle() && self.node.state() != &self.view.state {
            return Err("replaying gives another state than deciding".to_owned());
        }
        self.rows.check(&self.view.state)
    }

    /// One more batch is stored only in part, and acknowledged: recovery and verification must notice.
    pub fn check_rot(&mut self, bytes: usize) -> Result<(), Trouble> {
        let mut batch = Batch::new(CELL, self.view.next_seq, self.stamp);
        batch.push(engine::Actor::OPERATOR.tenant, Event::OfferingRetired(engine::state::OfferingRef::from_index(0)));
        self.ready.push_back((self.commits, batch));
        self.append(Some(Fault::TornSilently { payload_bytes: bytes }))?;
        match (self.store.verify(), View::recover(&self.store)) {
            (Err(_), Err(_)) => Ok(()),
            _ => Err("a batch that was stored in part was not noticed".to_owned()),
        }
    }

    fn became_durable(&mut self, commit: u64, batch: Batch<Event>) {
        self.rows.follow(&mut self.view, &batch, self.sabotage);
        self.last = Some(batch);
        self.durable_commit = commit;
    }

    fn start(&mut self, now: Instant) -> Result<(), Trouble> {
        let mut recovered = View::recover(&self.store).map_err(|error| error.to_string())?;
        if let Some(sabotage) = self.sabotage {
            sabotage.recover(&mut recovered.state, self.last.as_ref());
            self.view = recovered.clone();
        }
        self.node = Node::new(CELL, recovered.state, recovered.next_seq, recovered.at);
        self.journal = self.store.journal().map_err(|error| error.to_string())?;
        self.stamp = recovered.at;
        self.started_at = now;
        self.queued = 0;
        self.decided.clear();
        self.ready.clear();
        Ok(())
    }

    fn facts(&mut self, letter: Letter, outcome: Outcome) -> Vec<Fact> {
        while self.decided.front().is_some_and(|(left, ..)| *left == 0) {
            self.decided.pop_front();
        }
        let (at, commit) = self.decided.front_mut().map_or((self.stamp, self.commits), |(left, at, commit)| {
            *left = left.saturating_sub(1);
            (*at, *commit)
        });
        match (outcome, letter.asked.clone()) {
            (Outcome::Charges(answers), Asked::Charges(deliveries)) => {
                let each = deliveries.into_iter().zip(&answers);
                let fact = |(delivery, answer)| Fact {
                    letter: Letter { asked: Asked::Charge(delivery), ..letter.clone() },
                    said: said(answer),
                    at,
                    commit,
                };
                each.map(fact).collect()
            }
            (Outcome::One(answer), _) => vec![Fact { letter, said: said(&answer), at, commit }],
            (Outcome::Charges(_), _) => Vec::new(),
        }
    }
}

/// The sequence number after a batch.
fn end_of(batch: &Batch<Event>) -> u64 {
    batch.first_seq() + batch.events().len() as u64
}

const fn is_failure(fault: Fault) -> bool {
    matches!(fault, Fault::Fails | Fault::FailsStored | Fault::FailsTorn { .. })
}
