//! Reads bytes as they arrive, in any pieces. Its memory doesn't grow with a table.

use crate::decode::{Decoder, Encoding, without_marks};
use crate::in_memory;
use crate::reading::{Nothing, Reading, Remark};
use crate::stream::{HEAD, Stream};

/// How many bytes decide the encoding.
const START: usize = 1024;
/// The largest size of JSON and pages, which must be completely in memory, in bytes.
const IN_MEMORY: usize = 64 * 1024 * 1024;

/// Reads scores, however the bytes are cut into pieces.
#[derive(Default)]
pub struct Parser {
    /// The first bytes, until the encoding is known.
    start: Vec<u8>,
    decoder: Option<Decoder>,
    utf16: bool,
    state: State,
}

/// The state of the reading.
enum State {
    /// Too few bytes to know the form.
    Head(Vec<u8>),
    /// The form needs the entire text.
    InMemory(Vec<u8>),
    /// A table.
    Stream(Box<Stream>),
    /// It isn't text.
    Failed(Nothing),
}

impl Default for State {
    fn default() -> Self {
        Self::Head(Vec::new())
    }
}

impl Parser {
    /// Reads more bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        if let Some(decoder) = &mut self.decoder {
            let text = decoder.decode(bytes);
            return self.state.push(&text);
        }
        self.start.extend_from_slice(bytes);
        if self.start.len() >= START {
            self.decode_start();
        }
    }

    fn decode_start(&mut self) {
        let start = std::mem::take(&mut self.start);
        let encoding = Encoding::of(&start);
        self.utf16 = encoding != Encoding::Bytes;
        let decoder = self.decoder.insert(Decoder::new(encoding));
        self.state.push(&decoder.decode(&start));
    }

    /// The number of lines so far.
    pub fn lines(&self) -> u64 {
        if let State::Stream(stream) = &self.state { stream.lines } else { 0 }
    }

    /// Whether it is already clear that this isn't text, so that reading on is useless.
    pub fn is_hopeless(&self) -> bool {
        matches!(self.state, State::Failed(_))
    }

    /// Reads the rest, and returns the reading.
    pub fn finish(mut self) -> Reading {
        if self.decoder.is_none() {
            self.decode_start();
        }
        let mut reading = self.state.finish();
        if self.utf16 {
            reading.remarks.insert(0, Remark::Utf16);
        }
        reading
    }
}

/// The reading of a text in UTF-8.
pub(crate) fn read_text(text: &str) -> Reading {
    let mut state = State::default();
    // In pieces, so that only the beginning of a large text decides its form.
    text.as_bytes().chunks(HEAD).for_each(|piece| state.push(piece));
    state.finish()
}

impl State {
    fn push(&mut self, bytes: &[u8]) {
        match self {
            Self::Head(head) => {
                head.extend_from_slice(bytes);
                if head.len() >= HEAD {
                    *self = Self::decide(std::mem::take(head));
                }
            }
            Self::InMemory(text) => {
                text.extend_from_slice(bytes);
                if text.len() > IN_MEMORY {
                    *self = Self::Failed(Nothing::TooLarge);
                }
            }
            Self::Stream(stream) => stream.push(bytes),
            Self::Failed(_) => {}
        }
    }

    fn finish(self) -> Reading {
        match self {
            Self::Head(text) | Self::InMemory(text) => in_memory::read(without_marks(&text)),
            Self::Stream(stream) => stream.finish(),
            Self::Failed(why) => in_memory::nothing(why),
        }
    }

    /// The next state of a text that begins with these bytes and goes on.
    fn decide(head: Vec<u8>) -> Self {
        let text = without_marks(&head);
        if let Some(why) = in_memory::no_text(text) {
            return Self::Failed(why);
        }
        if in_memory::needs_all(text, false) {
            return Self::InMemory(head);
        }
        let mut stream = Stream::new(&text[..HEAD.min(text.len()) / 2], false);
        stream.push(text);
        Self::Stream(Box::new(stream))
    }
}
