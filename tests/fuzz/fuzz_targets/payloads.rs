//! See [`durable_tests::fuzz`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| durable_tests::fuzz::take("payloads", input));
