//! Idioms of each language, and the facts they give: one table a language.

mod facts {
    pub mod harness;

    mod config;
    mod data_terms;
    mod javascript;
    mod python;
    mod ruby;
    mod shell;
}
