// Writes to the console, each line once.
import { createSet } from "./collection.js";

const lines = createSet();

const say = (how, line) => {
  if (!lines.has(line)) how.call(console, line);
  lines.add(line);
};

// An attribute has a value that won't do.
export const complain = (attribute, what) =>
  say(console.warn, `aanrader-survey: the attribute ${attribute} ${what}`);

// Something is wrong with the page.
export const warn = (what) => say(console.warn, "aanrader-survey: " + what);

// Something that a developer may wonder about.
export const inform = (what) => say(console.info, "aanrader-survey: " + what);
