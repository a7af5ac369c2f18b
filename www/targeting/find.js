// Finds the elements of a selector, now and whenever the page has changed.
import { complain } from "./console.js";

// Calls `found` with each element, until the signal aborts.
export const find = (attribute, selector, signal, found) => {
  const look = () => document.querySelectorAll(selector).forEach((it) => signal.aborted || found(it));
  const observer = new MutationObserver(look);
  signal.addEventListener("abort", () => observer.disconnect());
  try {
    observer.observe(document, { childList: true, subtree: true });
    look();
  } catch {
    observer.disconnect();
    complain(attribute, "takes a CSS selector; the survey does not come");
  }
};
