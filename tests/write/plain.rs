//! The writer in `src/write/plain.rs`.

use dynolint::remedy::What;

use crate::harness::{check_read_first, written};

fn comment(path: &str, marked: &str) -> Option<String> {
    written(path, marked, |at| What::Comment { at: at.start, text: "note".to_string() })
}

#[test]
fn no_library_promises_a_default_in_a_dotenv_file() {
    check_read_first(".env", &["GIT_SHA"], &[("A=«$X»\n", "-"), ("A=\"«${X}»\"\n", "-")]);
}

#[test]
fn comments() {
    let rows = [
        (".env", "A=1\n«B»=2\n", "A=1\n# note\nB=2\n"),
        (".env", "A=\"x\n«y»\nz\"\n", "-"),
        (".env", "A=\"x\"\n«B»=1\n", "A=\"x\"\n# note\nB=1\n"),
        ("a.sql", "SELECT 1;\n  «SELECT» 2;\n", "SELECT 1;\n  -- note\n  SELECT 2;\n"),
        ("a.sql", "SELECT '\n«x»\n';\n", "-"),
        ("a.sql", "CREATE FUNCTION f() AS $$\n«x»\n$$;\n", "-"),
        ("main.go", "package main\n\n«var» x = 1\n", "-"),
    ];
    for (path, marked, expected) in rows {
        assert_eq!(comment(path, marked).as_deref().unwrap_or("-"), expected, "{marked}");
    }
}
