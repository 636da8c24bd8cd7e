//! The clauses are judged as Biscuit's own Datalog judges the checks they are written as.

use super::*;
use crate::bare::{self, Facts};

fn maybe<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(prop::sample::select(values))
}

fn grants() -> impl Strategy<Value = Grant> {
    let (names, cells) =
        (maybe(vec!["QOS_L".to_owned(), "QOS_S".to_owned()]), vec![vec![], vec![20], vec![10, 20, 30]]);
    let device = maybe(vec!["pairwise:ab".to_owned()]);
    let units = maybe(vec![("s".to_owned(), 0), ("s".to_owned(), 3_600), ("token".to_owned(), 5)]);
    let budget = maybe(vec![("EUR".to_owned(), 0), ("EUR".to_owned(), 5_000), ("USD".to_owned(), 5)]);
    (names, device, prop::sample::select(cells), units, budget, 0..5_u32).prop_map(
        |(qos, device, area, units, budget, max_depth)| Grant {
            qos,
            device,
            area,
            units,
            budget,
            max_depth,
            ..grant()
        },
    )
}

fn clauses() -> impl Strategy<Value = Clause> {
    let codes = || prop::sample::select(vec!["EUR".to_owned(), "USD".to_owned()]);
    prop_oneof![
        clause(),
        (codes(), -2..3_i64).prop_map(|(currency, minor)| Clause::AmountMax { currency, minor }),
        prop::sample::select(vec!["s", "token"]).prop_map(|unit| Clause::UnitsMax { unit: unit.into(), count: 0 }),
        prop::sample::select(vec!["pairwise:ab", "pairwise:cd"]).prop_map(|it| Clause::Device { device: it.into() }),
    ]
}

fn requests() -> impl Strategy<Value = Request> {
    let amount =
        maybe(vec![("EUR".to_owned(), 0), ("EUR".to_owned(), 5_000), ("EUR".to_owned(), 5_001), ("USD".to_owned(), 1)]);
    let units = maybe(vec![("s".to_owned(), 0), ("s".to_owned(), 3_601), ("token".to_owned(), 5)]);
    let names = maybe(vec!["QOS_L".to_owned(), "QOS_S".to_owned()]);
    let (op, capability) =
        (prop::sample::select(vec!["activate", "read"]), prop::sample::select(vec!["qod.latency", "x"]));
    let (device, cell) = (maybe(vec!["pairwise:ab".to_owned()]), maybe(vec![10, 20, 40]));
    (op, capability, cell, device, names, amount, units).prop_map(
        |(op, capability, cell, device, qos, amount, units)| Request {
            op: op.into(),
            capability: capability.into(),
            cell,
            device,
            qos,
            amount,
            units,
        },
    )
}

/// Both answers, which must be the same.
fn both(token: &str, request: &Request, now: u64) -> (bool, bool) {
    let keys = KeySet::of([&issuer()]);
    let linted = parse_and_lint(token, &keys).unwrap();
    (linted.allows(request, now).is_ok(), bare::verify(token, &keys, &Facts::of(&linted, request, now)).is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_request_is_judged_as_datalog_judges_it(
        grant in grants(), chain in prop::collection::vec(prop::collection::vec(clauses(), 0..3), 0..4),
        request in requests(), now in prop_oneof![Just(999_u64), Just(1_000), Just(1_450), Just(1_999), Just(2_000), 900..2_100_u64],
    ) {
        let mut token = issuer().mint(&grant).unwrap();
        for clauses in chain {
            token = attenuate(&token, &Narrowing { clauses }).unwrap();
        }
        let (ours, datalog) = both(&token, &request, now);
        prop_assert_eq!(ours, datalog);
    }

    /// Most drawn requests are refused by something: here one thing at a time differs from a request that is allowed.
    #[test]
    fn a_request_that_differs_in_one_thing_is_judged_as_datalog_judges_it(
        clause in prop::option::of(clauses()), other in requests(), which in 0..8_u8, now in 1_000..2_000_u64,
    ) {
        let mut request = request();
        match which {
            0 => request.op = other.op,
            1 => request.capability = other.capability,
            2 => request.cell = other.cell,
            3 => request.device = other.device,
            4 => request.qos = other.qos,
            5 => request.amount = other.amount,
            6 => request.units = other.units,
            _ => {}
        }
        let narrowing = Narrowing { clauses: clause.into_iter().collect() };
        let token = attenuate(&issuer().mint(&grant()).unwrap(), &narrowing).unwrap();
        let (ours, datalog) = both(&token, &request, now);
        prop_assert_eq!(ours, datalog);
    }
}
