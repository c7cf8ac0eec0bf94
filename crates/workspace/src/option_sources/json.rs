//! `options.json`, as `nixosOptionsDoc` of nixpkgs writes it: one object, from option paths to what the
//! manual says of them.

use super::prose::plain_markdown;
use super::{Reading, Unusable, origin_of};
use crate::read::{MAX_GENERATED_BYTES, read_text_up_to};
use index::{DeclaredAt, ExternalOption, Shown, TypeTable};
use module::{FileId, OptionPath, Symbol, is_identifier};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

pub(super) fn read_file(file: &Path) -> Result<Reading, Unusable> {
    read(&read_text_up_to(file, MAX_GENERATED_BYTES)?)
}

pub(super) fn read(text: &str) -> Result<Reading, Unusable> {
    let Entries(entries) = serde_json::from_str(text)?;
    if entries.is_empty() {
        return Err(Unusable::Empty);
    }
    let mut files = Files::default();
    let mut types = TypeTable::default();
    let mut options: Vec<ExternalOption> = entries
        .into_iter()
        .map(|(name, entry)| entry.option(&name, &mut types, &mut files))
        // Every submodule has one; nobody sets it.
        .filter(|option| !option.path.contains(&Symbol::new("_module")))
        .collect();
    let origin = origin_of(&options).unwrap_or_else(|| "options.json".into());
    for option in &mut options {
        option.origin = origin.clone();
    }
    Ok(Reading { options, open: Vec::new() })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    loc: Vec<String>,
    r#type: Option<String>,
    default: Option<Value>,
    example: Option<Value>,
    description: Option<Value>,
    #[serde(default)]
    declarations: Vec<Value>,
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    internal: bool,
}

/// One by one: as one [`Value`], NixOS's would take ten times its size.
struct Entries(Vec<(String, Entry)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries, D::Error> {
        struct OneByOne;

        impl<'de> Visitor<'de> for OneByOne {
            type Value = Entries;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object from option paths to options")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(OneByOne)
    }
}

impl Entry {
    fn option(self, name: &str, types: &mut TypeTable, files: &mut Files) -> ExternalOption {
        let path = match self.loc.is_empty() {
            true => OptionPath::parse(name),
            false => self.loc.iter().map(|name| segment(name)).collect(),
        };
        let description = self.description.as_ref().and_then(text);
        let declared_at = self.declarations.iter().filter_map(|it| files.place(it)).collect();
        ExternalOption {
            path,
            origin: Arc::default(),
            ty: self.r#type.map(|words| types.get(&words)),
            default: self.default.as_ref().map(shown),
            example: self.example.as_ref().map(shown),
            description: description.map(|text| plain_markdown(text).into()),
            declared_at,
            read_only: self.read_only,
            internal: self.internal,
            deprecated: false,
        }
    }
}

/// `<name>` may have a better name, as in `<username>`.
fn segment(name: &str) -> Symbol {
    match name.starts_with('<') && name.ends_with('>') && !name.contains(' ') {
        true => Symbol::ANY_NAME,
        false => Symbol::of_segment(name),
    }
}

/// A text, or one that says of which kind it is.
fn text(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value["text"].as_str())
}

fn shown(value: &Value) -> Shown {
    let text = value["text"].as_str();
    match (value["_type"].as_str(), text) {
        (Some("literalMD" | "mdDoc" | "literalDocBook"), Some(text)) => {
            Shown::Markdown(plain_markdown(text).into())
        }
        (Some(_), Some(text)) => Shown::Code(text.trim_end().into()),
        _ => Shown::Code(nix_source(value).into()),
    }
}

/// A value as Nix would have it written.
fn nix_source(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${");
            format!("\"{text}\"")
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(nix_source).collect();
            format!("[ {} ]", items.join(" ")).replace("[  ]", "[ ]")
        }
        Value::Object(entries) => {
            let entry = |(name, value): (&String, &Value)| match is_identifier(name) {
                true => format!("{name} = {}; ", nix_source(value)),
                false => format!("\"{name}\" = {}; ", nix_source(value)),
            };
            format!("{{ {}}}", entries.iter().map(entry).collect::<String>())
        }
        plain => plain.to_string(),
    }
}

/// The files that declare options, each once.
#[derive(Default)]
struct Files(FxHashMap<String, DeclaredAt>);

impl Files {
    /// `"nixos/modules/x.nix"`, `"/nix/store/…-source/x.nix"`, `{ name = "<home-manager/x.nix>"; … }`
    fn place(&mut self, declaration: &Value) -> Option<DeclaredAt> {
        let name = declaration.as_str().or_else(|| declaration["name"].as_str())?;
        if let Some(known) = self.0.get(name) {
            return Some(known.clone());
        }
        let is_here = name.starts_with('/') && Path::new(name).is_file();
        let plain = name.strip_prefix('<').and_then(|name| name.strip_suffix('>')).unwrap_or(name);
        let place = DeclaredAt {
            name: without_store(plain).into(),
            file: is_here.then(|| FileId::new(name)),
            line: 0,
            columns: 0..0,
        };
        self.0.insert(name.to_owned(), place.clone());
        Some(place)
    }
}

/// A path in the store, from where its package begins.
fn without_store(path: &str) -> &str {
    let inside = path.strip_prefix("/nix/store/").and_then(|rest| rest.split_once('/'));
    inside.map_or(path, |(_, inside)| inside)
}
