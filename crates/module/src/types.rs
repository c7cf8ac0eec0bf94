//! The option types of `lib.types`, as data, with Nix's own descriptions.

/// An option's type.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Type {
    #[default]
    Unknown,
}

impl Type {
    /// Nix's own words for it, where they are known.
    pub fn description(&self) -> Option<String> {
        None
    }
}
