use crate::Symbol;
use smallvec::SmallVec;
use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

/// `hypervisor.vms.<name>.memory`: names from the outermost option set inwards.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct OptionPath(SmallVec<[Symbol; 6]>);

impl OptionPath {
    pub fn root() -> OptionPath {
        OptionPath::default()
    }

    /// From dotted text, as a user writes it; segments in double quotes may hold dots, and stand for
    /// themselves.
    pub fn parse(text: &str) -> OptionPath {
        let mut path = OptionPath::root();
        let mut rest = text;
        while !rest.is_empty() {
            let segment = match rest.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
                Some((segment, after)) => {
                    rest = after.strip_prefix('.').unwrap_or(after);
                    Symbol::new(segment)
                }
                None => {
                    let (segment, after) = rest.split_once('.').unwrap_or((rest, ""));
                    rest = after;
                    Symbol::of_segment(segment)
                }
            };
            path.0.push(segment);
        }
        path
    }

    pub fn push(&mut self, name: Symbol) {
        self.0.push(name);
    }

    pub fn child(&self, name: Symbol) -> OptionPath {
        let mut path = self.clone();
        path.0.push(name);
        path
    }

    pub fn join(&self, names: &[Symbol]) -> OptionPath {
        let mut path = self.clone();
        path.0.extend_from_slice(names);
        path
    }

    pub fn parent(&self) -> Option<OptionPath> {
        let (_, parent) = self.0.split_last()?;
        Some(OptionPath(parent.into()))
    }

    pub fn starts_with(&self, prefix: &[Symbol]) -> bool {
        self.0.starts_with(prefix)
    }
}

impl Deref for OptionPath {
    type Target = [Symbol];
    fn deref(&self) -> &[Symbol] {
        &self.0
    }
}

impl Borrow<[Symbol]> for OptionPath {
    fn borrow(&self) -> &[Symbol] {
        self
    }
}

impl From<&[Symbol]> for OptionPath {
    fn from(names: &[Symbol]) -> OptionPath {
        OptionPath(names.into())
    }
}

impl FromIterator<Symbol> for OptionPath {
    fn from_iter<I: IntoIterator<Item = Symbol>>(names: I) -> OptionPath {
        OptionPath(names.into_iter().collect())
    }
}

/// Shows names as Nix would want them written.
pub struct PathDisplay<'a>(pub &'a [Symbol]);

impl fmt::Display for PathDisplay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            if name.is_wildcard() || is_identifier(name.as_str()) {
                f.write_str(name.as_str())?;
            } else {
                write!(f, "\"{name}\"")?;
            }
        }
        Ok(())
    }
}

/// Whether Nix takes this name without quotes.
pub fn is_identifier(name: &str) -> bool {
    const KEYWORDS: [&str; 9] =
        ["assert", "else", "if", "in", "inherit", "let", "rec", "then", "with"];
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_'-".contains(&byte))
        && !KEYWORDS.contains(&name)
}

impl fmt::Display for OptionPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PathDisplay(self).fmt(f)
    }
}

impl fmt::Debug for OptionPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_like_a_wildcard_is_a_name() {
        let path = OptionPath::parse("a.<name>.*.\"*\".\"<name>\"");
        let names =
            [Symbol::ANY_NAME, Symbol::ANY_ELEMENT].map(|wildcard| path.contains(&wildcard));
        assert_eq!(names, [true, true]);
        assert_eq!(path.iter().filter(|name| name.is_wildcard()).count(), 2);
        assert_eq!(path.to_string(), "a.<name>.*.\"*\".\"<name>\"");
        assert!(!Symbol::new("*").is_wildcard());
    }
}
