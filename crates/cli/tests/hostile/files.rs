//! Disks as they are.

use crate::session::{MODULE, Session, program};
use serde_json::json;
use std::fs;
use std::path::Path;

/// What stands about in real folders, and worse.
#[cfg(unix)]
fn oddities(root: &Path) {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    let fifo = std::process::Command::new("mkfifo").arg(root.join("fifo.nix")).status().unwrap();
    assert!(fifo.success());
    fs::create_dir_all(root.join("folder.nix/inner.nix")).unwrap();
    symlink(root, root.join("loop")).unwrap();
    symlink("self.nix", root.join("self.nix")).unwrap();
    symlink("nowhere", root.join("dangling.nix")).unwrap();
    symlink("/dev/zero", root.join("zero.nix")).unwrap();
    symlink("/proc/self/mem", root.join("memory.nix")).unwrap();
    symlink("/", root.join("everything")).unwrap();
    fs::write(root.join("binary.nix"), b"\xff\xfe\x00{").unwrap();
    fs::write(root.join(OsStr::from_bytes(b"\xff\xfe.nix")), "{ }").unwrap();
    fs::write(root.join("line\nbreak.nix"), "{ }").unwrap();
    fs::write(root.join("nobody.nix"), "{ }").unwrap();
    fs::set_permissions(root.join("nobody.nix"), fs::Permissions::from_mode(0o0)).unwrap();
    let _listener = std::os::unix::net::UnixListener::bind(root.join("socket.nix")).unwrap();
    let imports = "{ imports = [ ./fifo.nix ./folder.nix ./loop ./self.nix ./dangling.nix ./zero.nix ./memory.nix \
        ./binary.nix ./nobody.nix ./socket.nix /dev/zero ./. ./loop/loop/loop/module.nix ./everything ]; }";
    fs::write(root.join("imports.nix"), imports).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn pipes_devices_loops_and_names_that_are_no_text() {
    let mut session = Session::start_in(oddities).await;
    session.is_alive().await;
    let names = [
        "fifo.nix",
        "zero.nix",
        "folder.nix",
        "self.nix",
        "memory.nix",
        "socket.nix",
        "nobody.nix",
        "dangling.nix",
    ];
    let changes: Vec<_> = names
        .iter()
        .flat_map(|name| (1..=3).map(|kind| json!({ "uri": session.uri(name), "type": kind })))
        .collect();
    session.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    session.is_alive().await;
    let imports = session.uri("imports.nix");
    let text = fs::read_to_string(session.root.join("imports.nix")).unwrap();
    session.client.open(&imports, 1, &text);
    session.ask_everything(&imports, &json!({ "line": 0, "character": 20 })).await;
    for name in names {
        let uri = session.uri(name);
        session.client.open(&uri, 1, MODULE);
        session.client.close(&uri);
    }
    session.is_alive().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_check_of_all_that() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::write(root.join("flake.nix"), "{ }").unwrap();
    oddities(&root);
    for arguments in [
        vec!["check"],
        vec!["check", "fifo.nix"],
        vec!["check", "zero.nix", "loop"],
        vec!["options"],
    ] {
        let run = program(&arguments, &root).output();
        let output = tokio::time::timeout(std::time::Duration::from_secs(60), run).await;
        let output = output.unwrap_or_else(|_| panic!("{arguments:?} does not end")).unwrap();
        assert!(output.status.code().is_some(), "{arguments:?}: {output:?}");
    }
}

#[tokio::test]
async fn files_that_come_grow_change_and_go() {
    let mut session = Session::start().await;
    let root = session.root.clone();
    let (uri, kinds) = (session.uri("changing.nix"), [1, 2, 3]);
    for round in 0..100 {
        let kind = kinds[round % 3];
        let path = root.join("changing.nix");
        match kind {
            3 => fs::remove_file(&path).unwrap(),
            _ => fs::write(&path, format!("{}{MODULE}", "# x\n".repeat(round))).unwrap(),
        }
        let change = json!({ "changes": [{ "uri": uri, "type": kind }] });
        session.client.notify("workspace/didChangeWatchedFiles", change);
    }
    session.is_alive().await;
}

/// A branch with other modules, there and back: what is said in the end is what was said at first.
#[tokio::test]
async fn branches_switched_under_the_editor() {
    const MODULES: usize = 200;
    let module = |branch: usize, at: usize| {
        format!("{{ lib, ... }}: {{ options.hypervisor.m{at}.b{branch} = lib.mkOption {{ }}; }}")
    };
    let mut session = Session::start_in(|root| {
        for at in 0..MODULES {
            fs::write(root.join(format!("m{at}.nix")), module(0, at)).unwrap();
        }
    })
    .await;
    for branch in [1, 2, 0] {
        let mut changes = Vec::new();
        for at in 0..MODULES {
            let file = format!("m{at}.nix");
            let path = session.root.join(&file);
            if branch == 2 && at % 2 == 0 {
                fs::remove_file(path).unwrap();
                changes.push(json!({ "uri": session.uri(&file), "type": 3 }));
            } else {
                fs::write(path, module(branch, at)).unwrap();
                changes.push(
                    json!({ "uri": session.uri(&file), "type": if branch == 0 { 1 } else { 2 } }),
                );
            }
        }
        session.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    }
    for at in [0, 1, MODULES - 1] {
        let found = session
            .client
            .request("workspace/symbol", json!({ "query": format!("m{at}.b") }))
            .await;
        let found = found.to_string();
        assert!(found.contains(&format!("hypervisor.m{at}.b0")), "{found}");
        assert!(!found.contains(&format!("hypervisor.m{at}.b1\"")), "{found}");
    }
    session.is_alive().await;
}

#[tokio::test]
async fn a_hundred_thousand_files() {
    const FOLDERS: usize = 100;
    let mut session = Session::start_in(|root| {
        for folder in 0..FOLDERS {
            let folder = root.join(format!("data{folder}"));
            fs::create_dir(&folder).unwrap();
            for file in 0..1_000 {
                fs::File::create(folder.join(format!("{file}.txt"))).unwrap();
            }
        }
    })
    .await;
    session.is_alive().await;
}

/// Somebody opens a single file in the home folder: that is no reason to read everything in there.
#[tokio::test]
async fn a_home_folder_is_no_tree_of_modules() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().canonicalize().unwrap();
    fs::create_dir(home.join("music")).unwrap();
    fs::write(home.join("music/module.nix"), "{").unwrap();
    fs::write(home.join("own.nix"), "{").unwrap();
    for (root, marker) in
        [(home.as_path(), None), (folder.path(), None), (&home, Some("flake.nix"))]
    {
        if let Some(marker) = marker {
            fs::write(home.join(marker), "{ }").unwrap();
        }
        let root_argument = ["check", "--root", root.to_str().unwrap()];
        let output = program(&root_argument, &home).env("HOME", &home).output().await.unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.contains("own.nix"), "{told}");
        assert_eq!(told.contains("music"), marker.is_some(), "{told}");
        let noted = String::from_utf8(output.stderr).unwrap();
        assert_eq!(noted.contains("only the files directly in it"), marker.is_none(), "{noted}");
    }
}

