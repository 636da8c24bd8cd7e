//! A snapshot is a canonical stream of rows: the state written down in one order, and read back through `apply`.

use crate::state::{
    BalanceAction, Blob, Capabilities, Charging, ClosedPeriod, Digest, GuardRails, KeyEntry, Lots, Offering,
    OfferingRef, Party, Payment, Quote, ResourceInfo, Revoked, Session, SessionRef, Source, SourceRef, State, Token,
    TokenRef, WalletRules,
};
use capacity::{BidTable, Booking, BookingRef, Profile, ProfileRef, Resource, ResourceRef};
use ledger::{Account, AccountRef, Asset, Hold, HoldRef};
use minicbor::{Decode, Encode};
use types::{CellId, Instant};

/// One row of the state, with its handle where its place in the stream does not say it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Row {
    /// Which cell, and how many session and meter handles were given out.
    #[n(0)]
    Head {
        /// Which cell.
        #[n(0)]
        cell: Option<CellId>,
        /// Session handles given out.
        #[n(1)]
        sessions: u32,
        /// Meter handles given out.
        #[n(2)]
        sources: u32,
    },
    /// An asset of the ledger.
    #[n(1)]
    Asset(#[n(0)] Asset),
    /// An account.
    #[n(2)]
    Account(#[n(0)] AccountRef, #[n(1)] Account),
    /// A hold of money or units.
    #[n(3)]
    Hold(#[n(0)] HoldRef, #[n(1)] Hold),
    /// A background profile.
    #[n(4)]
    Profile(#[n(0)] ProfileRef, #[n(1)] Profile),
    /// A resource.
    #[n(5)]
    Resource(#[n(0)] ResourceRef, #[n(1)] Resource, #[n(2)] ResourceInfo),
    /// A booking.
    #[n(6)]
    Booking(#[n(0)] BookingRef, #[n(1)] Booking),
    /// A party.
    #[n(7)]
    Party(#[n(0)] Party),
    /// An offering.
    #[n(8)]
    Offering(#[n(0)] Offering),
    /// A quote.
    #[n(9)]
    Quote(#[n(0)] Quote),
    /// A token.
    #[n(10)]
    Token(#[n(0)] Token),
    /// A session.
    #[n(11)]
    Session(#[n(0)] SessionRef, #[n(1)] Session),
    /// A meter.
    #[n(12)]
    Source(#[n(0)] SourceRef, #[n(1)] Source),
    /// A purchase key.
    #[n(13)]
    Key(#[n(0)] KeyEntry),
    /// A revoked block of a token's texts, or all of them.
    #[n(14)]
    Revocation(#[n(0)] TokenRef, #[n(1)] Option<Digest>),
    /// A forecast that resources follow.
    #[n(15)]
    Forecast(#[n(0)] Blob),
    /// The rules of a wallet.
    #[n(16)]
    Wallet(#[n(0)] AccountRef, #[n(1)] WalletRules),
    /// Where the money of a wallet came from.
    #[n(17)]
    Lots(#[n(0)] AccountRef, #[n(1)] Lots),
    /// A payment that is asked for.
    #[n(18)]
    Payment(#[n(0)] Payment),
    /// A charging session with its leases.
    #[n(19)]
    Charging(#[n(0)] Charging),
    /// Something that was done with a wallet.
    #[n(23)]
    Action(#[n(0)] BalanceAction),
    /// A month whose books are closed.
    #[n(20)]
    Period(#[n(0)] ClosedPeriod),
    /// Bid prices that are in force, or were not long ago, with when they were loaded.
    #[n(24)]
    BidPrices(#[n(0)] Instant, #[n(1)] Blob<BidTable>),
    /// The guard rails of an offering, or of all that have none of their own.
    #[n(25)]
    GuardRails(#[n(0)] Option<OfferingRef>, #[n(1)] GuardRails),
    /// What drivers deliver.
    #[n(26)]
    Delivers(#[n(0)] Capabilities),
}

impl State {
    /// The whole state as rows, always in the same order: equal states give equal streams.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        std::iter::once(self.head_row())
            .chain(self.book_rows())
            .chain(self.parties.iter().cloned().map(Row::Party))
            .chain(self.offerings.iter().cloned().map(Row::Offering))
            .chain(self.quotes.values().cloned().map(Row::Quote))
            .chain(self.tokens.iter().cloned().map(Row::Token))
            .chain(self.live_sessions().map(|(session, row)| Row::Session(session, row.clone())))
            .chain(self.source_rows())
            .chain(self.chargings.values().cloned().map(Row::Charging))
            .chain(self.keys.values().copied().map(Row::Key))
            .chain(self.revocations.iter().flat_map(|(token, revoked)| revocation_rows(*token, revoked)))
            .chain(self.wallets.iter().map(|(wallet, rules)| Row::Wallet(*wallet, rules.clone())))
            .chain(self.lots.iter().map(|(wallet, lots)| Row::Lots(*wallet, lots.clone())))
            .chain(self.payments.values().cloned().map(Row::Payment))
            .chain(self.actions.values().cloned().map(Row::Action))
            .chain(self.periods.iter().copied().map(Row::Period))
            .chain(self.bids.loaded().map(|(at, blob)| Row::BidPrices(at, blob.clone())))
            .chain(self.rails.iter().map(|(offering, rails)| Row::GuardRails(*offering, rails.clone())))
            .chain(self.delivers.map(Row::Delivers))
    }

    fn head_row(&self) -> Row {
        let count = |len: usize| u32::try_from(len).expect("handles are 32 bits");
        Row::Head { cell: self.cell, sessions: count(self.sessions.len()), sources: count(self.sources.len()) }
    }

    fn book_rows(&self) -> impl Iterator<Item = Row> {
        let assets = self.ledger.assets().map(|(_, asset)| Row::Asset(asset));
        let accounts = self.ledger.accounts().map(|(account, row)| Row::Account(account, *row));
        let holds = self.ledger.holds().map(|(hold, row)| Row::Hold(hold, *row));
        let profiles = self.capacity.profiles().map(|(profile, hours)| Row::Profile(profile, hours.clone()));
        let resources = self
            .capacity
            .resources()
            .filter_map(|(resource, row)| Some(Row::Resource(resource, *row, self.resource(resource)?.clone())));
        let bookings = self.capacity.bookings().map(|(booking, row)| Row::Booking(booking, row.clone()));
        assets
            .chain(accounts)
            .chain(holds)
            .chain(profiles)
            .chain(resources)
            .chain(bookings)
            .chain(self.forecasts.iter().cloned().map(Row::Forecast))
    }

    fn source_rows(&self) -> impl Iterator<Item = Row> {
        let numbered = (0_u32..).zip(&self.sources);
        numbered.filter_map(|(index, row)| Some(Row::Source(SourceRef::from_index(index), *row.clone()?)))
    }
}

fn revocation_rows(token: TokenRef, revoked: &Revoked) -> impl Iterator<Item = Row> {
    let (whole, blocks) = match revoked {
        Revoked::Whole => (Some(Row::Revocation(token, None)), None),
        Revoked::Blocks(blocks) => (None, Some(blocks)),
    };
    let blocks = blocks.into_iter().flatten().map(move |block| Row::Revocation(token, Some(*block)));
    whole.into_iter().chain(blocks)
}
