//! `tessera bench replay`: bringing a cell back from its first event, as after the loss of every snapshot.

use super::Options;
use super::charge::measure;
use anyhow::Context;

/// Charges, and then replays the journal that this left.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("could not make a temporary folder")?;
    let data = options.data.clone().unwrap_or_else(|| folder.path().to_owned()).join("replay");
    let accounts = options.accounts.unwrap_or(100_000);
    let events_per_s = measure(options, accounts, &data)?.replay_events_per_s;
    if options.json {
        println!("{{\"bench\":\"replay\",\"accounts\":{accounts},\"ops_per_s\":{events_per_s}}}");
    } else {
        println!("{events_per_s} events/s replayed, over {accounts} accounts");
    }
    Ok(())
}
