// What wasm-bindgen's glue takes for the browser's own, and a page may have replaced: the build puts these in its
// place. A constructor is had from what the browser makes.
export const { constructor: CustomEvent } = document.createEvent("CustomEvent");
export const { constructor: Promise } = (async () => {})();
export { JSON } from "./json.js";

// No Request can be had without that global, which is MooTools' own class on some pages; and none is needed.
export class Request {
  constructor(url, init) {
    Object.assign(this, { url, init });
  }
}
// Nor can a Response, before there is one. What fetch brings is as good if it has what is asked of it.
export class Response {
  static [Symbol.hasInstance](it) {
    return typeof it?.text == "function" && typeof it.headers?.get == "function";
  }
}
// The page's, which may have been wrapped.
export const fetch = ({ url, init }, options) => window.fetch(url, { ...init, ...options });
