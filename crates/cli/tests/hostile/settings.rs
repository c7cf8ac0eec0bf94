//! Settings that are none, from the editor and from the workspace.

use crate::session::Session;
use serde_json::json;
use std::fs;

#[tokio::test]
async fn settings_that_are_none() {
    let mut session = Session::start().await;
    let nonsense = [
        json!(null),
        json!([]),
        json!({ "hyper-nixos-ls": 7 }),
        json!({ "hyper-nixos-ls": { "profile": 7, "rules": [1], "namespaces": "x", "roots": {}, "bogus": {} } }),
        json!({ "namespaces": [""], "exclude": ["[", "***", "/"], "roots": ["../../.."], "option-sources": ["/dev/zero"] }),
        json!({ "rules": { "": "off", "no-such": "off", "hardcoded-value": { "level": {} } }, "formatter": [[]] }),
        json!({}),
    ];
    for settings in nonsense {
        session.client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
        session.is_alive().await;
    }
}

#[tokio::test]
async fn settings_files_that_are_none() {
    let contents: [(&str, Vec<u8>); 16] = [
        ("brackets", "[".repeat(100_000).into_bytes()),
        ("lists", format!("a = {}", "[".repeat(100_000)).into_bytes()),
        ("tables", format!("a = {}", "{a=".repeat(100_000)).into_bytes()),
        ("closed lists", format!("a = {}{}", "[".repeat(10_000), "]".repeat(10_000)).into_bytes()),
        ("dots", format!("a{} = 1", ".a".repeat(10_000)).into_bytes()),
        ("headers", format!("[a{}]", ".a".repeat(10_000)).into_bytes()),
        ("quotes", b"a = \"\"\"".to_vec()),
        ("no UTF-8", b"profile = \"\xff\"".to_vec()),
        ("NULs", vec![0; 1_000]),
        ("twenty megabytes", vec![b'#'; 20_000_000]),
        ("the same key twice", b"profile = \"guide\"\nprofile = \"nixos\"".to_vec()),
        (
            "other types",
            b"profile = 1979-05-27\nnamespaces = { a = 1 }\nrules = []\nroots = nan".to_vec(),
        ),
        ("patterns", b"exclude = [\"[\", \"{a,b\", \"**/**/**\", \"!\", \"\\\\\", \"\"]".to_vec()),
        (
            "roots that lead out",
            b"roots = [\"../../../../etc/passwd\", \"/dev/zero\", \"\\u0000\"]".to_vec(),
        ),
        (
            "sources that lead out",
            b"option-sources = [\"/dev/zero\", \"/proc/self/mem\", \"/\", \"..\"]".to_vec(),
        ),
        (
            "ten thousand namespaces",
            format!("namespaces = [{}]", "\"a\",".repeat(10_000)).into_bytes(),
        ),
    ];
    for (name, content) in contents {
        println!("{name}");
        let mut session = Session::start_in(|root| {
            fs::write(root.join("hyper-nixos-ls.toml"), content).unwrap();
        })
        .await;
        session.answers().await;
        let uri = session.uri("hyper-nixos-ls.toml");
        session.client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
        session.answers().await;
    }
}

/// Nor are those that tell of the tree, or of what belongs to it, always files.
#[cfg(unix)]
#[tokio::test]
async fn pipes_and_devices_in_the_place_of_files_that_are_read_by_name() {
    use std::os::unix::fs::symlink;
    for name in ["hyper-nixos-ls.toml", "flake.nix", "flake.lock", ".git", ".gitignore", ".ignore"]
    {
        println!("{name}");
        let mut session = Session::start_in(|root| {
            let made = std::process::Command::new("mkfifo").arg(root.join(name)).status().unwrap();
            assert!(made.success());
        })
        .await;
        session.is_alive().await;
        let mut session =
            Session::start_in(|root| symlink("/dev/zero", root.join(name)).unwrap()).await;
        session.is_alive().await;
        let mut session = Session::start_in(|root| fs::create_dir(root.join(name)).unwrap()).await;
        session.is_alive().await;
    }
}

/// The lock is followed to the sources of options.
#[tokio::test]
async fn locks_that_are_none() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let locks = [
        deep.as_str(),
        "",
        "{}",
        "[]",
        r#"{"nodes":7}"#,
        r#"{"root":"root","version":7,"nodes":{"root":{"inputs":{"nixpkgs":["nixpkgs"]}}}}"#,
        r#"{"root":"root","version":7,"nodes":{"root":{"inputs":{"nixpkgs":["a","b"],"a":["b"],"b":["a"]}}}}"#,
        r#"{"root":"root","version":7,"nodes":{"root":{"inputs":{"nixpkgs":"root"}}}}"#,
        r#"{"root":"a","version":-1,"nodes":{"a":{"locked":{"type":"path","path":"/dev/zero"}}}}"#,
        r#"{"root":"root","version":7,"nodes":{"root":{"inputs":{"nixpkgs":"n"}},"n":{"locked":{"type":"path","path":"/dev/zero","narHash":"sha256-x"}}}}"#,
    ];
    for lock in locks {
        let mut session = Session::start_in(|root| {
            fs::write(root.join("flake.nix"), "{ inputs.nixpkgs.url = \"x\"; }").unwrap();
            fs::write(root.join("flake.lock"), lock).unwrap();
        })
        .await;
        session.is_alive().await;
    }
}
