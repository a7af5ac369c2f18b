// Starts the module. It is bundled with wasm-bindgen's glue for bundlers, which doesn't start the module
// itself.
import { Survey, __wbg_set_wasm, wake } from "./glue_bg.js";
import imports from "./imports.js";

export { Survey, wake };

// Engines report a policy that forbids WebAssembly with different errors.
const explained = (error) =>
  /unsafe-eval|Content Security Policy|embedder|CSP/i.test(error?.message)
    ? Error("the page's content security policy needs script-src 'wasm-unsafe-eval' (" + error.message + ")")
    : error;

// The module comes from a reply, or is these bytes. It is small enough to compile synchronously; browsers too
// old for that have a limit.
const start = async (source) => {
  source = await source;
  if (source.ok === false) throw Error(source.status + " " + source.url);
  const bytes = source.ok ? await source.arrayBuffer() : source;
  let instance;
  try {
    instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  } catch {
    try {
      ({ instance } = await WebAssembly.instantiate(bytes, imports));
    } catch (error) {
      throw explained(error);
    }
  }
  __wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
};

let started;
let last;

// Starts the module once; after a failure, another call tries again.
export const begin = (module) => {
  if (last != module) started = start((last = module));
  return started;
};
