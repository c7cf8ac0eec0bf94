//! Edits that add to declarations: a binding in an option's arguments, a switch or another option beside an
//! option.

use crate::Fix;
use crate::rule::RuleContext;
use crate::scopes::takes_argument;
use index::FileData;
use module::arena::{BinaryOp, Expr, Set, StrPart};
use module::facts::{Declaration, Known, Read, ReadOf};
use module::{OptionPath, Symbol, is_identifier};
use syntax::{TextEdit, TextRange, TextSize};

/// Writes a binding before the first one of a set; `None` for a set without any.
pub(crate) fn first_binding(text: &str, set: &Set, binding: &str) -> Option<TextEdit> {
    let start = set.range.start() + TextSize::new(1);
    let first = set.entries.iter().map(|entry| entry.site.statement.start()).min()?;
    let between = text.get(usize::from(start)..usize::from(first))?;
    // A comment belongs to what follows it.
    let separator = if between.trim().is_empty() && !between.is_empty() { between } else { " " };
    Some(TextEdit::insert(start, format!("{separator}{binding}")))
}

/// Declares `enable` in a group of options, before the first one of it that stands in the file which declares
/// the group: this one, or else the only other one.
pub(crate) fn declare_enable(context: &RuleContext<'_>, group: &OptionPath) -> Option<Fix> {
    // Where another module has the switch a second one would clash with it.
    if context.snapshot.is_option(&group.child(Symbol::new("enable"))) {
        return None;
    }
    let options = Options::of(context, group)?;
    let at = options.first.at.text_range().start();
    let before = options.path_before(options.first)?;
    let line = options.line_before(at);
    let space = match line.trim().is_empty() {
        true => format!("\n{line}"),
        false => " ".to_owned(),
    };
    let topic = group.last().map_or("this", |name| name.as_str());
    let text = format!("{before}enable = lib.mkEnableOption \"{topic}\";{space}");
    let title = format!("Declare `{group}.enable`{}", options.place(context));
    Some(Fix::to_review(title, options.data.file, vec![TextEdit::insert(at, text)]))
}

/// Declares an option in a group, behind the last option of that group in the file which declares it: this
/// one, or else the only other one. Its type is that of the values it is given in the tree, or what this
/// module's reads of it need; `None` where these do not tell.
pub(crate) fn declare_option(context: &RuleContext<'_>, path: &OptionPath) -> Option<Fix> {
    let (name, group) = (*path.last()?, path.parent()?);
    if !is_identifier(name.as_str()) {
        return None;
    }
    let ty = type_needed(context, path)?;
    let options = Options::of(context, &group)?;
    let text: &str = &options.data.text;
    let at = options.last.at.text_range();
    let before = options.path_before(options.last)?;
    let behind = text[usize::from(at.end())..].find(';')?;
    let end = at.end() + TextSize::new(behind as u32 + 1);
    if !text[usize::from(at.end())..usize::from(end)].trim_end_matches(';').trim().is_empty() {
        return None;
    }
    let line = options.line_before(at.start());
    let description = in_words(name.as_str());
    let declaration = match line.trim().is_empty() {
        true => format!(
            "\n{line}{before}{name} = lib.mkOption {{\n{line}  type = {ty};\n{line}  description = \
             \"{description}\";\n{line}}};"
        ),
        false => format!(
            " {before}{name} = lib.mkOption {{ type = {ty}; description = \"{description}\"; }};"
        ),
    };
    let title = format!("Declare `{path}` as `{ty}`{}", options.place(context));
    Some(Fix::to_review(title, options.data.file, vec![TextEdit::insert(end, declaration)]))
}

/// The options of a group that are written in one file.
struct Options<'a> {
    data: &'a FileData,
    first: &'a Declaration,
    last: &'a Declaration,
}

impl<'a> Options<'a> {
    /// Those of this file, or if there are none, of the only other one that has some. `None`, too, if the file
    /// has no `lib` to declare another one with.
    fn of(context: &RuleContext<'a>, group: &OptionPath) -> Option<Options<'a>> {
        let snapshot = context.snapshot;
        let own = context.facts.into_iter().flat_map(|facts| &facts.declarations);
        let mut found: Vec<&Declaration> = own
            .filter(|declaration| declaration.path.parent().as_ref() == Some(group))
            .filter(|declaration| context.here(declaration.at).is_some())
            .collect();
        if found.is_empty() {
            let children =
                snapshot.children(group).into_iter().map(|child| group.child(child.name));
            found = children
                .flat_map(|path| snapshot.declarations(&path))
                .filter(|declared| declared.module == declared.fact.at.file)
                .map(|declared| declared.fact)
                .collect();
            found.sort_by_key(|declaration| {
                (declaration.at.file, declaration.at.text_range().start())
            });
        }
        let (first, last) = (*found.first()?, *found.last()?);
        let data = snapshot.file(first.at.file).filter(|_| first.at.file == last.at.file)?;
        let is_sound = data.arena.syntax_errors.is_empty() || data.file == context.file;
        let has_lib = takes_argument(&data.arena, Symbol::new("lib"));
        (is_sound && has_lib).then_some(Options { data, first, last })
    }

    /// What stands before the option's name in its attribute path. An option whose name is no plain part of a
    /// path stands elsewhere than it is declared.
    fn path_before(&self, option: &Declaration) -> Option<&'a str> {
        let range =
            TextRange::new(option.at.text_range().start(), option.name.text_range().start());
        let before = self.data.arena.source(range);
        (before.is_empty() || before.ends_with('.')).then_some(before)
    }

