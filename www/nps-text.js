// Reads text for npsOf: a script and a module that only pages with text load. It is bundled with
// wasm-bindgen's glue.
import init, { read } from "./glue.js";

export { read };

export const load = (from = new URL("./nps-text.wasm", import.meta.url)) => init({ module_or_path: from });
