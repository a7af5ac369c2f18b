// What starts the module and a survey. It is bundled with the glue.
import start, { survey, wake } from "./glue.js";

let started;
let last;
let told;

// Starts the module with this reply, unless that is done. What comes of it makes the element's survey in
// that language, or in English if it is a list of tags for which there is none; without an element, what
// waits is sent.
export const ready = async (source, element, language, { adopt, observe }, module, words) => {
  if (last != module) started = start((last = module));
  if (!element) return started.then(wake);
  adopt(element);
  if (language.map) {
    told ??= !console.info("aanrader-survey: in English, for want of " + language);
    language = "en";
  }
  if (!words.ok) throw Error(words.status + " " + words.url);
  const [texts] = await Promise.all([words.json(), started]);
  const collector = new URL("v1/answers", source).href;
  // The survey hears of attributes that change, until it is closed for good.
  return () => {
    const tell = survey(element, Object.assign(texts, { language, collector }));
    const ignore = observe(element, () => tell(3));
    return (what) => {
      if (what === 1) ignore();
      tell(what);
    };
  };
};
