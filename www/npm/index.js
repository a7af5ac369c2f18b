// <aanrader-survey> for bundlers: the element of the loader, with its files as parts of the shop's own build.
// On a server, where there are no elements, importing it does nothing.
import { start } from "./element.js";
import { define } from "./properties.js";
import { texts } from "./texts.js";

const settings = {};

// Says where the collector is, and which of its sites this is; or an endpoint of the shop's own; and where the module is if the bundler
// doesn't know.
export const configure = (changes) => {
  Object.assign(settings, changes);
};

// What the script tag puts into the page as a function of the same name; on a server nothing comes of it.
export const aanrader = (...call) => globalThis.window?.aanrader(...call);

// Read when a survey is going to ask, so that it may be configured after this was imported.
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

// A bundler makes files of what it finds by these names.
const wasm = () => settings.module ?? new URL("./widget.wasm", import.meta.url);
const scripts = {
  "targeting.js": () => import("./targeting/index.js"),
  "widget.js": () => import("./widget.js"),
};

// The texts are scripts here, and come as a reply would.
const words = async (tag) => {
  const { default: words } = await texts[tag]();
  return { ok: true, json: () => words };
};

if (typeof HTMLElement == "function") {
  const get = (name) => (name == "widget.wasm" ? fetch(wasm()) : words(name.replace(".json", "")));
  start(source, get, (name) => scripts[name]());
  // Frameworks look for properties before they set them, so these don't wait for the first survey.
  define();
}
