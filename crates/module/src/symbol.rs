use boxcar::Vec as AppendOnly;
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;
use std::fmt;
use std::sync::LazyLock;

/// An interned string: a name, an option path's segment or a file's path. Comparing two is comparing
/// two integers, in any thread. What is interned stays for the life of the process; names repeat, so
/// that is little.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u32);

struct Interner {
    ids: DashMap<&'static str, Symbol, FxBuildHasher>,
    texts: AppendOnly<&'static str>,
}

static INTERNER: LazyLock<Interner> = LazyLock::new(|| {
    let interner = Interner { ids: DashMap::default(), texts: AppendOnly::new() };
    // The order is that of the constants below. No text leads to them: an attribute may be named `*`.
    for text in ["<name>", "*", "${…}"] {
        interner.texts.push(text);
    }
    interner
});

impl Interner {
    fn intern(&self, text: &str) -> Symbol {
        if let Some(symbol) = self.ids.get(text) {
            return *symbol;
        }
        let text: &'static str = Box::leak(text.into());
        *self
            .ids
            .entry(text)
            .or_insert_with(|| Symbol(u32::try_from(self.texts.push(text)).unwrap_or(u32::MAX)))
    }
}

impl Symbol {
    /// The segment that stands for every member of an `attrsOf`.
    pub const ANY_NAME: Symbol = Symbol(0);
    /// The segment that stands for every element of a `listOf`.
    pub const ANY_ELEMENT: Symbol = Symbol(1);
    /// A segment whose name is computed: `${x}`.
    pub const COMPUTED: Symbol = Symbol(2);

    pub fn new(text: &str) -> Symbol {
        INTERNER.intern(text)
    }

    /// A segment of an option's declared path as documentation writes it: `<name>` and `*` stand for
    /// members.
    pub fn of_segment(text: &str) -> Symbol {
        let wildcards = [Symbol::ANY_NAME, Symbol::ANY_ELEMENT, Symbol::COMPUTED];
        let stands_for = wildcards.into_iter().find(|wildcard| wildcard.as_str() == text);
        stands_for.unwrap_or_else(|| Symbol::new(text))
    }

    pub fn as_str(self) -> &'static str {
        INTERNER.texts.get(self.0 as usize).copied().unwrap_or("")
    }

    /// Whether this segment stands for more than one name.
    pub fn is_wildcard(self) -> bool {
        self <= Symbol::COMPUTED
    }
}

impl From<&str> for Symbol {
    fn from(text: &str) -> Symbol {
        Symbol::new(text)
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
