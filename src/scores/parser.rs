//! Reading bytes as they come, in any pieces, in memory that does not grow with a table.

use crate::decode::{Decoder, Encoding, without_marks};
use crate::reading::{Nothing, Reading, Remark};
use crate::stream::{HEAD, Stream};
use crate::whole;

/// How many bytes tell the encoding.
const START: usize = 1024;
/// How many bytes JSON and pages may have, which are kept in memory as a whole.
const WHOLE: usize = 64 * 1024 * 1024;

/// Reads scores, however the bytes are cut into pieces.
#[derive(Default)]
pub struct Parser {
    /// The first bytes, until the encoding is known.
    start: Vec<u8>,
    decoder: Option<Decoder>,
    utf16: bool,
    state: State,
}

/// How far the reading has come.
enum State {
    /// Not enough to know what it is.
    Head(Vec<u8>),
    /// It has to be there as a whole.
    Whole(Vec<u8>),
    /// A table.
    Stream(Box<Stream>),
    /// No text at all.
    Failed(Nothing),
}

impl Default for State {
    fn default() -> Self {
        Self::Head(Vec::new())
    }
}

impl Parser {
    /// Reads on.
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

    /// How many lines were read so far.
    pub fn lines(&self) -> u64 {
        if let State::Stream(stream) = &self.state { stream.lines } else { 0 }
    }

    /// Whether it is known already that this is no text, so that reading on makes no sense.
    pub fn is_hopeless(&self) -> bool {
        matches!(self.state, State::Failed(_))
    }

    /// Reads what is left, and says what there was.
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
    // In pieces, so that the beginning of a large text decides what it is, and not all of it.
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
            Self::Whole(text) => {
                text.extend_from_slice(bytes);
                if text.len() > WHOLE {
                    *self = Self::Failed(Nothing::TooLarge);
                }
            }
            Self::Stream(stream) => stream.push(bytes),
            Self::Failed(_) => {}
        }
    }

    fn finish(self) -> Reading {
        match self {
            Self::Head(text) | Self::Whole(text) => whole::read(without_marks(&text)),
            Self::Stream(stream) => stream.finish(),
            Self::Failed(why) => whole::nothing(why),
        }
    }

    /// What to do with a text of which this is the beginning, but not all.
    fn decide(head: Vec<u8>) -> Self {
        let text = without_marks(&head);
        if let Some(why) = whole::no_text(text) {
            return Self::Failed(why);
        }
        if whole::needs_all(text, false) {
            return Self::Whole(head);
        }
        let mut stream = Stream::new(&text[..HEAD.min(text.len()) / 2], false);
        stream.push(text);
        Self::Stream(Box::new(stream))
    }
}
