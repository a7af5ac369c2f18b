// The marks of each survey, on devices that keep everything, little or nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createMarks } from "../../www/targeting/marks.js";

const NOW = Date.UTC(2026, 10, 22);

const forbidden = () => {
  throw Error("denied");
};

// A full store: it keeps nothing new, and setting a value is an error.
const full = () =>
  new Proxy({}, {
    set() {
      throw Error("QuotaExceededError");
    },
  });

const device = ({ local = {}, session = {}, database = {} } = {}) => {
  const store = (it) => (typeof it == "function" ? it : () => it);
  return createMarks({
    local: store(local),
    session: store(session),
    wishFor: async (survey) => database?.[survey],
    keepWish: async (survey, mark) => !!database && ((database[survey] = mark), true),
    now: () => NOW,
  });
};

test("a wish is kept where localStorage is and in the database", async () => {
  const [local, session, database] = [{}, {}, {}];
  const marks = device({ local, session, database });
  assert.equal(await marks.write("shop", "n1"), true);
  assert.deepEqual([local, session, database], [{ "aanrader-asked-shop": "n1" }, {}, { shop: "n1" }]);
});

test("a wish is kept wherever anything can be kept", async () => {
  for (const local of [forbidden, full()]) {
    const database = {};
    assert.equal(await device({ local, session: forbidden, database }).write("shop", "n1"), true);
    assert.equal(await device({ local, session: forbidden, database }).inDatabase("shop"), "n1");
    const session = {};
    assert.equal(await device({ local, session, database: null }).write("shop", "n1"), true);
    assert.equal(device({ local, session, database: null }).onDevice("shop"), "n1");
    const marks = device({ local, session: forbidden, database: null });
    assert.equal(await marks.write("shop", "n1"), false);
    marks.note("shop\n", "n1");
    assert.equal(marks.here("shop\n"), "n1");
  }
});

test("what the page clears stays in the database", async () => {
  const [local, database] = [{}, {}];
  const marks = device({ local, database });
  await marks.write("shop", "n1");
  delete local["aanrader-asked-shop"];
  assert.equal(marks.onDevice("shop"), undefined);
  assert.equal(await marks.inDatabase("shop"), "n1");
});

test("what is no wish is kept in localStorage alone", async () => {
  const [local, session, database] = [{}, {}, {}];
  await device({ local, session, database }).write("shop", "d1");
  assert.deepEqual([local, session, database], [{ "aanrader-asked-shop": "d1" }, {}, {}]);
});

test("the dismissal of an answer that waits is noted, and with it stays whose answer it is", async () => {
  const local = { "aanrader-asked-shop": "a5 id 0 c-1" };
  await device({ local }).dismiss("shop");
  assert.equal(local["aanrader-asked-shop"], "a5 id 0 c-1");
  for (const [waiting, dismissed] of [["w", "w" + NOW], ["w id 0 c-1", `w${NOW} id 0 c-1`], ["w7 id 0 ", "w7 id 0 "]]) {
    local["aanrader-asked-shop"] = waiting;
    await device({ local }).dismiss("shop");
    assert.equal(local["aanrader-asked-shop"], dismissed);
  }
});

test("a mark from the future is written anew", () => {
  const local = { "aanrader-asked-shop": "d" + (NOW + 1e12) };
  assert.equal(device({ local }).onDevice("shop"), "d" + NOW);
  assert.equal(local["aanrader-asked-shop"], "d" + NOW);
});

test("an answer that waits to be sent is known", () => {
  const local = { "aanrader-answer-1": 'x\n1\nu\n{"survey":"shop"}' };
  assert.ok(device({ local }).waits("shop"));
  assert.ok(!device({ local }).waits("account"));
  assert.ok(!device({ local: forbidden }).waits("shop"));
});

test("without consent only wishes stay", () => {
  const local = { "aanrader-asked-a": "a1", "aanrader-asked-b": "d1", "aanrader-asked-c": "l1", "aanrader-asked-d": "n1", x: "a" };
  device({ local }).clear();
  assert.deepEqual(Object.keys(local), ["aanrader-asked-c", "aanrader-asked-d", "x"]);
  device({ local: forbidden, session: forbidden }).clear();
});

test("whether anything can be known of earlier pages is known", () => {
  assert.equal(device().isOpen(), true);
  assert.equal(device({ local: forbidden }).isOpen(), false);
});
