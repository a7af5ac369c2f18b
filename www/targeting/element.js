// What an element does once it is wanted; its class, in ../element.js, hands everything on.
import { watch as watchFor } from "./moment.js";
import { create, prepare } from "./survey.js";

// The loader hands over where answers go, and how to fetch the other files.
let kit;

export const use = (it) => {
  kit = it;
};

// The survey of each element, what ends its waiting, and whether it is to be asked.
const states = new WeakMap();

const stateOf = (element) => {
  if (!states.has(element)) states.set(element, {});
  return states.get(element);
};

const ready = (element) => prepare(kit, element);

// It is in the page, perhaps again: what was on the screen is there again.
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

// Sends what an earlier page has left.
export const wake = async () => {
  const [glue, module] = await kit.open();
  await glue.begin(module);
  glue.wake();
};
