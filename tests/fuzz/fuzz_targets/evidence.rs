#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tankwarz_fuzz::evidence::run(bytes));
