//! The options as Nix's own documentation lists them.

use crate::Snapshot;
use module::facts::Declaration;
use module::types::{Submodule, Type};
use module::{FileId, OptionPath};

/// One option of the listing.
#[derive(Debug, Clone)]
pub struct Listed<'a> {
    /// Whose declaration it is; it may stand in another file.
    pub module: FileId,
    /// The declaration's own path, or that of a renamed option that shows its successor's members.
    pub path: OptionPath,
    pub declaration: &'a Declaration,
    pub ty: Type,
}

impl Snapshot {
    /// Every option of every module, members of submodules included, where Nix shows them. A renamed
    /// option has the type and the members of its successor.
    pub fn listing(&self) -> Vec<Listed<'_>> {
        let mut listing = Vec::new();
        for (module, facts) in self.modules() {
            let hiding: Vec<&OptionPath> = facts
                .declarations
                .iter()
                .filter(|declaration| declaration.hides_members)
                .map(|declaration| &declaration.path)
                .collect();
            for declaration in &facts.declarations {
                let path = declaration.path.clone();
                let is_below =
                    |above: &&OptionPath| path.len() > above.len() && path.starts_with(above);
                if declaration.in_submodule && hiding.iter().any(is_below) {
                    continue;
                }
                let ty = match &declaration.successor {
                    // One that is computed from the old one's value has a type of its own.
                    Some(_) if declaration.ty != Type::Unknown => declaration.ty.clone(),
                    Some(successor) => {
                        if !declaration.hides_members {
                            self.list_members(&path, successor, &mut listing);
                        }
                        // What is no option, mkRenamedOptionModule takes for a submodule.
                        let ty = match self.is_inside_option(successor) {
                            true => None,
                            false => self.option_type(successor).cloned(),
                        };
                        ty.unwrap_or_else(|| Type::Submodule(Submodule::default()))
                    }
                    None => declaration.ty.clone(),
                };
                listing.push(Listed { module, path, declaration, ty });
            }
        }
        listing
    }

    /// Whether the path leads into an option's value, where Nix finds no option to take a type from.
    fn is_inside_option(&self, path: &OptionPath) -> bool {
        (1..path.len()).any(|end| self.is_option(&path[..end].into()))
    }

    fn list_members<'a>(
        &'a self,
        renamed: &OptionPath,
        successor: &OptionPath,
        listing: &mut Vec<Listed<'a>>,
    ) {
        if !self.is_option(successor) {
            return;
        }
        let below = self.options_below(successor).filter(|path| path.len() > successor.len());
        for path in below {
            for found in
                self.declarations(&path).into_iter().filter(|found| found.fact.in_submodule)
            {
                let path = renamed.join(&path[successor.len()..]);
                let (module, declaration) = (found.module, found.fact);
                let ty = declaration.ty.clone();
                listing.push(Listed { module, path, declaration, ty });
            }
        }
    }
}
