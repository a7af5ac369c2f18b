// Remembers the visitor's actions on all surveys of the page, and tells the other tabs.
import { createSet } from "./collection.js";
import { keepWish, wishFor } from "./database.js";
import { holds, isWish } from "./frequency.js";
import { createMarks } from "./marks.js";
import { customerOf, isPopup, nameOf, number, scopeOf } from "./values.js";

const now = () => Date.now();

const marks = createMarks({ local: () => localStorage, session: () => sessionStorage, wishFor, keepWish, now });

// The last word of the shop's script.
let consent;

const agrees = (element) => consent ?? element.hasAttribute("consent");

export const setConsent = (given) => {
  consent = !!given;
  if (!consent) marks.clear();
};

// The elements in the page whose survey has been asked.
const standing = createSet();

// What tells their answer's id and revision.
const answers = new WeakMap();

export const arrive = (element, answer) => {
  standing.add(element);
  answers.set(element, answer);
};
export const leave = (element) => standing.delete(element);

// Whether the same survey stands in the page, apart from this element.
export const isStanding = (element) =>
  [...standing.items, ...document.querySelectorAll("aanrader-survey")].some(
    (it) => it != element && !isPopup(it) && nameOf(it) == nameOf(element),
  );

// Whether the visitor has answered it, here or in another tab.
export const isAnswered = (element) => marks.here(scopeOf(element))?.[0] == "a";

// The channel to the other tabs; while the page lies in the browser's cache there is none.
let channel;
const openChannel = () => {
  try {
    channel = new BroadcastChannel("aanrader");
    channel.addEventListener("message", ({ data }) => hear(data ?? {}));
  } catch {
    // Then the device's marks tell, where there are any.
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
    // It was closed meanwhile.
  }
};

// Whether a mark still counts, by the days that the element names.
const counts = (element, mark) =>
  holds(mark, now(), { every: number(element, "every", 90, 90, 3650), snooze: number(element, "snooze", 30, 30, 3650) });

const reason = (element, mark) => {
  const words = { a: "was answered", l: "was put off", n: "is not wanted any more" };
  return counts(element, mark) && (words[mark[0]] ?? "was dismissed");
};

// The answer that this visitor has given to an inline survey, in this page, or with consent in an earlier one: its
// id, and a revision that is higher than any it has had.
export const givenTo = (element) => {
  // A try-out is stored nowhere, so there is nothing to change.
  if (nameOf(element) == "try-out") return;
  const mark = marks.here(scopeOf(element)) ?? (agrees(element) && marks.onDevice(nameOf(element)));
  if (isPopup(element) || !/^[aw]/.test(mark)) return;
  const [, id, revision, ...customer] = mark.split(" ");
  const isTheirs = id && customer.join(" ") == customerOf(element);
  if (isTheirs && (mark[0] == "w" || counts(element, mark))) return { id, rev: +revision + 1000 };
};

// Why nobody is asked now; nothing if somebody may be. Without consent only wishes count. Where marks are to be
// kept and nothing can be, nobody can know: then nobody is asked.
export const whyNot = (element) => {
  const survey = nameOf(element);
  const kept = marks.onDevice(survey);
  if (agrees(element) && !marks.isOpen()) return "can't be remembered here";
  if (agrees(element) && marks.waits(survey)) return "was answered";
  const isKnown = kept && (agrees(element) || isWish(kept));
  return (isKnown && reason(element, kept)) || reason(element, marks.here(scopeOf(element)));
};

// The same, and what only the database knows.
export const whyNotAtAll = async (element) =>
  whyNot(element) || reason(element, await marks.inDatabase(nameOf(element)));

// What the visitor does is heard wherever a survey stands. In a component of the shop's that is a shadow root,
// which its event comes out of.
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
