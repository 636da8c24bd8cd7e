//! One row of every kind, with its options taken and left.

use crate::plans::{self, simple};
use crate::samples::booked;
use capacity::{BidTable, Booking, HoldState as Firmness, Profile, ProfileRef, Resource, ResourceRef, Slot, SlotRange};
use engine::rating::{Delivered, Line, Rail, Source};
use engine::state::{
    ActionKind, Arp, ArpLevel, AutoTopUp, BalanceAction, Blob, BlobHash, Bought, Budget, Capability, Charging,
    ClassShare, ClosedPeriod, Concurrency, Cost, Demand, Digest, EndReason, Grade, Graded, Guarantee, GuardRails,
    HolderKey, KeyEntry, Lease, Lot, Lots, Meter, Offering, OfferingRef, OfferingStatus, Origin, PartnerRole,
    PartnerShare, Party, PartyKind, PartyRef, Payment, PaymentKind, PreemptionCapability, PreemptionVulnerability,
    PriceBound, Pricing, Progress, Quote, QuoteState, Remedy, ReservationEnd, ResourceClass, ResourceInfo, Row, Scope,
    Sealed, Session, SessionRef, SessionState, SourceRef, Subscriber, TableHash, Term, Terms, Token, TokenRef,
    TokenState, Transferable, Unpaid, UtcOffset, Volume, WalletRules,
};
use engine::{Answer, state};
use ledger::{Account, AccountKind, AccountRef, Asset, AssetRef, Hold, HoldRef, HoldState};
use std::collections::BTreeMap;
use types::{
    Area, BalanceActionId, CellId, ChargingId, Currency, Duration, H3Cell, Instant, Month, OfferingId, OrderId,
    PartyId, PaymentId, QuoteId, ResourceId, SessionId, SourceId, SubjectId, TenantId, TokenId, Unit, Window,
};

pub const NOON: Instant = Instant::from_ms(1_767_614_400_000);

