// The bundle, for a page that is sure to ask: the loader and all its files, in one language. That is one
// request instead of five, and none waits for another.
import { start } from "./element.js";
import { find } from "./script.js";

const source = find();

// The build inserts the module as text: one character for each byte, after a mark if the byte's highest bit
// is set. Handling each character separately would keep the page waiting.
const bytes = (text) => {
  const parts = text.split("\xff");
  const bytes = new TextEncoder().encode(parts.join(""));
  let at = 0;
  for (const { length } of parts) bytes[(at += length)] |= 128;
  return bytes;
};
const bundled = { "widget.wasm": () => bytes(__MODULE__), "__LANG__.json": () => __TEXTS__ };

// The element may need another language.
const get = (name) => bundled[name]?.() ?? fetch(source.collector + "__V__/" + name);
// Bundled modules run only on request.
const run = (name) => (name == "targeting.js" ? import("./targeting/index.js") : import("./widget.js"));

start(source, get, run);
