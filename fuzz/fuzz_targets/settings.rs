#![no_main]

use dynolint::config::read::{Form, has_tool, read};
use dynolint::rules;
use dynolint::settings::Settings;
use libfuzzer_sys::fuzz_target;

// Whatever stands in a settings file: it says something, or every mistake has a place in it.
fuzz_target!(|data: &[u8]| {
    for form in [Form::Whole, Form::Tool] {
        match read("dynolint.toml", data, form, &rules::all()) {
            Ok(Some(config)) => config.apply(&mut Settings::default()),
            Ok(None) => assert_eq!(form, Form::Tool),
            Err(mistakes) => assert!(!mistakes.is_empty() && mistakes.iter().all(|m| m.place.is_some())),
        }
    }
    has_tool(&String::from_utf8_lossy(data));
});
