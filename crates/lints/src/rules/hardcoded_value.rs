use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::{Shadows, module_scope, takes_argument};
use crate::{Fix, Level};
use module::arena::{Expr, StrPart};
use module::facts::{ConditionKind, Declaration, Definition, Known};
use module::{ExprId, Facts, OptionPath, Symbol};
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a literal in a module's configuration where the guide wants an option: ports in firewall
    /// lists, listen addresses and ports of services, `…:8080` in service commands and URLs, and users
    /// and paths that an option of this module already holds. Where an option has that very value as
    /// its default, the message names it.
    ///
    /// Values in modules that only put others together (`configuration.nix`, hosts) are where they
    /// belong, and so are defaults.
    ///
    /// ## Why is this bad?
    ///
    /// Whoever needs another port has to edit the module. And where an option exists beside the
    /// literal, changing the option changes only half of the system.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web = {
    ///     enable = lib.mkEnableOption "the dashboard";
    ///     port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   };
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     networking.firewall.allowedTCPPorts = [ 8080 ];
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web = {
    ///     enable = lib.mkEnableOption "the dashboard";
    ///     port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   };
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];
    ///   };
    /// }
    /// ```
    name: "hardcoded-value",
    level: Level::Warning,
    nixos_level: None,
    summary: "A literal in a module where the guide wants an option.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    if !is_configurable(context, facts) {
        return;
    }
    let own = OwnOptions::of(context, facts);
    for definition in &facts.definitions {
        let is_plain = definition.priority.is_none_or(|priority| priority <= 100);
        // Defining an option of the namespaces is choosing, and `mkDefault` leaves the choice open.
        let is_choice = context.namespace_of(&definition.path).is_some();
        if definition.is_group || is_choice || !is_plain {
            continue;
        }
        let Some(range) = context.here(definition.value_at) else { continue };
        // A submodule's own `config` gives its options their values.
        if facts.shape.options.iter().any(|options| options.contains_range(range)) {
            continue;
        }
        for literal in literals(context, definition) {
            if let Some(finding) = judge(context, definition, &literal, &own) {
                sink.report(finding.range, finding.message).fix(finding.fix);
            }
        }
    }
}

/// Whether the module is one that others enable and set up, rather than one that does so.
fn is_configurable(context: &RuleContext<'_>, facts: &Facts) -> bool {
    if context.snapshot.reach().is_root(context.file) {
        return false;
    }
    let declares = facts.declarations.iter().any(|declaration| {
        !declaration.in_submodule && context.namespace_of(&declaration.path).is_some()
    });
    // A module without options that imports others is a host or a profile.
    let puts_together = !facts.imports.is_empty();
    let is_enabled = || {
        facts.conditions.iter().any(|condition| {
            let mut reads = context.reads_in(condition.at);
            condition.kind == ConditionKind::MkIf
                && reads.any(|read| context.namespace_of(&read.path).is_some())
        })
    };
    declares || (!puts_together && is_enabled())
}

// ---- literals ----

/// A number or a piece of a string, as written.
struct Literal {
    /// The whole expression, and what is written in it.
    expr: ExprId,
    range: TextRange,
    value: Written,
}

enum Written {
    Int(i64),
    /// A string without interpolations, with the range between its quotes.
    Str(TextRange),
    /// A piece of a string with interpolations.
    Piece(TextRange),
}

/// Every literal in a definition's value, functions in it left out.
fn literals(context: &RuleContext<'_>, definition: &Definition) -> Vec<Literal> {
    let arena = context.arena;
    let mut found = Vec::new();
    let mut waiting = vec![definition.value];
    while let Some(expr) = waiting.pop() {
        let range = arena.range(expr);
        let mut add = |value, range| found.push(Literal { expr, range, value });
        match arena.expr(expr) {
            Expr::Int(value) => add(Written::Int(*value), range),
            Expr::Str { parts, .. } => match parts.as_ref() {
                [StrPart::Text(text)] => add(Written::Str(*text), range),
                parts => {
                    for part in parts {
                        if let StrPart::Text(text) = part {
                            add(Written::Piece(*text), *text);
                        }
                    }
                }
            },
            // What a comparison compares with is no setting.
            Expr::Lambda(_) | Expr::If { .. } | Expr::Binary { .. } => continue,
            _ => {}
        }
        waiting.extend(arena.children(expr));
    }
    found.sort_by_key(|literal| literal.range.start());
    found
}

// ---- the module's own options ----

/// The options that this module declares outside of submodules, with plain defaults.
struct OwnOptions<'a> {
    declared: Vec<&'a Declaration>,
    /// `config` means the module's, and can be written.
    config_is_known: bool,
    shadows: Shadows,
}

