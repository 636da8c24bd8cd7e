//! Commands drawn from a seed: mostly ones that make sense, some that do not at all.

use crate::parse::{blob_hash, hash_of};
use crate::plans;
use crate::world::{MONDAY, World, draft, eur, place, resource};
use capacity::{BidHead, BidTable, ForecastStep, ForecastTable, ProfileRef, ResourceRef, Slot};
use engine::limits::QUANTITY_MAX;
use engine::rating::{PricePlan, Tax};
use engine::state::{
    Arp, ArpLevel, AutoTopUp, Capability, ClassShare, Cost, Digest, EndReason, Grade, GuardRails, OfferingRef, Origin,
    PartnerShare, PartyKind, PartyRef, PaymentOutcome, Period, PreemptionCapability, PreemptionVulnerability,
    PriceBound, Progress, ResourceClass, Scope, Sealed, SessionRef, SourceRef, Subscriber, TableHash, TokenRef,
    UtcOffset, Volume,
};
use engine::{
    ActivationOutcome, Actor, BalanceAct, BalanceOrder, BudgetDraft, Charge, Command, Key, LeaseUse, Measurement,
    NewCharging, OfferingDraft, Purchase, PurchaseBy, Receipt, Request, Role, Stage, WalletOrder, WalletWish, Want,
    Wish,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use types::{
    Area, BalanceActionId, CellId, Currency, Duration, Instant, Month, OfferingId, PartyId, PaymentId, QuoteId,
    SourceId, SubjectId, TenantId, Unit, Window,
};

/// A stream of numbers (splitmix64) from one seed.
pub struct Dice(pub u64);

impl Dice {
    /// Any number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From zero to `sides`, without it.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let at = usize::try_from(self.roll(from.len() as u64)).expect("few");
        *from.get(at).expect("a side of the dice")
    }

    fn small(&mut self, sides: u32) -> u32 {
        u32::try_from(self.roll(u64::from(sides))).expect("below its sides")
    }

    /// A quantity, once in a while at an edge.
    fn quantity(&mut self, usual: u64) -> u64 {
        match self.roll(12) {
            0 => self.pick(&[0, 1, QUANTITY_MAX, QUANTITY_MAX + 1, u64::MAX, i64::MAX.unsigned_abs()]),
            _ => self.roll(usual) + 1,
        }
    }

    /// How far the clock moves: mostly little, sometimes hours, rarely weeks.
    pub fn pause(&mut self) -> Duration {
        match self.roll(400) {
            0 => Duration::from_days(self.roll(20)),
            1..=9 => Duration::from_mins(self.roll(300)),
            10..=60 => Duration::from_secs(self.roll(200)),
            _ => Duration::from_ms(self.roll(1_500)),
        }
    }

    /// Someone asks for something.
    pub fn request(&mut self, world: &World) -> Request {
        let command = match self.roll(100) {
            0..=11 => self.setting_up(world),
            12..=16 => self.ordering(world),
            17..=34 => self.buying(world),
            35..=50 => self.calling(world),
            51..=64 => self.reporting(world),
            65..=80 => Command::ChargeUsage(self.charge(world)),
            81..=90 => self.leasing(world),
            _ => Command::RecordWindow(self.measurement(world)),
        };
        let actor = self.actor_of(&command);
        let digest = |number: u64| Digest(u128::from(number).to_le_bytes());
        let key = (self.roll(6) == 0).then(|| Key { key: digest(self.roll(20)), request: digest(self.roll(2)) });
        Request { actor, key, command }
    }

    /// Who would ask this; once in a while somebody else.
    fn actor_of(&mut self, command: &Command) -> Actor {
        let meter = Actor { role: Role::Meter, ..Actor::customer(PartyRef::from_index(3)) };
        let usual = match command {
            Command::RecordActivation { .. } | Command::RecordDeactivation { .. } | Command::RecordWindow(_) => {
                Actor::NETWORK
            }
            Command::OpenCharging(_) | Command::UseLease(_) | Command::CloseCharging { .. } => meter,
            Command::ChargeUsage(_) | Command::RegisterSource { .. } => self.pick(&[meter, Actor::NETWORK]),
            _ => Actor::OPERATOR,
        };
        let alice = Actor::customer(PartyRef::from_index(1));
        if self.roll(20) == 0 { self.pick(&[alice, meter, Actor::OPERATOR, Actor::NETWORK]) } else { usual }
    }

    fn setting_up(&mut self, world: &World) -> Command {
        let (party, currency) = (self.party(), self.pick(&[eur(), eur(), Currency::parse("JPY").expect("a code")]));
        match self.roll(20) {
            0 => self.aside().congestion(world),
            1 => Command::FoundCell { cell: CellId(1), operator: PartyId::from_u128(1) },
            2 => {
                let id = PartyId::from_u128(u128::from(self.roll(9)));
                Command::RegisterParty { id, tenant: TenantId(1), kind: PartyKind::Consumer, subject: None }
            }
            3 => Command::OpenWallet { party, currency },
            4 => {
                let limit_minor = self.quantity(2_000).cast_signed();
                Command::SetCreditLimit { party, currency, limit_minor }
            }
            5 => {
                let profile = ProfileRef::from_index(u16::try_from(self.roll(3)).expect("few"));
                Command::SetProfile { profile, hourly_ppm: vec![self.small(400_000); 168] }
            }
            6 => {
                let class = self.pick(&[ResourceClass::RadioMacro, ResourceClass::Transport, ResourceClass::Edge]);
                let upstream = Some(self.small(9)).filter(|at| *at < 8);
                let row = resource(self.roll(12).into(), "more", (class, upstream), "B", self.quantity(200));
                Command::DefineResource(Box::new(row))
            }
            7 | 8 => {
                let resource = ResourceRef::from_index(self.small(7));
                Command::SetAvailable { resource, available: self.quantity(400) }
            }
            9..=11 => Command::PublishOffering(Box::new(self.offering_draft())),
            12 if self.roll(2) == 0 => {
                let (offering, plan) = (OfferingRef::from_index(self.small(20)), Box::new(self.plan()));
                Command::SetPrice { offering, currency, plan }
            }
            12 => Command::RetireOffering { offering: OfferingRef::from_index(self.small(20) + 3) },
            19 => {
                let level_min = ArpLevel::new(self.pick(&[1, 2, 5, 8, 15, 0]));
                Command::AuthorisePriority { party, level_min }
            }
            13 => Command::RegisterSource { id: SourceId::from_u128(self.roll(4).into()) },
            14 => self.forecast(world),
            18 => Command::ClosePeriod(Box::new(self.sealed())),
            _ if world.state.tokens.len() < 4 => Command::TopUp { party, currency: eur(), amount_minor: 5_000 },
            _ => Command::TopUp { party, currency, amount_minor: self.quantity(3_000).cast_signed() },
        }
    }

    /// A month that is over, or one that is not.
    fn sealed(&mut self) -> Sealed {
        let month = Month::parse(self.pick(&["2025-11", "2025-12", "2026-01"])).expect("a month");
        let (postings, balance) = (TableHash([1; 32]), TableHash([2; 32]));
        Sealed { month, form: 1, rows: self.roll(9), postings, balance }
    }

    /// Somebody wants something of a wallet, or says what became of a payment.
    fn ordering(&mut self, world: &World) -> Command {
        let (party, other) = (self.party(), self.party());
        let amount_minor = self.quantity(600).cast_signed();
        let wish = match self.roll(12) {
            10 => {
                let act = match self.roll(6) {
                    0 => BalanceAct::TopUp(Origin::Payment("card-5".to_owned())),
                    1 => BalanceAct::Adjust,
                    2 => BalanceAct::Transfer(other),
                    _ => BalanceAct::Reserve(Duration::from_mins(self.roll(90))),
                };
                let order = BalanceOrder { party, currency: eur(), amount_minor, act };
                return Command::ActOnBalance(Box::new(order));
            }
            11 => {
                let standing = world.state.actions.values().find(|row| row.is_open()).map(|row| row.id);
                return Command::ReleaseReservation { action: standing.unwrap_or(BalanceActionId::from_u128(1)) };
            }
            0 | 1 => {
                let payment = world.state.payments.keys().next().copied().unwrap_or(PaymentId::from_u128(1));
                let outcome = self.pick(&[PaymentOutcome::Approved, PaymentOutcome::Declined]);
                return Command::RecordPayment { payment, outcome };
            }
            2 => {
                let origin = [Origin::Payment(format!("card-{}", self.roll(4))), Origin::Promotion, Origin::Unstated];
                let origin = origin.into_iter().nth(self.small(3) as usize).expect("one of three");
                return Command::ReceivePayment(Box::new(Receipt { party, currency: eur(), amount_minor, origin }));
            }
            3 => WalletWish::PayOut((self.roll(2) == 0).then_some(amount_minor)),
            4 => WalletWish::Transfer { to: other, amount_minor },
            5 => self.pick(&[WalletWish::Admit, WalletWish::Admit, WalletWish::Dismiss])(other),
            6 | 7 => WalletWish::Budget(1 + u16::try_from(self.roll(4)).expect("few"), self.budget(amount_minor)),
            8 => WalletWish::LowBalance((self.roll(6) > 0).then_some(amount_minor)),
            _ => WalletWish::AutoTopUp((self.roll(6) > 0).then(|| AutoTopUp {
                below_minor: amount_minor,
                amount_minor: 400,
                reference: "mandate".to_owned(),
                day_max_minor: 2_000,
                utc_offset: UtcOffset::default(),
                progress: Progress::default(),
            })),
        };
        Command::OrderWallet(Box::new(WalletOrder { party, currency: eur(), wish }))
    }

    /// Any budget, or none any more.
    pub fn budget(&mut self, limit_minor: i64) -> Option<BudgetDraft> {
        let scope = Scope {
            member: (self.roll(2) == 0).then(|| self.party()),
            offering: (self.roll(2) == 0).then(|| OfferingRef::from_index(self.small(4))),
            period: self.pick(&[Period::Day, Period::Month, Period::Ever]),
            utc_offset: UtcOffset::from_minutes(self.pick(&[0, 60, -210, 840])).expect("an offset"),
        };
        (self.roll(8) > 0).then_some(BudgetDraft { scope, limit_minor })
    }

    /// Loads of some resources for some hours, once in a while of one that is not there, or in the past.
    fn forecast(&mut self, world: &World) -> Command {
        let step = self.pick(&[ForecastStep::Slot, ForecastStep::Hour]);
        let (first, steps) = (self.small(6), 1 + self.small(40));
        let rows = (first..first + 1 + self.small(3)).map(|at| {
            let loads = (0..steps).map(|_| self.small(60)).collect();
            (ResourceRef::from_index(at), loads)
        });
        let rows = rows.collect();
        let from = Slot::containing(world.now).expect("a slot").after(self.small(30));
        let from = Slot::from_index(from.index() - self.small(20));
        let table = ForecastTable::new(from, step, self.small(20) * 52_631, rows).expect("a table");
        Command::LoadForecast { hash: blob_hash(&table), table: Arc::new(table) }
    }

    /// A stream of its own, so that what is drawn from it moves nobody else's dice.
    fn aside(&self) -> Self {
        Self(self.0 ^ 0xb1d5)
    }

    /// Bid prices, guard rails, or nothing.
    fn congestion(&mut self, world: &World) -> Command {
        let offering = Some(OfferingRef::from_index(self.small(8))).filter(|_| self.roll(4) > 0);
        match self.roll(5) {
            0 => self.delivery(),
            1 => Command::SetGuardRails { offering, rails: None },
            2 => Command::SetGuardRails { offering, rails: Some(Box::new(self.guard_rails())) },
            _ => self.bids(world),
        }
    }

    /// Mostly everything, once in a while less.
    fn delivery(&mut self) -> Command {
        let lacking = if self.roll(4) == 0 { Some(self.pick(&Capability::ALL)) } else { None };
        Command::DeclareDelivery(Capability::ALL.into_iter().filter(|all| Some(*all) != lacking).collect())
    }

    fn guard_rails(&mut self) -> GuardRails {
        let bound = |dice: &mut Self| match dice.roll(3) {
            0 => None,
            1 => Some(PriceBound::Minor(dice.pick(&[0, 7, 300, -1]))),
            _ => Some(PriceBound::Plan(dice.pick(&[0, 900_000, 1_500_000, 200_000_000]))),
        };
        let kind = Some(PartyKind::Consumer).filter(|_| self.roll(2) == 0);
        let classes = vec![ClassShare { kind, grade: None, share_ppm: self.pick(&[0, 500_000, 1_000_000]) }];
        let step_ppm = Some(self.pick(&[0, 100_000, 1_000_000])).filter(|_| self.roll(2) == 0);
        GuardRails { floor: bound(self), cap: bound(self), step_ppm, classes, exempt_level: ArpLevel::new(2) }
    }

    fn bids(&mut self, world: &World) -> Command {
        let (first, steps) = (self.small(6), 1 + self.small(40));
        let rows = (first..first + 1 + self.small(3)).map(|at| {
            let values = (0..steps).map(|_| self.pick(&[0, 100, 5_000, 60_000, u32::MAX])).collect();
            (ResourceRef::from_index(at), values)
        });
        let rows = rows.collect();
        let from = Slot::containing(world.now).expect("a slot").after(self.small(30));
        let head = BidHead {
            from: Slot::from_index(from.index() - self.small(20)),
            step: self.pick(&[ForecastStep::Slot, ForecastStep::Hour]),
            currency: self.pick(&[eur(), eur(), eur(), Currency::parse("JPY").expect("a code")]),
            scale: self.pick(&[1, 1_000, 1_000_000]),
            expires_at: world.now.after(Duration::from_mins(self.roll(3_000))),
        };
        let table = BidTable::new(head, rows).expect("a table");
        Command::LoadBidPrices { hash: hash_of(table.to_bytes()), table: Arc::new(table) }
    }

    /// Anything that can be published, and some that cannot.
    fn offering_draft(&mut self) -> OfferingDraft {
        let mut draft = draft(self.roll(30).into(), "drawn");
        draft.price = self.plan();
        draft.terms.percentile_ppm = self.pick(&[0, 500_000, 1_000_000]);
        draft.remedy.per_broken_window_ppm = self.pick(&[0, 1, 400_000, 1_000_000]);
        draft.remedy.cap_ppm = self.pick(&[0, 900_000, 1_000_000]);
        draft.refund_unused = self.roll(2) == 0;
        draft.transferable = self.roll(3) > 0;
        draft.cost = (self.aside().roll(4) == 0).then(|| Cost {
            sale_minor: 50,
            step_minor: self.aside().pick(&[0, 20, -1]),
            step: Duration::from_hours(1),
        });
        draft.arp = (self.roll(3) > 0).then(|| self.arp());
        draft.terms.window_length_max = Duration::from_days(self.pick(&[1, 400, 4_000]));
        match self.roll(3) {
            0 => draft.demand = BTreeMap::new(),
            // So much that two fill a radio cell.
            1 => draft.demand.values_mut().for_each(|demand| demand.units = 35),
            _ => {}
        }
        if self.roll(3) == 0 {
            draft.terms.rollover_max = self.pick(&[None, Some(0), Some(20), Some(1_000)]);
            draft.terms.volume = Some(Volume { unit: Unit::LlmToken, quantity: self.quantity(500) });
        }
        if self.roll(3) == 0 {
            let share_ppm = self.pick(&[0, 333_333, 1_000_000]);
            draft.partners = vec![engine::state::PartnerShare { party: self.party(), share_ppm, role: None }];
        }
        if self.roll(4) == 0 {
            // Out of bounds now and then, and now and then the same one twice.
            let share = |dice: &mut Self| (dice.party(), dice.pick(&[1, 333_333, 500_000]));
            let more = (0..self.roll(9)).map(|_| share(self)).collect::<Vec<_>>();
            let more = more.into_iter().map(|(party, share_ppm)| PartnerShare { party, share_ppm, role: None });
            draft.partners.extend(more);
        }
        draft
    }

    /// Any plan, and some that are not sound.
    fn plan(&mut self) -> PricePlan {
        let named =
            ["month", "day", "day", "promoted", "monthly-calls", "tiers", "packs", "bulk", "meters", "held-meters"];
        if self.roll(3) == 0 {
            return plans::named(self.pick(&named));
        }
        let rate = (self.pick(&[0, 1, 2, u64::MAX]), self.pick(&[1, 3, 1_000]));
        let usage = (self.roll(2) == 0).then(|| (Unit::LlmToken, rate, self.pick(&[0, 0, 50, 1_000])));
        let step = Duration::from_ms(self.pick(&[0, 1_000, 60_000, 3_600_000]));
        let plan = plans::by_step(self.pick(&[0, 0, 1, 7, 1_000, u64::MAX]), (self.pick(&[0, 1, 33]), step), usage);
        PricePlan { tax: Tax { ppm: self.pick(&[0, 1, 210_000, 1_000_000]), ..plan.tax }, ..plan }
    }

    /// Any priority.
    pub fn arp(&mut self) -> Arp {
        Arp {
            level: ArpLevel::new(self.pick(&[1, 2, 5, 8, 9, 10, 14, 15])).expect("a level"),
            capability: self.pick(&[PreemptionCapability::Enabled, PreemptionCapability::Disabled]),
            vulnerability: self.pick(&[PreemptionVulnerability::Enabled, PreemptionVulnerability::Disabled]),
        }
    }

    fn buying(&mut self, world: &World) -> Command {
        let party = self.party();
        let token = self.token(world);
        match self.roll(22) {
            20 => Command::TransferToken { token, to: party },
            21 => Command::GiftVolume { token, quantity: self.quantity(200), to: party },
            0..=3 => Command::IssueQuote(Box::new(self.wish(world, party))),
            4..=7 => {
                let ids: Vec<_> = world.state.quotes.keys().copied().collect();
                let quote = if ids.is_empty() { QuoteId::from_u128(1) } else { self.pick(&ids) };
                let party = world.state.quotes.get(&quote).map_or(party, |row| row.party);
                Command::PurchaseToken(Box::new(Purchase {
                    party,
                    by: PurchaseBy::Quote(quote),
                    device: None,
                    holder: None,
                    payer: None,
                }))
            }
            8..=14 => {
                let by = PurchaseBy::Wish(self.wish(world, party));
                let device = (self.roll(3) == 0).then(|| self.device());
                let payer = (self.roll(4) == 0).then(|| self.party());
                Command::PurchaseToken(Box::new(Purchase { party, by, device, holder: None, payer }))
            }
            15 => Command::ReleaseToken { token },
            16 => {
                let block = (self.roll(8) > 0).then(|| Digest([u8::try_from(self.roll(30)).expect("few"); 16]));
                Command::RevokeEntitlement { token, block }
            }
            17 => Command::SuspendToken { token },
            _ => Command::ResumeToken { token },
        }
    }

    fn wish(&mut self, world: &World, party: PartyRef) -> Wish {
        let from = match self.roll(30) {
            0 => Instant::EPOCH,
            1 => Instant::from_ms(u64::MAX - self.roll(3)),
            2..=22 => world.now.before(Duration::from_secs(self.roll(200))),
            _ => world.now.after(Duration::from_mins(self.roll(300))),
        };
        let length = match self.roll(15) {
            0 => Duration::from_days(self.roll(900) + 1),
            1 => Duration::from_ms(1),
            2 | 3 => Duration::from_days(self.roll(4) + 1),
            _ => Duration::from_mins(self.roll(240) + 1),
        };
        // Somebody buys what is paid for day by day, for some days.
        let daily = world.state.offering_by_id(OfferingId::from_u128(96)).filter(|_| self.roll(6) == 0);
        let (from, length) = match daily {
            Some(_) => (world.now, Duration::from_days(self.roll(6) + 2)),
            None => (from, length),
        };
        let somewhere = Window::new(Instant::from_ms(MONDAY), Instant::MAX).expect("a window");
        let window = Window::starting(from, length).unwrap_or(somewhere);
        let cells = self.pick(&["A", "A", "B", "AB", "C", "Z"]).chars().map(place).collect();
        let offerings = u32::try_from(world.state.offerings.len()).expect("few");
        let offering = daily.unwrap_or_else(|| OfferingRef::from_index(self.small(offerings + 1)));
        let stages = if self.roll(6) == 0 { self.stages(window) } else { Vec::new() };
        let place = Area::new(cells).expect("an area");
        let promotion = (self.roll(40) == 0).then(|| "HALF".to_owned());
        Wish { party, offering, window, place, stages, grade_min: Grade::Empirical, promotion }
    }

    /// A way in two stages that overlap, touch or leave a part out.
    fn stages(&mut self, window: Window) -> Vec<Stage> {
        let half = Duration::from_ms(window.length().as_ms() / 2);
        let after = Duration::from_mins(self.roll(20));
        let first = Window::starting(window.from(), half);
        let second = Window::new(window.from().after(half).before(after), window.to());
        let places = [first, second].map(|part| (part, self.pick(&["A", "A", "B", "AB", "C", "Z"])));
        let stage = |(part, letters): (Result<Window, _>, &str)| {
            let place = Area::new(letters.chars().map(place).collect()).expect("an area");
            Some(Stage { window: part.ok()?, place })
        };
        places.into_iter().filter_map(stage).collect()
    }

    fn calling(&mut self, world: &World) -> Command {
        let session = self.session(world);
        match self.roll(10) {
            0..=6 => {
                let token = self.token(world);
                let row = world.state.token(token);
                let left = row.map_or(1, |row| row.window.to().since(world.now).as_ms());
                let duration = Duration::from_ms(self.quantity(left.max(1)));
                let device = row.and_then(|row| row.device).filter(|_| self.roll(9) > 0).unwrap_or(self.device());
                let flow = Digest([u8::try_from(self.roll(9)).expect("few"); 16]);
                Command::RequestActivation { token, device, flow, duration }
            }
            7 => Command::ExtendSession { session, more: Duration::from_ms(self.quantity(7_200_000)) },
            8 => Command::RequestDeactivation { session },
            _ => Command::ForgetSession { session },
        }
    }

    fn reporting(&mut self, world: &World) -> Command {
        let session = self.session(world);
        if self.roll(5) < 3 {
            let outcomes = [ActivationOutcome::Confirmed, ActivationOutcome::Refused, ActivationOutcome::Unknown];
            let outcome = if self.roll(2) == 0 { ActivationOutcome::Confirmed } else { self.pick(&outcomes) };
            return Command::RecordActivation { session, outcome };
        }
        if self.roll(2) == 0 {
            let places = self.pick(&["A", "B", "C", "AB", "BA", "ZA", "Z"]).chars().map(place).collect();
            return Command::MoveSession { session, places };
        }
        let reasons = [None, None, Some(EndReason::NetworkTerminated), Some(EndReason::DurationExpired)];
        Command::RecordDeactivation { session, reason: self.pick(&reasons) }
    }

    fn charge(&mut self, world: &World) -> Charge {
        let token = self.token(world);
        let own = world.state.token(token).and_then(|row| world.state.session(row.session?)).map(|row| row.source);
        let sources = u32::try_from(world.state.sources.len()).expect("few") + 1;
        let source = own.filter(|_| self.roll(3) > 0).unwrap_or(SourceRef::from_index(self.small(sources)));
        let high = world.state.source(source).map_or(0, |row| row.high);
        let sequence = match self.roll(12) {
            0 => self.quantity(10_000),
            1..=3 => high.saturating_sub(self.roll(20)),
            _ => high.saturating_add(self.roll(3) + 1),
        };
        let unit = self.unit();
        Charge { token, source, sequence, quantity: self.quantity(150), unit }
    }

    fn leasing(&mut self, world: &World) -> Command {
        let all: Vec<_> = world.state.chargings.values().collect();
        if all.is_empty() || self.roll(8) == 0 {
            let subscriber = match self.roll(2) {
                0 => Subscriber::Device(self.device()),
                _ => Subscriber::Party(self.party()),
            };
            return Command::OpenCharging(Box::new(NewCharging { subscriber, notify: None, sequence: self.small(3) }));
        }
        let charging = self.pick(&all);
        let sequence = (charging.sequence + self.small(4)).saturating_sub(1);
        if self.roll(12) == 0 {
            return Command::CloseCharging { charging: charging.id, sequence };
        }
        let quota = |quantity_max, validity| Want::Quota { quantity_max, validity };
        let want = match self.roll(5) {
            0 => Want::Nothing,
            1 => Want::Debit,
            _ => quota(self.quantity(300), Duration::from_ms(self.quantity(3_600_000))),
        };
        let used = if self.roll(4) == 0 { 0 } else { self.quantity(200) };
        let (rating_group, offering) = (self.small(3), OfferingRef::from_index(self.small(5)));
        let (charging, unit) = (charging.id, self.unit());
        Command::UseLease(Box::new(LeaseUse { charging, rating_group, sequence, offering, unit, used, want }))
    }

    /// Mostly what is meant where nothing is said.
    fn unit(&mut self) -> Option<Unit> {
        (self.roll(3) == 0).then(|| self.pick(&[Unit::Call, Unit::Message, Unit::LlmToken]))
    }

    fn measurement(&mut self, world: &World) -> Measurement {
        let session = self.session(world);
        let next = world.state.session(session).map_or(0, |row| row.next_window);
        let window = if self.roll(20) == 0 { self.quantity(5) } else { (next + self.roll(4)).saturating_sub(1) };
        let windows = if self.roll(5) == 0 { self.quantity(5) } else { 1 };
        let (samples, samples_late, samples_starved) = (self.small(100), self.small(60), self.small(10));
        Measurement { session, window, windows, samples, samples_late, samples_starved }
    }

    fn party(&mut self) -> PartyRef {
        PartyRef::from_index(if self.roll(15) == 0 { self.small(9) } else { self.small(2) + 1 })
    }

    fn device(&mut self) -> SubjectId {
        SubjectId::from_u128(self.roll(4).into())
    }

    /// A token that is live, mostly.
    fn token(&mut self, world: &World) -> TokenRef {
        let tokens = (0..).zip(&world.state.tokens);
        let live: Vec<u32> = tokens.filter(|(_, row)| row.is_live()).map(|(at, _)| at).collect();
        if live.is_empty() || self.roll(12) == 0 {
            let tokens = u32::try_from(world.state.tokens.len()).expect("few");
            return TokenRef::from_index(self.small(tokens + 2));
        }
        TokenRef::from_index(self.pick(&live))
    }

    /// A session that is remembered, mostly one that is live.
    fn session(&mut self, world: &World) -> SessionRef {
        let any: Vec<SessionRef> = world.state.live_sessions().map(|(at, _)| at).collect();
        let live: Vec<SessionRef> =
            world.state.live_sessions().filter(|(_, row)| row.is_live()).map(|(at, _)| at).collect();
        let from = if self.roll(4) == 0 { any } else { live };
        if from.is_empty() || self.roll(20) == 0 {
            let sessions = u32::try_from(world.state.sessions.len()).expect("few");
            return SessionRef::from_index(self.small(sessions + 2));
        }
        self.pick(&from)
    }
}
