//! A file in pieces: the next one loads while the last one is counted.

use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamByobReader, ReadableStreamDefaultReader, ReadableStreamReadResult};

/// How many bytes are read at a time, at most.
const PIECE: u32 = 1024 * 1024;

/// The rest of a file.
pub(super) struct Pieces {
    reader: Reader,
    next: Promise,
    /// The memory for the piece after the next one.
    spare: ArrayBuffer,
}

enum Reader {
    /// Fills our memory, in large pieces. Counting ten million lines takes 0.85 of the time.
    Filling(ReadableStreamByobReader),
    /// Makes memory for each piece, for example in Safari before version 26.
    Making(ReadableStreamDefaultReader),
}

impl Reader {
    fn read(&self, memory: &ArrayBuffer) -> Promise {
        match self {
            Self::Filling(reader) => reader.read_with_array_buffer_view(&Uint8Array::new(memory)),
            Self::Making(reader) => reader.read(),
        }
    }
}

impl Pieces {
    /// Begins to read.
    ///
    /// # Errors
    ///
    /// The browser's error.
    pub(super) fn of(file: &File) -> Result<Self, JsValue> {
        let stream = file.stream();
        let reader = match ReadableStreamByobReader::new(&stream) {
            Ok(reader) => Reader::Filling(reader),
            Err(_) => Reader::Making(stream.get_reader().dyn_into()?),
        };
        let next = reader.read(&ArrayBuffer::new(PIECE));
        Ok(Self { reader, next, spare: ArrayBuffer::new(PIECE) })
    }

    /// The next piece, valid until the next call; `None` after the last one.
    ///
    /// # Errors
    ///
    /// The browser's error: the file is deleted, has changed, or is a folder.
    pub(super) async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        let result: ReadableStreamReadResult = JsFuture::from(self.next.clone()).await?.unchecked_into();
        if result.get_done().unwrap_or_default() {
            return Ok(None);
        }
        let piece: Uint8Array = result.get_value().dyn_into()?;
        self.next = self.reader.read(&self.spare);
        self.spare = piece.buffer();
        Ok(Some(piece))
    }
}