impl<'a> OwnOptions<'a> {
    fn of(context: &RuleContext<'_>, facts: &'a Facts) -> OwnOptions<'a> {
        let config = Symbol::new("config");
        let declared = facts.declarations.iter().filter(|declaration| {
            !declaration.in_submodule && context.namespace_of(&declaration.path).is_some()
        });
        OwnOptions {
            declared: declared.collect(),
            config_is_known: takes_argument(context.arena, config),
            shadows: Shadows::of(context.arena, config, module_scope(context.arena)),
        }
    }

    /// The options whose default is this very value.
    fn with_default(&self, wanted: &Known) -> Vec<&'a OptionPath> {
        let has_it = |declaration: &&&Declaration| {
            declaration.default.as_ref().is_some_and(|default| default.value == *wanted)
        };
        self.declared.iter().filter(has_it).map(|declaration| &declaration.path).collect()
    }
}

// ---- findings ----

struct Finding {
    range: TextRange,
    message: String,
    fix: Option<Fix>,
}

fn judge(
    context: &RuleContext<'_>,
    definition: &Definition,
    literal: &Literal,
    own: &OwnOptions<'_>,
) -> Option<Finding> {
    let path = &definition.path;
    match literal.value {
        Written::Int(port) if is_firewall_list(path) || is_port_name(path) => {
            let what = match is_firewall_list(path) {
                true => format!("Port {port} is opened whatever the options say"),
                false => format!("`{path}` is fixed to {port}"),
            };
            Some(finding(context, literal, what, "a port", &Known::Int(port), own))
        }
        Written::Int(_) => None,
        Written::Str(text) => {
            let written = context.arena.source(text);
            let known = Known::Str(Some(written.to_owned()));
            if is_address_name(path) && is_address(written) {
                let what = format!("`{path}` is fixed to \"{written}\"");
                return Some(finding(context, literal, what, "an address", &known, own));
            }
            if is_worth_an_option(path, written) && !own.with_default(&known).is_empty() {
                let what = format!("\"{written}\" is written out here");
                return Some(finding(context, literal, what, "this value", &known, own));
            }
            port_in_text(context, definition, text, own)
        }
        Written::Piece(text) => port_in_text(context, definition, text, own),
    }
}

fn finding(
    context: &RuleContext<'_>,
    literal: &Literal,
    what: String,
    kind: &str,
    value: &Known,
    own: &OwnOptions<'_>,
) -> Finding {
    let options = own.with_default(value);
    let fix = match options.as_slice() {
        [option] if own.config_is_known && !own.shadows.hide_at(literal.range.start()) => {
            let written = format!("config.{option}");
            let range = context.arena.full_range(literal.expr);
            let edit = TextEdit::replace(range, written.clone());
            Some(Fix::to_review(format!("Use `{written}`"), context.file, vec![edit]))
        }
        _ => None,
    };
    let message = format!("{what}. {}", advice(kind, &options));
    Finding { range: literal.range, message, fix }
}

fn advice(kind: &str, options: &[&OptionPath]) -> String {
    match options {
        [] => format!("Make {kind} that a user may want to change an option of this module."),
        [option] => {
            format!("The option `{option}` holds this very value: use `config.{option}`.")
        }
        [option, ..] => format!(
            "{} options of this module hold this very value, `{option}` first: use the one that is \
             meant.",
            options.len(),
        ),
    }
}

/// A port in a service's command or in a URL.
fn port_in_text(
    context: &RuleContext<'_>,
    definition: &Definition,
    text: TextRange,
    own: &OwnOptions<'_>,
) -> Option<Finding> {
    let source = context.arena.source(text);
    let path = &definition.path;
    let (at, port) = match is_command(path) {
        true => port_after_host(source).or_else(|| port_argument(source)),
        false if is_url(source) => port_after_host(source),
        false => None,
    }?;
    let digits = port.to_string();
    let range =
        TextRange::at(text.start() + TextSize::new(at as u32), TextSize::of(digits.as_str()));
    let options = own.with_default(&Known::Int(port));
    let advice = match options.as_slice() {
        [option] => format!(
            "The option `{option}` holds this very value: use `${{toString config.{option}}}`.",
        ),
        options => advice("a port", options),
    };
    let message = format!("Port {port} is written into `{path}`. {advice}");
    Some(Finding { range, message, fix: None })
}

// ---- which places count ----

fn last(path: &OptionPath) -> &'static str {
    path.last().map_or("", |name| name.as_str())
}

/// `networking.firewall.allowedTCPPorts`, and the same for an interface.
fn is_firewall_list(path: &OptionPath) -> bool {
    let firewall = [Symbol::new("networking"), Symbol::new("firewall")];
    path.starts_with(&firewall) && matches!(last(path), "allowedTCPPorts" | "allowedUDPPorts")
}

