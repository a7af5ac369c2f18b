// npsOf and compare for any page, worker or Node: starts the module when it is first needed. It is bundled
// with wasm-bindgen's glue.
import init, { compare as held, npsOf as counted } from "./glue.js";

let loading;

// Loads the module, unless that is done: from beside this script, or from an address, a reply, bytes or a
// compiled module. A load that has failed can be tried again.
export const load = (from = new URL("./nps.wasm", import.meta.url)) =>
  (loading ??= init({ module_or_path: from }).then(
    () => {},
    (error) => {
      loading = undefined;
      throw error;
    },
  ));

// The NPS of an array of numbers, a Uint8Array with a score in each byte, or text.
export const npsOf = async (scores, options) => {
  await load();
  return counted(scores, options);
};

// Two of them: what npsOf gives, also before it has, or scores.
export const compare = async (first, second) => {
  const [one, other] = await Promise.all([first, second, load()]);
  return held(one, other);
};
