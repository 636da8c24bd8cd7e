//! One event of every kind, with its options taken and left. They are written out so that no rule of the engine changes
//! them.

use crate::{later, rows};
use capacity::{BookingRef, Leg, ProfileRef, ResourceRef, Slot, SlotRange};
use engine::state::{
    ArpLevel, Charged, Digest, EndReason, Meter, OfferingRef, Origin, OtherShares, PartyKind, PartyRef, Payment,
    PaymentKind, PaymentOutcome, SessionRef, SourceRef, TokenRef, TokenState, Unpaid, WalletRule,
};
use engine::{Event, MarketEvent, ReturnReason};
use ledger::{AccountKind, AccountRef, Asset, AssetRef};
use types::{CellId, ChargingId, Currency, Instant, PartyId, QuoteId, SourceId, SubjectId, TenantId, Unit};

/// Every sample with its name.
pub fn events() -> Vec<(String, Event)> {
    let named =
        [founding(), network(), sales(), calls(), deliveries(), wallets(), gifts(), closings(), leases(), prices()]
            .concat();
    let mut all: Vec<_> = named.into_iter().map(|(name, event)| (name.to_owned(), event)).collect();
    let rows = rows::all().into_iter().chain(later::all());
    all.extend(rows.map(|(name, row)| (format!("Restored-{name}"), Event::Restored(Box::new(row)))));
    all
}

