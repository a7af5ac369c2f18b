// The browser's own globals for wasm-bindgen's glue, which the build substitutes, because a page may have
// replaced them. A constructor comes from an object that the browser makes.
export const { constructor: CustomEvent } = document.createEvent("CustomEvent");
export const { constructor: Promise } = (async () => {})();
export { JSON } from "./json.js";

// The original Request can't be reached without the global, which on some pages is MooTools' own class. It
// isn't needed.
export class Request {
  constructor(url, init) {
    Object.assign(this, { url, init });
  }
}
// The original Response can't be reached before there is one. A result of fetch is accepted if it has the
// needed members.
export class Response {
  static [Symbol.hasInstance](it) {
    return typeof it?.text == "function" && typeof it.headers?.get == "function";
  }
}
// The page's fetch, which may be wrapped.
export const fetch = ({ url, init }, options) => window.fetch(url, { ...init, ...options });