/// As git does it in a large repository, or a tool that touches everything.
#[tokio::test]
async fn news_of_a_hundred_thousand_files() {
    let mut session = Session::start().await;
    let changes: Vec<_> = (0..100_000)
        .map(|number| {
            let uri = session.uri(&format!("data{}/f{number}.nix", number % 100));
            json!({ "uri": uri, "type": number % 3 + 1 })
        })
        .collect();
    fs::write(
        session.root.join("new.nix"),
        "{ lib, ... }: { options.hypervisor.new = lib.mkOption { }; }",
    )
    .unwrap();
    let new = json!({ "uri": session.uri("new.nix"), "type": 1 });
    session.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    session.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [new] }));
    session.is_alive().await;
    // A folder that is opened now waits for the disk as well, and not for long.
    let other = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/other.nix", other.path().canonicalize().unwrap().display());
    session.client.open(&uri, 1, "{ a = let in 1; }");
    assert_eq!(session.client.diagnostics(&uri, 1).await.len(), 1);
    let found = session.client.request("workspace/symbol", json!({ "query": "new" })).await;
    assert!(found.to_string().contains("hypervisor.new"), "{found}");
}

#[cfg(unix)]
#[tokio::test]
async fn folders_in_folders_and_names_of_all_kinds() {
    let mut session = Session::start_in(|root| {
        let mut deep = root.to_path_buf();
        // As deep as paths may be long.
        while fs::create_dir(deep.join("d")).is_ok() {
            deep.push("d");
            let _ = fs::write(deep.join("module.nix"), MODULE);
        }
        for name in [
            "a b.nix",
            "ä.nix",
            "\u{1f600}.nix",
            "%41.nix",
            "#.nix",
            "'.nix",
            "\".nix",
            "$x.nix",
            "-.nix",
            "..nix",
            "\u{202e}.nix",
            "\\.nix",
            " .nix",
        ] {
            fs::write(root.join(name), MODULE).unwrap();
        }
        let _ = fs::write(root.join(format!("{}.nix", "x".repeat(251))), MODULE);
    })
    .await;
    session.is_alive().await;
    let found = session.client.request("workspace/symbol", json!({ "query": "web.port" })).await;
    assert!(found.as_array().unwrap().len() > 50, "{found}");
}

/// A log that somebody named `x.nix` by mistake.
#[tokio::test]
async fn a_file_that_grows_while_it_is_read() {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};
    let stop = std::sync::Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let mut writer = None;
    let mut session = Session::start_in(|root| {
        let mut file = fs::File::create(root.join("growing.nix")).unwrap();
        let write = move || {
            for _ in 0..10_000 {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                file.write_all("# one more line\n".repeat(100).as_bytes()).unwrap();
            }
        };
        writer = Some(std::thread::spawn(write));
    })
    .await;
    let change = json!({ "changes": [{ "uri": session.uri("growing.nix"), "type": 2 }] });
    for _ in 0..20 {
        session.client.notify("workspace/didChangeWatchedFiles", change.clone());
        session.is_alive().await;
    }
    stop.store(true, Ordering::Relaxed);
    writer.unwrap().join().unwrap();
    session.is_alive().await;
}

/// The tree itself goes away, comes back as a file, and as a tree again.
#[tokio::test]
async fn a_tree_that_vanishes() {
    let mut session = Session::start_in(|root| {
        fs::create_dir(root.join("tree")).unwrap();
        fs::write(root.join("tree/inner.nix"), MODULE).unwrap();
    })
    .await;
    let tree = session.root.join("tree");
    let news = |session: &Session| {
        let change = json!({ "changes": [{ "uri": session.uri("tree"), "type": 3 }, { "uri": session.uri("tree/inner.nix"), "type": 2 }] });
        session.client.notify("workspace/didChangeWatchedFiles", change);
    };
    fs::remove_dir_all(&tree).unwrap();
    news(&session);
    session.is_alive().await;
    fs::write(&tree, "x").unwrap();
    news(&session);
    session.is_alive().await;
    fs::remove_file(&tree).unwrap();
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join("inner.nix"), MODULE).unwrap();
    news(&session);
    session.is_alive().await;
    let root = session.root.clone();
    fs::remove_dir_all(&root).unwrap();
    news(&session);
    session.is_alive().await;
    fs::create_dir(&root).unwrap();
}