type Samples = Vec<(&'static str, Event)>;

fn founding() -> Samples {
    let currency = Asset::Currency(Currency::parse("EUR").expect("a code"));
    let (party, id, tenant) = (PartyRef::from_index(2), PartyId::from_u128(9), TenantId(1));
    let (kind, wallet, asset) = (PartyKind::Enterprise, AccountRef::from_index(300), AssetRef::from_index(1));
    vec![
        ("CellFounded", Event::CellFounded { cell: CellId(7), tenant, operator: PartyId::from_u128(u128::MAX) }),
        ("AssetOpened-currency", Event::AssetOpened { asset, kind: currency }),
        ("AssetOpened-unit", Event::AssetOpened { asset, kind: Asset::Unit(Unit::LlmToken) }),
        ("AccountOpened", Event::AccountOpened { account: wallet, kind: AccountKind::PartnerPayable, asset, party }),
        ("CreditLimitSet", Event::CreditLimitSet { account: wallet, limit_minor: 100_000 }),
        ("PartyRegistered", Event::PartyRegistered { party, id, tenant, kind, subject: Some(SubjectId::from_u128(3)) }),
        ("PartyRegistered-bare", Event::PartyRegistered { party, id, tenant, kind, subject: None }),
        ("PriorityAuthorised", Event::PriorityAuthorised { party, level_min: ArpLevel::new(2) }),
        ("PriorityAuthorised-withdrawn", Event::PriorityAuthorised { party, level_min: None }),
        (
            "FundsAdded",
            Event::FundsAdded { wallet, cash: AccountRef::from_index(1), amount_minor: 1 << 52, origin: None },
        ),
        ("PartnerPaid", Event::PartnerPaid(wallet, AccountRef::from_index(1), 74)),
        ("BalanceActed", Event::BalanceActed(Box::new(rows::reservation(None)))),
        ("PeriodClosed", Event::PeriodClosed(Box::new(rows::closed_period()))),
        ("KeyBound", Event::KeyBound(rows::key_entry())),
        ("KeyForgotten", Event::KeyForgotten(party, Digest([0xab; 16]))),
    ]
}

fn network() -> Samples {
    let resource = ResourceRef::from_index(4);
    let (info, calendar) = rows::resource();
    let profile = ProfileRef::from_index(1);
    vec![
        ("ProfileSet", Event::ProfileSet { profile, hourly_ppm: vec![0, 250_000, 1_000_000] }),
        ("ResourceDefined", Event::ResourceDefined { resource, info: Box::new(info), calendar }),
        ("AvailableSet", Event::AvailableSet { resource, available: 90 }),
        ("ResourceOvercommitted", Event::ResourceOvercommitted { resource, slot: Slot::from_index(5_900_000) }),
        ("ForecastLoaded", Event::ForecastLoaded(rows::blob())),
        ("BidPricesLoaded", Event::BidPricesLoaded(rows::bids())),
        ("GuardRailsSet", Event::GuardRailsSet(Some(OfferingRef::from_index(5)), Some(Box::new(rows::rails())))),
        ("GuardRailsSet-all", Event::GuardRailsSet(None, Some(Box::new(rows::bare_rails())))),
        ("GuardRailsSet-gone", Event::GuardRailsSet(None, None)),
    ]
}

fn sales() -> Samples {
    let offering = OfferingRef::from_index(5);
    let quote = QuoteId::from_u128(44);
    let token = TokenRef::from_index(70_000);
    let slots = SlotRange::new(Slot::from_index(10), Slot::from_index(24)).expect("a range");
    let held_until = Instant::from_ms(1_767_571_260_000);
    let issued = |row, quote: Option<QuoteId>, slots, amounts: [i64; 3], units| Event::TokenIssued {
        token,
        row: Box::new(row),
        quote: quote.map(Box::new),
        slots,
        held_minor: amounts[0],
        held_until,
        paid_minor: amounts[1],
        tax_minor: amounts[2],
        units,
    };
    let bare = rows::bare_quote();
    let rebooked = Event::TokenRebooked {
        token,
        legs: vec![booked().0],
        slots,
        epsilon_ppb: 1_001,
        grade: engine::state::Grade::Statistical,
    };
    vec![
        ("OfferingPublished", Event::OfferingPublished { offering, row: Box::new(rows::offering()) }),
        ("OfferingPublished-bare", Event::OfferingPublished { offering, row: Box::new(rows::bare_offering()) }),
        ("OfferingPublished-graded", Event::OfferingPublished { offering, row: Box::new(rows::graded_offering()) }),
        ("OfferingPublished-arp", Event::OfferingPublished { offering, row: Box::new(rows::emergency()) }),
        ("OfferingPublished-partners", Event::OfferingPublished { offering, row: Box::new(rows::shared_offering()) }),
        ("OfferingPublished-cost", Event::OfferingPublished { offering, row: Box::new(rows::costly()) }),
        ("OfferingRetired", Event::OfferingRetired(offering)),
        ("QuoteIssued", Event::QuoteIssued { quote: Box::new(rows::quote()), slots }),
        ("QuoteIssued-bare", Event::QuoteIssued { quote: Box::new(bare), slots }),
        ("QuoteExpired", Event::QuoteExpired { quote }),
        ("QuoteForgotten", Event::QuoteForgotten(quote)),
        ("TokenIssued-quote", issued(rows::token(), Some(quote), None, [500, 0, 0], 0)),
        ("TokenIssued-slots", issued(rows::token(), None, Some(slots), [500, 0, 0], 0)),
        ("TokenIssued-bare", issued(rows::bare_token(), None, None, [0, 300, 52], 1_000)),
        ("TokenSuspended", Event::TokenSuspended { token }),
        ("TokenResumed", Event::TokenResumed { token }),
        ("TokenRebooked", rebooked),
        ("EntitlementRevoked", Event::EntitlementRevoked { token, block: Some(Digest([0xcd; 16])) }),
        ("EntitlementRevoked-whole", Event::EntitlementRevoked { token, block: None }),
        ("TokenIssued-graded", issued(rows::graded_token(), None, None, [0, 300, 52], 1_000)),
        ("TokenIssued-holder", issued(rows::held_token(), None, None, [0, 300, 52], 1_000)),
        ("TokenPreempted", preempted(token)),
    ]
}

/// A token that ends before its time, and one whose volume nobody took.
fn closings() -> Samples {
    let token = TokenRef::from_index(70_000);
    let early = Event::TokenClosed {
        token,
        state: TokenState::Revoked,
        earned_minor: 57,
        partner_minor: 5,
        refund_minor: 252,
        tax_minor: 43,
        breakage_minor: None,
        others_minor: None,
    };
    let late = Event::TokenClosed {
        token,
        state: TokenState::Expired,
        earned_minor: 57,
        partner_minor: 5,
        refund_minor: 0,
        tax_minor: 0,
        breakage_minor: Some(191),
        others_minor: None,
    };
    let shared = Event::TokenClosed {
        token,
        state: TokenState::Expired,
        earned_minor: 57,
        partner_minor: 5,
        refund_minor: 0,
        tax_minor: 0,
        breakage_minor: None,
        others_minor: Some(Box::new(others(&[0, 19]))),
    };
    vec![("TokenClosed", early), ("TokenClosed-breakage", late), ("TokenClosed-partners", shared)]
}

/// What partners after the first get.
fn others(minor: &[i64]) -> OtherShares {
    OtherShares(minor.to_vec())
}

fn preempted(token: TokenRef) -> Event {
    Event::TokenPreempted {
        token,
        by: TokenRef::from_index(70_001),
        authority: PartyRef::from_index(2),
        level: ArpLevel::HIGHEST,
        refund_minor: 55,
        tax_minor: 9,
    }
}

fn calls() -> Samples {
    let session = SessionRef::from_index(12);
    let meter = SourceId::from_u128(0x0123_4567_89ab_cdef);
    let row = Box::new(rows::bare_session());
    let ends_at = Instant::from_ms(1_767_574_800_000);
    let broken = Event::PromiseBroken {
        session,
        window: 3,
        samples: 100,
        samples_late: 6,
        samples_starved: 1,
        refund_minor: 55,
        tax_minor: 9,
    };
    vec![
        ("ActivationRequested", Event::ActivationRequested { session, row, meter }),
        ("SessionActivated", Event::SessionActivated { session, ends_at, paid_minor: 221, tax_minor: 38 }),
        ("SessionExtended", Event::SessionExtended { session, ends_at }),
        ("ActivationUncertain", Event::ActivationUncertain(session)),
        ("DeactivationRequested", Event::DeactivationRequested { session, reason: EndReason::DeleteRequested }),
        ("SessionEnded", Event::SessionEnded { session, reason: EndReason::NetworkTerminated, windows: 60 }),
        ("SessionForgotten", Event::SessionForgotten(session)),
        ("WindowsUnmeasured", Event::WindowsUnmeasured { session, window: 4, windows: 10 }),
        ("PromiseBroken", broken),
    ]
}

fn deliveries() -> Samples {
    let source = SourceRef::from_index(9);
    let charged = |sequence, quantity, amounts: [i64; 5], units| Event::UsageCharged {
        token: TokenRef::from_index(70_000),
        source,
        sequence,
        quantity,
        paid_minor: amounts[0],
        overrun_minor: amounts[1],
        tax_minor: amounts[2],
        earned_minor: amounts[3],
        partner_minor: amounts[4],
        units,
        meter: None,
        others_minor: None,
    };
    let mut shared = charged(2, 400, [120, 20, 24, 31, 9], 400);
    if let Event::UsageCharged { others_minor, .. } = &mut shared {
        *others_minor = Some(Box::new(others(&[3, 40, 0, 0, 0, 0, 1])));
    }
    vec![
        ("SourceRegistered", Event::SourceRegistered { source, id: SourceId::from_u128(5), owner: PartyRef::OPERATOR }),
        ("UsageCharged", charged(1, 400, [120, 20, 24, 31, 9], 400)),
        ("UsageCharged-extreme", charged(u64::MAX, (1 << 53) - 1, [i64::MAX, 0, 0, 0, i64::MIN], u64::MAX)),
        ("UsageCharged-zero", charged(0, 0, [0; 5], 0)),
        ("UsageCharged-partners", shared),
    ]
}

fn wallets() -> Samples {
    let (wallet, owner) = (AccountRef::from_index(300), PartyRef::from_index(1));
    let member = PartyRef::from_index(2);
    let rule = |rule| Event::WalletRuleSet { wallet, owner, rule };
    let budget = Some(Box::new(rows::budget()));
    let (available_minor, below_minor) = (-7, 1_000);
    let payout = Payment { kind: PaymentKind::Payout(3), ..rows::payment() };
    let settled = |outcome| Event::PaymentSettled(Box::new(rows::payment()), outcome);
    let added = |origin| Event::FundsAdded {
        wallet,
        cash: AccountRef::from_index(1),
        amount_minor: 500,
        origin: Some(Box::new(origin)),
    };
    vec![
        ("WalletRuleSet-admitted", rule(WalletRule::Admitted(member))),
        ("WalletRuleSet-dismissed", rule(WalletRule::Dismissed(member))),
        ("WalletRuleSet-low", rule(WalletRule::LowBalance(Some(1_000)))),
        ("WalletRuleSet-auto", rule(WalletRule::AutoTopUp(Some(Box::new(rows::auto_top_up()))))),
        ("WalletRuleSet-none", rule(WalletRule::AutoTopUp(None))),
        ("BudgetSet", Event::BudgetSet { wallet, owner, number: 7, budget }),
        ("BudgetSet-gone", Event::BudgetSet { wallet, owner, number: 7, budget: None }),
        ("BalanceLow", Event::BalanceLow { wallet, owner, available_minor, below_minor }),
        ("PaymentRequested", Event::PaymentRequested(Box::new(rows::payment()))),
        ("PaymentRequested-out", Event::PaymentRequested(Box::new(payout))),
        ("PaymentSettled", settled(PaymentOutcome::Approved)),
        ("PaymentSettled-declined", settled(PaymentOutcome::Declined)),
        ("FundsAdded-payment", added(Origin::Payment("ch_9".to_owned()))),
        ("FundsAdded-promotion", added(Origin::Promotion)),
        ("FundsTransferred", Event::FundsTransferred { from: wallet, to: AccountRef::from_index(7), amount_minor: 5 }),
    ]
}

fn gifts() -> Samples {
    let (token, to) = (TokenRef::from_index(70_000), TokenRef::from_index(70_002));
    let row = Box::new(rows::given_token());
    vec![
        ("TokenTransferred", Event::TokenTransferred { token, to, row: row.clone() }),
        ("VolumeGifted", Event::VolumeGifted { token, gift: to, row, quantity: 400 }),
    ]
}

fn leases() -> Samples {
    let (charging, rating_group, sequence) = (ChargingId::from_u128(48), 70_001, 9);
    let token = TokenRef::from_index(70_000);
    let charged = |quantity, amounts: [i64; 5], units| Event::LeaseCharged {
        charging,
        rating_group,
        sequence,
        token,
        quantity,
        amounts: Box::new(Charged {
            paid_minor: amounts[0],
            overrun_minor: amounts[1],
            tax_minor: amounts[2],
            earned_minor: amounts[3],
            partner_minor: amounts[4],
            units,
            meter: None,
            others_minor: None,
        }),
    };
    let mut shared = charged(400, [120, 20, 24, 31, 9], 400);
    if let Event::LeaseCharged { amounts, .. } = &mut shared {
        amounts.others_minor = Some(Box::new(others(&[3])));
    }
    let granted = |last| Event::LeaseGranted {
        charging,
        rating_group,
        sequence,
        token,
        quantity: 1_000,
        held_minor: 150,
        units: 900,
        valid_until: Instant::from_ms(1_767_614_400_000),
        held_until: Instant::from_ms(1_767_614_460_000),
        last,
    };
    let returned = |reason| Event::LeaseReturned { charging, rating_group, reason };
    vec![
        ("ChargingOpened", Event::ChargingOpened { row: Box::new(rows::charging()) }),
        ("ChargingOpened-bare", Event::ChargingOpened { row: Box::new(rows::bare_charging()) }),
        ("LeaseCharged", charged(400, [120, 20, 24, 31, 9], 400)),
        ("LeaseCharged-zero", charged(0, [0; 5], 0)),
        ("LeaseCharged-partners", shared),
        ("LeaseGranted", granted(false)),
        ("LeaseGranted-last", granted(true)),
        ("LeaseReturned", returned(ReturnReason::Expired)),
        ("LeaseReturned-closed", returned(ReturnReason::Closed)),
        ("LeaseReturned-needless", returned(ReturnReason::Needless)),
        ("LeaseReturned-over", returned(ReturnReason::TokenOver)),
        ("ChargingClosed", Event::ChargingClosed { charging, sequence }),
        ("ChargingForgotten", Event::ChargingForgotten(charging)),
    ]
}

fn prices() -> Samples {
    let (offering, token) = (OfferingRef::from_index(5), TokenRef::from_index(70_000));
    let priced = rows::priced_offering();
    let (price, term) = (priced.price.clone(), rows::term());
    let since = Instant::from_ms(1_767_614_400_000);
    let unpaid = Unpaid { since, retry_at: Instant::from_ms(1_767_618_000_000) };
    let renewed = MarketEvent::TokenRenewed {
        token,
        term,
        lines: rows::lines(),
        paid_minor: 990,
        tax_minor: 171,
        earned_minor: 500,
        partner_minor: 150,
        breakage_minor: 99,
        units_expired: 120,
        units: 1_000,
        others_minor: None,
    };
    let failed = MarketEvent::RenewalFailed { token, unpaid, needed_minor: 990, available_minor: -5 };
    vec![
        ("OfferingPublished-priced", Event::OfferingPublished { offering, row: Box::new(priced) }),
        ("PriceSet", priced_event(MarketEvent::PriceSet { offering, price })),
        ("TokenRenewed", priced_event(renewed)),
        ("TermPassed", priced_event(MarketEvent::TermPassed { token, term })),
        ("RenewalFailed", priced_event(failed)),
        ("DeliveryDeclared", priced_event(MarketEvent::DeliveryDeclared(later::capabilities()))),
        ("UsageCharged-metered", metered(token)),
    ]
}

fn priced_event(event: MarketEvent) -> Event {
    Event::Market(Box::new(event))
}

fn metered(token: TokenRef) -> Event {
    Event::UsageCharged {
        token,
        source: SourceRef::from_index(2),
        sequence: 9,
        quantity: 4,
        paid_minor: 20,
        overrun_minor: 0,
        tax_minor: 3,
        earned_minor: 0,
        partner_minor: 0,
        units: 0,
        others_minor: None,
        meter: Some(Meter { component: 1, rate: 2 }),
    }
}

/// A leg and a booking that rows share.
pub fn booked() -> (Leg, BookingRef) {
    (Leg::throughout(ResourceRef::from_index(2), 10), BookingRef::from_index(6))
}
