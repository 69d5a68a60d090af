#![no_main]

use dynolint::lang::Lang;
use dynolint::lang::sql::condense;
use dynolint::lang::sql::token::Tokens;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut at = 0;
    for token in Tokens::new(&text) {
        assert_eq!(token.span.start, at, "{text:?}");
        assert!(token.span.end > at && text.is_char_boundary(token.span.end), "{token:?} in {text:?}");
        at = token.span.end;
    }
    assert_eq!(at, text.len(), "{text:?}");

    // Lines keep their numbers, however the bytes arrive.
    let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
    let whole = condense::condense(data).expect("memory can be read").expect("little is kept of little");
    assert_eq!(lines(&whole.bytes), lines(data), "{text:?}");
    let pieces = std::io::BufReader::with_capacity(3, data);
    assert_eq!(condense::condense(pieces).ok().flatten(), Some(whole), "{text:?}");

    dynolint_fuzz::check(data, "db/structure.sql", Lang::Sql);
});
