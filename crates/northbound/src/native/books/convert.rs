//! The books: rows to sums.

use crate::native::books::wire::{Books, CapacityLine, KindLine, TrialBalance};
use crate::native::wire::ResourceClass;
use crate::time;
use engine::capacity::{Slot, SlotView};
use engine::ledger::{AccountKind, Asset, AssetRef};
use engine::state::State;
use node::{View, account_kind_name, asset_name};
use std::collections::BTreeMap;
use types::{Instant, Money};

/// Both books as they are.
pub(crate) fn books(view: &View, now: Instant) -> Books {
    let assets = view.state.ledger.assets();
    Books {
        at: time::text(view.at),
        next_seq: view.next_seq,
        ledger: assets.map(|(asset, kind)| trial_balance(&view.state, asset, kind)).collect(),
        capacity: capacity(&view.state, now),
    }
}

fn trial_balance(state: &State, asset: AssetRef, counted: Asset) -> TrialBalance {
    let mut kinds: BTreeMap<AccountKind, (u64, i128, i128)> = BTreeMap::new();
    for (_, account) in state.ledger.accounts().filter(|(_, account)| account.asset == asset) {
        let line = kinds.entry(account.kind).or_default();
        *line = (line.0 + 1, line.1 + i128::from(account.posted), line.2 + i128::from(account.held));
    }
    let lines = kinds.into_iter().map(|(kind, (accounts, posted, held))| KindLine {
        kind: account_kind_name(kind),
        accounts,
        posted,
        held,
        text: in_words(counted, posted),
    });
    TrialBalance { asset: asset_name(counted), accounts: lines.collect(), sum: state.ledger.sum_of(asset) }
}

/// An amount of money for people.
pub(crate) fn in_words(counted: Asset, posted: i128) -> Option<String> {
    match counted {
        Asset::Currency(currency) => Some(Money::new(i64::try_from(posted).ok()?, currency).to_string()),
        Asset::Unit(_) => None,
    }
}

fn capacity(state: &State, now: Instant) -> Vec<CapacityLine> {
    let Some(slot) = Slot::containing(now) else { return Vec::new() };
    let mut classes: BTreeMap<ResourceClass, CapacityLine> = BTreeMap::new();
    let mut all = CapacityLine::default();
    for (resource, _) in state.capacity.resources() {
        let (Some(info), Ok(view)) = (state.resource(resource), state.capacity.free(resource, slot)) else { continue };
        let class = info.class.into();
        let line =
            classes.entry(class).or_insert_with(|| CapacityLine { class: Some(class), ..CapacityLine::default() });
        add(line, &view);
        add(&mut all, &view);
    }
    classes.into_values().chain([all]).collect()
}

fn add(line: &mut CapacityLine, view: &SlotView) {
    line.resources += 1;
    line.overcommitted += u64::from(view.is_overcommitted());
    for (sum, part) in [
        (&mut line.nominal, view.nominal),
        (&mut line.available, view.available),
        (&mut line.background, view.background),
        (&mut line.committed, view.committed),
        (&mut line.short, view.short),
        (&mut line.floor, view.floor),
        (&mut line.free, view.free),
    ] {
        *sum = sum.saturating_add(part);
    }
}
