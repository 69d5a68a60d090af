//! Sets of versions, by the rules of each ecosystem.

use std::str::FromStr;

use nodejs_semver::Range;
use pep440_rs::{Operator, VersionSpecifiers};

/// Major, minor, patch. What comes after that (pre-releases, builds) makes no difference here.
type Triple = [u64; 3];

/// From a version on, up to but without another.
type Interval = (Triple, Option<Triple>);

/// The versions that a pin allows.
#[derive(Clone, Debug, PartialEq)]
pub enum Allowed {
    /// As npm's semver has it: Node.js and its package managers.
    Npm(Range),
    /// Everything else, as intervals in order that do not touch.
    Spans(Vec<Interval>),
}

/// How a requirement is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `Gem::Requirement`: a bare version is exactly that, `~> 3.2` is below 4.
    Gem,
    /// Composer: a bare version is exactly that, `~8.1` is below 9, `||` and `|` are "or".
    Composer,
    /// Poetry: as Composer, but `~3.11` is below 3.12.
    Poetry,
    /// Version files and images: a version stands for all that begin with it.
    Prefix,
}

/// Beyond every release there will be.
const FAR: u64 = 100_000;

impl Allowed {
    /// A requirement of npm's semver.
    pub fn npm(text: &str) -> Option<Self> {
        // The library takes an empty text for any version, and so does npm.
        Range::parse(text.trim()).ok().map(Allowed::Npm)
    }

    /// A requirement of PEP 440: `>=3.11,<3.13`.
    pub fn pep440(text: &str) -> Option<Self> {
        let specifiers = VersionSpecifiers::from_str(text.trim()).ok()?;
        let mut spans = vec![ALL];
        for specifier in specifiers.iter() {
            let release = specifier.version().release();
            let version = padded(release);
            let depth = release.len().clamp(1, 3);
            let of = match specifier.operator() {
                Operator::Equal | Operator::ExactEqual => vec![only(version)],
                Operator::EqualStar => vec![below(version, depth)],
                Operator::NotEqual => without(only(version)),
                Operator::NotEqualStar => without(below(version, depth)),
                Operator::TildeEqual => vec![(version, Some(bumped(version, depth.max(2) - 1)))],
                Operator::LessThan => until(version),
                Operator::LessThanEqual => until(bumped(version, 3)),
                Operator::GreaterThan => vec![(bumped(version, 3), None)],
                Operator::GreaterThanEqual => vec![(version, None)],
            };
            spans = both(&spans, &of);
        }
        Some(Allowed::Spans(spans))
    }

    /// A requirement in one of the simpler dialects.
    pub fn parse(text: &str, dialect: Dialect) -> Option<Self> {
        let alternatives = text.split("||").flat_map(|part| match dialect {
            Dialect::Composer => part.split('|').collect::<Vec<_>>(),
            _ => vec![part],
        });
        let mut spans = Vec::new();
        for alternative in alternatives {
            spans.extend(alternative_of(alternative, dialect)?);
        }
        Some(Allowed::Spans(joined(spans)))
    }

    /// All versions from this one on.
    pub fn at_least(text: &str) -> Option<Self> {
        let (version, _, _) = numbers(text)?;
        Some(Allowed::Spans(vec![(version, None)]))
    }

