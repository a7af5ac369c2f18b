// Which customers are in a sample. README has the same numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bucket, isSampled } from "../../www/targeting/sample.js";

test("a customer is in the place that a backend finds, too", () => {
  for (const [survey, customer, place] of [
    ["shop", "c-1", 2968],
    ["shop", "c-2", 5825],
    ["account", "c-1", 513],
    ["default", "4711", 9807],
    ["shop", "Zoë", 5016],
  ])
    assert.equal(bucket(survey, customer), place);
});

test("so many percent of the customers are asked, and without one nobody", () => {
  const customers = Array.from({ length: 20_000 }, (_, number) => "c-" + number);
  for (const percent of [0, 0.5, 25, 60.5, 99]) {
    const share = (customers.filter((it) => isSampled("shop", it, percent)).length * 100) / customers.length;
    assert.ok(Math.abs(share - percent) < 1.5, `${share} instead of ${percent}`);
  }
  assert.ok(isSampled("shop", undefined, 100));
  assert.ok(!isSampled("shop", undefined, 99.99) && !isSampled("shop", "", 50));
});

test("who is asked at some percent is asked at more", () => {
  for (let number = 0; number < 500; number += 1)
    for (let percent = 1, before = false; percent <= 100; percent += 1) {
      const now = isSampled("shop", "c-" + number, percent);
      assert.ok(now || !before);
      before = now;
    }
});
