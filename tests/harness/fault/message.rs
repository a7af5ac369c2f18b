//! As much of HTTP/1.1 as a proxy on loopback needs.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest head or body; no message here is longer.
const MOST: usize = 1 << 20;

/// A complete request, unchanged.
#[derive(Clone, Debug)]
pub(super) struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    /// Reads the next one; `None` at the end of the connection.
    pub(super) async fn read(
        from: &mut (impl AsyncRead + Unpin),
        buffer: &mut Vec<u8>,
    ) -> io::Result<Option<Self>> {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            if from.read_buf(buffer).await? == 0 || buffer.len() > MOST {
                return Ok(None);
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        let length = header(&head, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        while buffer.len() < end + length {
            if from.read_buf(buffer).await? == 0 || buffer.len() > MOST {
                return Ok(None);
            }
        }
        let rest = buffer.split_off(end + length);
        let body = std::mem::replace(buffer, rest).split_off(end);
        Ok(Some(Self { head, body }))
    }

    /// Method and path, such as `GET /`.
    pub(super) fn target(&self) -> &str {
        self.head.rsplit_once(" HTTP/").map_or("", |_| self.head.split(" HTTP/").next().unwrap_or_default())
    }

    /// Whether it contains an answer.
    pub(super) fn is_answer(&self) -> bool {
        self.target() == "POST /v1/answers"
    }

    /// The `customer` in its answer, which says whose it is.
    pub(super) fn customer(&self) -> String {
        let json = serde_json::from_slice::<serde_json::Value>(&self.body).ok();
        let text = json.and_then(|json| json["customer"].as_str().map(str::to_owned));
        let form = || url::form_urlencoded::parse(&self.body).find(|(name, _)| name == "customer");
        text.or_else(|| form().map(|(_, value)| value.into_owned())).unwrap_or_default()
    }

    /// Its bytes, with a header that closes the connection after the reply.
    pub(super) fn closing(&self) -> Vec<u8> {
        let mut bytes = without_connection(&self.head).into_bytes();
        bytes.extend_from_slice(b"connection: close\r\n\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// A complete reply.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    head: String,
    body: Vec<u8>,
}

impl Reply {
    /// A reply of our own.
    pub(super) fn new(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\n\r\n");
        Self { head, body: body.into() }
    }

    /// Parses all bytes of a connection; `None` if the reply is incomplete.
    pub(super) fn parse(mut bytes: Vec<u8>) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let body = bytes.split_off(end);
        let head = String::from_utf8(bytes).ok()?;
        let length = header(&head, "content-length").and_then(|text| text.parse().ok());
        (length.is_none_or(|length: usize| length == body.len())).then_some(Self { head, body })
    }

    /// Whether its status is a success.
    pub(super) fn is_success(&self) -> bool {
        self.head.split(' ').nth(1).is_some_and(|status| status.starts_with('2'))
    }

    /// Whether its end is known without the end of the connection.
    pub(super) fn is_delimited(&self) -> bool {
        ["content-length", "transfer-encoding"].iter().any(|name| header(&self.head, name).is_some())
            || self.head.starts_with("HTTP/1.1 304")
            || self.head.starts_with("HTTP/1.1 204")
    }

    /// Its bytes, for a connection that stays open.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = without_connection(&self.head).into_bytes();
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// The head without its empty line and its headers about the connection.
fn without_connection(head: &str) -> String {
    let lines = head.trim_end().lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    lines.flat_map(|line| [line, "\r\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_on_one_connection_are_told_apart() {
        let mut bytes: &[u8] =
            b"POST /v1/answers HTTP/1.1\r\nConnection: keep-alive\r\nContent-Length: 16\r\n\r\n{\"customer\":\"a\"}\
              GET / HTTP/1.1\r\n\r\n";
        let mut buffer = Vec::new();
        let first = Request::read(&mut bytes, &mut buffer).await.unwrap().unwrap();
        assert!(first.is_answer() && first.customer() == "a");
        let closing = String::from_utf8(first.closing()).unwrap();
        assert!(closing.contains("16\r\nconnection: close\r\n\r\n{") && !closing.contains("keep-alive"));
        let second = Request::read(&mut bytes, &mut buffer).await.unwrap().unwrap();
        assert_eq!(second.target(), "GET /");
        assert!(Request::read(&mut bytes, &mut buffer).await.unwrap().is_none());
    }

    #[test]
    fn a_reply_that_broke_off_is_none() {
        assert!(Reply::parse(b"HTTP/1.1 201 Created\r\ncontent-length: 3\r\n\r\nab".to_vec()).is_none());
        assert!(
            Reply::parse(b"HTTP/1.1 201 x\r\ncontent-length: 2\r\n\r\nab".to_vec()).unwrap().is_success()
        );
    }
}