/// Every row with its name.
pub fn all() -> Vec<(&'static str, Row)> {
    let (info, calendar) = resource();
    let account = Account { kind: AccountKind::Wallet, asset: asset(), posted: -5, held: 3, credit_limit: 100 };
    let hold = |state| Hold { account: AccountRef::from_index(3), remaining: 77, expires_at: NOON, state };
    let booking = |state| Booking { legs: vec![booked().0], slots: slots(), captured_to: slots().from(), state };
    let source =
        state::Source { id: SourceId::from_u128(5), owner: PartyRef::OPERATOR, high: 70, seen: vec![1, 1 << 63] };
    let head = |cell| Row::Head { cell, sessions: 3, sources: 4 };
    let short = Firmness::Short { expires_at: NOON };
    let (handle, at) = (HoldRef::from_index(4), booked().1);
    vec![
        ("Head", head(Some(CellId(7)))),
        ("Head-bare", head(None)),
        ("Asset", Row::Asset(Asset::Currency(Currency::parse("EUR").expect("a code")))),
        ("Account", Row::Account(AccountRef::from_index(3), account)),
        ("Hold-firm", Row::Hold(handle, hold(HoldState::Firm))),
        ("Hold-short", Row::Hold(handle, hold(HoldState::Short))),
        ("Profile", Row::Profile(ProfileRef::from_index(1), Profile::flat(200_000))),
        ("Resource", Row::Resource(ResourceRef::from_index(4), calendar, info)),
        ("Booking-firm", Row::Booking(at, booking(Firmness::Firm))),
        ("Booking-short", Row::Booking(at, booking(short))),
        ("Party", Row::Party(party())),
        ("Party-authorised", Row::Party(Party { priority_level_min: ArpLevel::new(2), ..party() })),
        ("Offering", Row::Offering(offering())),
        ("Offering-arp", Row::Offering(emergency())),
        ("Offering-transferable", Row::Offering(transferable())),
        ("Offering-priced", Row::Offering(priced_offering())),
        ("Offering-partners", Row::Offering(shared_offering())),
        ("Period", Row::Period(closed_period())),
        ("Token-given", Row::Token(given_token())),
        ("Token-priced", Row::Token(priced_token())),
        ("Wallet", Row::Wallet(AccountRef::from_index(3), wallet())),
        ("Wallet-bare", Row::Wallet(AccountRef::from_index(3), bare_wallet())),
        ("Lots", Row::Lots(AccountRef::from_index(3), lots())),
        ("Payment", Row::Payment(payment())),
        ("Action-reserved", Row::Action(reservation(None))),
        ("Action-released", Row::Action(reservation(Some(ReservationEnd::Released(NOON))))),
        ("Action-expired", Row::Action(reservation(Some(ReservationEnd::Expired(NOON))))),
        ("Action-transfer", Row::Action(action(ActionKind::Transfer(PartyRef::from_index(2))))),
        ("Action-top-up", Row::Action(action(ActionKind::TopUp))),
        ("Action-adjustment", Row::Action(action(ActionKind::Adjustment))),
        ("Quote", Row::Quote(quote())),
        ("Token", Row::Token(token())),
        ("Token-bare", Row::Token(bare_token())),
        ("Token-held", Row::Token(held_token())),
        ("Token-graded", Row::Token(graded_token())),
        ("Offering-graded", Row::Offering(graded_offering())),
        ("Quote-graded", Row::Quote(Quote { grade: Some(Grade::Hard), ..bare_quote() })),
        ("Quote-priced", Row::Quote(priced_quote())),
        ("Forecast", Row::Forecast(blob())),
        ("BidPrices", Row::BidPrices(NOON, bids())),
        ("GuardRails", Row::GuardRails(Some(OfferingRef::from_index(5)), rails())),
        ("GuardRails-all", Row::GuardRails(None, bare_rails())),
        ("Offering-cost", Row::Offering(costly())),
        ("Revocation", Row::Revocation(TokenRef::from_index(70_000), Some(Digest([0xcd; 16])))),
        ("Revocation-whole", Row::Revocation(TokenRef::from_index(70_000), None)),
        ("Session", Row::Session(SessionRef::from_index(1), session())),
        ("Session-bare", Row::Session(SessionRef::from_index(1), bare_session())),
        ("Session-ended", Row::Session(SessionRef::from_index(1), ended_session())),
        ("Charging", Row::Charging(charging())),
        ("Charging-bare", Row::Charging(bare_charging())),
        ("Source", Row::Source(SourceRef::from_index(2), source)),
        ("Key", Row::Key(key_entry())),
        (
            "Key-charged",
            Row::Key(KeyEntry { answer: Answer::Charged { paid_minor: 5, overrun_minor: 0 }, ..key_entry() }),
        ),
    ]
}

/// A forecast by its name.
pub fn blob() -> Blob {
    Blob::unresolved(BlobHash([0x5a; 32]))
}

/// Bid prices by their name.
pub fn bids() -> Blob<BidTable> {
    Blob::unresolved(BlobHash([0x6b; 32]))
}

/// Guard rails with all they can have.
pub fn rails() -> GuardRails {
    let class = |kind, grade, share_ppm| ClassShare { kind, grade, share_ppm };
    GuardRails {
        floor: Some(PriceBound::Plan(900_000)),
        cap: Some(PriceBound::Minor(5_000)),
        step_ppm: Some(200_000),
        classes: vec![
            class(Some(PartyKind::PublicService), None, 0),
            class(None, Some(Grade::Hard), 1_500_000),
            class(None, None, 800_000),
        ],
        exempt_level: ArpLevel::new(8),
    }
}

/// Guard rails with nothing they need not have.
pub fn bare_rails() -> GuardRails {
    GuardRails { floor: None, cap: None, step_ppm: None, classes: Vec::new(), exempt_level: None }
}

