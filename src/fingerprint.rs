//! The identity of a finding over time, by what it means and not by where it stands.
//!
//! A fingerprint is made of the rule's name, the path, the names of the enclosing definitions, the code under
//! the finding without its blanks, and a number among equals. The algorithm is fixed: SHA-256 over these five,
//! joined with zero bytes, of which the first 16 hexadecimal digits are kept. It stays when lines are added
//! above or code is indented anew.

use sha2::{Digest, Sha256};

/// What equal findings of a file have in common: everything but the number among them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kin(String);

impl Kin {
    /// From the rule's name, the path from the project's root, the names of the enclosing definitions, and the
    /// code as it is written.
    pub fn new(rule: &str, path: &str, scope: &str, code: &str) -> Self {
        let code: String = code.split_whitespace().collect();
        Self([rule, path, scope, &code].join("\0"))
    }

    /// The fingerprint of the one with this number, counted from 0 in the order of the file.
    pub fn fingerprint(&self, number: usize) -> String {
        let digest = Sha256::digest(format!("{}\0{number}", self.0));
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files in many repositories hold these.
    #[test]
    fn the_algorithm_is_fixed() {
        let kin = Kin::new("dyno-name", "app/a.rb", "A#b", "ENV[\"DYNO\"]");
        assert_eq!(kin.fingerprint(0), "42e0825547eb2e1b");
        assert_ne!(kin.fingerprint(0), kin.fingerprint(1));
        assert_eq!(kin, Kin::new("dyno-name", "app/a.rb", "A#b", " ENV[ \n\t\"DYNO\"] "));
        assert_ne!(kin, Kin::new("dyno-name", "app/a.rb", "", "ENV[\"DYNO\"]"));
    }
}
