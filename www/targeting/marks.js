// What has become of each survey: in this page, in the other tabs, and on the device. What the platform has
// (stores, database, channel, clock) is handed in.
import { isWish, mended, stronger } from "./frequency.js";

const PREFIX = "aanrader-asked-";
const UNSENT = "aanrader-answer-";

// A store may be forbidden, which is an error as soon as it is looked at.
const attempt = (call) => {
  try {
    return call();
  } catch {
    // There is nothing then.
  }
};

export const createMarks = ({ local, session, wishFor, keepWish, now }) => {
  // By scope, as long as this page lives.
  const here = {};

  const kept = (store, survey) => attempt(() => store()[PREFIX + survey]);
  const set = (store, survey, mark) =>
    attempt(() => {
      store()[PREFIX + survey] = mark;
      return store()[PREFIX + survey] == mark;
    });

  // An answer that waits to be sent.
  const waits = (survey) =>
    Object.keys(local()).some((key) => key.startsWith(UNSENT) && local()[key].includes(`"survey":"${survey}"`));

  const onDevice = (survey) => {
    const mark = stronger(kept(local, survey), kept(session, survey));
    const counts = mark && mended(mark, now());
    if (counts != mark) set(local, survey, counts);
    return counts;
  };

  return {
    // What has become of it in this page or in another tab.
    here: (scope) => here[scope],
    note(scope, mark) {
      here[scope] = mark;
    },
    // Whether anything can be known of earlier pages.
    isOpen: () => !!attempt(() => [Object.keys(local())]),
    onDevice,
    waits: (survey) => !!attempt(() => waits(survey)),
    // The wish that only the database has, for example since the page has cleared the rest.
    async inDatabase(survey) {
      const wish = await wishFor(survey);
      return wish && mended(wish, now());
    },
    // The dismissal of an answer that waits; any other mark stays.
    async dismiss(survey) {
      const waiting = /^w( |$)/.test(kept(local, survey));
      if (waiting) set(local, survey, "w" + now() + kept(local, survey).slice(1));
    },
    // Writes a mark. A wish is kept wherever anything can be.
    async write(survey, mark) {
      const inLocal = set(local, survey, mark);
      if (!isWish(mark)) return !!inLocal;
      const inDatabase = await keepWish(survey, mark);
      return inLocal || inDatabase || !!set(session, survey, mark);
    },
    // Consent was taken back: only wishes stay.
    clear() {
      for (const store of [local, session])
        attempt(() => {
          for (const [key, mark] of Object.entries(store()))
            if (key.startsWith(PREFIX) && !isWish(mark)) delete store()[key];
        });
    },
  };
};
