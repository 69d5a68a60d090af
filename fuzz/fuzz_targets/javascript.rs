#![no_main]

use dynolint::lang::Lang;
use libfuzzer_sys::fuzz_target;

const DIALECTS: [(&str, Lang); 5] = [
    ("src/server.js", Lang::JavaScript),
    ("src/server.ts", Lang::TypeScript),
    ("src/app.tsx", Lang::Tsx),
    ("src/app.vue", Lang::Vue),
    ("src/app.svelte", Lang::Svelte),
];

// The first byte picks the dialect.
fuzz_target!(|data: &[u8]| dynolint_fuzz::check_one_of(data, &DIALECTS));
