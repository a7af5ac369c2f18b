// The script of a module that starts itself, with wasm-bindgen's own `init`. The caller may pass bytes, a
// reply or a compiled module; by default it loads the file beside this script.
import init from "./glue.js";

export * from "./glue.js";
export default (module = new URL(__MODULE__, import.meta.url)) => init({ module_or_path: module });
