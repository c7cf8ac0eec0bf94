use crate::Arena;

/// Lowers one file.
pub fn lower(_text: &str) -> Arena {
    Arena::default()
}
