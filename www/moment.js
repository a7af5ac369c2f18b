// When a survey comes, and when it does not: what has to have happened, and who was asked before.
// Nothing polls, and the page's history stays as it is.
import { adopt, attributes, define, observe, property } from "./properties.js";
export { adopt, observe };
define();

// What the shop's script has said: the names of events; whether it may keep marks on the device.
const said = new Set();
let consent;
// What has become of each survey, as long as this page lives.
const marks = {};
// The pop-ups in the page, and the one that is just coming.
const popups = new Set();
let coming;
// Tells whoever waits that an event was said, or that the address is another one.
const page = new EventTarget();
const tell = () => page.dispatchEvent(new Event("news"));
const PREFIX = "aanrader-asked-";
const DAY = 864e5;

const complaints = new Set();
const complain = (attribute, what) => {
  const line = `aanrader-survey: the attribute ${attribute} ${what}`;
  if (!complaints.has(line)) console.warn(line);
  complaints.add(line);
};

const text = (element, name) => element.getAttribute(name)?.trim();

// What an attribute says in numbers: without it the one, instead of a bad value the other.
const number = (element, name, without, instead, most) => {
  const value = text(element, name);
  if (!value) return without;
  if (+value >= 0 && +value <= most) return +value;
  complain(name, `takes 0 to ${most}; ${instead} stands in for it`);
  return instead;
};

// The survey that answers are stored under.
const nameOf = (element) => {
  const survey = element.getAttribute("survey") ?? "";
  return /^[a-z\d-]{1,64}$/.test(survey) ? survey : "default";
};

