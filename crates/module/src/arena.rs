//! One file's expressions in one vector.

/// An expression of one file's [`Arena`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

#[derive(Debug, Default)]
pub struct Arena {}
