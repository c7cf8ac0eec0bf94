//! Options that hold secrets, and what is written into them.

use crate::rule::RuleContext;
use module::facts::Known;
use module::types::Type;
use module::{Location, OptionPath};
use syntax::TextRange;

/// A text that is written where a secret belongs.
pub(crate) struct Secret<'a> {
    pub path: &'a OptionPath,
    /// The path as it is written, up to and with the option's name.
    pub name: Location,
    /// The text with its quotes.
    pub value: TextRange,
    pub text: &'a str,
    pub is_default: bool,
}

/// Last names of options that hold a secret itself, in lower case.
const NAMES: [&str; 12] = [
    "apikey",
    "credentials",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "psk",
    "rootpassword",
    "secret",
    "secretkey",
    "token",
    "wpapassphrase",
];

/// How such names end.
const ENDINGS: [&str; 9] = [
    "ApiKey",
    "Passphrase",
    "Password",
    "PrivateKey",
    "Secret",
    "SecretKey",
    "Token",
    "_password",
    "_secret",
];

/// Whether an option of this name holds a secret, and not the name of a file with one.
pub(crate) fn holds_secret(name: &str) -> bool {
    let is_name = NAMES.contains(&name.to_ascii_lowercase().replace(['_', '-'], "").as_str());
    let asks_for_one = ["require", "use", "allow", "ask", "prompt", "with"];
    let is_switch = asks_for_one.iter().any(|verb| name.starts_with(verb));
    !is_switch && (is_name || ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

/// Whether the file is a test or an example, which need secrets that everybody knows.
pub(crate) fn is_trial(context: &RuleContext<'_>) -> bool {
    let root = context.snapshot.setup().root;
    let mut folders = context.file.relative_to(root).split('/');
    folders.any(|folder| ["test", "tests", "example", "examples"].contains(&folder))
}

/// Every literal that the module writes where a secret belongs. Tests and examples may do so.
pub(crate) fn written_secrets<'a>(context: &RuleContext<'a>) -> Vec<Secret<'a>> {
    let Some(facts) = context.facts.filter(|_| !is_trial(context)) else { return Vec::new() };
    let mut found = Vec::new();
    let mut add =
        |path: &'a OptionPath, name: Location, at: Location, known: &'a Known, is_default| {
            let Known::Str(Some(text)) = known else { return };
            let holds = path.last().is_some_and(|name| holds_secret(name.as_str()));
            if !holds || text.is_empty() {
                return;
            }
            let (Some(_), Some(range)) = (context.here(name), context.here(at)) else { return };
            // Under `mkDefault` and its like the text is further in; only a text itself can be shown.
            let Some(value) = literal_in(context, range) else { return };
            found.push(Secret { path, name, value, text, is_default });
        };
    for definition in &facts.definitions {
        add(&definition.path, definition.name, definition.value_at, &definition.known, false);
    }
    for declaration in &facts.declarations {
        // One of a few words is no secret.
        if matches!(declaration.ty, Type::Enum(_)) {
            continue;
        }
        if let Some(default) = &declaration.default {
            add(&declaration.path, declaration.name, default.at, &default.value, true);
        }
    }
    found
}

/// The string in `range`, which is one or ends with one.
fn literal_in(context: &RuleContext<'_>, range: TextRange) -> Option<TextRange> {
    let arena = context.arena;
    let is_in = |id: &module::ExprId| {
        matches!(arena.expr(*id), module::arena::Expr::Str { .. })
            && range.contains_range(arena.range(*id))
    };
    let found = arena.expr_ids().filter(is_in).map(|id| arena.range(id));
    found.max_by_key(|found| (found.end(), found.len()))
}

/// What is written in place of a secret until somebody thinks of one.
const PLACEHOLDERS: [&str; 22] = [
    "123456",
    "12345678",
    "admin",
    "adminadmin",
    "changeit",
    "changeme",
    "changemenow",
    "default",
    "dummy",
    "example",
    "fixme",
    "foobar",
    "letmein",
    "mypassword",
    "nixos",
    "password",
    "passwordhere",
    "replaceme",
    "secret",
    "test",
    "todo",
    "xxx",
];

/// Why a text cannot be the secret that is meant; `None`: it may be one.
pub(crate) fn is_placeholder(name: &str, text: &str) -> Option<&'static str> {
    let letters: String = text
        .chars()
        .filter(|ch| ch.is_ascii_alphanumeric())
        .map(|ch| ch.to_ascii_lowercase())
        .collect();
    if name.to_ascii_lowercase().contains("hashed") {
        return match is_hash(text) {
            true => None,
            false => Some("no password has this hash"),
        };
    }
    let is_marked = text.starts_with('<') && text.ends_with('>')
        || text.contains("...")
        || letters.len() > 1 && letters.bytes().all(|byte| byte == letters.as_bytes()[0])
        || letters.starts_with("your")
        || letters.starts_with("changeme")
        || letters.starts_with("replaceme")
        || letters.starts_with("changethis");
    (is_marked || PLACEHOLDERS.contains(&letters.as_str())).then_some("it is a placeholder")
}

/// Whether `crypt` can find a password to this text; `!` and `*` lock an account on purpose.
/// Source: crypt(5).
pub(crate) fn is_hash(text: &str) -> bool {
    if matches!(text, "!" | "*" | "!!" | "x" | "!*") || text.starts_with('!') {
        return true;
    }
    let is_in_alphabet =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./".contains(&byte));
    let Some(rest) = text.strip_prefix('$') else {
        // The old DES form.
        return text.len() == 13 && is_in_alphabet(text);
    };
    let mut fields = rest.split('$');
    let method = fields.next().unwrap_or_default();
    let hash = fields.next_back().unwrap_or_default();
    let length = match method {
        "6" => 86,
        "5" => 43,
        "1" => 22,
        "y" | "gy" | "7" => 43,
        "2a" | "2b" | "2x" | "2y" => 53,
        // Others are not judged.
        _ => return true,
    };
    hash.len() == length && is_in_alphabet(hash)
}

/// Whether the text only locks an account, names a file, or says where the secret comes from.
pub(crate) fn is_harmless(text: &str) -> bool {
    matches!(text, "!" | "*" | "!!" | "x")
        || ["/", "file:", "$__", "$(", "${", "@", "%", "{{"]
            .iter()
            .any(|sign| text.starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in ["password", "adminPassword", "hashedPassword", "api_key", "apiKey", "token"] {
            assert!(holds_secret(name), "{name}");
        }
        for name in
            ["passwordFile", "tokenPath", "passwordHash", "tokenizer", "requirePassword", "key"]
        {
            assert!(!holds_secret(name), "{name}");
        }
    }

    #[test]
    fn hashes_are_complete() {
        let hash = "a".repeat(86);
        assert!(
            is_hash(&format!("$6$salt${hash}")) && is_hash(&format!("$6$rounds=1000$s${hash}"))
        );
        assert!(is_hash("!") && is_hash("$unknown$x"));
        for text in ["$6$salt$short", "$6$rounds=100000$...", "changeme", "$y$j9T$abc$"] {
            assert!(!is_hash(text), "{text}");
        }
    }

    #[test]
    fn placeholders() {
        for text in ["changeme", "CHANGE_ME", "your-token-here", "<token>", "password"] {
            assert!(is_placeholder("password", text).is_some(), "{text}");
        }
        assert!(is_placeholder("password", "correct horse").is_none());
    }
}
