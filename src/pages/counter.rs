//! Counts a file in a worker, so that the page stays responsive: the worker's half.

mod pieces;

use aanrader_dom::Listener;
use aanrader_scores::{Parser, Reading};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, Event, File, MessageEvent};

use self::pieces::Pieces;
use crate::page::reason;

/// How many bytes are read between two messages to the page.
const NEWS: f64 = 1024.0 * 1024.0;
/// How many bytes are copied into the module's memory at a time.
const PART: u32 = 64 * 1024;

/// The worker's messages to the page.
#[derive(Serialize, Deserialize)]
pub(crate) enum Said {
    /// It waits for a file.
    Ready,
    /// It has read this much.
    Read {
        /// Lines so far.
        lines: u64,
        /// Bytes so far.
        bytes: f64,
    },
    /// It has read the entire file.
    Counted(Reading),
    /// The browser's error for an unreadable file: deleted, changed, or a folder.
    Failed(String),
}

/// Waits for the file, inside a worker.
pub(crate) fn start(scope: &DedicatedWorkerGlobalScope) -> Listener {
    let told = scope.clone();
    let listener = Listener::new(scope, "message", move |event: Event| {
        let file = event.dyn_into::<MessageEvent>().ok().and_then(|message| message.data().dyn_into().ok());
        let scope = told.clone();
        if let Some(file) = file {
            spawn_local(async move {
                let read = count(&scope, &file).await;
                tell(&scope, &read.map_or_else(|error| Said::Failed(reason(&error)), Said::Counted));
            });
        }
    });
    tell(scope, &Said::Ready);
    listener
}

fn tell(scope: &DedicatedWorkerGlobalScope, said: &Said) {
    // It fails only for numbers that JavaScript doesn't have. Then the page keeps waiting, and the owner can
    // stop it.
    if let Ok(said) = serde_wasm_bindgen::to_value(said) {
        let _ = scope.post_message(&said);
    }
}

/// Reads and counts the file.
async fn count(scope: &DedicatedWorkerGlobalScope, file: &File) -> Result<Reading, JsValue> {
    let mut pieces = Pieces::of(file)?;
    let mut parser = Parser::default();
    let mut buffer = vec![0; PART as usize];
    let (mut bytes, mut told_bytes) = (0.0, 0.0);
    while !parser.is_hopeless()
        && let Some(piece) = pieces.next().await?
    {
        for from in (0..piece.length()).step_by(PART as usize) {
            let part = piece.subarray(from, from.saturating_add(PART).min(piece.length()));
            let buffer = &mut buffer[..part.length() as usize];
            part.copy_to(buffer);
            parser.push(buffer);
        }
        bytes += f64::from(piece.length());
        if bytes - told_bytes >= NEWS {
            told_bytes = bytes;
            tell(scope, &Said::Read { lines: parser.lines(), bytes });
        }
    }
    Ok(parser.finish())
}
