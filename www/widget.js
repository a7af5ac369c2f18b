// What starts the module and a survey. It is bundled with wasm-bindgen's glue for bundlers, which leaves
// the starting to them.
import { Survey, __wbg_set_wasm, wake } from "./glue_bg.js";
import imports from "./imports.js";

// The module is what a reply brings, or these bytes. It is small enough to be compiled while the page waits;
// a browser too old for that has a limit.
const start = async (source) => {
  source = await source;
  if (source.ok === false) throw Error(source.status + " " + source.url);
  const bytes = source.ok ? await source.arrayBuffer() : source;
  let instance;
  try {
    instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  } catch {
    ({ instance } = await WebAssembly.instantiate(bytes, imports));
  }
  __wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
};

// Where answers go: where the element or the script's data-endpoint says, or to the collector that all of this
// comes from. The source is that script, or the collector's address with what else its script says.
const endpointOf = (element, source) => {
  const endpoint = element.getAttribute("endpoint") || source.dataset.endpoint;
  if (!endpoint) return new URL("v1/answers", source.src ?? source).href;
  const { href, protocol } = Object.assign(document.createElement("a"), { href: endpoint });
  // Then it is not asked: what was meant for this address goes to no other one.
  if (!/^https?:$/.test(protocol)) throw Error(`endpoint="${endpoint}" is no http or https address`);
  return href;
};

let started;
let last;
let told;

// Starts the module, unless that is done. What comes of it makes the element's survey in that language, or
// in English if it is a list of tags for which there is none; without an element, what waits is sent. Module
// and words are replies, or what would be in these.
export const ready = async (source, element, language, { adopt, observe }, module, words) => {
  if (last != module) started = start((last = module));
  if (!element) return started.then(wake);
  adopt(element);
  if (language.map) {
    told ??= !console.info("aanrader-survey: in English, for want of " + language);
    language = "en";
  }
  if (words.ok === false) throw Error(words.status + " " + words.url);
  const endpoint = endpointOf(element, source);
  const [texts] = await Promise.all([words.ok ? words.json() : words, started]);
  return () => {
    const survey = new Survey(element, texts, { language, endpoint });
    // It hears of attributes that change, until it is closed for good.
    const ignore = observe(element, () => survey.changed());
    // What an earlier page could not send comes after the question has been painted, and long before the
    // first answer.
    requestAnimationFrame(() => requestAnimationFrame(wake));
    return {
      connect: () => survey.connect(),
      disconnect: () => survey.disconnect(),
      close() {
        ignore();
        survey.close();
      },
    };
  };
};
