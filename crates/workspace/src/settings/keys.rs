//! The keys that settings have, each once: the reader knows them from here, and so do the schema and the
//! reference page.

/// A key at the top of the settings.
pub(super) struct Key {
    pub name: &'static str,
    /// Whether a project's file may hold it, too.
    pub in_file: bool,
    pub kind: Kind,
    /// What holds where nobody sets it, as TOML; empty: nothing.
    pub default: &'static str,
    /// Markdown, whole sentences.
    pub description: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Profile,
    /// Strings that are not empty.
    Texts,
    /// The same, and at least one.
    SomeTexts,
    Rules,
    /// [`HINTS`], each on or off.
    Hints,
    Command,
}

impl Kind {
    pub fn describe(self) -> &'static str {
        match self {
            Kind::Profile => "`guide` or `nixos`",
            Kind::Texts => "a list of strings",
            Kind::SomeTexts => "a list of strings, not empty",
            Kind::Rules | Kind::Hints => "a table",
            Kind::Command => "a program, or a list of a program and its arguments",
        }
    }
}

/// What a profile is called, and what it means.
pub(super) const PROFILES: [(&str, &str); 2] = [
    ("guide", "All rules, those of the Hyper-NixOS module guide included."),
    ("nixos", "Only what holds for any NixOS module set."),
];

/// What an inlay hint is called, and what it shows.
pub(super) const HINTS: [(&str, &str); 3] = [
    ("types", "The type of an option beside each of its definitions."),
    ("aliases", "What a name stands for, where its binding does not say so."),
    ("closings", "The name of a long binding, at its end."),
];

/// What a rule's level may be.
pub(super) const LEVELS: [&str; 5] = ["off", "hint", "information", "warning", "error"];

pub(super) const KEYS: [Key; 9] = [
    Key {
        name: "profile",
        in_file: true,
        kind: Kind::Profile,
        default: "\"guide\"",
        description: "Which rules apply, and at which levels.",
    },
    Key {
        name: "namespaces",
        in_file: true,
        kind: Kind::SomeTexts,
        default: "[\"hypervisor\"]",
        description: "The option sets that the tree declares itself, as dotted paths.",
    },
    Key {
        name: "rules",
        in_file: true,
        kind: Kind::Rules,
        default: "",
        description: "From a rule's name to its level, or to a table of its level and its own settings.",
    },
    Key {
        name: "roots",
        in_file: true,
        kind: Kind::Texts,
        default: "[]",
        description: "Files from which modules count as imported, as paths from the root of the tree. \
                      Empty: `configuration.nix`, `flake.nix`, `modules/default.nix` and profiles.",
    },
    Key {
        name: "core",
        in_file: true,
        kind: Kind::Texts,
        default: "[\"modules/core\"]",
        description: "Folders and option paths that every module may depend on.",
    },
    Key {
        name: "exclude",
        in_file: true,
        kind: Kind::Texts,
        default: "[]",
        description: "Files and folders to leave out, as patterns of a `.gitignore`, seen from the root \
                      of the tree. What git ignores is left out in any case.",
    },
    Key {
        name: "option-sources",
        in_file: true,
        kind: Kind::Texts,
        default: "",
        description: "Where the options of NixOS itself are known from: checkouts of nixpkgs, store \
                      paths or `options.json` files. Without the key: what `flake.lock` and `NIX_PATH` \
                      name. `[]`: nowhere.",
    },
    Key {
        name: "inlay-hints",
        in_file: true,
        kind: Kind::Hints,
        default: "{ types = false, aliases = true, closings = true }",
        description: "What editors show between the lines: `types` beside definitions, what `aliases` \
                      stand for, and the names of long bindings at their `closings`. Each is `true` or \
                      `false`.",
    },
    Key {
        name: "formatter",
        in_file: false,
        kind: Kind::Command,
        default: "",
        description: "The program that formats a text, from standard input to standard output. Where it \
                      is not set, `nixfmt` is used if it is installed; `[]`: none. Opening a project \
                      must not decide which program runs, so that a project's file cannot name one.",
    },
];

/// The names of the keys that a project's file, or an editor, may hold.
pub(super) fn names(in_file: bool) -> Vec<&'static str> {
    KEYS.iter().filter(|key| key.in_file || !in_file).map(|key| key.name).collect()
}
