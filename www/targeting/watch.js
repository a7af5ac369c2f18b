// Shows a survey when its triggers have fired, and hides it when its conditions end.
import { adopt, observe } from "../properties.js";
import { fits, problem } from "./address.js";
import { createSet } from "./collection.js";
import { complain, inform } from "./console.js";
import { followAddress, onNews } from "./news.js";
import { Promise } from "./platform.js";
import { isSampled } from "./sample.js";
import { blockerOf, countdown, onBlocked } from "./sight.js";
import { triggers } from "./triggers.js";
import { isPopup, nameOf, number, text } from "./values.js";
import { isAnswered, isStanding, whyNot, whyNotAtAll } from "./visits.js";

// The pop-ups in the page, and the one that is about to appear.
const popups = createSet();
let coming;

// The elements that still wait for their triggers.
const waiting = new WeakSet();

export const isWaiting = (element) => waiting.has(element);

const cardOf = (element) => element.shadowRoot?.querySelector("[popover]");

// Whether a pop-up is on the screen, or about to appear.
export const isUp = (element) => element == coming || !!cardOf(element);

const isBusy = (element) => popups.items.some((it) => it != element && isUp(it));

export const closeAll = () => [...popups.items].forEach((element) => element.close());

const idly = (call) => (typeof requestIdleCallback == "function" ? requestIdleCallback(call) : setTimeout(call));

const fitsHere = (element) => {
  const url = text(element, "url");
  if (!url) return true;
  const wrong = problem(url);
  if (wrong) complain("url", wrong + "; the survey does not come");
  return fits(url, location);
};

const isInSample = (element) => {
  const percent = number(element, "sample", 100, 0, 100);
  const customer = text(element, "customer");
  if (percent < 100 && !customer) complain("sample", "needs the attribute customer; nobody is asked");
  return isSampled(nameOf(element), customer, percent);
};

// A controller that the signal also aborts.
const within = (signal) => {
  const end = new AbortController();
  signal.addEventListener("abort", () => end.abort());
  return end;
};

// Resolves when nothing blocks the element.
const freed = (element, signal) =>
  new Promise((resolve) => {
    if (!blockerOf(element)) return resolve();
    const end = within(signal);
    const hear = (blocked) => {
      if (blocked) return;
      end.abort();
      resolve();
    };
    onBlocked(element, hear, end.signal);
  });

// Hides a pop-up while a modal dialog blocks it.
const stepAside = (element, signal) => {
  const end = within(signal);
  element.addEventListener("aanrader-dismiss", () => end.abort(), { signal: end.signal });
  const hear = (blocked) => {
    const card = cardOf(element);
    if (!card?.isConnected) return end.abort();
    if (blocked) card.style.setProperty("display", "none", "important");
    else card.style.removeProperty("display");
    // Showing it again puts it above the page again.
    if (card.showPopover && card.matches(":popover-open") == blocked) card.togglePopover();
  };
  onBlocked(element, hear, end.signal);
};

// The cycle of one element from waiting to asking, repeated as the address changes.
const createCycle = (element, { ready, show, hide, pressed, asked }) => {
  const popup = isPopup(element);
  const life = new AbortController();
  let cycle;

  const whyNow = () => {
    if (popup && isBusy(element)) return "waits for another pop-up";
    if (popup && isStanding(element)) return "stands in the page";
    return pressed ? null : whyNot(element);
  };
  const refuse = (why) => {
    waiting.delete(element);
    if (asked) inform(`the survey ${nameOf(element)} ${why}, so it isn't asked`);
  };
  const come = async (signal) => {
    await freed(element, signal);
    if (signal.aborted || !fitsHere(element)) return;
    const why = whyNow();
    if (why) return refuse(why);
    if (popup) coming = element;
    try {
      const wish = pressed ? null : await whyNotAtAll(element);
      if (signal.aborted) return;
      if (wish) return refuse(wish);
      await show();
      waiting.delete(element);
      // A listener of the page may have removed the element.
      if (popup && !life.signal.aborted) stepAside(element, life.signal);
    } finally {
      if (coming == element) coming = null;
    }
  };
  const wait = (signal) => {
    const millis = number(element, "delay", 0, 0, 86400) * 1000;
    countdown(Math.max(0, millis - 1000), () => idly(() => ready(element).catch(() => {})), signal);
    countdown(millis, () => come(signal), signal);
  };
  const begin = () => {
    cycle = new AbortController();
    const { signal } = cycle;
    if (!isInSample(element)) return;
    const why = pressed ? null : whyNot(element);
    if (why) return refuse(why);
    waiting.add(element);
    const missing = createSet(...Object.keys(triggers).filter((name) => element.hasAttribute(name)));
    if (!missing.items.length) return wait(signal);
    const open = within(signal);
    const happened = (name) => {
      if (!missing.delete(name) || missing.items.length) return;
      open.abort();
      wait(signal);
    };
    for (const name of [...missing.items]) triggers[name](element, open.signal, () => happened(name));
  };
  const end = () => {
    cycle?.abort();
    cycle = null;
    waiting.delete(element);
  };
  const look = () => {
    if (!fitsHere(element)) {
      end();
      if (!isAnswered(element)) hide();
    } else if (!cycle) begin();
  };
  const stop = () => {
    life.abort();
    end();
    popups.delete(element);
  };
  return { popup, life, look, stop };
};

// Begins to wait. Returns a function that cancels it.
export const follow = (element, settings) => {
  const { popup, life, look, stop } = createCycle(element, settings);
  if (popup) popups.add(element);
  if (element.hasAttribute("url")) followAddress();
  onNews(look, life.signal);
  look();
  return stop;
};

// The settings of elements that the page's script has requested; see queue.js.
export const asks = new WeakMap();

// The same for an element in the page. It starts again when an attribute changes.
export const watch = (element, ready) => {
  if (!element.isConnected) return;
  adopt(element);
  const begin = () =>
    follow(element, { ready, show: () => element.ask(), hide: () => element.close(), ...asks.get(element) });
  let stop = begin();
  const ignore = observe(element, () => {
    stop();
    stop = begin();
  });
  return () => {
    ignore();
    stop();
  };
};