    /// Whether some version is in both.
    pub fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Allowed::Npm(left), Allowed::Npm(right)) => left.allows_any(right),
            (Allowed::Spans(left), Allowed::Spans(right)) => !both(left, right).is_empty(),
            // Pins of one runtime are all of one kind.
            _ => true,
        }
    }

    /// The same, with a part that lies within one minor version reaching over all of it.
    pub fn by_minor(&self) -> Self {
        self.widened(2)
    }

    /// The same, with a part that lies within one major version reaching over all of it.
    pub fn by_major(&self) -> Self {
        self.widened(1)
    }

    fn widened(&self, depth: usize) -> Self {
        match self {
            Allowed::Npm(range) => {
                let Some(least) = range.min_version() else { return self.clone() };
                let (text, next) = match depth {
                    1 => (format!("{}.x", least.major()), format!("{}.0.0", least.major() + 1)),
                    _ => (
                        format!("{}.{}.x", least.major(), least.minor()),
                        format!("{}.{}.0", least.major(), least.minor() + 1),
                    ),
                };
                match Range::parse(&text) {
                    Ok(wide) if !reaches(range, &format!(">={next}")) => Allowed::Npm(wide),
                    _ => self.clone(),
                }
            }
            Allowed::Spans(spans) => {
                let wide = spans.iter().map(|&(from, to)| {
                    let whole = below(from, depth);
                    match (to, whole.1) {
                        (Some(to), Some(end)) if to <= end => whole,
                        _ => (from, to),
                    }
                });
                Allowed::Spans(joined(wide.collect()))
            }
        }
    }

    /// Whether there is no newest version that it allows.
    pub fn is_unbounded(&self) -> bool {
        match self {
            Allowed::Npm(range) => reaches(range, &format!(">={FAR}.0.0")),
            Allowed::Spans(spans) => spans.iter().any(|(_, to)| to.is_none()),
        }
    }

    /// Whether it allows versions of more than one major version.
    pub fn spans_majors(&self) -> bool {
        match self {
            Allowed::Npm(range) => range
                .min_version()
                .is_some_and(|least| reaches(range, &format!(">={}.0.0", least.major() + 1))),
            Allowed::Spans(spans) => {
                let Some((first, _)) = spans.first() else { return false };
                let end = below(*first, 1).1;
                spans.iter().any(|(_, to)| to.is_none() || *to > end)
            }
        }
    }

    /// The oldest version that it allows: major, minor, patch.
    pub fn least(&self) -> Option<Triple> {
        match self {
            Allowed::Npm(range) => range.min_version().map(|v| [v.major(), v.minor(), v.patch()]),
            Allowed::Spans(spans) => spans.first().map(|(from, _)| *from),
        }
    }

    /// The newest major version that it allows, up to `most`; none where it allows a later one.
    pub fn newest_major(&self, most: u64) -> Option<u64> {
        let allows = |from: u64, to: Option<u64>| match self {
            Allowed::Npm(range) => {
                let below = to.map_or(String::new(), |to| format!(" <{to}.0.0"));
                reaches(range, &format!(">={from}.0.0{below}"))
            }
            Allowed::Spans(spans) => !both(spans, &[([from, 0, 0], to.map(|to| [to, 0, 0]))]).is_empty(),
        };
        let later = allows(most + 1, None);
        (0..=most).rev().find(|major| allows(*major, Some(major + 1))).filter(|_| !later)
    }

    /// Whether it allows what will be the newest release of a major version.
    pub fn allows_newest_of(&self, major: u64) -> bool {
        match self {
            Allowed::Npm(range) => reaches(range, &format!(">={major}.{FAR}.0 <{}.0.0", major + 1)),
            Allowed::Spans(spans) => !both(spans, &[([major, FAR, 0], Some([major + 1, 0, 0]))]).is_empty(),
        }
    }

    /// Whether it allows one version only.
    pub fn is_exact(&self) -> bool {
        match self {
            Allowed::Npm(range) => {
                range.min_version().is_some_and(|version| !reaches(range, &format!(">{version}")))
            }
            Allowed::Spans(spans) => {
                matches!(spans.as_slice(), [(from, Some(to))] if *to <= bumped(*from, 3))
            }
        }
    }
}

/// Whether a range allows a version of another. (`allows_all` of the library is of no use here: of a range
/// with `||` it asks for one part only.)
fn reaches(range: &Range, other: &str) -> bool {
    Range::parse(other).is_ok_and(|other| range.allows_any(&other))
}

const ALL: Interval = ([0; 3], None);

fn padded(release: &[u64]) -> Triple {
    std::array::from_fn(|at| release.get(at).copied().unwrap_or(0))
}

/// The next version with a higher number at `depth` (1 is major).
fn bumped(version: Triple, depth: usize) -> Triple {
    std::array::from_fn(|at| match (at + 1).cmp(&depth) {
        std::cmp::Ordering::Less => version[at],
        std::cmp::Ordering::Equal => version[at].saturating_add(1),
        std::cmp::Ordering::Greater => 0,
    })
}

fn only(version: Triple) -> Interval {
    (version, Some(bumped(version, 3)))
}

/// All versions that have the first `depth` numbers of this one.
fn below(version: Triple, depth: usize) -> Interval {
    let start = std::array::from_fn(|at| if at < depth { version[at] } else { 0 });
    (start, Some(bumped(version, depth)))
}

