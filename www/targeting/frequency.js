// How long a customer isn't asked again. A mark is a letter and a time in milliseconds: (a)nswered,
// (d)ismissed, (l)ater or (n)ever. (w)aiting is an unsent answer; the module makes it an `a`. After an
// answer's time come its id, its revision and its customer.

const DAY = 864e5;

const timeOf = (it) => parseInt(it.slice(1)) || 0;

// The customer's wishes, which are kept even without consent.
export const isWish = (it) => /^[ln]/.test(it);

// Whether a mark suppresses the survey. `every` and `snooze` are in days.
export const holds = (it, now, { every, snooze }) => {
  // A waiting mark counts as long as the unsent answer itself.
  return !!it && (it[0] == "n" || now - timeOf(it) < (it[0] == "a" ? every : snooze) * DAY);
};

// The effective mark: one from the future, made while the clock was wrong, counts from now.
export const mended = (it, now) => (/^[adl]/.test(it) && !(parseInt(it.slice(1)) <= now) ? it[0] + now : it);

// The effective one of two marks: "never" first, then the latest.
export const stronger = (one, other) => {
  const rank = (it) => (it?.[0] == "n" ? Infinity : it ? timeOf(it) : -1);
  return rank(one) >= rank(other) ? one : other;
};
