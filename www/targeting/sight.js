// Whether somebody can see the page, and reach an element in it.
import { Promise } from "./platform.js";

const isSeen = () => document.visibilityState == "visible" && !document.prerendering;

// Hears that the page has come into sight or gone out of it, until the signal ends it.
const onSight = (hear, signal) => {
  for (const kind of ["visibilitychange", "prerenderingchange"]) document.addEventListener(kind, hear, { signal });
};

// When somebody can see the page.
export const seen = () =>
  new Promise((resolve) => {
    const end = new AbortController();
    const look = () => {
      if (!isSeen()) return;
      end.abort();
      resolve();
    };
    onSight(look, end.signal);
    look();
  });

// Calls when so much time has gone by in which somebody could see the page.
export const countdown = (millis, call, signal) => {
  if (signal.aborted) return;
  let timer;
  let since;
  const pause = () => {
    clearTimeout(timer);
    if (timer) millis -= Math.max(0, Date.now() - since);
    timer = null;
  };
  const look = () => {
    if (!isSeen()) return pause();
    if (timer) return;
    since = Date.now();
    timer = setTimeout(call, millis);
  };
  onSight(look, signal);
  signal.addEventListener("abort", pause);
  look();
};

const MODAL = 'dialog:modal, [aria-modal="true"]';

// The element and what is around it, out of the shadow roots.
const around = (element) => {
  const line = [];
  for (let it = element; it; it = it.assignedSlot ?? it.parentNode ?? it.host) line.push(it);
  return line;
};

const matches = (it, selector) => it.matches?.(selector);

// A dialog of the page's own making may always be there; it counts while it is on the screen.
const isOpen = (it) => {
  if (matches(it, ":modal")) return true;
  if (!it.checkVisibility?.({ opacityProperty: true, visibilityProperty: true })) return false;
  const { top, right, bottom, left } = it.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  return bottom > 0 && right > 0 && left < clientWidth && top < clientHeight;
};

// What is in the window's corner, into the shadow roots: a modal dialog in one of them, whose backdrop is there.
const cornered = () => {
  let it;
  for (let root = document; root; root = it?.shadowRoot) it = root.elementFromPoint(0, 0);
  return it;
};

// What keeps the visitor from an element, if anything does: something inert around it, or a modal dialog over it.
export const blockerOf = (element) => {
  const line = around(element);
  const modals = [...document.querySelectorAll(MODAL), ...around(cornered()).filter((it) => matches(it, MODAL))];
  return line.find((it) => it.inert) ?? modals.find((it) => !line.includes(it) && isOpen(it));
};

const WATCHED = {
  subtree: true,
  childList: true,
  attributeFilter: ["open", "inert", "aria-modal", "aria-hidden", "hidden", "class", "style"],
};

// Says whether an element is blocked whenever that has changed, until the signal ends it.
export const onBlocked = (element, hear, signal) => {
  if (signal.aborted) return;
  let before = false;
  let frame;
  const look = () => {
    const blocker = blockerOf(element);
    // Its end may be seen in its own shadow root alone.
    if (blocker) observer.observe(blocker.getRootNode(), WATCHED);
    if (!blocker == before) hear((before = !!blocker));
  };
  // What the page does at once is one change.
  const soon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(look);
  };
  const observer = new MutationObserver(soon);
  observer.observe(document, WATCHED);
  for (const kind of ["close", "toggle", "focusin", "focusout", "transitionend", "animationend"])
    document.addEventListener(kind, soon, { capture: true, signal });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });
  look();
};
