//! What one charge costs: `cargo run --release -p engine --example measure_engine`.
//!
//! Numbers after `--` are other counts of tokens than 1, 1,000 and 100,000; `partners=3` shares what is earned among three. Charges one call each, on demand, round robin
//! over so many tokens, each with a meter of its own; prints nanoseconds for deciding and applying, apart from those for
//! encoding, and the bytes of an event.
#![expect(clippy::print_stdout, clippy::disallowed_types, reason = "it prints what it measured, by the clock")]

use engine::rating::{Component, PricePlan};
use engine::state::{PartyRef, SourceRef, TokenRef};
use engine::{Actor, Answer, Charge, Command, Event, OfferingDraft, Purchase, PurchaseBy, Request, Stamp, Wish};
use engine::{apply, decide, state};
use std::collections::BTreeMap;
use std::hint::black_box;
use types::{Area, CellId, Currency, Duration, H3Cell, Instant, OfferingId, PartyId, SourceId, Unit, Window};

const NOW: Instant = Instant::from_ms(1_767_571_200_000);
const CHARGES: u64 = 2_000_000;
const BATCH: u64 = 8_192;

fn main() {
    println!("Event {} B, Request {} B", size_of::<Event>(), size_of::<Request>());
    let asked: Vec<u32> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    for tokens in if asked.is_empty() { vec![1, 1_000, 100_000] } else { asked } {
        let partners = std::env::args().find_map(|word| word.strip_prefix("partners=")?.parse().ok());
        let mut state = world(tokens, partners.unwrap_or(0));
        measure(&mut state, tokens);
    }
}

fn measure(state: &mut state::State, tokens: u32) {
    let mut out = Vec::with_capacity(16);
    let mut bytes: Vec<u8> = Vec::with_capacity(1 << 20);
    let (mut deciding, mut encoding, mut encoded) = (Vec::new(), Vec::new(), 0);
    let mut n = 0_u64;
    while n < CHARGES {
        let requests: Vec<Request> = (n..n + BATCH).map(|n| charge(n, tokens)).collect();
        let mut events = Vec::with_capacity(requests.len());
        let began = std::time::Instant::now();
        for request in &requests {
            decide(state, request, Stamp { now: NOW, entropy: 1 }, &mut out).expect("it can pay");
            for event in &out {
                apply(state, event, NOW);
            }
            events.append(&mut out);
        }
        deciding.push(began.elapsed().as_nanos() / u128::from(BATCH));
        let began = std::time::Instant::now();
        for event in &events {
            minicbor::encode(event, &mut bytes).expect("memory takes it");
        }
        encoding.push(began.elapsed().as_nanos() / u128::from(BATCH));
        encoded += bytes.len() as u64;
        black_box(&bytes);
        bytes.clear();
        n += BATCH;
    }
    println!(
        "{tokens:>7} tokens: decide + apply {} ns, encode {} ns, {} B an event (medians of batches of {BATCH})",
        median(deciding),
        median(encoding),
        encoded / n
    );
}

fn median(mut each: Vec<u128>) -> u128 {
    each.sort_unstable();
    each.get(each.len() / 2).copied().unwrap_or(0)
}

fn charge(n: u64, tokens: u32) -> Request {
    // A stride that is prime to the number of tokens, so that neighbours in time are not neighbours in memory.
    let at = u32::try_from(n * 7_919 % u64::from(tokens)).expect("below the number of tokens");
    let charge = Charge {
        token: TokenRef::from_index(at),
        source: SourceRef::from_index(at),
        sequence: n / u64::from(tokens) + 1,
        quantity: 1,
        unit: None,
    };
    Request { actor: Actor::OPERATOR, key: None, command: Command::ChargeUsage(charge) }
}

/// An operator, a customer with money, an offering charged by the call, and tokens of it with a meter each.
fn world(tokens: u32, partners: u32) -> state::State {
    let mut state = state::State::default();
    let (party, currency) = (PartyRef::from_index(1), Currency::parse("EUR").expect("a code"));
    let registered = Command::RegisterParty {
        id: PartyId::from_u128(2),
        tenant: types::TenantId(1),
        kind: state::PartyKind::Enterprise,
        subject: None,
    };
    let mut commands = vec![
        Command::FoundCell { cell: CellId(1), operator: PartyId::from_u128(1) },
        registered,
        Command::OpenWallet { party, currency },
        Command::TopUp { party, currency, amount_minor: 1 << 52 },
    ];
    let mut draft = draft(currency);
    for n in 0..partners {
        let id = PartyId::from_u128(100 + u128::from(n));
        let kind = state::PartyKind::Partner;
        commands.push(Command::RegisterParty { id, tenant: types::TenantId(1), kind, subject: None });
        let party = PartyRef::from_index(2 + n);
        draft.partners.push(state::PartnerShare { party, share_ppm: 50_000, role: None });
    }
    commands.push(Command::PublishOffering(Box::new(draft)));
    let window = Window::starting(NOW, Duration::from_hours(24)).expect("a window");
    let place = Area::new(vec![H3Cell::from_index(8 << 52)]).expect("an area");
    for n in 0..tokens {
        let wish = Wish {
            party,
            offering: state::OfferingRef::from_index(0),
            window,
            place: place.clone(),
            stages: Vec::new(),
            grade_min: state::Grade::Empirical,
            promotion: None,
        };
        commands.push(Command::PurchaseToken(Box::new(Purchase {
            party,
            by: PurchaseBy::Wish(wish),
            device: None,
            holder: None,
            payer: None,
        })));
        commands.push(Command::RegisterSource { id: SourceId::from_u128(n.into()) });
    }
    let mut out = Vec::new();
    for (command, n) in commands.into_iter().zip(1_u128..) {
        let request = Request { actor: Actor::OPERATOR, key: None, command };
        let answer: Answer = decide(&state, &request, Stamp { now: NOW, entropy: n }, &mut out).expect("sound");
        black_box(answer);
        out.drain(..).for_each(|event| apply(&mut state, &event, NOW));
    }
    state
}

fn draft(currency: Currency) -> OfferingDraft {
    OfferingDraft {
        id: OfferingId::from_u128(1),
        name: "calls".to_owned(),
        capability: state::Capability::Compute,
        also: state::Capabilities::NONE,
        qos_profile: "QOS_CALLS".to_owned(),
        terms: state::Terms {
            latency_ms_max: 20,
            percentile_ppm: 950_000,
            downlink_kbps_min: 0,
            uplink_kbps_min: 0,
            window_length_max: Duration::from_days(2),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        currency,
        price: PricePlan::gross(210_000, vec![Component::per_unit("Calls", Unit::Call, (3, 2), 0)]),
        guarantee: state::Guarantee { assurance_window: Duration::from_mins(1), samples_min: 10 },
        remedy: state::Remedy { per_broken_window_ppm: 0, cap_ppm: 0 },
        eligible: Vec::new(),
        refund_unused: false,
        partners: Vec::new(),
        demand: BTreeMap::new(),
        arp: None,
        transferable: false,
        cost: None,
    }
}
