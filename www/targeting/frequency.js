// How long somebody isn't asked again. A mark is a letter and a time in milliseconds: (a)nswered, (d)ismissed,
// (l)ater or (n)ever; (w)aiting is an answer that isn't stored yet, and the module makes an `a` of it. After an
// answer's come its id, its revision and its customer.

const DAY = 864e5;

const timeOf = (it) => parseInt(it.slice(1)) || 0;

// The wishes of the visitor, which are kept without consent, too.
export const isWish = (it) => /^[ln]/.test(it);

// Whether a mark keeps the survey from being asked. `every` and `snooze` are days.
export const holds = (it, now, { every, snooze }) => {
  // Beside an answer that waits there is the answer itself, which holds as long as it waits.
  return !!it && (it[0] == "n" || now - timeOf(it) < (it[0] == "a" ? every : snooze) * DAY);
};

// A mark as it counts: one from the future, made while the clock was wrong, is from now.
export const mended = (it, now) => (/^[adl]/.test(it) && !(parseInt(it.slice(1)) <= now) ? it[0] + now : it);

// Of two marks the one that counts: "never" before anything, then the latest.
export const stronger = (one, other) => {
  const rank = (it) => (it?.[0] == "n" ? Infinity : it ? timeOf(it) : -1);
  return rank(one) >= rank(other) ? one : other;
};
