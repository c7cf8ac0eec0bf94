//! A tree of modules as terms, so that parts of it can be taken out and it stays one.

/// What stands in a place, and so what may stand there instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Bool,
    Int,
    List,
    /// A set of definitions.
    Group,
    /// A definition at the root of a module, one inside a set, an element of `mkMerge`, what a submodule
    /// defines of its own: they may as well not be there.
    Statement,
    Member,
    Element,
    OwnConfig,
    /// The value of a definition of an int, a bool or a list.
    IntDefinition,
    BoolDefinition,
    ListDefinition,
    Fixed,
}

impl Sort {
    /// The least that can stand there.
    pub fn least(self) -> Option<&'static str> {
        match self {
            Sort::Bool | Sort::BoolDefinition => Some("false"),
            Sort::Int | Sort::IntDefinition => Some("0"),
            Sort::List | Sort::ListDefinition => Some("[ ]"),
            Sort::Group => Some("{ }"),
            Sort::Statement | Sort::Member | Sort::Element | Sort::OwnConfig => Some(""),
            Sort::Fixed => None,
        }
    }

    /// Whether a term of the other sort may stand in a place of this one.
    pub fn takes(self, other: Sort) -> bool {
        self == other
            || matches!(
                (self, other),
                (Sort::IntDefinition, Sort::Int)
                    | (Sort::BoolDefinition, Sort::Bool)
                    | (Sort::ListDefinition, Sort::List)
            )
    }
}

#[derive(Debug, Clone)]
pub struct Term {
    pub sort: Sort,
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone)]
pub enum Part {
    Text(String),
    Term(Term),
}

impl Term {
    /// `template` with a term for each `$`.
    pub fn new(sort: Sort, template: &str, terms: Vec<Term>) -> Term {
        let mut terms = terms.into_iter();
        let mut parts = Vec::new();
        for (index, text) in template.split('$').enumerate() {
            if index > 0 {
                parts.extend(terms.next().map(Part::Term));
            }
            parts.push(Part::Text(text.to_owned()));
        }
        Term { sort, parts }
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Term(term) => term.write(text),
            }
        }
    }

    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.parts.iter().filter_map(|part| match part {
            Part::Term(term) => Some(term),
            Part::Text(_) => None,
        })
    }
}

/// Files by name, the first one the root.
#[derive(Debug, Clone)]
pub struct Tree {
    pub files: Vec<(&'static str, Term)>,
}

impl Tree {
    pub fn text(&self) -> String {
        let files = self.files.iter();
        files.map(|(name, term)| format!("#- {name}\n{}\n", term.text())).collect()
    }
}
