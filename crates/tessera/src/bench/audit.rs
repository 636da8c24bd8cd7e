//! What every bench looks at in the end: the books, as they are on disk.

use anyhow::bail;
use journal::Store;
use node::View;
use std::time::Instant;

/// Brings the cell back from its first event, as after a loss of every snapshot; events a second, and what it is then.
pub fn replay(store: &dyn Store) -> anyhow::Result<(u64, View)> {
    let mut view = View::default();
    let started = Instant::now();
    view.next_seq = 1;
    view.follow(&mut *store.reader()?, &mut *store.blobs()?)?;
    Ok(((view.next_seq as f64 / started.elapsed().as_secs_f64()) as u64, view))
}

/// The sum of every asset is zero.
pub fn balanced(view: &View) -> anyhow::Result<()> {
    for (asset, kind) in view.state.ledger.assets() {
        let sum = view.state.ledger.sum_of(asset);
        if sum != 0 {
            bail!("the sum of {kind:?} is {sum}");
        }
    }
    Ok(())
}

/// What the number-th charge of a run is for: never the same twice in a row.
pub const fn quantity(number: u64) -> u64 {
    5_000 + number % 977
}

/// The tokens were charged for every quantity.
pub fn charged(view: &View, charges: u64) -> anyhow::Result<()> {
    let expected: u64 = (0..charges).map(quantity).sum();
    let used: u64 = view.state.tokens.iter().map(|token| token.used).sum();
    if used != expected {
        bail!("{used} bytes were charged instead of {expected}");
    }
    Ok(())
}
