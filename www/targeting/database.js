// The visitor's wishes in IndexedDB: there they stay where localStorage is full, and where a shop clears it when
// somebody logs out.
import { Promise } from "./platform.js";

const NAME = "aanrader-asked";
const STORE = "wishes";

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

// Opens it; to read, it isn't made if it is not there. WebKit leaves an empty one behind when its making is
// called off, so the list of databases is looked at first, where there is one. In a sandbox Chromium's list is a
// rejection that nobody can catch; there localStorage throws before.
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

// The wish that concerns a survey; nothing where there is none, or where it can't be known.
export const wishFor = async (survey) => {
  try {
    return await use("readonly", (wishes) => wishes.get(survey));
  } catch {
    // It isn't there, or it is forbidden.
  }
};

// Whether the wish is kept from now on.
export const keepWish = async (survey, mark) => {
  try {
    return !!(await use("readwrite", (wishes) => wishes.put(mark, survey)));
  } catch {
    return false;
  }
};
