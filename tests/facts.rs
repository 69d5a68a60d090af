//! Idioms of each language, and the facts they give: one table a language.

mod facts {
    pub mod harness;

    mod config;
    mod data_terms;
    mod javascript;
    mod javascript_terms;
    mod python;
    mod python_terms;
    mod ruby;
    mod ruby_terms;
    mod shell;
    mod sql;
}
