//! `cargo xtask types LIB`: what the rules say of types and values, held against Nix itself.
//!
//! Every value of a list is given to an option of every type of another one: as a definition, as a
//! default, inside a list and a set, and together with a second value. Nix is asked with nixpkgs' own `lib`,
//! and the rules are asked for their errors. An error where Nix is content is a defect, and ends this with
//! a failure; values that Nix refuses and the rules let pass are listed, they may be beyond what is known.

use crate::terminal;
use anyhow::{Context, Result, ensure};
use lints::{Level, Settings, check_file};
use std::path::Path;
use std::process::{Command, Stdio};
use test_support::Fixture;

const TYPES: &[&str] = &[
    "bool",
    "boolByOr",
    "int",
    "ints.unsigned",
    "ints.positive",
    "ints.u8",
    "ints.u16",
    "ints.u32",
    "ints.s8",
    "ints.s16",
    "ints.s32",
    "ints.between (-1) 300",
    "port",
    "float",
    "number",
    "numbers.between 0 1.5",
    "numbers.positive",
    "numbers.nonnegative",
    "str",
    "nonEmptyStr",
    "singleLineStr",
    "strMatching \"[a-z]+\"",
    "strMatching \"[^:\\n]*\"",
    "separatedString \", \"",
    "lines",
    "commas",
    "envVar",
    "passwdEntry str",
    "path",
    "pathInStore",
    "externalPath",
    "pathWith { absolute = false; }",
    "pathWith { inStore = false; }",
    "package",
    "shellPackage",
    "pkgs",
    "fileset",
    "luaInline",
    "optionType",
    "deferredModule",
    "enum [ \"a\" \"b\" ]",
    "enum [ 1 \"a\" null ]",
    "enum [ [ 1 ] { a = 1; } ]",
    "enum [ ]",
    "attrs",
    "anything",
    "unspecified",
    "raw",
    "listOf int",
    "listOf str",
    "listOf (listOf int)",
    "listOf (nullOr (enum [ \"a\" ]))",
    "listOf (attrsOf int)",
    "nonEmptyListOf int",
    "attrsOf int",
    "attrsOf str",
    "attrsOf (attrsOf int)",
    "attrsOf (nullOr str)",
    "attrsOf anything",
    "attrsOf (either int (listOf str))",
    "lazyAttrsOf int",
    "attrListOf int",
    "nullOr int",
    "nullOr str",
    "nullOr (listOf str)",
    "either int str",
    "either (listOf int) (listOf str)",
    "either (attrsOf int) (attrsOf str)",
    "oneOf [ bool int (listOf int) ]",
    "uniq str",
    "uniq (listOf int)",
    "unique { message = \"one\"; } int",
    "coercedTo int toString str",
    "coercedTo str (x: [ x ]) (listOf str)",
    "functionTo int",
    "submodule { options.a = lib.mkOption { type = lib.types.int; default = 0; }; }",
    "submodule { freeformType = lib.types.attrsOf lib.types.int; }",
    "submodule { options.a.b = lib.mkOption { type = lib.types.int; default = 0; }; }",
    "listOf (submodule { options.a = lib.mkOption { type = lib.types.int; default = 0; }; })",
    "attrsOf (submodule { options.b = lib.mkOption { type = lib.types.int; default = 0; }; })",
    "nullOr (submodule { options.a = lib.mkOption { type = lib.types.str; default = \"\"; }; })",
    "attrTag { a = lib.mkOption { type = lib.types.int; }; c = lib.mkOption { type = lib.types.str; }; }",
    "addCheck int (x: x > 5)",
    "addCheck (listOf int) (x: x != [ ])",
    "addCheck str (x: true)",
    "str // { check = x: true; }",
    "str // { description = \"text\"; }",
    "json",
    "toml",
];

