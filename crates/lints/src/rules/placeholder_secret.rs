use crate::Level;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::secrets::{is_harmless, is_placeholder, written_secrets};

declare_rule! {
    /// ## What it does
    ///
    /// Reports what is written in place of a secret: `changeme` and its like, a hash that no password has,
    /// and `initialPassword`, which everybody can look up. Files below `tests` and `examples` are left
    /// alone.
    ///
    /// ## Why is this bad?
    ///
    /// A placeholder that is forgotten is a password that everybody knows. A hash that is cut short locks
    /// the account: nobody can log in.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, ... }:
    /// {
    ///   users.users.operator.hashedPassword = "$6$rounds=100000$...";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, ... }:
    /// {
    ///   users.users.operator.hashedPasswordFile = "/run/secrets/operator-password";
    /// }
    /// ```
    name: "placeholder-secret",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "A placeholder where a password or a token belongs.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for secret in written_secrets(context) {
        let name = secret.path.last().map_or("", |name| name.as_str());
        let why = match is_placeholder(name, secret.text) {
            Some(why) => why,
            None if name == "initialPassword" => "everybody can look it up in the store",
            None => continue,
        };
        if is_harmless(secret.text) || !sink.is_first_at(secret.value) {
            continue;
        }
        sink.report(
            secret.value,
            format!(
                "This is no secret: {why}. Read the `{name}` from a file that is not in the store, or let \
                 an assertion demand one."
            ),
        );
    }
}
