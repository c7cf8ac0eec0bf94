//! The options in the form that NixOS's own `options.json` has (`nixosOptionsDoc` of nixpkgs), so that
//! whatever reads that reads ours. Defaults and examples are source text. The type is left out where it
//! is not known.

use super::page::PageOption;
use serde_json::{Map, Value, json};
use std::io::Write;

pub fn write(options: &[PageOption<'_>], out: &mut dyn Write) -> anyhow::Result<()> {
    let entries: Map<String, Value> =
        options.iter().map(|option| (option.first.path.clone(), entry(option))).collect();
    serde_json::to_writer_pretty(&mut *out, &entries)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn entry(option: &PageOption<'_>) -> Value {
    let mut files: Vec<&str> = option.declared_in.iter().map(|(file, _)| *file).collect();
    files.dedup();
    let mut entry = json!({
        "declarations": files,
        "description": option.description.unwrap_or_default(),
        "loc": option.first.loc,
        "readOnly": option.first.read_only,
    });
    let code = |source: &str| json!({ "_type": "literalExpression", "text": source });
    if let Some(ty) = option.r#type {
        entry["type"] = ty.into();
    }
    if let Some(default) = &option.default {
        entry["default"] = code(default);
    }
    if let Some(example) = &option.example {
        entry["example"] = code(example);
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::super::entry::Entry;
    use super::super::page;
    use super::*;
    use index::Shown;
    use module::OptionPath;

    fn entry(path: &[&'static str], file: &str) -> Entry {
        Entry {
            loc: path.to_vec(),
            path: path.join("."),
            file: file.to_owned(),
            line: 3,
            column: 5,
            r#type: Some(
                "16 bit unsigned integer; between 0 and 65535 (both inclusive)".to_owned(),
            ),
            default: Some("8080".to_owned()),
            description: Some("The `port`.".to_owned()),
            example: Some("config.hypervisor.web.port + 1".to_owned()),
            kind: "option",
            read_only: true,
            internal: false,
            submodule: false,
        }
    }

    #[test]
    fn what_is_written_is_read_as_an_option_source() {
        let removed = Entry { kind: "removed", ..entry(&["hypervisor", "old"], "old.nix") };
        let internal = Entry { internal: true, ..entry(&["hypervisor", "own"], "own.nix") };
        let entries = [
            removed,
            internal,
            entry(&["hypervisor", "vms", "<name>", "port"], "vms.nix"),
            entry(&["hypervisor", "web", "port"], "a.nix"),
            Entry { default: None, ..entry(&["hypervisor", "web", "port"], "b.nix") },
        ];
        let mut text = Vec::new();
        write(&page::options(&entries), &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let options = workspace::options_of_json(&text).unwrap();
        assert_eq!(options.len(), 2);
        let option = options.option(&OptionPath::parse("hypervisor.web.port")).unwrap();
        assert_eq!(option.default, Some(Shown::Code("8080".into())));
        assert_eq!(option.example, Some(Shown::Code("config.hypervisor.web.port + 1".into())));
        assert_eq!(option.description.as_deref(), Some("The `port`."));
        assert!(option.read_only);
        let files: Vec<&str> = option.declared_at.iter().map(|place| &*place.name).collect();
        assert_eq!(files, ["a.nix", "b.nix"]);
        assert!(options.option(&OptionPath::parse("hypervisor.vms.<name>.port")).is_some());
    }

    #[test]
    fn the_form_is_the_one_of_nixos() {
        let entries = [entry(&["hypervisor", "web", "port"], "a.nix")];
        let mut text = Vec::new();
        write(&page::options(&entries), &mut text).unwrap();
        assert_eq!(
            serde_json::from_slice::<Value>(&text).unwrap(),
            json!({
                "hypervisor.web.port": {
                    "declarations": ["a.nix"],
                    "default": { "_type": "literalExpression", "text": "8080" },
                    "description": "The `port`.",
                    "example": {
                        "_type": "literalExpression", "text": "config.hypervisor.web.port + 1",
                    },
                    "loc": ["hypervisor", "web", "port"],
                    "readOnly": true,
                    "type": "16 bit unsigned integer; between 0 and 65535 (both inclusive)",
                },
            })
        );
    }
}
