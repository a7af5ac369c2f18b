// The bundle, for a page that is sure to ask: the loader with all the rest, in one language. That is one
// request instead of five, and none that begins only when another has ended.
import { start } from "./element.js";
import { find } from "./script.js";

const source = find();

// The build puts the module in as text: a character for each byte, and one before those whose highest bit is
// left out. To take each character for itself would keep the page waiting.
const bytes = (text) => {
  const parts = text.split("\xff");
  const bytes = new TextEncoder().encode(parts.join(""));
  let at = 0;
  for (const { length } of parts) bytes[(at += length)] |= 128;
  return bytes;
};
const bundled = { "widget.wasm": () => bytes(__MODULE__), "__LANG__.json": () => __TEXTS__ };

// The element may still want another language.
const get = (name) => bundled[name]?.() ?? fetch(source.collector + "__V__/" + name);
// Bundled modules run only when they are asked for.
const run = (name) => (name == "targeting.js" ? import("./targeting/index.js") : import("./widget.js"));

start(source, get, run);
