//! The shared table of expected values: every row is known here, and holds to the last digit it is given in.

use super::super::calculus::{Multiplexing, RateLatency, TokenBucket, pmoo_delay, sfa_delay, tfa_delay};
use super::super::kaufman_roberts::{Class, occupancy};
use super::super::{erlang, reservation};
use crate::tests::shared;

#[test]
fn every_row_of_the_shared_table_holds() {
    let Some(text) = shared("queueing/expected.csv") else { return };
    let mut inputs = String::new();
    let mut rows = 0;
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.expect("the table is well formed");
        if &row[1] != "same" {
            row[1].clone_into(&mut inputs);
        }
        let given: Vec<&str> = row[3].split([' ', '/']).filter(|word| !word.is_empty()).collect();
        let computed = answer(&row[0], &row[2], &numbers(&inputs));
        assert_eq!(computed.len(), given.len(), "{row:?}");
        for (computed, given) in computed.iter().zip(&given) {
            let decimals = given.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            let given: f64 = given.parse().expect("a number");
            // Half a unit of the last digit would do, but some rows are cut rather than rounded.
            let within = 10_f64.powi(-i32::try_from(decimals).expect("few digits"));
            assert!((computed - given).abs() < within.min(1e-4), "{computed} for {row:?}");
        }
        rows += 1;
    }
    assert_eq!(rows, 13, "the table has grown: see that what is new is asked for here");
}

/// What our models say to one row, in its order.
fn answer(model: &str, output: &str, given: &[f64]) -> Vec<f64> {
    match (model, output) {
        ("kaufman-roberts CS", "B1") => {
            vec![occupancy(units(given[0]), &classes::<2>(given)).expect("sound").blocked[0]]
        }
        ("kaufman-roberts CS", "B2") => {
            vec![occupancy(units(given[0]), &classes::<2>(given)).expect("sound").blocked[1]]
        }
        ("kaufman-roberts CS", "mean occupied b.u.") => {
            vec![occupancy(units(given[0]), &classes::<2>(given)).expect("sound").mean_units]
        }
        ("kaufman-roberts CS", "q(0..4)") => {
            occupancy(units(given[0]), &classes::<2>(given)).expect("sound").distribution
        }
        ("roberts BR approx", "B1=B2") => {
            equal(&occupancy(units(given[0]), &classes::<3>(given)).expect("sound").blocked)
        }
        ("exact CTMC BR", "B1=B2") => {
            equal(&reservation::blocked(units(given[0]), &classes::<3>(given)).expect("sound"))
        }
        ("erlang B", "B") => vec![erlang::blocked(given[0], units(given[1])).expect("a load")],
        (model, output) if model.starts_with("net calculus") => calculus(model, output, given),
        unknown => panic!("nothing here answers {unknown:?}"),
    }
}

fn calculus(model: &str, output: &str, given: &[f64]) -> Vec<f64> {
    let one = [RateLatency { rate: given[0], latency: given[1] }];
    let two = [one[0]; 2];
    let flow = TokenBucket { rate: given[2], burst: given[3] };
    let none = TokenBucket::NONE;
    let answers = match (model, output) {
        ("net calculus 1 server", "delay,backlog") => vec![one[0].delay(flow), one[0].backlog(flow)],
        ("net calculus 1 server 2 flows FIFO TFA", "delay") => vec![tfa_delay(&one, flow, flow)],
        ("net calculus 1 server 2 flows arbitrary SFA", "delay") => {
            vec![sfa_delay(&one, flow, flow, Multiplexing::Arbitrary)]
        }
        ("net calculus tandem 2 servers 1 flow TFA/SFA", "delay") => {
            vec![tfa_delay(&two, flow, none), sfa_delay(&two, flow, none, Multiplexing::Arbitrary)]
        }
        ("net calculus tandem 2 servers 2 flows", "TFA-FIFO / SFA-FIFO / SFA-arb / PMOO") => vec![
            tfa_delay(&two, flow, flow),
            sfa_delay(&two, flow, flow, Multiplexing::Fifo),
            sfa_delay(&two, flow, flow, Multiplexing::Arbitrary),
            pmoo_delay(&two, flow, flow),
        ],
        unknown => panic!("nothing here answers {unknown:?}"),
    };
    answers.into_iter().map(|bound| bound.expect("every server keeps up")).collect()
}

/// `C; (a, b)…` or `C; (a, b, t)…`.
fn classes<const FIELDS: usize>(given: &[f64]) -> Vec<Class> {
    let class = |fields: &[f64]| Class {
        offered_erlang: fields[0],
        units: units(fields[1]),
        reserved_units: fields.get(2).copied().map_or(0, units),
    };
    given[1..].chunks_exact(FIELDS).map(class).collect()
}

/// Both of two that are said to be equal, as one.
fn equal(both: &[f64]) -> Vec<f64> {
    assert!((both[0] - both[1]).abs() < 1e-9, "{both:?}");
    vec![both[0]]
}

fn units(number: f64) -> u32 {
    crate::number::floor_u32(number)
}

/// The numbers of a text in their order, names and punctuation left out: `C=5; (a=2,b=1)` is 5, 2, 1.
fn numbers(text: &str) -> Vec<f64> {
    let words = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
    words.filter(|word| !word.is_empty()).map(|word| word.parse().expect("a number")).collect()
}