fn is_port_name(path: &OptionPath) -> bool {
    matches!(last(path), "port" | "listenPort" | "httpPort" | "http_port" | "PORT")
        || last(path).ends_with("Port")
}

fn is_address_name(path: &OptionPath) -> bool {
    matches!(
        last(path),
        "listenAddress" | "listenHost" | "bindAddress" | "address" | "host" | "addr" | "http_addr"
    ) || last(path).starts_with("listen")
}

/// An address that a service can listen on.
fn is_address(text: &str) -> bool {
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let is_host = host.parse::<core::net::IpAddr>().is_ok() || matches!(host, "localhost" | "*");
    let is_port = port.chars().all(|ch| ch.is_ascii_digit());
    text.parse::<core::net::IpAddr>().is_ok() || (is_host && is_port)
}

/// A value that is likely to be meant as the one that the option holds: a state path, or a user.
fn is_worth_an_option(path: &OptionPath, text: &str) -> bool {
    let is_user = matches!(last(path), "User" | "Group" | "user" | "group" | "owner");
    let is_path = text.starts_with('/') && text.len() > 2 && !text.contains(char::is_whitespace);
    (is_user && !text.is_empty()) || is_path
}

/// A place in a systemd service that holds a command or its surroundings.
fn is_command(path: &OptionPath) -> bool {
    let is_unit = path.first().is_some_and(|name| name.as_str() == "systemd");
    let is_environment = path.iter().any(|name| name.as_str() == "environment");
    let name = last(path);
    is_unit
        && (is_environment
            || name.starts_with("Exec")
            || matches!(name, "script" | "preStart" | "postStart" | "preStop" | "postStop"))
}

fn is_url(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://"))
        && !text.contains(char::is_whitespace)
}

/// `host:8080`: where the number starts, and the number.
fn port_after_host(text: &str) -> Option<(usize, i64)> {
    let is_host_end = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '.' | ']' | '*');
    text.match_indices(':').find_map(|(colon, _)| {
        let before = &text[..colon];
        let host_start = before
            .rfind(|ch: char| !(ch.is_ascii_alphanumeric() || "._-[]*".contains(ch)))
            .map_or(0, |at| at + 1);
        let host = &before[host_start..];
        // `12:30`, `redis:7` and `user:1000` are no hosts.
        let is_host = host.contains('.')
            || host == "localhost"
            || host == "*"
            || before[..host_start].ends_with("://");
        let port = leading_port(&text[colon + 1..])?;
        (is_host && before.ends_with(is_host_end)).then_some((colon + 1, port))
    })
}

/// `--port 8080`, `--listen-port=8080`.
fn port_argument(text: &str) -> Option<(usize, i64)> {
    text.match_indices("port").find_map(|(at, word)| {
        let option = text[..at].rsplit(char::is_whitespace).next()?;
        let after = &text[at + word.len()..];
        let port = after.strip_prefix(['=', ' '])?;
        option.starts_with("--").then_some(())?;
        Some((at + word.len() + 1, leading_port(port)?))
    })
}

/// The port that `text` starts with, if it ends there.
fn leading_port(text: &str) -> Option<i64> {
    let end = text.find(|ch: char| !ch.is_ascii_digit()).unwrap_or(text.len());
    let is_end =
        text[end..].chars().next().is_none_or(|ch| ch.is_whitespace() || "/?#\"',;)`".contains(ch));
    let port: u16 = text[..end].parse().ok()?;
    (is_end && port != 0 && !text.starts_with('0')).then_some(i64::from(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_told_from_other_numbers_after_colons() {
        let cases = [
            ("http://localhost:8080/x", Some((17, 8080))),
            ("http://web:80", Some((11, 80))),
            ("--bind 0.0.0.0:8443", Some((15, 8443))),
            ("[::1]:9090", None),
            ("at 12:30", None),
            ("redis:7000", None),
            ("chown web:1000 /x", None),
            ("localhost:80800", None),
            ("localhost:8080abc", None),
        ];
        for (text, expected) in cases {
            assert_eq!(port_after_host(text), expected, "{text}");
        }
        assert_eq!(port_argument("serve --port 8080 -v"), Some((13, 8080)));
        assert_eq!(port_argument("serve --listen-port=8080"), Some((20, 8080)));
        assert_eq!(port_argument("the port 8080"), None);
    }

    #[test]
    fn addresses_are_told_from_names() {
        for text in ["127.0.0.1", "::", "0.0.0.0:80", "localhost", "*"] {
            assert!(is_address(text), "{text}");
        }
        for text in ["/run/web.sock", "example.org", "eth0", ""] {
            assert!(!is_address(text), "{text}");
        }
    }
}
