//! The listing for programs.

use super::entry::Entry;
use std::io::Write;

/// One array, one entry a line: small, and still fit for `grep` and `diff`.
pub fn write(entries: &[Entry], out: &mut dyn Write) -> anyhow::Result<()> {
    out.write_all(b"[")?;
    for (index, entry) in entries.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, entry)?;
    }
    out.write_all(if entries.is_empty() { b"]\n" } else { b"\n]\n" })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_is_one_array_with_the_promised_names() {
        let entry = Entry {
            loc: vec!["hypervisor", "web", "port"],
            path: "hypervisor.web.port".to_owned(),
            file: "web.nix".to_owned(),
            line: 3,
            column: 5,
            r#type: None,
            default: Some("8080".to_owned()),
            description: None,
            example: None,
            kind: "option",
            read_only: false,
            internal: true,
            submodule: false,
        };
        let json = |entries: &[Entry]| {
            let mut out = Vec::new();
            write(entries, &mut out).unwrap();
            serde_json::from_slice::<serde_json::Value>(&out).unwrap()
        };
        assert_eq!(
            json(&[entry.clone(), entry])[1],
            serde_json::json!({
                "path": "hypervisor.web.port", "file": "web.nix", "line": 3, "column": 5,
                "type": null, "default": "8080", "description": null, "example": null,
                "kind": "option", "readOnly": false, "internal": true, "submodule": false,
            })
        );
        assert_eq!(json(&[]), serde_json::json!([]));
    }
}
