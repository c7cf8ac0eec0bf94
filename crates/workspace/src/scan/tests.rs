use super::*;
use std::fs;
use tempfile::TempDir;

/// A tree of files given as `path` and content.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// What a scan sees, as paths from the root.
struct Seen {
    texts: Vec<&'static str>,
    others: Vec<&'static str>,
    notes: Vec<String>,
}

#[track_caller]
fn seen(dir: &Path, exclude: &[&str]) -> Seen {
    let exclude: Vec<String> = exclude.iter().map(|&pattern| pattern.to_owned()).collect();
    let scan = scan(dir, &exclude, &|_| {});
    let root = FileId::new(dir.to_str().unwrap());
    Seen {
        texts: scan.texts.iter().map(|(file, _)| file.relative_to(root)).collect(),
        others: scan
            .others
            .iter()
            .filter(|&&file| file != root)
            .map(|file| file.relative_to(root))
            .collect(),
        notes: scan
            .notes
            .iter()
            .map(|note| {
                format!("{}: {}", note.path.strip_prefix(dir).unwrap().display(), note.reason)
            })
            .collect(),
    }
}

#[test]
fn nix_files_are_read_and_everything_else_is_listed() {
    let dir = tree(&[("a.nix", "{ }"), ("web/page.html", "<p>"), ("web/default.nix", "1")]);
    let found = scan(dir.path(), &[], &|_| {});
    let texts: Vec<&str> = found.texts.iter().map(|(_, text)| &**text).collect();
    assert_eq!(texts, ["{ }", "1"]);
    let found = seen(dir.path(), &[]);
    assert_eq!(found.texts, ["a.nix", "web/default.nix"]);
    assert_eq!(found.others, ["web", "web/page.html"]);
}

#[test]
fn ignore_files_count_without_a_git_repository() {
    let dir = tree(&[
        (".gitignore", "/build\n*.gen.nix\n"),
        ("build/x.nix", ""),
        ("web/.gitignore", "secret.nix\n"),
        ("web/a.gen.nix", ""),
        ("web/secret.nix", ""),
        ("web/b.nix", ""),
    ]);
    let found = seen(dir.path(), &[]);
    assert_eq!(found.texts, ["web/b.nix"]);
    assert_eq!(found.others, [".gitignore", "web", "web/.gitignore"]);
}

#[test]
fn ignore_files_above_the_root_count_within_its_repository_only() {
    let dir = tree(&[(".gitignore", "*\n"), ("project/a.nix", "")]);
    assert_eq!(seen(&dir.path().join("project"), &[]).texts, ["a.nix"]);
    fs::create_dir(dir.path().join(".git")).unwrap();
    assert!(seen(&dir.path().join("project"), &[]).texts.is_empty());
}

#[test]
fn hidden_folders_are_not_entered() {
    let dir = tree(&[(".direnv/x.nix", ""), (".env", ""), ("a.nix", "")]);
    let found = seen(dir.path(), &[]);
    assert_eq!(found.texts, ["a.nix"]);
    assert_eq!(found.others, [".direnv", ".env"]);
}

#[test]
fn a_root_below_a_hidden_folder_is_a_root_all_the_same() {
    let dir = tree(&[(".config/nixos/a.nix", "")]);
    assert_eq!(seen(&dir.path().join(".config"), &[]).texts, ["nixos/a.nix"]);
}

#[test]
fn excluded_files_exist_but_are_not_read() {
    let dir = tree(&[("vendor/deep/x.nix", ""), ("web/x_test.nix", ""), ("web/x.nix", "")]);
    let found = seen(dir.path(), &["vendor/", "*_test.nix"]);
    assert_eq!(found.texts, ["web/x.nix"]);
    assert_eq!(
        found.others,
        ["vendor", "vendor/deep", "vendor/deep/x.nix", "web", "web/x_test.nix"]
    );
}

#[test]
fn texts_that_cannot_be_read_are_noted_and_exist() {
    let dir = tree(&[("a.nix", "")]);
    fs::write(dir.path().join("latin1.nix"), b"\"caf\xe9\"").unwrap();
    let huge = fs::File::create(dir.path().join("huge.nix")).unwrap();
    huge.set_len(17 * 1024 * 1024).unwrap();
    let found = seen(dir.path(), &[]);
    assert_eq!(found.texts, ["a.nix"]);
    assert_eq!(found.others, ["huge.nix", "latin1.nix"]);
    assert_eq!(
        found.notes,
        ["huge.nix: it is larger than 16 MB", "latin1.nix: it is not UTF-8 text"]
    );
}

#[test]
fn a_folder_with_a_nix_name_is_a_folder() {
    let dir = tree(&[("x.nix/inner.nix", "")]);
    let found = seen(dir.path(), &[]);
    assert_eq!((found.texts, found.others), (vec!["x.nix/inner.nix"], vec!["x.nix"]));
}

