//! Odd requests as the engine reads them: each breaks one rule whatever the state is.

use super::{currency, draft, offering_ref, profile, resource_ref};
use crate::fact::Odd;
use crate::plan::Plan;
use engine::rating::{Component, Condition, Discount, Hours, Off, Period as Rhythm, PricePlan, Rate, Tier, Tiering};
use engine::state::{
    Digest, Grade, PartyKind, PartyRef, PaymentOutcome, Period, Scope, SessionRef, SourceRef, TokenRef, UtcOffset,
};
use engine::{BudgetDraft, Charge, Command, OfferingDraft, Purchase, PurchaseBy, WalletOrder, WalletWish, Wish};
use types::{
    Area, CellId, Currency, Duration, Instant, PartyId, PaymentId, QuoteId, SubjectId, TenantId, Unit, Window,
};

/// More than any world has of anything.
const MISSING: u32 = 99_999;

pub fn command(plan: &Plan, odd: Odd, now: Instant) -> Command {
    let someone = PartyRef::from_index(1);
    let top_up = |party, currency, amount_minor| Command::TopUp { party, currency, amount_minor };
    match odd {
        Odd::FoundAgain => Command::FoundCell { cell: CellId(8), operator: PartyId::from_u128(2) },
        Odd::CustomerTopsUp | Odd::ReuseKey { .. } => top_up(someone, currency(), 1),
        Odd::TopUpNobody => top_up(PartyRef::from_index(MISSING), currency(), 1),
        Odd::TopUpOtherCurrency => top_up(someone, Currency::parse("JPY").expect("a currency code"), 1),
        Odd::TopUp { minor } => top_up(someone, currency(), minor),
        Odd::PayOutNothing => of_wallet(WalletWish::PayOut(Some(1 << 50))),
        Odd::ForgetCap => of_wallet(WalletWish::Budget(64, None)),
        Odd::ForgetTopUp => of_wallet(WalletWish::AutoTopUp(None)),
        Odd::ShareWithOneself => of_wallet(WalletWish::Admit(someone)),
        Odd::CapNumberless => {
            let scope = Scope { member: None, offering: None, period: Period::Ever, utc_offset: UtcOffset::default() };
            of_wallet(WalletWish::Budget(0, Some(BudgetDraft { scope, limit_minor: 0 })))
        }
        Odd::SettleNothing => {
            let (payment, outcome) = (PaymentId::from_u128(3), PaymentOutcome::Approved);
            Command::RecordPayment { payment, outcome }
        }
        Odd::BuyCode => buy(Wish { promotion: Some("NONE".to_owned()), ..wish(plan, 0, now, Duration::from_mins(5)) }),
        Odd::BuyNothing => buy(wish(plan, usize::MAX, now, Duration::from_mins(5))),
        Odd::BuyUnknownQuote => purchase(PurchaseBy::Quote(QuoteId::from_u128(3))),
        Odd::ReleaseNothing => Command::ReleaseToken { token: TokenRef::from_index(MISSING) },
        Odd::ForgetNothing => Command::ForgetSession { session: SessionRef::from_index(MISSING) },
        Odd::WorkOfNothing => Command::SetAvailable { resource: resource_ref(usize::MAX), available: 1 },
        Odd::ProfileGap => Command::SetProfile { profile: profile(9), hourly_ppm: vec![0; 168] },
        Odd::ProfileShort => Command::SetProfile { profile: profile(0), hourly_ppm: vec![0; 167] },
        Odd::ChargeWithoutMeter | Odd::ChargeByCustomer => Command::ChargeUsage(Charge {
            token: TokenRef::from_index(0),
            source: SourceRef::from_index(MISSING),
            sequence: 1,
            quantity: 1,
            unit: None,
        }),
        Odd::RegisterAgain => Command::RegisterParty {
            id: plan.parties.first().map_or(PartyId::from_u128(1), |party| party.id),
            tenant: TenantId(1),
            kind: PartyKind::Consumer,
            subject: None,
        },
        Odd::PublishNameless => publish(plan, |draft| draft.name.clear()),
        Odd::PublishShare => publish(plan, |draft| draft.remedy.cap_ppm = 1_000_001),
        Odd::PublishPrice { number } => price(plan, number),
        Odd::BuyPast => buy(wish(plan, 0, now.before(Duration::from_days(1)), Duration::from_mins(5))),
        Odd::BuyLong => buy(wish(plan, 0, now, Duration::from_days(5))),
        Odd::BuyFar => buy(wish(plan, 0, now.after(Duration::from_days(1_100)), Duration::from_mins(5))),
        Odd::BuyNowhere => {
            let place = Area::new(vec![plan.nowhere]).expect("one place is an area");
            buy(Wish { place, ..wish(plan, 0, now, Duration::from_mins(5)) })
        }
        Odd::BuyHalfAWay => {
            let whole = wish(plan, 0, now, Duration::from_mins(20));
            let window = Window::starting(now, Duration::from_mins(10)).expect("not empty");
            let stages = vec![engine::Stage { window, place: whole.place.clone() }];
            buy(Wish { stages, ..whole })
        }
        Odd::BuyDear => buy(wish(plan, plan.offerings.len().saturating_sub(1), now, Duration::from_hours(24))),
        Odd::ActivateForNoTime { token } => Command::RequestActivation {
            token: TokenRef::from_index(token),
            device: SubjectId::from_u128(1),
            flow: Digest([1; 16]),
            duration: Duration::ZERO,
        },
    }
}