const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "(-1)",
    "255",
    "256",
    "8080",
    "65535",
    "65536",
    "4294967296",
    "1.0",
    "1.5",
    "(-0.5)",
    "\"\"",
    "\" \"",
    "\"a\"",
    "\"b\"",
    "\"A\"",
    "\"8080\"",
    "\"true\"",
    "\"a:b\"",
    "\"a\\nb\"",
    "\"a\\n\"",
    "\"/etc\"",
    "\"/nix/store\"",
    "\"/nix/store/00000000000000000000000000000000-x/bin\"",
    "''two\n  lines''",
    "./x",
    "./x.nix",
    "/etc/passwd",
    "[ ]",
    "[ 1 ]",
    "[ \"a\" ]",
    "[ \"b\" null ]",
    "[ null ]",
    "[ [ 1 ] ]",
    "[ [ \"a\" ] ]",
    "[ 1 \"a\" ]",
    "[ { a = 1; } ]",
    "[ { a = \"x\"; } ]",
    "[ { b = 1; } ]",
    "[ (x: x) ]",
    "{ }",
    "{ a = 1; }",
    "{ a = 2; }",
    "{ a = \"x\"; }",
    "{ a = null; }",
    "{ b = 1; }",
    "{ c = \"x\"; }",
    "{ a = 1; c = \"x\"; }",
    "{ a = { b = 1; }; }",
    "{ a.b = \"x\"; }",
    "{ a = { c = 1; }; }",
    "{ a = [ \"x\" ]; }",
    "{ a = [ 1 ]; }",
    "{ a = (x: x); }",
    "{ outPath = \"/nix/store/00000000000000000000000000000000-x\"; }",
    "{ outPath = \"/x\"; a = 1; }",
    "{ __toString = self: \"/x\"; }",
    "{ __functor = self: x: 1; }",
    "{ type = \"derivation\"; name = \"x\"; outPath = \"/nix/store/00000000000000000000000000000000-x\"; }",
    "(x: 1)",
    "({ lib, ... }: { })",
    "(let x = 1; in x)",
    "(1 + 1)",
    "(\"a\" + \"b\")",
    "(if true then 1 else \"a\")",
    "(map toString [ 1 2 ])",
];

/// Values with properties; they count in definitions alone.
const PROPERTIES: &[&str] = &[
    "(lib.mkDefault 1)",
    "(lib.mkForce \"a\")",
    "(lib.mkOverride 10 [ 1 ])",
    "(lib.mkIf true \"a\")",
    "(lib.mkIf false \"a\")",
    "(lib.mkIf true (lib.mkForce 1))",
    "(lib.mkForce (lib.mkIf true 1))",
    "(lib.mkMerge [ 1 1 ])",
    "(lib.mkMerge [ 1 2 ])",
    "(lib.mkMerge [ \"a\" \"b\" ])",
    "(lib.mkMerge [ [ 1 ] [ \"a\" ] ])",
    "(lib.mkMerge [ { a = 1; } { a = \"x\"; } ])",
    "(lib.mkMerge [ 1 (lib.mkForce \"a\") ])",
    "(lib.mkMerge [ \"a\" (lib.mkForce 1) ])",
    "(lib.mkMerge [ ])",
    "(lib.mkBefore [ 1 ])",
    "(lib.mkForce (lib.mkBefore [ \"a\" ]))",
    "(lib.mkBefore (lib.mkForce [ \"a\" ]))",
    "[ (lib.mkIf true 1) ]",
    "[ (lib.mkIf false \"a\") ]",
    "[ (lib.mkForce 1) \"a\" ]",
    "{ a = lib.mkIf false \"x\"; }",
    "{ a = lib.mkMerge [ 1 1 ]; }",
    "{ a = lib.mkForce \"x\"; }",
    "(lib.mkForce { a = 1; })",
    "(lib.mkDefault { a = \"x\"; })",
    "(lib.mkIf true { a.b = 1; })",
];

/// A module around a type and values.
struct Placement {
    name: &'static str,
    types: fn(&str) -> String,
    /// What is given to the option.
    body: fn(&[&str]) -> String,
    with_properties: bool,
    with_second: bool,
}

const PLACEMENTS: &[Placement] = &[
    Placement {
        name: "definition",
        types: str::to_owned,
        body: |values| format!("config.hypervisor.o = {};", values[0]),
        with_properties: true,
        with_second: false,
    },
    Placement {
        name: "default",
        types: str::to_owned,
        body: |values| format!("default = {};", values[0]),
        with_properties: false,
        with_second: false,
    },
    Placement {
        name: "element",
        types: |ty| format!("listOf ({ty})"),
        body: |values| format!("config.hypervisor.o = [ {} ];", values[0]),
        with_properties: true,
        with_second: false,
    },
    Placement {
        name: "member",
        types: |ty| format!("attrsOf ({ty})"),
        body: |values| format!("config.hypervisor.o.m = {};", values[0]),
        with_properties: true,
        with_second: false,
    },
    Placement {
        name: "member of a default",
        types: |ty| format!("lazyAttrsOf ({ty})"),
        body: |values| format!("default = {{ m = {}; }};", values[0]),
        with_properties: false,
        with_second: false,
    },
    Placement {
        name: "two definitions",
        types: str::to_owned,
        body: |values| {
            format!(
                "config = lib.mkMerge [ {{ hypervisor.o = {}; }} {{ hypervisor.o = {}; }} ];",
                values[0], values[1]
            )
        },
        with_properties: false,
        with_second: true,
    },
];

struct Case {
    placement: &'static str,
    ty: String,
    shown: String,
    module: String,
}