#[test]
fn a_root_that_is_not_there_gives_nothing() {
    let dir = tree(&[]);
    let found = seen(&dir.path().join("gone"), &[]);
    assert!(found.texts.is_empty() && found.others.is_empty());
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    #[test]
    fn a_pipe_is_listed_and_never_opened() {
        let dir = tree(&[("a.nix", "")]);
        let made = Command::new("mkfifo").arg(dir.path().join("pipe.nix")).status().unwrap();
        assert!(made.success());
        let found = seen(dir.path(), &[]);
        assert_eq!((found.texts, found.others), (vec!["a.nix"], vec!["pipe.nix"]));
        assert!(matches!(crate::read_text(&dir.path().join("pipe.nix")), Err(Unread::NotAFile)));
    }

    /// Opening a pipe would wait for ever, and `/dev/zero` has no end.
    #[test]
    fn what_says_which_files_are_ignored_is_an_ordinary_file_or_not_opened() {
        let names = [
            "a.nix",
            "pipe/a.nix",
            "zero/a.nix",
            "git/a.nix",
            "work/a.nix",
            "fine/a.nix",
            "fine/b.nix",
        ];
        let dir = tree(&names.map(|name| (name, "")));
        let pipe = |path: &str| {
            let made = Command::new("mkfifo").arg(dir.path().join(path)).status().unwrap();
            assert!(made.success());
        };
        pipe("pipe/.gitignore");
        symlink("/dev/zero", dir.path().join("zero/.ignore")).unwrap();
        fs::create_dir_all(dir.path().join("git/.git/info")).unwrap();
        pipe("git/.git/info/exclude");
        pipe("work/commondir");
        let work = dir.path().join("work");
        fs::write(work.join(".git"), format!("gitdir: {}\n", work.display())).unwrap();
        fs::write(dir.path().join("fine/.gitignore"), "b.nix").unwrap();
        let found = seen(dir.path(), &[]);
        assert_eq!(found.texts, ["a.nix", "fine/a.nix"]);
        assert!(found.others.contains(&"pipe"), "{:?}", found.others);
        assert_eq!(found.notes.len(), 4, "{:?}", found.notes);

        pipe(".gitignore");
        assert_eq!(seen(dir.path(), &[]).texts, ["a.nix", "fine/a.nix", "fine/b.nix"]);
    }

    #[test]
    fn links_exist_and_the_files_they_show_are_read_once() {
        let dir = tree(&[("real/a.nix", "")]);
        symlink(dir.path().join("real"), dir.path().join("link")).unwrap();
        symlink("real/a.nix", dir.path().join("b.nix")).unwrap();
        symlink("nowhere", dir.path().join("broken.nix")).unwrap();
        let found = seen(dir.path(), &[]);
        assert_eq!(found.texts, ["real/a.nix"]);
        assert_eq!(found.others, ["b.nix", "link", "link/a.nix", "real"]);
        assert!(found.notes.is_empty());
    }

    #[test]
    fn links_in_circles_come_to_an_end() {
        let dir = tree(&[("a/x.nix", ""), ("b/y.nix", "")]);
        symlink("..", dir.path().join("a/up")).unwrap();
        symlink("../b", dir.path().join("a/b")).unwrap();
        symlink("../a", dir.path().join("b/a")).unwrap();
        let found = seen(dir.path(), &[]);
        assert_eq!(found.texts, ["a/x.nix", "b/y.nix"]);
        for path in ["a/up", "a/b/y.nix", "b/a/x.nix"] {
            assert!(found.others.contains(&path), "{path} in {:?}", found.others);
        }
    }

    #[test]
    fn links_out_of_the_tree_are_not_entered() {
        let outside = tree(&[("store.nix", "")]);
        let dir = tree(&[]);
        symlink(outside.path(), dir.path().join("result")).unwrap();
        let found = seen(dir.path(), &[]);
        assert_eq!((found.texts, found.others), (vec![], vec!["result"]));
    }
}

#[test]
fn one_path_is_seen_as_a_scan_would_see_it() {
    let dir = tree(&[
        (".gitignore", "/build\n"),
        ("a/b.nix", "{ }"),
        ("a/c.nix", "1"),
        ("build/x.nix", "2"),
    ]);
    let look = |path: &str| {
        let found = scan_path(dir.path(), &["c.nix".to_owned()], &dir.path().join(path));
        let texts: Vec<String> = found.texts.iter().map(|(_, text)| text.to_string()).collect();
        let exists =
            found.others.iter().any(|other| Path::new(other.path()) == dir.path().join(path));
        (texts, exists)
    };
    assert_eq!(look("a/b.nix"), (vec!["{ }".to_owned()], false));
    assert_eq!(look("a/c.nix"), (vec![], true), "excluded: there, but not read");
    assert_eq!(look("build/x.nix"), (vec![], false), "ignored: not there");
    assert_eq!(look("a/gone.nix"), (vec![], false));
    assert_eq!(look("a"), (vec![], true));
}
