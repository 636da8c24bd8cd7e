//! Bodies and queries of the API of our own, and what the engine decides of them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| northbound::fuzzing::native(data));