fn wish(plan: &Plan, offering: usize, from: Instant, length: Duration) -> Wish {
    Wish {
        party: PartyRef::from_index(1),
        offering: offering_ref(offering),
        window: Window::starting(from, length).expect("odd windows are not empty"),
        place: Area::new(plan.places.iter().copied().take(1).collect()).expect("a world has a place"),
        stages: Vec::new(),
        grade_min: Grade::Empirical,
        promotion: None,
    }
}

fn of_wallet(wish: WalletWish) -> Command {
    Command::OrderWallet(Box::new(WalletOrder { party: PartyRef::from_index(1), currency: currency(), wish }))
}

fn buy(wish: Wish) -> Command {
    purchase(PurchaseBy::Wish(wish))
}

fn purchase(by: PurchaseBy) -> Command {
    Command::PurchaseToken(Box::new(Purchase {
        party: PartyRef::from_index(1),
        by,
        device: None,
        holder: None,
        payer: None,
    }))
}

/// The prices that cannot be, one after another.
fn price(plan: &Plan, number: u8) -> Command {
    let month = Component::recurring("Month", 990, Rhythm::Months(1));
    let calls = |held| Component::per_unit("Calls", Unit::Call, (1, 1), held);
    let rated = |rates: Vec<Rate>| Component { rates, ..calls(0) };
    let at = |from_minute, to_minute| Rate {
        condition: Condition { hours: vec![Hours { days: 1, from_minute, to_minute }], ..Condition::default() },
        ..Rate::flat(2, 1)
    };
    let discount = Discount {
        name: "Off".to_owned(),
        off: Off::Share(1),
        of: vec![9],
        from: None,
        until: None,
        code: None,
        periods: None,
        kinds: Vec::new(),
        newcomers: None,
    };
    let mut spoilt = PricePlan::free();
    match number % Odd::PRICES {
        0 => spoilt.components.push(rated(vec![Rate::flat(1, 1), Rate::flat(2, 1)])),
        1 => spoilt.components.push(rated(vec![at(0, 60)])),
        2 => spoilt.components.push(rated(vec![Rate::tiered(
            1,
            Tiering::Volume,
            vec![Tier { up_to: Some(1), minor: 1, flat_minor: 0 }],
        )])),
        3 => spoilt.components.extend([calls(0), calls(0)]),
        4 => spoilt.components.extend([month, Component::recurring("Week", 1, Rhythm::Days(7))]),
        5 => spoilt.components.extend([month, calls(1)]),
        6 => spoilt.components.push(rated(vec![Rate::flat(1, 1), at(60, 0)])),
        7 => spoilt.discounts.push(discount),
        8 => return publish(plan, |draft| (draft.terms.rollover_max, draft.price) = (Some(1), PricePlan::free())),
        _ => {
            let (offering, currency) = (offering_ref(0), Currency::parse("USD").expect("a currency code"));
            return Command::SetPrice { offering, currency, plan: Box::new(spoilt) };
        }
    }
    publish(plan, |draft| draft.price = spoilt.clone())
}

fn publish(plan: &Plan, spoil: impl Fn(&mut OfferingDraft)) -> Command {
    let mut spoilt = draft(&plan.offerings[0]);
    spoilt.id = types::OfferingId::from_u128(9);
    spoil(&mut spoilt);
    Command::PublishOffering(Box::new(spoilt))
}
