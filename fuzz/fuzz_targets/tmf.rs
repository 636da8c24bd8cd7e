//! Bodies and queries of TM Forum's APIs, batches of usage, and what the engine decides of them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| northbound::fuzzing::tmf(data));
