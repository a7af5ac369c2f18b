// The element's behaviour once it is needed; its class, in ../element.js, passes every call on.
import { watch as watchFor } from "./watch.js";
import { create, prepare } from "./survey.js";

// The loader passes the endpoint, and a function to fetch the other files.
let kit;

export const use = (it) => {
  kit = it;
};

// For each element: its survey, the controller that ends its waiting, and whether it shall ask.
const states = new WeakMap();

const stateOf = (element) => {
  if (!states.has(element)) states.set(element, {});
  return states.get(element);
};

const ready = (element) => prepare(kit, element);

// The element has entered the page, perhaps again: shows the same screen as before.
export const enter = (element) => states.get(element)?.survey?.connect();

export const leave = (element) => {
  const state = states.get(element);
  state?.stop?.();
  state?.survey?.disconnect();
};

export const ask = async (element) => {
  const state = stateOf(element);
  if (state.survey) return;
  state.asked = true;
  const prepared = await ready(element);
  if (!state.asked || state.survey || !element.isConnected) return;
  state.survey = create(kit, element, prepared);
  state.survey.connect();
};

export const close = (element) => {
  const state = stateOf(element);
  state.survey?.close();
  state.asked = state.survey = null;
};

export const watch = (element) => {
  const state = stateOf(element);
  state.stop?.();
  state.stop = watchFor(element, ready);
};

// Sends the unsent answers of an earlier page.
export const wake = async () => {
  const [glue, module] = await kit.open();
  await glue.begin(module);
  glue.wake();
};
