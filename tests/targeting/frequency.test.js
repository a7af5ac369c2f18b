// How long a customer isn't asked again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { holds, isWish, mended, stronger } from "../../www/targeting/frequency.js";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22);
const days = { every: 90, snooze: 30 };
const ago = (letter, count) => letter + (NOW - count * DAY);

test("an answer holds for every days, a dismissal and a later for snooze days, never for good", () => {
  for (const [mark, expected] of [
    [undefined, false],
    [ago("a", 89), true],
    [ago("a", 90), false],
    [ago("d", 29), true],
    [ago("d", 30), false],
    [ago("l", 29), true],
    [ago("l", 30), false],
    [ago("n", 5_000), true],
    ["n", true],
    ["w", false],
    [ago("w", 1), true],
    [ago("w", 31), false],
  ])
    assert.equal(holds(mark, NOW, days), expected, mark);
  assert.equal(holds(ago("a", 0), NOW, { every: 0, snooze: 0 }), false);
});

test("a mark from the future counts from now, so it ends", () => {
  const future = "a" + (NOW + 3_650 * DAY);
  const counts = mended(future, NOW);
  assert.equal(counts, "a" + NOW);
  assert.ok(holds(counts, NOW + 89 * DAY, days));
  assert.ok(!holds(counts, NOW + 90 * DAY, days));
  for (const fine of [ago("a", 0), ago("d", 3), "n" + (NOW + DAY), "w"]) assert.equal(mended(fine, NOW), fine);
  assert.equal(mended("dNaN", NOW), "d" + NOW);
});

test("only what the customer has asked for is a wish", () => {
  assert.deepEqual(["a1", "d1", "l1", "n1", "w"].map(isWish), [false, false, true, true, false]);
});

test("never counts before all, then the latest", () => {
  assert.equal(stronger(undefined, "a1"), "a1");
  assert.equal(stronger("l5", undefined), "l5");
  assert.equal(stronger("n1", "a9"), "n1");
  assert.equal(stronger("a9", "n1"), "n1");
  assert.equal(stronger("l5", "d7"), "d7");
  for (const one of ["a3", "d2", "l9", "n1"])
    for (const other of ["a4", "d1", "l8", "n5"])
      assert.ok(
        ["n", stronger(one, other)[0]].includes(stronger(other, one)[0]) || stronger(one, other) == stronger(other, one),
      );
});