pub fn run(lib: &Path) -> Result<()> {
    let (mut compared, mut missed) = (0, Vec::new());
    let mut wrong = Vec::new();
    for ty in TYPES {
        let cases = cases(ty);
        let verdicts = ask_nix(lib, &cases).with_context(|| format!("type {ty}"))?;
        for (case, accepted) in cases.iter().zip(verdicts) {
            let Some(accepted) = accepted else { continue };
            compared += 1;
            let errors = errors(&case.module);
            let line = format!("{}: {} of type {}", case.placement, case.shown, case.ty);
            match (accepted, errors.first()) {
                (true, Some(error)) => wrong.push(format!("{line}\n    {error}")),
                (false, None) => missed.push(line),
                _ => {}
            }
        }
    }
    terminal::heading(&format!("refused by Nix alone: {}", missed.len()));
    missed.iter().for_each(|line| terminal::line(line));
    terminal::heading(&format!("refused by the rules alone: {}", wrong.len()));
    wrong.iter().for_each(|line| terminal::line(line));
    terminal::heading(&format!("{compared} compared"));
    ensure!(wrong.is_empty(), "{} errors where Nix is content", wrong.len());
    Ok(())
}

fn cases(ty: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for placement in PLACEMENTS {
        let mut given: Vec<Vec<&str>> = VALUES.iter().map(|value| vec![*value]).collect();
        if placement.with_properties {
            given.extend(PROPERTIES.iter().map(|value| vec![*value]));
        }
        if placement.with_second {
            given = VALUES
                .iter()
                .enumerate()
                .flat_map(|(at, one)| {
                    // Itself, its neighbours and a few others.
                    let others = [at, at + 1, at + 2, at + 7, at + 23];
                    others.map(|other| vec![*one, VALUES[other % VALUES.len()]])
                })
                .collect();
        }
        for values in given {
            let ty = (placement.types)(ty);
            let body = (placement.body)(&values);
            let (argument, definition) = match body.strip_prefix("default") {
                Some(_) => (body.as_str(), ""),
                None => ("", body.as_str()),
            };
            let module = format!(
                "{{ lib, ... }}: with lib.types; {{ options.hypervisor.o = lib.mkOption {{ type = {ty}; \
                 {argument} }}; {definition} }}"
            );
            cases.push(Case { placement: placement.name, ty, shown: values.join(" and "), module });
        }
    }
    cases
}

/// The errors that the rules of types find.
fn errors(module: &str) -> Vec<String> {
    const RULES: [&str; 3] = ["type-mismatch", "conflicting-definitions", "undeclared-option"];
    // Such a file is a whole configuration: what it does not declare is not there.
    let fixture = Fixture::new(&format!("#- configuration.nix\n{module}\n"));
    let snapshot = fixture.snapshot();
    check_file(&snapshot, &Settings::default(), fixture.file("configuration.nix"))
        .into_iter()
        .filter(|found| found.level == Level::Error && RULES.contains(&found.rule))
        .map(|found| found.message)
        .collect()
}

/// Whether Nix accepts each of the modules; `None` where it stops altogether.
fn ask_nix(lib: &Path, cases: &[Case]) -> Result<Vec<Option<bool>>> {
    let all: Vec<&str> = cases.iter().map(|case| case.module.as_str()).collect();
    if let Some(verdicts) = evaluate(lib, &all)? {
        return Ok(verdicts.into_iter().map(Some).collect());
    }
    // Some errors cannot be caught: half of the cases is asked at a time.
    let [_, _, ..] = cases else { return Ok(vec![None; cases.len()]) };
    let (left, right) = cases.split_at(cases.len() / 2);
    let mut verdicts = ask_nix(lib, left)?;
    verdicts.extend(ask_nix(lib, right)?);
    Ok(verdicts)
}

fn evaluate(lib: &Path, modules: &[&str]) -> Result<Option<Vec<bool>>> {
    let mut text = format!(
        "let lib = import {}; ok = m: (builtins.tryEval (builtins.deepSeq (lib.evalModules {{ \
         modules = [ m ]; }}).config.hypervisor.o true)).success; in [\n",
        lib.display()
    );
    for module in modules {
        text.push_str(&format!("(ok ({module}))\n"));
    }
    text.push(']');
    let mut nix = Command::new("nix-instantiate")
        .args(["--eval", "--strict", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot run nix-instantiate: is Nix installed?")?;
    let mut input = nix.stdin.take().context("Nix takes no input")?;
    std::io::Write::write_all(&mut input, text.as_bytes())?;
    drop(input);
    let output = nix.wait_with_output()?;
    match output.status.success() {
        true => Ok(Some(serde_json::from_slice(&output.stdout)?)),
        false => Ok(None),
    }
}
