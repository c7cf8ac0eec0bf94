use crate::transport::lsp_types::Url;
use ide::LensAbout;
use serde_json::{Value, json};

/// What a lens carries until it is asked for its text.
pub(crate) struct LensData {
    pub uri: Url,
    pub about: LensAbout,
}

impl LensData {
    pub fn to_json(&self) -> Value {
        let about = match self.about {
            LensAbout::Option => "option",
            LensAbout::Definitions => "definitions",
            LensAbout::Reads => "reads",
            LensAbout::Module => "module",
        };
        json!({"uri": self.uri, "about": about})
    }

    pub fn from_json(data: &Value) -> Option<LensData> {
        let about = match data["about"].as_str()? {
            "option" => LensAbout::Option,
            "definitions" => LensAbout::Definitions,
            "reads" => LensAbout::Reads,
            "module" => LensAbout::Module,
            _ => return None,
        };
        Some(LensData { uri: Url::parse(data["uri"].as_str()?).ok()?, about })
    }
}
