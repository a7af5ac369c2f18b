//! wasm-bindgen's glue without what a customer's page never needs: ways of starting that nobody takes,
//! and detours for browsers too old to run the rest.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};

/// From a line that begins like this up to the next that begins like that, and what stands there
/// instead. The glue's version is pinned; another one that looks different stops the build.
const CUTS: [(&str, &str, &str); 5] = [
    // It has a quick way for ASCII and, for the rest, a buffer that grows.
    (
        "function passStringToWasm0(",
        "let cachedTextDecoder",
        "function passStringToWasm0(text, malloc) {
    const bytes = encoder.encode(text);
    const at = malloc(WASM_VECTOR_LEN = bytes.length, 1) >>> 0;
    getUint8ArrayMemory0().set(bytes, at);
    return at;
}
",
    ),
    // It starts a new decoder after two gigabytes of text.
    (
        "let cachedTextDecoder",
        "let WASM_VECTOR_LEN",
        "const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const decodeText = (bytes) => decoder.decode(bytes);
",
    ),
    // It looks whether there is a registry: whoever has pop-ups has one.
    (
        "const CLOSURE_DTORS",
        "function getArrayU8FromWasm0",
        "const CLOSURE_DTORS =
    new FinalizationRegistry((state) => wasm.__wbindgen_destroy_closure(state.a, state.b));
",
    ),
    // It asks an old memory in three ways whether it is.
    (
        "function getDataViewMemory0",
        "function getStringFromWasm0",
        "function getDataViewMemory0() {
    if (cachedDataViewMemory0?.buffer != wasm.memory.buffer)
        cachedDataViewMemory0 = new DataView(wasm.memory.buffer);
    return cachedDataViewMemory0;
}
",
    ),
    // It takes addresses, bytes and modules, also in ways that are no longer advised.
    (
        "let wasmModule, wasmInstance, wasm;",
        "",
        "let wasm;
// Starts the module, which is what a reply brings, or these bytes. It is small enough not to be waited for;
// but a browser too old for that has a limit.
export default async (source) => {
    source = await source;
    if (source.ok === false) throw Error(source.status + ' ' + source.url);
    const bytes = source.ok ? await source.arrayBuffer() : source;
    const imports = __wbg_get_imports();
    let instance;
    try {
        instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
    } catch {
        ({ instance } = await WebAssembly.instantiate(bytes, imports));
    }
    wasm = instance.exports;
    wasm.__wbindgen_start();
};
",
    ),
];

/// What the module calls the one that it imports everything from: its name stands before each import.
pub(crate) const MODULE: &str = "_";

/// What the names of modules begin with that are scripts of ours.
pub(crate) const SNIPPETS: &str = "./snippets/";

/// The glue without all that, and with a shorter name for what the module imports from; these names it
/// imports from a script of ours as they are.
pub(crate) fn lean(glue: &str, module: &str, snippets: &BTreeSet<&str>) -> Result<String> {
    let mut lean = glue.to_owned();
    for (from, to, instead) in CUTS {
        let start = line(&lean, from)?;
        let end = if to.is_empty() { lean.len() } else { line(&lean, to)? };
        if end < start {
            bail!("wasm-bindgen's glue has {to:?} before {from:?}");
        }
        lean.replace_range(start..end, instead);
    }
    let quoted = format!("{module:?}:");
    ensure!(lean.contains(&quoted), "wasm-bindgen's glue has no imports for {module:?}");
    lean = lean.replace(&quoted, &format!("{MODULE}:"));
    merge(&mut lean, snippets)?;
    // Nothing is called like what every object has. And texts are no longer passed in a buffer that grows.
    Ok(lean.replace("__proto__: null,", "").replace(", wasm.__wbindgen_realloc)", ")"))
}

/// Everything stands under one name, also what the module imports from a script of ours: wasm-bindgen has
/// an entry for each of these names, as if each came from a module of its own.
fn merge(glue: &mut String, snippets: &BTreeSet<&str>) -> Result<()> {
    let entry = format!("        \"{SNIPPETS}");
    let kept: Vec<&str> = glue.lines().filter(|line| !line.starts_with(&entry)).collect();
    *glue = kept.join("\n") + "\n";
    let all = "const import0 = {\n";
    ensure!(glue.contains(all), "wasm-bindgen's glue has no {all:?}");
    let names: String = snippets.iter().map(|name| format!("{name}: import1.{name},\n")).collect();
    *glue = glue.replace(all, &(all.to_owned() + &names));
    Ok(())
}

/// Where the line starts that begins like this.
fn line(glue: &str, beginning: &str) -> Result<usize> {
    let found = glue.find(&format!("\n{beginning}")).map(|at| at + 1);
    found.with_context(|| format!("wasm-bindgen's glue has no line that begins with {beginning:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glue_that_looks_different_is_an_error_that_says_what_is_missing() {
        let error = lean("\nfunction passStringToWasm0(arg) {\n}\n", "", &BTreeSet::new()).unwrap_err();
        assert!(error.to_string().contains("let cachedTextDecoder"), "{error}");
    }
}
