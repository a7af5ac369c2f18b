//! Requests written by hand, where a client library would be too polite.

use aanrader_tests::collector::Collector;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that sends bytes unchanged.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn connect(collector: &Collector) -> Self {
        let address = collector.url().trim_start_matches("http://");
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.expect("sent");
    }

    /// Reads until this text has arrived.
    pub(crate) async fn read_until(&mut self, text: &str) {
        let mut read = Vec::new();
        while !String::from_utf8_lossy(&read).contains(text) {
            let byte = self.0.read_u8().await;
            read.push(byte.unwrap_or_else(|error| panic!("{error} in {:?}", String::from_utf8_lossy(&read))));
        }
    }

    /// Reads until the collector closes the connection.
    pub(crate) async fn read_all(mut self) -> String {
        let mut text = String::new();
        self.0.read_to_string(&mut text).await.expect("a reply");
        text
    }
}
