#![no_main]

use dynolint::source::{decode, encode};
use libfuzzer_sys::fuzz_target;

// A file whose text was changed is written back as it was: what was decoded must give the same bytes.
fuzz_target!(|data: &[u8]| {
    if let Ok((text, encoding, bom)) = decode(data.to_vec()) {
        assert_eq!(encode(&text, encoding, bom).as_deref(), Some(data), "{encoding:?} bom={bom}");
    }
});
