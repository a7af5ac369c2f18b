// The calls of the shop's script: those in the queue, and those from now on.
import { JSON } from "../json.js";
import { attributes, property } from "../properties.js";
import { complain, warn } from "./console.js";
import { asks, closeAll, follow, isUp, isWaiting } from "./moment.js";
import { onNews, said, tell } from "./news.js";
import { setConsent } from "./visits.js";

// How often a survey is put back into a page before that page is believed.
const PATIENCE = 9;

const plainValue = (value) => (value && typeof value == "object" ? JSON.stringify(value) : value + "");

// The same wish is the same text, whatever the page has done to JSON.
const idOf = (wanted) => Object.entries(wanted).flatMap(([name, value]) => [name, plainValue(value)]).join("\n");

// Whether the visitor has pressed something, out of which the page's script calls. A page may have another `event`.
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

// The surveys that were asked for, by id.
const asked = Object.create(null);

const placeFor = (target) => {
  try {
    return target ? document.querySelector(target) : document.body;
  } catch {
    complain("target", "takes a CSS selector; the survey does not come");
  }
};

// A survey in the page, which is put back when the page has thrown it away: Turbo and others replace the body.
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
    // A pop-up waits in the page, like any other; in a target there is nothing before its moment.
    begin() {
      asks.set(element, { pressed, asked: true });
      if (!target) return show();
      // Another address is another page, even where it is the same document.
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

// A copy out of a router's cache is none of ours.
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
  // A survey from attributes alone, in the page or in the target. Once more, it asks once more, unless
  // it still waits or stands there.
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

// The first script decides where the answers of this page go.
let home;

// A second script says where it came from, too: there is one element, so there is one collector.
const compare = (source) => {
  if (!source?.collector || source.collector == home.collector) return;
  warn(`two collectors have a script in this page; all answers go to ${home.collector}, none to ${source.collector}`);
};

// Nothing of ours is thrown into the shop's own call.
const say = (call) => {
  try {
    const [what, value] = call;
    if (typeof value == "object" && value != home) compare(value);
    if (Object.hasOwn(calls, what)) calls[what](value);
  } catch (error) {
    console.warn("aanrader-survey:", error);
  }
};

// Hears what the queue holds and will hold.
export const hear = (queue, source) => {
  home = source;
  queue.push = say;
  for (const call of queue) say(call);
};
