//! Bodies of CAMARA's APIs, and what the vault keeps of them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| northbound::fuzzing::camara(data));
