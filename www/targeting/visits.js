// Remembers the customer's actions on all surveys of the page, and tells the other tabs.
import { createSet } from "./collection.js";
import { keepWish, wishFor } from "./database.js";
import { holds, isWish } from "./frequency.js";
import { createMarks } from "./marks.js";
import { customerOf, isPopup, nameOf, number, scopeOf } from "./values.js";

const now = () => Date.now();

const marks = createMarks({ local: () => localStorage, session: () => sessionStorage, wishFor, keepWish, now });

// The latest consent from the shop's script.
let consent;

const agrees = (element) => consent ?? element.hasAttribute("consent");

export const setConsent = (given) => {
  consent = !!given;
  if (!consent) marks.clear();
};

// The elements in the page whose survey has asked.
const standing = createSet();

// Functions that return the id and revision of an element's answer.
const answers = new WeakMap();

export const arrive = (element, answer) => {
  standing.add(element);
  answers.set(element, answer);
};
export const leave = (element) => standing.delete(element);

// Whether another element in the page shows the same survey.
export const isStanding = (element) =>
  [...standing.items, ...document.querySelectorAll("aanrader-survey")].some(
    (it) => it != element && !isPopup(it) && nameOf(it) == nameOf(element),
  );

// Whether the customer has answered it, in this or another tab.
export const isAnswered = (element) => marks.here(scopeOf(element))?.[0] == "a";

// The channel to the other tabs; absent while the page is in the browser's back-forward cache.
let channel;
const openChannel = () => {
  try {
    channel = new BroadcastChannel("aanrader");
    channel.addEventListener("message", ({ data }) => hear(data ?? {}));
  } catch {
    // Without a channel, marks on the device tell other tabs, if there are any.
  }
};
const closeChannel = () => {
  channel?.close();
  channel = null;
};

// Another tab has asked: this one doesn't, unless it has an answer of its own.
const hear = ({ scope, mark }) => {
  for (const element of [...standing.items]) {
    const ends = mark[0] == "a" || isPopup(element);
    if (ends && scopeOf(element) == scope && !isAnswered(element)) element.close();
  }
  if (marks.here(scope)?.[0] != "a") marks.note(scope, mark);
};

const note = (element, mark) => {
  const scope = scopeOf(element);
  marks.note(scope, mark);
  try {
    channel?.postMessage({ scope, mark });
  } catch {
    // The channel was closed meanwhile.
  }
};

// Whether a mark still counts, by the element's numbers of days.
const counts = (element, mark) =>
  holds(mark, now(), { every: number(element, "every", 90, 90, 3650), snooze: number(element, "snooze", 30, 30, 3650) });

const reason = (element, mark) => {
  const words = { a: "was answered", l: "was put off", n: "is not wanted any more" };
  return counts(element, mark) && (words[mark[0]] ?? "was dismissed");
};

// The customer's answer to an inline survey, from this page or, with consent, from an earlier one: its id, and
// a revision higher than all of its revisions.
export const givenTo = (element) => {
  // A trial's answers are never stored, so there is nothing to change.
  if (nameOf(element) == "try-out") return;
  const mark = marks.here(scopeOf(element)) ?? (agrees(element) && marks.onDevice(nameOf(element)));
  if (isPopup(element) || !/^[aw]/.test(mark)) return;
  const [, id, revision, ...customer] = mark.split(" ");
  const isTheirs = id && customer.join(" ") == customerOf(element);
  if (isTheirs && (mark[0] == "w" || counts(element, mark))) return { id, rev: +revision + 1000 };
};

// The reason not to ask now; undefined if there is none. Without consent, only wishes count. If marks should
// be kept and no store is available, nobody is asked.
export const whyNot = (element) => {
  const survey = nameOf(element);
  const kept = marks.onDevice(survey);
  if (agrees(element) && !marks.isOpen()) return "can't be remembered here";
  if (agrees(element) && marks.waits(survey)) return "was answered";
  const isKnown = kept && (agrees(element) || isWish(kept));
  return (isKnown && reason(element, kept)) || reason(element, marks.here(scopeOf(element)));
};

// The same, with the wishes that only the database has.
export const whyNotAtAll = async (element) =>
  whyNot(element) || reason(element, await marks.inDatabase(nameOf(element)));

// Listens for the customer's actions wherever a survey is. The events leave the shadow roots of the shop's
// components.
const on = (kind, call) =>
  document.addEventListener("aanrader-" + kind, (event) => call(event.composedPath()[0], event.detail ?? {}));

export const begin = () => {
  on("score", (element) => {
    const answer = ` ${answers.get(element)?.()} ${customerOf(element)}`;
    note(element, "a" + now() + answer);
    if (agrees(element)) marks.write(nameOf(element), "w" + answer);
  });

  on("dismiss", (element, { wish }) => {
    const survey = nameOf(element);
    const mark = (wish == "never" ? "n" : wish ? "l" : "d") + now();
    if (wish == "never" || !isAnswered(element)) {
      note(element, mark);
      if (wish || agrees(element)) marks.write(survey, mark);
    } else if (agrees(element)) marks.dismiss(survey);
    element.close();
  });

  openChannel();
  document.addEventListener.call(window, "pagehide", closeChannel);
  document.addEventListener.call(window, "pageshow", (event) => event.persisted && openChannel());
};
