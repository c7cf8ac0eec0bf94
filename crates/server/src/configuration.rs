//! What the editor has set, in whichever of its three ways, as one JSON object.

use crate::NAME;
use serde_json::{Map, Value};

/// The editor's settings so far.
#[derive(Debug, Default)]
pub(crate) struct EditorSettings {
    /// From `initializationOptions`; what is set later wins, key by key.
    initial: Map<String, Value>,
    /// From `workspace/configuration` or `workspace/didChangeConfiguration`, whichever came last.
    latest: Map<String, Value>,
}

impl EditorSettings {
    pub fn new(initialization_options: Option<&Value>) -> EditorSettings {
        let initial = initialization_options.and_then(own_section).unwrap_or_default();
        EditorSettings { initial, latest: Map::new() }
    }

    /// Takes over new settings; says whether that changes anything.
    pub fn update(&mut self, settings: &Value) -> bool {
        let latest = own_section(settings).unwrap_or_default();
        let changed = latest != self.latest;
        self.latest = latest;
        changed
    }

    pub fn merged(&self) -> Value {
        let mut merged = self.initial.clone();
        merged.extend(self.latest.clone());
        Value::Object(merged)
    }
}

/// Our settings with or without our name around them: editors differ.
fn own_section(settings: &Value) -> Option<Map<String, Value>> {
    settings.get(NAME).unwrap_or(settings).as_object().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_key_around_the_settings_may_be_there_or_not() {
        let bare = json!({"profile": "nixos"});
        let wrapped = json!({"hyper-nixos-ls": {"profile": "nixos"}, "nil": {}});
        for settings in [&bare, &wrapped] {
            assert_eq!(EditorSettings::new(Some(settings)).merged(), bare);
            let mut editor = EditorSettings::default();
            assert!(editor.update(settings));
            assert_eq!(editor.merged(), bare);
        }
    }

    #[test]
    fn later_settings_win_key_by_key_and_can_be_taken_back() {
        let mut editor = EditorSettings::new(Some(&json!({"profile": "nixos", "exclude": ["a"]})));
        assert!(editor.update(&json!({"profile": "guide"})));
        assert_eq!(editor.merged(), json!({"profile": "guide", "exclude": ["a"]}));
        assert!(!editor.update(&json!({"profile": "guide"})));
        assert!(editor.update(&Value::Null));
        assert_eq!(editor.merged(), json!({"profile": "nixos", "exclude": ["a"]}));
    }
}
