use crate::transport::lsp_types::Url;
use module::FileId;
use percent_encoding::percent_decode_str;

/// The file that a `file:` URI of this machine names; `None` for `untitled:` and all others.
pub(crate) fn file_id(url: &Url) -> Option<FileId> {
    if url.scheme() != "file" || url.has_host() {
        return None;
    }
    let path = percent_decode_str(url.path()).decode_utf8().ok()?;
    Some(FileId::new(&path))
}

/// The URI of a file, in the plainest spelling. A client may spell it otherwise: for an open document
/// its own spelling is kept beside it.
pub(crate) fn url(file: FileId) -> Option<Url> {
    let mut url = Url::parse("file:///").ok()?;
    url.path_segments_mut().ok()?.clear().extend(file.path().split('/').skip(1));
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<FileId> {
        file_id(&Url::parse(text).unwrap())
    }

    #[test]
    fn every_spelling_of_a_file_is_the_same_file() {
        let file = FileId::new("/home/jö/a b+c@d/100%.nix");
        assert_eq!(parsed("file:///home/j%C3%B6/a%20b+c@d/100%25.nix"), Some(file));
        assert_eq!(parsed("file:///home/jö/a b%2Bc%40d/./100%25.nix"), Some(file));
        assert_eq!(parsed("file://localhost/home/jö/a b+c@d/100%25.nix"), Some(file));
    }

    #[test]
    fn what_is_no_file_of_this_machine_is_none() {
        assert_eq!(parsed("untitled:Untitled-1"), None);
        assert_eq!(parsed("git:/home/a.nix?ref=HEAD"), None);
        assert_eq!(parsed("file://server/share/a.nix"), None);
        assert_eq!(parsed("file:///not%FFutf8.nix"), None);
    }

    #[test]
    fn a_file_survives_the_way_there_and_back() {
        for path in ["/a.nix", "/a b/%20.nix", "/ä/#?.nix", "/c:/x;y=z.nix", "/"] {
            let file = FileId::new(path);
            assert_eq!(file_id(&url(file).unwrap()), Some(file), "{path}");
        }
    }
}
