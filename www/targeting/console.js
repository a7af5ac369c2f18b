// Writes to the console, each line once.
import { createSet } from "./collection.js";

const lines = createSet();

const say = (how, line) => {
  if (!lines.has(line)) how.call(console, line);
  lines.add(line);
};

// An attribute has an invalid value.
export const complain = (attribute, what) =>
  say(console.warn, `aanrader-survey: the attribute ${attribute} ${what}`);

// The page has a problem.
export const warn = (what) => say(console.warn, "aanrader-survey: " + what);

// Information that a developer may look for.
export const inform = (what) => say(console.info, "aanrader-survey: " + what);
