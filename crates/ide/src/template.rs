use crate::Snapshot;
use module::{FileId, OptionPath, Symbol, is_identifier};

/// The text that a new module starts with, by the guide's template: an enable option named after its place
/// below `modules`, and a configuration under it. `None` for files elsewhere, and where no module of that
/// name can be.
pub fn new_module(snapshot: &Snapshot, file: FileId) -> Option<String> {
    let setup = snapshot.setup();
    let path = file.relative_to(setup.root.join("modules"));
    if !file.is_below(setup.root.join("modules")) {
        return None;
    }
    let mut names: Vec<String> = path.strip_suffix(".nix")?.split('/').map(camel_case).collect();
    // A folder's `default.nix` is the folder's own module.
    if names.last().is_some_and(|name| name == "default") {
        names.pop();
    }
    names.dedup();
    if names.is_empty() || !names.iter().all(|name| is_identifier(name)) {
        return None;
    }
    let namespace = OptionPath::parse(setup.namespaces.first()?);
    let names: Vec<Symbol> = names.iter().map(|name| Symbol::new(name)).collect();
    let group = namespace.join(&names);
    if snapshot.is_option(&group) || snapshot.is_option(&group.child(Symbol::new("enable"))) {
        return None;
    }
    let topic = file.name().strip_suffix(".nix").filter(|name| *name != "default");
    let topic = topic.unwrap_or(file.folder().name()).replace('-', " ");
    Some(format!(
        "{{ config, lib, ... }}:
{{
  options.{group} = {{
    enable = lib.mkEnableOption \"{topic}\";
  }};

  config = lib.mkIf config.{group}.enable {{
  }};
}}
"
    ))
}

/// `network-settings` → `networkSettings`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('-').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("").to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let capital: String =
            letters.next().map(|it| it.to_ascii_uppercase()).into_iter().collect();
        name + &capital + letters.as_str()
    })
}