fn until(end: Triple) -> Vec<Interval> {
    if end == [0; 3] { Vec::new() } else { vec![([0; 3], Some(end))] }
}

fn without((from, to): Interval) -> Vec<Interval> {
    let mut spans = until(from);
    spans.extend(to.map(|to| (to, None)));
    spans
}

fn both(left: &[Interval], right: &[Interval]) -> Vec<Interval> {
    let mut spans = Vec::new();
    for &(from, to) in left {
        for &(start, end) in right {
            let first = from.max(start);
            let last = match (to, end) {
                (Some(to), Some(end)) => Some(to.min(end)),
                (to, end) => to.or(end),
            };
            if last.is_none_or(|last| first < last) {
                spans.push((first, last));
            }
        }
    }
    joined(spans)
}

fn joined(mut spans: Vec<Interval>) -> Vec<Interval> {
    spans.sort_by_key(|(from, _)| *from);
    let mut kept: Vec<Interval> = Vec::new();
    for (from, to) in spans {
        match kept.last_mut() {
            Some((_, end)) if end.is_none_or(|end| from <= end) => {
                *end = match (*end, to) {
                    (Some(end), Some(to)) => Some(end.max(to)),
                    _ => None,
                };
            }
            _ => kept.push((from, to)),
        }
    }
    kept
}

/// The numbers at the start of a version, how many there are, and what follows them. A wildcard ends them.
fn numbers(text: &str) -> Option<(Triple, usize, &str)> {
    let mut rest = text.trim();
    rest = rest.strip_prefix(['v', 'V']).unwrap_or(rest);
    let mut version = [0; 3];
    let mut depth = 0;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            break;
        }
        let number = rest[..digits].parse::<u64>().ok().filter(|number| *number < FAR * 1000)?;
        if let Some(slot) = version.get_mut(depth) {
            *slot = number;
        }
        depth += 1;
        rest = &rest[digits..];
        match rest.strip_prefix('.') {
            Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
            _ => break,
        }
    }
    (depth > 0).then_some((version, depth.min(3), rest))
}

const OPERATORS: &[&str] = &["~>", ">=", "<=", "!=", "==", "^", "~", ">", "<", "="];

/// What one alternative of a requirement allows.
fn alternative_of(text: &str, dialect: Dialect) -> Option<Vec<Interval>> {
    let text = text.trim();
    if dialect == Dialect::Composer
        && let Some((from, to)) = text.split_once(" - ")
    {
        let (start, _, _) = numbers(from)?;
        let (end, depth, _) = numbers(to)?;
        return Some(vec![(start, Some(bumped(end, depth)))]);
    }
    let mut spans = vec![ALL];
    let mut some = false;
    let mut rest = text.trim_start_matches([',', ' ', '\t']);
    while !rest.is_empty() {
        let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator)).copied().unwrap_or("");
        rest = rest[operator.len()..].trim_start();
        let end = rest.find([',', ' ', '\t']).unwrap_or(rest.len());
        let (version, tail) = rest.split_at(end);
        // `>=8.1<9`
        let end = version.find(['<', '>', '!', '=']).filter(|end| *end > 0).unwrap_or(version.len());
        let (version, glued) = version.split_at(end);
        spans = both(&spans, &comparator(operator, version, dialect)?);
        some = true;
        rest = if glued.is_empty() { tail } else { &rest[end..] };
        rest = rest.trim_start_matches([',', ' ', '\t']);
    }
    some.then_some(spans)
}

