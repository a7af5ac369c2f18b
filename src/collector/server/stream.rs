//! A connection that doesn't wait for ever for a slow reader.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// The time limit for a reader that takes no bytes.
const STALL: Duration = Duration::from_secs(15);

/// A reader gets another second for each this many bytes; a slower one has stalled.
const BYTES_A_SECOND: u64 = 1_024;

/// A stream whose writes fail if its reader is too slow.
#[derive(Debug)]
pub(super) struct Stream<S> {
    inner: S,
    stalled: Option<Stalled>,
}

/// The time since which a write is pending.
#[derive(Debug)]
struct Stalled {
    until: Pin<Box<Sleep>>,
    since: Instant,
    bytes: u64,
}

impl<S> Stream<S> {
    pub(super) const fn new(inner: S) -> Self {
        Self { inner, stalled: None }
    }

    /// Judges a write of at most `wanted` bytes.
    fn judge(
        &mut self,
        context: &mut Context<'_>,
        wanted: usize,
        wrote: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match wrote {
            Poll::Ready(Ok(bytes)) => {
                if bytes == wanted {
                    self.stalled = None;
                } else if let Some(stalled) = &mut self.stalled {
                    stalled.took(bytes as u64);
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let stalled = self.stalled.get_or_insert_with(Stalled::now);
                ready!(stalled.until.as_mut().poll(context));
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the reader is too slow")))
            }
        }
    }
}

impl Stalled {
    fn now() -> Self {
        let since = Instant::now();
        Self { until: Box::pin(sleep_until(since + STALL)), since, bytes: 0 }
    }

    fn took(&mut self, bytes: u64) {
        self.bytes += bytes;
        let until = self.since + STALL + Duration::from_secs(self.bytes / BYTES_A_SECOND);
        self.until.as_mut().reset(until);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.judge(context, bytes.len(), wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write_vectored(context, parts);
        self.judge(context, parts.iter().map(|part| part.len()).sum(), wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_nothing_is_not_waited_for() {
        let (near, _far) = duplex(64);
        let started = Instant::now();
        let error = Stream::new(near).write_all(&[0; 1_000]).await.expect_err("too slow");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(started.elapsed().as_secs(), STALL.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_drips_is_not_waited_for_either() {
        let (near, mut far) = duplex(64);
        let reading = tokio::spawn(async move {
            while far.read_u8().await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let error = Stream::new(near).write_all(&[0; 1_000]).await.expect_err("too slow");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        reading.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_gets_everything() {
        let (near, mut far) = duplex(1_024);
        let reading = tokio::spawn(async move {
            let (mut all, mut part) = (0, [0; 512]);
            while all < 100_000 {
                all += far.read(&mut part).await.expect("read");
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            all
        });
        Stream::new(near).write_all(&[0; 100_000]).await.expect("written");
        assert_eq!(reading.await.expect("read"), 100_000);
    }
}
