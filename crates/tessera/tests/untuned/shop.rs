//! A cell with radio cells to sell, asked as its callers ask it: decide and apply, and nothing beside them.

use engine::capacity::{ForecastStep, ForecastTable, ProfileRef, Resource, ResourceRef, SLOT_LENGTH, Slot};
use engine::rating::{Component, PricePlan};
use engine::state::{
    BlobHash, Capabilities, Capability, Demand, Grade, Guarantee, OfferingRef, PartyKind, PartyRef, Remedy,
    ResourceClass, ResourceInfo, State, Terms, TokenRef,
};
use engine::{
    Actor, Answer, Command, OfferingDraft, Purchase, PurchaseBy, Rejection, Request, Stamp, Wish, apply, decide,
    decide_due,
};
use intelligence::number::{floor_u32, real};
use intelligence::service::forecast::Forecast;
use std::collections::BTreeMap;
use std::sync::Arc;
use types::{
    Area, CellId, Currency, Duration, H3Cell, Instant, OfferingId, PartyId, QuoteId, ResourceId, TenantId, Window,
};

/// Monday 5 January 2026, 00:00 UTC.
pub const MONDAY: Instant = Instant::from_ms(1_767_571_200_000);
/// Everyone buys as this party, from a wallet that is never empty.
const CUSTOMER: PartyRef = PartyRef::from_index(1);
const CREDIT_MINOR: i64 = 1_000_000_000_000;

/// The state of a cell, and the clock of whoever tells it the time.
pub struct Shop {
    /// What the engine knows.
    pub state: State,
    now: Instant,
    stamps: u128,
}

/// A radio cell as it is defined.
#[derive(Clone, Copy)]
pub struct RadioCell {
    /// Units.
    pub nominal: u64,
    /// Share of them that is never sold, in ppm.
    pub floor_ppm: u32,
    /// Share that others need, in every hour of the week, in ppm.
    pub background_ppm: u32,
}

/// What is on sale.
#[derive(Clone, Copy)]
pub struct Product {
    /// Units in every slot.
    pub units: u64,
    /// How often the promise may be broken, in ppb.
    pub epsilon_ppb: u32,
    /// Gross, for each started slot.
    pub slot_minor: i64,
}

impl Shop {
    /// A cell with one customer, at an instant.
    pub fn open(now: Instant) -> Self {
        let mut shop = Self { state: State::default(), now, stamps: 0 };
        let (tenant, currency) = (TenantId(1), euro());
        for command in [
            Command::FoundCell { cell: CellId(1), operator: PartyId::from_u128(1) },
            Command::RegisterParty { id: PartyId::from_u128(2), tenant, kind: PartyKind::Consumer, subject: None },
            Command::OpenWallet { party: CUSTOMER, currency },
            Command::TopUp { party: CUSTOMER, currency, amount_minor: CREDIT_MINOR },
        ] {
            shop.operate(command);
        }
        shop
    }

    /// Lets time pass, and happen what is due.
    pub fn pass_to(&mut self, now: Instant) {
        self.now = self.now.max(now);
        let mut due = Vec::new();
        while decide_due(&self.state, Stamp { now: self.now, entropy: 0 }, &mut due) {
            for event in due.drain(..) {
                apply(&mut self.state, &event, self.now);
            }
        }
    }

    /// Adds a radio cell with a place and a background of its own.
    pub fn define(&mut self, cell: RadioCell) -> ResourceRef {
        let number = u16::try_from(self.state.resources.len()).expect("few radio cells");
        let profile = ProfileRef::from_index(number);
        self.set_background(ResourceRef::from_index(number.into()), vec![cell.background_ppm; 168]);
        let info = ResourceInfo {
            id: ResourceId::from_u128(number.into()),
            name: format!("radio cell {number}"),
            class: ResourceClass::RadioMacro,
            upstream: None,
            covers: vec![place(number.into())],
        };
        let RadioCell { nominal, floor_ppm, .. } = cell;
        let calendar = Resource {
            nominal,
            available: nominal,
            floor_ppm,
            background_min: 0,
            profile,
            profile_scale_ppm: 1_000_000,
        };
        match self.operate(Command::DefineResource(Box::new((info, calendar)))) {
            Answer::Resource(resource) => resource,
            other => unreachable!("a resource was defined, not {other:?}"),
        }
    }

    /// Says what others are expected to need of a radio cell, by hour of the week, in ppm of nominal.
    pub fn set_background(&mut self, cell: ResourceRef, hourly_ppm: Vec<u32>) {
        let profile = ProfileRef::from_index(u16::try_from(cell.index()).expect("few radio cells"));
        self.operate(Command::SetProfile { profile, hourly_ppm });
    }

