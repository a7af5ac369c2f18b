// What starts the module and a survey. It is bundled with the glue.
import start, { survey, wake } from "./glue.js";
import { adopt, attributes, define } from "./properties.js";

let started;
let last;
let told;

// Starts the module with this reply, unless that is done. What comes of it makes the element's survey in
// that language, or in English if it is a list of tags for which there is none; without an element, what
// waits is sent.
export const ready = async (source, element, language, module, words) => {
  if (last != module) started = start((last = module));
  if (!element) return started.then(wake);
  define(element.constructor.prototype);
  adopt(element);
  if (language.map) {
    told ??= !console.info("aanrader-survey: in English, for want of " + language);
    language = "en";
  }
  if (!words.ok) throw Error(words.status + " " + words.url);
  const [texts] = await Promise.all([words.json(), started]);
  return () => follow(element, survey(element, texts, language, new URL("v1/answers", source).href));
};

// The survey hears of attributes that change, until it is closed for good.
const follow = (element, survey) => {
  const changed = ({ attributeName, oldValue }) => element.getAttribute(attributeName) != oldValue;
  const observer = new MutationObserver((records) => records.some(changed) && survey(true));
  observer.observe(element, { attributeFilter: attributes, attributeOldValue: true });
  return (what) => {
    if (what === 1) observer.disconnect();
    survey(what);
  };
};
