// What asks: the module's glue, and the texts in the visitor's language. It is bundled with the glue.
import start, { survey, wake } from "./glue.js";

// The build knows them.
const languages = __LANGS__;

// The file for a tag: zh-TW is zh-Hant, no is nb, de-AT is de.
const file = (tag) => {
  try {
    const locale = new Intl.Locale(tag);
    const { language, script, region } = locale.maximize();
    const nearest = [locale.baseName, language + "-" + region, language + "-" + script, language];
    if (/^n[on]$/.test(language)) nearest.push("nb");
    return nearest.find((name) => languages.includes(name));
  } catch {
    // Not a language tag.
  }
};

// The language of the element, its ancestors, the page, the browser, then English.
let told;
const language = (element) => {
  const tags = [element.closest("[lang]")?.lang, ...navigator.languages];
  for (const tag of tags) {
    const known = file(tag);
    if (known) return known;
  }
  told ??= !console.info("aanrader-survey: in English, for want of " + tags);
  return "en";
};

// Each language is got once; what failed is tried anew by the next survey.
const got = {};
const texts = (tag) =>
  (got[tag] ??= fetch(new URL(tag + ".json", import.meta.url)).then((reply) => {
    if (!reply.ok) throw Error(reply.status + " " + reply.url);
    return reply.json();
  }).catch((error) => {
    delete got[tag];
    throw error;
  }));

// Starts the module with this reply, unless that is done, and gets the texts for an element meanwhile.
// What comes of it makes the element's survey, as src/widget/lib.rs has it. Without an element, what
// waits is sent.
let started;
let reply;
export const ready = async (module, source, element) => {
  if (reply != module) started = start((reply = module));
  if (!element) return started.then(wake);
  const tag = language(element);
  const [words] = await Promise.all([texts(tag), started]);
  return () => survey(element, words, tag, new URL("v1/answers", source).href);
};
