// npsOf and compare for any page, worker or Node. The first call starts the module, and the first text starts
// the module that reads text. It is bundled with wasm-bindgen's glue.
import init, { compare as held, npsOf as counted, ofCounts } from "./glue.js";

let loading, reading;

// Loads the module once: the file beside this script, or the given address, reply, bytes or compiled module.
// A failed load can be tried again.
export const load = (from = new URL("./nps.wasm", import.meta.url)) =>
  (loading ??= init({ module_or_path: from }).then(
    () => {},
    (error) => {
      loading = undefined;
      throw error;
    },
  ));

// The same for the module that reads text, with its script.
const reader = (from) =>
  (reading ??= import("./nps-text.js").then(
    (text) => text.load(from).then(() => text),
  ).catch((error) => {
    reading = undefined;
    throw error;
  }));

export const loadText = async (from) => {
  await reader(from);
};

// The NPS of an array of numbers, a Uint8Array with a score in each byte, or text.
export const npsOf = async (scores, options) => {
  if (typeof scores != "string") {
    await load();
    return counted(scores);
  }
  const [text] = await Promise.all([reader(), load()]);
  const told = text.read(scores, options);
  return Object.assign(ofCounts(told), { read: told.read });
};

const withText = async (given) => {
  const scores = await given;
  return typeof scores == "string" ? npsOf(scores) : scores;
};

// Compares two results of npsOf, promises of them, or scores.
export const compare = async (first, second) => {
  const [one, other] = await Promise.all([withText(first), withText(second), load()]);
  return held(one, other);
};
