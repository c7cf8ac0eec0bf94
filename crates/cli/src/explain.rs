//! `explain`: a rule's page, or the list of rules. Finding a rule by its name lives here too.

use crate::args::ExplainArgs;
use anyhow::anyhow;
use lints::{Level, RuleInfo};
use std::io::Write;
use std::process::ExitCode;

pub fn run(args: &ExplainArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match &args.rule {
        Some(name) => writeln!(out, "{}", rule_named(name)?.page.trim_end())?,
        None => list(lints::rules(), out)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// # Errors
/// If there is no such rule; the message names the likely one.
pub fn rule_named(name: &str) -> anyhow::Result<&'static RuleInfo> {
    lints::rule(name).ok_or_else(|| {
        match workspace::nearest(name, lints::rules().iter().map(|rule| rule.name)) {
            Some(near) => anyhow!("there is no rule `{name}`; did you mean `{near}`?"),
            None => anyhow!("there is no rule `{name}`; `hyper-nixos-ls explain` lists them all"),
        }
    })
}

/// A level as settings and output spell it.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::Hint => "hint",
        Level::Information => "information",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

fn list(rules: &[RuleInfo], out: &mut dyn Write) -> anyhow::Result<()> {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in rules {
        writeln!(out, "{:width$}  {:11}  {}", rule.name, level_name(rule.level), rule.summary)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_a_table() {
        let rule = |name, level| RuleInfo {
            name,
            level,
            nixos_level: None,
            summary: "says what.",
            page: "",
            url: String::new(),
            fixable: false,
            settings: &[],
        };
        let mut out = Vec::new();
        list(&[rule("a-rule", Level::Hint), rule("b", Level::Information)], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a-rule  hint         says what.\nb       information  says what.\n"
        );
    }
}