/// An offering that costs something to deliver.
pub fn costly() -> Offering {
    let cost = Cost { sale_minor: 12, step_minor: 34, step: Duration::from_hours(1) };
    Offering { cost: Some(cost), ..bare_offering() }
}

/// A purchase key that stands for a token.
pub fn key_entry() -> KeyEntry {
    let (key, request) = (Digest([0xab; 16]), Digest([0xcd; 16]));
    let answer = Answer::Token(TokenRef::from_index(70_000));
    KeyEntry { party: PartyRef::from_index(2), key, request, answer, at: NOON }
}

/// A radio cell with all it can have.
pub fn resource() -> (ResourceInfo, Resource) {
    let info = ResourceInfo {
        id: ResourceId::from_u128(8),
        name: "Östermalm n78".to_owned(),
        class: ResourceClass::RadioMacro,
        upstream: Some(ResourceRef::from_index(1)),
        covers: vec![H3Cell::from_index(8 << 52), H3Cell::from_index((8 << 52) | 1)],
    };
    let profile = ProfileRef::from_index(1);
    let (nominal, available) = (1_000, 900);
    (info, Resource { nominal, available, floor_ppm: 100_000, background_min: 5, profile, profile_scale_ppm: 900_000 })
}

fn party() -> Party {
    Party {
        id: PartyId::from_u128(9),
        tenant: TenantId(1),
        kind: PartyKind::Partner,
        subject: Some(SubjectId::from_u128(3)),
        wallets: BTreeMap::from([(asset(), AccountRef::from_index(3))]),
        payable: BTreeMap::from([(asset(), AccountRef::from_index(4))]),
        priority_level_min: None,
    }
}

fn demand() -> Demand {
    Demand { units: 7, epsilon_ppb: 1_000, version: 2, grade: None, graded: None }
}

/// An offering for many devices, that is promised at two grades.
pub fn graded_offering() -> Offering {
    let graded = BTreeMap::from([(Grade::Hard, Graded { units: 9, epsilon_ppb: 0 })]);
    let demand = Demand { grade: Some(Grade::Empirical), graded: Some(graded), ..demand() };
    let mut row = bare_offering();
    row.terms.concurrency = Some(Concurrency { devices_max: 300, devices_per_cell: 20 });
    row.demand = BTreeMap::from([(ResourceClass::Haps, demand)]);
    row
}

/// A token whose promise has a grade.
pub fn graded_token() -> Token {
    Token { issued_at: Some(NOON), grade: Some(Grade::Statistical), ..bare_token() }
}

/// An offering with all it can have.
pub fn offering() -> Offering {
    let bare = bare_offering();
    Offering {
        terms: Terms { volume: Some(Volume { unit: Unit::LlmToken, quantity: 1_000 }), ..bare.terms.clone() },
        price: Pricing { asset: asset(), plan: simple(21, 100, Some((Unit::LlmToken, (3, 1_000), 500))) },
        eligible: vec![PartyKind::Consumer, PartyKind::PublicService],
        refund_unused: true,
        partner: Some(PartnerShare { party: PartyRef::from_index(3), share_ppm: 300_000, role: None }),
        status: OfferingStatus::Retired,
        demand: BTreeMap::from([(ResourceClass::Edge, demand())]),
        ..bare
    }
}

