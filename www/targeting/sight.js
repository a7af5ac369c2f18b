// Whether the customer can see the page, and reach an element in it.
import { Promise } from "./platform.js";

const isSeen = () => document.visibilityState == "visible" && !document.prerendering;

// Reports when the page becomes visible or hidden, until the signal aborts.
const onSight = (hear, signal) => {
  for (const kind of ["visibilitychange", "prerenderingchange"]) document.addEventListener(kind, hear, { signal });
};

// Resolves when the page is visible.
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

// Calls after the page has been visible for this long.
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

// The element and its ancestors, across shadow roots.
const around = (element) => {
  const line = [];
  for (let it = element; it; it = it.assignedSlot ?? it.parentNode ?? it.host) line.push(it);
  return line;
};

const matches = (it, selector) => it.matches?.(selector);

// A dialog of the page's own making may always exist; it counts while it is visible.
const isOpen = (it) => {
  if (matches(it, ":modal")) return true;
  if (!it.checkVisibility?.({ opacityProperty: true, visibilityProperty: true })) return false;
  const { top, right, bottom, left } = it.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  return bottom > 0 && right > 0 && left < clientWidth && top < clientHeight;
};

// The element in the window's corner, inside shadow roots: it may be the backdrop of a modal dialog.
const cornered = () => {
  let it;
  for (let root = document; root; root = it?.shadowRoot) it = root.elementFromPoint(0, 0);
  return it;
};

// The element that blocks an element, if any: an inert ancestor, or a modal dialog above it.
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

// Reports each change of whether an element is blocked, until the signal aborts.
export const onBlocked = (element, hear, signal) => {
  if (signal.aborted) return;
  let before = false;
  let frame;
  const look = () => {
    const blocker = blockerOf(element);
    // Only its own shadow root may show its end.
    if (blocker) observer.observe(blocker.getRootNode(), WATCHED);
    if (!blocker == before) hear((before = !!blocker));
  };
  // Simultaneous changes of the page count as one.
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
