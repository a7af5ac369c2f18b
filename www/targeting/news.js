// Tells waiting surveys about events of the page's script and changes of the address.
import { createSet } from "./collection.js";

const hearers = createSet();

export const tell = () => [...hearers.items].forEach((hear) => hear());

export const onNews = (hear, signal) => {
  hearers.add(hear);
  signal.addEventListener("abort", () => hearers.delete(hear));
};

// The events that the page's script has reported.
export const said = createSet();

let address;

const look = () => {
  if (address != (address = location.href)) tell();
};

// Follows the address. If the Navigation API is absent or replaced, watches the page instead, because its
// content changes with its address.
export const followAddress = () => {
  if (address) return;
  address = location.href;
  const { navigation } = window;
  if ({}.toString.call(navigation) == "[object Navigation]")
    return navigation.addEventListener("currententrychange", look);
  const listen = document.addEventListener;
  listen.call(window, "popstate", look);
  listen.call(window, "hashchange", look);
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
};
