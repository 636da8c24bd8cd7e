//! Breaking one invariant on purpose, in the simulator's own layer: the auditor has to notice each.

use engine::state::State;
use engine::{Event, MarketEvent};
use journal::Batch;
use std::fmt;

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sabotage {
    /// The disk acknowledges batches that it has not synced.
    DiskLies,
    /// Answers go out before their batch is on its way to storage.
    AnswersEarly,
    /// Recovery applies a batch twice.
    AppliesTwice,
    /// What a broken promise pays is left out of the journal.
    DropsRefunds,
    /// A top-up is journaled one minor unit larger.
    FlipsAmounts,
    /// The end of a token is left out of the journal: its holds stay.
    SkipsExpiry,
    /// Recovery puts a token's capacity in another week.
    ForgetsHold,
    /// A charge that is repeated gets a new sequence number.
    ChargesAgain,
    /// A command that is repeated loses its idempotency key.
    DropsKeys,
    /// The outbox follows the writer rather than what is durable.
    ReadsUndurable,
    /// The network's counts of late samples are halved before they are judged.
    HidesLateness,
    /// Usage that was charged is left out of the journal.
    LosesUsage,
    /// Changes of the signing keys are acknowledged and never kept.
    ForgetsKeys,
    /// What the displaced are paid is left out of the journal.
    DropsCompensation,
    /// Offerings whose tokens may not be displaced are published as if they could be.
    DisplacesAnybody,
    /// What is kept of a forecast is something else.
    LosesForecasts,
    /// What a promise holds after its device has moved is left out of the journal: it stays where it was.
    LosesMoves,
    /// What is granted to functions of the network is left out of the journal: nothing is set aside for it.
    LosesGrants,
    /// A device that moves is taken to be out of coverage.
    StrandsDevices,
    /// Caps on wallets are left out of the journal.
    ForgetsCaps,
    /// What partners after the first are owed is left out of the journal.
    LosesShares,
    /// What the end of a token posts is left out of the rows that finance reads.
    LosesPostings,
    /// Guard rails are left out of the journal: prices move as they like.
    ForgetsRails,
    /// That no driver delivers is left out of the journal: what nobody can deliver is sold.
    ForgetsOutages,
}

impl Sabotage {
    /// Every one.
    pub const ALL: [Self; 24] = [
        Self::DiskLies,
        Self::AnswersEarly,
        Self::AppliesTwice,
        Self::DropsRefunds,
        Self::FlipsAmounts,
        Self::SkipsExpiry,
        Self::ForgetsHold,
        Self::ChargesAgain,
        Self::DropsKeys,
        Self::ReadsUndurable,
        Self::HidesLateness,
        Self::LosesUsage,
        Self::ForgetsKeys,
        Self::DropsCompensation,
        Self::DisplacesAnybody,
        Self::LosesForecasts,
        Self::LosesMoves,
        Self::LosesGrants,
        Self::StrandsDevices,
        Self::ForgetsCaps,
        Self::LosesShares,
        Self::LosesPostings,
        Self::ForgetsRails,
        Self::ForgetsOutages,
    ];

    /// The batch as it is journaled.
    pub(crate) fn tamper(self, batch: Batch<Event>) -> Batch<Event> {
        let mut tampered = Batch::new(batch.cell(), batch.first_seq(), batch.at());
        for recorded in batch.into_recorded() {
            tampered.push(recorded.tenant, self.event(recorded.event));
        }
        tampered
    }

    /// What recovery makes of the state, `last` being the batch it ended with.
    pub(crate) fn recover(self, state: &mut State, last: Option<&Batch<Event>>) {
        match self {
            Self::AppliesTwice => {
                let Some(batch) = last else { return };
                let repeatable =
                    |event: &&Event| matches!(event, Event::FundsAdded { .. } | Event::PromiseBroken { .. });
                batch.events().iter().filter(repeatable).for_each(|event| engine::apply(state, event, batch.at()));
            }
            Self::ForgetsHold => {
                let firm = |booking: &capacity::Booking| booking.state == capacity::HoldState::Firm;
                let found = state.capacity.bookings().find(|(_, row)| firm(row)).map(|(at, row)| (at, row.clone()));
                let Some((at, row)) = found else { return };
                let week = capacity::SLOTS_PER_WEEK;
                let later = capacity::SlotRange::new(row.slots.from().after(week), row.slots.to().after(week));
                state.capacity.release(at, row.slots.from());
                if let Some(slots) = later {
                    let legs: Vec<_> = row.legs.iter().map(|leg| capacity::Leg { slots: None, ..*leg }).collect();
                    state.capacity.hold(&legs, slots, row.state);
                }
            }
            _ => {}
        }
    }

    fn event(self, event: Event) -> Event {
        // Applying this event changes nothing: it stands for one that is left out.
        let nothing = Event::ResourceOvercommitted {
            resource: capacity::ResourceRef::from_index(0),
            slot: capacity::Slot::from_index(0),
        };
        match (self, event) {
            (Self::DropsRefunds, Event::PromiseBroken { session, window, .. }) => {
                Event::WindowsUnmeasured { session, window, windows: 1 }
            }
            (Self::FlipsAmounts, Event::FundsAdded { wallet, cash, amount_minor, origin }) => {
                Event::FundsAdded { wallet, cash, amount_minor: amount_minor + 1, origin }
            }
            (Self::SkipsExpiry, Event::TokenClosed { state: engine::state::TokenState::Expired, .. })
            | (Self::LosesUsage, Event::UsageCharged { .. })
            | (Self::DropsCompensation, Event::TokenPreempted { .. })
            | (Self::LosesMoves, Event::TokenRebooked { .. })
            | (Self::LosesGrants, Event::LeaseGranted { .. })
            | (Self::ForgetsCaps, Event::BudgetSet { .. })
            | (Self::ForgetsRails, Event::GuardRailsSet(..)) => nothing,
            (Self::ForgetsOutages, Event::Market(event)) if matches!(*event, MarketEvent::DeliveryDeclared(_)) => {
                nothing
            }
            (Self::LosesShares, mut event) => {
                if let Event::UsageCharged { others_minor, .. } | Event::TokenClosed { others_minor, .. } = &mut event {
                    *others_minor = None;
                }
                event
            }
            (_, event) => event,
        }
    }
}

impl fmt::Display for Sabotage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
