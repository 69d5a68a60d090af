//! How long the parts take: each front end on some 100 KB, and the whole run on a small application.
//!
//! `cargo bench --bench parts`, or `cargo bench --bench parts -- front_end` for some of them.

use std::fs;
use std::path::{Path, PathBuf};

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use dynolint::engine;
use dynolint::fact::Request;
use dynolint::lang::{self, Lang};
use dynolint::settings::Settings;

/// Size of a generated input, in bytes; the last snippet may go beyond it.
const SIZE: usize = 100_000;

fn main() {
    divan::main();
}

/// A language, a path to read it under, and the endings of the fixtures it is made of.
const INPUTS: [(Lang, &str, &[&str]); 12] = [
    (Lang::Ruby, "config/puma.rb", &[".rb", ".rake"]),
    (Lang::Python, "app/settings.py", &[".py"]),
    (Lang::JavaScript, "src/server.js", &[".js", ".mjs"]),
    (Lang::TypeScript, "src/server.ts", &[".ts"]),
    (Lang::Shell, "bin/start.sh", &["bin/release", "bin/web-start", "bin/ci-report", ".sh"]),
    (Lang::Erb, "app/views/index.html.erb", &[".erb"]),
    (Lang::Yaml, "config/database.yml", &[".yml", ".yaml"]),
    (Lang::Json, "app.json", &["app.json"]),
    (Lang::Toml, "fly.toml", &[".toml"]),
    (Lang::Dockerfile, "Dockerfile", &["Dockerfile", "Dockerfile.web", "Dockerfile.worker"]),
    (Lang::Procfile, "Procfile", &["Procfile"]),
    (Lang::Dotenv, ".env", &[".env.example"]),
];

#[divan::bench(args = INPUTS.map(|(lang, _, _)| lang.id()))]
fn front_end(bencher: Bencher<'_, '_>, id: &str) {
    let (lang, path, endings) =
        *INPUTS.iter().find(|(lang, _, _)| lang.id() == id).expect("the ids come from this table");
    let text = input(lang, endings);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| lang::facts(black_box(&text), &Request::new(path, lang)));
}

#[divan::bench(args = ["rails", "django", "express"])]
fn whole_run(bencher: Bencher<'_, '_>, application: &str) {
    let root = fixtures().join(application);
    let bytes =
        files(&root).iter().filter_map(|path| fs::metadata(path).ok()).map(|meta| meta.len()).sum::<u64>();
    let settings = Settings { cwd: root, ..Settings::default() };
    bencher.counter(BytesCount::new(bytes)).bench(|| engine::run(black_box(&settings)));
}

#[divan::bench(args = ["rails", "django", "express"])]
fn whole_run_one_thread(bencher: Bencher<'_, '_>, application: &str) {
    let settings = Settings { cwd: fixtures().join(application), threads: 1, ..Settings::default() };
    bencher.bench(|| engine::run(black_box(&settings)));
}

/// Some [`SIZE`] bytes of the fixtures' files with these endings, repeated as often as needed.
fn input(lang: Lang, endings: &[&str]) -> String {
    let texts: Vec<String> = files(&fixtures())
        .into_iter()
        .filter(|path| !path.components().any(|part| part.as_os_str() == "broken"))
        .filter(|path| {
            let path = path.to_string_lossy().replace('\\', "/");
            !path.ends_with(".min.js") && endings.iter().any(|ending| path.ends_with(ending))
        })
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    assert!(!texts.is_empty(), "no fixture ends in one of {endings:?}");

    // A JSON text is one value; the others can stand one after the other.
    let (open, between, close) = if lang == Lang::Json { ("[", ",", "]") } else { ("", "\n", "") };
    let mut input = String::from(open);
    for text in texts.iter().cycle() {
        input.push_str(text);
        if input.len() >= SIZE {
            break;
        }
        input.push_str(between);
    }
    input + close
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All files below a folder, in order.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
