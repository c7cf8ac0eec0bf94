//! Mistakes that are known by sight: what other languages write, what a merge leaves behind, what a shell
//! or a Python script inside a string means to Nix. Each is one error, where the parser would stumble over it
//! and over all that follows.

use super::tokens::{Token, Tokens};
use super::{Change, Repair};
use crate::{SyntaxKind, SyntaxKind::*, TextRange, TextSize};

/// The first such mistake in the text, to be mended before the next one is looked for.
pub(super) fn first(tokens: &Tokens<'_>) -> Option<Repair> {
    merge_conflict(tokens.text).or_else(|| embedded_quotes(tokens.text)).or_else(|| {
        let shape = Shape::of(tokens);
        let each = |index: usize| {
            shell_form(tokens, &shape, index)
                .or_else(|| other_quotes(tokens, index))
                .or_else(|| separator_in_list(tokens, &shape, index))
                .or_else(|| binding(tokens, &shape, index))
                .or_else(|| comparison(tokens, index))
                .or_else(|| arrow(tokens, index))
                .or_else(|| unfinished_inherit(tokens, index))
                .or_else(|| arguments(tokens, &shape, index))
                .or_else(|| unfinished_with(tokens, &shape, index))
                .or_else(|| path_with_slash(tokens, index))
        };
        let all = || 0..tokens.significant.len();
        all().find_map(each).or_else(|| surplus_brace(tokens, &shape))
    })
}

/// How far the partner of a sign is looked for, in bytes or tokens: what is further off is no slip, and texts
/// that hold nothing but openings must not take a square of their length.
const NEAR: usize = 400;

fn near(text: &str) -> &str {
    let mut end = text.len().min(NEAR);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn size(length: usize) -> TextSize {
    TextSize::new(length as u32)
}

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(size(start), size(end))
}

/// Blanks of the same length, with line breaks where they are.
fn blanks(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

// ---- whole lines ----

/// `<<<<<<<`, `=======`, `>>>>>>>`: of the two sides the first one is read.
fn merge_conflict(text: &str) -> Option<Repair> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lines.push((start, line));
        start += line.len();
    }
    let is = |line: &str, sign: &str| {
        line.strip_prefix(sign).is_some_and(|rest| rest.trim().is_empty() || rest.starts_with(' '))
    };
    let first = lines.iter().position(|(_, line)| is(line, "<<<<<<<"))?;
    let find = |from: usize, sign: &str| {
        lines[from..].iter().position(|(_, line)| is(line, sign)).map(|at| from + at)
    };
    let last = find(first, ">>>>>>>")?;
    let middle =
        find(first, "|||||||").or_else(|| find(first, "=======")).filter(|at| *at < last)?;
    let (begin, opening) = lines[first];
    let end = lines[last].0 + lines[last].1.len();
    let ours = range(lines[first + 1].0, lines[middle].0);
    let (before, after) = (&text[begin..ours.start().into()], &text[ours.end().into()..end]);
    let with = format!("{}{}{}", blanks(before), &text[ours], blanks(after));
    Some(Repair {
        at: size(begin),
        change: Change::Overwrite { length: size(end - begin), with },
        range: range(begin, begin + opening.trim_end().len()),
        message: "a merge conflict is left here: keep one of the two sides, and remove the lines that mark \
                  them"
            .to_owned(),
        fix: None,
    })
}

/// A `''` string from the end of one line to the beginning of another one, and quotes in it that Nix takes
/// for its end.
fn embedded_quotes(text: &str) -> Option<Repair> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let opener = line.trim_end();
        let begins = start + opener.len();
        start += line.len();
        let code = opener.strip_suffix("''");
        let is_open = code.is_some_and(|code| {
            !code.trim_start().starts_with('#')
                && code.trim_end().ends_with(['=', '(', '['])
                && !code.contains("''")
        });
        if !is_open {
            continue;
        }
        let closer = text[start..].split_inclusive('\n').scan(start, |at, line| {
            let here = *at;
            *at += line.len();
            Some((here, line))
        });
        let mut closer = closer.filter(|(_, line)| !line.trim().is_empty());
        let Some((end, last)) = closer.find(|(_, here)| indent(here) <= indent(line)) else {
            continue;
        };
        let rest = last.trim_start().strip_prefix("''").unwrap_or("#");
        let closes = rest.trim().is_empty() || rest.starts_with([';', ')', ']', ' ']);
        if indent(last) != indent(line) || !closes {
            continue;
        }
        let inside = quotes_inside(&text[begins..end]);
        let Some(&first) = inside.first() else { continue };
        let first = begins + first;
        let mut with = text[begins..end].to_owned();
        for at in inside {
            with.replace_range(at..at + 2, "  ");
        }
        let line = text[..begins].matches('\n').count() + 1;
        return Some(Repair {
            at: size(begins),
            change: Change::Overwrite { length: size(end - begins), with },
            range: range(first, first + 2),
            message: format!(
                "these quotes end the string that begins in line {line}; write `'''` for two quotes in its \
                 text"
            ),
            fix: None,
        });
    }
    None
}

