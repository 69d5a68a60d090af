//! Changes as a patch that `git apply` takes.

use similar::TextDiff;

use crate::disk::Change;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// The patch for one file, whose path is below the folder `within` of a checkout; empty where nothing changes.
/// `git apply` takes paths from the root of the checkout, wherever it runs.
pub fn of(change: &Change, within: &str) -> Vec<u8> {
    let before = change.before.as_deref();
    let after = change.after.as_deref();
    if before == after {
        return Vec::new();
    }
    let (old, new) = (lines(before), lines(after));
    let diff = TextDiff::from_slices(&old, &new);
    let path = if within.is_empty() { change.path.clone() } else { format!("{within}/{}", change.path) };
    let (a, b) = (quoted(&format!("a/{path}")), quoted(&format!("b/{path}")));
    let mut patch = format!("diff --git {a} {b}\n");
    // Tools other than git end a name at the first blank, unless a tab follows.
    let named = |name: String| if name.contains(' ') { name + "\t" } else { name };
    let none = "/dev/null".to_string();
    let (from, to) = match (before, after) {
        (None, _) => {
            patch.push_str("new file mode 100644\n");
            (none, named(b))
        }
        (_, None) => {
            patch.push_str("deleted file mode 100644\n");
            (named(a), none)
        }
        _ => (named(a), named(b)),
    };
    let mut patch = patch.into_bytes();
    let mut hunks = diff.unified_diff();
    hunks.context_radius(CONTEXT);
    let mut headed = false;
    for hunk in hunks.iter_hunks() {
        if !headed {
            patch.extend_from_slice(format!("--- {from}\n+++ {to}\n").as_bytes());
            headed = true;
        }
        patch.extend_from_slice(format!("{}\n", hunk.header()).as_bytes());
        for line in hunk.iter_changes() {
            let sign = match line.tag() {
                similar::ChangeTag::Equal => b' ',
                similar::ChangeTag::Delete => b'-',
                similar::ChangeTag::Insert => b'+',
            };
            patch.push(sign);
            patch.extend_from_slice(line.value());
            if !line.value().ends_with(b"\n") {
                patch.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
    patch
}

/// Only a line feed ends a line, as for git.
fn lines(bytes: Option<&[u8]>) -> Vec<&[u8]> {
    bytes.unwrap_or_default().split_inclusive(|byte| *byte == b'\n').collect()
}

/// A path as git writes it: in quotes where it holds anything but plain characters.
fn quoted(path: &str) -> String {
    let plain = |byte: u8| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
    if path.bytes().all(plain) {
        return path.to_string();
    }
    let mut quoted = String::from("\"");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b'\n' => quoted.push_str("\\n"),
            b'\t' => quoted.push_str("\\t"),
            byte if plain(byte) => quoted.push(char::from(byte)),
            byte => quoted.push_str(&format!("\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(path: &str, before: Option<&str>, after: Option<&str>) -> String {
        let bytes = |text: &str| text.as_bytes().to_vec();
        let change = Change { path: path.into(), before: before.map(bytes), after: after.map(bytes) };
        String::from_utf8(of(&change, "")).expect("text")
    }

    #[test]
    fn patches_are_those_of_git() {
        assert_eq!(
            patch("a b.rb", Some("1\n2\r\n3"), Some("1\n2\r\n4")),
            "diff --git a/a b.rb b/a b.rb\n--- a/a b.rb\t\n+++ b/a b.rb\t\n@@ -1,3 +1,3 @@\n 1\n 2\r\n-3\n\
             \\ No newline at end of file\n+4\n\\ No newline at end of file\n"
        );
        assert_eq!(
            patch(".x", None, Some("1\n")),
            "diff --git a/.x b/.x\nnew file mode 100644\n--- /dev/null\n+++ b/.x\n@@ -0,0 +1 @@\n+1\n"
        );
        assert_eq!(
            patch("é", Some("1\n"), None),
            "diff --git \"a/\\303\\251\" \"b/\\303\\251\"\ndeleted file mode 100644\n--- \"a/\\303\\251\"\n\
             +++ /dev/null\n@@ -1 +0,0 @@\n-1\n"
        );
        assert_eq!(patch("x", Some("1"), Some("1")), "");
    }
}
