//! Against published values, other people's simulators, and brute force.

mod budget;
mod hypatia;
mod import;
mod passes;
mod place;

use super::shell::{Height, Phasing, Shell};
use std::path::Path;
use types::Instant;

/// A file of the data that lies beside the repository; nothing, said aloud, where it is not there.
fn shared(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(file);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {} is not there", path.display());
    }
    text
}

/// 1 January 2000, 00:00 UTC.
const Y2000: Instant = Instant::from_ms(946_684_800_000);

/// A line of an element set with its checksum: the sum of its digits, a minus counting 1.
fn checked(line: &str) -> String {
    let weight = |c: char| c.to_digit(10).unwrap_or(u32::from(c == '-'));
    format!("{line}{}", line.chars().map(weight).sum::<u32>() % 10)
}

/// Kuiper's first shell as Hypatia flies it.
fn kuiper() -> Shell {
    Shell {
        name: "Kuiper-630".into(),
        height: Height::RevolutionsPerDay(14.80),
        inclination_deg: 51.9,
        planes: 34,
        satellites_per_plane: 34,
        phasing: Phasing::AlternatingHalf,
        node_spread_deg: 360.0,
        epoch: Y2000,
    }
}
