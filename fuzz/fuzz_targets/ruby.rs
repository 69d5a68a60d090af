#![no_main]

use dynolint::lang::Lang;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| dynolint_fuzz::check(data, "config/puma.rb", Lang::Ruby));