/// Where the text of a `''` string has quotes that end it, those in `${…}` left out.
fn quotes_inside(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let (mut at, mut depth) = (0, 0usize);
    while at < bytes.len() {
        let rest = &bytes[at..];
        if depth == 0 && rest.starts_with(b"''") {
            match rest.get(2) {
                Some(b'\'' | b'$') => at += 3,
                Some(b'\\') => at += 4,
                _ => {
                    found.push(at);
                    at += 2;
                }
            }
            continue;
        }
        match rest {
            [b'$', b'{', ..] => {
                depth += 1;
                at += 1;
            }
            [b'{', ..] if depth > 0 => depth += 1,
            [b'}', ..] => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    found
}

// ---- tokens ----

/// What each token stands directly in, by the index of the bracket that opens it.
struct Shape {
    around: Vec<Option<usize>>,
    /// The partner of each opening bracket that has one.
    closed: Vec<Option<usize>>,
}

impl Shape {
    fn of(tokens: &Tokens<'_>) -> Shape {
        let count = tokens.significant.len();
        let mut shape = Shape { around: vec![None; count], closed: vec![None; count] };
        let mut open: Vec<usize> = Vec::new();
        for (index, token) in tokens.significant.iter().enumerate() {
            match token.kind {
                TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN | TOKEN_INTERPOL_END
                | TOKEN_STRING_END => {
                    if let Some(&opener) = open.last()
                        && partner(tokens.significant[opener].kind) == token.kind
                    {
                        open.pop();
                        shape.closed[opener] = Some(index);
                    }
                    shape.around[index] = open.last().copied();
                }
                kind => {
                    shape.around[index] = open.last().copied();
                    if partner(kind) != kind {
                        open.push(index);
                    }
                }
            }
        }
        shape
    }
}

/// The closing bracket of an opening one; any other token is its own.
fn partner(kind: SyntaxKind) -> SyntaxKind {
    match kind {
        TOKEN_L_BRACE => TOKEN_R_BRACE,
        TOKEN_L_BRACK => TOKEN_R_BRACK,
        TOKEN_L_PAREN => TOKEN_R_PAREN,
        TOKEN_INTERPOL_START => TOKEN_INTERPOL_END,
        TOKEN_STRING_START => TOKEN_STRING_END,
        kind => kind,
    }
}

/// `${name%.*}`, `${array[@]}`, `${#name}` in a string: the shell's, and no Nix.
fn shell_form(tokens: &Tokens<'_>, shape: &Shape, index: usize) -> Option<Repair> {
    let token = tokens.get(index).filter(|token| token.kind == TOKEN_INTERPOL_START)?;
    let string = shape.around[index].and_then(|around| tokens.get(around))?;
    if string.kind != TOKEN_STRING_START {
        return None;
    }
    let rest = near(&tokens.text[usize::from(token.end())..]);
    let inner = &rest[..rest.find(['}', '\n'])?];
    if shape.closed[index].is_none() && rest[inner.len()..].starts_with('\n') {
        let end = tokens.line_end(token.start);
        return Some(Repair {
            at: end,
            change: Change::Insert("}".to_owned()),
            range: token.range(),
            message: "this `${` is never closed: a `}` is missing".to_owned(),
            fix: None,
        });
    }
    let name = inner.trim_start_matches(|ch: char| ch.is_ascii_alphanumeric() || ch == '_');
    let is_shell = match inner.as_bytes().first()? {
        b'#' | b'@' | b'*' | b'?' => true,
        _ if name.len() == inner.len() => false,
        _ => {
            name.starts_with(['%', '#', '^', ',', '['])
                || [":-", ":=", ":?", ":+"].iter().any(|sign| name.starts_with(sign))
                    && name.contains(['"', '$', ' ', '{'])
        }
    };
    if !is_shell {
        return None;
    }
    let escape = if string.text == "''" { "''" } else { "\\" };
    let end = usize::from(token.end()) + inner.len() + 1;
    Some(Repair {
        at: token.start,
        change: Change::Overwrite { length: size(1), with: " ".to_owned() },
        range: range(token.start.into(), end),
        message: format!(
            "`${{{inner}}}` is for the shell, and Nix reads every `${{` in a string as its own: write \
             `{escape}${{`"
        ),
        fix: Some(super::QuickFix::replace(
            "Leave it to the shell",
            TextRange::empty(token.start),
            escape,
        )),
    })
}

/// Pairs of quotes that other languages have.
const QUOTES: [(char, char); 5] = [('\'', '\''), ('“', '”'), ('”', '”'), ('‘', '’'), ('„', '“')];

fn other_quotes(tokens: &Tokens<'_>, index: usize) -> Option<Repair> {
    let token = tokens.get(index).filter(|token| token.kind == TOKEN_ERROR)?;
    let start = usize::from(token.start);
    let line = near(&tokens.text[start..]).lines().next()?;
    let (content, open, close) = QUOTES.iter().find_map(|(open, close)| {
        let rest = line.strip_prefix(*open)?;
        Some((&rest[..rest.find(*close)?], *open, *close))
    })?;
    let (before, after) = (open.len_utf8(), close.len_utf8());
    let length = before + content.len() + after;
    let with = format!("{}\"{content}\"{}", " ".repeat(before - 1), " ".repeat(after - 1));
    Some(Repair {
        at: token.start,
        change: Change::Overwrite { length: size(length), with },
        range: range(start, start + length),
        message: format!("a string stands in double quotes: write `\"{content}\"`"),
        fix: Some(super::QuickFix::replace(
            "Write double quotes",
            range(start, start + length),
            &format!("\"{content}\""),
        )),
    })
}

/// `[ 1, 2 ]`, `[ a; b; ]`: one error a list.
fn separator_in_list(tokens: &Tokens<'_>, shape: &Shape, index: usize) -> Option<Repair> {
    let token = tokens.get(index)?;
    let list = shape.around[index]?;
    let is_list = tokens.kind(list) == Some(TOKEN_L_BRACK);
    if !is_list || !matches!(token.kind, TOKEN_COMMA | TOKEN_SEMICOLON) {
        return None;
    }
    let end = shape.closed[list]?;
    let inside = |at: &usize| shape.around[*at] == Some(list);
    // With a binding in it the list is one that was not closed.
    let has_binding = (list..end).filter(inside).any(|at| tokens.kind(at) == Some(TOKEN_ASSIGN));
    if has_binding {
        return None;
    }
    let separators: Vec<Token<'_>> = (index..end)
        .filter(inside)
        .map(|at| tokens.significant[at])
        .filter(|other| other.kind == token.kind)
        .collect();
    let last = separators.last()?;
    let span = TextRange::new(token.start, last.end());
    let mut with = tokens.text[span].to_owned();
    for separator in &separators {
        let at = usize::from(separator.start - token.start);
        with.replace_range(at..at + 1, " ");
    }
    let tidy: String = {
        let mut kept = String::new();
        let mut from = token.start;
        for separator in &separators {
            kept.push_str(&tokens.text[TextRange::new(from, separator.start)]);
            if tokens.text[usize::from(separator.end())..]
                .starts_with(|ch: char| !ch.is_whitespace())
            {
                kept.push(' ');
            }
            from = separator.end();
        }
        kept
    };
    Some(Repair {
        at: token.start,
        change: Change::Overwrite { length: span.len(), with },
        range: token.range(),
        message: format!("the items of a list are separated by spaces, not by `{}`", token.text),
        fix: Some(super::QuickFix::replace("Separate them by spaces", span, &tidy)),
    })
}

/// What stands in place of the `=` of a binding.
fn binding(tokens: &Tokens<'_>, shape: &Shape, index: usize) -> Option<Repair> {
    let token = tokens.get(index)?;
    let is_in_set = match shape.around[index] {
        Some(around) => tokens.kind(around) == Some(TOKEN_L_BRACE),
        None => true,
    };
    if !is_in_set {
        return None;
    }
    let replaced = |length: TextSize, with: &str, message: String| {
        let blank = " ".repeat(usize::from(length) - with.len());
        let range = TextRange::at(token.start, length);
        Some(Repair {
            at: token.start,
            change: Change::Overwrite { length, with: format!("{with}{blank}") },
            range,
            message,
            fix: (!with.is_empty())
                .then(|| super::QuickFix::replace(&format!("Change to `{with}`"), range, with)),
        })
    };
    if token.kind == TOKEN_UPDATE
        && tokens.is_first_on_line(token.start)
        && is_start_of_binding(tokens, index)
    {
        let line = TextRange::new(token.start, tokens.line_end(token.start));
        return Some(Repair {
            at: token.start,
            change: Change::Overwrite { length: line.len(), with: blanks(&tokens.text[line]) },
            range: token.range(),
            message: "a comment begins with `#`, not with `//`".to_owned(),
            fix: Some(super::QuickFix::replace("Change to `#`", token.range(), "#")),
        });
    }
    let name = name_start(tokens, index)?;
    if !is_start_of_binding(tokens, name) {
        return None;
    }
    let next_is_assign = tokens
        .get(index + 1)
        .is_some_and(|next| next.kind == TOKEN_ASSIGN && next.start == token.end());
    match token.kind {
        TOKEN_EQUAL => replaced(
            TextSize::of("=="),
            "=",
            "a name gets its value with one `=`; two compare".to_owned(),
        ),
        // `name: …` alone is a function; inside braces only a binding can be meant.
        TOKEN_COLON if shape.around[index].is_some() => replaced(
            TextSize::of(":"),
            "=",
            "a name gets its value with `=`, not with `:`".to_owned(),
        ),
        TOKEN_ADD | TOKEN_SUB | TOKEN_CONCAT if next_is_assign => replaced(
            TextSize::of(token.text),
            "",
            format!("Nix has no `{0}=`: a name gets one value, written with `=`", token.text),
        ),
        _ => None,
    }
}

/// Index of the first token of the dotted name that ends before `end`.
fn name_start(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let mut start = end.checked_sub(1)?;
    loop {
        if tokens.kind(start) != Some(TOKEN_IDENT) {
            return None;
        }
        match start.checked_sub(2) {
            Some(before) if tokens.kind(start - 1) == Some(TOKEN_DOT) => start = before,
            _ => return Some(start),
        }
    }
}

fn is_start_of_binding(tokens: &Tokens<'_>, index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| tokens.kind(before));
    matches!(before, Some(TOKEN_L_BRACE | TOKEN_SEMICOLON | TOKEN_LET))
}

/// `if a = b then`.
fn comparison(tokens: &Tokens<'_>, index: usize) -> Option<Repair> {
    let token = tokens.get(index).filter(|token| token.kind == TOKEN_ASSIGN)?;
    let mut depth = 0usize;
    let mut before = tokens.significant[..index].iter().rev().take(NEAR);
    let is_condition = before.find_map(|token| match token.kind {
        TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN => {
            depth += 1;
            None
        }
        TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_L_PAREN => match depth.checked_sub(1) {
            Some(outer) => {
                depth = outer;
                None
            }
            None => Some(false),
        },
        TOKEN_IF if depth == 0 => Some(true),
        TOKEN_THEN | TOKEN_SEMICOLON | TOKEN_ASSIGN | TOKEN_LET if depth == 0 => Some(false),
        _ => None,
    });
    (is_condition == Some(true)).then(|| Repair {
        at: token.end(),
        change: Change::Insert("=".to_owned()),
        range: token.range(),
        message: "two values are compared with `==`".to_owned(),
        fix: Some(super::QuickFix::replace("Change to `==`", token.range(), "==")),
    })
}

/// `x => …` of other languages.
fn arrow(tokens: &Tokens<'_>, index: usize) -> Option<Repair> {
    let token = tokens.get(index).filter(|token| token.kind == TOKEN_ASSIGN)?;
    let next = tokens.get(index + 1).filter(|next| next.kind == TOKEN_MORE)?;
    let name = tokens.before(index).filter(|name| name.kind == TOKEN_IDENT)?;
    if next.start != token.end() {
        return None;
    }
    let range = TextRange::new(token.start, next.end());
    Some(Repair {
        at: token.start,
        change: Change::Overwrite { length: range.len(), with: ": ".to_owned() },
        range,
        message: format!("a function is written `{}: …`, not with `=>`", name.text),
        fix: Some(super::QuickFix::replace(
            "Change to `:`",
            TextRange::new(name.end(), next.end()),
            ":",
        )),
    })
}

/// `inherit a b` without its `;`, and the next binding on a line of its own.
fn unfinished_inherit(tokens: &Tokens<'_>, index: usize) -> Option<Repair> {
    tokens.get(index).filter(|token| token.kind == TOKEN_ASSIGN)?;
    let name = name_start(tokens, index)?;
    let previous = tokens.before(name).filter(|previous| previous.kind == TOKEN_IDENT)?;
    if !tokens.is_first_on_line(tokens.get(name)?.start) {
        return None;
    }
    let mut before = tokens.significant[..name].iter().rev().take(NEAR);
    let inherits = before.find_map(|token| match token.kind {
        TOKEN_INHERIT => Some(true),
        TOKEN_IDENT | TOKEN_R_PAREN | TOKEN_L_PAREN | TOKEN_DOT => None,
        _ => Some(false),
    });
    (inherits == Some(true)).then(|| Repair {
        at: previous.end(),
        change: Change::Insert(";".to_owned()),
        range: previous.range(),
        message: "a `;` is missing after this: every `inherit` ends with one".to_owned(),
        fix: Some(super::QuickFix::replace("Insert `;`", TextRange::empty(previous.end()), ";")),
    })
}

/// A function's arguments: `{ a b }:`, `{ ..., a }:`, `{ a } =`.
fn arguments(tokens: &Tokens<'_>, shape: &Shape, index: usize) -> Option<Repair> {
    let around = match tokens.kind(index)? {
        TOKEN_ASSIGN => {
            let before = index.checked_sub(1)?;
            // Only the file's own function begins a file.
            if shape.closed.first() != Some(&Some(before)) || tokens.kind(0) != Some(TOKEN_L_BRACE)
            {
                return None;
            }
            let token = tokens.get(index)?;
            return Some(Repair {
                at: token.start,
                change: Change::Overwrite { length: size(1), with: ":".to_owned() },
                range: token.range(),
                message: "a `:` stands between a function's arguments and its body, not a `=`"
                    .to_owned(),
                fix: Some(super::QuickFix::replace("Change to `:`", token.range(), ":")),
            });
        }
        TOKEN_IDENT | TOKEN_ELLIPSIS => shape.around[index]?,
        _ => return None,
    };
    let is_odd = match (tokens.kind(index)?, tokens.kind(index + 1)?) {
        (TOKEN_IDENT, next) => matches!(next, TOKEN_IDENT | TOKEN_ELLIPSIS),
        (_, next) => next == TOKEN_COMMA,
    };
    let end = shape.closed[around].filter(|_| is_odd)?;
    let is_pattern = tokens.kind(around) == Some(TOKEN_L_BRACE)
        && matches!(tokens.kind(end + 1), Some(TOKEN_COLON | TOKEN_AT))
        && (around + 1..end).all(|at| {
            let kind = tokens.kind(at);
            !matches!(kind, Some(TOKEN_ASSIGN | TOKEN_SEMICOLON))
                || shape.around[at] != Some(around)
        });
    if !is_pattern {
        return None;
    }
    let (token, next) = (tokens.get(index)?, tokens.get(index + 1)?);
    match (token.kind, next.kind) {
        (TOKEN_IDENT, TOKEN_IDENT | TOKEN_ELLIPSIS)
            if !matches!(
                tokens.before(index).map(|before| before.kind),
                Some(TOKEN_DOT | TOKEN_QUESTION)
            ) =>
        {
            Some(Repair {
                at: token.end(),
                change: Change::Insert(",".to_owned()),
                range: token.range(),
                message: "a `,` is missing between two arguments".to_owned(),
                fix: Some(super::QuickFix::replace(
                    "Insert `,`",
                    TextRange::empty(token.end()),
                    ",",
                )),
            })
        }
        (TOKEN_ELLIPSIS, TOKEN_COMMA) => {
            let range = TextRange::new(token.start, next.end());
            Some(Repair {
                at: token.start,
                change: Change::Blank(range.len()),
                range: token.range(),
                message: "`...` stands last among the arguments".to_owned(),
                fix: None,
            })
        }
        _ => None,
    }
}

/// `with lib` or `assert c` at the end of a line, and what it is for on the next one.
fn unfinished_with(tokens: &Tokens<'_>, shape: &Shape, index: usize) -> Option<Repair> {
    let word = tokens.get(index).filter(|token| matches!(token.kind, TOKEN_WITH | TOKEN_ASSERT))?;
    let end = tokens.significant.len().min(index + NEAR);
    let next = (index + 1..end).find(|&at| {
        shape.around[at] == shape.around[index]
            && tokens.is_first_on_line(tokens.significant[at].start)
    })?;
    let begins = matches!(
        tokens.kind(next)?,
        TOKEN_L_BRACE | TOKEN_LET | TOKEN_WITH | TOKEN_ASSERT | TOKEN_REC
    );
    let last = tokens.before(next)?;
    let ends = matches!(last.kind, TOKEN_IDENT | TOKEN_R_PAREN | TOKEN_STRING_END);
    // `with import ./x` may well take its argument from the next line.
    let is_argument =
        shape.closed[next].is_some_and(|end| tokens.kind(end + 1) == Some(TOKEN_SEMICOLON));
    if !begins || !ends || is_argument || last.start == word.start {
        return None;
    }
    Some(Repair {
        at: last.end(),
        change: Change::Insert(";".to_owned()),
        range: last.range(),
        message: format!("a `;` is missing after this: every `{}` ends with one", word.text),
        fix: Some(super::QuickFix::replace("Insert `;`", TextRange::empty(last.end()), ";")),
    })
}

/// `./folder/`.
fn path_with_slash(tokens: &Tokens<'_>, index: usize) -> Option<Repair> {
    let token = tokens.get(index).filter(|token| token.kind == TOKEN_ERROR)?;
    let is_path = token.text.starts_with(['.', '/', '~']) && token.text.len() > 2;
    let path = token.text.strip_suffix('/').filter(|_| is_path)?;
    let slash = TextRange::at(token.start + TextSize::of(path), size(1));
    Some(Repair {
        at: slash.start(),
        change: Change::Blank(size(1)),
        range: token.range(),
        message: format!("a path does not end with `/`: write `{path}`"),
        fix: Some(super::QuickFix::replace("Remove the `/`", slash, "")),
    })
}

/// Of more closing braces than opening ones, the first that stands further to the right than what it closes.
fn surplus_brace(tokens: &Tokens<'_>, shape: &Shape) -> Option<Repair> {
    let count = |kinds: [SyntaxKind; 2]| {
        tokens.significant.iter().filter(|token| kinds.contains(&token.kind)).count()
    };
    if count([TOKEN_R_BRACE, TOKEN_INTERPOL_END]) <= count([TOKEN_L_BRACE, TOKEN_INTERPOL_START]) {
        return None;
    }
    let (index, token) = shape.closed.iter().enumerate().find_map(|(opener, closer)| {
        let (opener, token) = (tokens.get(opener)?, tokens.get((*closer)?)?);
        let is_brace = token.kind == TOKEN_R_BRACE && tokens.is_first_on_line(token.start);
        let is_right = tokens.indent(token.start) > tokens.indent(opener.start)
            && !tokens.same_line(token.start, opener.start);
        (is_brace && is_right).then_some(((*closer)?, token))
    })?;
    let end = match tokens.get(index + 1) {
        Some(next) if next.kind == TOKEN_SEMICOLON => next.end(),
        _ => token.end(),
    };
    let range = TextRange::new(token.start, end);
    Some(Repair {
        at: token.start,
        change: Change::Blank(range.len()),
        range: token.range(),
        message: "this `}` closes nothing".to_owned(),
        fix: Some(super::QuickFix::replace("Remove it", range, "")),
    })
}
