//! The figures as Markdown, each table with the meaning and the units of its columns.

use super::{Check, Measured};
use benches::figures::{ServerFigures, Spread, megabytes};
use std::fmt::Write;

const A_MINUTE: &str = "over a minute";

pub fn all(measured: &[Measured]) -> String {
    let mut text = format!(
        "\nMeasured on {}; all on two threads.\n\n### A tree from nothing\n\n\
         ms, the best of several rounds. *parse*: rnix alone on all texts. *read*: the walk over the folder, texts in the \
         system's cache. *index*: texts lowered, read as modules and summed up. *first scan*: read and index. *findings*: \
         of all files, once. *memory*: MB resident with the index and nothing else.\n\n\
         | tree | files | MB of text | parse | read | index | index ÷ parse | first scan ÷ parse | findings | memory |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        processor()
    );
    for Measured { name, tree, .. } in measured {
        let _ = writeln!(
            text,
            "| {name} | {} | {:.2} | {:.1} | {:.1} | {:.1} | {:.2} | {:.2} | {} | {:.1} |",
            tree.files,
            megabytes(tree.bytes),
            tree.parse,
            tree.read,
            tree.index,
            tree.index / tree.parse,
            (tree.read + tree.index) / tree.parse,
            tree.check.map_or(A_MINUTE.to_owned(), |ms| format!("{ms:.1}")),
            tree.memory,
        );
    }
    text.push_str(
        "\n### An edit\n\n\
         ms, median / p95, without a protocol and on one thread: one character typed into a module, or taken away. *parse*: \
         rnix alone on that text. *update*: the index brought up to date. *findings*: that, and the module's own findings.\n\n\
         | tree | KB of the module | parse | update | findings |\n|---|---:|---:|---:|---:|\n",
    );
    for Measured { name, tree, .. } in measured {
        let Some(edit) = &tree.edit else { continue };
        let (kilobytes, parse) = (edit.bytes as f64 / 1024.0, spread(edit.parse));
        let (update, findings) = (spread(edit.update), spread(edit.findings));
        let _ = writeln!(text, "| {name} | {kilobytes:.1} | {parse} | {update} | {findings} |");
    }
    text.push_str(
        "\n### Servers\n\n\
         Over the protocol, one server after the other at each step. ms, median / p95; *from the start* once; memory in MB \
         resident. (∅): nothing was ever answered, which is quickly done. –: the server does not do it, or \
         did not come to rest within a minute.\n",
    );
    for measured in measured {
        let _ = write!(text, "\n{}", servers(&measured.name, &measured.servers));
    }
    text.push_str(
        "\n### In a terminal\n\n\
         Whole runs of the program, output thrown away: ms, median / p95. The two look for different things.\n\n",
    );
    let programs: Vec<&Check> =
        measured.first().map_or(Vec::new(), |it| it.checks.iter().collect());
    let heads: String = programs.iter().map(|check| format!(" {} |", check.program)).collect();
    let _ = writeln!(text, "| tree |{heads}\n|---|{}", "---:|".repeat(programs.len()));
    for Measured { name, checks, .. } in measured {
        let cells: String = checks
            .iter()
            .map(|check| format!(" {} |", check.time.map_or(A_MINUTE.to_owned(), spread)))
            .collect();
        let _ = writeln!(text, "| {name} |{cells}");
    }
    text.push('\n');
    text
}

/// A row for each thing that is waited for, a column for each server.
fn servers(tree: &str, servers: &[ServerFigures]) -> String {
    let row = |what: &str, cell: &dyn Fn(&ServerFigures) -> String| {
        let cells: String = servers.iter().map(|server| format!(" {} |", cell(server))).collect();
        format!("| {what} |{cells}\n")
    };
    let memory = |memory: Option<f64>| memory.map_or("–".to_owned(), |it| format!("{it:.1}"));
    let mut text = row(tree, &|server| server.name.clone());
    let _ = writeln!(text, "|---|{}", "---:|".repeat(servers.len()));
    text += &row("from the start to findings", &|server| format!("{:.0}", server.first));
    // The first is ours, which answers everything.
    for answers in servers.first().iter().flat_map(|server| &server.answers) {
        text += &row(&answers.what, &|server| {
            let Some(found) = server.answers.iter().find(|it| it.what == answers.what) else {
                return "–".to_owned();
            };
            let nothing = if found.says_something { "" } else { " (∅)" };
            format!("{}{nothing}", spread(found.spread))
        });
    }
    text += &row("memory, idle with one file open", &|server| memory(server.idle));
    text + &row("memory after all this", &|server| memory(server.worked))
}

fn spread(spread: Spread) -> String {
    format!("{:.2} / {:.2}", spread.median, spread.p95)
}

/// What the machine calls its processor, and how many it has.
fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let name = name.map_or("a processor without a name", |(_, name)| name.trim());
    let count = std::thread::available_parallelism().map_or(1, |count| count.get());
    format!("{name} ({count} of them)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use benches::figures::AnswerFigures;

    #[test]
    fn a_server_that_says_nothing_is_not_praised_for_it() {
        let server = |name: &str, whats: &[&str]| ServerFigures {
            name: name.to_owned(),
            first: 12.4,
            idle: Some(7.25),
            worked: None,
            answers: whats
                .iter()
                .map(|what| AnswerFigures {
                    what: (*what).to_owned(),
                    spread: Spread { median: 1.0, p95: 2.5 },
                    says_something: name == "ours",
                })
                .collect(),
        };
        let text =
            servers("tree", &[server("ours", &["hover", "news"]), server("other", &["hover"])]);
        assert_eq!(
            text,
            "| tree | ours | other |\n\
             |---|---:|---:|\n\
             | from the start to findings | 12 | 12 |\n\
             | hover | 1.00 / 2.50 | 1.00 / 2.50 (∅) |\n\
             | news | 1.00 / 2.50 | – |\n\
             | memory, idle with one file open | 7.2 | 7.2 |\n\
             | memory after all this | – | – |\n"
        );
    }
}
