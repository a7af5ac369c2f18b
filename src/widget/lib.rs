//! `<aanrader-survey>` in WebAssembly.
