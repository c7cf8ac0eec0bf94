use crate::rule::{RuleContext, Sink, declare_rule};
use crate::secrets::{Secret, is_harmless, is_placeholder, is_trial, written_secrets};
use crate::{Fix, Level};
use module::arena::{Expr, StrPart};
use module::{OptionPath, Symbol};
use regex::Regex;
use std::sync::LazyLock;
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports passwords, tokens and keys that are written into a module: a text given to an option whose
    /// name says that it holds a secret (`password`, `apiKey`, `…Token`, `hashedPassword`), private keys,
    /// and tokens that show what they are by how they begin. Files below `tests` and `examples` are left
    /// alone.
    ///
    /// ## Why is this bad?
    ///
    /// The configuration ends up in the Nix store, where every user of the machine can read it, and in the
    /// repository's history. Of a hash the password can be found by trying.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.backup.password = lib.mkOption { type = lib.types.str; };
    ///   options.hypervisor.backup.passwordFile = lib.mkOption { type = lib.types.path; };
    ///   config.hypervisor.backup.password = "tr0ub4dor&3";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.backup.password = lib.mkOption { type = lib.types.str; };
    ///   options.hypervisor.backup.passwordFile = lib.mkOption { type = lib.types.path; };
    ///   config.hypervisor.backup.passwordFile = "/run/secrets/backup-password";
    /// }
    /// ```
    name: "secret-in-store",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "A password, token or key that is written into a module.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let mut seen = Vec::new();
    for secret in written_secrets(context) {
        let name = secret.path.last().map_or("", |name| name.as_str());
        // Whoever sees a placeholder knows no secret; `placeholder-secret` has a word on it.
        if name == "initialPassword"
            || is_harmless(secret.text)
            || is_placeholder(name, secret.text).is_some()
        {
            continue;
        }
        if !sink.is_first_at(secret.value) {
            continue;
        }
        seen.push(secret.value);
        let sibling = file_sibling(context, secret.path);
        let advice = match &sibling {
            Some(sibling) => format!(
                "Put it into a file that is not in the store, and name that in `{sibling}`."
            ),
            None => "Put it into a file that is not in the store, and let the service read that."
                .to_owned(),
        };
        let fix = sibling.and_then(|sibling| name_a_file(context, &secret, &sibling));
        sink.report(
            secret.value,
            format!("Everybody on the machine can read this `{name}` in the Nix store. {advice}"),
        )
        .fix(fix);
    }
    for (range, what) in tell_tales(context) {
        if seen.iter().all(|known| known.intersect(range).is_none()) {
            sink.report(
                range,
                format!(
                    "This is {what}, which everybody on the machine can read in the Nix store. Put it into \
                     a file that is not in the store."
                ),
            );
        }
    }
}

/// The option beside `path` that takes a file instead.
fn file_sibling(context: &RuleContext<'_>, path: &OptionPath) -> Option<OptionPath> {
    let (parent, name) = (path.parent()?, path.last()?);
    // `initialHashedPassword` has none, and `hashedPasswordFile` does as well.
    let names = [format!("{name}File"), format!("{name}-file"), format!("{name}_file")];
    names.into_iter().find_map(|name| {
        let sibling = parent.child(Symbol::new(&name));
        let is_there = |resolved| matches!(resolved, index::Resolved::Option(_));
        let found = is_there(context.snapshot.resolve(&sibling))
            || is_there(context.snapshot.external().resolve(&sibling));
        found.then_some(sibling)
    })
}

/// Gives the sibling the name of a file; the secret itself is to be put there by hand.
fn name_a_file(
    context: &RuleContext<'_>,
    secret: &Secret<'_>,
    sibling: &OptionPath,
) -> Option<Fix> {
    let name = secret.path.last()?.as_str();
    let written = secret.name.text_range();
    if secret.is_default || !context.arena.source(written).ends_with(name) {
        return None;
    }
    let last = TextRange::new(written.end() - TextSize::of(name), written.end());
    let owner = secret.path.iter().rev().nth(1).map_or("service", |owner| owner.as_str());
    let file = format!("\"/run/secrets/{owner}-{}\"", name.to_ascii_lowercase());
    let new = sibling.last()?.as_str();
    let edits = vec![TextEdit::replace(last, new), TextEdit::replace(secret.value, file)];
    Some(Fix::to_review(format!("Name a file in `{new}`"), context.file, edits))
}

/// How tokens begin, and what they are. Source: the documentation of those who hand them out.
const BEGINNINGS: [(&str, usize, &str); 9] = [
    ("ghp_", 36, "a token of GitHub"),
    ("gho_", 36, "a token of GitHub"),
    ("github_pat_", 40, "a token of GitHub"),
    ("glpat-", 20, "a token of GitLab"),
    ("AKIA", 16, "an access key of AWS"),
    ("xoxb-", 20, "a token of Slack"),
    ("xoxp-", 20, "a token of Slack"),
    ("AGE-SECRET-KEY-1", 40, "a private key of age"),
    ("sk_live_", 20, "a key of Stripe"),
];

/// How a private key begins.
const KEY: &str = "-----BEGIN ";

/// What no text without a secret is likely to have: to see in one go that there is nothing to look for.
static MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let beginnings = BEGINNINGS.iter().map(|(beginning, ..)| *beginning);
    let words: Vec<String> = beginnings.chain([KEY]).map(regex::escape).collect();
    Regex::new(&words.join("|")).ok()
});

/// The texts that are secrets by how they look, wherever they stand.
fn tell_tales(context: &RuleContext<'_>) -> Vec<(TextRange, &'static str)> {
    let arena = context.arena;
    let mut found = Vec::new();
    let has_none = MARKS.as_ref().is_some_and(|marks| !marks.is_match(&context.data.text));
    if is_trial(context) || has_none {
        return found;
    }
    for id in arena.expr_ids() {
        let Expr::Str { parts, .. } = arena.expr(id) else { continue };
        for part in parts {
            let StrPart::Text(range) = part else { continue };
            let text = arena.source(*range);
            let at = |start: usize, length: usize| {
                TextRange::at(
                    range.start() + TextSize::new(start as u32),
                    TextSize::new(length as u32),
                )
            };
            if let Some(start) = text.find(KEY)
                && let Some(end) = text[start..].find("PRIVATE KEY-----\n")
                && !text[start..start + end].contains('\n')
            {
                found.push((at(start, end + "PRIVATE KEY-----".len()), "a private key"));
            }
            for (beginning, least, what) in BEGINNINGS {
                let Some(start) = text.find(beginning) else { continue };
                let rest = &text[start + beginning.len()..];
                let length = rest
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte))
                    .count();
                // The same letter over and over stands for a secret.
                let is_varied =
                    rest.bytes().take(least).any(|byte| Some(byte) != rest.bytes().next());
                if length >= least && is_varied {
                    found.push((at(start, beginning.len() + length), what));
                }
            }
        }
    }
    found
}
