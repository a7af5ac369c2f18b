// The marks of each survey: in this page, in the other tabs, and on the device. The caller passes the
// platform (stores, database, channel, clock).
import { isWish, mended, stronger } from "./frequency.js";

const PREFIX = "aanrader-asked-";
const UNSENT = "aanrader-answer-";

// Merely looking at a forbidden store is an error.
const attempt = (call) => {
  try {
    return call();
  } catch {
    // Then there is nothing.
  }
};

export const createMarks = ({ local, session, wishFor, keepWish, now }) => {
  // By scope, for the life of this page.
  const here = {};

  const kept = (store, survey) => attempt(() => store()[PREFIX + survey]);
  const set = (store, survey, mark) =>
    attempt(() => {
      store()[PREFIX + survey] = mark;
      return store()[PREFIX + survey] == mark;
    });

  // An unsent answer.
  const waits = (survey) =>
    Object.keys(local()).some((key) => key.startsWith(UNSENT) && local()[key].includes(`"survey":"${survey}"`));

  const onDevice = (survey) => {
    const mark = stronger(kept(local, survey), kept(session, survey));
    const counts = mark && mended(mark, now());
    if (counts != mark) set(local, survey, counts);
    return counts;
  };

  return {
    // The mark from this page or another tab.
    here: (scope) => here[scope],
    note(scope, mark) {
      here[scope] = mark;
    },
    // Whether marks of earlier pages can be read.
    isOpen: () => !!attempt(() => [Object.keys(local())]),
    onDevice,
    waits: (survey) => !!attempt(() => waits(survey)),
    // The wish that only the database has, for example after the page has cleared the rest.
    async inDatabase(survey) {
      const wish = await wishFor(survey);
      return wish && mended(wish, now());
    },
    // Notes a dismissal in the mark of an unsent answer; any other mark stays.
    async dismiss(survey) {
      const waiting = /^w( |$)/.test(kept(local, survey));
      if (waiting) set(local, survey, "w" + now() + kept(local, survey).slice(1));
    },
    // Writes a mark. A wish is written to every store that accepts it.
    async write(survey, mark) {
      const inLocal = set(local, survey, mark);
      if (!isWish(mark)) return !!inLocal;
      const inDatabase = await keepWish(survey, mark);
      return inLocal || inDatabase || !!set(session, survey, mark);
    },
    // The customer has withdrawn consent: only wishes stay.
    clear() {
      for (const store of [local, session])
        attempt(() => {
          for (const [key, mark] of Object.entries(store()))
            if (key.startsWith(PREFIX) && !isWish(mark)) delete store()[key];
        });
    },
  };
};
