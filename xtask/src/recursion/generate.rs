//! Small trees of modules that ask each other, and themselves, for what they define.

use super::term::{Part, Sort, Term, Tree};
use test_support::Random;

/// Options by what they hold, as they are read from `config`.
const INTS: [&str; 12] = [
    "a.x", "a.y", "b.x", "b.y", "n", "s.x", "s.y", "v.web.x", "v.web.y", "m.k", "lazy.k", "pkgs.n",
];
const BOOLS: [&str; 5] = ["a.on", "b.on", "on", "s.on", "pkgs.on"];
const LISTS: [&str; 3] = ["l", "a.l", "b.l"];

pub fn tree(random: &mut Random) -> Tree {
    let mut generator = Generator { random, asking: 0, in_submodule: false };
    generator.asking = [3, 6, 10, 18][generator.random.below(4)];
    generator.tree()
}

struct Generator<'a> {
    random: &'a mut Random,
    /// How many in a hundred leaves read an option.
    asking: usize,
    in_submodule: bool,
}

impl Generator<'_> {
    fn tree(&mut self) -> Tree {
        let has_b = self.random.percent(60);
        let mut files = vec![
            ("configuration.nix", self.configuration(has_b)),
            ("options.nix", self.declarations()),
            ("a.nix", self.module()),
        ];
        if has_b {
            files.push(("b.nix", self.module()));
        }
        Tree { files }
    }

    fn imports(&mut self, has_b: bool) -> Term {
        let mut template = String::from("  imports = [ ./options.nix ]");
        let mut terms = Vec::new();
        let modules: &[&str] = if has_b { &["./a.nix", "./b.nix"] } else { &["./a.nix"] };
        for module in modules {
            let element = match self.random.below(20) {
                0 => {
                    terms.push(self.import_condition());
                    format!(" ++ lib.optional $ {module}")
                }
                1 => {
                    terms.push(self.import_condition());
                    format!(" ++ (if $ then [ {module} ] else [ ])")
                }
                2 => format!(" ++ map (path: path) [ {module} ]"),
                _ => format!(" ++ [ {module} ]"),
            };
            template.push_str(&element);
        }
        template.push_str(";\n");
        Term::new(Sort::Fixed, &template, terms)
    }

    /// One that leaves no module out: of one that is not imported, Nix knows no error.
    fn import_condition(&mut self) -> Term {
        let mut condition = match self.random.percent(50) {
            true => Term::new(Sort::Fixed, "true", Vec::new()),
            false => self.read(Sort::Bool, &BOOLS),
        };
        condition.sort = Sort::Fixed;
        condition
    }

    fn configuration(&mut self, has_b: bool) -> Term {
        let template = "{ config, lib, ... }:\nlet cfg = config.a; top = config; in\n{\n$\
            \x20 config._module.args.pkgs = { n = $; on = $; };\n  config.v.web = { };\n\
            \x20 config.m.k = lib.mkDefault 0;\n  config.lazy.k = lib.mkDefault 0;\n}";
        let terms = vec![self.imports(has_b), self.int(1), self.bool(1)];
        Term::new(Sort::Fixed, template, terms)
    }

    fn declarations(&mut self) -> Term {
        let mut declared = String::new();
        let mut terms = Vec::new();
        let mut declare = |path: &str, ty: &str, default: Option<Term>| {
            let given = if default.is_some() { " default = $;" } else { "" };
            declared.push_str(&format!(
                "  options.{path} = lib.mkOption {{ type = with lib.types; {ty};{given} }};\n"
            ));
            terms.extend(default);
        };
        for path in ["a.x", "a.y", "b.x", "b.y", "n"] {
            declare(path, "int", self.sometimes(95, |it| it.int(2)));
        }
        for path in ["a.on", "b.on", "on"] {
            declare(path, "bool", Some(self.bool(2)));
        }
        for path in LISTS {
            declare(path, "listOf int", self.sometimes(95, |it| it.list(2)));
        }
        declare("m", "attrsOf int", None);
        declare("lazy", "lazyAttrsOf int", None);
        let submodule = "submodule sub";
        declare("s", submodule, self.sometimes(85, |_| Term::new(Sort::Fixed, "{ }", Vec::new())));
        declare("v", "attrsOf (submodule sub)", None);
        let sub = self.submodule();
        let mut all = vec![sub];
        all.append(&mut terms);
        let template = format!(
            "{{ config, lib, pkgs, ... }}:\nlet cfg = config.a; top = config; sub = $; in\n{{\n{declared}}}"
        );
        Term::new(Sort::Fixed, &template, all)
    }

    fn submodule(&mut self) -> Term {
        self.in_submodule = true;
        let terms = vec![self.int(2), self.int(2), self.bool(1), self.sub_config()];
        self.in_submodule = false;
        let option = |name: &str, ty: &str| {
            format!(
                " options.{name} = lib.mkOption {{ type = with lib.types; {ty}; default = $; }};"
            )
        };
        let template = format!(
            "({{ config, ... }}: {{{}{}{}$ }})",
            option("x", "int"),
            option("y", "int"),
            option("on", "bool")
        );
        Term::new(Sort::Fixed, &template, terms)
    }

    fn sub_config(&mut self) -> Term {
        match self.random.below(4) {
            0 => {
                let value = self.int_definition(1);
                Term::new(Sort::OwnConfig, " config.x = $;", vec![value])
            }
            1 => {
                let content = self.group("sub", 2);
                Term::new(Sort::OwnConfig, " config = $;", vec![content])
            }
            _ => Term::new(Sort::OwnConfig, "", Vec::new()),
        }
    }

    fn module(&mut self) -> Term {
        let content = self.content(3);
        let head = "{ config, lib, pkgs, ... }:\n";
        match self.random.below(8) {
            0 => {
                let inner = self.content(2);
                let template = format!(
                    "{head}let cfg = config.a; top = config; in\n{{\n  imports = [ {{ config = $; }} ];\n  config = $;\n}}"
                );
                Term::new(Sort::Fixed, &template, vec![inner, content])
            }
            1 => {
                let template =
                    format!("{head}{{\n  config = let cfg = config.a; top = config; in $;\n}}");
                Term::new(Sort::Fixed, &template, vec![content])
            }
            2 => {
                let template = format!("{head}let cfg = config.a; top = config; in $");
                Term::new(Sort::Fixed, &template, vec![content])
            }
            3 => {
                let condition = self.bool(1);
                let template = format!(
                    "{head}let cfg = config.a; top = config; in assert $ || true; {{\n  config = $;\n}}"
                );
                Term::new(Sort::Fixed, &template, vec![condition, content])
            }
            _ => {
                let template =
                    format!("{head}let cfg = config.a; top = config; in {{\n  config = $;\n}}");
                Term::new(Sort::Fixed, &template, vec![content])
            }
        }
    }

    /// A module's definitions.
    fn content(&mut self, depth: usize) -> Term {
        self.shaped(depth, |it| {
            let statements = it.statements(depth);
            Term::new(Sort::Group, "{\n$  }", vec![statements])
        })
    }

    /// Statements at the root of a module.
    fn statements(&mut self, depth: usize) -> Term {
        let mut template = String::new();
        let mut terms = Vec::new();
        for name in ["a", "b", "s", "v", "m", "lazy", "n", "on", "l"] {
            if !self.random.percent(28) {
                continue;
            }
            let statements = self.statement(name, depth);
            template.push('$');
            terms.push(statements);
        }
        Term::new(Sort::Fixed, &template, terms)
    }

    fn statement(&mut self, name: &str, depth: usize) -> Term {
        let (template, term) = match name {
            "n" => ("    n = $;\n".to_owned(), self.int_definition(depth)),
            "on" => ("    on = $;\n".to_owned(), self.bool_definition(depth)),
            "l" => ("    l = $;\n".to_owned(), self.list_definition(depth)),
            "m" | "lazy" => match self.random.below(2) {
                0 => (format!("    {name}.k = $;\n"), self.int_definition(depth)),
                _ => (format!("    {name} = $;\n"), self.members(depth)),
            },
            "s" => match self.random.below(2) {
                0 => ("    s.x = $;\n".to_owned(), self.int_definition(depth)),
                _ => ("    s = $;\n".to_owned(), self.group("sub", depth)),
            },
            "v" => match self.random.below(3) {
                0 => ("    v.web.x = $;\n".to_owned(), self.int_definition(depth)),
                1 => ("    v.web = $;\n".to_owned(), self.group("sub", depth)),
                _ => ("    v.db = $;\n".to_owned(), self.group("sub", depth)),
            },
            group => match self.random.below(3) {
                0 => (format!("    {group}.x = $;\n"), self.int_definition(depth)),
                _ => (format!("    {group} = $;\n"), self.group("plain", depth)),
            },
        };
        Term::new(Sort::Statement, &template, vec![term])
    }

    /// Members of an `attrsOf int`.
    fn members(&mut self, depth: usize) -> Term {
        self.shaped(depth, |it| {
            let (k, j) = (it.int_definition(1), it.int_definition(1));
            let k = Term::new(Sort::Member, " k = $;", vec![k]);
            let j = Term::new(Sort::Member, " j = $;", vec![j]);
            Term::new(Sort::Group, "{$$ }", vec![k, j])
        })
    }

    /// The definitions below a set of options, or in a submodule.
    fn group(&mut self, kind: &str, depth: usize) -> Term {
        self.shaped(depth, |it| {
            let mut template = String::from("{");
            let mut terms = Vec::new();
            for name in ["x", "y", "on", "l"] {
                if !it.random.percent(40) || (name == "l" && kind == "sub") {
                    continue;
                }
                let value = match name {
                    "on" => it.bool_definition(depth.min(2)),
                    "l" => it.list_definition(depth.min(2)),
                    _ => it.int_definition(depth.min(2)),
                };
                template.push('$');
                terms.push(Term::new(Sort::Member, &format!(" {name} = $;"), vec![value]));
            }
            if it.random.percent(6) {
                let (name, value) = (it.bool(1), it.int(1));
                let parts = vec![
                    Part::Text("{ ${if ".to_owned()),
                    Part::Term(name),
                    Part::Text(" then \"x\" else \"y\"} = ".to_owned()),
                    Part::Term(value),
                    Part::Text("; }".to_owned()),
                ];
                return Term { sort: Sort::Group, parts };
            }
            Term::new(Sort::Group, &format!("{template} }}"), terms)
        })
    }

    /// A set of definitions, plain or under what shapes it.
    fn shaped(&mut self, depth: usize, mut set: impl FnMut(&mut Self) -> Term) -> Term {
        if depth == 0 || self.random.percent(50) {
            return set(self);
        }
        let deeper = depth - 1;
        let (template, terms): (&str, Vec<Term>) = match self.random.below(14) {
            0..=3 => ("(lib.mkIf $ $)", vec![self.bool(deeper), set(self)]),
            4 | 5 => {
                let element = Term::new(Sort::Element, " $", vec![set(self)]);
                let condition = self.bool(deeper);
                let inner = Term::new(Sort::Group, "(lib.mkIf $ $)", vec![condition, set(self)]);
                let other = Term::new(Sort::Element, " $", vec![inner]);
                ("(lib.mkMerge [$$ ])", vec![element, other])
            }
            6 => ("($ // $)", vec![set(self), set(self)]),
            7 => ("(lib.optionalAttrs $ $)", vec![self.bool(deeper), set(self)]),
            8 => ("(if $ then $ else $)", vec![self.bool(deeper), set(self), set(self)]),
            9 => ("(lib.mkDefault $)", vec![set(self)]),
            10 => ("(lib.mkForce $)", vec![set(self)]),
            11 => ("(let here = $; in $)", vec![self.bool(deeper), set(self)]),
            12 => ("(lib.mkMerge (lib.optional $ $))", vec![self.bool(deeper), set(self)]),
            _ => (
                "(let choose = c: d: lib.mkIf c d; in choose $ $)",
                vec![self.bool(deeper), set(self)],
            ),
        };
        Term::new(Sort::Group, template, terms)
    }

    // ---- values of definitions ----

    fn definition(
        &mut self,
        depth: usize,
        sort: Sort,
        value: impl Fn(&mut Self, usize) -> Term,
    ) -> Term {
        let deeper = depth.saturating_sub(1);
        let (template, terms) = match self.random.below(14) {
            0 | 1 => ("lib.mkIf $ ($)", vec![self.bool(deeper), value(self, deeper)]),
            2 | 3 => ("lib.mkDefault ($)", vec![value(self, depth)]),
            4 => ("lib.mkForce ($)", vec![value(self, depth)]),
            5 => ("lib.mkMerge [ ($) ]", vec![value(self, depth)]),
            6 => ("lib.mkIf $ (lib.mkDefault ($))", vec![self.bool(deeper), value(self, deeper)]),
            _ => ("$", vec![value(self, depth)]),
        };
        Term::new(sort, template, terms)
    }

    fn int_definition(&mut self, depth: usize) -> Term {
        self.definition(depth, Sort::IntDefinition, Self::int)
    }

    fn bool_definition(&mut self, depth: usize) -> Term {
        self.definition(depth, Sort::BoolDefinition, Self::bool)
    }

    fn list_definition(&mut self, depth: usize) -> Term {
        if self.random.percent(10) {
            let terms = vec![self.bool(1), self.int(1)];
            return Term::new(Sort::ListDefinition, "[ (lib.mkIf $ ($)) ]", terms);
        }
        self.definition(depth, Sort::ListDefinition, Self::list)
    }

    // ---- expressions ----

    /// A read of one of the options, in one of the ways in which that is written.
    fn read(&mut self, sort: Sort, paths: &[&str]) -> Term {
        let path = self.random.choose(paths);
        let text = match path.split_once('.') {
            Some(("pkgs", _)) => path.to_owned(),
            _ if self.in_submodule => match self.random.below(3) {
                0 => format!("top.{path}"),
                _ => match sort {
                    Sort::Int => ["config.x", "config.y"][self.random.below(2)].to_owned(),
                    Sort::Bool => "config.on".to_owned(),
                    _ => format!("top.{path}"),
                },
            },
            Some(("a", member)) if self.random.percent(40) => format!("cfg.{member}"),
            Some(("a", member)) if self.random.percent(20) => format!("(with cfg; {member})"),
            Some((set, member)) if self.random.percent(20) => {
                format!(
                    "(let inherit (top.{set}) {}; in {member})",
                    member.split('.').next().unwrap_or(member)
                )
            }
            _ if self.random.percent(10) => {
                format!("(top.{path} or {})", sort.least().unwrap_or("0"))
            }
            _ => format!("config.{path}"),
        };
        Term::new(sort, &text, Vec::new())
    }

    fn bool(&mut self, depth: usize) -> Term {
        if depth == 0 || self.random.percent(55) {
            if self.random.percent(self.asking) {
                // The arguments of a module are not those of a submodule.
                let paths = if self.in_submodule { &BOOLS[..4] } else { &BOOLS[..] };
                return self.read(Sort::Bool, paths);
            }
            let text = if self.random.percent(50) { "true" } else { "false" };
            return Term::new(Sort::Bool, text, Vec::new());
        }
        let deeper = depth - 1;
        let (template, terms): (&str, Vec<Term>) = match self.random.below(10) {
            0 => ("(!$)", vec![self.bool(deeper)]),
            1 | 2 => ("($ && $)", vec![self.bool(deeper), self.bool(deeper)]),
            3 | 4 => ("($ || $)", vec![self.bool(deeper), self.bool(deeper)]),
            5 => ("($ == $)", vec![self.int(deeper), self.int(deeper)]),
            6 => (
                "(if $ then $ else $)",
                vec![self.bool(deeper), self.bool(deeper), self.bool(deeper)],
            ),
            7 => ("(lib.elem $ $)", vec![self.int(deeper), self.list(deeper)]),
            8 => {
                let text = ["(top ? a)", "(top.a ? x)", "(top.s ? x)", "(top.m ? k)"];
                return Term::new(Sort::Bool, text[self.random.below(4)], Vec::new());
            }
            _ => ("($ -> $)", vec![self.bool(deeper), self.bool(deeper)]),
        };
        Term::new(Sort::Bool, template, terms)
    }

    fn int(&mut self, depth: usize) -> Term {
        if depth == 0 || self.random.percent(55) {
            if self.random.percent(self.asking) {
                let paths = if self.in_submodule { &INTS[..11] } else { &INTS[..] };
                return self.read(Sort::Int, paths);
            }
            let text = ["0", "1", "2"][self.random.below(3)];
            return Term::new(Sort::Int, text, Vec::new());
        }
        let deeper = depth - 1;
        let (template, terms): (&str, Vec<Term>) = match self.random.below(10) {
            0 | 1 => ("($ + $)", vec![self.int(deeper), self.int(deeper)]),
            2 | 3 => (
                "(if $ then $ else $)",
                vec![self.bool(deeper), self.int(deeper), self.int(deeper)],
            ),
            4 => ("(let value = $; in value)", vec![self.int(deeper)]),
            5 => ("((x: x + 1) $)", vec![self.int(deeper)]),
            6 => ("((x: 1) $)", vec![self.int(deeper)]),
            7 => ("(lib.length $)", vec![self.list(deeper)]),
            8 => ("(lib.id $)", vec![self.int(deeper)]),
            _ => ("({ k = $; }.k)", vec![self.int(deeper)]),
        };
        Term::new(Sort::Int, template, terms)
    }

    fn list(&mut self, depth: usize) -> Term {
        if depth == 0 || self.random.percent(45) {
            if self.random.percent(self.asking) {
                return self.read(Sort::List, &LISTS);
            }
            let value = self.int(depth);
            return Term::new(Sort::List, "[ $ ]", vec![value]);
        }
        let deeper = depth - 1;
        let (template, terms): (&str, Vec<Term>) = match self.random.below(7) {
            0 | 1 => ("($ ++ $)", vec![self.list(deeper), self.list(deeper)]),
            2 => ("(lib.optional $ $)", vec![self.bool(deeper), self.int(deeper)]),
            3 => ("(lib.optionals $ $)", vec![self.bool(deeper), self.list(deeper)]),
            4 => ("(map (x: x + 1) $)", vec![self.list(deeper)]),
            5 => ("(lib.concatMap (x: [ x ]) $)", vec![self.list(deeper)]),
            _ => (
                "(if $ then $ else $)",
                vec![self.bool(deeper), self.list(deeper), self.list(deeper)],
            ),
        };
        Term::new(Sort::List, template, terms)
    }

    fn sometimes(&mut self, percent: usize, make: impl FnOnce(&mut Self) -> Term) -> Option<Term> {
        self.random.percent(percent).then(|| make(self))
    }
}
