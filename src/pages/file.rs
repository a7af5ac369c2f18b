//! A file, read in pieces.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamDefaultReader};

use crate::wait::{Busy, sleep};

/// How much is copied into the module's memory at a time, in bytes.
const PIECE: u32 = 64 * 1024;

/// What somebody does with the pieces of a file.
pub(crate) trait Reader {
    /// Takes the next piece.
    fn piece(&mut self, bytes: &[u8]);
    /// Called between pieces, each few milliseconds: whether to go on, having
    /// read so many bytes of the file.
    fn go_on(&mut self, read: f64) -> bool;
}

/// Reads a file to its end, or until the reader wants no more (`false`). The
/// browser can paint and listen all the while, and memory does not grow.
///
/// # Errors
///
/// What the browser says of a file that can't be read: deleted, changed, a folder.
pub(crate) async fn read(file: &File, reader: &mut impl Reader) -> Result<bool, JsValue> {
    let stream: ReadableStreamDefaultReader = file.stream().get_reader().dyn_into()?;
    let mut buffer = vec![0; PIECE as usize];
    let mut busy = Busy::start();
    let mut done_bytes = 0.0;
    loop {
        let result = JsFuture::from(stream.read()).await?;
        if Reflect::get(&result, &"done".into())?.is_truthy() {
            return Ok(reader.go_on(done_bytes));
        }
        let chunk: Uint8Array = Reflect::get(&result, &"value".into())?.dyn_into()?;
        for from in (0..chunk.length()).step_by(PIECE as usize) {
            let piece = chunk.subarray(from, from.saturating_add(PIECE).min(chunk.length()));
            let bytes = &mut buffer[..piece.length() as usize];
            piece.copy_to(bytes);
            reader.piece(bytes);
            done_bytes += bytes.len() as f64;
            if busy.is_long() {
                if !reader.go_on(done_bytes) {
                    // Whether the browser can stop reading is its affair: nobody listens any more.
                    let _ = stream.cancel();
                    return Ok(false);
                }
                sleep(0).await;
                busy = Busy::start();
            }
        }
    }
}
