// The script of a module that starts itself, with wasm-bindgen's own way to do so. Bytes, a reply or a
// compiled module may be given to it; else it looks beside this script.
import init from "./glue.js";

export * from "./glue.js";
export default (module = new URL(__MODULE__, import.meta.url)) => init({ module_or_path: module });
