// The choice of a survey's language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest, saidOf } from "../../www/targeting/language.js";

const there = ["de", "en", "nb", "nl", "pt", "pt-BR", "zh-Hans", "zh-Hant"];

test("the nearest language is taken, and none where none is near", () => {
  for (const [tag, language] of [
    ["nl", "nl"],
    ["nl-BE", "nl"],
    ["de-AT", "de"],
    ["no", "nb"],
    ["nn-NO", "nb"],
    ["pt", "pt"],
    ["pt-PT", "pt"],
    ["pt-BR", "pt-BR"],
    ["zh-TW", "zh-Hant"],
    ["zh", "zh-Hans"],
    ["tlh", undefined],
    ["", undefined],
    ["not a tag", undefined],
    [undefined, undefined],
  ])
    assert.equal(nearest(tag, there), language, tag);
});

const node = (lang, xml, around) => ({ lang, getAttribute: () => xml, ...around });

test("the language is what is said nearest, out of the shadow roots, and as xml:lang", () => {
  const page = node("nl", null);
  const component = node("", null, { parentNode: page });
  const root = { host: component };
  assert.equal(saidOf(node("", null, { parentNode: root })), "nl");
  assert.equal(saidOf(node("de", null, { parentNode: root })), "de");
  assert.equal(saidOf(node("", "fr", { parentNode: root })), "fr");
  assert.equal(saidOf(node("", null, { parentNode: { parentNode: null } })), undefined);
});