/// An offering with nothing it need not have.
pub fn bare_offering() -> Offering {
    Offering {
        id: OfferingId::from_u128(6),
        name: "boost".to_owned(),
        capability: Capability::Experience,
        qos_profile: "QOS_E".to_owned(),
        terms: Terms {
            latency_ms_max: 20,
            percentile_ppm: 950_000,
            downlink_kbps_min: 10_000,
            uplink_kbps_min: 2_000,
            window_length_max: Duration::from_hours(8),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        price: Pricing { asset: asset(), plan: simple(21, 100, None) },
        guarantee: Guarantee { assurance_window: Duration::from_mins(1), samples_min: 10 },
        remedy: Remedy { per_broken_window_ppm: 250_000, cap_ppm: 500_000 },
        eligible: Vec::new(),
        refund_unused: false,
        partner: None,
        status: OfferingStatus::Published,
        demand: BTreeMap::new(),
        arp: None,
        transferable: None,
        cost: None,
        earlier: None,
        also: None,
        partners_more: None,
    }
}

/// A month that is closed.
pub fn closed_period() -> ClosedPeriod {
    let month = Month::parse("2025-12").expect("a month");
    let (postings, balance) = (TableHash([0xcd; 32]), TableHash([0xef; 32]));
    ClosedPeriod { sealed: Sealed { month, form: 1, rows: 70_000, postings, balance }, closed_at: NOON }
}

/// An offering whose revenue is shared among several.
pub fn shared_offering() -> Offering {
    let share =
        |party, share_ppm, role| PartnerShare { party: PartyRef::from_index(party), share_ppm, role: Some(role) };
    Offering {
        partner: Some(share(3, 250_000, PartnerRole::ModelHost)),
        partners_more: Some(vec![share(4, 50_000, PartnerRole::EdgeSite), share(5, 333_333, PartnerRole::Aggregator)]),
        ..bare_offering()
    }
}

/// An offering that displaces others.
pub fn emergency() -> Offering {
    let arp = Arp {
        level: ArpLevel::new(2).expect("a level"),
        capability: PreemptionCapability::Enabled,
        vulnerability: PreemptionVulnerability::Disabled,
    };
    Offering { arp: Some(arp), ..bare_offering() }
}

/// An offering of which what is unused may be given away.
pub fn transferable() -> Offering {
    Offering { transferable: Some(Transferable::Unused), ..bare_offering() }
}

/// An offering at the second version of its price, with all that a plan can have.
pub fn priced_offering() -> Offering {
    let price = Pricing { asset: asset(), plan: plans::everything(&place(), NOON) };
    let mut row = Offering { earlier: Some(vec![bare_offering().price]), price, ..bare_offering() };
    row.terms.rollover_max = Some(300);
    row
}

/// Why something costs what it costs: one line of every source.
pub fn lines() -> Vec<Line> {
    let line = |source, amount_minor| Line { source, quantity: 3, amount_minor };
    vec![
        line(Source::Component { component: 1, rate: 2 }, 990),
        line(Source::Discount(1), -50),
        line(Source::Minimum, 5),
        line(Source::Congestion, 7),
        line(Source::Cost, 3),
        line(Source::GuardRail(Rail::Cap), -1),
    ]
}

/// The second period of a token, that could not be paid yet.
pub fn term() -> Term {
    let unpaid = Some(Unpaid { since: NOON, retry_at: NOON });
    Term { number: 1, window: window(), volume: Some(1_300), carried_minor: 77, discounts: 2, unpaid }
}

/// A token of a plan that recurs and has several prices.
fn priced_token() -> Token {
    let meters = BTreeMap::from([(Meter { component: 3, rate: 1 }, Delivered { quantity: 4, minor: 20 })]);
    Token { lines: Some(lines()), version: Some(1), meters: Some(meters), term: Some(term()), ..bare_token() }
}

fn priced_quote() -> Quote {
    Quote { lines: Some(lines()), version: Some(1), discounts: Some(2), ..bare_quote() }
}

/// A token that was bought by another party, from a third one's wallet, and given on in part.
pub fn given_token() -> Token {
    let bought = Bought { token: TokenRef::from_index(69_999), party: PartyRef::from_index(1), at: NOON };
    Token { bought: Some(bought), given: Some(400), payer: Some(PartyRef::from_index(4)), ..bare_token() }
}

/// A budget with all it can have.
pub fn budget() -> Budget {
    let utc_offset = UtcOffset::from_minutes(-210).expect("an offset");
    let scope = Scope {
        member: Some(PartyRef::from_index(2)),
        offering: Some(OfferingRef::from_index(5)),
        period: state::Period::Month,
        utc_offset,
    };
    Budget { scope, limit_minor: 5_000, from_token: TokenRef::from_index(70_000), counted_in: 24_312, spent_minor: 221 }
}

/// A rule of automatic top-up that was declined once and is asked for again.
pub fn auto_top_up() -> AutoTopUp {
    let progress = Progress {
        pending: Some(PaymentId::from_u128(48)),
        counted_in: 20_458,
        asked_minor: 2_000,
        declines: 1,
        declined_at: Some(NOON),
    };
    AutoTopUp {
        below_minor: 500,
        amount_minor: 2_000,
        reference: "mandate-7".to_owned(),
        day_max_minor: 10_000,
        utc_offset: UtcOffset::from_minutes(60).expect("an offset"),
        progress,
    }
}

fn wallet() -> WalletRules {
    let everybody =
        Scope { member: None, offering: None, period: state::Period::Ever, utc_offset: UtcOffset::default() };
    WalletRules {
        owner: PartyRef::from_index(1),
        members: [2, 70_000].map(PartyRef::from_index).into(),
        budgets: BTreeMap::from([(1, budget()), (64, Budget { scope: everybody, ..budget() })]),
        low_below_minor: Some(1_000),
        auto_top_up: Some(auto_top_up()),
    }
}

fn bare_wallet() -> WalletRules {
    let owner = PartyRef::from_index(1);
    WalletRules { members: [].into(), budgets: BTreeMap::new(), low_below_minor: Some(1), auto_top_up: None, owner }
}

fn lots() -> Lots {
    let origins = [Origin::Unstated, Origin::Payment("ch_9".to_owned()), Origin::Promotion];
    let lots = (3..).zip(origins).map(|(number, origin)| Lot { number, origin, brought_minor: 500, left_minor: 120 });
    Lots { next: 9, lots: lots.collect() }
}

fn action(kind: ActionKind) -> BalanceAction {
    BalanceAction {
        id: BalanceActionId::from_u128(61),
        wallet: AccountRef::from_index(3),
        owner: PartyRef::from_index(1),
        kind,
        amount_minor: 700,
        at: NOON,
    }
}

/// Money that is reserved, or was.
pub fn reservation(ended: Option<ReservationEnd>) -> BalanceAction {
    let hold = ended.is_none().then_some(HoldRef::from_index(4));
    action(ActionKind::Reservation { hold, until: NOON, ended })
}

/// A payment into a wallet.
pub fn payment() -> Payment {
    Payment {
        id: PaymentId::from_u128(48),
        wallet: AccountRef::from_index(3),
        owner: PartyRef::from_index(1),
        kind: PaymentKind::TopUp,
        reference: "mandate-7".to_owned(),
        amount_minor: 2_000,
        requested_at: NOON,
    }
}

/// A quote that holds capacity.
pub fn quote() -> Quote {
    Quote { booking: Some(booked().1), legs: vec![booked().0], ..bare_quote() }
}

/// A quote that holds nothing.
pub fn bare_quote() -> Quote {
    Quote {
        id: QuoteId::from_u128(44),
        party: PartyRef::from_index(2),
        offering: OfferingRef::from_index(5),
        window: window(),
        place: place(),
        fee_minor: 221,
        usage_held_minor: 0,
        epsilon_ppb: 321,
        booking: None,
        legs: Vec::new(),
        expires_at: NOON,
        state: QuoteState::Open,
        grade: None,
        lines: None,
        version: None,
        discounts: None,
    }
}

/// A token with all it can have.
pub fn token() -> Token {
    Token {
        device: Some(SubjectId::from_u128(3)),
        hold: Some(HoldRef::from_index(4)),
        booking: Some(booked().1),
        units: Some(AccountRef::from_index(40)),
        state: TokenState::Active,
        session: Some(SessionRef::from_index(1)),
        fee_paid_minor: 221,
        earned_minor: 50,
        refunded_minor: 10,
        used: 400,
        usage_minor: 60,
        overrun_minor: 20,
        legs: vec![booked().0],
        confirmed: true,
        ..bare_token()
    }
}

/// A token as it is issued, with nothing it need not have.
pub fn bare_token() -> Token {
    Token {
        id: TokenId::from_u128(45),
        order: OrderId::from_u128(46),
        party: PartyRef::from_index(2),
        offering: OfferingRef::from_index(5),
        window: window(),
        place: place(),
        device: None,
        wallet: AccountRef::from_index(3),
        hold: None,
        booking: None,
        fee_minor: 221,
        epsilon_ppb: 321,
        units: None,
        state: TokenState::Issued,
        session: None,
        fee_paid_minor: 0,
        earned_minor: 0,
        refunded_minor: 0,
        used: 0,
        usage_minor: 0,
        overrun_minor: 0,
        legs: Vec::new(),
        confirmed: false,
        issued_at: None,
        holder: None,
        grade: None,
        bought: None,
        given: None,
        payer: None,
        lines: None,
        version: None,
        meters: None,
        term: None,
        fees: None,
    }
}

/// A token whose text only one key may use.
pub fn held_token() -> Token {
    Token { issued_at: Some(NOON), holder: Some(HolderKey([0xab; 32])), ..bare_token() }
}

fn session() -> Session {
    Session {
        state: SessionState::Ending,
        started_at: Some(NOON),
        ends_at: Some(NOON),
        reason: Some(EndReason::DurationExpired),
        next_window: 15,
        windows_broken: 3,
        windows_unmeasured: 11,
        ..bare_session()
    }
}

fn ended_session() -> Session {
    Session { state: SessionState::Ended, ended_at: Some(NOON), ..session() }
}

/// A session as it is requested.
pub fn bare_session() -> Session {
    Session {
        id: SessionId::from_u128(47),
        token: TokenRef::from_index(70_000),
        device: SubjectId::from_u128(3),
        flow: Digest([0xef; 16]),
        duration: Duration::from_mins(30),
        source: SourceRef::from_index(2),
        requested_at: NOON,
        state: SessionState::Requested,
        started_at: None,
        ends_at: None,
        reason: None,
        next_window: 0,
        windows_broken: 0,
        windows_unmeasured: 0,
        ended_at: None,
    }
}

/// A charging session as it is opened.
pub fn bare_charging() -> Charging {
    Charging {
        id: ChargingId::from_u128(48),
        owner: PartyRef::from_index(3),
        subscriber: Subscriber::Party(PartyRef::from_index(2)),
        notify: None,
        opened_at: NOON,
        touched_at: NOON,
        sequence: 0,
        closed_at: None,
        leases: BTreeMap::new(),
    }
}

/// A charging session with all it can have.
pub fn charging() -> Charging {
    let lease = Lease {
        token: TokenRef::from_index(70_000),
        sequence: 9,
        granted: 1_000,
        held_minor: 150,
        money: Some(HoldRef::from_index(5)),
        units: Some(HoldRef::from_index(6)),
        valid_until: NOON,
        held_until: NOON,
        last: true,
        used: 400,
        paid_minor: 60,
        overrun_minor: 20,
    };
    Charging {
        subscriber: Subscriber::Device(SubjectId::from_u128(3)),
        notify: Some("http://192.0.2.1/notify".to_owned()),
        sequence: 9,
        closed_at: Some(NOON),
        leases: BTreeMap::from([(70_001, lease)]),
        ..bare_charging()
    }
}

fn asset() -> AssetRef {
    AssetRef::from_index(1)
}

fn slots() -> SlotRange {
    SlotRange::new(Slot::from_index(10), Slot::from_index(24)).expect("a range")
}

fn window() -> Window {
    Window::starting(NOON, Duration::from_hours(2)).expect("a window")
}

fn place() -> Area {
    Area::new(vec![H3Cell::from_index(8 << 52)]).expect("an area")
}
