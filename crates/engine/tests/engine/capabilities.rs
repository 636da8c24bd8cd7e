//! One script per capability, and the proof that together they reach every rejection.

use crate::script::check;
use engine::Rejection;
use std::collections::BTreeSet;

macro_rules! capabilities {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*

        const ALL: &[&str] = &[$(stringify!($name)),*];
    };
}

capabilities! {
    founding party budget sharing notice payment transfer action gift period catalog pricing delivery network forecast congestion qualification quote order preemption entitlement revocation activation charging lease assurance mobility idempotency tick
}

#[test]
fn every_rejection_is_reached_by_a_script() {
    let reached: BTreeSet<_> = ALL.iter().flat_map(|name| check(name)).collect();
    let missed: Vec<_> = Rejection::ALL.iter().map(|page| page.code).filter(|code| !reached.contains(code)).collect();
    assert!(missed.is_empty(), "no script reaches {missed:?}");
}