fn comparator(operator: &str, text: &str, dialect: Dialect) -> Option<Vec<Interval>> {
    let star = |text: &str| matches!(text, "*" | "x" | "X");
    if star(text) {
        return Some(vec![ALL]);
    }
    let (version, depth, rest) = numbers(text)?;
    let wild = rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(['*', 'x', 'X']));
    let follows = rest.chars().next().is_none_or(|c| matches!(c, '.' | '-' | '+' | '@' | '_'));
    // `3.3.0rc1`, `3.13t`: what follows a version makes no difference, a word alone is none.
    if !follows && !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let prefix = wild || dialect == Dialect::Prefix;
    Some(match operator {
        "" | "=" | "==" if prefix => vec![below(version, depth)],
        "" | "=" | "==" => vec![only(version)],
        "!=" if prefix => without(below(version, depth)),
        "!=" => without(only(version)),
        ">=" => vec![(version, None)],
        ">" => vec![(bumped(version, if prefix { depth } else { 3 }), None)],
        "<" => until(version),
        "<=" => until(bumped(version, if prefix { depth } else { 3 })),
        "~>" => vec![(version, Some(bumped(version, depth.max(2) - 1)))],
        "~" => {
            let at = match dialect {
                Dialect::Composer => depth.max(2) - 1,
                _ => depth.min(2),
            };
            vec![(version, Some(bumped(version, at)))]
        }
        // Below the next number of the first that is not zero.
        "^" => {
            let first = version.iter().position(|number| *number > 0).map_or(depth, |at| at + 1);
            vec![(version, Some(bumped(version, first.min(depth.max(1)))))]
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gem(text: &str) -> Allowed {
        Allowed::parse(text, Dialect::Gem).unwrap_or_else(|| panic!("{text}"))
    }

    fn prefix(text: &str) -> Allowed {
        Allowed::parse(text, Dialect::Prefix).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn requirements_of_gems() {
        // Requirement, a version, whether it is satisfied: as `Gem::Requirement` answers.
        let rows = [
            ("3.2.2", "3.2.2", true),
            ("3.2.2", "3.2.3", false),
            ("3.2", "3.2.0", true),
            ("3.2", "3.2.1", false),
            ("= 3.2.1", "3.2.1", true),
            ("!= 3.2.1", "3.2.1", false),
            ("!= 3.2.1", "3.2.2", true),
            ("~> 3.2", "3.9.9", true),
            ("~> 3.2", "4.0.0", false),
            ("~> 3.2", "3.1.9", false),
            ("~> 3.2.1", "3.2.9", true),
            ("~> 3.2.1", "3.3.0", false),
            ("~> 3", "3.9.0", true),
            ("~> 3", "4.0.0", false),
            (">= 3.1, < 3.4", "3.3.9", true),
            (">= 3.1, < 3.4", "3.4.0", false),
            (">= 3.1", "9.0.0", true),
            ("> 3.1.0", "3.1.0", false),
            ("<= 3.1.2", "3.1.2", true),
            ("3.3.0.preview1", "3.3.0", true),
        ];
        for (requirement, version, satisfied) in rows {
            assert_eq!(gem(requirement).meets(&prefix(version)), satisfied, "{requirement} {version}");
        }
        for wrong in ["", "ruby", ">=", "~> x.y", ">> 3"] {
            assert_eq!(Allowed::parse(wrong, Dialect::Gem), None, "{wrong:?}");
        }
    }

    #[test]
    fn requirements_of_python() {
        let rows = [
            (">=3.11,<3.13", "3.12", true),
            (">=3.11,<3.13", "3.13", false),
            (">=3.11", "3.10.4", false),
            ("==3.12.*", "3.12.4", true),
            ("==3.12.*", "3.13.0", false),
            ("~=3.11", "3.13", true),
            ("~=3.11.2", "3.12", false),
            ("!=3.12.*,>=3.11", "3.12.1", false),
            ("!=3.12.1,>=3.11", "3.12", true),
            ("<=3.11", "3.11.0", true),
            (">3.11", "3.11.0", false),
            ("<3.10", "3.10", false),
        ];
        for (requirement, version, satisfied) in rows {
            let allowed = Allowed::pep440(requirement).unwrap_or_else(|| panic!("{requirement}"));
            assert_eq!(allowed.meets(&prefix(version)), satisfied, "{requirement} {version}");
        }
        assert_eq!(Allowed::pep440("3.12"), None);
        assert_eq!(Allowed::pep440("^3.12"), None);
    }

    #[test]
    fn requirements_of_composer_and_poetry() {
        let rows = [
            (Dialect::Composer, "^8.1", "8.4.0", true),
            (Dialect::Composer, "^8.1", "9.0.0", false),
            (Dialect::Composer, "~8.1", "8.3", true),
            (Dialect::Composer, "~8.1.0", "8.2", false),
            (Dialect::Composer, "7.4.*|8.0.*", "8.0.3", true),
            (Dialect::Composer, "7.4.* || 8.0.*", "8.1", false),
            (Dialect::Composer, ">=8.0 <8.3", "8.2", true),
            (Dialect::Composer, ">=8.0<8.3", "8.3", false),
            (Dialect::Composer, "8.0 - 8.2", "8.2.9", true),
            (Dialect::Composer, "8.0 - 8.2", "8.3", false),
            (Dialect::Composer, "*", "8.3", true),
            (Dialect::Poetry, "^3.11", "3.13", true),
            (Dialect::Poetry, "^3.11", "4.0", false),
            (Dialect::Poetry, "~3.11", "3.12", false),
            (Dialect::Poetry, "^3.8,<3.10", "3.9.2", true),
            (Dialect::Poetry, "^3.8,<3.10", "3.10", false),
            (Dialect::Poetry, "3.11.*", "3.11.4", true),
            (Dialect::Poetry, "^0.3", "0.4", false),
        ];
        for (dialect, requirement, version, satisfied) in rows {
            let allowed = Allowed::parse(requirement, dialect).unwrap_or_else(|| panic!("{requirement}"));
            assert_eq!(allowed.meets(&prefix(version)), satisfied, "{requirement} {version}");
        }
    }

    #[test]
    fn requirements_of_npm() {
        let npm = |text: &str| Allowed::npm(text).unwrap_or_else(|| panic!("{text}"));
        let rows = [
            ("20.x", "22", false),
            (">=18", "20.11.1", true),
            ("3.12", "3.12.4", true),
            ("^16.x || ^18.x || >= 20.x", "17", false),
            (">=12 <14", "12", true),
            ("18.16", "18.16.0", true),
            ("18.16", "18.17.0", false),
            ("10", "10.16.x", true),
            ("8.* || >= 10.*", "9.1.0", false),
        ];
        for (left, right, meets) in rows {
            assert_eq!(npm(left).meets(&npm(right)), meets, "{left} {right}");
            assert_eq!(npm(right).meets(&npm(left)), meets, "{right} {left}");
        }
        assert!(npm("18.16.0").by_minor().meets(&npm("18.16.9")));
        assert!(!npm("18.16.0").by_minor().meets(&npm("18.17.0")));
        assert!(npm("18.16.0").by_major().meets(&npm("18.17.0")));
        for (text, unbounded, majors) in [
            (">=18", true, true),
            ("*", true, true),
            ("x", true, true),
            ("20.x", false, false),
            ("^20", false, false),
            ("20.11.1", false, false),
            ("18 || 20", false, true),
            (">=18 <23", false, true),
            (">=24.0.0 <25.0.0", false, false),
        ] {
            assert_eq!(npm(text).is_unbounded(), unbounded, "{text}");
            assert_eq!(npm(text).spans_majors(), majors, "{text}");
        }
    }

    #[test]
    fn newest_lines() {
        let npm = |text: &str| Allowed::npm(text).unwrap_or_else(|| panic!("{text}"));
        let rows = [
            ("18 || 20", Some(20)),
            (">=18 <23", Some(22)),
            (">=16 <=20", Some(20)),
            ("^18.0.0 || ^20.0.0 || >=22.0.0", None),
            ("*", None),
            ("20 || 30", None),
        ];
        for (text, expected) in rows {
            assert_eq!(npm(text).newest_major(24), expected, "{text}");
        }
        assert_eq!(gem(">= 3.1, < 5").newest_major(24), Some(4));
        assert!(npm("18 || 20").allows_newest_of(20) && gem("< 5").allows_newest_of(4));
        assert!(!npm("22 || 24 <24.17.0").allows_newest_of(24) && !gem("< 4.3").allows_newest_of(4));
    }

    #[test]
    fn precision() {
        assert!(prefix("3.12").meets(&prefix("3.12.4")));
        assert!(prefix("3").meets(&prefix("3.12.4")));
        assert!(!prefix("3.12").meets(&prefix("3.13")));
        assert!(!prefix("3.12.4").meets(&prefix("3.12.5")));
        assert!(prefix("3.12.4").by_minor().meets(&prefix("3.12.5").by_minor()));
        assert!(prefix("3.12.4").is_exact() && !prefix("3.12").is_exact());
        assert_eq!(prefix("v20.11.1").least(), Some([20, 11, 1]));
        assert!(gem(">= 3.1").is_unbounded() && !gem("~> 3.1").is_unbounded());
        assert!(gem("~> 3.1").by_minor() == gem("~> 3.1"));
    }
}
