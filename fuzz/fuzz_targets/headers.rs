//! Headers, identifiers, times, places and ids.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| northbound::fuzzing::headers(data));
