//! Package manifests of all ecosystems: which packages a project asks for, and which of them are
//! signs of Heroku.
