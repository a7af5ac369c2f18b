// <aanrader-survey> for bundlers: the loader's element, with its files as parts of the shop's own build. On a
// server, which has no elements, importing it does nothing.
import { start } from "./element.js";
import { define } from "./properties.js";
import { texts } from "./texts.js";

const settings = {};

// Sets the collector and the site, or an endpoint of the shop's own; and the module's address if the bundler
// doesn't know it.
export const configure = (changes) => {
  Object.assign(settings, changes);
};

// The same function that the script tag defines in the page; on a server it does nothing.
export const aanrader = (...call) => globalThis.window?.aanrader(...call);

// Read when a survey is going to ask, so that `configure` may be called after the import.
const source = {
  get endpoint() {
    return settings.endpoint;
  },
  get site() {
    return settings.site;
  },
  get collector() {
    if (settings.collector) return new URL(settings.collector + "/", document.baseURI).href;
    throw Error('nobody has said configure({ collector: "https://…" })');
  },
};

// A bundler recognises files by this form.
const wasm = () => settings.module ?? new URL("./widget.wasm", import.meta.url);
const scripts = {
  "targeting.js": () => import("./targeting/index.js"),
  "widget.js": () => import("./widget.js"),
};

// The texts are scripts here; this wraps them like a reply.
const words = async (tag) => {
  const { default: words } = await texts[tag]();
  return { ok: true, json: () => words };
};

if (typeof HTMLElement == "function") {
  const get = (name) => (name == "widget.wasm" ? fetch(wasm()) : words(name.replace(".json", "")));
  start(source, get, (name) => scripts[name]());
  // Frameworks look for properties before they set them, so these exist before the first survey.
  define();
}
