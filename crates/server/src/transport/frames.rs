//! Messages as bytes: a few header lines, an empty one, and a body of the length they tell.

use serde::Serialize;
use std::io;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// Bytes. A header that promises more is as broken as one that promises nothing.
const LONGEST_BODY: u64 = 1 << 28;
/// Bytes. No sane header line comes near; garbage without line ends is cut here.
const LONGEST_LINE: u64 = 1 << 12;

pub(super) struct Frames<R> {
    reader: BufReader<R>,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub fn new(reader: R) -> Frames<R> {
        Frames { reader: BufReader::new(reader) }
    }

    /// The next message's body; `None` at the end of the input. Whatever is no header is skipped.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut length = None;
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut bounded = (&mut self.reader).take(LONGEST_LINE);
            if bounded.read_until(b'\n', &mut line).await? == 0 {
                return Ok(None);
            }
            let header = String::from_utf8_lossy(&line);
            let header = header.trim_end_matches(['\n', '\r']);
            match (header.is_empty(), length) {
                (true, Some(length)) => return self.body(length).await,
                (true, None) => tracing::warn!("a message without Content-Length was skipped"),
                (false, _) => length = content_length(header).or(length),
            }
        }
    }

    async fn body(&mut self, length: u64) -> io::Result<Option<Vec<u8>>> {
        let mut body = Vec::new();
        let read = (&mut self.reader).take(length).read_to_end(&mut body).await?;
        Ok((read as u64 == length).then_some(body))
    }
}

/// Garbage before the name (the rest of a body that was longer than promised) is overlooked.
fn content_length(header: &str) -> Option<u64> {
    const NAME: &str = "content-length:";
    let at = header.to_ascii_lowercase().rfind(NAME)?;
    let length: u64 = header[at + NAME.len()..].trim().parse().ok()?;
    (length <= LONGEST_BODY).then_some(length)
}

/// A message with its header.
pub(super) fn encode(message: &impl Serialize) -> Vec<u8> {
    // Messages are JSON values already; there is nothing in them that could not be written.
    let body = serde_json::to_vec(message).unwrap_or_default();
    let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend(body);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn bodies(input: &[u8]) -> Vec<String> {
        let mut frames = Frames::new(input);
        let mut bodies = Vec::new();
        while let Some(body) = frames.next().await.unwrap() {
            bodies.push(String::from_utf8(body).unwrap());
        }
        bodies
    }

    #[tokio::test]
    async fn headers_may_be_spelt_in_any_case_and_order() {
        let input =
            b"Content-Type: application/vscode-jsonrpc\r\ncontent-length: 2\r\nX: y\r\n\r\n{}\
                      Content-Length:3\n\n[1]";
        assert_eq!(bodies(input).await, ["{}", "[1]"]);
    }

    #[tokio::test]
    async fn broken_headers_are_skipped() {
        let input = b"nonsense\r\n\r\nContent-Length: many\r\n\r\nContent-Length: -1\r\n\r\n\
                      Content-Length: 99999999999999\r\n\r\n\xff\xfe}}Content-Length: 2\r\n\r\nok";
        assert_eq!(bodies(input).await, ["ok"]);
    }

    #[tokio::test]
    async fn a_body_cut_off_is_the_end() {
        assert_eq!(bodies(b"Content-Length: 2\r\n\r\n{}Content-Length: 9\r\n\r\n{").await, ["{}"]);
    }

    #[test]
    fn a_message_is_written_with_its_length_in_bytes() {
        assert_eq!(encode(&"ä"), "Content-Length: 4\r\n\r\n\"ä\"".as_bytes());
    }
}
