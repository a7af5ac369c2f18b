// The texts of an element's language.
import { inform } from "./console.js";
import { nearest, wantedFor } from "./language.js";

// By language, until a load fails.
const read = {};

const fetched = async (reply) => {
  const texts = await reply;
  if (texts.ok === false) throw Error(texts.status + " " + texts.url);
  return texts.ok ? texts.json() : texts;
};

// The texts of a language; `get` fetches them once.
export const textsIn = async (language, get) => {
  read[language] ??= fetched(get(language + ".json"));
  try {
    return await read[language];
  } catch (error) {
    delete read[language];
    throw error;
  }
};

// The language of an element's survey.
export const languageOf = (element) => {
  const wanted = wantedFor(element);
  const language = wanted.map((tag) => nearest(tag)).find(Boolean);
  if (!language) inform("in English, for want of " + wanted);
  return language ?? "en";
};
