//! The words of a script, as commands.

use crate::plans;
use crate::world::{self, MONDAY, World, draft, eur, offerings, place};
use capacity::{BidHead, BidTable, ForecastStep, ForecastTable, ProfileRef, ResourceRef, Slot};
use engine::rating::{PricePlan, Rate};
use engine::state::{
    Arp, ArpLevel, AutoTopUp, BlobHash, Capability, ClassShare, Concurrency, Cost, Demand, Digest, EndReason, Grade,
    Graded, GuardRails, HolderKey, OfferingRef, Origin, PartnerRole, PartnerShare, PartyKind, PartyRef, PaymentOutcome,
    Period, PreemptionCapability, PreemptionVulnerability, PriceBound, Progress, ResourceClass, Scope, Sealed,
    SessionRef, SourceRef, Subscriber, TableHash, TokenRef, UtcOffset, Volume,
};
use engine::{
    ActivationOutcome, Actor, BalanceAct, BalanceOrder, BudgetDraft, Charge, Command, Key, LeaseUse, Measurement,
    NewCharging, OfferingDraft, Purchase, PurchaseBy, Receipt, Request, Role, Stage, WalletOrder, WalletWish, Want,
    Wish,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use types::{
    Area, BalanceActionId, CellId, ChargingId, Currency, Duration, Instant, Month, OfferingId, PartyId, PaymentId,
    QuoteId, SourceId, SubjectId, TenantId, Unit, Window,
};

/// What a script has named so far.
#[derive(Default)]
pub struct Names {
    pub quotes: Vec<QuoteId>,
    pub chargings: Vec<ChargingId>,
}

/// `name=value` words of a line.
struct Options<'a>(&'a [&'a str]);

/// A line: who, what, and the key it is asked under.
pub fn request(names: &Names, world: &World, actor: &str, words: &[&str]) -> Request {
    let (options, plain): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.contains('='));
    let options = Options(&options);
    let key = options.number("key").map(|key| Key { key: digest(key), request: digest(hash(&plain.join(" "))) });
    let actor = actor_of(actor);
    let command = command(names, world, actor, &plain, &options);
    Request { actor, key, command }
}

/// A time of Monday, `10:00` or `10:00:30`, or of a later day, `+3d10:00`.
pub fn time(word: &str) -> Instant {
    let (days, clock) = word.strip_prefix('+').and_then(|rest| rest.split_once('d')).unwrap_or(("0", word));
    let parts = clock.split(':').map(|part| part.parse::<u64>().expect("a number")).collect::<Vec<_>>();
    let seconds = parts.iter().chain(&[0]).take(3).fold(0, |all, part| all * 60 + part);
    Instant::from_ms(MONDAY + days.parse::<u64>().expect("days") * 86_400_000 + seconds * 1_000)
}

fn command(names: &Names, world: &World, actor: Actor, words: &[&str], options: &Options<'_>) -> Command {
    match words {
        ["pass"] => Command::Pass,
        ["found", cell] => Command::FoundCell { cell: CellId(number(cell)), operator: PartyId::from_u128(1) },
        ["register", id, kind] => {
            let id = PartyId::from_u128(number(id));
            Command::RegisterParty { id, tenant: TenantId(1), kind: kind_of(kind), subject: None }
        }
        ["wallet", party, code] => Command::OpenWallet { party: party_of(party), currency: currency(code) },
        ["top-up", party, code, amount] => {
            Command::TopUp { party: party_of(party), currency: currency(code), amount_minor: number(amount) }
        }
        ["credit", party, code, limit] => {
            Command::SetCreditLimit { party: party_of(party), currency: currency(code), limit_minor: number(limit) }
        }
        ["funds", party, code, amount] => {
            let origin = match options.text("from") {
                Some("promotion") => Origin::Promotion,
                Some(reference) => Origin::Payment(reference.trim_matches('-').to_owned()),
                None => Origin::Unstated,
            };
            let (party, currency, amount_minor) = (party_of(party), currency(code), number(amount));
            Command::ReceivePayment(Box::new(Receipt { party, currency, amount_minor, origin }))
        }
        ["settle", payment, outcome] => {
            let payment = match payment.strip_prefix('p').and_then(|at| at.parse().ok()) {
                Some(at) => world.state.payments.keys().nth(at).copied(),
                None => None,
            };
            let outcome = if *outcome == "approved" { PaymentOutcome::Approved } else { PaymentOutcome::Declined };
            Command::RecordPayment { payment: payment.unwrap_or(PaymentId::from_u128(0)), outcome }
        }
        ["of", party, code, wish @ ..] => {
            let (party, currency) = (party_of(party), currency(code));
            Command::OrderWallet(Box::new(WalletOrder { party, currency, wish: wallet_wish(wish, options) }))
        }
        ["authorise", party] => Command::AuthorisePriority { party: party_of(party), level_min: None },
        ["authorise", party, level] => {
            Command::AuthorisePriority { party: party_of(party), level_min: ArpLevel::new(number(level)) }
        }
        ["source", id] => Command::RegisterSource { id: SourceId::from_u128(number(id)) },
        ["profile", at, ppm, hours] => Command::SetProfile {
            profile: ProfileRef::from_index(number(at)),
            hourly_ppm: vec![number(ppm); number(hours)],
        },
        ["forecast", resources, from, loads] => forecast((resources, time(from), loads), options),
        ["resource", id, name] => define(number(id), name, options),
        ["available", at, units] => {
            Command::SetAvailable { resource: ResourceRef::from_index(number(at)), available: number(units) }
        }
        ["quote", offering, window, place] => {
            Command::IssueQuote(Box::new(wish(actor, (offering, window, place), options)))
        }
        ["buy", offering, window, place] => {
            let by = PurchaseBy::Wish(wish(actor, (offering, window, place), options));
            purchase(actor, by, options)
        }
        ["accept", quote] => {
            let quote = names.quotes.get(index(quote) as usize).copied().unwrap_or(QuoteId::from_u128(0));
            purchase(actor, PurchaseBy::Quote(quote), options)
        }
        _ => selling(world, words, options)
            .or_else(|| charging(names, words, options))
            .or_else(|| acting(world, words))
            .unwrap_or_else(|| call(world, words, options)),
    }
}

/// What is on sale, and at which price.
fn selling(world: &World, words: &[&str], options: &Options<'_>) -> Option<Command> {
    Some(match words {
        ["publish", id, name] => Command::PublishOffering(Box::new(offering_draft(number(id), name, options))),
        ["reprice", offering, code, name] => Command::SetPrice {
            offering: offering_of(offering),
            currency: currency(code),
            plan: Box::new(plans::named(name)),
        },
        ["turn", offering] => {
            let version = world.state.offering(offering_of(offering)).map_or(0, engine::state::Offering::version);
            let plan = Box::new(plans::named(if version.is_multiple_of(2) { "meters" } else { "tiers" }));
            Command::SetPrice { offering: offering_of(offering), currency: eur(), plan }
        }
        ["bids", resources, from, values] => bids((resources, time(from), values), options),
        ["rails", offering, rails @ ..] => {
            Command::SetGuardRails { offering: railed(offering), rails: guard_rails(rails).map(Box::new) }
        }
        ["close", month] => Command::ClosePeriod(Box::new(sealed(month))),
        ["delivers", names @ ..] => Command::DeclareDelivery(names.iter().map(|name| capability_of(name)).collect()),
        ["retire", offering] => Command::RetireOffering { offering: offering_of(offering) },
        _ => return None,
    })
}

/// `act alice EUR 300 reserve 30`, `release r0`: what is done with wallets under ids, by their order.
fn acting(world: &World, words: &[&str]) -> Option<Command> {
    Some(match words {
        ["act", party, code, amount, act @ ..] => {
            let (party, currency, amount_minor) = (party_of(party), currency(code), number(amount));
            let act = match act {
                ["top-up", reference] => BalanceAct::TopUp(Origin::Payment((*reference).to_owned())),
                ["adjust"] => BalanceAct::Adjust,
                ["transfer", to] => BalanceAct::Transfer(party_of(to)),
                ["reserve", minutes] => BalanceAct::Reserve(Duration::from_mins(number(minutes))),
                other => unreachable!("no such act: {other:?}"),
            };
            Command::ActOnBalance(Box::new(BalanceOrder { party, currency, amount_minor, act }))
        }
        ["release", action] if action.starts_with('r') => {
            let known = action.strip_prefix('r').and_then(|at| at.parse().ok());
            let found = known.and_then(|at: usize| world.state.actions.keys().nth(at).copied());
            Command::ReleaseReservation { action: found.unwrap_or(BalanceActionId::from_u128(0)) }
        }
        _ => return None,
    })
}

/// `open phone 1`, `use c0 g7 2 1000 calls want=500`, `close c0 3`: sessions, rating groups, invocations.
fn charging(names: &Names, words: &[&str], options: &Options<'_>) -> Option<Command> {
    let charging = |word| names.chargings.get(index(word) as usize).copied().unwrap_or(ChargingId::from_u128(0));
    let known = ["alice", "acme"].into_iter();
    Some(match words {
        ["open", whom, sequence] => Command::OpenCharging(Box::new(NewCharging {
            subscriber: match known.clone().find(|name| name == whom) {
                Some(name) => Subscriber::Party(party_of(name)),
                None => Subscriber::Device(SubjectId::from_u128(hash(whom).into())),
            },
            notify: options.number("notify").map(|bytes| "x".repeat(bytes)),
            sequence: number(sequence),
        })),
        ["use", at, group, sequence, used, offering] => Command::UseLease(Box::new(LeaseUse {
            charging: charging(at),
            rating_group: index(group),
            sequence: number(sequence),
            offering: offering_of(offering),
            unit: options.text("unit").and_then(Unit::parse),
            used: number(used),
            want: match options.text("want") {
                None => Want::Nothing,
                Some("debit") => Want::Debit,
                Some(most) => {
                    let validity = Duration::from_mins(options.number("minutes").unwrap_or(10));
                    Want::Quota { quantity_max: number(most), validity }
                }
            },
        })),
        ["close", at, sequence] => Command::CloseCharging { charging: charging(at), sequence: number(sequence) },
        _ => return None,
    })
}

fn call(world: &World, words: &[&str], options: &Options<'_>) -> Command {
    let token = |word: &str| TokenRef::from_index(index(word));
    let session = |word: &str| SessionRef::from_index(index(word));
    match words {
        ["release", at] => Command::ReleaseToken { token: token(at) },
        ["give", at, to] => Command::TransferToken { token: token(at), to: party_of(to) },
        ["gift", at, quantity, to] => {
            Command::GiftVolume { token: token(at), quantity: number(quantity), to: party_of(to) }
        }
        ["suspend", at] => Command::SuspendToken { token: token(at) },
        ["resume", at] => Command::ResumeToken { token: token(at) },
        ["revoke", at] => Command::RevokeEntitlement { token: token(at), block: options.number("block").map(digest) },
        ["call", at, device, minutes] => Command::RequestActivation {
            token: token(at),
            device: SubjectId::from_u128(hash(device).into()),
            flow: digest(options.number("flow").unwrap_or(0)),
            duration: Duration::from_mins(number(minutes)),
        },
        ["record", at, outcome] => {
            let outcome = match *outcome {
                "confirmed" => ActivationOutcome::Confirmed,
                "refused" => ActivationOutcome::Refused,
                _ => ActivationOutcome::Unknown,
            };
            Command::RecordActivation { session: session(at), outcome }
        }
        ["stop", at] => Command::RequestDeactivation { session: session(at) },
        ["extend", at, minutes] => {
            Command::ExtendSession { session: session(at), more: Duration::from_mins(number(minutes)) }
        }
        ["stopped", at] => Command::RecordDeactivation { session: session(at), reason: None },
        ["failed", at] => {
            Command::RecordDeactivation { session: session(at), reason: Some(EndReason::NetworkTerminated) }
        }
        ["move", at, places] => {
            let places = places.chars().filter(|at| *at != '-').map(place).collect();
            Command::MoveSession { session: session(at), places }
        }
        ["forget", at] => Command::ForgetSession { session: session(at) },
        ["charge", at, source, sequence, quantity] => {
            let source = match source.strip_prefix('s') {
                Some(at) => world.state.session(SessionRef::from_index(number(at))).expect("a session").source,
                None => SourceRef::from_index(index(source)),
            };
            let (token, sequence, quantity) = (token(at), number(sequence), number(quantity));
            let unit = options.text("unit").and_then(Unit::parse);
            Command::ChargeUsage(Charge { token, source, sequence, quantity, unit })
        }
        ["measured", at, window, samples, late] => Command::RecordWindow(Measurement {
            session: session(at),
            window: number(window),
            windows: options.number("windows").unwrap_or(1),
            samples: number(samples),
            samples_late: number(late),
            samples_starved: options.number("starved").unwrap_or(0),
        }),
        other => unreachable!("no such line: {other:?}"),
    }
}

/// What is wanted of a wallet: `of alice EUR budget 1 500 day member=acme`.
fn wallet_wish(words: &[&str], options: &Options<'_>) -> WalletWish {
    let utc_offset = UtcOffset::from_minutes(options.number("utc").unwrap_or(0)).expect("an offset");
    match words {
        ["pay-out"] => WalletWish::PayOut(None),
        ["pay-out", amount] => WalletWish::PayOut(Some(number(amount))),
        ["transfer", amount, to] => WalletWish::Transfer { to: party_of(to), amount_minor: number(amount) },
        ["admit", member] => WalletWish::Admit(party_of(member)),
        ["dismiss", member] => WalletWish::Dismiss(party_of(member)),
        ["budget", at] => WalletWish::Budget(number(at), None),
        ["budget", at, limit, period] => {
            let period = match *period {
                "day" => Period::Day,
                "month" => Period::Month,
                _ => Period::Ever,
            };
            let (member, offering) = (options.text("member").map(party_of), options.text("on").map(offering_of));
            let scope = Scope { member, offering, period, utc_offset };
            WalletWish::Budget(number(at), Some(BudgetDraft { scope, limit_minor: number(limit) }))
        }
        ["low", "never"] => WalletWish::LowBalance(None),
        ["low", below] => WalletWish::LowBalance(Some(number(below))),
        ["auto", "never"] => WalletWish::AutoTopUp(None),
        ["auto", below, amount, day_max] => WalletWish::AutoTopUp(Some(AutoTopUp {
            below_minor: number(below),
            amount_minor: number(amount),
            reference: options.text("from").unwrap_or("").to_owned(),
            day_max_minor: number(day_max),
            utc_offset,
            progress: Progress::default(),
        })),
        other => unreachable!("no such wish: {other:?}"),
    }
}

/// `forecast 2,3 10:00 50,60`: loads of each of these resources, step by step; `repeat=` times over.
fn forecast((resources, from, loads): (&str, Instant, &str), options: &Options<'_>) -> Command {
    let step = ForecastStep::of_slots(options.number("step").unwrap_or(12)).expect("a step");
    let quantile_ppm = options.number("quantile").unwrap_or(950_000);
    let loads = loads.split(',').map(number).collect::<Vec<_>>().repeat(options.number("repeat").unwrap_or(1));
    let rows = resources.split(',').map(|at| (ResourceRef::from_index(number(at)), loads.clone())).collect();
    let from = Slot::containing(from).expect("a slot");
    let table = ForecastTable::new(from, step, quantile_ppm, rows).expect("a table");
    Command::LoadForecast { hash: blob_hash(&table), table: Arc::new(table) }
}

/// `bids 2,3 10:00 50,60`: what a unit of each of these is worth in each slot, hour by hour; `until=` it expires.
fn bids((resources, from, values): (&str, Instant, &str), options: &Options<'_>) -> Command {
    let values = values.split(',').map(number).collect::<Vec<_>>().repeat(options.number("repeat").unwrap_or(1));
    let head = BidHead {
        from: Slot::containing(from).expect("a slot"),
        step: ForecastStep::of_slots(options.number("step").unwrap_or(12)).expect("a step"),
        currency: options.text("currency").map_or(eur(), currency),
        scale: options.number("scale").unwrap_or(1_000),
        expires_at: options.text("until").map_or_else(|| from.after(Duration::from_days(1)), time),
    };
    let rows = resources.split(',').map(|at| (ResourceRef::from_index(number(at)), values.clone())).collect();
    let table = BidTable::new(head, rows).expect("a table");
    Command::LoadBidPrices { hash: hash_of(table.to_bytes()), table: Arc::new(table) }
}

fn railed(word: &str) -> Option<OfferingRef> {
    (word != "all").then(|| offering_of(word))
}

/// `floor:plan:1100000 cap:minor:500 step:200000 share:consumer:500000 level:2`; none where nothing is said.
fn guard_rails(words: &[&str]) -> Option<GuardRails> {
    let mut rails = GuardRails { floor: None, cap: None, step_ppm: None, classes: Vec::new(), exempt_level: None };
    for word in words {
        match word.split(':').collect::<Vec<_>>().as_slice() {
            ["floor", kind, amount] => rails.floor = Some(price_bound(kind, amount)),
            ["cap", kind, amount] => rails.cap = Some(price_bound(kind, amount)),
            ["step", share] => rails.step_ppm = Some(number(share)),
            ["level", level] => rails.exempt_level = ArpLevel::new(number(level)),
            ["share", kind, share] => {
                let kind = (*kind != "all").then(|| kind_of(kind));
                rails.classes.push(ClassShare { kind, grade: None, share_ppm: number(share) });
            }
            _ => {}
        }
    }
    (!words.is_empty()).then_some(rails)
}

fn capability_of(name: &str) -> Capability {
    let named = Capability::ALL.into_iter().find(|capability| format!("{capability:?}").to_lowercase() == name);
    named.expect("a capability")
}

fn price_bound(kind: &str, amount: &str) -> PriceBound {
    if kind == "plan" { PriceBound::Plan(number(amount)) } else { PriceBound::Minor(number(amount)) }
}

/// Not the hash that journals use, but as different for different tables.
pub fn blob_hash(table: &ForecastTable) -> BlobHash {
    hash_of(table.to_bytes())
}

/// The same of any bytes.
pub fn hash_of(bytes: Vec<u8>) -> BlobHash {
    let mut hash = [0_u8; 32];
    for (at, byte) in bytes.into_iter().enumerate() {
        let place = hash.get_mut(at % 32).expect("a byte of it");
        *place = byte.wrapping_add(place.wrapping_mul(31)).rotate_left(3);
    }
    BlobHash(hash)
}

fn define(id: u128, name: &str, options: &Options<'_>) -> Command {
    let covers = options.text("covers").unwrap_or("");
    let beam = options.text("class") == Some("beam");
    let class = if beam { ResourceClass::SatelliteBeam } else { ResourceClass::RadioMacro };
    let upstream = options.number("up");
    let nominal = options.number("nominal").unwrap_or(100);
    let name = if name == "-" { "" } else { name };
    let (info, mut calendar) = world::resource(id, name, (class, upstream), covers, nominal);
    calendar.floor_ppm = options.number("floor").unwrap_or(calendar.floor_ppm);
    calendar.profile = ProfileRef::from_index(options.number("profile").unwrap_or(0));
    Command::DefineResource(Box::new((info, calendar)))
}

fn offering_draft(id: u128, name: &str, options: &Options<'_>) -> OfferingDraft {
    let like = offerings().into_iter().find(|draft| options.text("like") == Some(draft.name.as_str()));
    let mut draft = OfferingDraft { name: name.replace('-', ""), ..like.unwrap_or(draft(id, name)) };
    draft.id = OfferingId::from_u128(id);
    draft.price = plan_of(draft.price, options);
    draft.currency = options.text("currency").map_or(draft.currency, currency);
    if options.text("eligible") == Some("twice") {
        draft.eligible = vec![PartyKind::Consumer; 2];
    }
    if let (Some(devices_max), Some(devices_per_cell)) = (options.number("devices"), options.number("per_cell")) {
        draft.terms.concurrency = Some(Concurrency { devices_max, devices_per_cell });
    }
    if let Some(units) = options.number("hard") {
        for demand in draft.demand.values_mut() {
            demand.graded = Some(BTreeMap::from([(Grade::Hard, Graded { units, epsilon_ppb: 0 })]));
        }
    }
    if let Some(units) = options.number("space") {
        let demand = Demand { units, epsilon_ppb: 9_000, version: 1, grade: Some(Grade::Empirical), graded: None };
        draft.demand.insert(ResourceClass::SatelliteBeam, demand);
    }
    draft.also = options.text("also").map_or(draft.also, |names| names.split('+').map(capability_of).collect());
    draft.terms.rollover_max = options.number("rollover");
    if options.text("demand") == Some("none") {
        draft.demand.clear();
    }
    if let Some(quantity) = options.number("volume") {
        draft.terms.volume = Some(Volume { unit: Unit::LlmToken, quantity });
    }
    if let (Some(partner), Some(party)) = (draft.partners.first_mut(), options.number("partner")) {
        partner.party = PartyRef::from_index(party);
    }
    draft.partners = options.text("partners").map_or(draft.partners, partners);
    draft.refund_unused = options.text("refund").map_or(draft.refund_unused, |word| word != "none");
    draft.arp = options.text("arp").map(arp);
    draft.transferable = options.text("gifts").is_some();
    draft.cost = options.number("cost").map(|sale_minor| Cost {
        sale_minor,
        step_minor: options.number("cost_step").unwrap_or(0),
        step: Duration::from_ms(options.number("cost_step_ms").unwrap_or(3_600_000)),
    });
    draft.terms.window_length_max = options.number("days").map_or(draft.terms.window_length_max, Duration::from_days);
    draft
}

/// `price=month`, or some amounts of a simple price: `once=0 step_ms=1 usage=yes rate=2 tax=0`.
fn plan_of(plan: PricePlan, options: &Options<'_>) -> PricePlan {
    if let Some(name) = options.text("price") {
        return plans::named(name);
    }
    let usage = options.text("usage").map(|_| (Unit::LlmToken, (1, 1), 0));
    let said = ["once", "step_minor", "step_ms", "usage"].iter().any(|word| options.text(word).is_some());
    let mut plan = if said {
        let step = options.number("step_ms").map_or(Duration::from_hours(1), Duration::from_ms);
        let amount = |word, name| options.number(word).unwrap_or_else(|| plans::amount_of(&plan, name));
        plans::by_step(amount("once", "Fee"), (amount("step_minor", "Time"), step), usage)
    } else {
        plan
    };
    if let Some(rate) = options.number("rate") {
        for component in &mut plan.components {
            component.rates = vec![Rate::flat(rate, 1)];
        }
    }
    plan.tax.ppm = options.number("tax").unwrap_or(plan.tax.ppm);
    plan
}

/// A month, sealed as anything.
fn sealed(month: &str) -> Sealed {
    let (postings, balance) = (TableHash([0; 32]), TableHash([1; 32]));
    Sealed { month: Month::parse(month).expect("a month"), form: 1, rows: 0, postings, balance }
}

/// Partners and their shares, each an edge site: `partners=3:250000,1:333333`.
fn partners(words: &str) -> Vec<PartnerShare> {
    let each = words.split(',').map(|word| {
        let (party, share_ppm) = word.split_once(':').expect("a party and its share");
        let number = |word: &str| word.parse().expect("a number");
        let role = Some(PartnerRole::EdgeSite);
        PartnerShare { party: PartyRef::from_index(number(party)), share_ppm: number(share_ppm), role }
    });
    each.collect()
}

/// A level; `!` behind it may pre-empt, `*` is not vulnerable: `arp=2!*`.
fn arp(word: &str) -> Arp {
    Arp {
        level: ArpLevel::new(number(word.trim_end_matches(['!', '*']))).expect("a level"),
        capability: if word.contains('!') { PreemptionCapability::Enabled } else { PreemptionCapability::Disabled },
        vulnerability: if word.contains('*') {
            PreemptionVulnerability::Disabled
        } else {
            PreemptionVulnerability::Enabled
        },
    }
}

/// `AB@10:00..10:15+C@10:15..10:30`: a way in two stages.
fn stages(words: &str) -> Vec<Stage> {
    let stage = |(places, window): (&str, &str)| Stage {
        window: window_of(window),
        place: Area::new(places.chars().map(place).collect()).expect("an area"),
    };
    words.split('+').filter_map(|words| words.split_once('@')).map(stage).collect()
}

fn window_of(words: &str) -> Window {
    let (from, to) = words.split_once("..").expect("a window");
    Window::new(time(from), time(to)).expect("a window")
}

fn wish(actor: Actor, (offering, window, places): (&str, &str, &str), options: &Options<'_>) -> Wish {
    let stages = stages(places);
    let cells = match places {
        "many" => (0..1_025).map(|n| types::H3Cell::from_index((8 << 52) | n)).collect(),
        way if way.contains('@') => stages.iter().flat_map(|stage| stage.place.cells()).copied().collect(),
        letters => letters.chars().map(place).collect(),
    };
    Wish {
        party: options.text("for").map_or(actor.party, party_of),
        offering: offering_of(offering),
        window: window_of(window),
        place: Area::new(cells).expect("an area"),
        stages,
        grade_min: match options.text("grade") {
            None => Grade::Empirical,
            Some("statistical") => Grade::Statistical,
            Some("hard") => Grade::Hard,
            Some(other) => unreachable!("no grade: {other}"),
        },
        promotion: options.text("code").map(str::to_owned),
    }
}

fn purchase(actor: Actor, by: PurchaseBy, options: &Options<'_>) -> Command {
    let party = options.text("for").map_or(actor.party, party_of);
    let device = options.text("device").map(|device| SubjectId::from_u128(hash(device).into()));
    let holder = options.number("holder").map(|byte| HolderKey([byte; 32]));
    let payer = options.text("payer").map(party_of);
    Command::PurchaseToken(Box::new(Purchase { party, by, device, holder, payer }))
}

fn actor_of(word: &str) -> Actor {
    match word {
        "operator" => Actor::OPERATOR,
        "network" => Actor::NETWORK,
        "meter" => Actor { role: Role::Meter, ..Actor::customer(party_of("sat")) },
        customer => Actor::customer(party_of(customer)),
    }
}

fn party_of(word: &str) -> PartyRef {
    let at = ["operator", "alice", "acme", "sat"].iter().position(|name| *name == word);
    PartyRef::from_index(at.and_then(|at| u32::try_from(at).ok()).unwrap_or(99))
}

fn kind_of(word: &str) -> PartyKind {
    if word == "consumer" { PartyKind::Consumer } else { PartyKind::Enterprise }
}

/// An offering of the world by name, or any by number: `o5`.
fn offering_of(word: &str) -> OfferingRef {
    let at = offerings().iter().position(|draft| draft.name == word);
    OfferingRef::from_index(at.map_or_else(|| index(word), |at| u32::try_from(at).expect("few")))
}

fn currency(code: &str) -> Currency {
    if code == "EUR" { eur() } else { Currency::parse(code).expect("a code") }
}

fn digest(number: u64) -> Digest {
    Digest(u128::from(number).to_be_bytes())
}

fn hash(word: &str) -> u64 {
    word.bytes().fold(5_381, |all, byte| all.wrapping_mul(33) ^ u64::from(byte))
}

fn index(word: &str) -> u32 {
    number(word.trim_start_matches(|c: char| c.is_ascii_alphabetic()))
}

fn number<N: std::str::FromStr>(word: &str) -> N {
    word.replace('_', "").parse().unwrap_or_else(|_| unreachable!("no number: {word}"))
}

impl Options<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|word| word.split_once('=').filter(|(key, _)| *key == name)).map(|(_, value)| value)
    }

    fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.text(name).map(number)
    }
}
