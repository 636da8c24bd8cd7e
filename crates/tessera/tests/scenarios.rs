//! Every file of `scenarios/`, carried out over HTTP against a real cell: once in memory, once in a data folder.

#[path = "../src/folder.rs"]
#[expect(dead_code, reason = "a scenario's cell is given its secrets")]
mod folder;
#[path = "../src/running.rs"]
#[expect(dead_code, reason = "a scenario's cell is stopped by the scenario")]
mod running;
#[path = "../src/sample/mod.rs"]
#[expect(dead_code, unused_imports, reason = "a scenario needs no summary of what was loaded")]
mod sample;
mod scenario;

use scenario::world::Kept;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// One test for each file and journal.
macro_rules! scenarios {
    ($($name:ident)+) => {
        const FILES: &[&str] = &[$(stringify!($name)),+];

        $(mod $name {
            use super::{Kept, carry_out};

            #[test]
            fn in_memory() {
                carry_out(stringify!($name), Kept::Memory);
            }

            #[test]
            fn in_a_data_folder() {
                carry_out(stringify!($name), Kept::Sqlite);
            }
        })+
    };
}

scenarios! {
    broken_promise
    empty_wallet
    enterprise_only
    full_cell
    gamer
    give_back
    late_quote
    metered_volume
    narrower_token
    network_refuses
    one_session_a_device
    restart
}

fn folder_of_scenarios() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"))
}

fn carry_out(name: &str, kept: Kept) {
    let file = format!("{}.md", name.replace('_', "-"));
    let text = std::fs::read_to_string(folder_of_scenarios().join(&file)).expect("the scenario can be read");
    let wrong = scenario::run(&file, &text, kept).err();
    assert!(wrong.is_none(), "\n{}", wrong.unwrap_or_default());
}

#[test]
fn every_file_is_carried_out() {
    let listed: BTreeSet<String> = FILES.iter().map(|name| format!("{}.md", name.replace('_', "-"))).collect();
    let entries = std::fs::read_dir(folder_of_scenarios()).expect("the folder can be listed");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let there: BTreeSet<String> = names.filter(|name| name != "README.md").collect();
    assert_eq!(there, listed);
}
