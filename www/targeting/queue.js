// Handles the calls of the shop's script: those in the queue, and all later ones.
import { JSON } from "../json.js";
import { attributes, property } from "../properties.js";
import { complain, warn } from "./console.js";
import { asks, closeAll, follow, isUp, isWaiting } from "./watch.js";
import { onNews, said, tell } from "./news.js";
import { setConsent } from "./visits.js";

// How often a removed survey is put back into a page before the removal is accepted.
const PATIENCE = 9;

const plainValue = (value) => (value && typeof value == "object" ? JSON.stringify(value) : value + "");

// Equal requests give equal texts, even if the page has replaced JSON.
const idOf = (wanted) => Object.entries(wanted).flatMap(([name, value]) => [name, plainValue(value)]).join("\n");

// Whether the page's script calls during a press by the customer. A page may have replaced `event`.
const isPress = () => {
  const { event } = window;
  return /^\[object (Pointer|Mouse|Keyboard)Event\]$/.test({}.toString.call(event)) && event.isTrusted === true;
};

const elementFor = ({ target, ...values }) => {
  const element = document.createElement("aanrader-survey");
  for (const [name, value] of Object.entries(values))
    if (name == "lang" || attributes.some((it) => property(it) == name)) element[name] = value;
  element.mode = target ? "inline" : "popup";
  element.setAttribute("data-asked", "");
  return element;
};

// The requested surveys, by id.
const asked = Object.create(null);

const placeFor = (target) => {
  try {
    return target ? document.querySelector(target) : document.body;
  } catch {
    complain("target", "takes a CSS selector; the survey does not come");
  }
};

// A survey that is put back when the page has removed it: Turbo and others replace the body.
const createAsk = (wanted, pressed) => {
  const { target } = wanted;
  const element = elementFor(wanted);
  const end = new AbortController();
  let isWanted = false;
  let left = PATIENCE;

  const place = () => {
    if (!isWanted || element.isConnected || left < 1) return;
    const parent = placeFor(target);
    if (!parent) return;
    left -= 1;
    parent.append(element);
  };
  const show = () => {
    isWanted = true;
    place();
  };
  const hide = () => {
    isWanted = false;
    element.remove();
  };
  return {
    element,
    place,
    // A pop-up waits in the page like any other; a target stays empty until the survey asks.
    begin() {
      asks.set(element, { pressed, asked: true });
      if (!target) return show();
      // A changed address counts as a new page, even in the same document.
      onNews(() => (left = PATIENCE), end.signal);
      const stop = follow(element, { ready: async () => {}, show, hide, pressed, asked: true });
      end.signal.addEventListener("abort", stop);
    },
    isOn: () => isWaiting(element) || (target ? isWanted : isUp(element)),
    end() {
      end.abort();
      hide();
    },
  };
};

// A copy from a router's cache isn't ours.
const tidy = () => {
  const ours = Object.values(asked);
  for (const element of document.querySelectorAll("aanrader-survey[data-asked]"))
    if (!ours.some((it) => it.element == element)) element.remove();
  ours.forEach((it) => it.place());
};

let watching;
const watchPage = () => {
  watching ??= new MutationObserver(tidy);
  watching.observe(document, { childList: true, subtree: true });
};

const calls = {
  // Creates a survey from attributes, in the page or in the target. A repeated call asks again, unless the
  // survey still waits or is shown.
  ask(wanted) {
    const values = { ...wanted };
    const id = idOf(values);
    if (asked[id]?.isOn()) return;
    asked[id]?.end();
    const ask = createAsk(values, id in asked && isPress());
    asked[id] = ask;
    ask.begin();
    watchPage();
  },
  event(name) {
    said.add(name);
    tell();
  },
  consent: setConsent,
  close: closeAll,
  source() {},
};

// The first script decides the endpoint of this page.
let home;

// A second script names its collector, too. There is only one element, so there can be only one collector.
const compare = (source) => {
  if (!source?.collector || source.collector == home.collector) return;
  warn(`two collectors have a script in this page; all answers go to ${home.collector}, none to ${source.collector}`);
};

// Our errors never reach the shop's own call.
const say = (call) => {
  try {
    const [what, value] = call;
    if (typeof value == "object" && value != home) compare(value);
    if (Object.hasOwn(calls, what)) calls[what](value);
  } catch (error) {
    console.warn("aanrader-survey:", error);
  }
};

// Handles all past and future calls in the queue.
export const hear = (queue, source) => {
  home = source;
  queue.push = say;
  for (const call of queue) say(call);
};
