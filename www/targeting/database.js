// The customer's wishes in IndexedDB. There they stay if localStorage is full, or if a shop clears it at
// log-out.
import { Promise } from "./platform.js";

const NAME = "aanrader-asked";
const STORE = "wishes";

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

// Opens the database; reading doesn't create it. WebKit leaves an empty database behind when a creation is
// aborted, so the list of databases is read first, if the browser has one. In a sandbox, Chromium's list is a
// rejection that can't be caught; but there localStorage throws earlier.
const open = async (mode) => {
  if (mode == "readonly" && localStorage && indexedDB.databases) {
    const all = await indexedDB.databases();
    if (!all.some(({ name }) => name == NAME)) throw Error("no wish is kept");
  }
  const request = indexedDB.open(NAME);
  request.onupgradeneeded = () =>
    mode == "readonly" ? request.transaction.abort() : request.result.createObjectStore(STORE);
  return done(request);
};

const use = async (mode, call) => {
  const database = await open(mode);
  try {
    const transaction = database.transaction(STORE, mode);
    const request = call(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
    });
    return request.result;
  } finally {
    database.close();
  }
};

// The wish about a survey; undefined if there is none, or if it can't be read.
export const wishFor = async (survey) => {
  try {
    return await use("readonly", (wishes) => wishes.get(survey));
  } catch {
    // The database is absent or forbidden.
  }
};

// Whether the wish is now stored.
export const keepWish = async (survey, mark) => {
  try {
    return !!(await use("readwrite", (wishes) => wishes.put(mark, survey)));
  } catch {
    return false;
  }
};