const fits = (element) => {
  const url = text(element, "url");
  if (!url) return true;
  if (!/^[/*]/.test(url)) complain("url", "takes a path such as /account/*; the survey does not come");
  const pattern = url.replace(/[^\w*]/g, "\\$&").replaceAll("*", ".*");
  return RegExp(`^${pattern}$`).test(location.pathname + (/\?/.test(url) ? location.search : ""));
};

// FNV-1a over UTF-8, which src/survey/sample.rs has as well.
const inSample = (element) => {
  const percent = number(element, "sample", 100, 0, 100);
  const customer = text(element, "customer");
  if (percent == 100) return true;
  if (!customer) complain("sample", "needs the attribute customer; nobody is asked");
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(nameOf(element) + "\n" + customer))
    hash = Math.imul(hash ^ byte, 0x1000193);
  return customer && (hash >>> 0) % 1e4 < Math.round(percent * 100);
};

const agrees = (element) => consent ?? element.hasAttribute("consent");

// What is kept on the device; a mark is what happened and when: (a)nswered, (d)ismissed, (l)ater or
// (n)ever. (w)aiting is an answer that is not stored yet: the module makes an `a` of it once it is.
const write = (survey, mark, instead) => {
  try {
    const key = PREFIX + survey;
    if (!instead || localStorage[key] == instead) localStorage[key] = mark;
  } catch {
    // It holds in this page.
  }
};

// Whether somebody was asked too short a time ago. Without consent only what they wished counts. Where
// marks are to be kept and nothing can be, nobody can know: then nobody is asked.
const tooSoon = (element) => {
  const every = number(element, "every", 90, 90, 3650);
  const snooze = number(element, "snooze", 30, 30, 3650);
  const survey = nameOf(element);
  const holds = (mark = "w0") =>
    mark[0] == "n" || Date.now() - mark.slice(1) < (mark[0] == "a" ? every : snooze) * DAY;
  try {
    const kept = localStorage[PREFIX + survey];
    if (kept && (agrees(element) || /^[ln]/.test(kept)) && holds(kept)) return true;
    // An answer that waits to be sent is one.
    const waits = (key) => /^aanrader-answer-/.test(key) && localStorage[key].includes(`"survey":"${survey}"`);
    if (agrees(element) && Object.keys(localStorage).some(waits)) return true;
  } catch {
    if (agrees(element)) return true;
  }
  return holds(marks[survey]);
};

// Finds what matches, now and whenever the page has changed, until that is called off.
const find = (attribute, selector, signal, found) => {
  const look = () => document.querySelectorAll(selector).forEach(found);
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

// Each calls when it has happened.
const triggers = {
  scroll(element, signal, happened) {
    const percent = number(element, "scroll", 0, 100, 100);
    const look = () => {
      const { scrollTop, scrollHeight, clientHeight } = document.scrollingElement;
      if (scrollTop + 1 >= ((scrollHeight - clientHeight) * percent) / 100) happened();
    };
    addEventListener("scroll", look, { signal });
  },
  exit(element, signal, happened) {
    const look = ({ clientY }) => clientY > 0 || happened();
    document.documentElement.addEventListener("mouseleave", look, { signal });
  },
  event(element, signal, happened) {
    const look = () => said.has(text(element, "event")) && happened();
    page.addEventListener("news", look, { signal });
    look();
  },
  seen(element, signal, happened) {
    const near = new IntersectionObserver((all) => all.some((it) => it.isIntersecting) && happened());
    signal.addEventListener("abort", () => near.disconnect());
    find("seen", text(element, "seen"), signal, (it) => near.observe(it));
  },
};

// Follows the address. Where there is no Navigation API, what a page shows changes with its address.
let address;
const keepUp = () => {
  if (address) return;
  address = location.href;
  const look = () => {
    if (address != (address = location.href)) tell();
  };
  if (window.navigation) return navigation.addEventListener("currententrychange", look);
  addEventListener("popstate", look);
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
};

const idly = window.requestIdleCallback ?? setTimeout;

// What the visitor does is remembered wherever a survey stands: who has answered in the page is not
// asked by a pop-up.
const answered = (survey) => marks[survey]?.[0] == "a";

// A survey in a component of the shop's stands in a shadow root, which its event comes out of.
const on = (kind, hear) =>
  document.addEventListener("aanrader-" + kind, (event) => hear(event.detail, event.composedPath()[0]));

on("score", ({ survey }, element) => {
  marks[survey] = "a" + Date.now();
  if (agrees(element)) write(survey, "w");
});

on("dismiss", ({ survey, wish }, element) => {
  const now = Date.now();
  if (wish == "never") write(survey, (marks[survey] = "n" + now));
  else if (!answered(survey)) {
    marks[survey] = (wish ? "l" : "d") + now;
    if (wish || agrees(element)) write(survey, marks[survey]);
  } else if (agrees(element)) write(survey, "w" + now, "w");
  element.close();
});

// Whether another pop-up is on the screen, or just coming.
const isBusy = (element) => {
  const shown = (it) => it == coming || it.shadowRoot?.querySelector("[popover]");
  return [...popups].some((it) => it != element && shown(it));
};

// Shows a survey when its moment has come, and hides it when that is over. Returns what calls that off.
const follow = (element, ready, show, hide) => {
  const popup = element.mode == "popup";
  let timers = [];
  let open;

  const come = async () => {
    if (!fits(element) || tooSoon(element) || (popup && isBusy(element))) return;
    if (popup) coming = element;
    await show();
    if (popup) coming = null;
  };
  const wait = () => {
    open.abort();
    const millis = number(element, "delay", 0, 0, 86400) * 1000;
    timers = [
      setTimeout(() => idly(() => ready(element).catch(() => {})), millis - 1000),
      setTimeout(come, millis),
    ];
  };
  const begin = () => {
    open = new AbortController();
    if (!inSample(element) || tooSoon(element)) return;
    const missing = new Set(Object.keys(triggers).filter((name) => element.hasAttribute(name)));
    if (!missing.size) wait();
    for (const name of [...missing]) {
      triggers[name](element, open.signal, () => missing.delete(name) && !missing.size && wait());
    }
  };
  const end = () => {
    open?.abort();
    open = null;
    timers.forEach(clearTimeout);
  };
  const look = () => {
    if (!fits(element)) {
      end();
      if (!answered(nameOf(element))) hide();
    } else if (!open) begin();
  };

  if (popup) popups.add(element);
  if (element.hasAttribute("url")) keepUp();
  page.addEventListener("news", look);
  look();
  return () => {
    page.removeEventListener("news", look);
    end();
    popups.delete(element);
  };
};

// The same for an element of the page, and from the beginning when an attribute has become another one.
export const watch = (element, ready) => {
  if (!element.isConnected) return;
  adopt(element);
  const begin = () => follow(element, ready, () => element.ask(), () => element.close());
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

// What the queue holds, and what is said from now on.
const asked = {};
const calls = {
  // A survey out of nothing but its attributes, in the page or in the target.
  ask(wanted = {}) {
    const { target, ...values } = wanted;
    const id = JSON.stringify(wanted);
    if (asked[id]) return;
    const element = (asked[id] = document.createElement("aanrader-survey"));
    element.mode = target ? "inline" : "popup";
    for (const [name, value] of Object.entries(values)) {
      if (name == "lang" || attributes.some((it) => property(it) == name)) element[name] = value;
    }
    let found;
    const hide = () => {
      found?.abort();
      element.remove();
    };
    const show = () => {
      hide();
      found = new AbortController();
      find("target", target ?? "body", found.signal, (place) => {
        if (!element.isConnected) place.append(element);
        found.abort();
      });
    };
    // A pop-up waits in the page, like any other; in a target there is nothing before its moment.
    if (target) follow(element, async () => {}, show, hide);
    else show();
  },
  event(name) {
    said.add(name);
    tell();
  },
  consent(given) {
    consent = !!given;
    try {
      for (const [key, mark] of Object.entries(consent ? {} : localStorage))
        if (key.startsWith(PREFIX) && !/^[ln]/.test(mark)) delete localStorage[key];
    } catch {
      // There is nothing to take away.
    }
  },
  close: () => popups.forEach((element) => element.close()),
};
const say = ([what, value]) => calls[what]?.(value);
aanrader.q.push = say;
aanrader.q.forEach(say);
