//! Element sets of satellites: whatever text is imported, it is read or refused, and what is read can be flown.
#![no_main]

use intelligence::element::orbit::{omm, tle};
use libfuzzer_sys::fuzz_target;
use types::Instant;

fuzz_target!(|text: &str| {
    for read in [tle::satellites, omm::from_json, omm::from_csv, omm::from_kvn] {
        for satellite in read(text).unwrap_or_default() {
            for at in [0, 1_800_000_000_000, 9_000_000_000_000] {
                let _somewhere = satellite.position(Instant::from_ms(at));
            }
        }
    }
});