    /// Loads what others are expected to need of radio cells, slot by slot, all from one slot on.
    pub fn load_forecasts(&mut self, cells: &[ResourceRef], forecasts: &[Forecast]) {
        let first = forecasts.first().expect("there are radio cells");
        let units = |forecast: &Forecast| forecast.units.iter().map(|units| floor_u32(real(*units))).collect();
        let rows = cells.iter().copied().zip(forecasts.iter().map(units)).collect();
        let quantile_ppm = floor_u32(real(first.quantile_ppm));
        let table = ForecastTable::new(first.from, ForecastStep::Slot, quantile_ppm, rows).expect("a sound table");
        // Where blobs are kept, this is the hash of its bytes; here every table only needs a name of its own.
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(&self.stamps.to_be_bytes());
        self.operate(Command::LoadForecast { hash: BlobHash(hash), table: Arc::new(table) });
    }

    /// Puts something on sale.
    pub fn publish(&mut self, product: Product) -> OfferingRef {
        match self.operate(Command::PublishOffering(Box::new(draft(self.state.offerings.len(), product)))) {
            Answer::Offering(offering) => offering,
            other => unreachable!("an offering was published, not {other:?}"),
        }
    }

    /// Buys at once.
    pub fn buy(&mut self, offering: OfferingRef, cell: ResourceRef, window: Window) -> Result<TokenRef, Rejection> {
        self.purchase(PurchaseBy::Wish(wish(offering, cell, window)))
    }

    /// Asks for a firm quote and, when there is one, accepts it in the same instant.
    pub fn buy_quoted(
        &mut self,
        offering: OfferingRef,
        cell: ResourceRef,
        window: Window,
    ) -> Result<TokenRef, Rejection> {
        let quote: QuoteId =
            match self.submit(customer(), Command::IssueQuote(Box::new(wish(offering, cell, window))))? {
                Answer::Quote(quote) => quote,
                other => unreachable!("a quote was issued, not {other:?}"),
            };
        self.purchase(PurchaseBy::Quote(quote))
    }

    /// The customer gives a token up.
    pub fn release(&mut self, token: TokenRef) {
        self.submit(customer(), Command::ReleaseToken { token }).expect("a token that is live can be given up");
    }

    /// What a token costs, gross.
    pub fn fee_minor(&self, token: TokenRef) -> i64 {
        self.state.token(token).expect("it was sold").fee_minor
    }

    /// Units promised on a radio cell in the slot that is running.
    pub fn committed(&self, cell: ResourceRef) -> u64 {
        let slot = Slot::containing(self.now).expect("a slot");
        self.state.capacity.free(cell, slot).expect("the radio cell exists").committed
    }

    fn purchase(&mut self, by: PurchaseBy) -> Result<TokenRef, Rejection> {
        let purchase = Purchase { party: CUSTOMER, by, device: None, holder: None, payer: None };
        match self.submit(customer(), Command::PurchaseToken(Box::new(purchase)))? {
            Answer::Token(token) => Ok(token),
            other => unreachable!("a token was issued, not {other:?}"),
        }
    }

    fn operate(&mut self, command: Command) -> Answer {
        self.submit(Actor::OPERATOR, command).expect("the operator's commands are sound")
    }

    fn submit(&mut self, actor: Actor, command: Command) -> Result<Answer, Rejection> {
        self.stamps += 1;
        let stamp = Stamp { now: self.now, entropy: self.stamps << 8 };
        let mut events = Vec::new();
        let answer = decide(&self.state, &Request { actor, key: None, command }, stamp, &mut events)?;
        for event in &events {
            apply(&mut self.state, event, self.now);
        }
        Ok(answer)
    }
}

const fn customer() -> Actor {
    Actor::customer(CUSTOMER)
}

fn euro() -> Currency {
    Currency::parse("EUR").expect("a code")
}

fn place(number: u64) -> H3Cell {
    H3Cell::from_index((8 << 52) | number)
}

fn wish(offering: OfferingRef, cell: ResourceRef, window: Window) -> Wish {
    let place = Area::new(vec![place(cell.index().into())]).expect("one H3 cell");
    Wish { party: CUSTOMER, offering, window, place, stages: Vec::new(), grade_min: Grade::Empirical, promotion: None }
}

fn draft(number: usize, product: Product) -> OfferingDraft {
    let Product { units, epsilon_ppb, slot_minor } = product;
    OfferingDraft {
        id: OfferingId::from_u128(number as u128),
        name: format!("{units} units"),
        capability: Capability::Experience,
        also: Capabilities::NONE,
        qos_profile: format!("QOS_{number}"),
        terms: Terms {
            latency_ms_max: 20,
            percentile_ppm: 950_000,
            downlink_kbps_min: 1,
            uplink_kbps_min: 0,
            window_length_max: Duration::from_days(1),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        currency: euro(),
        price: PricePlan::gross(0, vec![Component::per_time("Slots", slot_minor.unsigned_abs(), SLOT_LENGTH)]),
        guarantee: Guarantee { assurance_window: Duration::from_mins(5), samples_min: 1 },
        remedy: Remedy { per_broken_window_ppm: 1_000_000, cap_ppm: 1_000_000 },
        eligible: Vec::new(),
        refund_unused: false,
        partners: Vec::new(),
        arp: None,
        transferable: false,
        cost: None,
        demand: BTreeMap::from([(
            ResourceClass::RadioMacro,
            Demand { units, epsilon_ppb, version: 1, grade: None, graded: None },
        )]),
    }
}
