//! Forms, signed texts, keys and proofs of access tokens.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| northbound::fuzzing::oauth(data));