    fn line_before(&self, at: TextSize) -> &'a str {
        self.data.text[..usize::from(at)].rsplit('\n').next().unwrap_or_default()
    }

    /// The file for a title, where it is another one.
    fn place(&self, context: &RuleContext<'_>) -> String {
        match self.data.file == context.file {
            true => String::new(),
            false => format!(" in {}", self.data.file.relative_to(context.snapshot.setup().root)),
        }
    }
}

/// `Session timeout.` for `sessionTimeout`: a start, to be said better by who knows.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for ch in name.chars() {
        match ch {
            '-' | '_' => words.push(' '),
            _ if words.is_empty() => words.extend(ch.to_uppercase()),
            _ if ch.is_uppercase() && words.ends_with(char::is_lowercase) => {
                words.push(' ');
                words.extend(ch.to_lowercase());
            }
            _ => words.push(ch),
        }
    }
    words.push('.');
    words
}

fn type_needed(context: &RuleContext<'_>, path: &OptionPath) -> Option<String> {
    let definitions = context.snapshot.definitions_at(path);
    let mut types = Vec::new();
    for definition in &definitions {
        for given in definition.fact.given() {
            types.push(type_of(given.known, "lib.types")?);
        }
    }
    if types.is_empty() {
        let reads = context.facts?.reads_at(path);
        let own = reads.filter(|read| read.of == ReadOf::Config && context.here(read.at).is_some());
        types.extend(own.filter_map(|read| type_read(context, read)));
    }
    let first = types.first()?;
    if types.iter().any(|ty| ty != first) {
        return None;
    }
    let is_port = first == "lib.types.int"
        && path.last().is_some_and(|name| name.as_str().to_ascii_lowercase().ends_with("port"));
    Some(if is_port { "lib.types.port".to_owned() } else { first.clone() })
}

/// What the place where an option is read takes: a condition, or a part of a string.
fn type_read(context: &RuleContext<'_>, read: &Read) -> Option<String> {
    let arena = context.arena;
    let is_condition =
        |facts: &module::Facts| facts.conditions.iter().any(|condition| condition.at == read.at);
    let is_asked = context.facts.is_some_and(is_condition)
        || arena.expr_ids().any(|id| match arena.expr(id) {
            Expr::Not(operand) => *operand == read.expr,
            Expr::Binary { op: BinaryOp::And | BinaryOp::Or | BinaryOp::Implies, left, right } => {
                *left == read.expr || *right == read.expr
            }
            Expr::If { condition, .. } | Expr::Assert { condition, .. } => *condition == read.expr,
            _ => false,
        });
    let is_text = || {
        arena.expr_ids().any(|id| match arena.expr(id) {
            Expr::Str { parts, .. } => parts.contains(&StrPart::Interpolation(read.expr)),
            _ => false,
        })
    };
    match is_asked {
        true => Some("lib.types.bool".to_owned()),
        false => is_text().then(|| "lib.types.str".to_owned()),
    }
}

/// The type of a known value, with `types` as the place where types are found; `None` for one that leaves a
/// choice.
pub(crate) fn type_of(value: &Known, types: &str) -> Option<String> {
    let name = match value {
        Known::Bool(_) => "bool",
        Known::Int(_) => "int",
        Known::Float(_) => "float",
        Known::Str(_) => "str",
        Known::Path(_) => "path",
        Known::Package => "package",
        Known::List { items, complete: true } => {
            let first = type_of(&items.first()?.value, types)?;
            // What would need parentheses is more than a first guess should be.
            let is_one = !first.contains(' ')
                && items.iter().all(|item| type_of(&item.value, types).as_ref() == Some(&first));
            return is_one.then(|| format!("{types}.listOf {first}"));
        }
        Known::Unknown
        | Known::Null
        | Known::Function
        | Known::List { .. }
        | Known::Attrs { .. } => return None,
    };
    Some(format!("{types}.{name}"))
}
