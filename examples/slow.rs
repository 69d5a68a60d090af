#![allow(missing_docs, clippy::print_stdout)]
fn main() {
    for p in std::env::args().skip(1) {
        let real = std::path::PathBuf::from(&p);
        if let Ok(s) = dynolint::source::Source::open(&p, &real) {
            let t = std::time::Instant::now();
            let f = dynolint::lang::facts(
                &s.text,
                &dynolint::fact::Request { path: &p, lang: s.lang, names: None },
            );
            println!(
                "{:>8.1} ms {:>8} B reads {} calls {} {}",
                t.elapsed().as_secs_f64() * 1e3,
                s.text.len(),
                f.reads.len(),
                f.calls.len(),
                p
            );
        }
    }
}
